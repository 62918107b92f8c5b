"""The catalogue: reading plans, what it says of bad files, and that an edit is seen at once."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest

from geo.errors import DataError, UnknownNameError
from plans import catalogue, model
from plans.columns import columns, tables
from plans.progress import Comparable

CLASSES = {
    "targets": (model.Target, {"plan", "line"}),
    "projects": (model.Project, {"plan", "line"}),
    "clauses": (model.Clause, {"plan", "line"}),
    "not_targets": (model.NotTarget, {"plan", "line"}),
    "bodies": (model.Body, {"line"}),
    "baselines": (model.Baseline, {"line"}),
    "comparable": (Comparable, {"line"}),
}


@pytest.mark.parametrize("name", sorted(set(tables()) - {"plan"}))
def test_the_model_has_the_fields_of_the_schema(name):
    kind, own = CLASSES[name]
    assert {f.name for f in dataclasses.fields(kind)} == {c.name for c in columns(name)} | own


def test_the_plan_has_the_keys_of_the_schema():
    keys = {c.name for c in columns("plan")} - {"format_version", "title_note"}
    assert keys <= {f.name for f in dataclasses.fields(model.Plan)}


def test_a_plan_in_order_is_loaded(folder):
    plan = catalogue.load_plan("some-plan", folder.root)
    assert [t.id for t in plan.targets] == ["t-lead", "t-stations", "t-poles", "t-all", "t-now", "t-later"]
    assert plan.issue_date == "2020-12-31"
    assert [b.id for b in plan.responsible(plan.target_by_id["t-stations"])] == [
        "b-miit",
        "b-drc",
        "b-yuexiu",
        "b-baiyun",
    ]
    assert [b.id for b in plan.lead(plan.target_by_id["t-all"])] == ["b-drc"]
    assert plan.lead(plan.target_by_id["t-stations"]) == ()


def test_an_unknown_plan_lists_the_known_ones(folder):
    with pytest.raises(UnknownNameError, match="some-plan"):
        catalogue.load_plan("other", folder.root)


def test_an_unknown_target_lists_the_known_ones(folder):
    with pytest.raises(UnknownNameError, match="t-stations"):
        catalogue.target("nothing", folder.root)
    assert catalogue.target("t-poles", folder.root).value == 300


def test_an_unknown_target_names_the_nearest_and_where_all_are_listed():
    with pytest.raises(UnknownNameError) as caught:
        catalogue.target("gz-charger")
    assert "建成充电桩(gz-chargers)" in caught.value.zh
    assert "页" in caught.value.zh
    n = sum(len(plan.targets) for plan in catalogue.load_all())
    assert f"全部 {n} 条" in caught.value.zh
    assert f"all {n} are listed" in caught.value.en
    assert caught.value.zh.count("(") == 5
    with pytest.raises(UnknownNameError, match="near it"):
        catalogue.project("nothing")


def test_all_problems_of_all_files_come_at_once(folder):
    folder.change("targets.csv", ",38900,", ',"38,9OO",')
    folder.change("projects.csv", ",substation,", ",substations,")
    folder.change("plan.yaml", "period_end: 2022", "period_end: soon")
    folder.change("plan.yaml", "title_en", "titel_en")
    with pytest.raises(DataError) as caught:
        catalogue.load_plan("some-plan", folder.root)
    text = str(caught.value)
    assert "targets.csv:3" in text
    assert "'value'" in text
    assert "projects.csv:2" in text
    assert "plan.yaml:12" in text
    assert "'titel_en'" in text
    assert "targets.csv:3" in caught.value.zh


def test_broken_yaml_names_the_line(folder):
    folder.change("plan.yaml", "issuer_zh: null", "issuer_zh: [")
    with pytest.raises(DataError, match=r"plan\.yaml:\d+"):
        catalogue.load_plan("some-plan", folder.root)


def test_an_unknown_format_version_is_refused(folder):
    folder.change("plan.yaml", "format_version: 1", "format_version: 7")
    with pytest.raises(DataError, match="format_version 7"):
        catalogue.load_plan("some-plan", folder.root)


def test_an_edit_is_seen_at_once_and_changes_the_digest(folder):
    before = catalogue.load_plan("some-plan", folder.root)
    assert catalogue.load_plan("some-plan", folder.root) is before
    folder.change("targets.csv", ",300,", ",301,")
    after = catalogue.load_plan("some-plan", folder.root)
    assert after.target_by_id["t-poles"].value == 301
    assert after.sha256 != before.sha256


def test_the_catalogue_is_read_from_any_folder(tmp_path, root):
    code = "import sys; sys.path.insert(0, sys.argv[1]); from plans import catalogue; print(*catalogue.available())"
    done = subprocess.run(
        [sys.executable, "-c", code, str(root)], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "guangzhou-2020" in done.stdout


def test_reading_loads_no_geometry_library(root):
    code = (
        "import sys; from plans import catalogue, describe, progress; catalogue.load_all();"
        "print({'geopandas', 'shapely', 'pandas', 'streamlit', 'folium'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
