"""A promise for a part of its region says for which, in both languages."""

from __future__ import annotations

import re

from layers.scopes import scope
from plans import catalogue


def test_every_scope_has_english_words():
    scoped = [x for plan in catalogue.load_all() for x in plan.targets if x.scope_zh]
    assert scoped
    assert [x.id for x in scoped if re.search("[\u4e00-\u9fff]", scope(x, "en"))] == []
    assert all(scope(x, "zh") == x.scope_zh for x in scoped)


def test_a_promise_for_the_whole_region_has_none():
    assert scope(catalogue.target("gz-5g-stations"), "zh") == ""
