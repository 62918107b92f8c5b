"""The command line: what other programs rely on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pyarrow.parquet as pq
import pytest

from infraplan import cli

ROOT = Path(__file__).resolve().parents[2]
VERBS = cli.names()


def infraplan(capsys, *words):
    """Run a verb in this process; return exit code, standard output, standard error."""
    code = cli.main(list(words))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def schema(name):
    return json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text("utf-8"))


@pytest.mark.parametrize("name", VERBS)
def test_each_verb_has_help_and_stands_in_both_manuals(name):
    assert cli.command(name).HELP
    assert cli.command(name).HELP_ZH
    for manual in ("README.md", "README.zh.md"):
        assert f"python -m infraplan {name}" in (ROOT / manual).read_text("utf-8")


def test_it_runs_from_any_folder_with_utf8_json(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "infraplan", "scenarios", "--json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "gbk", "PYTHONWARNINGS": "error"},
        capture_output=True,
        check=True,
    )
    rows = json.loads(done.stdout.decode("utf-8"))
    jsonschema.validate(rows, schema("scenarios"))
    assert done.stderr == b""


def test_run_prints_one_document_that_fits_its_schema(capsys):
    code, out, err = infraplan(capsys, "run", "guangzhou-5g-2022", "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    jsonschema.validate(document, schema("run"))
    assert document["target_value"] == document["allocated"] == 38_900
    assert sum(d["allocated"] for d in document["districts"]) == 38_900
    assert sum(d["population"] for d in document["districts"]) == 18_676_605


def test_run_writes_files_that_fit_their_schemas_and_sum(capsys, tmp_path):
    folder = tmp_path / "成果"
    code, out, _ = infraplan(capsys, "run", "guangzhou-chargers-2022", "--out", str(folder), "--json")
    assert code == 0
    document = json.loads(out)
    names = {"cells.geojson", "districts.geojson", "allocation.parquet", "metadata.json"}
    assert {f.name for f in folder.iterdir()} == names
    read = {n.split(".")[0]: json.loads((folder / n).read_bytes()) for n in names if n.endswith("json")}
    for name, content in read.items():
        jsonschema.validate(content, schema(name))
    units = [f["properties"]["units"] for f in read["cells"]["features"]]
    assert sum(units) == document["allocated"] == 55_000
    assert len(units) == document["n_cells"]
    table = pq.read_table(folder / "allocation.parquet")
    assert sum(table["units"].to_pylist()) == 55_000
    assert table["h3"].to_pylist() == [f["properties"]["h3"] for f in read["cells"]["features"]]
    assert read["metadata"]["source_target"]["clause"] == "二(三)14"
    assert read["metadata"]["distributes_zh"] == "期末总量"
    assert read["metadata"]["layers"][0]["sums"]["units"] == 55_000


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "nowhere"], "guangzhou-5g-2022"),
        (["run", "guangzhou-5g-2022", "--set", "amount=0"], "at least 1"),
        (["run", "guangzhou-5g-2022", "--set", "amount"], "KEY=VALUE"),
        (["targets", "nowhere"], "guangzhou-2020"),
        (["projects", "nowhere"], "guangzhou-2020"),
        (["run", "no/such/file.yaml"], "no such scenario file"),
    ],
)
def test_user_errors_are_one_message_and_code_2(capsys, tmp_path, words, message):
    if words[0] == "run":
        words = [*words, "--out", str(tmp_path / "out")]
    code, out, err = infraplan(capsys, *words)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err
    assert not list(tmp_path.iterdir())


def test_messages_come_in_chinese_when_asked(capsys, monkeypatch):
    monkeypatch.setenv("INFRAPLAN_LANG", "zh")
    code, _, err = infraplan(capsys, "run", "nowhere")
    assert code == 2
    assert "没有情景" in err


@pytest.mark.parametrize("words", [[], ["nonsense"], ["run"], ["run", "x", "--nonsense"]])
def test_bad_usage_is_code_2(capsys, words):
    with pytest.raises(SystemExit) as caught:
        cli.main(words)
    assert caught.value.code == 2


def test_a_bug_keeps_its_traceback(monkeypatch):
    monkeypatch.setattr(cli.command("scenarios"), "run", lambda args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cli.main(["scenarios"])
