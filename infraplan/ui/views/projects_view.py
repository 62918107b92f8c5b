"""The projects and places: a table that sorts, filters and groups; how sure the places are; investment by stage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from infraplan.ui import own, state, widgets
from infraplan.ui.i18n import texts
from infraplan.ui.views import list_charts, list_parts, own_projects
from infraplan.ui.views.list_parts import NONE
from infraplan.ui.views.list_table import Group, Table, heading
from infraplan.ui.views.place_words import why_not_on_map
from layers import categories
from layers import projects as project_layers
from layers.punctuation import printed
from layers.words import accuracy, deadline
from plans.model import Plan, Project, Target
from plans.vocabulary import label, vocabulary

GROUPS = ("none", "body", "district", "stage", "due", "category", "plan")
SHAPES = ("point", "line", "area", "district", "city", "unmapped")
#: So many bodies are drawn.
_MOST_NAMED = 15
Rows = Sequence[tuple[Plan, Project]]


def render() -> None:
    """Draw the page: projects of the plans, or a list that a planner brought."""
    lists = own_projects.lists()
    with st.sidebar:
        chosen = list_parts.choose_plan(own_projects.titles(lists))
    if chosen in lists:
        own_projects.render(lists[chosen])
        return
    with st.sidebar:
        plans = tuple(own.corrected(plan) for plan in list_parts.plans_of(chosen))
        every = [(plan, p) for plan in plans for p in plan.projects]
        rows, group = _filters(plans, every)
    shapes = Counter(p.geometry_type for _, p in rows)
    figures = {
        "n_shown": len(rows),
        "n_placed": sum(project_layers.is_placed(p) for _, p in rows),
        "n_district": shapes["district"],
        "n_city": shapes["city"],
        "n_unmapped": shapes["unmapped"],
    }
    list_parts.page(
        "project",
        every,
        rows,
        figures,
        (group, _ways()[group]) if group != "none" else None,
        lambda shown: _table(shown, len(plans) > 1),
        lambda: _charts(rows),
        _card,
    )


def _filters(plans: tuple[Plan, ...], every: Rows) -> tuple[Rows, str]:
    t, lang = texts("lists"), state.language()
    holds = list_parts.search()
    group = state.choose("group", t("group"), GROUPS, lambda g: t(f"group_{g}"))
    families = list_parts.families()
    shapes = state.several(
        "place",
        t("places"),
        SHAPES,
        _place,
        placeholder=t("any"),
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
    years = list_parts.years(t("due_years"), [x for plan in plans for x in plan.targets])
    bodies = list_parts.bodies(plans)
    rows = [
        (plan, p)
        for plan, p in every
        if holds(plan, p)
        and (not families or categories.family(p.category).code in families)
        and (not shapes or p.geometry_type in shapes)
        and (not kinds or p.kind in kinds)
        and (not stages or (p.status or NONE) in stages)
        and (not years or any(year in years for year, _ in _due(plan, p)))
        and (not bodies or any(b.id in bodies for b in plan.responsible(p)))
    ]
    # what stands on the map first, then what is known less exactly, each in the order of the document
    return sorted(rows, key=lambda row: SHAPES.index(row[1].geometry_type)), group


def _ways() -> list_parts.Ways[Project]:
    t, lang = texts("lists"), state.language()
    return {
        "body": list_parts.body_groups,
        "district": lambda plan, p: [(p.adcode, list_parts.unit_name(p.adcode))],
        "stage": lambda plan, p: [(p.status or NONE, label("stage", p.status, lang) or t("stage_none"))],
        "due": _due,
        "category": lambda plan, p: [(p.category, label("category", p.category, lang))],
        "plan": lambda plan, p: [(plan.id, printed(plan.title(lang), lang))],
    }


def _table(rows: Rows, several: bool) -> Table:
    """Return the table; the city and the plan of each row where several plans are shown, else in the file alone."""
    t, lang = texts("lists"), state.language()
    items = [p for _, p in rows]
    metres = [p.accuracy_m for p in items]
    shown: dict[str, Any] = {t("name"): [p.name(lang) for p in items]}
    if several:
        shown |= {t("city"): list_parts.cities(rows)}
    shown |= {
        t("category"): [label("category", p.category, lang) for p in items],
        t("kind"): [label("kind", p.kind, lang) for p in items],
        t("stage"): [label("stage", p.status, lang) or None for p in items],
        t("district"): [list_parts.unit_name(p.adcode) for p in items],
        t("place"): [_place(p.geometry_type) for p in items],
        t("accuracy"): pd.array(metres, dtype="Float64"),
        heading("due"): [_due_words(plan, p) for plan, p in rows],
    }
    if several:
        shown |= {t("plan"): list_parts.titles(rows)}
    shown |= {
        t("body"): list_parts.bodies_of(rows),
        t("clause"): [p.clause for p in items],
        t("phrase"): [p.quote for p in items],
    }
    more: dict[str, Sequence[Any]] = {
        t("accuracy_m"): metres,
        t("related_targets"): [
            " | ".join(widgets.target_words(x, lang) for x in _served(plan, p)) for plan, p in rows
        ],
    }
    return Table(
        pd.DataFrame(shown),
        {t("accuracy"): [accuracy(m, lang) for m in metres]},
        more | list_parts.origins(rows),
        (t("city"), t("place"), t("accuracy")),
        f"{list_parts.bodies_note(rows)} {t('due_note')}",
    )


def _place(geometry_type: str) -> str:
    lang = state.language()
    return printed(label("geometry_type", geometry_type, lang), lang)


def _served(plan: Plan, project: Project) -> list[Target]:
    """Return the targets that a project serves, the earliest due first, those without a deadline last."""
    served = [plan.target_by_id[i] for i in project.targets if i in plan.target_by_id]
    return sorted(served, key=list_parts.year_of)


def _due(plan: Plan, project: Project) -> list[Group]:
    """Return the years in which a project's related targets fall due, as the map filters by them."""
    none = texts("lists")("due_none")
    years = [list_parts.year_of(x) for x in _served(plan, project)] or [NONE]
    return [(year, none if year == NONE else year) for year in dict.fromkeys(years)]


