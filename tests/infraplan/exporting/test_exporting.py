"""An export as the bureau gets it: files, names, sidecar, whole or not at all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import geopandas as gpd
import jsonschema
import openpyxl
import pytest
import shapely

from geo import boundaries
from geo.errors import InfraPlanError, RequestError, UnknownNameError
from infraplan import cli, exporting, workflow
from layers.export import features, formats, verify
from layers.imprint import NOT_REVIEWED

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = json.loads((ROOT / "schemas" / "metadata.schema.json").read_text("utf-8"))
SCENARIO, PLAN = "guangzhou-hydrogen-6", "xuzhou-2020"
PROJECTS = ("projects", "projects_lines")  # the links of Guangzhou's plan stand apart


@pytest.fixture(scope="module")
def allocation():
    return workflow.run(SCENARIO)


@pytest.fixture
def quick(monkeypatch, allocation):
    """The engine runs once for all tests here."""
    monkeypatch.setattr(workflow, "run", lambda *_, **__: allocation)


def export(source, out, overwrite=False, **wanted):
    collection = exporting.collect(exporting.Request(source, **wanted))
    return exporting.write(collection, out, overwrite)


def sidecar(path):
    document = json.loads(path.read_text("utf-8"))
    jsonschema.validate(document, SCHEMA)
    return document


@pytest.mark.parametrize("name", formats.FORMATS)
def test_a_folder_of_any_format_is_whole_and_verifies(tmp_path, quick, allocation, name):
    written = export(SCENARIO, tmp_path / "成果", format=name)
    assert {p.name for p in (tmp_path / "成果").iterdir()} == {p.name for p in written}
    assert [p.name for p in tmp_path.iterdir()] == ["成果"]
    document, problems = verify.check(tmp_path / "成果")
    assert problems == []
    jsonschema.validate(document, SCHEMA)
    assert document["fingerprint"] == allocation.fingerprint
    assert document["map_review_zh"] == NOT_REVIEWED[0]
    assert document["coverage"]["of_zh"] == "需求(加权场所)", "a share says what it is of"
    cells = next(c for c in document["contents"] if c["layer"] == "cells")
    assert cells["sums"]["units"] == allocation.amount == 6
    assert {c["layer"] for c in document["contents"]} == {"cells", "districts", *PROJECTS, "targets"}
    suffix = formats.get(name).suffix
    stems = {p.stem for p in written if p.suffix == suffix}
    assert stems >= ({SCENARIO} if formats.get(name).many else {"cells", "districts", "projects"})


@pytest.mark.parametrize(
    ("name", "profile"),
    [
        *((name, "zh") for name in formats.FORMATS),
        ("shp", "gb"),
        ("gdb", "gb"),
        ("xlsx", "gb"),
        ("csv", "en"),
    ],
)
def test_a_plan_verifies_in_a_zip_under_every_profile(tmp_path, name, profile):
    out = tmp_path / f"{profile}.zip"
    assert export(PLAN, out, format=name, fields=profile) == [out]
    document, problems = verify.check(out)
    assert problems == []
    jsonschema.validate(document, SCHEMA)
    assert document["plan"] == PLAN
    assert [p.name for p in tmp_path.iterdir()] == [out.name]


def test_one_file_has_its_sidecar_beside_it(tmp_path):
    out = tmp_path / "项目.geojson"
    written = export(PLAN, out, layers=("projects",))
    assert [p.name for p in written] == ["项目.geojson", "项目.geojson.metadata.json"]
    document = sidecar(written[1])
    assert [f["name"] for f in document["files"]] == ["项目.geojson"]
    assert verify.check(out)[1] == []
    assert verify.check(written[1])[1] == []


@pytest.mark.parametrize("name", ["geojson", "gpkg", "gdb", "shp", "fgb", "parquet", "csv", "kml"])
def test_every_project_stands_once_in_projects_and_links_beside_it(tmp_path, name):
    suffix = formats.get(name).suffix
    written = export("guangzhou-2020", tmp_path / f"x{suffix}", format=name, layers=("projects",))
    document = sidecar(written[-1])
    rows = {c["layer"]: c["features"] for c in document["contents"]}
    plan = exporting.collecting.catalogue.load_plan("guangzhou-2020")
    assert rows == {"projects": len(plan.projects), "projects_lines": 2}
    beside = tmp_path / f"x_lines{suffix}"
    assert beside.exists() == (not formats.get(name).many)
    assert verify.check(tmp_path / f"x{suffix}")[1] == []


def test_sums_of_a_plan_are_those_of_the_census(tmp_path):
    export(PLAN, tmp_path / "x.gpkg", format="gpkg")
    document = sidecar(tmp_path / "x.gpkg.metadata.json")
    [districts] = [c for c in document["contents"] if c["table"] == "districts"]
    assert (
        districts["sums"]["population"] == 9_083_790
    )  # 徐州市, with the functional zone that has no outline
    assert districts["features"] == 11


def test_shapefile_packages_have_a_dictionary_and_names_that_windows_unpacks(tmp_path):
    out = tmp_path / "x.zip"
    export(PLAN, out, format="shp", fields="zh", crs="auto-prefixed")
    with zipfile.ZipFile(out) as archive:
        flags = {i.filename: bool(i.flag_bits & 0x800) for i in archive.infolist()}
        assert flags["数据字典.csv"]
        assert flags["说明.txt"]
        for name in ("数据字典.csv", "说明.txt"):  # Excel and Notepad take it for GBK without the mark
            assert archive.read(name).startswith(b"\xef\xbb\xbf")
        text = archive.read("数据字典.csv").decode("utf-8-sig")
        prj = archive.read("projects.prj").decode()
    assert "位置精度" in text
    assert "格式限制" in text
    assert "39500000" in prj


def test_several_layers_do_not_go_into_a_file_that_holds_one(tmp_path):
    with pytest.raises(RequestError, match="--layers"):
        export(PLAN, tmp_path / "x.geojson")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["x.json", "x.gpkg", "x.xls"])
def test_a_name_meant_for_a_file_never_becomes_a_folder(tmp_path, name):
    with pytest.raises(RequestError, match=r"ends in \.geojson"):
        export(PLAN, tmp_path / name, layers=("targets",))
    assert not list(tmp_path.iterdir())


def test_what_exists_is_kept_unless_overwriting_is_asked_for(tmp_path):
    out = tmp_path / "x.geojson"
    out.write_text("old")
    with pytest.raises(RequestError, match="--overwrite"):
        export(PLAN, out, layers=("projects",))
    assert out.read_text() == "old"
    export(PLAN, out, overwrite=True, layers=("projects",))
    assert verify.check(out)[1] == []
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.geojson", "x.geojson.metadata.json"]


def test_a_geodatabase_is_replaced_as_a_whole(tmp_path):
    out = tmp_path / "x.gdb"
    export(PLAN, out, format="gdb", layers=("targets",))
    export(PLAN, out, overwrite=True, format="gdb", layers=("districts",))
    assert verify.check(out)[1] == []
    assert [c["table"] for c in verify.check(out)[0]["contents"]] == ["districts"]


@pytest.mark.parametrize("fmt", ["geojson", "gpkg", "shp", "gdb"])
def test_a_failure_midway_leaves_what_was_there(tmp_path, monkeypatch, fmt):
    out = tmp_path / "package"
    export(PLAN, out, format=fmt)
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    monkeypatch.setattr(exporting.writing.sidecar, "package", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export(PLAN, out, overwrite=True, format=fmt)
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.skipif(os.name == "nt", reason="limits of this kind exist on POSIX only")
def test_a_full_disk_is_one_message_and_no_half_file(tmp_path):
    """One process whose files may not exceed 8 KB writes every format: each time one sentence, nothing left."""
    code = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
from infraplan import cli
for name in sys.argv[3:]:
    code = cli.main(["export", sys.argv[1], "--format", name, "--out", f"{sys.argv[2]}/{name}", "--quiet"])
    print(name, code)
"""
    names = sorted(formats.FORMATS)
    words = [sys.executable, "-c", code, PLAN, str(tmp_path), *names]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split("\n")[:-1] == [f"{name} 2" for name in names]
    assert "Traceback" not in done.stderr
    assert done.stderr.count("could not be written") == len(names)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="kills with SIGKILL")
