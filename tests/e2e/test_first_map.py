"""What a newcomer sees: the promise as hexagons, the other views, the other language, a file that parses."""

from __future__ import annotations

import contextlib
import io
import json

import numpy as np
import pytest
from PIL import Image

from layers.style import SEQUENTIAL

WAIT = 120_000


def ready(page, name):
    """Wait until the page called ``name`` is drawn to its end and at rest."""
    page.wait_for_selector(f'.page-drawn[data-page="{name}"]', state="attached", timeout=WAIT)
    page.wait_for_selector(
        '[data-testid="stApp"][data-test-script-state="notRunning"]', state="attached", timeout=WAIT
    )


def pixels_of(picture: bytes, colours) -> int:
    """Count the pixels near any of the colours (the map blends them with the page)."""
    image = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"), dtype=int)
    wanted = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in colours])
    blended = (0.8 * wanted + 0.2 * 255).astype(int)
    near = [(np.abs(image - colour).sum(axis=2) < 50) for colour in (*wanted, *blended)]
    return int(np.any(near, axis=0).sum())


def coloured(element, page, colours, least) -> int:
    """Wait until the element shows enough pixels of the colours; return how many."""
    found = 0
    for _ in range(80):
        found = pixels_of(element.screenshot(), colours)
        if found > least:
            break
        page.wait_for_timeout(500)
    return found


def settled(page, script: str, condition: str) -> tuple:
    """Wait until what a script finds in the map fulfils a condition; return the map's frame and what was found."""
    from playwright.sync_api import TimeoutError as NeverTrue

    inside = next(f for f in page.frames if "streamlit_folium" in f.url)
    # what never comes true is for the assertions to say, with what was found
    with contextlib.suppress(NeverTrue):
        inside.wait_for_function(
            f"() => {{ const found = ({script})(); return {condition}; }}", timeout=WAIT, polling=250
        )
    return inside, inside.evaluate(script)


def test_hexagons_are_drawn_and_nothing_leaves_the_machine(visit):
    page = visit.page
    page.goto(f"{visit.origin}/scenario")
    ready(page, "scenario")
    chart = page.locator('[data-testid="stDeckGlJsonChart"]')
    chart.wait_for(timeout=WAIT)
    assert coloured(chart, page, SEQUENTIAL[2:], 2000) > 2000
    assert "期末总量" in page.content()
    assert "38,900" in page.content()
    assert "3.89萬個5G基站" not in page.content()  # a tab that is not open is not sent
    page.get_by_role("tab", name="依据与假定").click()
    page.locator("q", has_text="3.89萬個5G基站").wait_for(timeout=WAIT)
    box = chart.bounding_box()
    assert box["y"] + box["height"] <= 768 + 8, "the map must fit a small screen"
    visit.clean()


@pytest.mark.parametrize("address", ["scenario?view=districts", "?region=440100", "scenario?view=picture"])
def test_the_leaflet_maps_stand_offline(visit, address):
    page = visit.page
    page.goto(f"{visit.origin}/{address}")
    ready(page, "scenario" if "scenario" in address else "map")
    frame = page.locator("iframe[title*='folium']").first
    frame.wait_for(timeout=WAIT)
    inside = page.frame_locator("iframe[title*='folium']").first
    inside.locator("path.leaflet-interactive").first.wait_for(timeout=WAIT)
    assert frame.bounding_box()["height"] > 300
    assert inside.locator("path.leaflet-interactive").count() >= 11
    visit.clean()


BADGES = """() => {
  const of = e => { const r = document.createRange(); r.selectNodeContents(e); return r.getBoundingClientRect(); };
  const pane = window.map.getPane('mapPane').getBoundingClientRect(), badges = [];
  window.map.eachLayer(l => { if (l.options.badge) {
    const p = window.map.latLngToLayerPoint(l.getLatLng()); badges.push([p.x + pane.left, p.y + pane.top]); } });
  const places = [...document.querySelectorAll('.place:not(.quiet)')];
  const hidden = () => { const names = places.map(of); return badges.filter(([x, y]) => names.some(n =>
    x > n.left - 4 && x < n.right + 4 && y > n.top - 4 && y < n.bottom + 4)).length; };
  const now = hidden(), ways = places.map(e => e.style.transform);
  places.forEach(e => { e.style.transform = ''; });
  const before = hidden();
  places.forEach((e, i) => { e.style.transform = ways[i]; });
  return {badges: badges.length, hidden: now, before,
          counts: [...document.querySelectorAll('.count')].map(e => +e.innerText)};
}"""


