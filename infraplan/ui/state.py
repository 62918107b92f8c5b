"""What stands in the URL: language, plan, scenario, layers, filters. A link reopens what its sender saw.

Each state is a short text under a key. It is read from the URL, else from what the session remembers (a page switch
empties the URL), else from the page's default. A page ends with its own states in the URL, defaults left out.
Values that are not an option (an old or mistyped link) fall back.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

LANGUAGES = {"zh": "中文", "en": "English"}
_KNOWN, _SEEN, _USED, _ARRIVED, _LOST = "_known", "_seen", "_used", "_arrived", "_lost"
_STANDING, _LEFT = "_standing", "_times_left"
#: The scenario's form that stands on the page (its code, its language, what its boxes held when it was drawn to its
#: end), and what was asked of that scenario: other pages look after both, so that the last word is not lost.
FORM, ASKED = "form_standing", "store_asked"
#: Unsaved changes of this session by scenario, packed as for a URL.
DRAFTS = "_drafts"
Shown = Callable[[str], str]


def begin() -> None:
    """Take over what the URL says; call once at the start of each run.

    A value that differs from what the browser showed last time has arrived by a link: it resets its widget. One that
    is only late (the browser had not yet heard of the reader's last click) does not.
    """
    session = st.session_state
    known: dict[str, str] = session.setdefault(_KNOWN, {})
    seen: dict[str, str] = session.setdefault(_SEEN, {})
    now = {key: st.query_params[key] for key in st.query_params}
    arrived = {k for k, v in now.items() if v != known.get(k) and v != seen.get(k)}
    known.update({k: now[k] for k in arrived})
    session[_SEEN] = {**seen, **now}
    session[_ARRIVED] = arrived
    session[_USED] = {}


def end() -> None:
    """Write the states that this page used into the URL."""
    used: dict[str, str] = {"lang": "zh", **st.session_state[_USED]}
    known: dict[str, str] = st.session_state[_KNOWN]
    wanted = {k: known[k] for k, default in used.items() if known.get(k, default) != default}
    if dict(st.query_params) != wanted:
        st.query_params.from_dict(wanted)
        st.session_state[_SEEN].update(wanted)


def only_here() -> bool:
    """Return whether the session holds unsaved changes that this page's URL does not: they end with the session."""
    held: dict[str, str] = st.session_state.get(DRAFTS, {})
    return any(text and text != st.query_params.get("edit") for text in held.values())


def language() -> str:
    """Return the language of the screens: ``?lang=`` when it is a known one, else Chinese."""
    lang = st.session_state.get(_KNOWN, {}).get("lang") or st.query_params.get("lang", "zh")
    return lang if lang in LANGUAGES else "zh"


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Draw in another language for a moment."""
    known = st.session_state[_KNOWN]
    before = known.get("lang")
    known["lang"] = lang
    try:
        yield
    finally:
        if before is None:
            del known["lang"]
        else:
            known["lang"] = before


def get(key: str, default: str = "") -> str:
    """Return the state under ``key``."""
    st.session_state[_USED][key] = default
    return str(st.session_state[_KNOWN].get(key, default))


def remembered(key: str) -> str:
    """Return the state that another page left under ``key``, without making it a state of this page."""
    return str(st.session_state[_KNOWN].get(key, ""))


def arrived(key: str) -> bool:
    """Return whether the state under ``key`` has just come by a link, or was set for the next page."""
    return key in st.session_state[_ARRIVED]


def unknown(key: str, known: Container[str], default: str = "") -> str:
    """Return what a link has just asked for under ``key`` and is not ``known``; ``""`` otherwise."""
    asked = get(key, default)
    return asked if arrived(key) and asked not in known else ""


def lost(name: str, asked: str, shown: str) -> str:
    """Return what a link asked for and there was not, for as long as what is ``shown`` instead stays the same.

    ``asked`` is what the link has just asked for in vain (:func:`unknown`), on later runs ``""``.
    """
    kept: dict[str, tuple[str, str]] = st.session_state.setdefault(_LOST, {})
    if asked:
        kept[name] = (asked, shown)
    elif kept.get(name, ("", shown))[1] != shown:
        del kept[name]
    return kept.get(name, ("", shown))[0]


def put(key: str, value: str) -> None:
    """Set the state under ``key``; a widget that shows it follows on the next run."""
    st.session_state[_KNOWN][key] = value
    st.session_state[_ARRIVED].add(key)
    st.session_state.pop(f"w_{key}", None)


def link(**changes: str) -> dict[str, str]:
    """Return the words of a URL that leads to another page with ``changes``, in the reader's language."""
    lang = {} if language() == "zh" else {"lang": language()}
    return {**lang, **{k: v for k, v in changes.items() if v}}


def choose(
    key: str,
    label: str,
    options: Sequence[str],
    shown: Shown = str,
    default: str | None = None,
    style: str = "select",
    help: str | None = None,
    hidden: bool = False,
) -> str:
    """Let the reader choose one option; ``style`` is ``select``, ``radio`` or ``segments``."""
    fallback = default if default is not None and default in options else options[0]
    wanted = get(key, fallback)
    name = _prepare(key, wanted if wanted in options else fallback, options)
    shown = _distinct(options, shown)
    chosen: str | None
    if style == "radio":
        chosen = st.radio(label, options, format_func=shown, horizontal=True, key=name, help=help)
    elif style == "segments":
        chosen = st.segmented_control(
            label,
            options,
            format_func=shown,
            key=name,
            help=help,
            required=True,
            label_visibility="collapsed" if hidden else "visible",
        )
    else:
        chosen = st.selectbox(label, options, format_func=shown, key=name, help=help)
    st.session_state[_KNOWN][key] = str(chosen or fallback)
    return str(chosen or fallback)


def several(
    key: str,
    label: str,
    options: Sequence[str],
    shown: Shown = str,
    default: Sequence[str] = (),
    placeholder: str | None = None,
    style: str = "select",
    most: int | None = None,
) -> list[str]:
    """Let the reader choose any number of options; the URL holds them joined by commas, ``-`` for none."""
    wanted = [v for v in _split(get(key, _join(default))) if v in options][:most]
    name = _prepare(key, wanted, options)
    shown = _distinct(options, shown)
    if style == "pills":
        chosen = st.pills(label, options, format_func=shown, key=name, selection_mode="multi")
    else:
        chosen = st.multiselect(
            label, options, format_func=shown, key=name, placeholder=placeholder, max_selections=most
        )
    st.session_state[_KNOWN][key] = _join(list(chosen))
    return list(chosen)


def tick(key: str, label: str, default: bool = False, help: str | None = None) -> bool:
    """Let the reader switch something on or off."""
    wanted = get(key, "1" if default else "0") == "1"
    name = _prepare(key, wanted, (True, False))
    ticked = st.checkbox(label, key=name, help=help)
    st.session_state[_KNOWN][key] = "1" if ticked else "0"
    return ticked


def write(key: str, label: str, placeholder: str | None = None, icon: str | None = None) -> str:
    """Let the reader write a line of text."""
    name = _prepare(key, get(key), None)
    text = st.text_input(label, key=name, placeholder=placeholder, icon=icon)
    st.session_state[_KNOWN][key] = text or ""
    return text or ""


def tabs(key: str, names: Sequence[str], shown: Shown) -> tuple[str, DeltaGenerator]:
    """Draw tabs of which only the open one is to be filled; return its name and its container."""
    wanted = get(key, names[0])
    labels = [shown(name) for name in names]
    widget = _prepare(key, shown(wanted if wanted in names else names[0]), labels)
    drawn = st.tabs(labels, key=widget, on_change="rerun")
    opened = next((i for i, tab in enumerate(drawn) if tab.open), 0)
    st.session_state[_KNOWN][key] = names[opened]
    return names[opened], drawn[opened]


def steady(key: str, options: Sequence[object], start: object = None) -> str:
    """Return the key of a box that keeps what was chosen when the words of its options change with the language.

    A browser sends a choice by its words. Those of the language before are none of the new ones, and the box would show
    one thing and hold another. ``start`` is chosen at first; None: nothing.
    """
    held = st.session_state.get(key, start)
    st.session_state[key] = held if held in options else start
    return key


def stand(level: str, what: str) -> None:
    """Say what stands on the page: its name under ``page``, one of its parts under ``part``, its scenario.

    Where that is another than before, :func:`box` gives new keys.
    """
    standing: dict[str, str] = st.session_state.setdefault(_STANDING, {})
    if standing.setdefault(level, what) != what:
        standing[level] = what
        st.session_state[_LEFT] = st.session_state.get(_LEFT, 0) + 1


def box(key: str) -> str:
    """Return the key of a box that begins empty each time its page is come back to.

    The server and the browser each forget the boxes of a page that was left, and not at the same moment: who comes back
    at once would be shown an empty box whose words are still there, and are saved.
    """
    times = st.session_state.get(_LEFT, 0)
    return f"{key}@{times}" if times else key


def language_switch(label: str) -> None:
    """Draw the language switch; the whole page follows at once."""

    def switched() -> None:
        st.session_state[_KNOWN]["lang"] = st.session_state["w_lang"] or language()

    st.session_state["w_lang"] = language()
    st.segmented_control(
        label,
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key="w_lang",
        required=True,
        label_visibility="collapsed",
        on_change=switched,
    )


def _prepare(key: str, wanted: object, options: Sequence[object] | None) -> str:
    """Set the widget's value before it is drawn: at first, by a link, and when its options no longer hold it."""
    name = f"w_{key}"
    held = st.session_state.get(name)
    values = held if isinstance(held, list) else [held]
    gone = options is not None and any(v not in options for v in values)
    fresh = name not in st.session_state or key in st.session_state[_ARRIVED] or gone
    # Said anew on every run: after a page switch the value of the other page's widget is still there and would be
    # dropped for the new widget's default.
    st.session_state[name] = wanted if fresh else held
    st.session_state[_ARRIVED].discard(key)
    return name


def _distinct(options: Sequence[str], shown: Shown) -> Shown:
    """Return the words for the options, no two alike: what is chosen is found by its words."""
    from infraplan.ui import labels

    return labels.distinct({option: shown(option) for option in options}).__getitem__


def _join(values: Sequence[str]) -> str:
    return ",".join(values) or "-"


def _split(text: str) -> list[str]:
    return [] if text == "-" else text.split(",")
