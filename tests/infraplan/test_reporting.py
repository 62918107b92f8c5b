"""Reports, maps, sheets and projects by one door: every kind and format, whole or not at all."""

from __future__ import annotations

import errno
import io
import json
import zipfile
from pathlib import Path

import docx
import pytest
from PIL import Image

from geo.errors import InfraPlanError, RequestError, UnknownNameError
from infraplan import cli, reporting, workflow
from layers import fonts
from layers.export import verify

SCENARIO, PLAN = "guangzhou-hydrogen-6", "xuzhou-2020"
FORMATS = [(kind, name) for kind, names in reporting.KINDS.items() for name in names]


@pytest.fixture(scope="module")
def result():
    return workflow.run(SCENARIO)


@pytest.fixture
def quick(monkeypatch, result):
    """The engine runs once for all tests here."""
    monkeypatch.setattr(workflow, "run", lambda *_, **__: result)


def request(source=SCENARIO, **wanted):
    return reporting.Request(source, date="2026-01-31", **wanted)


def looks_like(path):
    data = path.read_bytes()
    if path.suffix == ".html":
        return data.startswith(b"<!doctype html>") and data.rstrip().endswith(b"</html>")
    if path.suffix == ".docx":
        return len(docx.Document(io.BytesIO(data)).paragraphs) > 3
    if path.suffix == ".png":
        return Image.open(io.BytesIO(data)).size[0] > 3000
    if path.suffix == ".pdf":
        return data.startswith(b"%PDF") and data.rstrip().endswith(b"%%EOF")
    with zipfile.ZipFile(path) as archive:
        return any(name.endswith(".qgs") for name in archive.namelist())


@pytest.mark.parametrize(("kind", "name"), FORMATS)
@pytest.mark.parametrize("source", [SCENARIO, PLAN])
def test_every_kind_and_format_from_the_command_line(tmp_path, quick, capsys, source, kind, name):
    out = tmp_path / "成果" / f"文件.{name}"
    words = ["report", source, "--kind", kind, "--out", str(out), "--date", "2026-01-31", "--quiet"]
    assert cli.main(words) == 0
    captured = capsys.readouterr()
    written = [Path(line) for line in captured.out.splitlines()]
    assert out in written
    assert all(path.exists() for path in written)
    assert {p.name for p in out.parent.iterdir()} == {p.name for p in written}
    assert looks_like(out)
    assert "不得公开" in captured.err


def test_what_exists_is_kept_unless_overwrite_is_said(tmp_path, quick, capsys):
    out = tmp_path / "报告.html"
    out.write_text("mine", encoding="utf-8")
    assert cli.main(["report", SCENARIO, "--out", str(out), "--quiet"]) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert out.read_text("utf-8") == "mine"
    assert cli.main(["report", SCENARIO, "--out", str(out), "--quiet", "--overwrite"]) == 0
    assert looks_like(out)


def test_a_full_disk_leaves_what_was_there(tmp_path, quick, result, monkeypatch):
    out = tmp_path / "报告.html"
    out.write_text("mine", encoding="utf-8")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InfraPlanError, match=r"No space left.*nothing was changed"):
        reporting.write(request(), reporting.of_result(result), out, overwrite=True)
    assert [p.name for p in tmp_path.iterdir()] == ["报告.html"]
    assert out.read_text("utf-8") == "mine"


def test_a_project_comes_with_its_geopackage_and_a_sidecar_that_verifies(tmp_path, result):
    material = reporting.of_result(result)
    written = reporting.write(request(kind="qgis"), material, tmp_path / "工程.qgz")
    assert {"工程.qgz", "工程.gpkg", "metadata.json"} <= {p.name for p in written}
    _, problems = verify.check(tmp_path)
    assert problems == []
    with zipfile.ZipFile(tmp_path / "工程.qgz") as archive:
        assert b"./\xe5\xb7\xa5\xe7\xa8\x8b.gpkg|layername=cells" in archive.read(archive.namelist()[0])
    name, data = reporting.make(request(kind="qgis"), material)
    assert name == f"{SCENARIO}-qgis.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {Path(n).suffix for n in archive.namelist()} >= {".qgz", ".gpkg", ".json"}


