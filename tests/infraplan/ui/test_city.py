"""A city chosen on one page is where the other pages begin; a link says what it wants."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

SCRIPT = """
import streamlit as st
from infraplan.ui import app, assets, state
assets.register()
state.begin()
app.page = lambda name: app.st.Page(lambda: None, title=name, url_path=name)
name = st.text_input("page", "map", key="page_of_test")
app.draw(name)
"""


@pytest.fixture
def session():
    """One session in which pages are opened one after another, as by the navigation: without words in the URL."""
    test = AppTest.from_string(SCRIPT, default_timeout=180).run()

    def go(name: str, **query: str) -> AppTest:
        for key in dict(test.query_params):
            del test.query_params[key]
        for key, value in query.items():
            test.query_params[key] = value
        test.text_input(key="page_of_test").set_value(name).run()
        assert not test.exception
        assert [e.value for e in test.error] == []
        return test

    return go


def test_xuzhou_chosen_on_the_map_is_where_the_lists_begin(session):
    session("map", region="320300", scenario="none")
    test = session("targets")
    assert test.selectbox(key="w_plan").value.startswith("xuzhou")
    assert test.selectbox(key="w_plan").value.startswith("xuzhou")
    assert session("projects").selectbox(key="w_plan").value.startswith("xuzhou")
    assert all(c.startswith("xuzhou") for c in session("compare").multiselect(key="w_ids").value)


def test_a_plan_chosen_in_a_list_takes_the_map_along(session):
    session("targets", plan="zibo-2021")
    assert session("map", scenario="none").selectbox(key="w_region").value == "370300"


def test_a_link_says_what_it_wants_whatever_was_looked_at(session):
    session("map", region="320300", scenario="none")
    test = session("targets", plan="qianjiang-2021")
    assert test.selectbox(key="w_plan").value == "qianjiang-2021"


def test_all_plans_and_no_scenario_are_of_no_city(session):
    session("map", region="320300", scenario="none")
    assert session("targets", plan="all").selectbox(key="w_plan").value == "all"
    test = session("scenario")
    assert test.selectbox(key="w_scenario").value.startswith("xuzhou")
    assert [w.value for w in test.warning] == []


def test_what_is_gone_is_said_on_every_page_that_a_link_leads_to(page):
    for name, words in (
        ("compare", {"ids": "mine:gone,guangzhou-chargers-2022"}),
        ("map", {"scenario": "mine:gone"}),
        ("scenario", {"scenario": "mine:gone"}),
    ):
        test = page(name, **words)
        assert not test.exception
        assert any("已不存在" in w.value for w in test.warning), name
