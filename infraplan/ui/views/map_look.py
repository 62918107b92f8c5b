"""What the map page adds to the look: headings of the legend tree, the row of counts, the list of promises."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import streamlit as st

from infraplan.ui.theme import ACCENT, INK, LINE, QUIET
from layers import categories

_STYLE = f"""
.branch {{font-size: .8rem; font-weight: 600; color: {QUIET}; border-top: 1px solid {LINE}; padding-top: .45rem;
  line-height: 1.3;}}
.counts {{display: flex; flex-wrap: wrap; gap: .3rem .6rem; justify-content: space-between; white-space: nowrap;}}
.counts b {{display: block; font-size: 1.3rem; font-weight: 600; line-height: 1.25; color: {INK};
  font-variant-numeric: tabular-nums;}}
.counts span {{font-size: .76rem; color: {QUIET}; line-height: 1.3;}}
[class*="st-key-map_whole"] iframe {{height: max(600px, 100vh - 310px) !important;}}
.card dl {{grid-template-columns: fit-content(5.6rem) 1fr;}}
.st-key-promises, .st-key-promises [data-testid="stVerticalBlock"] {{gap: 0;}}
.st-key-promises [data-testid="stCaptionContainer"] {{padding: .35rem 0 .35rem .6rem;}}
.st-key-promises [data-testid="stButton"] button {{width: 100%; justify-content: flex-start; text-align: left;
  padding: .28rem .5rem .28rem .6rem; margin: 0; border: 0; border-left: 3px solid {LINE};
  border-bottom: 1px solid {LINE}; border-radius: 0; background: #fff; min-height: 0;}}
.st-key-promises [data-testid="stButton"] button:hover {{background: #eef4f8;}}
.st-key-promises button > div, .st-key-promises button [data-has-shortcut],
.st-key-promises button [data-testid="stMarkdownContainer"] {{width: 100%; justify-content: flex-start;}}
.st-key-promises button p {{display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 .5rem;
  width: 100%; align-items: baseline; text-align: left; line-height: 1.4; white-space: nowrap;}}
.st-key-promises button p strong {{font-size: 1.02rem; color: {ACCENT};}}
.st-key-promises button p em {{flex: 0 0 100%; white-space: normal; font-style: normal; font-size: .86rem;
  color: {INK};}}
.st-key-promises button p span {{font-size: .78rem; color: {QUIET} !important;}}
.st-key-promises [data-testid="stExpander"] details {{border: 0;}}
.st-key-promises [data-testid="stExpander"] summary {{padding: .35rem .6rem; font-size: .86rem;}}
.st-key-promises [data-testid="stExpanderDetails"] {{padding: 0; max-height: 320px; overflow-y: auto;}}
"""


def apply() -> None:
    """Put the map page's part of the style sheet on the page."""
    marks = "".join(
        f'[class*="st-key-promise-{f.code}-"] button {{border-left-color: {f.colour} !important;}}\n'
        for f in categories.FAMILIES
    )
    st.html(f"<style>{_STYLE}{marks}</style>")


def branch(heading: str) -> None:
    """Draw the heading of a group of layers."""
    st.html(f'<div class="branch">{html.escape(heading)}</div>')


def families(counts: Mapping[str, int], lang: str) -> None:
    """Draw the families of categories as the map marks them, with how many there are of each."""
    lines = "".join(
        f'<div class="row"><span class="dot" style="background:{f.colour}">{f.mark(lang)}</span>'
        f'<span>{html.escape(f.label(lang))}</span><span class="count">{counts[f.code]:,}</span></div>'
        for f in categories.FAMILIES
        if counts.get(f.code)
    )
    st.html(f'<div class="legend">{lines}</div>')


def beside_label(key: str, words: str) -> None:
    """Write words behind the label of the expander with this key; the label itself stays, so that it stays open."""
    safe = "".join(f"\\{ord(c):06x}" for c in words)
    st.html(f'<style>.st-key-{key} summary p::after {{content: "{safe}"; color: {ACCENT};}}</style>')


def counts(figures: Sequence[tuple[str, int]]) -> None:
    """Draw a few counts in one row."""
    cells = "".join(f"<div><b>{n:,}</b><span>{html.escape(label)}</span></div>" for label, n in figures)
    st.html(f'<div class="counts">{cells}</div>')
