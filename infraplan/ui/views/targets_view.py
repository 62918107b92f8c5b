"""The targets: a table that sorts, filters and groups; deadlines, attainment and investment as charts."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from infraplan.ui import cache, own, state, widgets
from infraplan.ui.i18n import texts
from infraplan.ui.views import list_parts
from infraplan.ui.views.list_parts import NONE
from layers import categories
from layers.words import deadline, figure, share
from plans import progress
from plans.model import Plan, Target
from plans.vocabulary import label, vocabulary

GROUPS = ("none", "body", "year", "category", "nature", "plan")
Rows = list[tuple[Plan, Target]]


def render() -> None:
    """Draw the page."""
    t = texts("lists")
    with st.sidebar:
        plans = list_parts.plans()
        rows, group = _filters(plans)
    found = {p.target.id: p for plan in plans for p in progress.progress(plan, own.figures(plan))}
    attained = [r for r in rows if r[1].id in found and found[r[1].id].latest]
    figures = (
        ("n_shown", len(rows)),
        ("n_quantified", sum(x.quantified for _, x in rows)),
        ("n_aspirational", sum(x.aspirational for _, x in rows)),
        ("n_attained", len(attained)),
    )
    for column, (key, value) in zip(st.columns(4), figures, strict=True):
        column.metric(t(key), f"{value:,}")
    left, right = st.columns([2.3, 1], gap="medium")
    with left:
        listed, charts = st.tabs([t("tab_table"), t("tab_charts")])
        with listed:
            _table(rows, group)
        with charts:
            _charts(rows, attained, found)
    with right:
        _card(plans, found)


def _filters(plans: tuple[Plan, ...]) -> tuple[Rows, str]:
    t, lang = texts("lists"), state.language()
    holds = list_parts.search()
    every = [(plan, x) for plan in plans for x in plan.targets]
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


def _groups(rows: Rows, group: str) -> list[list[str]]:
    t, lang = texts("lists"), state.language()
    ways: dict[str, Callable[[Plan, Target], list[str]]] = {
        "body": list_parts.body_names,
        "year": lambda plan, x: [str(x.deadline_year) if x.deadline_year else t("year_none")],
        "category": lambda plan, x: [label("category", x.category, lang)],
        "nature": lambda plan, x: [label("nature", x.nature, lang)],
        "plan": lambda plan, x: [plan.title(lang)],
    }
    return [ways[group](plan, x) for plan, x in rows]


def _table(rows: Rows, group: str) -> None:
    t, lang = texts("lists"), state.language()
    joint = "、" if lang == "zh" else "; "
    first: dict[str, list[str]] = {}
    if group != "none":
        groups = _groups(rows, group)
        list_parts.grouped(pd.DataFrame(), group, groups)
        order = sorted(range(len(rows)), key=lambda i: (groups[i] or [""])[0])
        rows = [rows[i] for i in order]
        first = {t(f"group_{group}"): [joint.join(groups[i]) or "—" for i in order]}
    frame = pd.DataFrame(
        {
            **first,
            t("indicator"): [x.indicator(lang) for _, x in rows],
            t("figure"): [figure(x, lang) for _, x in rows],
            t("deadline"): [deadline(x, lang) for _, x in rows],
            t("nature"): [label("nature", x.nature, lang) for _, x in rows],
            t("category"): [label("category", x.category, lang) for _, x in rows],
            t("body"): [joint.join(list_parts.body_names(plan, x)) for plan, x in rows],
            t("clause"): [x.clause for _, x in rows],
            t("phrase"): [x.quote for _, x in rows],
        }
    )
    list_parts.table(frame, "targets", "target", [x.id for _, x in rows])


def _charts(rows: Rows, attained: Rows, found: dict[str, progress.Progress]) -> None:
    t, lang = texts("lists"), state.language()
    st.markdown(f"**{t('chart_attainment')}**")
    shares = pd.DataFrame(
        {
            t("indicator"): [x.indicator(lang) for _, x in attained],
            t("share"): [round((_latest(found, x).share or 0) * 100, 1) for _, x in attained],
        }
    )
    if shares.empty:
        st.caption(t("no_attainment"))
    else:
        list_parts.bars(shares, t("share"), t("indicator"))
    st.caption(t("attainment_note"))
    st.markdown(f"**{t('chart_deadlines')}**")
    years = pd.Series([str(x.deadline_year) if x.deadline_year else t("year_none") for _, x in rows])
    counts = years.value_counts().sort_index()
    list_parts.bars(
        pd.DataFrame({t("deadline"): counts.index, t("count"): counts.to_numpy()}), t("count"), t("deadline")
    )
    money = [x for _, x in rows if x.unit == "yuan" and x.value is not None]
    st.markdown(f"**{t('chart_investment')}**")
    list_parts.bars(
        pd.DataFrame(
            {
                t("indicator"): [x.indicator(lang) for x in money],
                t("yuan"): [round(float(x.value or 0) / 1e8, 4) for x in money],
            }
        ),
        t("yuan"),
        t("indicator"),
    )
    st.caption(t("investment_note"))


def _latest(found: dict[str, progress.Progress], target: Target) -> progress.Attainment:
    latest = found[target.id].latest
    assert latest is not None
    return latest


def _card(plans: tuple[Plan, ...], found: dict[str, progress.Progress]) -> None:
    t, lang = texts("lists"), state.language()
    chosen = state.get("sel").removeprefix("target:")
    plan = next((p for p in plans if chosen in p.target_by_id), None)
    if plan is None:
        st.caption(t("pick"))
        return
    target = plan.target_by_id[chosen]
    widgets.target_card(plan, target)
    _links(plan, target)
    known = found.get(target.id)
    if known is None:
        return
    st.markdown(f"**{t('progress')}**: {known.why(lang)}")
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

    t = texts("lists")
    st.page_link(
        app.page("map"),
        label=t("on_map"),
        icon=":material/map:",
        query_params=state.link(
            region=plan.region_adcode,
            sel=f"target:{target.id}",
            target=target.id if target.quantified else "",
        ),
    )
    rows = [row for row in cache.scenario_rows().values() if row["target"] == target.id]
    if rows:
        st.page_link(
            app.page("scenario"),
            label=t("to_scenario"),
            icon=":material/tune:",
            query_params=state.link(scenario=rows[0]["id"]),
        )
