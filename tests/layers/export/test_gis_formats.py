"""Every GIS format, read again by GDAL's own tools: rows, values, texts, nulls, dates, sums, shapes to a centimetre."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from geo import crs
from layers.export import filegdb, flatgeobuf, geojson, geopackage, kml, reference, shapefile
from layers.export.features import prepare

PLACES = {
    "CGCS2000": reference.CGCS2000,
    "WGS84": reference.WGS84,
    "zone": reference.choose("auto", None, 113.3),
    "prefixed": reference.choose("auto-prefixed", None, 113.3),
}
TEXTS = ["䶮㙟", "基站😀", 'say "quoted", ok', "第一行\n第二行", "=1+1", "责任" * 114, None, "a\\b;c|d<e>&f"]
PROFILES = ("en", "zh", "gb")


def expected(layer, column):
    """Return what a file must say of a column, from the layer's own frame."""
    if column.field == "h3":
        return [format(int(cell), "x") for cell in layer.frame["cell"]]
    values = []
    for value in layer.frame[column.field].tolist():
        if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
            values.append(None)
        elif isinstance(value, list):
            values.append("、".join(value) or None)
        else:
            values.append(value)
    return values


def write(fmt, features, folder):
    """Write one layer; return (path, layer name in it)."""
    path = folder / f"x.{fmt}"
    if fmt == "gpkg":
        geopackage.write([features], path, {"title_zh": "标题"})
    elif fmt == "gdb":
        filegdb.write([features], path)
    elif fmt == "fgb":
        flatgeobuf.write(features, path)
    elif fmt == "geojson":
        geojson.write_features(features, path)
    elif fmt == "geojsonl":
        geojson.write_lines(features, path)
    elif fmt == "kml":
        kml.write([features], path)
    return path, features.table if fmt in ("gpkg", "gdb", "kml") else None


def in_order(found, features):
    """FlatGeobuf sorts its features for its index: bring them into the layer's order by the identifier."""
    first = next(c for c in features.columns if c.field in ("h3", "id", "adcode"))
    order = {value: number for number, value in enumerate(expected(features.layer, first))}
    return sorted(found, key=lambda f: order[f["properties"][first.name]])


def same_shapes(found, features, tolerance):
    """Compare shapes one by one: nothing is moved by more than ``tolerance`` (in the file's units)."""
    wanted = (
        features.reference.transform(features.layer.frame.geometry.to_numpy())
        if "geometry" in features.layer.frame
        else features.shapes()
    )
    for feature, shape in zip(found, wanted, strict=True):
        if shape is None:
            assert feature["geometry"] is None
            continue
        read = shapely.geometry.shape(feature["geometry"])
        assert read.is_valid
        assert shapely.hausdorff_distance(shapely.normalize(read), shapely.normalize(shape)) <= tolerance


def compare(found, features, plain=lambda value, column: value):
    """Compare every value of every column."""
    assert len(found) == len(features)
    for column in features.columns:
        if column.field in ("ysdm", "bsm"):
            continue
        # GDAL leaves unknown values of FlatGeobuf out, and takes "id" of GeoJSON for the feature's own
        values = [
            f["properties"].get(column.name, f.get("id") if column.field == "id" else None) for f in found
        ]
        for value, want in zip(values, expected(features.layer, column), strict=True):
            got = plain(value, column)
            if isinstance(want, float):
                assert got == pytest.approx(want, abs=1e-6)
            else:
                assert got == want, column
    for name, total in features.sums().items():
        assert sum(int(f["properties"].get(name) or 0) for f in found) == total


def as_date(value, column):
    """GDAL prints dates with slashes, date-times with a clock, and flags as true or 1."""
    if column.kind == "date" and value is not None:
        return str(value).replace("/", "-").split("T")[0].split(" ")[0]
    if column.kind == "flag" and value is not None:
        return bool(value)
    return value


