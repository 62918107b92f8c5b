"""The targets: a table that sorts, filters and groups; deadlines, attainment and investment as charts."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from infraplan.ui import cache, guard, own, state, widgets
from infraplan.ui.i18n import texts
from infraplan.ui.views import list_charts, list_parts
from infraplan.ui.views.list_parts import NONE
from infraplan.ui.views.list_table import Group, Table
from layers import categories, reported
from layers.punctuation import printed
from layers.scopes import scope
from layers.words import deadline, figure, share
from plans import progress
from plans.model import Baseline, Plan, Target
from plans.vocabulary import label, vocabulary

GROUPS = ("none", "body", "district", "year", "category", "nature", "plan")
#: Relations between a total and its parts.
_PARTS = frozenset({"part_of", "includes", "sums_to"})
#: Categories whose money is spent on building; a turnover in yuan is no investment.
_MONEY = frozenset({"investment", "finance"})
Rows = Sequence[tuple[Plan, Target]]


def render() -> None:
    """Draw the page."""
    with st.sidebar:
        plans = list_parts.plans()
        every = [(plan, x) for plan in plans for x in plan.targets]
        rows, group = _filters(plans, every)
    found = {p.target.id: p for plan in plans for p in progress.progress(plan, own.figures(plan))}
    attained = [r for r in rows if r[1].id in found and found[r[1].id].latest]
    figures = {
        "n_shown": len(rows),
        "n_quantified": sum(x.quantified for _, x in rows),
        "n_aspirational": sum(x.aspirational for _, x in rows),
        "n_attained": len(attained),
    }
    list_parts.page(
        "target",
        every,
        rows,
        figures,
        (group, _ways()[group]) if group != "none" else None,
        lambda shown: _table(shown, len(plans) > 1, group),
        lambda: _charts(rows, attained, found),
        lambda plan, target: _card(plan, target, found.get(target.id)),
    )


def _filters(plans: tuple[Plan, ...], every: Rows) -> tuple[Rows, str]:
    t, lang = texts("lists"), state.language()
    holds = list_parts.search()
    counted = state.choose(
        "quantified", t("quantified"), ("all", "yes", "no"), lambda q: t(f"quantified_{q}"), style="segments"
    )
    group = state.choose("group", t("group"), GROUPS, lambda g: t(f"group_{g}"))
    families = list_parts.families()
    year = list_parts.years(t("years"), [x for _, x in every])
    natures = state.several(
        "nature",
        t("natures"),
        list(vocabulary("nature")),
        lambda n: label("nature", n, lang),
        placeholder=t("any"),
    )
    bodies = list_parts.bodies(plans)
    rows = [
        (plan, x)
        for plan, x in every
        if holds(plan, x)
        and (counted == "all" or x.quantified == (counted == "yes"))
        and (not families or categories.family(x.category).code in families)
        and (not year or list_parts.year_of(x) in year)
        and (not natures or x.nature in natures)
        and (not bodies or any(b.id in bodies for b in plan.responsible(x)))
    ]
    rows.sort(key=lambda row: not row[1].quantified)  # what can be counted comes first
    return rows, group


def _ways() -> list_parts.Ways[Target]:
    t, lang = texts("lists"), state.language()
    return {
        "body": list_parts.body_groups,
        "district": _districts,
        "year": lambda plan, x: [(str(x.deadline_year),) * 2 if x.deadline_year else (NONE, t("year_none"))],
        "category": lambda plan, x: [(x.category, label("category", x.category, lang))],
        "nature": lambda plan, x: [(x.nature, label("nature", x.nature, lang))],
        "plan": lambda plan, x: [(plan.id, printed(plan.title(lang), lang))],
    }


def _districts(plan: Plan, target: Target) -> list[Group]:
    """Return the districts that a target is for, as the document says: its own, else those that its scope names."""
    names = cache.shapes(plan.region_adcode)[0].set_index("adcode")["name_zh"]
    named = [str(adcode) for adcode, name in names.items() if name in (target.scope_zh or "")]
    if named:
        return [(adcode, list_parts.unit_name(adcode)) for adcode in named]
    if target.scope_zh and target.region_adcode == plan.region_adcode:
        return [(NONE, texts("lists")("district_unnamed"))]
    return [(target.region_adcode, list_parts.unit_name(target.region_adcode))]


def _table(rows: Rows, several: bool, group: str) -> Table:
    """Return the table; the city and the plan of each row where several plans are shown, else in the file alone."""
    t, c, lang = texts("lists"), texts("cards"), state.language()
    items = [x for _, x in rows]
    shown: dict[str, Any] = {t("indicator"): [x.indicator(lang) for x in items]}
    scopes = [printed(scope(x, lang), lang) for x in items]
    shown |= {
        t("figure"): pd.array([x.value for x in items], dtype="Float64"),
        t("deadline"): [deadline(x, lang) for x in items],
    }
    if several:
        shown |= {t("city"): list_parts.cities(rows)}
    if any(scopes):
        shown |= {c("scope"): [words or None for words in scopes]}
    shown |= {
        t("nature"): [label("nature", x.nature, lang) for x in items],
        t("category"): [label("category", x.category, lang) for x in items],
    }
    if several:
        shown |= {t("plan"): list_parts.titles(rows)}
    shown |= {
        t("body"): list_parts.bodies_of(rows),
        t("clause"): [x.clause for x in items],
        t("phrase"): [x.quote for x in items],
    }
    units = [label("unit", x.unit, lang) for x in items]
    more: dict[str, Sequence[Any]] = {
        c("scope"): scopes,
        t("plain_value"): [x.value for x in items],
        t("unit"): units,
    }
    return Table(
        pd.DataFrame(shown),
        {t("figure"): [figure(x, lang) for x in items]},
        more | list_parts.origins(rows),
        (t("figure"), t("deadline"), t("city")),
        " ".join([list_parts.bodies_note(rows), *([_district_note(rows)] if group == "district" else [])]),
    )


def _district_note(rows: Rows) -> str:
    regions = dict.fromkeys(plan.region_adcode for plan, _ in rows)
    return texts("lists")(
        "district_note", region=list_parts.joined([list_parts.unit_name(r) for r in regions])
    )


def _charts(rows: Rows, attained: Rows, found: Mapping[str, progress.Progress]) -> None:
    t = texts("lists")
    many = len({plan.id for plan, _ in rows}) > 1
    list_charts.timeline([x for _, x in rows])
    known = [found[x.id] for _, x in attained]
    latest = [_latest(found, x) for _, x in attained]
    inferred = [f" · {t('rule_inferred')}" if p.inferred else "" for p in known]
    names = zip(_names(attained, many), latest, inferred, strict=True)
    list_charts.bars(
        t("chart_attainment"),
        pd.DataFrame(
            {
                t("indicator"): [f"{name}\n{a.figure.date}{mark}" for name, a, mark in names],
                t("share"): [(a.share or 0) * 100 for a in latest],
                "figure": [share(a.share) for a in latest],
            }
        ),
        t("no_attainment"),
        " ".join([t("attainment_note"), *([t("attainment_inferred")] if any(inferred) else [])]),
        full=100,
    )
    _money(rows, many)


def _money(rows: Rows, many: bool) -> None:
    """Draw the money that the documents state, what is of one nature together: a yearly fund is no total."""
    t, lang = texts("lists"), state.language()
    money = [
        (plan, x) for plan, x in rows if x.unit == "yuan" and x.value is not None and x.category in _MONEY
    ]
    if not money:
        list_charts.bars(t("chart_investment"), pd.DataFrame(), t("no_investment"))
    for nature in vocabulary("nature"):
        some = [(plan, x) for plan, x in money if x.nature == nature]
        frame = pd.DataFrame(
            {
                t("indicator"): _names(some, many),
                t("yuan"): [float(x.value or 0) / 1e8 for _, x in some],
                "figure": [figure(x, lang) for _, x in some],
            }
        )
        if some:
            parts = any(kind in _PARTS for _, x in some for kind, _ in x.related)
            heading = f"{t('chart_investment')} · {t(f'money_{nature}')}"
            list_charts.bars(heading, frame, note=t("parts_note") if parts else "")


def _names(rows: Rows, many: bool) -> list[str]:
    """Return the indicators, with their city where there are several plans."""
    lang = state.language()
    return [
        f"{list_parts.unit_name(plan.region_adcode)} {x.indicator(lang)}" if many else x.indicator(lang)
        for plan, x in rows
    ]


def _latest(found: Mapping[str, progress.Progress], target: Target) -> progress.Attainment:
    latest = found[target.id].latest
    assert latest is not None
    return latest


def _card(plan: Plan, target: Target, known: progress.Progress | None) -> None:
    t, lang = texts("lists"), state.language()
    widgets.target_card(plan, target)
    _links(plan, target)
    if known is None:
        return
    same = sum(a.share is not None for a in known.figures)
    why = printed(known.why(lang), lang)
    said = t("progress_of", n=len(known.figures), m=same, why=why) if same else why
    st.markdown(f"**{t('progress')}** · {guard.plain(said)}")
    if same and known.inferred and known.basis:
        st.caption(guard.plain(known.basis.note_zh if lang == "zh" else known.basis.note_en))
    if known.figures:
        _figures(known)


def _figures(known: progress.Progress) -> None:
    """Draw every reported figure with what it counts and where, in the width of a card; all columns are in the file."""
    t, lang = texts("lists"), state.language()
    frame = pd.DataFrame(
        {
            t("reported_for"): [_counted(a.figure) for a in known.figures],
            t("region"): [list_parts.unit_name(a.figure.region_adcode) for a in known.figures],
            t("date"): [a.figure.date for a in known.figures],
            t("value"): [figure(a.figure, lang) for a in known.figures],
            t("share"): [share(a.share) for a in known.figures],
            t("verdict"): [printed(known.said(a.reason, lang), lang) for a in known.figures],
            t("rule"): [_rule(a.figure) for a in known.figures],
            t("sure"): [label("confidence", a.figure.confidence, lang) for a in known.figures],
            t("source"): [reported.source(a.figure) for a in known.figures],
            t("note"): [
                (a.figure.note_zh if lang == "zh" else a.figure.note_en) or "" for a in known.figures
            ],
        }
    )
    lines = []
    for row in frame.itertuples(index=False, name=None):
        what, where, date, value, part, verdict, rule, sure, source, note = map(html.escape, row)
        reached = f" · {t('reached', share=part)}" if part != share(None) else ""
        lines.append(
            f"<div>{what} · {where}<br><b>{value}</b> · {date}{reached}<br>{verdict}"
            f'<div class="claim">{" · ".join(x for x in (rule, sure, source, note) if x)}</div></div>'
        )
    st.html(f'<div class="figures">{"".join(lines)}</div>')
    widgets.csv_button(frame, f"{known.target.id}-progress.csv", "csv-progress")


def _counted(item: Baseline) -> str:
    return item.indicator_zh if state.language() == "zh" else item.indicator_en


def _rule(item: Baseline) -> str:
    lang = state.language()
    return printed(label("counting_rule", item.counting_rule, lang), lang)


def _links(plan: Plan, target: Target) -> None:
    from infraplan.ui import app

    if target.quantified:  # of the others the map draws nothing
        list_parts.map_link(plan.region_adcode, sel=f"target:{target.id}", target=target.id)
    rows = [row for row in cache.scenario_rows().values() if row["target"] == target.id]
    if rows:
        st.page_link(
            app.page("scenario"),
            label=texts("lists")("to_scenario"),
            icon=":material/tune:",
            query_params=state.link(scenario=rows[0]["id"]),
        )
