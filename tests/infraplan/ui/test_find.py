"""The search box of the map: typed words and the Enter key lead where the list's own lines lead."""

from __future__ import annotations

import pytest

from infraplan.ui.views import map_panel
from plans import catalogue


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("建成充电桩", "target:gz-chargers"),  # the whole name, typed
        ("建成充電樁", "target:gz-chargers"),  # in traditional characters
        ("充电桩", "target:gz-chargers"),  # of all that hold it, the name that holds little more
        ("天河区", "district:440106"),
        ("天河", "district:440106"),  # not a place of that name somewhere in it
        ("Tianhe", "district:440106"),
        ("天河体育中心", "place:"),  # a place of the gazetteer before a name that only holds the word
        ("智慧灯杆", "target:"),  # a part of a name
        ("火星基地", "nowhere:火星基地"),
    ],
)
def test_typed_words_are_found(typed, chosen):
    plan = catalogue.load_plan("guangzhou-2020")
    known = {f"target:{x.id}": x.indicator_zh for x in plan.targets}
    known |= {f"project:{p.id}": p.name_zh for p in plan.projects} | {"district:440106": "天河区"}
    known |= {"district:440106": "Tianhe District"} if typed.isascii() else {}
    assert map_panel.meant(typed, known, "440100").startswith(chosen)


@pytest.mark.parametrize("place", ["x:y:50:甲", "113.3:23.1", "nan:nan:5:甲", "999:99:5:甲", ":::"])
def test_a_link_to_no_position_shows_what_was_promised(page, place):
    test = page("map", scenario="none", sel=f"place:{place}")
    assert not test.exception
    assert [e.value for e in test.error] == []