@pytest.mark.parametrize("fmt", ["gpkg", "gdb", "fgb"])
@pytest.mark.parametrize("place", PLACES)
def test_points_in_every_reference(tmp_path, ogr, points, fmt, place):
    features = prepare(points, "en", PLACES[place])
    found = ogr.features(*write(fmt, features, tmp_path))
    compare(found, features, as_date)
    same_shapes(found, features, 1e-7 if features.reference.geographic else 0.01)
    code = f'ID["EPSG",{features.reference.epsg}]'
    assert code in ogr.info(tmp_path / f"x.{fmt}", "-al").replace(" ", "").replace("\n", "")


@pytest.mark.parametrize("fmt", ["gpkg", "gdb", "fgb", "geojson", "geojsonl"])
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("which", ["points", "polygons", "cells", "table"])
def test_every_layer_under_every_profile(tmp_path, ogr, request, fmt, profile, which):
    layer = request.getfixturevalue(which)
    place = reference.WGS84 if fmt.startswith("geojson") else reference.CGCS2000
    features = prepare(layer, profile, place)
    found = ogr.features(*write(fmt, features, tmp_path))
    if fmt == "fgb":
        found = in_order(found, features)
    compare(found, features, as_date)
    if features.has_shapes:
        same_shapes(found, features, 1e-7)


def test_counts_stay_whole_in_a_geodatabase(tmp_path, ogr, points, cells):
    path = tmp_path / "x.gdb"
    report = filegdb.write(
        [prepare(cells, "en", reference.CGCS2000), prepare(points, "en", reference.CGCS2000)], path
    )
    said = ogr.info(path, "-al")
    assert "units: Integer (0.0)" in said
    assert "Integer64" not in said
    # beyond 32 bits a double holds the figure exactly, and the report says so
    assert [(x.table, x.column) for t in report for x in t.losses] == [("projects", "people")]
    assert 'units: Integer (0.0), alternative name="测算数量(个)"' in said


def test_a_zone_puts_easting_first_and_its_number_before_it(tmp_path, ogr, points):
    plain, prefixed = (
        ogr.features(*write("gpkg", prepare(points, "en", PLACES[p]), _new(tmp_path, p)))
        for p in ("zone", "prefixed")
    )
    zone = crs.zone_for(113.3)
    east, north = crs.to_plane(np.array([113.2]), np.array([23.1]), zone)
    assert plain[0]["geometry"]["coordinates"] == pytest.approx([east[0], north[0]], abs=1e-3)
    assert prefixed[0]["geometry"]["coordinates"] == pytest.approx([east[0] + 38e6, north[0]], abs=1e-3)


@pytest.mark.parametrize("fmt", ["gpkg", "gdb"])
def test_points_and_links_stand_in_tables_of_their_own(tmp_path, ogr, mixed, fmt):
    path = tmp_path / f"x.{fmt}"
    writer = geopackage if fmt == "gpkg" else filegdb
    report = writer.write([prepare(mixed, "en", reference.CGCS2000)], path)
    assert [(t.table, t.features) for t in report] == [("projects", 2), ("projects_lines", 1)]
    assert len(ogr.features(path, "projects")) == 2
    assert [f["geometry"]["type"] for f in ogr.features(path, "projects_lines")] in (
        ["LineString"],
        ["MultiLineString"],
    )


