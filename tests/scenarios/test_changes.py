"""What a scenario was changed from, and for which scenario its sentences were written."""

from __future__ import annotations

import copy
import re

import pytest

from scenarios import changes, load, words

BASE = "guangzhou-5g-2022"


def altered(**parts):
    """The library's scenario with other values, as a form makes it."""
    document = copy.deepcopy(dict(load.load(BASE).document))
    for key, value in parts.items():
        document[key] = {**document[key], **value} if isinstance(document.get(key), dict) else value
    return load.of_document(document, "form")


def test_the_librarys_own_is_not_changed():
    assert changes.of_library(load.load(BASE)) is None
    assert changes.of_library(altered(effort="quick")) is None
    assert changes.sentences(load.load(BASE)) == [(None, load.load(BASE).document["assumptions"])]


def test_what_is_left_out_and_what_is_said_to_be_unknown_are_the_same():
    document = {k: v for k, v in load.load(BASE).document.items() if k != "existing"}
    assert changes.of_library(load.of_document(document, "form")) is None


@pytest.mark.parametrize(
    ("parts", "keys", "zh", "en"),
    [
        ({"quotas": {"fairness": 0.5}}, ("quotas.fairness",), "公平", "Fairness"),
        ({"facility": {"set": {"indoor_share": 0.2}}}, ("facility.set.indoor_share",), "室内站比例", "Indoor share"),
        ({"existing": {"cells": {"89411c80e4fffff": 3}}}, ("existing",), "既有设施", "Existing units"),
        (
            {"candidates": {"sites": {"cells": ["89411c80e4fffff"]}}, "amount": 5},
            ("candidates.sites", "amount"),
            "候选站址、数量",
            "Candidate sites, Amount",
        ),
    ],
)  # fmt: skip
def test_changed_keys_have_the_planners_words(parts, keys, zh, en):
    found = changes.of_library(altered(**parts))
    assert found.keys == keys
    assert (found.names("zh"), found.names("en")) == (zh, en)
    for lang, names in (("zh", zh), ("en", en)):
        assert names in found.sentence(lang)
        assert names in found.remark(lang)
    assert BASE in found.sentence("zh")


def test_what_was_taken_out_is_a_change_too():
    before = load.load(BASE).document
    fewer = {k: v for k, v in before.items() if k != "effort"} | {"seed": 3}
    less = {k: v for k, v in fewer.items() if k != "seed"}
    assert changes.differing(less, fewer) == ("seed",)
    assert changes.differing(fewer, less) == ("seed",)
    without = load.of_document({k: v for k, v in before.items() if k != "facility"}, "form")
    assert any(key.startswith("facility") for key in changes.of_library(without).keys)


def test_the_title_says_it_beside_what_is_distributed():
    scenario = altered(quotas={"fairness": 0.5})
    mark = changes.mark(changes.of_library(scenario))
    assert scenario.title("zh", mark).endswith("(期末总量,示例库情景的改动版)")
    assert scenario.title("en", mark).endswith("(stock at the deadline, changed from the library's scenario)")


def test_sentences_of_the_library_are_told_from_those_that_were_added():
    own = {"zh": "本院假定。", "en": "Ours."}
    theirs = load.load(BASE).document["assumptions"]
    scenario = altered(quotas={"fairness": 0.5}, assumptions=[*theirs, own])
    [(nobody, first), (base, rest)] = changes.sentences(scenario)
    assert (nobody, first) == (None, [own])
    assert (base.base_id, base.keys, rest) == (BASE, ("quotas.fairness",), theirs)


def test_another_title_or_sentence_alone_makes_no_sentence_untrue():
    theirs = load.load(BASE).document["assumptions"]
    scenario = altered(title_zh="另名", assumptions=theirs[:2])
    assert changes.of_library(scenario).keys == ("title_zh", "assumptions")
    assert changes.sentences(scenario) == [(None, theirs[:2])]


def test_a_copy_under_its_own_name_still_bears_the_librarys_sentences():
    scenario = altered(
        id="mine", title_zh="我的", title_en="Mine", existing={"cells": {"89411c80e4fffff": 3}}
    )
    assert changes.of_library(scenario) is None
    [(base, items)] = changes.sentences(scenario)
    assert (base.base_id, base.keys) == (BASE, ("existing",))
    assert items == load.load(BASE).document["assumptions"]


def test_sentences_of_a_saved_scenario_are_remarked_on_when_it_was_changed():
    before = dict(altered(id="mine", assumptions=[{"zh": "甲", "en": "a"}]).document)
    scenario = load.of_document({**before, "amount": 7}, "form")
    [(base, items)] = changes.sentences(scenario, before)
    assert (base.kind, base.keys, items) == ("saved", ("amount",), before["assumptions"])
    assert changes.sentences(scenario) == [(None, before["assumptions"])]


@pytest.mark.parametrize("name", load.available())
def test_the_librarys_sentences_name_settings_in_words_and_not_by_key(name):
    document = load.load(name).document
    texts = [document.get("amount_basis_zh", ""), *(a["zh"] for a in document.get("assumptions", []))]
    keys = [k.removeprefix("param.") for k in words.NAMES if "=" not in k]
    raw = re.compile("|".join(rf"\b{re.escape(k)}\b" for k in keys if "." in k or "_" in k))
    assert [raw.findall(text) for text in texts if raw.search(text)] == []
