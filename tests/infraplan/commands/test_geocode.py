"""geocode on the command line, as another program would use it."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import jsonschema
import pandas as pd
import pytest

from geo.geocode import online
from infraplan.cli import main


def answers(capsys: pytest.CaptureFixture[str], root: Path, *words: str) -> list[dict[str, object]]:
    assert main(["geocode", *words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    schema = json.loads((root / "schemas" / "geocode.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    return document


def test_candidates_best_first(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    found = answers(capsys, root, "中新广州知识城")
    assert found[0]["name"] == "中新广州知识城"
    assert found[0]["adcode"] == "440112"
    assert found[0]["datum"] == "WGS84"


def test_unknown_is_an_empty_list_and_success(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    assert answers(capsys, root, "此地并不存在xyz") == []
    assert main(["geocode", "此地并不存在xyz"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_region_limits(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    found = answers(capsys, root, "和平街道", "--region", "370300")
    assert found[0]["adcode"] == "370303"
    assert all(str(c["adcode"]).startswith("3703") for c in found)


def test_a_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["geocode", "440106"]) == 0
    head, _, row = capsys.readouterr().out.splitlines()[:3]
    assert head.split()[:3] == ["name", "lon", "lat"]
    assert row.startswith("天河区")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["天河", "--region", "999999"], "999999"),
        (["   "], "empty"),
        (["天河", "--limit", "0"], "--limit"),
        (["天河", "--online", "amap"], "INFRAPLAN_AMAP"),
        (["missing.csv", "--name", "n", "--out", "o.csv"], "missing.csv"),
        (["list.csv", "--name", "n"], "--out"),
        (["list.csv", "--name", "n", "--out", "o.csv", "--online", "amap"], "one text at a time"),
    ],
)
def test_user_errors_are_one_message_and_exit_2(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    told: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INFRAPLAN_AMAP", raising=False)
    assert main(["geocode", *words]) == 2
    captured = capsys.readouterr()
    assert told in captured.err
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1


@pytest.mark.parametrize(("ending", "encoding"), [(".csv", "utf-8-sig"), (".csv", "gb18030"), (".xlsx", "")])
def test_a_list_comes_back_with_its_places(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, ending: str, encoding: str
) -> None:
    frame = pd.DataFrame(
        {"序号": ["001", "002"], "名称": ["广州图书馆改造", "无名项目"], "地点": ["天河区", "贵阳市白云区"]}
    )
    source, out = tmp_path / f"清单{ending}", tmp_path / "sub" / f"结果{ending}"
    if ending == ".csv":
        frame.to_csv(source, index=False, encoding=encoding)
    else:
        frame.to_excel(source, index=False)
    words = ["geocode", str(source), "--name", "名称", "--place", "地点", "--out", str(out), "--json"]
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == 2
    result = pd.read_csv(out, dtype=str) if ending == ".csv" else pd.read_excel(out, dtype=str)
    assert result["序号"].tolist() == ["001", "002"]
    assert result["geo_name"].tolist() == ["广州图书馆", "白云区"]
    assert result["geo_adcode"].tolist() == ["440106", "520113"]


def test_another_kind_of_output_is_refused_before_anything_is_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    source = tmp_path / "a.csv"
    source.write_text("n\n广州塔\n", encoding="utf-8")
    assert main(["geocode", str(source), "--name", "n", "--out", str(tmp_path / "o.pdf")]) == 2
    assert ".xlsx" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


@pytest.fixture
def amap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that answers what this project wrote by hand, in AMap's documented shape."""
    place = {
        "formatted_address": "某地",
        "adcode": "440106",
        "location": "113.325900,23.116600",
        "level": "兴趣点",
    }
    document = {"status": "1", "info": "OK", "infocode": "10000", "geocodes": [place]}
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=document))
    client = httpx.Client(transport=transport)
    monkeypatch.setattr(online.httpx, "Client", lambda **settings: client)
    monkeypatch.setenv("INFRAPLAN_AMAP", "key")


@pytest.mark.usefixtures("amap")
def test_an_online_answer_keeps_its_datum(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    (found,) = answers(capsys, root, "某地", "--online", "amap")
    assert (found["lon"], found["lat"], found["datum"]) == (113.3259, 23.1166, "GCJ-02")


@pytest.mark.usefixtures("amap")
def test_gcj02_is_converted_when_the_notice_was_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["geocode", "某地", "--online", "amap", "--accept-gcj02-notice", "--json"]) == 0
    captured = capsys.readouterr()
    (found,) = json.loads(captured.out)
    assert found["datum"] == "WGS84"
    assert found["lon"] < 113.3259
    assert "legally sensitive" in captured.err