@pytest.mark.parametrize("code", ["GBK", "UTF-8"])
@pytest.mark.parametrize("profile", PROFILES)
def test_shapefile_texts_are_cut_at_a_character_and_the_loss_is_said(tmp_path, ogr, points, code, profile):
    features = prepare(points, profile, reference.CGCS2000, 10, code)
    [report] = shapefile.write(features, tmp_path, code)
    found = ogr.features(report.path)
    assert [len(c.name.encode(code)) <= 10 for c in features.columns] == [True] * len(features.columns)
    names = [c for c in features.columns if c.field == "name_zh"]
    written = [f["properties"][names[0].name] for f in found]
    for text, want in zip(written, TEXTS, strict=True):
        if want is None:
            assert text is None
            continue
        safe = "".join(c if _holds(c, code) else "〓" for c in want)
        assert safe.startswith(text)
        assert len(safe) == len(text) or len(safe[: len(text) + 1].encode(code)) > 254
    said = {(x.column, x.en.split(",")[0]) for x in report.losses}
    assert (names[0].name, "longer than 254 bytes") in said
    assert any("〓" in x.zh for x in report.losses) == (code == "GBK")
    assert report.path.with_suffix(".cpg").read_text() == code
    assert "China_Geodetic_Coordinate_System_2000" in report.path.with_suffix(".prj").read_text()


def test_shapefile_keeps_numbers_nulls_dates_and_shapes(tmp_path, ogr, points):
    features = prepare(points, "en", PLACES["zone"], 10, "GBK")
    [report] = shapefile.write(features, tmp_path, "GBK")
    found = ogr.features(report.path)
    texts = ("name_zh",)
    kept = prepare(_without(points, texts), "en", PLACES["zone"], 10, "GBK")
    compare(found, kept, as_date)
    same_shapes(found, features, 0.01)
    assert "units: Integer (9.0)" in ogr.info(report.path, "-al")


def test_shapefile_splits_by_shape_and_writes_a_table_as_dbf(tmp_path, ogr, mixed, table, polygons, cells):
    reports = [
        report
        for layer in (mixed, table, polygons, cells)
        for report in shapefile.write(prepare(layer, "gb", reference.CGCS2000, 10, "GBK"), tmp_path, "GBK")
    ]
    names = ["projects.shp", "projects_lines.shp", "targets.dbf", "districts.shp", "cells.shp"]
    assert [r.path.name for r in reports] == names
    assert [len(ogr.features(r.path)) for r in reports] == [r.features for r in reports]
    assert not (tmp_path / "targets.shp").exists()
    assert reports[0].path.with_suffix(".dbf").read_bytes()[29] == 0x4D  # the language driver of GBK


def test_kml_is_read_by_gdal_with_values_and_places(tmp_path, ogr, points, polygons):
    path = tmp_path / "x.kml"
    kml.write([prepare(layer, "en", reference.WGS84) for layer in (points, polygons)], path, "标题")
    found = ogr.features(path, "projects")
    compare(found, prepare(points, "en", reference.WGS84), as_date)
    assert found[0]["geometry"]["coordinates"][:2] == pytest.approx([113.2, 23.1])
    areas = [shapely.area(shapely.geometry.shape(f["geometry"])) for f in ogr.features(path, "districts")]
    assert areas == pytest.approx(shapely.area(polygons.frame.geometry).tolist(), abs=1e-7)


@pytest.mark.parametrize("fmt", ["gpkg", "fgb", "gdb"])
def test_an_offset_datum_carries_no_crs(tmp_path, ogr, points, cells, fmt):
    place = reference.choose(None, "gcj02", 113.3)
    for layer in (points, cells):
        features = prepare(layer, "en", place)
        path, name = write(fmt, features, _new(tmp_path, layer.id))
        found = ogr.features(path, name)
        assert pyogrio.read_info(path, layer=name)["crs"] is None
        told = ogr.info(path, "-al")
        assert 'ID["EPSG",4326]' not in told
        assert 'ID["EPSG",4490]' not in told
        assert {f["geometry"]["type"] for f in found if f["geometry"]} == {"Point"}
    moved = np.array(found[0]["geometry"]["coordinates"]) - np.array([113.2, 23.1])
    assert np.abs(moved).max() < 0.1


def _new(folder, name):
    (folder / name).mkdir()
    return folder / name


def _without(layer, names):
    from dataclasses import replace

    return replace(layer, fields=tuple(f for f in layer.fields if f.name not in names))


def _holds(character, code):
    try:
        character.encode(code)
    except UnicodeEncodeError:
        return False
    return True
