"""The data page: what the map stands on, and what planners bring or enter."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
import streamlit as st

from geo import manifest
from geo.paths import data_root
from infraplan.ui import state
from infraplan.ui.i18n import texts
from infraplan.ui.views import data_entries, data_upload
from layers.punctuation import printed

PARTS = ("sources", "upload", "own", "corrections", "progress")
#: Streamlit wraps the texts of a table only in rows higher than 64 pixels.
_ROW_HEIGHT = 68
#: What stands first in the table and how wide, in pixels: all of it is seen beside the side bar at 1366.
_WIDTHS = {"group": 120, "file": 240, "licence": 190, "vintage": 105, "datum": 105, "accuracy": 190}


def render() -> None:
    """Draw the page."""
    t = texts("data_page")
    part = state.choose(
        "part", t("tab_sources"), PARTS, lambda p: t(f"tab_{p}"), style="segments", hidden=True
    )
    state.stand("part", part)
    {
        "sources": _sources,
        "upload": data_upload.draw,
        "own": data_upload.listing,
        "corrections": data_entries.corrections,
        "progress": data_entries.progress,
    }[part]()


def _sources() -> None:
    t, lang = texts("data_page"), state.language()
    st.caption(t("sources_text"))
    rows = _status(_newest())
    frame = pd.DataFrame([_cells(row, lang) for row in rows]).rename(columns=t)
    said = st.dataframe(
        frame,
        hide_index=True,
        height=min(_ROW_HEIGHT * len(frame) + 44, 500),
        row_height=_ROW_HEIGHT,
        key="sources",
        on_select="rerun",
        selection_mode="single-row",
        column_config={t(name): st.column_config.TextColumn(width=width) for name, width in _WIDTHS.items()},
    )
    chosen = said["selection"]["rows"]
    if chosen and chosen[0] < len(rows):
        st.html(_card(rows[chosen[0]], lang))
    else:
        st.caption(t("pick"))


def _cells(row: dict[str, Any], lang: str) -> dict[str, Any]:
    """Return what the table shows of a file, under the names of its columns; each source's text once."""
    t = texts("data_page")
    return {
        "group": _title(row, lang, "folder_title", "folder"),
        "file": _title(row, lang, "title", "path"),
        "licence": _joined(row, "licence", lang),
        "vintage": _joined(row, "vintage", lang),
        "datum": _joined(row, "datum", lang),
        "accuracy": _joined(row, "accuracy", lang),
        "origin": _joined(row, "origin", lang),
        "whole": t("ok") if row["ok"] else t("changed"),
        "size": None if row["bytes"] is None else round(row["bytes"] / 1024),
        "attribution": _joint(lang).join(dict.fromkeys(s["attribution"] for s in row["sources"])),
        "how_made": _in(row, "how_made", lang),
        "folder": f"{row['folder']}/{row['path']}",
    }


def _card(row: dict[str, Any], lang: str) -> str:
    """Return all that is known of a file, and of each of its sources by itself."""
    t, cells = texts("data_page"), _cells(row, lang)
    problem = row["problem"] and row["problem_zh" if lang == "zh" else "problem"]
    facts = {name: cells[name] for name in ("group", "folder", "size", "how_made")}
    facts |= {"remarks": _in(row, "notes", lang), "whole": problem or cells["whole"]}
    parts = [f"<h4>{html.escape(cells['file'])}</h4>", _listed(facts)]
    for number, source in enumerate(row["sources"], start=1):
        heading = t("source_n", n=number, all=len(row["sources"]))
        parts += [
            f'<h4 style="margin-top:.7rem">{html.escape(heading)}</h4>',
            _listed(_of_source(source, lang)),
        ]
    return f'<div class="card">{"".join(parts)}</div>'


def _of_source(source: dict[str, str], lang: str) -> dict[str, Any]:
    told = {name: _in(source, name, lang) for name in manifest.TRANSLATED_OF_SOURCE}
    return told | {"attribution": source["attribution"], "url": source["url"]}


def _listed(facts: dict[str, Any]) -> str:
    """Return facts as a list of labels and values, those that are empty left out."""
    t = texts("data_page")
    pairs = [(t(name), str(value)) for name, value in facts.items() if value not in (None, "")]
    return f"<dl>{''.join(f'<dt>{html.escape(k)}</dt><dd>{html.escape(v)}</dd>' for k, v in pairs)}</dl>"


def _title(row: dict[str, Any], lang: str, name: str, otherwise: str) -> str:
    other = "en" if lang == "zh" else "zh"
    return printed(str(row[f"{name}_{lang}"] or row[f"{name}_{other}"] or row[otherwise]), lang)


def _in(entry: dict[str, Any], name: str, lang: str) -> str:
    return printed(str(entry[f"{name}_zh" if lang == "zh" else name]), lang)


def _joined(row: dict[str, Any], name: str, lang: str) -> str:
    return _joint(lang).join(dict.fromkeys(_in(source, name, lang) for source in row["sources"]))


def _joint(lang: str) -> str:
    return "\uff1b" if lang == "zh" else "; "


def _newest() -> int:
    return max((f.stat().st_mtime_ns for f in data_root().rglob("*") if f.is_file()), default=0)


@st.cache_data(max_entries=2, show_spinner=False)
def _status(stamp: int) -> list[dict[str, Any]]:
    return manifest.status()
