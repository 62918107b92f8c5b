"""``infraplan data import`` and ``data fetch``: a file of one's own becomes a surface that a scenario can name."""

from __future__ import annotations

import json

import pandas as pd

from geo import fetch, grid, population
from infraplan import cli


def test_a_table_becomes_a_surface(tmp_path, capsys):
    cells = population.frame("440104", 9)[0]
    table = pd.DataFrame({"h3": grid.to_hex(cells), "户籍": 10})
    table.to_csv(tmp_path / "own.csv", index=False)
    out = tmp_path / "own.parquet"
    arguments = [
        "data",
        "import",
        str(tmp_path / "own.csv"),
        "--region",
        "440104",
        "--people",
        "户籍",
        "--out",
        str(out),
    ]
    assert cli.main([*arguments, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["inside"], report["outside"]) == (10 * len(cells), 0)
    assert population.load("440104", str(out)).total == 10 * len(cells)
    assert cli.main(arguments) == 0
    assert f"{10 * len(cells):,} in the region" in capsys.readouterr().out


def test_a_mistake_is_one_message(tmp_path, capsys):
    (tmp_path / "points.csv").write_text("lon,lat,people\n113.2,23.1,5\n", encoding="utf-8")
    code = cli.main(
        ["data", "import", str(tmp_path / "points.csv"), "--region", "440104", "--out", "x.parquet"]
    )
    assert code != 0
    assert "datum" in capsys.readouterr().err


def test_fetch_prints_what_to_import(tmp_path, capsys, monkeypatch):
    asked = []

    def answer(product, region, folder, progress):
        asked.append((product, region))
        return [folder / "people.tif"]

    monkeypatch.setattr(fetch, "fetch", answer)
    monkeypatch.setenv("INFRAPLAN_WORKSPACE", str(tmp_path))
    assert cli.main(["data", "fetch", "worldpop", "--region", "110000"]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "downloads" / "people.tif")
    assert asked == [("worldpop", "110000")]
