"""Where a result is from: corrected positions and own data reach packages, maps and reports; changed ones say so."""

from __future__ import annotations

import copy
import io
import json
import shlex
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import jsonschema
import pytest

from geo import boundaries, grid, population
from geo.position import Position
from infraplan import cli, corrections, exporting, origin, reporting, workflow
from infraplan.workspace import Workspace, entries
from layers.export import public, verify
from scenarios import load

SCENARIO, PLAN, PROJECT = "guangzhou-hydrogen-6", "guangzhou-2020", "gz-hq-development-zone"
SHA = "cd" * 32


@pytest.fixture(scope="module")
def library():
    return workflow.run(SCENARIO)


@pytest.fixture(scope="module")
def changed():
    """The library's scenario with one existing station, as the form makes it."""
    document = copy.deepcopy(dict(load.load(SCENARIO).document))
    point = boundaries.region("440106").geometry.representative_point()
    cell = grid.to_hex(grid.cells_at([point.x], [point.y], document["resolution"]))[0]
    source = {
        "file": "加氢站.csv",
        "sha256": SHA,
        "stated_source": "市住建局清单",
        "by": "王芳",
        "upload": "u1",
    }
    document["existing"] = {"cells": {str(cell): 1}, "source": source}
    return workflow.run(load.of_document(document, "form"))


def correct(lon=113.3, base_version=None):
    place = Position(lon, 23.1, 50.0, "实地测量", "WGS84", "竣工图")
    entries.correct_position(Workspace(), PLAN, PROJECT, place, by="王芳", base_version=base_version)


def packed(tmp_path, allocation, **wanted):
    """Make a package as the screen does; return its sidecar, read-me and folder. It must verify."""
    request = exporting.Request(allocation.scenario.id, format="gpkg", on_screen=True, **wanted)
    name, data = exporting.pack(exporting.collect(request, allocation=allocation))
    (tmp_path / name).write_bytes(data)
    document, problems = verify.check(tmp_path / name)
    assert problems == []
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(tmp_path / name) as archive:
        archive.extractall(folder)
    return name, document, (folder / "说明.txt").read_text("utf-8-sig"), folder


