"""A project list that a planner brought, on the page of projects: in the reader's words, filtered, summed, on the map.

A list is chosen where plans are chosen (``plan=own:<record>``). What it does not state is a dash, and in no sum.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from infraplan.ui import guard, labels, state
from infraplan.ui.i18n import texts
from infraplan.ui.views import list_parts, map_choice, own_charts, own_rows, upload_words
from infraplan.ui.views.list_parts import NONE
from infraplan.ui.views.own_rows import Rows, Value
from infraplan.uploads.columns import Field
from infraplan.workspace import Record, Workspace
from layers.punctuation import printed
from layers.source_words import source_words
from layers.words import accuracy, quantity
from plans.vocabulary import label

PREFIX = "own:"
#: What rows are grouped by, and the key of the URL that filters by it (a scenario's ``district`` is another thing).
FILTERS = {"stage": "stage", "district": "unit", "body": "body", "category": ""}
_STAGES = ("reserve", "new_start", "under_construction", "completed")
#: A name in the address of the map is no longer than this.
_NAME = 60
#: Headings of the card are long, and so is what stands beside them.
_DL = "grid-template-columns: fit-content(45%) 1fr"


def lists() -> dict[str, Record]:
    """Return the project lists that planners brought, the last first, by their value in the URL."""
    return {f"{PREFIX}{r.id}": r for r in Workspace().records("upload") if r.document["what"] == "projects"}


def titles(known: Mapping[str, Record]) -> dict[str, str]:
    """Return what the lists are called; of two with one title each says when it came."""
    t = texts("own_projects")
    return labels.of_records(known, {code: t("own_title", title=r.title) for code, r in known.items()})


def link(record: Record) -> None:
    """Draw the link that opens a list on the page of projects."""
    from infraplan.ui import app

    st.page_link(
        app.page("projects"), label=texts("own_projects")("open_list"), icon=":material/list_alt:",
        query_params=state.link(plan=f"{PREFIX}{record.id}"),
    )  # fmt: skip


def render(record: Record) -> None:
    """Draw the page of a list."""
    rows = own_rows.read(record.files["data"].sha256, state.language(), record)
    with st.sidebar:
        shown, group = _filters(rows)
    _headline(record)
    _figures(rows, shown)
    ids = [f"{record.id}:{line}" for line in rows.frame["line"].tolist()]
    number = {ident: i for i, ident in enumerate(ids)}
    groups = [rows.facets[group][i] for i in shown] if group != "none" else []
    list_parts.frame(
        "row",
        number,
        [ids[i] for i in shown],
        (group, groups) if group != "none" else None,
        lambda order: rows.table.iloc[[shown[i] for i in order]].reset_index(drop=True),
        lambda: _charts(rows, shown),
        lambda ident: _card(record, rows, number[ident]),
        _formats(rows.table),
        "row",
        f"{record.id}.csv",
    )


def _formats(table: pd.DataFrame) -> dict[str, Any]:
    t = texts("own_projects")
    plain = {t("lon"): "%.5f", t("lat"): "%.5f", t("line"): "%d"}
    return {
        str(c): st.column_config.NumberColumn(format=plain.get(str(c), "localized"))
        for c in table.select_dtypes("number")
    }


# filters and figures --------------------------------------------------------------------------------------------------


def _filters(rows: Rows) -> tuple[list[int], str]:
    """Draw the filters; return the numbers of the rows that are left, and the grouping."""
    t, s = texts("own_projects"), texts("lists")
    words = list_parts.words(t("search_hint"))
    options = {name: rows.options(name) for name in FILTERS}
    group = state.choose(
        "group", s("group"), ["none", *(g for g in FILTERS if options[g])], lambda g: s(f"group_{g}")
    )
    placed = state.choose(
        "placed", t("placed"), ("all", "yes", "no"), lambda p: t(f"placed_{p}"), style="segments"
    )
    headings = {"stage": s("stages"), "district": t("districts"), "body": t("leads")}
    chosen = {
        name: state.several(
            FILTERS[name], heading, list(options[name]), options[name].__getitem__, placeholder=s("any")
        )
        for name, heading in headings.items()
        if options[name]
    }
    there = rows.frame["lon"].notna().tolist()
    shown = [
        i
        for i, text in enumerate(rows.folded)
        if all(word in text for word in words)
        and (placed == "all" or there[i] == (placed == "yes"))
        and all(_fits(rows.facets[name][i], codes) for name, codes in chosen.items())
    ]
    return shown, group


def _fits(values: Sequence[Value], codes: Sequence[str]) -> bool:
    return not codes or any(code in codes for code, _ in values) or (not values and NONE in codes)


def _headline(record: Record) -> None:
    """Draw the title of a list with its status, who brought it, and where it comes from."""
    t, lang = texts("own_projects"), state.language()
    version = texts("scenario_store")(
        "version", n=record.version, who=record.saved_by, when=upload_words.saved(record)
    )
    source = record.document.get("source")
    tags = [("", record.status_text(lang)), ("", version)]
    if not source:
        tags.append(("warn", t("no_source")))
    marks = "".join(f'<span class="tag {kind}">{html.escape(text)}</span>' for kind, text in tags)
    st.html(f'<h2 class="headline">{html.escape(record.title)} {marks}</h2>')
    file, n = record.document["file_name"], f"{int(record.document['rows']):,}"
    said = [t("list_rows", file=file, n=n)] + ([t("source_is", source=source)] if source else [])
    if record.document.get("left_out"):
        said.append(t("left_out", n=f"{len(record.document['left_out']):,}"))
    said += upload_words.unread(*unread(record))
    st.caption(guard.plain(" · ".join(said)))


def unread(record: Record) -> tuple[list[str], list[str]]:
    """Return the columns and the sheets of a list's file that were not imported; one stored before says nothing."""
    return record.document.get("unread_columns") or [], record.document.get("unread_sheets") or []