def _due_words(plan: Plan, project: Project) -> str:
    words = [deadline(x, state.language()) for x in _served(plan, project)]
    return list_parts.joined(list(dict.fromkeys(words))) or texts("lists")("no_related")


def _charts(rows: Rows) -> None:
    t = texts("lists")
    list_charts.bars(t("chart_stages"), _money_by_stage(rows), t("no_stages"), t("stages_note"))
    list_charts.bars(t("chart_families"), _by_family(rows))
    places = Counter(p.geometry_type for _, p in rows)
    list_charts.bars(
        t("chart_places"), _counts(t("place"), [(_place(s), places[s]) for s in SHAPES if places[s]])
    )
    named = Counter(name for plan, p in rows for name in list_parts.body_names(plan, p))
    of_clause = sum(plan.is_of_clause(p) for plan, p in rows)
    list_charts.bars(
        t("chart_bodies"),
        _counts(t("body"), named.most_common(_MOST_NAMED)),
        t("no_bodies"),
        t("bodies_chart_note", clause=f"{of_clause:,}") if of_clause else "",
    )


def _counts(heading: str, counted: Sequence[tuple[str, int]]) -> pd.DataFrame:
    return pd.DataFrame({heading: [n for n, _ in counted], texts("lists")("count"): [c for _, c in counted]})


def _by_family(rows: Rows) -> pd.DataFrame:
    counts = Counter(categories.family(p.category).code for _, p in rows)
    shown = [f for f in categories.FAMILIES if counts[f.code]]
    frame = _counts(texts("lists")("category"), [(f.label(state.language()), counts[f.code]) for f in shown])
    return frame.assign(colour=[f.colour for f in shown])


def _money_by_stage(rows: Rows) -> pd.DataFrame:
    """Return the money that the documents state for the projects of each stage, in the order of the stages."""
    t, lang = texts("lists"), state.language()
    sums: Counter[str] = Counter()
    for plan, project in rows:
        for target in _served(plan, project):
            if project.status and target.unit == "yuan" and target.value is not None:
                sums[project.status] += int(target.value)
    stages = [s for s in vocabulary("stage") if sums[s]]
    return pd.DataFrame(
        {
            t("stage"): [label("stage", s, lang) for s in stages],
            t("yuan"): [round(sums[s] / 1e8, 4) for s in stages],
        }
    )


def _card(plan: Plan, project: Project) -> None:
    widgets.project_card(plan, project)
    if project_layers.is_placed(project):
        list_parts.map_link(plan.region_adcode, sel=f"project:{project.id}")
    elif project.geometry_type == "district":
        list_parts.map_link(
            plan.region_adcode, texts("lists")("on_map_district"), sel=f"project:{project.id}"
        )
    else:
        st.caption(why_not_on_map(project))
