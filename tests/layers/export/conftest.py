"""Layers that are hard to write, and readers that are not ours: GDAL's command-line tools."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo import grid
from layers.spec import Field, Layer
from layers.style import sequential

#: A rare name, an emoji, quotes, a line break, a formula, 228 characters, nothing, an empty-looking one.
TEXTS = ["䶮㙟", "基站😀", 'say "quoted", ok', "第一行\n第二行", "=1+1", "责任" * 114, None, "a\\b;c|d<e>&f"]


@pytest.fixture(scope="session")
def points() -> Layer:
    """Eight points, one without a place; every kind of field; numbers beyond 32 bits."""
    n = len(TEXTS)
    shapes = np.array([shapely.Point(113.2 + i / 100, 23.1 + i / 1000) for i in range(n)], dtype=object)
    shapes[6] = None
    frame = gpd.GeoDataFrame(
        {
            "id": [f"p-{i}" for i in range(n)],
            "adcode": ["440103"] * n,
            "name_zh": TEXTS,
            "units": pd.array([1, 0, 5, 7, None, 100, 2, 3], dtype="Int64"),
            "people": np.arange(n, dtype=np.int64) * 1_000_000_000,
            "per_10k": [0.123457, np.nan, 2.0, -3.5, 1e-6, 1e6, 0.0, 4.25],
            "quantified": [True, False, None, True, False, True, False, True],
            "deadline_year": pd.array([2022] * 7 + [None], dtype="Int64"),
            "issue_date": ["2021-05-06", None, "1999-12-31", *["2020-02-29"] * 5],
            "responsible": [["市工信局", "市发改委"], [], *[["甲"]] * 6],
        },
        geometry=shapes,
        crs="EPSG:4326",
    )
    return Layer(
        "projects", "难写的点", "Awkward points", "points", frame, FIELDS, notice_zh="注意", notice_en="Note"
    )


FIELDS = (
    Field("id", "标识", "Id", "code"),
    Field("adcode", "行政区代码", "District code", "code"),
    Field("name_zh", "项目名称", "Name"),
    Field("units", "测算数量", "Units", "integer"),
    Field("people", "常住人口(模型推算)", "Residents (modelled)", "people"),
    Field("per_10k", "每万人数量", "Units per 10,000", "number"),
    Field("quantified", "是否量化", "Quantified", "flag"),
    Field("deadline_year", "完成年份", "Due", "ordinal"),
    Field("issue_date", "发文日期", "Date of issue", "date"),
    Field("responsible", "责任单位", "Responsible", "list"),
)


@pytest.fixture(scope="session")
def polygons() -> Layer:
    """A clockwise polygon with a hole, and a multipolygon."""
    ring = [(113.0, 23.0), (113.0, 23.5), (113.5, 23.5), (113.5, 23.0)]
    hole = [(113.1, 23.1), (113.3, 23.1), (113.3, 23.3), (113.1, 23.3)]
    first = shapely.Polygon(ring, [hole])
    second = shapely.MultiPolygon(
        [shapely.box(113.6, 23.0, 113.7, 23.1), shapely.box(113.8, 23.0, 113.9, 23.123456789)]
    )
    frame = gpd.GeoDataFrame(
        {"adcode": ["440103", "440104"], "name_zh": ["荔湾区", "越秀区"], "quota": [3, 5]},
        geometry=[first, second],
        crs="EPSG:4326",
    )
    fields = (
        Field("adcode", "行政区代码", "District code", "code"),
        Field("name_zh", "名称", "Name"),
        Field("quota", "测算分配数", "Quota, computed", "integer"),
    )
    scale = sequential(frame["quota"], "quota", ("数量", "Units"), whole=True)
    return Layer("districts", "行政区", "Districts", "polygons", frame, fields, scale=scale)


@pytest.fixture(scope="session")
def cells() -> Layer:
    """The cells within a square of 0.05 degrees, with units and people."""
    found, _ = grid.cells_in(np.array([shapely.box(113.2, 23.1, 113.25, 23.15)]), 9)
    count = len(found)
    frame = pd.DataFrame(
        {
            "cell": found,
            "adcode": np.where(np.arange(count) % 3 == 0, "440103", "440104"),
            "units": np.arange(count, dtype=np.int64) % 7,
            "people": np.arange(count, dtype=np.int64) * 13,
        }
    )
    fields = (
        Field("adcode", "行政区代码", "District code", "code"),
        Field("units", "测算数量", "Units, computed", "integer"),
        Field("people", "常住人口(模型推算)", "Residents (modelled)", "people"),
    )
    scale = sequential(frame["units"], "units", ("每网格数量", "Units a cell"), ("个", "units"), whole=True)
    return Layer("cells", "网格测算分配(期末总量)", "Cells", "cells", frame, fields, scale=scale)


@pytest.fixture(scope="session")
def mixed(points: Layer) -> Layer:
    """Points, a link, and a row without a shape in one layer."""
    frame = points.frame.iloc[[0, 1, 6]].copy()
    link = shapely.LineString([(113.2, 23.1), (113.6, 23.3)])
    frame = frame.set_geometry(
        gpd.GeoSeries([frame.geometry.iloc[0], link, None], index=frame.index, crs="EPSG:4326")
    )
    return Layer("projects", "项目", "Projects", "mixed", frame, FIELDS)


@pytest.fixture(scope="session")
def table(points: Layer) -> Layer:
    """The same rows without shapes."""
    frame = pd.DataFrame(points.frame.drop(columns="geometry"))
    return Layer("targets", "指标", "Targets", "table", frame, FIELDS)


@pytest.fixture(scope="session")
def ogr():
    """Read a layer of a file with GDAL's ogr2ogr and ogrinfo: software that is not ours."""
    if shutil.which("ogr2ogr") is None or shutil.which("ogrinfo") is None:
        pytest.skip("ogr2ogr and ogrinfo are not installed (apt-get install gdal-bin)")
    return Gdal()


class Gdal:
    """GDAL's command-line tools."""

    def features(self, path: Path, layer: str | None = None) -> list[dict]:
        """Return the features of a layer as GDAL finds them, in the file's own coordinates."""
        command = ["ogr2ogr", "-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=10", "/vsistdout/", str(path)]
        done = subprocess.run([*command, *([layer] if layer else [])], capture_output=True, check=True)
        assert b"ERROR" not in done.stderr, done.stderr.decode()
        return json.loads(done.stdout.decode("utf-8"))["features"]

    def info(self, path: Path, *words: str) -> str:
        """Return what ogrinfo says of a file."""
        done = subprocess.run(
            ["ogrinfo", "-so", "-noextent", *words, str(path)], capture_output=True, check=True
        )
        assert b"ERROR" not in done.stderr, done.stderr.decode()
        return done.stdout.decode("utf-8")
