"""Corrections and progress stand beside the catalogue, checked against it."""

from __future__ import annotations

import pytest

from geo import distance
from geo.errors import DataError, UnknownNameError
from geo.position import Position
from infraplan.workspace import ConflictError, Workspace, entries
from plans import catalogue

PLAN, PROJECT = "guangzhou-2020", "gz-nansha-5g-service-hall"


def test_a_correction_is_kept_in_wgs84_with_its_source():
    workspace = Workspace()
    given = Position(113.5325, 22.7985, 30, "survey", "GCJ-02", "区政务局图纸")
    record = entries.correct_position(workspace, PLAN, PROJECT, given, by="王五", reason="迁址")
    kept = entries.position_of(entries.corrections(workspace, PLAN)[PROJECT])
    there = given.wgs84()
    assert distance.metres(kept.lon, kept.lat, there.lon, there.lat) < 1
    assert (kept.datum, kept.source, kept.basis) == ("WGS84", "区政务局图纸", "survey")
    assert record.document["given_datum"] == "GCJ-02"
    assert entries.corrections(workspace, "zibo-2021") == {}
    # the catalogue itself says what it said
    (project,) = [p for p in catalogue.load_plan(PLAN).projects if p.id == PROJECT]
    assert (project.lon, project.lat) != (kept.lon, kept.lat)


def test_a_second_correction_must_know_the_first():
    workspace = Workspace()
    given = Position(113.5, 22.8, 30, "survey", source="图纸")
    entries.correct_position(workspace, PLAN, PROJECT, given, by="a")
    with pytest.raises(ConflictError):
        entries.correct_position(workspace, PLAN, PROJECT, given, by="b", reason="别的")
    again = entries.correct_position(workspace, PLAN, PROJECT, given, by="b", reason="别的", base_version=1)
    assert again.version == 2


def test_corrections_need_a_known_project_and_a_source():
    workspace = Workspace()
    with pytest.raises(UnknownNameError):
        entries.correct_position(workspace, PLAN, "none", Position(113.5, 22.8, 30, "x", source="y"), by="u")
    with pytest.raises(DataError, match="where the position is from"):
        entries.correct_position(workspace, PLAN, PROJECT, Position(113.5, 22.8, 30, "x"), by="u")
    assert workspace.records("correction") == []


def test_progress_is_listed_by_date_in_the_targets_unit():
    workspace = Workspace()
    for date, value in (("2021-12", 52_000), ("2020-12", 48_000), ("2022-06", None)):
        entries.report_progress(
            workspace, "gz-5g-stations", date=date, value=value, source="市工信局", by="u"
        )
    found = entries.progress(workspace, "gz-5g-stations")
    assert [r.document["value"] for r in found] == [48_000, 52_000, None]
    assert {r.document["unit"] for r in found} == {catalogue.target("gz-5g-stations").unit}
    assert entries.progress(workspace, "gz-chargers") == []


def test_everything_wrong_with_a_report_is_told_at_once():
    with pytest.raises(DataError) as caught:
        entries.report_progress(Workspace(), "gz-5g-stations", date="去年", value=-1, source=" ", by="u")
    assert len(caught.value.problems) == 3
    with pytest.raises(UnknownNameError):
        entries.report_progress(Workspace(), "none", date="2021", value=1, source="x", by="u")


@pytest.mark.parametrize("date", ["2099", "1999-12", "2099-01-01"])
def test_a_figure_of_the_future_or_of_another_age_is_refused(date):
    with pytest.raises(DataError, match="not between 2000 and today"):
        entries.report_progress(Workspace(), "gz-5g-stations", date=date, value=1, source="x", by="u")
    assert entries.progress(Workspace(), "gz-5g-stations") == []


def test_a_figure_a_thousand_times_the_target_is_refused_as_another_unit():
    with pytest.raises(DataError) as caught:
        entries.report_progress(Workspace(), "gz-5g-stations", date="2021", value=1e18, source="x", by="u")
    assert "单位" in caught.value.text("zh")


@pytest.mark.parametrize("value", [-5, -5.0, float("inf"), float("nan")])
def test_a_figure_that_is_no_amount_is_refused(value):
    with pytest.raises(DataError) as caught:
        entries.report_progress(Workspace(), "gz-5g-stations", date="2021", value=value, source="x", by="u")
    assert "应不小于 0" in caught.value.text("zh")


def test_what_is_wrong_with_a_report_names_its_target_as_people_do():
    target = catalogue.target("gz-5g-stations")
    with pytest.raises(DataError) as caught:
        entries.report_progress(Workspace(), target.id, date="2021", value=1, source="", by="u")
    assert caught.value.text("zh") == f"{target.indicator_zh}:请注明数据来源"
    assert target.id not in caught.value.text("en")


def test_what_is_counted_is_reported_in_whole_numbers():
    with pytest.raises(DataError) as caught:
        entries.report_progress(Workspace(), "gz-5g-stations", date="2021", value=40000.5, source="x", by="u")
    assert "请填写整数" in caught.value.text("zh")
    record = entries.report_progress(
        Workspace(), "gz-5g-stations", date="2021", value=40000.0, source="x", by="u"
    )
    assert isinstance(record.document["value"], int)
    measured = next(x for p in catalogue.load_all() for x in p.targets if x.unit == "PUE" and x.quantified)
    record = entries.report_progress(Workspace(), measured.id, date="2021", value=1.25, source="x", by="u")
    assert record.document["value"] == 1.25


def test_a_correction_names_its_project_and_everything_that_is_wrong_at_once():
    name = next(p.name_zh for p in catalogue.load_plan(PLAN).projects if p.id == PROJECT)
    with pytest.raises(DataError) as caught:
        entries.correct_position(Workspace(), PLAN, PROJECT, Position(113.5, 22.8, 200_000, "x"), by="u")
    assert len(caught.value.problems) == 2
    assert all(p.text("zh").startswith(f"{name}:") for p in caught.value.problems)


def test_a_project_whose_correction_was_deleted_can_be_corrected_anew():
    workspace = Workspace()
    entries.correct_position(workspace, PLAN, PROJECT, Position(113.5, 22.8, 30, "x", source="图纸"), by="a")
    record_id = f"{PLAN}-{PROJECT}"
    workspace.delete("correction", record_id, by="a", base_version=1)
    entries.correct_position(workspace, PLAN, PROJECT, Position(113.6, 22.9, 9, "x", source="实测"), by="b")
    kept = entries.corrections(workspace, PLAN)[PROJECT]
    assert (kept.version, kept.document["lon"]) == (2, 113.6)
    assert len(workspace.history("correction", record_id)) == 2, "the deleted one is history, not lost"


def test_who_is_asked_for_in_the_words_of_people():
    with pytest.raises(DataError) as caught:
        entries.report_progress(Workspace(), "gz-5g-stations", date="2021", value=1, source="x", by=" ")
    assert "填报人" in caught.value.text("zh")
    assert "progress" not in caught.value.text("zh")