def _figures(rows: Rows, shown: Sequence[int]) -> None:
    """Draw the counts and the sum of what is shown; what is in none of them is told below."""
    t, s, lang = texts("own_projects"), texts("lists"), state.language()
    frame = rows.frame.iloc[list(shown)]
    money = [int(v) for v in own_rows.cells(frame, "investment") if v is not None]
    figures = {
        s("n_shown"): f"{len(frame):,}",
        s("n_placed"): f"{int(frame['lon'].notna().sum()):,}",
        t("investment"): quantity(sum(money), "yuan", lang) if money else "—",
    }
    stages = Counter(name for i in shown for _, name in rows.facets["stage"][i] or ((NONE, t("not_stated")),))
    stated = "investment_known" if "investment" in frame else "no_investment_column"
    said = [t(stated, n=f"{len(money):,}", all=f"{len(frame):,}")]
    if any(rows.facets["stage"]):
        main = [label("stage", code, lang) for code in _STAGES]
        figures |= {name[:1].upper() + name[1:]: f"{stages.pop(name, 0):,}" for name in main}
        others = list_parts.joined([f"{name} {n:,}" for name, n in stages.items()])
        said += [t("other_stages", stages=others)] if others else []
    else:
        said.append(t("no_stages"))
    list_parts.counts(figures)
    st.caption(guard.plain(" · ".join(said)))


def _charts(rows: Rows, shown: Sequence[int]) -> None:
    names = {
        facet: [[name for _, name in rows.facets[facet][i]] for i in shown] for facet in ("stage", "district")
    }
    order = list(rows.options("stage").values())
    own_charts.draw(rows.frame.iloc[list(shown)], names["stage"], order, names["district"])


# the card -------------------------------------------------------------------------------------------------------------


