"""A project list that a planner brought, on the page of projects: in the reader's words, filtered, summed, on the map.

A list is chosen where plans are chosen (``plan=own:<record>``). What it does not state is a dash, and in no sum.
"""

from __future__ import annotations

import hashlib
import html
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from geo.geocode.text import fold
from infraplan import uploads
from infraplan.ui import guard, labels, state
from infraplan.ui.i18n import texts
from infraplan.ui.views import list_parts, map_choice, own_charts, upload_words
from infraplan.ui.views.list_parts import NONE
from infraplan.uploads import columns as uploads_columns
from infraplan.uploads.columns import Field
from infraplan.workspace import Record, Workspace
from layers.source_words import source_words
from layers.words import accuracy, quantity
from plans.vocabulary import label, vocabulary

PREFIX = "own:"
#: What rows are grouped by, and the key of the URL that filters by it (a scenario's ``district`` is another thing).
FILTERS = {"stage": "stage", "district": "unit", "body": "body", "category": ""}
_STAGES = ("reserve", "new_start", "under_construction", "completed")
#: These columns stand first in the table, the others in the order of ``uploads/columns.csv``.
_FIRST = (
    "name", "stage", "district", "investment", "planned_this_year", "invested_this_year", "invested_before",
    "period", "lead", "owner", "progress", "problems",
)  # fmt: skip
_PLACE = ("lon", "lat", "lonlat")
#: Money of the table: yuan in one of the unit that its headings name.
_UNIT = {"zh": 1e4, "en": 1e6}
#: A name in the address of the map is no longer than this.
_NAME = 60
#: Headings of the card are long, and so is what stands beside them.
_DL = "grid-template-columns: fit-content(45%) 1fr"
#: A code for the address, and the words for it.
Value = tuple[str, str]


@dataclass(frozen=True)
class Rows:
    """A list in one language.

    ``fields`` are those in which it states anything; ``facets`` hold for each row what it is grouped and filtered by,
    ``folded`` all its words.
    """

    frame: pd.DataFrame
    fields: tuple[Field, ...]
    table: pd.DataFrame
    facets: Mapping[str, list[tuple[Value, ...]]]
    folded: list[str]

    def options(self, facet: str) -> dict[str, str]:
        """Return the values of a facet by code, known stages and districts in their own order; none comes last."""
        known = {code: name for values in self.facets[facet] for code, name in values}
        order = {"stage": list(vocabulary("stage")), "district": sorted(known)}.get(facet, [])
        found = {code: known[code] for code in [*(c for c in order if c in known), *known]}
        if found and not all(self.facets[facet]):
            found[NONE] = texts("own_projects")("not_stated")
        return found


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
    rows = _read(record.files["data"].sha256, state.language(), record)
    with st.sidebar:
        shown, group = _filters(rows)
    _headline(record)
    _figures(rows, shown)
    ids = [_ident(record, rows, i) for i in range(len(rows.frame))]
    number = {ident: i for i, ident in enumerate(ids)}
    groups = [[name for _, name in rows.facets[group][i]] for i in shown] if group != "none" else []
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


# reading --------------------------------------------------------------------------------------------------------------


@st.cache_resource(max_entries=8, show_spinner=False)
def _read(content: str, lang: str, _record: Record) -> Rows:
    """Return a list by its content, to be looked at and never changed."""
    frame = uploads.load(Workspace(), _record).reset_index(drop=True)
    facets = {
        "stage": [_facet(code, upload_words.stage(code, text)) for code, text in _pairs(frame, "stage", "stage_text")],
        "district": [_districts(row) for row in frame.to_dict("records")],
        "body": [_facet(None, text) for text in _cells(frame, "lead")],
        "category": [_facet(None, text) for text in _cells(frame, "sector")],
    }  # fmt: skip
    fields = tuple(f for f in _fields() if any(v is not None for v in _values(frame, f)))
    names = [
        " ".join(name for values in row for _, name in values) for row in zip(*facets.values(), strict=True)
    ]
    stated = frame.select_dtypes("string").fillna("").agg(" ".join, axis=1)
    folded = [fold(f"{a} {b}") for a, b in zip(stated, names, strict=True)]
    return Rows(frame, fields, _table(frame, fields, lang), facets, folded)


def _facet(code: Any, name: Any) -> tuple[Value, ...]:
    """Return a value with its code; free text gets a code that stands the commas of the address."""
    if pd.isna(name):
        return ()
    given = hashlib.sha256(str(name).encode()).hexdigest()[:10] if pd.isna(code) else str(code)
    return ((given, str(name)),)


def _districts(row: Mapping[Any, Any]) -> tuple[Value, ...]:
    """Return the districts that a row states, else the text it states, else the one its position lies in."""
    codes = [code for code in str(_known(row.get("adcodes")) or "").split("|") if code]
    if not codes and _known(row.get("district")):
        return _facet(None, row["district"])
    if not codes and _known(row.get("located_adcode")):
        codes = [str(row["located_adcode"])]
    return tuple((code, list_parts.unit_name(code)) for code in codes)


def _known(value: Any) -> Any:
    return None if pd.isna(value) or value == "" else value


def _cells(frame: pd.DataFrame, column: str) -> list[Any]:
    """Return a column, None where nothing is known; a list without it knows nothing of it."""
    return [_known(v) for v in frame[column]] if column in frame else [None] * len(frame)