def test_names_leave_badges_free_and_badges_over_one_another_are_counted(visit):
    page = visit.page
    page.goto(f"{visit.origin}/?scenario=none")
    ready(page, "map")
    page.frame_locator("iframe[title*='folium']").first.locator(".count").first.wait_for(timeout=WAIT)
    inside, found = settled(page, BADGES, "found.badges === 33 && found.before >= 5 && found.hidden <= 1")
    assert found["badges"] == 33  # one of them was placed by hand
    assert found["before"] >= 5
    assert found["hidden"] <= 1  # a name that finds no free place stands where it covers the least
    assert min(found["counts"]) >= 2
    assert 10 <= sum(found["counts"]) <= 33
    inside.evaluate("window.map.setZoom(15)")
    piled = sum(found["counts"])
    _, near = settled(page, BADGES, f"found.counts.reduce((a, b) => a + b, 0) < {piled}")
    assert sum(near["counts"]) < piled  # nearer, they part
    visit.clean()


FIGURES = """() => {
  const of = e => e.getBoundingClientRect(), view = of(window.map.getContainer());
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const figures = [...document.querySelectorAll('.figure')].map(of);
  const buttons = [...document.querySelectorAll('.leaflet-control')].map(of);
  const cut = figures.filter(f => f.left < view.left || f.right > view.right
    || f.top < view.top || f.bottom > view.bottom);
  return {figures: figures.length, cut: cut.length, widest: Math.max(...figures.map(f => f.width)),
          covering: figures.filter((f, i) => [...figures.slice(i + 1), ...buttons].some(o => meet(f, o))).length,
          stops: [...document.querySelectorAll('path.leaflet-interactive')].filter(p => p.tabIndex >= 0).length};
}"""


def test_figures_stand_whole_and_apart_and_the_tab_key_passes_the_map(visit):
    page = visit.page
    page.goto(f"{visit.origin}/?lang=en&target=gz-hydrogen&baselines=1&scenario=none")
    ready(page, "map")
    page.frame_locator("iframe[title*='folium']").first.locator(".figure").first.wait_for(timeout=WAIT)
    inside, found = settled(
        page, FIGURES, "found.figures === 5 && !found.cut && !found.covering && !found.stops"
    )
    assert found["figures"] == 5
    assert found["widest"] <= 240
    assert (found["cut"], found["covering"], found["stops"]) == (0, 0, 0)
    inside.evaluate("document.querySelector('.leaflet-container').focus()")
    stops = 0
    while not page.evaluate("document.activeElement.closest('.st-key-map_find') !== null"):
        page.keyboard.press("Tab")
        stops += 1
        assert stops < 6
    visit.clean()


def test_the_language_switch_changes_every_word_of_the_frame(visit):
    page = visit.page
    page.goto(visit.origin)
    ready(page, "map")
    assert "基础设施规划一张图" in page.content()
    visit.words("English", exact=True).click()
    visit.words("Promises, where they could go").wait_for(timeout=WAIT)
    visit.words("Ground and boundaries").wait_for(timeout=WAIT)
    page.wait_for_function("location.search.includes('lang=en')", timeout=WAIT)
    ready(page, "map")
    assert "基础设施规划一张图" not in page.content()
    visit.clean()


def test_the_download_parses_and_sums(visit):
    page = visit.page
    page.goto(f"{visit.origin}/scenario?lang=en&scenario=guangzhou-5g-2022")
    ready(page, "scenario")
    page.get_by_role("tab", name="Files").click()
    with page.expect_download(timeout=WAIT) as waiting:
        visit.words("Cells, GeoJSON").click()
    document = json.loads(waiting.value.path().read_text("utf-8"))
    assert sum(f["properties"]["units"] for f in document["features"]) == 38_900
    assert waiting.value.suggested_filename == "guangzhou-5g-2022-cells.geojson"
    visit.clean()


def test_a_mistyped_link_falls_back(visit):
    page = visit.page
    page.goto(f"{visit.origin}/scenario?scenario=nowhere&view=sideways&lang=xx")
    ready(page, "scenario")
    visit.words("38,900").wait_for(timeout=WAIT)
    visit.clean()
