"""The projects and places: a table that sorts, filters and groups; how sure the places are; row to map."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pandas as pd
import streamlit as st

from infraplan.ui import own, state, widgets
from infraplan.ui.i18n import texts
from infraplan.ui.views import list_parts
from infraplan.ui.views.list_parts import NONE
from layers import categories
from layers import projects as project_layers
from layers.words import accuracy
from plans.model import Plan, Project
from plans.vocabulary import label, vocabulary

GROUPS = ("none", "body", "district", "stage", "category", "plan")
SHAPES = ("point", "line", "area", "district", "city", "unmapped")
Rows = list[tuple[Plan, Project]]


def render() -> None:
    """Draw the page."""
    t = texts("lists")
    with st.sidebar:
        plans = tuple(own.corrected(plan) for plan in list_parts.plans())
        rows, group = _filters(plans)
    shapes = Counter(p.geometry_type for _, p in rows)
    figures = (
        ("n_shown", len(rows)),
        ("n_placed", sum(project_layers.is_placed(p) for _, p in rows)),
        ("n_district", shapes["district"]),
        ("n_city", shapes["city"]),
        ("n_unmapped", shapes["unmapped"]),
    )
    for column, (key, value) in zip(st.columns(5), figures, strict=True):
        column.metric(t(key), f"{value:,}")
    left, right = st.columns([2.3, 1], gap="medium")
    with left:
        listed, charts = st.tabs([t("tab_table"), t("tab_charts")])
        with listed:
            _table(rows, group)
        with charts:
            _charts(rows)
    with right:
        _card(plans)


def _filters(plans: tuple[Plan, ...]) -> tuple[Rows, str]:
    t, lang = texts("lists"), state.language()
    holds = list_parts.search()
    every = [(plan, p) for plan in plans for p in plan.projects]
    group = state.choose("group", t("group"), GROUPS, lambda g: t(f"group_{g}"))
    families = list_parts.families()
    shapes = state.several(
        "place", t("places"), SHAPES, lambda s: label("geometry_type", s, lang), placeholder=t("any")
    )
    kinds = state.several(
        "kind", t("kinds"), list(vocabulary("kind")), lambda k: label("kind", k, lang), placeholder=t("any")
    )
    stages = state.several(
        "stage",
        t("stages"),
        [*vocabulary("stage"), NONE],
        lambda s: t("stage_none") if s == NONE else label("stage", s, lang),
        placeholder=t("any"),
    )
    bodies = list_parts.bodies(plans)
    rows = [
        (plan, p)
        for plan, p in every
        if holds(p)
        and (not families or categories.family(p.category).code in families)
        and (not shapes or p.geometry_type in shapes)
        and (not kinds or p.kind in kinds)
        and (not stages or (p.status or NONE) in stages)
        and (not bodies or any(b.id in bodies for b in plan.responsible(p)))
    ]
    return rows, group


def _groups(rows: Rows, group: str) -> list[list[str]]:
    t, lang = texts("lists"), state.language()
    ways: dict[str, Callable[[Plan, Project], list[str]]] = {
        "body": list_parts.body_names,
        "district": lambda plan, p: [list_parts.unit_name(p.adcode)],
        "stage": lambda plan, p: [label("stage", p.status, lang) or t("stage_none")],
        "category": lambda plan, p: [label("category", p.category, lang)],
        "plan": lambda plan, p: [plan.title(lang)],
    }
    return [ways[group](plan, p) for plan, p in rows]


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
            t("name"): [p.name(lang) for _, p in rows],
            t("category"): [label("category", p.category, lang) for _, p in rows],
            t("kind"): [label("kind", p.kind, lang) for _, p in rows],
            t("stage"): [label("stage", p.status, lang) or "—" for _, p in rows],
            t("district"): [list_parts.unit_name(p.adcode) for _, p in rows],
            t("place"): [label("geometry_type", p.geometry_type, lang) for _, p in rows],
            t("accuracy"): [accuracy(p.accuracy_m, lang) for _, p in rows],
            t("body"): [joint.join(list_parts.body_names(plan, p)) for plan, p in rows],
            t("clause"): [p.clause for _, p in rows],
            t("phrase"): [p.quote for _, p in rows],
        }
    )
    list_parts.table(frame, "projects", "project", [p.id for _, p in rows])


def _charts(rows: Rows) -> None:
    t, lang = texts("lists"), state.language()
    st.markdown(f"**{t('chart_families')}**")
    counts = Counter(categories.family(p.category).code for _, p in rows)
    shown = [f for f in categories.FAMILIES if counts[f.code]]
    list_parts.bars(
        pd.DataFrame(
            {
                t("category"): [f.label(lang) for f in shown],
                t("count"): [counts[f.code] for f in shown],
                "colour": [f.colour for f in shown],
            }
        ),
        t("count"),
        t("category"),
        "colour",
    )
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{t('chart_places')}**")
        places = Counter(p.geometry_type for _, p in rows)
        list_parts.bars(
            pd.DataFrame(
                {
                    t("place"): [label("geometry_type", s, lang) for s in SHAPES if places[s]],
                    t("count"): [places[s] for s in SHAPES if places[s]],
                }
            ),
            t("count"),
            t("place"),
        )
    with right:
        st.markdown(f"**{t('chart_bodies')}**")
        named = Counter(name for plan, p in rows for name in list_parts.body_names(plan, p)).most_common(15)
        list_parts.bars(
            pd.DataFrame({t("body"): [n for n, _ in named], t("count"): [c for _, c in named]}),
            t("count"),
            t("body"),
        )


def _card(plans: tuple[Plan, ...]) -> None:
    from infraplan.ui import app

    t = texts("lists")
    chosen = state.get("sel").removeprefix("project:")
    found = next(((plan, p) for plan in plans for p in plan.projects if p.id == chosen), None)
    if found is None:
        st.caption(t("pick"))
        return
    plan, project = found
    widgets.project_card(plan, project)
    st.page_link(
        app.page("map"),
        label=t("on_map"),
        icon=":material/map:",
        query_params=state.link(region=plan.region_adcode, sel=f"project:{project.id}"),
    )