def _card(record: Record, rows: Rows, i: int) -> None:
    """Draw everything that the list says of a row, where it stands, who brought it, and the way to the map."""
    t, lang = texts("own_projects"), state.language()
    row = rows.frame.iloc[i]
    facts = _stated(rows, i) + _position(rows, i)
    facts.append((t("in_file"), t("row_of", file=record.document["file_name"], line=row["line"])))
    first = Workspace().get("upload", record.id, 1)
    facts.append((t("brought_by"), t("by_when", who=first.saved_by, when=upload_words.saved(first))))
    facts.append((t("source"), str(record.document.get("source") or t("no_source"))))
    money = own_rows.known(row.get("investment"))
    big = "" if money is None else html.escape(quantity(int(money), "yuan", lang))
    tags = [name for facet in ("stage", "category") for _, name in rows.facets[facet][i]]
    marks = "".join(f'<span class="tag">{html.escape(x)}</span>' for x in tags)
    listed = "".join(f"<dt>{html.escape(k)}</dt><dd>{html.escape(v)}</dd>" for k, v in facts)
    st.html(
        f'<div class="card"><h4>{html.escape(str(row["name"]))}</h4>'
        + (f'<div class="big">{big}</div>' if big else "")
        + f'<div>{marks}</div><dl style="{_DL}">{listed}</dl></div>'
    )
    _map_link(record, rows, row)


def _stated(rows: Rows, i: int) -> list[tuple[str, str]]:
    """Return the list's fields as a row states them, but for its name."""
    lang = state.language()
    one = rows.frame.iloc[[i]]
    values = {f: own_rows.values_of(one, f)[0] for f in rows.fields if f.name != "name"}
    return [(printed(f.label(lang), lang), "—" if v is None else _text(f, v)) for f, v in values.items()]


def _text(field: Field, value: Any) -> str:
    return quantity(int(value), "yuan", state.language()) if field.kind == "money" else str(value)


def _position(rows: Rows, i: int) -> list[tuple[str, str]]:
    """Return where a row is and how sure that is."""
    t, lang = texts("own_projects"), state.language()
    row = rows.frame.iloc[i]
    if pd.isna(row["lon"]):
        return [(t("position"), "—")]
    metres = own_rows.known(row["accuracy_m"])
    lies = own_rows.known(row["located_adcode"])
    return [
        (t("position"), f"{row['lon']:.5f}, {row['lat']:.5f}"),
        (t("accuracy_card"), accuracy(None if metres is None else float(metres), lang)),
        (t("basis"), upload_words.basis(row["position_basis"]) or "—"),
        (t("position_source"), source_words(str(own_rows.known(row["position_source"]) or "—"), lang)),
        (t("lies_in"), list_parts.unit_name(str(lies)) if lies else "—"),
    ]


def _map_link(record: Record, rows: Rows, row: pd.Series) -> None:
    """Draw the link to the map that shows the list: at the row's position, else its district, else the city."""
    t = texts("own_projects")
    codes = [code for code in str(own_rows.known(row["adcodes"]) or "").split("|") if code]
    lies = own_rows.known(row["located_adcode"])
    region = _city([str(lies or ""), *codes, str(record.document.get("region") or "")])
    if not pd.isna(row["lon"]):
        metres = "" if pd.isna(row["accuracy_m"]) else str(row["accuracy_m"])
        place = f"place:{row['lon']:.5f}:{row['lat']:.5f}:{metres}:{str(row['name'])[:_NAME]}"
        list_parts.map_link(region, own=record.id, sel=place)
    elif len(codes) == 1:
        list_parts.map_link(region, t("on_map_district"), own=record.id, sel=f"district:{codes[0]}")
    elif rows.frame["lon"].notna().any():
        list_parts.map_link(region, t("on_map_list"), own=record.id)


def _city(adcodes: Sequence[str]) -> str:
    """Return the first city of the map that one of the adcodes is, or lies in."""
    known = map_choice.regions()
    return next((c for a in adcodes if a for c in (a, f"{a[:4]}00") if c in known), "")
