"""The look of the screens beyond Streamlit's own settings: close margins, calm headings, a legend's swatches.

One style sheet, no script, no font from elsewhere. Colours keep a contrast of at least 4.5 to 1 on their ground.
"""

from __future__ import annotations

import json

import streamlit as st

from infraplan.ui.i18n import texts

INK, QUIET, LINE, ACCENT = "#1c2733", "#51606b", "#d5dce1", "#1f5f8b"
#: A card narrower than this writes its values under their headings; on a screen narrower than that, it stands under the
#: table or the map.
_STACKED, _UNDER = "15rem", "1200px"
_TWO = '.st-key-with_card > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"]'
#: Streamlit's own file of a table holds bare numbers where the screen has words; ours under the table holds the words.
_TABLE_CSV = 'button[aria-label="Download as CSV"]'
_LISTS = ':is([data-testid="stSelectboxVirtualDropdown"], [data-testid="stMultiSelectDropdown"])'
#: A list that opens from the side bar.
_SIDE_LIST = f'{_LISTS}[style*="left: 30px"]'

_STYLE = f"""
<style>
.stMainBlockContainer, .block-container {{padding: 4.1rem 1.6rem 1.5rem; max-width: 100%;}}
section[data-testid="stSidebar"] .block-container, [data-testid="stSidebarUserContent"] {{padding-top: .4rem;}}
[data-testid="stSidebarHeader"] {{padding-bottom: 0; height: 2.6rem; margin-bottom: 0;}}
[data-testid="stSidebar"] [data-testid="stVerticalBlock"] {{gap: .55rem;}}
[data-testid="stVerticalBlock"] {{gap: .75rem;}}
h1, h2, h3 {{letter-spacing: 0; color: {INK};}}
h2.headline {{margin: 0; padding: 0 !important; line-height: 1.5;}}
h2.headline .tag {{font-weight: 400; vertical-align: middle;}}
h2 {{font-size: 1.35rem !important; padding: .1rem 0 .5rem !important;}}
h3 {{font-size: 1.05rem !important; padding: .45rem 0 .6rem !important;}}
[data-testid="stMetric"] {{padding: .15rem 0;}}
[data-testid="stMetricValue"] {{font-size: 1.55rem; line-height: 1.25;}}
.st-key-preview [data-testid="stMetricValue"] {{font-size: 1.3rem;}}
/* names that are chosen among: chips whole, lists of the side bar wide enough, a box that cuts one says so */
[data-tag] {{height: auto !important; max-width: 100% !important;}}
[data-tag] > span {{white-space: normal !important; overflow-wrap: anywhere; line-height: 1.35; padding: .2rem 0;}}
[data-testid="stSelectbox"] input:not(:focus) {{text-overflow: ellipsis;}}
{_SIDE_LIST} {{width: min(36rem, 90vw) !important;}}
{_LISTS} [role="presentation"] {{width: 100% !important;}}
/* what a run would begin from, or what is wrong, stays in sight of whatever field of the form is being filled in */
[data-testid="stColumn"]:has(.st-key-form_summary) > [data-testid="stVerticalBlock"] {{height: 100%;}}
[data-testid="stLayoutWrapper"]:has(> .st-key-form_summary) {{position: sticky; top: 3.5rem; z-index: 3;
  background: #fff; padding: .4rem 0;}}
[data-testid="stMetricLabel"] p {{color: {QUIET};}}
[data-testid="stCaptionContainer"],
[data-testid="stCaptionContainer"] p {{color: {QUIET} !important; opacity: 1 !important;}}
.brand {{font-size: 1.08rem; font-weight: 700; line-height: 1.35; color: {INK};}}
.claim {{font-size: .84rem; color: {QUIET}; line-height: 1.45;}}
.notes {{font-size: .74rem; color: {QUIET}; line-height: 1.5;}}
.legend {{font-size: .86rem; color: {INK}; margin: 0 0 .3rem; line-height: 1.5;}}
.legend .title {{color: {QUIET}; margin-bottom: .15rem;}}
.legend .row {{display: flex; align-items: center; gap: .5rem;}}
.legend .swatch {{flex: none; width: 1.05rem; height: .85rem; border: 1px solid #78909c;}}
.legend .dot {{flex: none; width: 1.05rem; height: 1.05rem; border-radius: 50%; color: #fff; font-size: .66rem;
  line-height: 1.05rem; text-align: center;}}
.legend .count {{margin-left: auto; color: {QUIET}; font-variant-numeric: tabular-nums;}}
.card {{border: 1px solid {LINE}; border-radius: 8px; padding: .8rem .95rem; background: #fff; font-size: .92rem;
  line-height: 1.55; overflow-wrap: anywhere; container-type: inline-size;}}
.card h4 {{margin: 0 0 .3rem; padding: 0; font-size: 1.02rem; line-height: 1.4; color: {INK};}}
.card .big {{font-size: 1.35rem; font-weight: 700; color: {ACCENT}; line-height: 1.4;}}
.card dl {{display: grid; grid-template-columns: fit-content(40%) 1fr; gap: .12rem .8rem; margin: .35rem 0 0 !important;
  padding: 0 !important;}}
@container (max-width: {_STACKED}) {{
  .card dl {{grid-template-columns: 1fr !important; gap: 0;}}
  .card dd {{margin-bottom: .3rem !important;}}
}}
@media (max-width: {_UNDER}) {{
  {_TWO} {{flex-direction: column;}}
  {_TWO} > [data-testid="stColumn"] {{width: 100%; flex: none;}}
}}
.card dt, .card dd {{margin: 0 !important; padding: 0 !important; font-size: .88rem;}}
.card dt {{color: {QUIET};}}
.card q {{quotes: "“" "”"; color: {INK}; background: #f3f6f8; padding: 0 .2rem;}}
.card summary {{cursor: pointer; color: {ACCENT};}}
.figures {{font-size: .88rem; color: {INK}; line-height: 1.5;}}
.figures > div {{border-top: 1px solid {LINE}; padding: .35rem 0;}}
.figures b {{color: {ACCENT};}}
.card .big, .figures b {{word-break: keep-all;}}
.st-key-targets {_TABLE_CSV}, .st-key-projects {_TABLE_CSV} {{display: none;}}
.tag {{display: inline-block; font-size: .78rem; border: 1px solid {LINE}; border-radius: 4px; padding: 0 .4rem;
  margin-right: .3rem; color: {QUIET}; background: #f7f9fa;}}
.tag.warn {{color: #7a4100; border-color: #e0b66a; background: #fff6e3;}}
.plainwords {{border-left: 3px solid {ACCENT}; padding: .1rem 0 .1rem .8rem; line-height: 1.6; font-size: .9rem;}}
[data-testid="stElementContainer"]:has(.no-room) {{display: none;}}
iframe {{border-radius: 6px;}}
[data-testid="stDeckGlJsonChart"] {{background: #e2e8eb; border-radius: 6px; overflow: hidden;}}
:focus-visible {{outline: 2px solid {ACCENT}; outline-offset: 2px;}}
</style>
"""


