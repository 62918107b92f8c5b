"""Folding of names: what people vary without meaning another place is taken away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.geocode import text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("廣州圖書館", "广州图书馆"),
        ("１１０ＫＶ光譜變電站", "110kV光谱变电站"),
        ("广州塔 (Canton Tower)", "广州塔Canton  tower"),
        ("Nánshā", "nansha"),
        ("白云（棠溪）火车站", "白云棠溪火车站"),
        ("保利·中航城", "保利中航城"),
    ],
)
def test_what_people_vary_is_taken_away(one: str, other: str) -> None:
    assert text.fold(one) == text.fold(other)


def table_words() -> list[str]:
    return sorted({word for *_, words in text._converter().dict_cache.values() for word in words})


@given(
    st.lists(
        st.sampled_from(table_words()) | st.text("乾坤著名广廣徐覆发髮后後里裏面麵𠁞A1 ", max_size=3),
        max_size=4,
    )
)
def test_a_text_that_nothing_changes_is_not_converted_and_any_other_is(parts: list[str]) -> None:
    whole = "".join(parts)
    assert text.simplified(whole) == text._converter().convert(whole)


def test_a_text_without_traditional_characters_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    text._traditional()
    monkeypatch.setattr(text, "_converter", lambda: pytest.fail("converted"))
    assert text.fold("云龙区5G基站（二期）") == "云龙区5g基站二期"


@pytest.mark.parametrize(("one", "other"), [("广州东站", "广州西站"), ("一中", "二中"), ("A座", "B座")])
def test_what_tells_places_apart_stays(one: str, other: str) -> None:
    assert text.fold(one) != text.fold(other)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_more(raw: str) -> None:
    once = text.fold(raw)
    assert text.fold(once) == once


@given(st.text(alphabet="广州塔大学abc1 ", max_size=20))
def test_grams_cover_the_text(raw: str) -> None:
    folded = text.fold(raw)
    grams = text.grams(folded)
    assert len(grams) == len(set(grams))
    assert all(gram in folded for gram in grams)
    assert set("".join(grams)) == set(folded)


def test_english_generic_words_become_pinyin() -> None:
    assert "nanshagang" in text.latin_variants("Nansha port")
    assert "guangzhounanzhan" in text.latin_variants("Guangzhou South Railway Station")


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("天河区", "天河"),
        ("酉阳土家族苗族自治县", "酉阳"),
        ("新华街道", "新华"),
        ("丰县", "丰县"),
        ("前郭尔罗斯蒙古族自治县", "前郭尔罗斯"),
    ],
)
def test_a_unit_without_its_ending(name: str, stem: str) -> None:
    assert text.without_ending(name) == stem


def test_keys_hold_name_pinyin_and_the_name_without_units_in_front() -> None:
    found = text.keys(["广州市第一人民医院(本部)"], lambda name: f"pinyin {len(name)}", ["广州市", "广州"])
    assert found[0] == "广州市第一人民医院本部"
    assert {"广州市第一人民医院", "第一人民医院本部", "第一人民医院", "pinyin9"} <= set(found)


def test_a_short_rest_is_no_key_of_its_own() -> None:
    assert "军校" not in text.keys(["黄埔军校"], lambda name: "x", ["黄埔"])
