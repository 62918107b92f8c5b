"""plans, targets, projects, progress, check and extract on the command line, as another program would use them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import jsonschema
import pytest

from infraplan.cli import main
from plans import catalogue

DOCUMENT = "一、目标\n到2025年,新建充电桩1.2万个。(市工信局、发改委负责)\n二、任务\n推进东湖变电站建设。\n"


def listed(capsys, root, *words):
    """Run a verb with --json and return its document, checked against its schema."""
    code = main([*words, "--json"])
    out = capsys.readouterr().out
    document = json.loads(out)
    schema = json.loads((root / "schemas" / f"{words[0]}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    return code, document


def test_plans(capsys, root):
    code, rows = listed(capsys, root, "plans")
    assert code == 0
    assert [row["id"] for row in rows] == catalogue.available()


@pytest.mark.parametrize("plan_id", catalogue.available())
@pytest.mark.parametrize("verb", ["targets", "projects", "progress"])
def test_listings_of_each_plan(capsys, root, verb, plan_id):
    code, rows = listed(capsys, root, verb, plan_id)
    assert code == 0
    assert all(row["plan"] == plan_id for row in rows)
    assert rows or (verb == "progress" and plan_id == "zibo-2021")


def test_targets_carry_names_not_ids(capsys, root):
    _, rows = listed(capsys, root, "targets", "guangzhou-2020")
    stations = next(row for row in rows if row["value"] == 38900)
    assert stations["responsible"][0] == "广州市工业和信息化局"
    assert stations["source"].startswith("《")
    assert stations["clause"] == "二(一)1"


@pytest.mark.parametrize("verb", ["targets", "projects", "progress", "check"])
def test_an_unknown_plan_is_a_user_error_that_lists_the_known_ones(capsys, verb):
    assert main([verb, "nowhere-2020"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "guangzhou-2020" in captured.err
    assert len(captured.err.strip().splitlines()) == 1


def test_tables_for_people_have_a_header(capsys):
    assert main(["targets", "guangzhou-2020"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("id ")
    assert "gz-5g-stations" in out


def test_check_is_clean_and_says_so(capsys, root):
    code, rows = listed(capsys, root, "check", *catalogue.available())
    assert (code, rows) == (0, [])


def test_check_finds_what_is_wrong_and_exits_with_one(capsys, tmp_path):
    # an empty folder of sources: not one document can be proved
    assert main(["check", "zibo-2021", "--sources", str(tmp_path)]) == 1
    assert "zibo-2021-new-infrastructure-plan.txt" in capsys.readouterr().out


def test_check_refuses_a_folder_that_is_not_there(capsys, tmp_path):
    assert main(["check", "zibo-2021", "--sources", str(tmp_path / "gone")]) == 2
    assert "does not exist" in capsys.readouterr().err


def test_extract_reads_a_document(capsys, root, tmp_path):
    path = tmp_path / "new.txt"
    path.write_bytes(DOCUMENT.replace("\n", "\r\n").encode("utf-8-sig"))
    code, found = listed(
        capsys, root, "extract", str(path), "--region", "440100", "--out", str(tmp_path / "out")
    )
    assert code == 0
    assert [(row["value"], row["clause"]) for row in found["targets"]] == [(12000, "一")]
    assert [row["name_zh"] for row in found["projects"]] == ["东湖变电站建设"]
    assert found["bodies"] == ["市工信局", "市发改委"]
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        "targets.csv",
        "projects.csv",
        "clauses.csv",
        "bodies.csv",
    }


def test_extract_finds_where_a_phrase_stands(capsys, tmp_path):
    path = tmp_path / "new.txt"
    path.write_text(DOCUMENT, encoding="utf-8", newline="\n")
    assert main(["extract", str(path), "--region", "440100", "--find", "充电桩1.2万个"]) == 0
    assert capsys.readouterr().out.splitlines()[2].split()[:2] == [str(DOCUMENT.index("充电桩")), "一"]
    assert main(["extract", str(path), "--region", "440100", "--find", "没有的话"]) == 2


@pytest.mark.parametrize("data", ["中文".encode("gbk"), None])
def test_extract_refuses_what_it_cannot_read(capsys, tmp_path, data):
    path = tmp_path / "new.txt"
    if data is not None:
        path.write_bytes(data)
    assert main(["extract", str(path), "--region", "440100"]) == 2
    assert str(path) in capsys.readouterr().err


def test_what_a_person_accepts_becomes_a_plan_s_tables(capsys, tmp_path):
    path = tmp_path / "new.txt"
    path.write_text(DOCUMENT, encoding="utf-8", newline="\n")
    out, plan = tmp_path / "out", tmp_path / "plan"
    assert main(["extract", str(path), "--region", "440100", "--out", str(out)]) == 0
    header, *lines = (out / "clauses.csv").read_text(encoding="utf-8-sig").splitlines()
    done = [header, "yes" + lines[0].replace("目标,", "目标,Goals"), lines[1]]
    (out / "clauses.csv").write_text("\n".join(done) + "\n", encoding="utf-8-sig")
    assert main(["accept", str(out), "--into", str(plan)]) == 0
    kept = (plan / "clauses.csv").read_text(encoding="utf-8").splitlines()
    assert len(kept) == 2
    assert kept[1].startswith("一,目标,Goals,0,")
    assert len((plan / "targets.csv").read_text(encoding="utf-8").splitlines()) == 1
    capsys.readouterr()
    assert main(["accept", str(out), "--into", str(plan)]) == 2
    assert "already there" in capsys.readouterr().err


def test_an_accepted_row_with_a_gap_leaves_nothing_behind(capsys, tmp_path):
    path = tmp_path / "new.txt"
    path.write_text(DOCUMENT, encoding="utf-8", newline="\n")
    assert main(["extract", str(path), "--region", "440100", "--out", str(tmp_path / "out")]) == 0
    table = tmp_path / "out" / "clauses.csv"
    table.write_text(table.read_text(encoding="utf-8-sig").replace("\n,", "\nyes,", 1), encoding="utf-8-sig")
    capsys.readouterr()
    assert main(["accept", str(tmp_path / "out"), "--into", str(tmp_path / "plan")]) == 2
    assert "clauses.csv:2: column 'title_en'" in capsys.readouterr().err
    assert not (tmp_path / "plan").exists()


def test_check_looks_at_every_kind_of_shipped_data(tmp_path, root):
    """One fault in each kind of data, in a copy: each is found, and nothing else."""
    data = shutil.copytree(root / "data", tmp_path / "data")
    for name, old, new in (
        ("plans/zibo-2021/plan.yaml", b"quantified_targets: 0", b"quantified_targets: 1"),
        ("baselines/context.csv", b"98613", b"98614"),
        ("facilities/5g.yaml", b"format_version: 1", b"format_version: 9"),
    ):
        path = data / name
        assert old in path.read_bytes(), name
        path.write_bytes(path.read_bytes().replace(old, new))
    done = subprocess.run(
        [sys.executable, "-m", "infraplan", "check", "--json"],
        cwd=root,
        env={**os.environ, "INFRAPLAN_DATA": str(data)},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 1, done.stderr
    where = " ".join(row["where"] for row in json.loads(done.stdout))
    assert "zibo-2021/targets.csv" in where
    assert "baselines/context.csv" in where
    assert "5g.yaml" in where
