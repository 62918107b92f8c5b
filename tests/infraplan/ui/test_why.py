"""Choosing a cell without a mouse: by a place, by its id, by a coarser cell; only the open tab is made."""

from __future__ import annotations

import pytest

from geo import grid
from infraplan import workflow
from infraplan.ui.views import scenario_why


@pytest.fixture(scope="module")
def allocation():
    return workflow.run("guangzhou-5g-2022")


def used(allocation) -> str:
    return str(grid.to_hex(allocation.cells[allocation.units.argmax()][None])[0])


def html(test) -> str:
    return "\n".join(h.proto.body for h in test.get("html"))


def test_a_place_is_found_as_its_cell(page):
    test = page("scenario")
    test.text_input(key="find_cell").set_value("天河体育中心").run()
    [cell] = (
        test.query_params["cell"]
        if isinstance(test.query_params["cell"], list)
        else [test.query_params["cell"]]
    )
    assert grid.resolution_of(grid.from_hex([cell])) == 9
    assert "天河区" in html(test)


def test_a_cell_is_found_by_its_id(page, allocation):
    cell = used(allocation)
    test = page("scenario")
    test.text_input(key="find_cell").set_value(cell.upper()).run()
    assert cell in html(test)
    assert not test.exception


def test_a_place_that_nobody_knows_is_told(page):
    test = page("scenario")
    test.text_input(key="find_cell").set_value("火星基地 xyz").run()
    assert any("没有找到" in c.value for c in test.caption)


def test_a_coarser_cell_tells_the_sum_of_its_own(allocation):
    cell = used(allocation)
    parent = grid.parents(grid.from_hex([cell]), 8)
    rows = scenario_why.rows_of(allocation, str(grid.to_hex(parent)[0]))
    inside = grid.parents(allocation.cells, 8) == parent[0]
    assert rows["units"].sum() == allocation.units[inside].sum()
    assert rows.iloc[0]["units"] == allocation.units[inside].max()


def test_a_strange_cell_in_the_link_is_nothing(page):
    test = page("scenario", cell="<b>x</b>")
    assert not test.exception
    assert "&lt;b&gt;x&lt;/b&gt;" in html(test)


@pytest.mark.parametrize("tab", ["districts", "charts", "cells", "phases", "error", "evidence", "files"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_tab_stands_by_its_link(page, tab, lang):
    test = page("scenario", tab=tab, lang=lang)
    assert not test.exception
    assert [e.value for e in test.error] == []
    assert len(test.get("vega_lite_chart")) == (2 if tab == "charts" else 0)  # what is not open is not made