def test_a_process_killed_midway_leaves_the_old_file(tmp_path):
    out = tmp_path / "x.gpkg"
    export(PLAN, out, format="gpkg")
    before = out.read_bytes()
    code = (
        "import sys, time; from infraplan import cli, exporting; from layers.export import sidecar;"
        "sidecar.package = lambda *_: (print('midway', flush=True), time.sleep(60));"
        "sys.exit(cli.main(sys.argv[1:]))"
    )
    words = ["export", PLAN, "--out", str(out), "--overwrite", "--quiet"]
    with subprocess.Popen(
        [sys.executable, "-c", code, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline().strip() == "midway"
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert out.read_bytes() == before
    assert verify.check(out)[1] == []
    assert {p.name for p in tmp_path.iterdir() if not p.name.startswith(".")} == {
        "x.gpkg",
        "x.gpkg.metadata.json",
    }


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_no_permission_is_one_message(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(InfraPlanError, match="may not be written"):
            export(PLAN, tmp_path / "x.gpkg", format="gpkg")
    finally:
        tmp_path.chmod(0o700)


def test_gcj02_stands_in_the_name_and_the_notice_and_takes_points_only(tmp_path):
    [path, beside] = export(PLAN, tmp_path / "点.csv", format="csv", layers=("projects",), datum="gcj02")
    assert path.name == "点_GCJ-02.csv"
    document = sidecar(beside)
    assert (document["datum"], document["epsg"]) == ("GCJ-02", None)
    assert any("GCJ-02" in text and "不得用于" in text for text in document["notices_zh"])
    assert verify.check(path)[1] == []
    with pytest.raises(RequestError, match="not for boundaries"):
        export(PLAN, tmp_path / "x", format="csv", datum="gcj02")
    [named, _] = export(PLAN, tmp_path / "a-bd09.csv", format="csv", layers=("projects",), datum="BD-09")
    assert named.name == "a-bd09.csv"


def test_public_version_says_what_it_changed(tmp_path):
    export("guangzhou-2020", tmp_path / "公开", format="gpkg", public=True, review_number="粤S(2026)001号")
    document = sidecar(tmp_path / "公开" / "metadata.json")
    assert document["public"] is True
    assert document["map_review_zh"] == "审图号:粤S(2026)001号"
    assert any("电压" in text for text in document["public_changes_zh"])
    frame = gpd.read_file(tmp_path / "公开" / "guangzhou-2020.gpkg", layer="projects")
    assert not frame["name_zh"].str.contains("千伏").any()
    assert not frame["quote"].str.contains("千伏").any()
    assert NOT_REVIEWED[0] not in json.dumps(document, ensure_ascii=False)


def test_results_sum_to_the_users_polygons(tmp_path, quick, allocation):
    west, south, east, north = boundaries.region("440100").bounds
    middle = (south + north) / 2
    halves = gpd.GeoDataFrame(
        {"单元名称": ["南", "北"]},
        geometry=[shapely.box(west, south, east, middle), shapely.box(west, middle, east - 0.4, north)],
        crs="EPSG:4326",
    ).to_crs("EPSG:4547")
    halves.to_file(tmp_path / "units.gpkg")
    export(SCENARIO, tmp_path / "out", layers=("zones",), format="xlsx", polygons=tmp_path / "units.gpkg")
    book = openpyxl.load_workbook(tmp_path / "out" / f"{SCENARIO}.xlsx")
    rows = list(book["zones"].iter_rows(values_only=True))
    head = [text.split("\n")[-1] for text in rows[0]]
    assert [row[head.index("name_zh")] for row in rows[1:]] == ["南", "北", "范围外"]
    assert sum(row[head.index("units")] for row in rows[1:]) == allocation.amount
    assert sum(row[head.index("people")] for row in rows[1:]) == int(allocation.people.sum())
    assert rows[3][head.index("n_cells")] > 0


@pytest.mark.parametrize(
    ("wanted", "error", "says"),
    [
        ({"source": "nowhere"}, UnknownNameError, "guangzhou-2020"),
        ({"layers": ("cells",)}, UnknownNameError, "a plan has no cells"),
        ({"layers": ("roads",)}, UnknownNameError, "districts, projects, targets"),
        ({"format": "dwg"}, UnknownNameError, "geojson"),
        ({"fields": "fr"}, UnknownNameError, "en, gb, zh"),
        ({"crs": "9999"}, UnknownNameError, "4490"),
        ({"crs": "4547", "format": "geojson"}, RequestError, "WGS84 by its standard"),
        ({"crs": "4546", "format": "gpkg"}, RequestError, "4548"),
        ({"encoding": "big5"}, UnknownNameError, "gbk"),
    ],
)
def test_what_is_asked_wrongly_is_one_message(wanted, error, says):
    with pytest.raises(error, match=says) as caught:
        exporting.collect(exporting.Request(**{"source": PLAN, **wanted}))
    assert caught.value.zh != caught.value.en


def test_a_layer_with_nothing_in_it_is_one_message(monkeypatch):
    empty = exporting.collecting.project_list.projects

    def without(plan):
        from dataclasses import replace

        layer = empty(plan)
        return replace(layer, frame=layer.frame.iloc[:0])

    monkeypatch.setattr(exporting.collecting.project_list, "projects", without)
    with pytest.raises(RequestError, match="nothing in it"):
        exporting.collect(exporting.Request(PLAN))


def test_before_writing_it_is_known_what_will_be_in_it(quick):
    collection = exporting.collect(exporting.Request(SCENARIO, format="gpkg"))
    assert collection.rows["districts"] == 11
    assert collection.reference.epsg == 4490
    assert exporting.pack(collection)[0] == f"{SCENARIO}-gpkg.zip"


@pytest.mark.parametrize("name", ["geojson", "gpkg", "shp", "parquet", "csv", "kml"])
def test_it_can_be_stopped_and_tells_how_far_it_is(tmp_path, quick, monkeypatch, name):
    monkeypatch.setattr(features, "BATCH", 200)
    collection = exporting.collect(exporting.Request(SCENARIO, layers=("cells", "districts"), format=name))
    steps = []
    exporting.write(collection, tmp_path / "a", progress=lambda step, share: steps.append((step, share)))
    assert {step for step, _ in steps} == {"cells", "districts"}
    shares = [share for _, share in steps]
    assert len(shares) > 5
    assert shares == sorted(shares)
    assert shares[0] == 0 < shares[-1] <= 1
    asked = iter([False, False, True])
    with pytest.raises(InfraPlanError, match="stopped"):
        exporting.write(collection, tmp_path / "b", cancelled=lambda: next(asked))
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


class TestCommands:
    """The two verbs."""

    def run(self, capsys, *words):
        code = cli.main(list(words))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    def test_the_ending_of_out_chooses_the_format(self, capsys, tmp_path):
        out = tmp_path / "a.gpkg"
        code, said, err = self.run(capsys, "export", PLAN, "--crs", "EPSG:4490", "--out", str(out))
        assert (code, said.splitlines()[0]) == (0, str(out))
        assert NOT_REVIEWED[0] in err
        assert "EPSG:4490" in err
        code, said, _ = self.run(capsys, "verify", str(out))
        assert code == 0
        assert "9,083,790" in said

    def test_format_and_ending_must_agree(self, capsys, tmp_path):
        words = ["export", PLAN, "--format", "shp", "--out", str(tmp_path / "a.gpkg")]
        code, _, err = self.run(capsys, *words)
        assert code == 2
        assert "gpkg" in err

    def test_what_exists_is_an_error_without_a_terminal(self, capsys, tmp_path):
        out = tmp_path / "a.zip"
        assert self.run(capsys, "export", PLAN, "--format", "csv", "--out", str(out))[0] == 0
        code, _, err = self.run(capsys, "export", PLAN, "--format", "csv", "--out", str(out))
        assert code == 2
        assert "--overwrite" in err
        assert self.run(capsys, "export", PLAN, "--format", "csv", "--out", str(out), "--overwrite")[0] == 0

    def test_a_terminal_is_asked(self, capsys, tmp_path, monkeypatch):
        out = tmp_path / "a.zip"
        words = ["export", PLAN, "--format", "csv", "--layers", "targets", "--out", str(out)]
        self.run(capsys, *words)
        before = out.stat().st_mtime_ns
        for answer, code in (("n\n", 2), ("y\n", 0)):
            monkeypatch.setattr(sys, "stdin", _Terminal(answer))
            time.sleep(0.01)
            assert self.run(capsys, *words)[0] == code
            assert (out.stat().st_mtime_ns != before) == (code == 0)

    def test_verify_says_what_differs(self, capsys, tmp_path):
        out = tmp_path / "a"
        self.run(capsys, "export", PLAN, "--out", str(out), "--layers", "districts")
        path = out / "districts.geojson"
        path.write_text(
            path.read_text("utf-8").replace('"population":425143', '"population":425144'), "utf-8"
        )
        code, said, _ = self.run(capsys, "verify", str(out), "--json")
        assert code == 1
        found = {p["check"]: p for p in json.loads(said)["problems"]}
        assert set(found) == {"file_sha256", "content_sum"}
        assert "9083791" in found["content_sum"]["en"]

    def test_chinese_messages(self, capsys, tmp_path, monkeypatch):
        monkeypatch.setenv("INFRAPLAN_LANG", "zh")
        code, _, err = self.run(capsys, "export", PLAN, "--layers", "cells", "--out", str(tmp_path / "x"))
        assert code == 2
        assert "规划没有网格" in err


class _Terminal:
    def __init__(self, answer):
        self.answer = answer

    def isatty(self):
        return True

    def readline(self):
        return self.answer


@pytest.mark.parametrize("source", [PLAN, SCENARIO])
def test_no_layer_is_not_every_layer(source, tmp_path, capsys):
    assert exporting.collect(exporting.Request(source)).layers
    with pytest.raises(RequestError, match="no layer is chosen: name one in --layers"):
        exporting.collect(exporting.Request(source, layers=()))
    assert cli.main(["export", source, "--layers", ",", "--out", str(tmp_path / "x.zip")]) == 2
    assert "--layers" in capsys.readouterr().err
