"""Names on a map: at no zoom does one cover another, and the more important comes first."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import boundaries, context
from layers import label_zoom, render_deck, render_folium
from layers.label_zoom import NEAREST, apart, appear_at
from layers.words import short_name

PLACES = st.lists(
    st.tuples(st.floats(113.0, 113.6), st.floats(22.9, 23.4), st.sampled_from(["石牌街道", "Shipai", "人和镇", ""])),
    min_size=1,
    max_size=25,
)  # fmt: skip


def boxes_touch(a, b, zoom: int) -> bool:
    """By a second road: boxes in pixels of the zoom, cut by shapely."""
    shapes = []
    for lon, lat, name in (a, b):
        x = (lon + 180) / 360 * 256 * 2**zoom
        y = (1 - np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) / np.pi) / 2 * 256 * 2**zoom
        wide = label_zoom._width(name) / 2 - 1e-6
        shapes.append(shapely.box(x - wide, y - 7.5 + 1e-6, x + wide, y + 7.5 - 1e-6))
    return bool(shapely.area(shapely.intersection(*shapes)) > 0)


@given(PLACES)
def test_no_name_covers_another(rows):
    points = shapely.points([r[0] for r in rows], [r[1] for r in rows])
    zooms = appear_at(points, [r[2] for r in rows], np.full(len(rows), 9))
    for (i, a), (j, b) in itertools.combinations(enumerate(rows), 2):
        if not (a[2] and b[2]):
            continue
        for zoom in range(max(zooms[i], zooms[j]), NEAREST):
            assert not boxes_touch(a, b, zoom)


def test_the_first_keeps_its_zoom_and_a_fixed_name_comes_before_all():
    points = shapely.points([113.3, 113.3001, 113.5], [23.1, 23.1, 23.1])
    alone = appear_at(points, ["甲乙丙"] * 3, np.full(3, 11))
    assert alone[0] == 11
    assert alone[1] > 11
    assert alone[2] == 11
    beside = appear_at(points, ["甲乙丙"] * 3, np.full(3, 11), shapely.points([113.5], [23.1]), ["天河"])
    assert beside.tolist() == [alone[0], alone[1], NEAREST]


def test_the_names_of_a_city_in_both_languages():
    labels = render_folium.with_zooms(context.labels("440100", max_rank=5), boundaries.districts("440100"))
    for lang in ("zh", "en"):
        zooms = labels[f"from_{lang}"]
        assert zooms.between(0, NEAREST).all()
        assert (zooms[labels["rank"] >= 4] >= 11).all()
        assert (zooms <= 12).mean() > 0.7  # most can be read where a district fills the window


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("region", ["440100", "320300", "370300"])
def test_names_that_would_cover_one_another_stand_apart(region, lang):
    districts = boundaries.districts(region)
    view = render_deck.view_of(tuple(districts.total_bounds))
    points = render_folium.most_room(districts)
    names = [short_name(n) for n in districts[f"name_{lang}"]]
    found = apart(points, names, view["zoom"] + 1)
    world = 256 * 2 ** (view["zoom"] + 1)
    at = [
        (
            (p.x + 180) / 360 * world + right,
            (1 - np.arcsinh(np.tan(np.radians(p.y))) / np.pi) / 2 * world + down,
            sum(11.5 if ord(c) > 0x2E7F else 6.2 for c in name),
        )
        for p, name, (right, down) in zip(points, names, found.tolist(), strict=True)
    ]
    for (xa, ya, wa), (xb, yb, wb) in itertools.combinations(at, 2):
        assert abs(xa - xb) >= (wa + wb) / 2 or abs(ya - yb) >= 15
    assert np.abs(found).max() <= 24