_UPLOADER = '[data-testid="stFileUploaderDropzone"] button [data-testid="stMarkdownContainer"]'
_UPLOADER_HINT = '[data-testid="stFileUploaderDropzoneInstructions"]'
_ENTER = '[data-testid="InputInstructions"]'
_FORM, _AREA = '[data-testid="stForm"]', '[data-testid="stTextArea"]'
#: Where Streamlit writes English of its own that no setting changes, and our word for it. Ours is content of the style.
_OWN_WORDS = (
    (_UPLOADER, "uploader_button"),
    (_ENTER, "enter_takes"),
    (f"{_FORM} {_ENTER}", "enter_sends"),
    (f"{_AREA} {_ENTER}", "control_enter_takes"),
    (f"{_FORM} {_AREA} {_ENTER}", "control_enter_sends"),
)
#: A button keeps Streamlit's text for those who listen, beside ours: checks of access count no content of a style.
_UNSEEN = "position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;"


def apply() -> None:
    """Put the style sheet on the page."""
    t = texts("app")
    words = "".join(_instead(where, t(key)) for where, key in _OWN_WORDS)
    st.html(f"{_STYLE}<style>{words}</style>")


def uploader_hint(text: str) -> None:
    """Say beside the button of a file uploader what it takes, in place of Streamlit's own English."""
    st.html(f"<style>{_instead(_UPLOADER_HINT, text)}</style>")


def _instead(where: str, text: str) -> str:
    """Return rules that show ``text`` in place of what an element holds."""
    quoted = json.dumps(text, ensure_ascii=False).replace("<", "\\3c ")
    hidden = _UNSEEN if where == _UPLOADER else "display: none !important;"
    return f"{where} > * {{{hidden}}}\n{where}::after {{content: {quoted}; font-size: .84rem;}}\n"
