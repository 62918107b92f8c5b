"""The data page: what the map stands on, and what planners bring or enter."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Sequence
from typing import Any

import streamlit as st

from geo import manifest
from geo.paths import data_root
from infraplan.ui import labels, state, theme
from infraplan.ui.i18n import texts
from infraplan.ui.views import data_entries, data_upload
from layers.punctuation import printed

PARTS = ("sources", "upload", "own", "corrections", "progress")
#: What stands in the table, and how wide: a browser sets lines of Chinese right, a canvas cuts them.
_WIDTHS = {"file": 19, "licence": 17, "vintage": 12, "datum": 11, "accuracy": 19, "origin": 22}
#: Of a file with more sources than these, so many are named here and the others in its card.
_MOST = {"vintage": 3, "origin": 3}
_DATE = re.compile(r"\d{4}-\d\d(?:\d\d|-\d\d)?")
_STYLE = f"""<style>
.sources {{max-height: 30rem; overflow: auto; border: 1px solid {theme.LINE}; border-radius: 8px}}
.sources table {{width: 100%; border-collapse: collapse; font-size: .875rem; table-layout: fixed}}
.sources th, .sources td {{padding: .35rem .6rem; text-align: left; vertical-align: top; border: 0;
    border-bottom: 1px solid {theme.LINE}; overflow-wrap: anywhere}}
.sources th {{background: #f3f6f8; font-weight: 600}}
.sources thead th {{position: sticky; top: 0; font-weight: 400; color: {theme.QUIET}}}
.sources .changed {{font-weight: 600}}
.sources .date {{white-space: nowrap}}
</style>"""


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
    rows = {f"{row['folder']}/{row['path']}": row for row in _status(_newest())}
    whole = sum(row["ok"] for row in rows.values())
    st.caption(f"{t('sources_text')}{t('n_whole', n=whole, all=len(rows))}")
    st.html(_table(list(rows.values()), lang))
    names = labels.distinct({path: _title(row, lang, "title", "path") for path, row in rows.items()})
    chosen = st.selectbox(
        t("pick"),
        list(rows),
        format_func=names.__getitem__,
        index=None,
        key=state.steady("source", list(rows)),
        placeholder=t("choose"),
    )
    if chosen is not None:
        st.html(_card(rows[chosen], lang))


def _table(rows: Sequence[dict[str, Any]], lang: str) -> str:
    """Return all files as a table, under the headings of their folders; a file that changed says so."""
    t = texts("data_page")
    heads = "".join(f'<th style="width:{w}%">{html.escape(t(name))}</th>' for name, w in _WIDTHS.items())
    lines = []
    for group, files in itertools.groupby(rows, lambda row: _title(row, lang, "folder_title", "folder")):
        lines.append(f'<tr><th colspan="{len(_WIDTHS)}">{html.escape(group)}</th></tr>')
        for row in files:
            cells = _cells(row, lang)
            marks = "" if row["ok"] else f'<div class="changed">{html.escape(cells["whole"])}</div>'
            cells |= {name: _joined(row, name, lang, most) for name, most in _MOST.items()}
            told = [
                _DATE.sub(r'<span class="date">\g<0></span>', html.escape(cells[name])) for name in _WIDTHS
            ]
            lines.append(f"<tr><td>{told[0]}{marks}</td>{''.join(f'<td>{x}</td>' for x in told[1:])}</tr>")
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    return f'{_STYLE}<div class="sources" tabindex="0">{table}</div>'


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


def _joined(row: dict[str, Any], name: str, lang: str, most: int | None = None) -> str:
    """Return what the sources of a file state, each thing once, or the first ``most`` and how many there are."""
    found = list(dict.fromkeys(_in(source, name, lang) for source in row["sources"]))
    told = _joint(lang).join(found[:most])
    return (
        told if len(found) == len(found[:most]) else texts("data_page")("and_more", told=told, n=len(found))
    )


def _joint(lang: str) -> str:
    return "\uff1b" if lang == "zh" else "; "


def _newest() -> int:
    return max((f.stat().st_mtime_ns for f in data_root().rglob("*") if f.is_file()), default=0)


@st.cache_data(max_entries=2, show_spinner=False)
def _status(stamp: int) -> list[dict[str, Any]]:
    return manifest.status()
