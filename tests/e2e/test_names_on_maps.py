"""Names of districts on coloured maps: each in its own district, or with a line to a dot in it."""

from __future__ import annotations

import pytest

WAIT = 120_000
#: Of every name: whether its middle is in its own outline, and else whether a dot of a line is.
_NAMES = """
() => {
  const own = {}, dots = [], map = window.map, pane = map.getPane('mapPane').getBoundingClientRect();
  map.eachLayer(layer => {
    if (layer instanceof L.Polygon && layer.feature) own[layer.feature.properties.id] = layer.getElement();
    const dot = layer instanceof L.CircleMarker && layer.options.pane === 'leads';
    if (dot) dots.push(map.latLngToLayerPoint(layer.getLatLng()));
  });
  return [...document.querySelectorAll('.place[data-of]')].map(name => {
    const words = document.createRange();
    words.selectNodeContents(name);
    const at = words.getBoundingClientRect(), path = own[name.dataset.of];
    const holds = (x, y) => path.isPointInFill(new DOMPoint(x, y));
    return {
      name: name.innerText,
      inside: holds((at.left + at.right) / 2 - pane.left, (at.top + at.bottom) / 2 - pane.top),
      led: dots.some(dot => holds(dot.x, dot.y)),
      box: [at.left, at.top, at.right, at.bottom],
    };
  });
}
"""


def drawn(page):
    """Wait for the map and its names; return its frame."""
    page.frame_locator('iframe[src*="streamlit_folium"]').locator(".place[data-of]").first.wait_for(
        timeout=WAIT
    )
    page.wait_for_timeout(1500)
    return next(f for f in page.frames if "streamlit_folium" in f.url)


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_a_name_stands_in_its_district_or_has_a_line_to_it(visit, size):
    page = visit.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    visit.open("scenario?scenario=guangzhou-5g-2022&view=districts", "scenario")
    inside = drawn(page)
    names = inside.evaluate(_NAMES)
    assert len(names) == 11
    assert [n["name"] for n in names if not n["inside"] and not n["led"]] == []
    for i, one in enumerate(names):
        for other in names[:i]:
            a, b = one["box"], other["box"]
            over = (min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1]))
            assert min(over) <= 2, f"{one['name']} lies over {other['name']}"
    visit.clean()


def test_the_map_takes_the_height_of_a_large_window(visit):
    page = visit.page
    for height, least in ((768, 590), (1400, 1000)):
        page.set_viewport_size({"width": 1920, "height": height})
        visit.open("?scenario=none", "map")
        inside = drawn(page)
        assert inside.evaluate("window.map.getSize().y") >= least
    visit.clean()
