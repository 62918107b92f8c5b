"""The offline search on the shipped gazetteer."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import UnknownNameError
from geo.geocode import Candidate, geocode
from geo.geocode.gazetteer import load
from geo.geocode.query import prefix
from geo.geocode.search import THRESHOLD

# A place may be run by, or reach into, another district than that of its point; a functional zone lies in several.
ALSO = {r.id: r.also for r in load().records if r.also}
INSIDE = {"320371": {"320371", "320302", "320303", "320305", "320312"}}


def best(text: str, region: str | None = None) -> Candidate:
    found = geocode(text, region)
    assert found, f"{text} is unknown"
    return found[0]


@pytest.mark.parametrize(
    ("text", "name", "adcode"),
    [
        ("中新广州知识城", "中新广州知识城", "440112"),
        ("Nansha port", "广州港南沙港区", "440115"),
        ("Canton Tower", "广州塔", "440105"),
        ("Guangzhou South Railway Station", "广州南站", "440113"),
        ("guangzhoutushuguan", "广州图书馆", "440106"),
        ("廣州圖書館", "广州图书馆", "440106"),
        ("广州塔", "广州塔", "440105"),
        ("小蛮腰", "广州塔", "440105"),
        ("110千伏猎桥智能变电站", "110kV猎桥变电站", "440106"),
        ("黄埔区永和街道", "永和街道", "440112"),
        ("黔江区濯水镇", "濯水镇", "500114"),
        ("白云机场", "广州白云国际机场", "440111"),
        ("徐州经开区", "徐州经济技术开发区", "320371"),
    ],
)
def test_places_by_their_names(text: str, name: str, adcode: str) -> None:
    found = best(text)
    assert (found.name, found.adcode) == (name, adcode)
    assert found.datum == "WGS84"


def test_a_street_in_a_named_area_of_a_stated_district() -> None:
    found = best("黄埔区科学城光谱路")
    assert (found.adcode, found.precision, found.status) == ("440112", "road", "unverified")
    assert 113.4 < found.lon < 113.5
    assert 23.1 < found.lat < 23.2
    assert found.accuracy_m >= 2000


@pytest.mark.parametrize(
    ("text", "adcode"),
    [
        ("440106", "440106"),
        ("天河区", "440106"),
        ("天河", "440106"),
        ("Tianhe District", "440106"),
        ("萝岗区", "440112"),  # abolished 2014
        ("铜山县", "320312"),  # a district since 2010
        ("东山区", "440104"),  # abolished 2005
        ("贵阳市白云区", "520113"),  # not the one of Guangzhou
        ("白云区", "440111"),
        ("徐州市鼓楼区", "320302"),
        ("沙县", "350405"),
        ("广州", "440100"),
        ("淄博市", "370300"),
        ("320371", "320371"),
    ],
)
def test_units_by_code_name_and_former_name(text: str, adcode: str) -> None:
    found = best(text)
    assert found.adcode == adcode
    assert found.precision in ("district", "city")
    assert found.accuracy_m > 3000


def test_a_township_by_its_code() -> None:
    assert best("440112015").name == "永和街道"


def test_institutions_and_streets_inside_titles_of_projects() -> None:
    assert best("广州图书馆5G应用示范项目").name == "广州图书馆"
    assert best("街区智慧服务平台（北京路步行街）", "440100").name == "北京路"
    assert best("广州市天河区体育东路100号").name == "体育东路"


def test_the_rest_of_a_title_widens_the_accuracy() -> None:
    whole, part = best("广州图书馆"), best("广州图书馆少儿创客空间二号馆")
    assert part.name == whole.name
    assert part.accuracy_m > whole.accuracy_m
    assert part.score < whole.score


@pytest.mark.parametrize(
    "text", ["此地并不存在xyz", "天和通讯 硅基氮化镓", "巨电动力锂电池", "qqqq", "", "  ", "999999"]
)
def test_unknown_is_said_to_be_unknown(text: str) -> None:
    assert geocode(text) == []


def test_a_stated_district_limits_the_search() -> None:
    assert {c.adcode for c in geocode("鼓楼区人民法院", "320302")} <= {"320302"}
    assert all(c.adcode == "370303" for c in geocode("淄博市张店区和平街道"))
    assert best("和平街道", "370300").adcode == "370303"
    assert best("和平街道", "320300").adcode == "320311"


def test_a_district_is_all_that_is_known_of_an_unknown_site_in_it() -> None:
    found = best("黄埔区某某某不存在的厂房")
    assert (found.adcode, found.precision) == ("440112", "district")
    assert found.score < 0.8


def test_a_functional_zone_reaches_over_the_districts_it_lies_in() -> None:
    assert best("鑫晶半导体", "320371").adcode == "320371"
    assert best("徐工集团", "320371").adcode == "320302"


def test_a_name_of_two_characters_inside_another_is_not_that_place() -> None:
    """龙湖街道 is in Guangzhou, 云龙湖 in Xuzhou, and the gazetteer has no point of the lake."""
    assert all(c.name != "龙湖街道" for c in geocode("云龙湖"))


def test_an_unknown_region_is_an_error() -> None:
    with pytest.raises(UnknownNameError, match="999999"):
        geocode("天河", "999999")


def test_a_township_without_a_point_stands_at_its_district_and_says_so() -> None:
    found = best("房镇镇", "370303")
    district = best("370303")
    assert (found.lon, found.lat, found.precision) == (district.lon, district.lat, "district")
    assert found.accuracy_m == district.accuracy_m


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet="广州市天河区黄埔科学城南沙港第一人民医院路大道智慧工程（）abc1·110kV", max_size=24),
    st.sampled_from([None, "440100", "440112", "320371", "500114", "370000"]),
    st.integers(1, 7),
)
def test_answers_keep_their_contract(text: str, region: str | None, limit: int) -> None:
    found = geocode(text, region, limit)
    assert len(found) <= limit
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
    for c in found:
        assert THRESHOLD <= c.score <= 1
        assert c.accuracy_m > 0
        assert c.position().datum == "WGS84"
        if region:
            assert {c.adcode[: len(prefix(region))], *ALSO.get(c.id, ())} & INSIDE.get(
                region, {prefix(region)}
            )
    assert geocode(text, region, limit) == found


@pytest.mark.parametrize(
    ("text", "adcodes"),
    [("天河区/海珠区", ["440105", "440106"]), ("从化区、增城区", ["440117", "440118"])],
)
def test_units_side_by_side_count_both(text: str, adcodes: list[str]) -> None:
    assert sorted(c.adcode for c in geocode(text) if c.precision == "district") == adcodes


@pytest.mark.parametrize("text", ["广州市第二人民医院", "增城经济技术开发区", "云龙湖风景区"])
def test_a_namesake_elsewhere_is_no_sure_answer(text: str) -> None:
    assert all(c.score < 0.8 for c in geocode(text))


def test_words_of_projects_inside_a_name_are_part_of_it() -> None:
    assert [c.name for c in geocode("天河智慧城") if c.score == 1] == ["天河智慧城"]


def test_a_word_that_is_also_a_unit_states_none() -> None:
    assert best("徐州高新区").name == "徐州高新技术产业开发区"
    assert not [c for c in geocode("铜山新区") if not c.adcode.startswith("3203")]


def test_a_government_without_a_building_of_its_own_is_at_its_seat() -> None:
    seat, unit = best("睢宁县人民政府"), best("睢宁县")
    assert (seat.lon, seat.lat, seat.precision) == (unit.lon, unit.lat, "site")
    assert seat.accuracy_m < unit.accuracy_m


def test_a_code_in_front_of_a_name_limits() -> None:
    assert best("440112 黄埔区").adcode == "440112"
    assert best("370303和平街道").adcode == "370303"


def test_a_page_of_text_is_answered_as_quickly_as_a_line() -> None:
    assert best("广州图书馆" + "," * 10 + "某" * 100_000).name == "广州图书馆"


def test_threads_answer_alike() -> None:
    texts = ["廣州圖書館", "Nansha port", "黄埔区科学城光谱路", "440106"] * 8
    alone = [geocode(t) for t in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(geocode, texts)) == alone


@pytest.mark.parametrize("text", ["白云国际机场/空港", "5G应用示范(广州图书馆)"])
def test_a_name_set_apart_by_brackets_or_strokes_is_the_place_itself(text: str) -> None:
    assert best(text).precision == "site"
