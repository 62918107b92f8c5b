"""Corrected positions over a plan: the moved project says so, all others stay, the catalogue stays as it is."""

from __future__ import annotations

from plans import catalogue, corrections, describe
from plans.model import Correction

FIX = Correction(
    "gz-hq-development-zone", 113.3, 23.1, 50.0, "实地测量", "测绘图", "王芳", "2026-01-02T03:04:05Z"
)


def test_a_moved_project_says_who_moved_it_and_how_sure_it_is():
    before = catalogue.load_plan("guangzhou-2020")
    plan = corrections.apply(before, [FIX])
    [moved] = [p for p in plan.projects if p.id == FIX.project]
    assert (moved.lon, moved.lat, moved.accuracy_m) == (113.3, 23.1, 50.0)
    assert (moved.position_basis, moved.geometry_type) == (corrections.BASIS, "point")
    assert moved.position_source == "测绘图 · 王芳"
    assert plan.correction_by_project == {FIX.project: FIX}
    others = [p for p in plan.projects if p.id != FIX.project]
    assert others == [p for p in before.projects if p.id != FIX.project]
    assert catalogue.load_plan("guangzhou-2020") == before


def test_a_correction_of_a_project_that_is_gone_changes_nothing():
    plan = catalogue.load_plan("xuzhou-2020")
    assert corrections.apply(plan, [FIX]) is plan
    assert corrections.note(plan) == ("", "")


def test_they_are_counted_in_words_among_those_that_are_shown():
    plan = corrections.apply(catalogue.load_plan("guangzhou-2020"), [FIX])
    assert "有1项位置为人工更正" in corrections.note(plan)[0]
    assert corrections.note(plan)[1].startswith("1 position of a project was corrected by hand")
    assert corrections.note(plan, {"another"}) == ("", "")


def test_the_basis_has_words_in_both_languages():
    plan = corrections.apply(catalogue.load_plan("guangzhou-2020"), [FIX])
    [row] = [r for r in describe.project_rows(plan) if r["id"] == FIX.project]
    assert row["position_basis_zh"] == "人工更正"
    assert corrections.words("corrected", "en") == "corrected by hand"
    assert corrections.words("gazetteer", "zh") == "地名库"
