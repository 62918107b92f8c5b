"""Coordinates of a file: codes, zones, the named identity, offset datums, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import china_offsets
from geo.errors import InfraPlanError, RequestError, UnknownNameError
from layers.export import formats, reference
from layers.export.features import cells_wkb, prepare

POINT = shapely.points([[113.26, 23.13]])


@pytest.mark.parametrize(
    ("crs", "datum", "epsg", "said"),
    [
        (None, None, 4490, "CGCS2000"),
        ("4490", None, 4490, "CGCS2000"),
        ("EPSG:4490", "cgcs2000", 4490, "CGCS2000"),
        ("epsg:4326", None, 4326, "WGS84"),
        (None, "WGS84", 4326, "WGS84"),
        ("auto", None, 4547, "CGCS2000"),
        ("auto-prefixed", None, 4526, "CGCS2000"),
        ("4526", "CGCS2000", 4526, "CGCS2000"),
        ("3857", None, 3857, "WGS84"),
        ("32649", None, 32649, "WGS84"),
        (None, "gcj02", None, "GCJ-02"),
        (None, "BD-09", None, "BD-09"),
    ],
)
def test_what_is_asked_for_is_found(crs, datum, epsg, said):
    found = reference.choose(crs, datum, 113.3)
    assert (found.epsg, found.datum) == (epsg, said)


@pytest.mark.parametrize("crs", ["9999", "nonsense", "EPSG:", "44900000", "-1"])
def test_an_unknown_crs_is_one_message(crs):
    with pytest.raises(UnknownNameError, match="4490"):
        reference.choose(crs, None, 113.3)


@pytest.mark.parametrize(
    ("crs", "datum", "why"),
    [
        ("4610", None, "does not stand on"),  # Xian 1980
        ("4214", None, "does not stand on"),  # Beijing 1954
        ("4326", "CGCS2000", "stands on WGS84"),
        ("4490", "GCJ-02", "offset"),
        ("4549", None, "4547"),  # the meridian of another zone
        (None, "NAD27", "known"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(crs, datum, why):
    with pytest.raises(InfraPlanError, match=why):
        reference.choose(crs, datum, 113.3)


def test_cgcs2000_is_the_named_identity():
    assert reference.CGCS2000.transform(POINT) is POINT


def test_a_zone_agrees_with_the_series_of_the_ellipsoid():
    """A second road: Gauss-Krueger northing and easting from PROJ's own pipeline on the GRS80-like ellipsoid."""
    plane = pyproj.Proj(
        proj="tmerc", lat_0=0, lon_0=114, k=1, x_0=500_000, y_0=0, a=6378137, rf=298.257222101
    )
    east, north = plane(113.26, 23.13)
    moved = reference.choose("4547", None, 113.3).transform(POINT)[0]
    assert (moved.x, moved.y) == pytest.approx((east, north), abs=1e-4)
    prefixed = reference.choose("4526", None, 113.3).transform(POINT)[0]
    assert prefixed.x - moved.x == pytest.approx(38_000_000, abs=1e-6)


@given(st.floats(98, 122), st.floats(20, 45), st.sampled_from(reference.OFFSET_DATUMS))
def test_an_offset_datum_leads_back(lon, lat, datum):
    moved = reference.Reference(datum, None).transform(shapely.points([[lon, lat]]))[0]
    back = china_offsets.to_wgs84(np.array([moved.x]), np.array([moved.y]), datum)
    assert (back[0][0], back[1][0]) == pytest.approx((lon, lat), abs=1e-9)


def test_geojson_and_kml_are_wgs84_by_their_standards():
    for name in ("geojson", "geojsonl", "kml"):
        fmt = formats.get(name)
        assert formats.default_reference(fmt).epsg == 4326
        # CGCS2000 is the same place, named; a zone is refused
        assert formats.own_reference(fmt, reference.CGCS2000, explicit=True).epsg == 4326
        zone = reference.choose("4547", None, 113.3)
        with pytest.raises(RequestError, match="WGS84 by its standard"):
            formats.own_reference(fmt, zone, explicit=True)
        assert formats.own_reference(fmt, zone, explicit=False).epsg == 4326


def test_kml_is_never_in_an_offset_datum():
    with pytest.raises(RequestError):
        formats.own_reference(formats.get("kml"), reference.choose(None, "BD-09", 113.3), explicit=False)


@pytest.mark.parametrize("crs", ["4326", "4490", "auto", "auto-prefixed", "3857"])
def test_cells_take_the_quick_road_to_the_same_shapes(cells, crs):
    features = prepare(cells, "en", reference.choose(crs, None, 113.3))
    quick = cells_wkb(cells.frame["cell"].to_numpy(), features.reference, features.decimals)
    assert shapely.equals_exact(shapely.from_wkb(quick.to_pylist()), features.shapes(), 0).all()


def test_a_pentagon_takes_the_slow_road(cells):
    pentagon = np.array([0x8009FFFFFFFFFFF], dtype=np.uint64)  # a base cell with five sides
    layer = replace(cells, frame=cells.frame.iloc[:1].assign(cell=pentagon))
    assert cells_wkb(pentagon, reference.WGS84, 7) is None
    [batch] = prepare(layer, "en", reference.WGS84).batches()
    assert shapely.from_wkb(batch.column("geometry")[0].as_py()).is_valid
