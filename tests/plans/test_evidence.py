"""The proof against the source: phrases, figures, bodies, the file itself, and the sweep of all numbers."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from geo.errors import InfraPlanError
from plans import catalogue, checks, evidence
from plans.evidence import stated_figures, sweep

FAULTS = [
    ("phrase", "targets.csv", "累计建成3.89万个5G基站", "累计建成3.98万个5G基站"),
    ("figure", "targets.csv", ",38900,count,", ",39800,count,"),
    ("figure", "targets.csv", ",38900,count,", ",38900,m,"),
    ("qualifier", "targets.csv", "38900,count,,exact", "38900,count,,>"),
    ("deadline_text", "targets.csv", ",2022,stated,到2022年,", ",2021,stated,到2022年,"),
    ("deadline_text", "targets.csv", ",2022,stated,到2022年,", ",2022,stated,到2022年底,"),
    ("aspirations", "targets.csv", "300,count,,aspirational,yes", "300,count,,aspirational,no"),
    ("clauses_are_complete", "clauses.csv", "二(一)1,", "二(二)1,"),
    ("clause_mark", "clauses.csv", "二(一)1,", "二(一)3,"),
    ("named_bodies", "clauses.csv", "b-miit|b-drc|", "b-drc|"),
    ("named_bodies", "clauses.csv", "b-drc,b-drc", "b-drc,"),
    ("stated", "plan.yaml", "title_zh: 某市", "title_zh: 另一市"),
    ("stated", "plan.yaml", "title_stated: true", "title_stated: false"),
    ("source_sha256", "plan.yaml", "source_sha256: ", "source_sha256: 0"),
    ("source_characters", "plan.yaml", "source_characters: ", "source_characters: 1"),
    ("source_file", "plan.yaml", "some.txt", "other.txt"),
    ("unaccounted_number", "not_targets.csv", "110千伏", "推进"),
]


@pytest.mark.parametrize(("check", "file", "old", "new"), FAULTS, ids=[f"{f[0]}-{f[3][:14]}" for f in FAULTS])
def test_a_planted_fault_is_found(folder, check, file, old, new):
    folder.change(file, old, new)
    plan, _ = catalogue.read_plan("some-plan", folder.root)
    found = [p for p in evidence.check_sources(plan, folder.sources) if p.check == check]
    assert found, f"{check} did not find it"
    assert all(p.en and p.zh for p in found)


def test_a_phrase_elsewhere_is_told_its_offset(folder):
    text = (folder.sources / "some.txt").read_text(encoding="utf-8")
    offset = text.index("110千伏")
    folder.change("not_targets.csv", f"110千伏,{offset}", f"110千伏,{offset + 3}")
    plan = catalogue.load_plan("some-plan", folder.root)
    [problem] = [p for p in evidence.check_sources(plan, folder.sources) if p.check == "phrase"]
    assert str(offset) in problem.en.split("stands at")[1]


def test_a_phrase_of_another_clause_is_found(folder):
    folder.change("targets.csv", "二(一)1,力争", "二(一)2,力争")
    plan = catalogue.load_plan("some-plan", folder.root)
    assert "phrase_clause" in {p.check for p in evidence.check_sources(plan, folder.sources)}


def test_a_number_added_to_the_source_is_reported(folder):
    path = folder.sources / "some.txt"
    path.write_text(
        path.read_text(encoding="utf-8") + "另建5座机房,两座站。\n", encoding="utf-8", newline="\n"
    )
    plan = catalogue.load_plan("some-plan", folder.root)
    found = [p.en for p in evidence.check_sources(plan, folder.sources) if p.check == "unaccounted_number"]
    assert len(found) == 2
    assert "'5'" in found[0]
    assert "'两'" in found[1]


def test_offsets_hold_when_the_source_has_windows_line_ends(folder):
    path = folder.sources / "some.txt"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    plan = catalogue.load_plan("some-plan", folder.root)
    # the file is another one, but every phrase still stands at its offset
    assert {p.check for p in evidence.check_sources(plan, folder.sources)} == {"source_sha256"}


def test_a_folder_that_is_not_there_is_refused(folder, tmp_path):
    plan = catalogue.load_plan("some-plan", folder.root)
    with pytest.raises(InfraPlanError, match="does not exist"):
        evidence.check_sources(plan, tmp_path / "nowhere")


SOURCES = os.environ.get("INFRAPLAN_SOURCES")


@pytest.mark.skipif(not SOURCES, reason="INFRAPLAN_SOURCES names no folder of source texts")
@pytest.mark.parametrize("plan_id", catalogue.available())
def test_each_shipped_plan_is_proved_by_its_source(plan_id):
    assert [p.text() for p in checks.check_plan(plan_id, Path(str(SOURCES)))] == []


@pytest.mark.skipif(not SOURCES, reason="INFRAPLAN_SOURCES names no folder of source texts")
@pytest.mark.parametrize("plan_id", catalogue.available())
def test_no_quantified_target_can_be_forgotten_or_changed_unseen(plan_id):
    """The proof itself is proved: drop a target, or multiply it by ten, and the sources speak up."""
    plan = catalogue.load_plan(plan_id)
    text, _ = evidence.read_source(plan, Path(str(SOURCES)))
    for position, target in enumerate(plan.targets):
        if target.value is not None:
            before, after = plan.targets[:position], plan.targets[position + 1 :]
            dropped = dataclasses.replace(plan, targets=(*before, *after))
            assert list(sweep.unaccounted_numbers(dropped, text)), target.id
            tenfold = dataclasses.replace(target, value=target.value * 10)
            changed = dataclasses.replace(plan, targets=(*before, tenfold, *after))
            assert list(stated_figures.figures(changed, text)), target.id