def test_the_read_mes_own_command_checks_the_package(tmp_path, library):
    _, _, read_me, folder = packed(tmp_path, library)
    [line] = [line for line in read_me.splitlines() if line.startswith(".venv/bin/python")]
    assert r"Windows: .venv\Scripts\python -m infraplan verify" in read_me
    for path in (folder, next(tmp_path.glob("*.zip"))):
        _, *arguments = shlex.split(line.replace("PATH", str(path)))
        home = Path(__file__).parents[2]
        done = subprocess.run([sys.executable, *arguments], cwd=home, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_a_package_holds_corrected_positions_and_says_by_whom_and_when(tmp_path, library, root):
    _, before, _, _ = packed(tmp_path, library)
    correct()
    _, document, read_me, folder = packed(tmp_path, library)
    frame = gpd.read_file(next(folder.glob("*.gpkg")), layer="projects").set_index("id")
    row = frame.loc[PROJECT]
    assert (row.lon, row.lat, row.accuracy_m) == (113.3, 23.1, 50.0)
    assert (row.geometry.x, row.geometry.y) == (113.3, 23.1)
    assert (row.position_basis, row.position_basis_zh) == ("corrected", "人工更正")
    assert (row.position_source, row.corrected_by) == ("竣工图(实地测量)", "王芳")
    assert row.corrected_at
    assert frame.corrected_by.notna().sum() == 1
    assert frame.position_source.notna().sum() > 1, "every position says where it is from"
    [told] = document["position_corrections"]
    assert (told["project"], told["by"], told["accuracy_m"]) == (PROJECT, "王芳", 50.0)
    assert "有1项位置为人工更正" in read_me
    assert before["position_corrections"] == []
    jsonschema.validate(document, json.loads((root / "schemas/metadata.schema.json").read_text("utf-8")))


def test_the_command_line_takes_the_corrections_of_the_workspace_and_says_so(tmp_path, capsys):
    correct()
    out = tmp_path / "p.csv"
    assert cli.main(["export", PLAN, "--layers", "projects", "--out", str(out), "--quiet"]) == 0
    said = capsys.readouterr().err
    assert "positions corrected by hand in the workspace" in said
    assert "): 1\n" in said
    assert "人工更正" in out.read_text("utf-8-sig")
    assert verify.check(out)[1] == []


def test_asking_for_corrections_makes_no_workspace(tmp_path, monkeypatch, library):
    monkeypatch.setenv("INFRAPLAN_WORKSPACE", str(tmp_path / "none"))
    assert corrections.of(PLAN) == ()
    assert origin.stem(library) == SCENARIO
    assert not (tmp_path / "none").exists()


def test_web_map_and_plan_report_show_the_corrected_position(library):
    correct()
    wanted = reporting.Request(SCENARIO, "webmap", date="2026-01-31")
    _, page = reporting.make(wanted, reporting.of_result(library))
    text = page.decode("utf-8")
    assert "[23.1,113.3]" in text
    assert "竣工图 · 王芳" in text
    assert "有1项位置为人工更正" in text
    report = reporting.Request(PLAN, date="2026-01-31")
    assert "有1项位置为人工更正" in reporting.make(report, reporting.gather(report))[1].decode("utf-8")


def test_a_public_package_does_not_lead_to_a_sensitive_place_by_its_source(tmp_path, library):
    _, _, _, folder = packed(tmp_path, library, public=True)
    frame = gpd.read_file(next(folder.glob("*.gpkg")), layer="projects")
    sensitive = frame[frame.category.isin(list(public.rules())) & frame.lon.notna()]
    others = frame[~frame.category.isin(list(public.rules())) & frame.lon.notna()]
    assert len(sensitive)
    assert sensitive.position_source.isna().all()
    assert others.position_source.notna().all()


def test_nothing_that_is_published_names_who_corrected_or_uploaded(tmp_path, changed):
    correct()
    _, document, read_me, folder = packed(tmp_path, changed, public=True)
    assert document["position_corrections"]
    assert document["given"]
    names = ("王芳", changed.scenario.document["existing"]["source"]["by"])
    for text in (json.dumps(document, ensure_ascii=False, indent=1), read_me):
        assert [line for line in text.splitlines() if any(name in line for name in names)] == []
    frame = gpd.read_file(next(folder.glob("*.gpkg")), layer="projects")
    assert "王芳" not in frame.to_csv()
    assert (frame.position_basis == "corrected").sum() == 1
    assert verify.check(folder)[1] == []
    for kind in ("webmap", "report"):
        request = reporting.Request(SCENARIO, kind, date="2026-01-31", public=True)
        page = reporting.make(request, reporting.of_result(changed))[1].decode("utf-8")
        assert [name for name in names if name in page] == [], kind


@pytest.mark.parametrize("public", [False, True])
def test_no_file_that_is_handed_over_names_a_folder_of_this_machine(tmp_path, library, public):
    """A population of the planner's own lies in a folder that bears the account's name."""
    scenario = library.scenario
    surface = population.load(scenario.region, scenario.population, scenario.resolution)
    folder = tmp_path / "Users" / "zhangsan" / "surfaces"
    folder.mkdir(parents=True)
    population.write(replace(surface, id="upload-own"), folder / "own-abc.parquet")
    document = {**scenario.document, "population": str(folder / "own-abc.parquet")}
    own = workflow.run(load.of_document(document, "own"))
    request = exporting.Request(SCENARIO, format="gpkg", on_screen=True, public=public, layers=("cells",))
    _, data = exporting.pack(exporting.collect(request, allocation=own))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    assert b"own-abc.parquet" in found["metadata.json"]
    assert [name for name, content in found.items() if b"zhangsan" in content] == []
    for kind in ("webmap", "report"):
        asked = reporting.Request(SCENARIO, kind, date="2026-01-31", public=public)
        assert b"zhangsan" not in reporting.make(asked, reporting.of_result(own))[1], kind


def test_a_package_of_a_changed_scenario_says_so_everywhere(tmp_path, changed):
    name, document, read_me, _ = packed(tmp_path, changed)
    assert name == f"{SCENARIO}-{changed.fingerprint[:8]}-gpkg.zip"
    assert "示例库情景的改动版" in document["title_zh"]
    assert document["changed"]["from"] == SCENARIO
    assert document["changed"]["keys"] == ["existing"]
    [given] = document["given"]
    assert (given["number"], given["file"], given["sha256"]) == (1, "加氢站.csv", SHA)
    assert all("已改动:既有设施" in row["remark_zh"] for row in document["assumptions"])
    assert [note["zh"] for note in document["notes"]] == [zh for zh, _ in changed.solution.notes]
    for part in ("改动版", "改动的设定:既有设施", "既有设施：1 个", "市住建局清单", "加氢站.csv", SHA):
        assert part in read_me


def test_the_librarys_own_keeps_its_name_and_title(tmp_path, library):
    name, document, read_me, _ = packed(tmp_path, library)
    assert name == f"{SCENARIO}-gpkg.zip"
    assert document["title_zh"] == library.scenario.title("zh")
    assert (document["changed"], document["given"]) == (None, [])
    assert "改动" not in read_me


def test_reports_and_maps_of_a_changed_scenario_say_so(changed):
    material = reporting.of_result(changed)
    for kind in ("report", "webmap"):
        name, data = reporting.make(reporting.Request(SCENARIO, kind, date="2026-01-31"), material)
        text = data.decode("utf-8")
        assert name.startswith(f"{SCENARIO}-{changed.fingerprint[:8]}-")
        assert "示例库情景的改动版" in text
        assert "改动的设定：既有设施" in text
        assert "市住建局清单" in text
    name, data = reporting.make(reporting.Request(SCENARIO, date="2026-01-31"), material)
    text = data.decode("utf-8")
    assert text.index("本情景已改动：既有设施") < text.index("需求以港口、物流")
    assert f"report {SCENARIO}-{changed.fingerprint[:8]}.yaml" in text, (
        "the library's id would give another result"
    )
    assert SHA in text
    assert "文件：加氢站.csv" in text


def test_a_run_written_by_the_command_has_its_notes_and_what_was_changed(tmp_path, changed):
    workflow.write_run(changed, tmp_path / "run")
    document = json.loads((tmp_path / "run" / "metadata.json").read_text("utf-8"))
    assert document["changed"]["keys"] == ["existing"]
    assert document["notes"]


def test_a_saved_scenario_with_unsaved_changes_is_told_from_the_saved_one(changed):
    document = {**changed.scenario.document, "id": "mine", "title_zh": "我的", "title_en": "Mine"}
    Workspace().save("scenario", "mine", document, by="王芳", base_version=None, title="我的")
    same = load.of_document(document, "x")
    assert origin.changed(same) is None
    found = origin.changed(load.of_document({**document, "amount": 8}, "x"))
    assert (found.kind, found.base_zh, found.keys) == ("saved", "我的", ("amount",))
    Workspace().delete("scenario", "mine", by="王芳", base_version=1)
    assert origin.changed(load.of_document({**document, "amount": 8}, "x")) is None


def test_an_own_population_is_named_with_its_file(tmp_path):
    from dataclasses import replace

    scenario = replace(load.load(SCENARIO), population=str(tmp_path / "own.parquet"))
    assert origin._own_population(scenario) == {"file": "own.parquet"}
    assert origin._own_population(load.load(SCENARIO)) is None
    document = {"what": "population", "file_name": "人口.tif", "file_sha256": SHA, "source": "院内"}
    record = Workspace().save("upload", "pop", document, by="王芳", base_version=None, title="人口")
    told = origin._own_population(replace(scenario, population=str(tmp_path / f"{record.id}-0123.parquet")))
    assert (told["file"], told["sha256"], told["stated_source"], told["by"]) == (
        "人口.tif",
        SHA,
        "院内",
        "王芳",
    )


@pytest.mark.parametrize(
    ("on_screen", "says", "not_says"), [(True, "“图层”", "--"), (False, "--layers", "图层")]
)
def test_a_refusal_speaks_of_the_page_or_of_the_command(library, on_screen, says, not_says):
    request = exporting.Request(SCENARIO, format="csv", datum="GCJ-02", on_screen=on_screen)
    with pytest.raises(exporting.collecting.RequestError) as caught:
        exporting.collect(request, allocation=library)
    assert says in caught.value.zh
    assert not_says not in caught.value.zh
    assert ("区县" in caught.value.zh) == on_screen
    if on_screen:
        assert "--" not in caught.value.en


def test_the_page_and_its_refusals_name_layers_alike():
    from infraplan.ui.i18n import files

    for name, pair in exporting.collecting.NAMES.items():
        assert files.TEXT[f"layer.{name}"] == pair
