"""Whole lists."""

import numpy as np
import pandas as pd
import pytest

from geo.errors import InfraPlanError
from geo.geocode import geocode, geocode_table
from geo.geocode.table import ADDED


@pytest.fixture
def projects() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "项目名称": [
                "广州图书馆智慧化改造",
                "5G基站建设",
                "鑫晶半导体扩产",
                None,
                "和平街道充电站",
                "某某厂",
            ],
            "建设地点": ["天河区", 440106.0, "徐州经开区", "黄埔区永和街道", "张店区", None],
            "投资": [1, 2, 3, 4, 5, 6],
        },
        index=[10, 20, 30, 40, 50, 60],
    )


def test_rows_stay_as_they_are_and_in_order(projects: pd.DataFrame) -> None:
    before = projects.copy()
    result = geocode_table(projects, "项目名称", "建设地点")
    pd.testing.assert_frame_equal(projects, before)
    pd.testing.assert_frame_equal(result[list(before.columns)], before)
    assert list(result.columns) == [*before.columns, *ADDED]


def test_each_row_finds_its_place(projects: pd.DataFrame) -> None:
    result = geocode_table(projects, "项目名称", "建设地点")
    assert result["geo_name"].tolist()[:5] == ["广州图书馆", "天河区", "鑫晶半导体", "永和街道", "和平街道"]
    assert result["geo_adcode"].tolist()[:5] == ["440106", "440106", "320371", "440112", "370303"]
    assert result["geo_from"].tolist()[:4] == ["name", "place", "name", "place"]


def test_unknown_is_empty_not_zero(projects: pd.DataFrame) -> None:
    last = geocode_table(projects, "项目名称", "建设地点").iloc[-1]
    assert last[ADDED].isna().all()


def test_a_table_answers_as_the_single_look_up_does() -> None:
    names = ["广州塔", "番禺区政府", "云龙区人民法院", "山东理工大学", "濯水古镇"]
    result = geocode_table(pd.DataFrame({"n": names}), "n")
    for name, (_, row) in zip(names, result.iterrows(), strict=True):
        best = geocode(name)[0]
        assert (row["geo_lon"], row["geo_lat"], row["geo_name"]) == (best.lon, best.lat, best.name)


def test_namesakes_are_pointed_out() -> None:
    row = geocode_table(pd.DataFrame({"n": ["和平街道"]}), "n").iloc[0]
    assert "和平街道" in row["geo_alternatives"]


def test_a_region_holds_everything(projects: pd.DataFrame) -> None:
    result = geocode_table(projects, "项目名称", "建设地点", region="440100")
    assert result["geo_adcode"].dropna().str.startswith("4401").all()


def test_a_missing_column_is_told(projects: pd.DataFrame) -> None:
    with pytest.raises(InfraPlanError, match="has no column '名称'; it has: 项目名称"):
        geocode_table(projects, "名称")


def test_an_empty_list_stays_empty() -> None:
    result = geocode_table(pd.DataFrame({"n": pd.Series([], dtype=str)}), "n")
    assert len(result) == 0
    assert set(ADDED) <= set(result.columns)


def test_numbers_and_missing_cells_are_taken_as_text() -> None:
    result = geocode_table(pd.DataFrame({"n": [440106, np.nan, pd.NA, "  "]}), "n")
    assert result["geo_adcode"].tolist()[0] == "440106"
    assert result["geo_adcode"].isna().tolist() == [False, True, True, True]
