"""The targets: a table that sorts, filters and groups; deadlines, attainment and investment as charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from infraplan.ui import cache, guard, own, state, widgets
from infraplan.ui.i18n import texts
from infraplan.ui.views import list_charts, list_parts
from infraplan.ui.views.list_parts import NONE
from layers import categories
from layers.punctuation import printed
from layers.words import deadline, figure, share
from plans import progress
from plans.model import Plan, Target
from plans.vocabulary import label, vocabulary

GROUPS = ("none", "body", "year", "category", "nature", "plan")
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
        _columns,
        lambda: _charts(rows, attained, found),
        lambda plan, target: _card(plan, target, found.get(target.id)),
    )


def _filters(plans: tuple[Plan, ...], every: Rows) -> tuple[Rows, str]:
    t, lang = texts("lists"), state.language()
    holds = list_parts.search()
    years = sorted({str(x.deadline_year) for _, x in every if x.deadline_year})
    counted = state.choose(
        "quantified", t("quantified"), ("all", "yes", "no"), lambda q: t(f"quantified_{q}"), style="segments"
    )
    group = state.choose("group", t("group"), GROUPS, lambda g: t(f"group_{g}"))
    families = list_parts.families()
    year = state.several(
        "year",
        t("years"),
        [*years, NONE],
        lambda y: t("year_none") if y == NONE else y,
        placeholder=t("any"),
    )
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
        if holds(x)
        and (counted == "all" or x.quantified == (counted == "yes"))
        and (not families or categories.family(x.category).code in families)
        and (not year or (str(x.deadline_year) if x.deadline_year else NONE) in year)
        and (not natures or x.nature in natures)
        and (not bodies or any(b.id in bodies for b in plan.responsible(x)))
    ]
    rows.sort(key=lambda row: not row[1].quantified)  # what can be counted comes first
    return rows, group


def _ways() -> list_parts.Ways[Target]:
    t, lang = texts("lists"), state.language()
    return {
        "body": list_parts.body_names,
        "year": lambda plan, x: [str(x.deadline_year) if x.deadline_year else t("year_none")],
        "category": lambda plan, x: [label("category", x.category, lang)],
        "nature": lambda plan, x: [label("nature", x.nature, lang)],
        "plan": lambda plan, x: [printed(plan.title(lang), lang)],
    }


def _columns(rows: Rows) -> dict[str, list[str]]:
    t, lang = texts("lists"), state.language()
    return {
        t("indicator"): [x.indicator(lang) for _, x in rows],
        t("figure"): [figure(x, lang) for _, x in rows],
        t("deadline"): [deadline(x, lang) for _, x in rows],
        t("nature"): [label("nature", x.nature, lang) for _, x in rows],
        t("category"): [label("category", x.category, lang) for _, x in rows],
        t("body"): [list_parts.joined(list_parts.body_names(plan, x)) for plan, x in rows],
        t("clause"): [x.clause for _, x in rows],
        t("phrase"): [x.quote for _, x in rows],
    }


def _charts(rows: Rows, attained: Rows, found: Mapping[str, progress.Progress]) -> None:
    t = texts("lists")
    many = len({plan.id for plan, _ in rows}) > 1
    list_charts.timeline([x for _, x in rows])
    latest = [_latest(found, x) for _, x in attained]
    names = zip(_names(attained, many), latest, strict=True)
    list_charts.bars(
        t("chart_attainment"),
        pd.DataFrame(
            {
                t("indicator"): [f"{name} · {known.figure.date}" for name, known in names],
                t("share"): [round((known.share or 0) * 100, 1) for known in latest],
            }
        ),
        t("no_attainment"),
        t("attainment_note"),
        full=100,
    )
    money = [
        (plan, x) for plan, x in rows if x.unit == "yuan" and x.value is not None and x.category in _MONEY
    ]
    list_charts.bars(
        t("chart_investment"),
        pd.DataFrame(
            {
                t("indicator"): _names(money, many),
                t("yuan"): [round(float(x.value or 0) / 1e8, 4) for _, x in money],
            }
        ),
        t("no_investment"),
        t("investment_note"),
    )


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
    st.markdown(f"**{t('progress')}** · {guard.plain(printed(known.why(lang), lang))}")
    if known.figures:
        st.dataframe(
            pd.DataFrame(
                {
                    t("date"): [a.figure.date for a in known.figures],
                    t("value"): [figure(a.figure, lang) for a in known.figures],
                    t("share"): [share(a.share) for a in known.figures],
                    t("verdict"): [label("progress_reason", a.reason, lang) for a in known.figures],
                    t("rule"): [label("counting_rule", a.figure.counting_rule, lang) for a in known.figures],
                    t("sure"): [label("confidence", a.figure.confidence, lang) for a in known.figures],
                    t("source"): [a.figure.source for a in known.figures],
                }
            ),
            hide_index=True,
        )


def _links(plan: Plan, target: Target) -> None:
    from infraplan.ui import app

    shown = {"target": target.id} if target.quantified else {}
    list_parts.map_link(plan.region_adcode, sel=f"target:{target.id}", **shown)
    rows = [row for row in cache.scenario_rows().values() if row["target"] == target.id]
    if rows:
        st.page_link(
            app.page("scenario"),
            label=texts("lists")("to_scenario"),
            icon=":material/tune:",
            query_params=state.link(scenario=rows[0]["id"]),
        )