def _pairs(frame: pd.DataFrame, first: str, second: str) -> list[tuple[Any, Any]]:
    return list(zip(_cells(frame, first), _cells(frame, second), strict=True))


def _fields() -> list[Field]:
    known = {f.name: f for f in uploads_columns.fields("projects") if f.name not in _PLACE}
    return [known[name] for name in dict.fromkeys((*_FIRST, *known))]


def _values(frame: pd.DataFrame, field: Field) -> list[Any]:
    """Return a field of each row: words, or yuan."""
    if field.kind == "stage":
        return [upload_words.stage(code, text) for code, text in _pairs(frame, "stage", "stage_text")]
    if field.kind in ("period", "date"):
        return [upload_words.span(a, b) for a, b in _pairs(frame, f"{field.name}_from", f"{field.name}_to")]
    if field.kind == "district":
        return [_district_words(row) for row in frame.to_dict("records")]
    return _cells(frame, field.name)


def _district_words(row: Mapping[Any, Any]) -> str | None:
    """Return the districts of a row; one that follows from the position says so."""
    found = list_parts.joined([name for _, name in _districts(row)])
    stated = _known(row.get("adcodes")) or _known(row.get("district"))
    return texts("own_projects")("by_position", name=found) if found and not stated else found or None


def _table(frame: pd.DataFrame, fields: Sequence[Field], lang: str) -> pd.DataFrame:
    """Return the columns in which the list states anything, under the reader's words; numbers stay numbers."""
    t = texts("own_projects")
    shown: dict[str, Any] = {}
    for field in fields:
        values = _values(frame, field)
        if field.kind == "money":
            shown[t("in_money", name=field.label(lang))] = pd.array(
                [None if v is None else int(v) / _UNIT[lang] for v in values], dtype="Float64"
            )
        else:
            shown[field.label(lang)] = pd.array(values, dtype="string")
    for name in ("accuracy", "lon", "lat", "line"):
        column = frame["accuracy_m" if name == "accuracy" else name]
        if column.notna().any():
            shown[t(name)] = column
    basis = [upload_words.basis(v) for v in frame["position_basis"]]
    if any(basis):
        shown[t("basis")] = pd.array(basis, dtype="string")
    return pd.DataFrame(shown)


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
    st.caption(guard.plain(" · ".join(said)))


def _figures(rows: Rows, shown: Sequence[int]) -> None:
    """Draw the counts and the sum of what is shown; what is in none of them is told below."""
    t, s, lang = texts("own_projects"), texts("lists"), state.language()
    frame = rows.frame.iloc[list(shown)]
    money = [int(v) for v in _cells(frame, "investment") if v is not None]
    figures = {
        s("n_shown"): f"{len(frame):,}",
        s("n_placed"): f"{int(frame['lon'].notna().sum()):,}",
        t("investment"): quantity(sum(money), "yuan", lang) if money else "—",
    }
    stages = Counter(name for i in shown for _, name in rows.facets["stage"][i] or ((NONE, t("not_stated")),))
    said = [t("investment_known", n=f"{len(money):,}", all=f"{len(frame):,}")]
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


def _ident(record: Record, rows: Rows, i: int) -> str:
    return f"{record.id}:{rows.frame['line'].iloc[i]}"


def _card(record: Record, rows: Rows, i: int) -> None:
    """Draw everything that the list says of a row, where it stands, who brought it, and the way to the map."""
    t, lang = texts("own_projects"), state.language()
    row = rows.frame.iloc[i]
    facts = _stated(rows, i) + _position(rows, i)
    facts.append((t("in_file"), t("row_of", file=record.document["file_name"], line=row["line"])))
    first = Workspace().get("upload", record.id, 1)
    facts.append((t("brought_by"), t("by_when", who=first.saved_by, when=upload_words.saved(first))))
    facts.append((t("source"), str(record.document.get("source") or t("no_source"))))
    money = _known(row.get("investment"))
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
    values = {f: _values(one, f)[0] for f in rows.fields if f.name != "name"}
    return [(f.label(lang), "—" if v is None else _text(f, v)) for f, v in values.items()]


def _text(field: Field, value: Any) -> str:
    return quantity(int(value), "yuan", state.language()) if field.kind == "money" else str(value)


def _position(rows: Rows, i: int) -> list[tuple[str, str]]:
    """Return where a row is and how sure that is."""
    t, lang = texts("own_projects"), state.language()
    row = rows.frame.iloc[i]
    if pd.isna(row["lon"]):
        return [(t("position"), "—")]
    metres = _known(row["accuracy_m"])
    lies = _known(row["located_adcode"])
    return [
        (t("position"), f"{row['lon']:.5f}, {row['lat']:.5f}"),
        (t("accuracy_card"), accuracy(None if metres is None else float(metres), lang)),
        (t("basis"), upload_words.basis(row["position_basis"]) or "—"),
        (t("position_source"), source_words(str(_known(row["position_source"]) or "—"), lang)),
        (t("lies_in"), list_parts.unit_name(str(lies)) if lies else "—"),
    ]


def _map_link(record: Record, rows: Rows, row: pd.Series) -> None:
    """Draw the link to the map that shows the list: at the row's position, else its district, else the city."""
    t = texts("own_projects")
    codes = [code for code in str(_known(row["adcodes"]) or "").split("|") if code]
    lies = _known(row["located_adcode"])
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
