"""English names of Chinese units."""

from __future__ import annotations

import pytest

from geo import boundaries, names


@pytest.mark.parametrize(
    ("name", "level", "english"),
    [
        ("西安市", "city", "Xi'an City"),
        ("六安市", "city", "Lu'an City"),
        ("长治市", "city", "Changzhi City"),
        ("吕梁市", "city", "Lüliang City"),
        ("哈尔滨市", "city", "Harbin City"),
        ("延边朝鲜族自治州", "city", "Yanbian Korean Autonomous Prefecture"),
        ("锡林郭勒盟", "city", "Xilingol League"),
        ("鄂温克族自治旗", "district", "Evenki Autonomous Banner"),
        ("东乡族自治县", "district", "Dongxiang Autonomous County"),
        ("威宁彝族回族苗族自治县", "district", "Weining Yi, Hui and Miao Autonomous County"),
        ("龙胜各族自治县", "district", "Longsheng Multi-ethnic Autonomous County"),
        ("管城回族区", "district", "Guancheng Hui District"),
        ("白云鄂博矿区", "district", "Baiyun'ebo Mining District"),
        ("神农架林区", "city", "Shennongjia Forestry District"),
        ("内蒙古自治区", "province", "Inner Mongolia Autonomous Region"),
        ("新疆维吾尔自治区", "province", "Xinjiang Uyghur Autonomous Region"),
        ("上海市", "province", "Shanghai Municipality"),
        ("邳州市", "district", "Pizhou City (county-level)"),
        ("单县", "district", "Shan County"),
    ],
)
def test_names_in_common_use(name: str, level: str, english: str) -> None:
    assert names.english(name, level) == english


def test_hong_kong_has_its_own_names() -> None:
    assert names.english("大埔区", "district", "810000") == "Tai Po District"
    assert names.english("大埔县", "district", "440000") == "Dabu County"
    assert names.english("东区", "district", "810000") == "Eastern District"


def test_every_unit_of_china_has_a_latin_name() -> None:
    for unit in boundaries.units():
        assert unit.name_en.isascii() or set(unit.name_en) - set(map(chr, range(128))) <= {"ü", "Ü"}, unit
        assert unit.name_en[0].isupper(), unit
