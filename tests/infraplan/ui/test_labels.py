"""Of two options with the same words Streamlit takes the last: no list to choose from shows the same words twice."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from infraplan.ui import labels, person
from infraplan.workspace import Record

SCRIPT = """
import streamlit as st
from infraplan.ui import state
state.begin()
words = {"a": "same", "b": "same", "c": "other"}
one = state.choose("one", "o", list(words), words.__getitem__)
some = state.several("some", "s", list(words), words.__getitem__)
st.text(f"{one}|{','.join(some)}")
state.end()
"""


def record(name: str, saved_at: str, title: str = "units.csv") -> Record:
    return Record("upload", name, 1, title, "draft", "", {}, saved_at=saved_at)


def test_names_that_differ_stay_as_they_are():
    assert labels.distinct({"a": "x", "b": "y"}, lambda c: "more") == {"a": "x", "b": "y"}


def test_only_those_alike_say_more():
    assert labels.distinct({"a": "x", "b": "x", "c": "y"}, str.upper) == {
        "a": "x · A",
        "b": "x · B",
        "c": "y",
    }


def test_those_still_alike_are_numbered_and_take_no_other_name():
    names = {"a": "x", "b": "x", "c": "x · 第1份", "d": "x"}
    found = labels.distinct(names, lambda c: "")
    assert found == {"a": "x · 第2份", "b": "x · 第3份", "c": "x · 第1份", "d": "x · 第4份"}


def test_what_is_added_may_collide_too():
    found = labels.distinct({"a": "x", "b": "x", "c": "x · A"}, lambda c: "A")
    assert len(set(found.values())) == 3


def test_records_alike_say_when_they_were_saved():
    early, late = "2026-03-01T02:00:00.000Z", "2026-03-02T03:00:00.000Z"
    known = {"a": record("a", late), "b": record("b", early), "c": record("c", early, "别的.csv")}
    assert labels.of_records(known) == {
        "a": f"units.csv · {person.when(late)}",
        "b": f"units.csv · {person.when(early)}",
        "c": "别的.csv",
    }


def test_records_of_one_minute_keep_their_label_when_another_goes():
    known = {str(n): record(str(n), f"2026-03-01T02:00:00.{n:03}Z") for n in range(3)}
    found = labels.of_records(known)
    assert len(set(found.values())) == 3
    del known["0"]
    assert labels.of_records(known) == {n: found[n] for n in known}


@pytest.mark.parametrize("code", ["a", "b", "c"])
def test_a_choice_among_options_of_one_name_is_the_one_that_was_made(code):
    test = AppTest.from_string(SCRIPT).run()
    assert len(set(test.selectbox[0].options)) == 3
    assert len(set(test.multiselect[0].options)) == 3
    at = "abc".index(code)
    # what the browser sends are the words
    test.selectbox[0].select_index(at)
    test.multiselect[0].set_value([code]).run()
    assert test.text[0].value == f"{code}|{code}"


def test_a_title_begins_with_its_city_once():
    assert labels.with_city("徐州市数字经济意见", "徐州市") == "徐州市数字经济意见"
    assert labels.with_city("关于推进全市建设的意见", "徐州市") == "徐州市 · 关于推进全市建设的意见"
    assert labels.with_city("Xuzhou: Opinions", "Xuzhou City") == "Xuzhou: Opinions"
