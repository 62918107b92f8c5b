"""States in the URL: a link sets them, a page switch keeps them, a late browser does not undo a click."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

SCRIPT = """
import streamlit as st
from infraplan.ui import state
state.begin()
state.choose("colour", "c", ["red", "green", "blue"])
state.several("things", "t", ["a", "b", "c"], default=["a"])
state.tick("on", "o", True)
state.write("words", "w")
state.end()
"""

LOST = """
import streamlit as st
from infraplan.ui import state
state.begin()
asked = state.unknown("colour", ["red", "green"], "red")
chosen = state.choose("colour", "c", ["red", "green"])
st.write(state.lost("colour", asked, chosen) or "-")
state.end()
"""


def start(**query) -> AppTest:
    test = AppTest.from_string(SCRIPT)
    for key, value in query.items():
        test.query_params[key] = value
    return test.run()


def url(test: AppTest) -> dict[str, str]:
    return {k: v if isinstance(v, str) else v[0] for k, v in test.query_params.items()}


def test_defaults_stand_in_no_url():
    assert url(start()) == {}


def test_a_link_sets_every_kind_of_state():
    test = start(colour="blue", things="b,c", on="0", words="灯杆")
    assert test.selectbox[0].value == "blue"
    assert test.multiselect[0].value == ["b", "c"]
    assert test.checkbox[0].value is False
    assert test.text_input[0].value == "灯杆"


def test_a_choice_stands_in_the_url_and_the_default_leaves_it():
    test = start()
    test.selectbox[0].select("green").run()
    assert url(test) == {"colour": "green"}
    test.selectbox[0].select("red").run()
    assert url(test) == {}


def test_none_of_many_is_not_the_default():
    test = start()
    test.multiselect[0].set_value([]).run()
    assert url(test) == {"things": "-"}
    assert start(things="-").multiselect[0].value == []


def test_strange_values_fall_back():
    test = start(colour="ultraviolet", things="z,b", on="perhaps", unknown="x")
    assert test.selectbox[0].value == "red"
    assert test.multiselect[0].value == ["b"]
    assert test.checkbox[0].value is False
    assert "unknown" not in url(test)


def test_a_late_browser_does_not_undo_a_click():
    test = start(colour="green")
    test.selectbox[0].select("blue")
    test.query_params["colour"] = "green"  # the browser has not yet heard of the click
    test.run()
    assert test.selectbox[0].value == "blue"
    assert url(test) == {"colour": "blue"}


def test_a_link_inside_the_app_resets_the_widget():
    test = start(colour="green")
    test.selectbox[0].select("blue").run()
    test.query_params["colour"] = "red"
    test.run()
    assert test.selectbox[0].value == "red"


def test_a_page_switch_empties_the_url_and_keeps_the_state():
    test = start(colour="green", words="灯杆")
    test.query_params.clear()
    test.run()
    assert test.selectbox[0].value == "green"
    assert url(test) == {"colour": "green", "words": "灯杆"}


def test_what_a_link_asked_for_in_vain_is_remembered_until_another_is_chosen():
    test = AppTest.from_string(LOST)
    test.query_params["colour"] = "ultraviolet"
    said = [test.run().markdown[0].value, test.run().markdown[0].value]
    assert said == ["ultraviolet", "ultraviolet"]
    assert test.selectbox[0].select("green").run().markdown[0].value == "-"
    assert test.selectbox[0].select("red").run().markdown[0].value == "-"


PLACES = """
import streamlit as st
from infraplan.ui import state
state.begin()
part = state.choose("part", "p", ["one", "two"])
state.stand("part", part)
if part == "one":
    st.number_input("n", value=None, key=state.box("figure"))
state.end()
"""


def test_a_box_that_was_left_is_another_one_and_empty_when_it_is_come_back_to():
    """A browser forgets boxes that are gone, and not when the page does: it must never be the same box."""
    test = AppTest.from_string(PLACES).run()
    before = test.number_input[0].id
    test.number_input[0].set_value(7).run()
    assert (test.number_input[0].id, test.number_input[0].value) == (before, 7)
    for part in ("two", "one"):
        test.selectbox[0].set_value(part).run()
    assert test.number_input[0].id != before
    assert test.number_input[0].value is None
