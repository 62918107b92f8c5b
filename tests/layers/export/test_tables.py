"""CSV, Excel and GeoParquet, read again by other software: csv, pandas, openpyxl, geopandas."""

from __future__ import annotations

import csv
import datetime
import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from layers.export import delimited, geoparquet, reference, workbook
from layers.export.features import prepare
from layers.export.spreadsheet import DANGEROUS, harmless

TEXTS = ["䶮㙟", "基站😀", 'say "quoted", ok', "第一行\n第二行", "'=1+1", "责任" * 114, None, "a\\b;c|d<e>&f"]


def csv_rows(path):
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_csv_has_places_as_degrees_and_as_wkt(tmp_path, points):
    path = tmp_path / "x.csv"
    zone = reference.choose("auto", None, 113.3)
    [report] = delimited.write(prepare(points, "en", zone), path)
    rows = csv_rows(path)
    assert [row["name_zh"] or None for row in rows] == TEXTS
    assert [row["lon"] for row in rows][:2] == ["113.2", "113.21"]
    assert rows[6]["lon"] == rows[6]["wkt"] == ""
    assert shapely.from_wkt(rows[0]["wkt"]).x == pytest.approx(
        zone.transform(shapely.points([[113.2, 23.1]]))[0].x, abs=1e-3
    )
    assert [row["units"] for row in rows] == ["1", "0", "5", "7", "", "100", "2", "3"]
    assert sum(int(row["people"]) for row in rows) == report.sums["people"] == 28_000_000_000
    assert [row["issue_date"] for row in rows][:3] == ["2021-05-06", "", "1999-12-31"]
    assert [row["quantified"] for row in rows][:3] == ["1", "0", ""]
    assert "apostrophe" in report.losses[0].en


def test_csv_is_read_by_gdal_as_points(tmp_path, ogr, points):
    path = tmp_path / "x.csv"
    delimited.write(prepare(points, "en", reference.CGCS2000), path)
    rows = ogr.features(path)
    assert len(rows) == len(points.frame)
    assert rows[0]["properties"]["name_zh"] == "䶮㙟"


def test_a_cell_stands_with_its_centre(tmp_path, cells):
    path = tmp_path / "x.csv"
    delimited.write(prepare(cells, "en", reference.WGS84), path)
    for row in csv_rows(path):
        centre = shapely.Point(float(row["lon"]), float(row["lat"]))
        assert shapely.from_wkt(row["wkt"]).buffer(-1e-4).contains(centre)


@pytest.mark.parametrize("start", DANGEROUS)
def test_no_text_begins_like_a_formula(tmp_path, points, start):
    frame = points.frame.copy()
    frame["name_zh"] = f"{start}cmd|' /C calc'!A0"
    features = prepare(replace(points, frame=frame), "en", reference.WGS84)
    delimited.write(features, tmp_path / "x.csv")
    workbook.write([features], tmp_path / "x.xlsx")
    assert all(row["name_zh"].startswith("'") for row in csv_rows(tmp_path / "x.csv"))
    for cell in list(openpyxl.load_workbook(tmp_path / "x.xlsx")["projects"].columns)[2][1:]:
        assert cell.data_type == "s"
        assert cell.value.startswith("'")


def test_harmless_text_is_left_alone():
    assert [harmless(t) for t in ("5G基站", "a=b", "'x", "")] == ["5G基站", "a=b", "'x", ""]


def test_workbook_has_a_sheet_a_layer_and_says_what_it_is(tmp_path, points, polygons, cells, table):
    path = tmp_path / "x.xlsx"
    layers = [prepare(layer, "en", reference.CGCS2000) for layer in (cells, polygons, points, table)]
    about = {"title_zh": "标题", "datum": "CGCS2000", "nested": {"a": [1, 2]}}
    written = workbook.write(layers, path, about)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["cells", "districts", "projects", "targets", "metadata", "dictionary"]
    heads = [cell.value for cell in book["cells"][1]]
    assert heads[:3] == ["行政区代码\nadcode", "行政区名称\nname_zh", "测算数量(个)\nunits"]
    assert {t.table: t.features for t in written} == {"cells": 2, "districts": 2, "projects": 8, "targets": 8}
    said = {row[1]: row[2] for row in book["metadata"].iter_rows(values_only=True)}
    assert (said["title_zh"], said["datum"]) == ("标题", "CGCS2000")
    meanings = {(r[0], r[1]): r[2] for r in book["dictionary"].iter_rows(values_only=True)}
    assert meanings["projects", "people"] == "常住人口(模型推算)"


