"""What goes with a result: own data with number, source, file and checksum, and remarks on other people's sentences."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from layers import stated
from scenarios import changes, load

SHA = "ab" * 32
SOURCE = {
    "upload": "u1", "title": "单位清单", "file": "基站(2021,甲).xlsx", "sha256": SHA,
    "stated_source": "市工信局", "by": "王芳",
    "at": "2026-01-02T03:04:05Z",
}  # fmt: skip
CELL = "89411c80e4fffff"


def result(facts=None, **parts):
    """As much of an allocation as is read here."""
    base = load.load("guangzhou-5g-2022")
    scenario = load.of_document({**base.document, **parts}, "form")
    solution = SimpleNamespace(facts=facts or {}, notes=(("既有 3 个", "3 existing"),))
    return SimpleNamespace(
        scenario=scenario, solution=solution, people=np.array([5, 6]), fingerprint="0123456789abcdef"
    )


def test_a_scenario_that_brings_nothing_has_nothing_to_list():
    assert stated.brought(result()) == ()


def test_existing_units_stand_with_number_source_file_and_checksum():
    cells = {CELL: 390, "89411c80e0fffff": 3}
    [item] = stated.brought(result(existing={"cells": cells, "source": SOURCE}))
    assert (item.key, item.number) == ("existing", 393)
    said = item.whole("zh")
    for part in (
        "既有设施：393 个",
        "来源：市工信局",
        "文件：基站(2021,甲).xlsx",
        f"SHA-256 {SHA}",
        "上传：王芳",
    ):
        assert part in said, "a file's name stands as it is"
    assert item.sentence("zh") == "既有设施:393 个;来源:市工信局"
    assert item.sentence("en").startswith("Existing units: 393 units; source: 市工信局")


def test_units_beyond_the_region_are_told():
    facts = {"existing": 300, "existing_outside_region": 93}
    [item] = stated.brought(result(facts, existing={"cells": {CELL: 393}, "source": SOURCE}))
    assert "393 个(其中 93 在区域外,不计入)" in item.sentence("zh")
    [item] = stated.brought(result(facts, existing={"file": "站.csv", "datum": "WGS84"}))
    assert (item.number, item.source["file"]) == (393, "站.csv")
    [item] = stated.brought(result(existing={"file": "站.csv", "datum": "WGS84"}))
    assert "数量未知" in item.sentence("zh")
    assert "来源:未填写" in item.sentence("zh")


def test_sites_limits_quotas_and_people_are_listed():
    found = stated.brought(
        result(
            candidates={
                "sites": {"cells": [CELL], "source": SOURCE},
                "limits": [{"kind": "ecological_redline", "cells": [CELL], "source": SOURCE}],
            },
            quotas={"method": "largest_remainder", "file": "配额.xlsx"},
        ),
        {"file": "人口.tif", "sha256": SHA},
    )
    assert [item.key for item in found] == [
        "candidates.sites",
        "candidates.limits",
        "quotas.file",
        "population",
    ]
    assert [item.number for item in found] == [1, 1, None, 11]
    assert found[1].name[0] == "限制范围(生态保护红线)"
    assert found[0].sentence("en").startswith("Candidate sites: 1 cell;")
    assert "配额.xlsx" in found[2].whole("zh")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sentences_of_another_scenario_follow_their_remark(lang):
    allocation = result(amount=7, assumptions=[*load.load("guangzhou-5g-2022").document["assumptions"]])
    told = stated.Stated(sentences=changes.sentences(allocation.scenario))
    [(is_remark, text), *rest] = told.assumptions(lang)
    assert is_remark
    assert {"zh": "已改动:数量", "en": "changed here: Amount"}[lang] in text
    assert [t for mark, t in rest if not mark] == [
        a[lang] for a in allocation.scenario.document["assumptions"]
    ]


def test_the_sidecars_part_has_remarks_beside_the_sentences_and_the_runs_notes():
    allocation = result(amount=7)
    told = stated.Stated(
        changes.of_library(allocation.scenario),
        changes.sentences(allocation.scenario),
        stated.brought(allocation),
    )
    document = stated.document(told, allocation)
    assert document["changed"]["keys"] == ["amount"]
    assert all("已改动:数量" in row["remark_zh"] for row in document["assumptions"])
    assert document["notes"] == [{"zh": "既有 3 个", "en": "3 existing"}]
    plain = stated.document(stated.plain(allocation.scenario), allocation)
    assert plain["changed"] is None
    assert all("remark_zh" not in row for row in plain["assumptions"])


def test_files_of_a_changed_scenario_bear_its_fingerprint():
    allocation = result(amount=7)
    changed = stated.Stated(changes.of_library(allocation.scenario))
    assert changed.stem(allocation) == "guangzhou-5g-2022-01234567"
    assert dataclasses.replace(changed, changes=None).stem(allocation) == "guangzhou-5g-2022"
