"""Hands that are quicker than the page: what was typed last is what is saved, and is not lost on the way elsewhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from infraplan.ui import drafts
from scenarios import load

WAIT = 120_000
CODE = "guangzhou-chargers-2022"


def amount_of(visit):
    return visit.page.get_by_role("spinbutton", name="数量（单位")


def opened(visit) -> None:
    """The form of a small scenario, with the menu's box for the name filled in."""
    document = {**load.load(CODE).document, "resolution": 7}
    visit.open(f"scenario?scenario={CODE}&mode=edit&edit={drafts.pack(CODE, document)}", "scenario")


@pytest.mark.parametrize("pause", [0, 130])
def test_a_copy_saved_at_once_holds_what_was_typed_last(visit, pause):
    page = visit.page
    opened(visit)
    menu = page.get_by_role("button", name="保存与管理")
    copy = page.get_by_role("button", name="另存为新情景")
    figure = str(50_000 + pause)
    amount_of(visit).fill(figure)
    menu.click()
    copy.wait_for()
    page.wait_for_timeout(pause)
    copy.click()
    page.wait_for_url(lambda url: "scenario=mine" in url, timeout=WAIT)
    visit.drawn("scenario")
    expect(amount_of(visit)).to_have_value(figure)
    visit.clean()


@pytest.mark.parametrize("pause", [0, 130])
def test_another_page_at_once_keeps_what_was_typed_last(visit, pause):
    page = visit.page
    opened(visit)
    figure = str(51_000 + pause)
    amount_of(visit).fill(figure)
    amount_of(visit).press("Tab")
    page.wait_for_timeout(pause)
    page.get_by_role("link", name="目标", exact=True).first.click()
    visit.drawn("targets")
    page.get_by_role("link", name="情景", exact=True).first.click()
    visit.drawn("scenario")
    expect(amount_of(visit)).to_have_value(figure)
    visit.clean()


def test_the_browser_asks_before_changes_are_lost_that_no_address_holds(visit):
    page = visit.page
    opened(visit)
    asks = "() => window.onbeforeunload !== null"
    assert not page.evaluate(asks)  # the form's address brings its changes back
    page.get_by_role("link", name="目标", exact=True).first.click()
    visit.drawn("targets")
    page.wait_for_function(asks)
    page.get_by_role("link", name="情景", exact=True).first.click()
    visit.drawn("scenario")
    page.wait_for_function("() => window.onbeforeunload === null")
    visit.clean()
