"""The files that are sent on, opened from disk in a real browser: nothing leaves the machine, everything is seen."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import pytest
from PIL import Image

from infraplan import reporting, workflow

SCENARIO = "guangzhou-hydrogen-9"


@pytest.fixture(scope="module")
def material():
    return reporting.of_result(workflow.run(SCENARIO))


@dataclass
class Opened:
    """A page from disk, and what went wrong or outward while it was open."""

    page: object
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@pytest.fixture
def open_file(browser, tmp_path, material):
    """Open a file of some kind from disk, every request written down."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})

    def opened(kind):
        [path] = reporting.write(reporting.Request(SCENARIO, kind=kind, format="html"), material, tmp_path)
        seen = Opened(context.new_page())
        seen.page.on("request", lambda r: seen.requests.append(r.url))
        seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
        seen.page.on("console", lambda m: seen.errors.append(m.text) if m.type == "error" else None)
        seen.page.goto(path.as_uri())
        seen.page.wait_for_timeout(500)
        return seen, path

    yield opened
    context.close()


def only_itself(seen, path):
    outward = [url for url in seen.requests if not url.startswith("data:")]
    assert outward == [path.as_uri()]
    assert seen.errors == []


def colours(page):
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return {colour for _, colour in image.getcolors(1 << 24)}


def test_the_web_map_opens_from_disk_and_answers(open_file, material):
    seen, path = open_file("webmap")
    page = seen.page
    before = colours(page)
    assert (255, 255, 255) in before
    assert (199, 220, 234) in before  # water
    # the largest cell of the result: a click where it lies tells its units, residents and id
    found = page.evaluate(
        "() => { const c = DATA.cells; return {n: c.units.length, id: c.ids[0], units: c.units[0]}; }"
    )
    assert found["n"] == int((material.allocation.units > 0).sum())
    place = page.evaluate(
        "() => { const c = CELLS, at = L.point(c.cx[0], c.cy[0]);"
        " const world = 256 * Math.pow(2, MAP.getZoom()), from = MAP.getPixelBounds().min;"
        " return [at.x * world - from.x, at.y * world - from.y]; }"
    )
    page.mouse.click(*place)
    popup = page.locator(".leaflet-popup-content")
    popup.wait_for(timeout=5_000)
    assert found["id"] in popup.inner_text()
    assert popup.inner_text().startswith(str(found["units"]))
    only_itself(seen, path)


def test_layers_switch_and_the_table_leads_to_a_district(open_file, material):
    seen, path = open_file("webmap")
    page = seen.page
    filled = tuple(int(material_colour(material)[i : i + 2], 16) for i in (1, 3, 5))
    box = page.get_by_label("测算网格")
    assert box.is_checked()
    drawn = page.evaluate("() => CELLS.canvas.width")
    assert drawn > 500
    box.uncheck()
    assert page.evaluate("() => document.querySelectorAll('canvas').length") == 0
    box.check()
    assert filled in colours(page)
    zoom = page.evaluate("() => MAP.getZoom()")
    page.locator("#side tbody tr").first.click()
    page.wait_for_timeout(800)
    assert page.evaluate("() => MAP.getZoom()") > zoom
    rows = page.locator("#side tbody tr")
    assert rows.last.inner_text().split()[:2] == ["合计", "9"]
    only_itself(seen, path)


def material_colour(material):
    from layers import allocation

    scale = allocation.cells(material.allocation).scale
    # on white beneath, at the opacity of the canvas
    blended = [round(int(scale.colours[-1][i : i + 2], 16) * 0.9 + 255 * 0.1) for i in (1, 3, 5)]
    return "#" + "".join(f"{v:02x}" for v in blended)


def test_the_report_opens_from_disk(open_file):
    seen, path = open_file("report")
    page = seen.page
    assert page.locator("img").evaluate("i => i.naturalWidth") > 1000
    assert page.locator("tbody tr").count() == 12
    assert "责任分解表" in page.inner_text("body")
    only_itself(seen, path)