def test_workbook_keeps_numbers_texts_dates_and_sums(tmp_path, points, cells):
    path = tmp_path / "x.xlsx"
    workbook.write(
        [prepare(points, "en", reference.CGCS2000), prepare(cells, "en", reference.CGCS2000)], path
    )
    sheet = openpyxl.load_workbook(path)["projects"]
    columns = {c[0].value.split("\n")[-1]: [cell.value for cell in c[1:]] for c in sheet.columns}
    assert columns["name_zh"] == TEXTS
    assert columns["units"] == [1, 0, 5, 7, None, 100, 2, 3]
    assert columns["people"] == points.frame["people"].tolist()
    assert columns["adcode"] == ["440103"] * 8
    assert columns["issue_date"][0] == datetime.datetime(2021, 5, 6)
    assert columns["issue_date"][1] is None
    assert columns["quantified"][:3] == ["是", "否", None]
    assert columns["lon"][:2] == [113.2, 113.21]
    assert columns["lon"][6] is None
    rows, sums = workbook.sums(path, "cells", ["units", "people", "n_cells"])
    assert rows == 2
    assert sums == {
        "units": int(cells.frame["units"].sum()),
        "people": int(cells.frame["people"].sum()),
        "n_cells": len(cells.frame),
    }


def test_a_row_that_ends_in_empty_cells_is_summed_too(tmp_path, points):
    """A reader gets no cells behind the last value of a row; a district without a boundary has none at its end."""
    frame = pd.DataFrame(points.frame.drop(columns="geometry"))
    fields = tuple(field for field in points.fields if field.name in ("id", "units"))
    ending = replace(points, geometry="table", frame=frame, fields=fields)
    [report] = workbook.write([prepare(ending, "en", reference.WGS84)], tmp_path / "x.xlsx", {})
    found = workbook.sums(tmp_path / "x.xlsx", report.table, ["units"])
    assert found == (8, {"units": report.sums["units"]})


def test_pandas_reads_the_workbook(tmp_path, polygons):
    workbook.write([prepare(polygons, "zh", reference.CGCS2000)], tmp_path / "x.xlsx")
    frame = pd.read_excel(tmp_path / "x.xlsx", sheet_name="districts", dtype={"行政区代码": str})
    assert frame["行政区代码"].tolist() == ["440103", "440104"]
    assert frame["测算分配数(个)\n测算分配数"].sum() == 8


@pytest.mark.parametrize("which", ["points", "polygons", "cells", "mixed"])
@pytest.mark.parametrize("crs", ["4490", "auto"])
def test_geopandas_reads_geoparquet(tmp_path, request, which, crs):
    layer = request.getfixturevalue(which)
    features = prepare(layer, "zh", reference.choose(crs, None, 113.3))
    path = tmp_path / "x.parquet"
    geoparquet.write(features, path)
    frame = gpd.read_parquet(path)
    assert frame.crs.to_epsg() == features.reference.epsg
    wanted = features.shapes()
    assert [a is None or a.equals_exact(b, 0) for a, b in zip(frame.geometry, wanted, strict=True)] == [
        True
    ] * len(wanted)
    for name, total in features.sums().items():
        assert int(frame[name].sum()) == total
    geo = json.loads(pq.read_metadata(path).metadata[b"geo"])
    assert geo["columns"]["geometry"]["bbox"] == pytest.approx(shapely.total_bounds(wanted).tolist())
    alias = pq.read_schema(path).field(0).metadata[b"alias"].decode()
    assert alias == features.columns[0].header()


def test_a_table_without_shapes_is_plain_parquet(tmp_path, table):
    geoparquet.write(prepare(table, "en", reference.CGCS2000), tmp_path / "x.parquet")
    frame = pd.read_parquet(tmp_path / "x.parquet")
    assert len(frame) == 8
    assert frame["quantified"].tolist()[:3] == [True, False, None]
    assert b"geo" not in pq.read_metadata(tmp_path / "x.parquet").metadata


def test_an_offset_datum_has_an_unknown_crs_in_geoparquet(tmp_path, points):
    place = reference.choose(None, "GCJ-02", 113.3)
    geoparquet.write(prepare(points, "en", place), tmp_path / "x.parquet")
    frame = gpd.read_parquet(tmp_path / "x.parquet")
    assert frame.crs is None
    metres = (
        np.hypot(frame.geometry.x - points.frame.geometry.x, frame.geometry.y - points.frame.geometry.y) * 1e5
    )
    assert 300 < metres.min() <= metres.max() < 900
