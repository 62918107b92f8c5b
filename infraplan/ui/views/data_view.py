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

PARTS = ("sources", "upload", "own", "corrections", "progress")


def render() -> None:
    """Draw the page."""
    t = texts("data_page")
    part = state.choose(
        "part", t("tab_sources"), PARTS, lambda p: t(f"tab_{p}"), style="segments", hidden=True
    )
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
    frame = pd.DataFrame(
        {
            t("file"): [r[f"title_{lang}"] or r["path"] for r in rows],
            t("origin"): [_joined(r, "origin") for r in rows],
            t("licence"): [_joined(r, "licence") for r in rows],
            t("vintage"): [_joined(r, "vintage") for r in rows],
            t("datum"): [_joined(r, "datum") for r in rows],
            t("accuracy"): [_joined(r, "accuracy") for r in rows],
            t("whole"): [t("ok") if r["ok"] else t("changed") for r in rows],
            t("size"): [None if r["bytes"] is None else round(r["bytes"] / 1024) for r in rows],
            t("attribution"): [_joined(r, "attribution") for r in rows],
            t("how_made"): [r["how_made"] for r in rows],
            t("folder"): [f"{r['folder']}/{r['path']}" for r in rows],
        }
    )
    said = st.dataframe(
        frame,
        hide_index=True,
        height=min(36 * (len(frame) + 1) + 4, 460),
        key="sources",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            str(name): st.column_config.TextColumn(width=width)
            for name, width in zip(frame.columns, (260, 220, 130, 110, 90, 200), strict=False)
        },
    )
    chosen = said["selection"]["rows"]
    if chosen and chosen[0] < len(frame):
        row = frame.iloc[chosen[0]]
        listed = "".join(
            f"<dt>{html.escape(str(k))}</dt><dd>{html.escape(str(v))}</dd>" for k, v in row.items()
        )
        st.html(f'<div class="card"><dl>{listed}</dl></div>')
    else:
        st.caption(t("pick"))


def _joined(row: dict[str, Any], key: str) -> str:
    sources: list[dict[str, str]] = row["sources"]
    return "; ".join(dict.fromkeys(s[key] for s in sources))


def _newest() -> int:
    return max((f.stat().st_mtime_ns for f in data_root().rglob("*") if f.is_file()), default=0)


@st.cache_data(max_entries=2, show_spinner=False)
def _status(stamp: int) -> list[dict[str, Any]]:
    return manifest.status()
