"""The search box of the map: typed words and the Enter key lead where the list's own lines lead."""

from __future__ import annotations

import math

import pytest
import shapely

from infraplan.ui.views import map_find, map_view
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
        (
            "天河体育中心",
            "spot:天河体育中心",
        ),  # a place of the gazetteer before a name that only holds the word
        ("智慧灯杆", "target:"),  # a part of a name
        ("火星基地", "nowhere:火星基地"),
        (
            "加氢站",
            "project:gz-hydrogen-stations",
        ),  # the plan's own before a place whose name only holds the word
        ("，", "nowhere:，"),  # a mark alone stands in every name
        ("、。", "nowhere:"),
        ("发改委", "nowhere:发改委"),
        ("55000", "target:gz-chargers"),  # figures, whichever way they are written
        ("55,000", "target:gz-chargers"),
        ("5.5万", "target:gz-chargers"),
        ("约5.5万个", "target:gz-chargers"),
        ("about 55,000", "target:gz-chargers"),
        ("6.7万", "target:gz-5g-sites"),
        ("3.89萬個", "target:gz-5g-stations"),
        ("12亿", "target:gz-identifier-registrations"),
        ("200公里", "target:gz-test-roads"),
        ("200km", "target:gz-test-roads"),
        ("5.5万公里", "nowhere:5.5万公里"),  # not of that unit
        ("5G基站", "target:gz-5g-stations"),  # begins with a number and is none
    ],
)
def test_typed_words_are_found(typed, chosen):
    plan = catalogue.load_plan("guangzhou-2020")
    known = {f"target:{x.id}": x.indicator_zh for x in plan.targets}
    known |= {f"project:{p.id}": p.name_zh for p in plan.projects} | {"district:440106": "天河区"}
    known |= {"district:440106": "Tianhe District"} if typed.isascii() else {}
    assert map_find.meant(typed, known, "440100", plan.targets).startswith(chosen)


@pytest.mark.parametrize("place", ["x:y:50:甲", "113.3:23.1", "nan:nan:5:甲", "999:99:5:甲", ":::"])
def test_a_link_to_no_position_shows_what_was_promised(page, place):
    test = page("map", scenario="none", sel=f"place:{place}")
    assert not test.exception
    assert [e.value for e in test.error] == []


@pytest.mark.parametrize(
    ("typed", "plan", "chosen"),
    [
        ("154.13亿元", "qianjiang-2021", "qj-investment-total"),
        ("15.413 bn yuan", "qianjiang-2021", "qj-investment-total"),
        ("931 m yuan", "qianjiang-2021", "qj-investment-under-construction"),
        ("不少于85%", "qianjiang-2021", "qj-5g-coverage"),
        ("3个百分点", "xuzhou-2020", "xz20-strategic-growth"),
    ],
)
def test_money_and_shares_are_found_as_the_screens_write_them(typed, plan, chosen):
    found = catalogue.load_plan(plan)
    assert map_find.meant(typed, {}, found.region_adcode, found.targets) == f"target:{chosen}"


def words(test) -> str:
    """The cards, captions and warnings of the page."""
    html = [getattr(getattr(e, "proto", None), "body", "") for e in test.get("html")]
    return "\n".join([*html, *(e.value for e in (*test.caption, *test.warning))])


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "不查责任单位"), ("en", "responsible bodies and phrases are not")]
)
def test_what_is_not_found_says_what_is_searched(page, lang, said):
    test = page("map", scenario="none", sel="nowhere:发改委", lang=lang)
    assert said in words(test)
    assert "发改委" in test.warning[0].value


def test_a_place_of_the_gazetteer_says_how_sure_it_is(page):
    said = words(page("map", scenario="none", sel="spot:加氢站"))
    assert "广州南站附近移动加氢站" in said
    assert '<span class="tag warn">未核实</span>' in said
    assert "±8 公里" in said
    assert "人工整理" in said
    assert "名称最接近的一处" in said
    exact = words(page("map", scenario="none", sel="spot:天河体育中心"))
    assert "OpenStreetMap" in exact
    assert "未核实" not in exact
    assert "名称最接近的一处" not in exact


@pytest.mark.parametrize(("lang", "said"), [("zh", "由链接给出"), ("en", "the link's own")])
def test_a_place_of_a_link_is_said_to_be_the_links(page, lang, said):
    assert said in words(page("map", scenario="none", sel="place:113.3:23.1:10:假地点", lang=lang))


@pytest.mark.parametrize("metres", ["9" * 400, "1000001"])
def test_an_accuracy_that_no_place_has_is_taken_for_unknown(page, metres):
    test = page("map", scenario="none", sel=f"place:113.3:23.1:{metres}:x")
    assert not test.exception
    assert [e.value for e in test.error] == []
    assert "<dd>—</dd>" in words(test)
    assert "±1,000 公里" in words(page("map", scenario="none", sel="place:113.3:23.1:1000000:x"))


@pytest.mark.parametrize("metres", [500, 2_000, 8_000, 20_000])
def test_the_map_flies_no_nearer_than_shows_the_circle_of_accuracy(metres):
    place = map_find.spot("加氢站", "440100")
    _, zoom = map_view._flight(shapely.Point(place.lon, place.lat), metres)
    metres_a_pixel = 156_543 * math.cos(math.radians(place.lat)) / 2**zoom
    assert 2 * metres / metres_a_pixel <= map_view.HEIGHT
    assert map_view._flight(shapely.Point(place.lon, place.lat), None)[1] == 13
