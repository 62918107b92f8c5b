"""The map in one file: exact sums, cells where they lie, nothing from outside, the same bytes again."""

from __future__ import annotations

import dataclasses
import json
import re

import numpy as np
import pytest
import shapely

from geo import grid
from infraplan import workflow
from layers import mapped, webmap
from layers.imprint import Imprint
from plans import catalogue

IMPRINT = Imprint("2026-01-31", version="x")


@pytest.fixture(scope="module")
def result():
    return workflow.run("guangzhou-hydrogen-6")


@pytest.fixture(scope="module")
def shown(result):
    return mapped.of_scenario(result, catalogue.load_plan("guangzhou-2020"))


@pytest.fixture(scope="module")
def data(shown):
    page = webmap.page(shown, IMPRINT).decode("utf-8")
    return json.loads(re.search(r"var DATA = (.*);</script>", page)[1])


def test_the_cells_hold_every_unit(data, result):
    cells = data["cells"]
    assert sum(cells["units"]) == result.allocated
    used = result.units > 0
    assert cells["ids"] == grid.to_hex(result.cells[used]).tolist()
    assert cells["people"] == result.people[used].tolist()
    names = dict(zip(result.districts["adcode"], result.districts["name_zh"], strict=True))
    assert [data["names"][d] for d in cells["district"]] == [names[a] for a in result.adcodes[used]]


def test_their_corners_are_h3s_own_to_a_metre(data, result):
    cells, at = data["cells"], 0
    for number, shape in enumerate(grid.polygons(result.cells[result.units > 0])):
        corners = cells["corners"].get(str(number), 6)
        lon = np.cumsum(cells["lon"][at : at + corners]) * 1e-5
        lat = np.cumsum(cells["lat"][at : at + corners]) * 1e-5
        at += corners
        np.testing.assert_allclose(
            np.column_stack([lon, lat]), shapely.get_coordinates(shape)[:-1], atol=0.51e-5
        )
    assert at == len(cells["lon"]) == len(cells["lat"])


def test_the_table_and_the_words(data, result):
    rows = data["tableRows"]
    assert sum(int(r["cells"][1]) for r in rows[:-1]) == int(rows[-1]["cells"][1]) == result.amount
    assert rows[-1]["bounds"] is None
    assert data["status"] == "草案"
    assert "不得公开" in data["review"]
    assert "不得公开" in data["attribution"]
    assert any("OpenStreetMap" in text for text in data["sources"])


def test_the_page_names_no_other_machine(shown):
    page = webmap.page(shown, IMPRINT).decode("utf-8")
    markup = re.sub(r"<script>.*?</script>", "", page, flags=re.S)
    assert not re.search(r"(src|href)\s*=|@import|url\((?!data:)", markup)
    assert "default-src 'none'" in markup
    assert "sourceMappingURL" not in page
    assert page == webmap.page(shown, IMPRINT).decode("utf-8")


def test_words_cannot_become_script(shown):
    bad = "</script><script>alert(1)//"
    frame = shown.projects.frame.copy()
    frame["name_zh"] = bad
    evil = dataclasses.replace(
        shown, title_zh=bad, notices_zh=(bad,), projects=dataclasses.replace(shown.projects, frame=frame)
    )
    page = webmap.page(evil, IMPRINT).decode("utf-8")
    assert page.count("</script>") == webmap.page(shown, IMPRINT).decode("utf-8").count("</script>")
    assert "<script>alert" not in page


@pytest.mark.parametrize("plan_id", catalogue.available())
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_plan_has_a_map(plan_id, lang):
    plan = catalogue.load_plan(plan_id)
    data = webmap.content(mapped.of_plan(plan), IMPRINT, lang)
    assert data["cells"] is None
    assert len(data["projects"]) == sum(p.lon is not None for p in plan.projects)
    assert all(len(row["sign"]) == 1 for row in data["projects"])  # colours alone tell some readers nothing
    json.dumps(data, allow_nan=False)