def test_the_same_request_gives_the_same_bytes(result):
    material = reporting.of_result(result)
    for kind, name in FORMATS:
        if kind != "qgis":  # a GeoPackage holds the time at which it was made
            wanted = request(kind=kind, format=name)
            assert reporting.make(wanted, material) == reporting.make(wanted, material), (kind, name)


def test_the_version_tells_two_results_apart(result):
    _, page = reporting.make(request(author="某院", status="submitted"), reporting.of_result(result))
    text = page.decode("utf-8")
    assert f"{SCENARIO} @ {result.fingerprint[:12]}" in text
    assert "上报稿" in text
    assert "某院" in text


def test_re_runs_are_told_in_the_report(quick, monkeypatch, capsys, tmp_path):
    measured = {
        "runs": 5, "distance_factors": {"low": 0.9, "high": 1.1}, "same_district": 1.0, "same_parent": 1.0,
        "same_cell": 0.5, "covered_share": {"low": 0.61, "median": 0.7, "high": 0.8}, "fragile_units": 0,
    }  # fmt: skip
    monkeypatch.setattr(workflow, "measure_uncertainty", lambda _, n, *__: {**measured, "runs": n})
    out = tmp_path / "r.html"
    assert cli.main(["report", SCENARIO, "--out", str(out), "--uncertainty", "7", "--quiet"]) == 0
    capsys.readouterr()
    text = out.read_text("utf-8")
    assert "重算7次" in text
    assert "61.0%与80.0%之间" in text


def test_a_plan_computes_nothing():
    with pytest.raises(RequestError, match="--set"):
        reporting.gather(request(PLAN, overrides={"amount": "3"}))
    with pytest.raises(RequestError, match="--uncertainty"):
        reporting.gather(request(PLAN, uncertainty=3))
    with pytest.raises(RequestError, match="said in a report"):
        request(kind="sheet", uncertainty=3)


@pytest.mark.parametrize(
    "wanted", [{"kind": "poster"}, {"format": "pdf"}, {"lang": "de"}, {"status": "final"}]
)
def test_what_is_not_known_is_named_with_what_is(wanted):
    with pytest.raises(UnknownNameError, match="known"):
        request(**wanted)


def test_an_unknown_source_and_a_wrong_ending(tmp_path, result):
    with pytest.raises(UnknownNameError, match="scenario or plan"):
        reporting.gather(request("guangzhou-6g"))
    with pytest.raises(RequestError, match=r"ends in \.html"):
        reporting.destination(request(), reporting.of_result(result), tmp_path / "x.pdf")
    assert cli.main(["report", SCENARIO, "--out", "x.docx", "--format", "html"]) == 2


def test_a_machine_without_a_chinese_typeface_says_so(monkeypatch):
    monkeypatch.setattr(fonts, "chinese", lambda: None)
    assert "没有中文字体" in reporting.said(request(kind="sheet"))[0]
    assert reporting.said(request(kind="sheet", lang="en")) is None
    assert reporting.said(request(kind="webmap")) is None


def test_a_public_map_has_no_voltage_and_says_what_was_changed():
    material = reporting.gather(request("guangzhou-2020"))
    _, inner = reporting.make(request("guangzhou-2020", kind="webmap"), material)
    _, outer = reporting.make(request("guangzhou-2020", kind="webmap", public=True), material)
    assert "110千伏" in inner.decode("utf-8")
    text = outer.decode("utf-8")
    assert "110千伏" not in text
    assert "删去了电压等级" in text
    assert "模糊到约100米" in text


def test_the_sidecar_of_a_project_says_the_map_review(tmp_path, result):
    wanted = request(kind="qgis", review_number="粤S(2026)001号")
    reporting.write(wanted, reporting.of_result(result), tmp_path)
    said = json.loads((tmp_path / "metadata.json").read_text("utf-8"))
    assert said["map_review_number"] == "粤S(2026)001号"
