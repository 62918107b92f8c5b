"""What the reader chose for the map: city, plans, layers, filters; all of it in the URL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from geo import boundaries
from geo.errors import InfraPlanError
from infraplan.ui import cache, city, guard, labels, own, state
from infraplan.ui.i18n import texts
from infraplan.ui.views import map_look, map_reported, scenario_store
from infraplan.workspace import Workspace
from layers import basemap, categories
from layers import projects as project_layers
from layers.basemap import Basemap
from layers.punctuation import printed
from plans import catalogue
from plans.model import Body, Plan, Project, Target
from plans.vocabulary import label, vocabulary

NONE = "none"
#: The scenario that a newcomer sees.
_FIRST = "guangzhou-5g-2022"


@dataclass(frozen=True)
class Choice:
    """Everything the map page draws from."""

    region: str
    plans: tuple[Plan, ...]
    ground: Basemap
    tiles: tuple[str, ...]
    names: bool
    show_projects: bool
    projects: tuple[Project, ...]
    targets: tuple[Target, ...]
    target: Target | None
    scenario: str | None
    population: bool
    baselines: bool
    brought: tuple[str, ...]
    slots: Mapping[str, Any]

    @property
    def datum(self) -> str:
        """The datum in which the ground shows positions."""
        return self.ground.datum

    def plan_of(self, item: Project | Target) -> Plan:
        """Return the plan that names an item."""
        return next(p for p in self.plans if p.id == item.plan)


def regions() -> dict[str, list[str]]:
    """Return the ids of the plans by the adcode of their city."""
    found: dict[str, list[str]] = {}
    for plan in catalogue.load_all():
        found.setdefault(plan.region_adcode, []).append(plan.id)
    return dict(sorted(found.items(), key=lambda item: item[0] != "440100"))


def ask() -> Choice:
    """Draw the sidebar and return what it says."""
    t, lang = texts("map_page"), state.language()
    with st.sidebar:
        by_region = regions()
        elsewhere = city.follow("region", state.get("region", next(iter(by_region))))
        if elsewhere in by_region:
            state.put("region", str(elsewhere))
        asked = state.unknown("region", by_region)
        region = state.choose("region", t("region"), list(by_region), lambda r: boundaries.unit(r).name(lang))
        _say_lost("region", asked, region)
        city.shown(region)
        plans = tuple(own.corrected(plan) for plan in _plans(by_region[region]))
        projects, targets = _filters(plans)
        map_look.branch(t("branch_ground"))
        ground, tiles = _ground()
        names = state.tick("names", t("names"), True)
        map_look.branch(t("branch_promises"))
        target = _target(plans)
        baselines = state.tick("baselines", t("baselines"), False)
        if baselines:
            map_reported.say_where(plans, region)
        map_look.branch(t("branch_projects"))
        show_projects = state.tick("projects", t("projects"), True)
        if show_projects:
            _projects_legend(projects)
        map_look.branch(t("branch_computed"))
        scenario, scenario_slot = _scenario(region, target)
        map_look.branch(t("branch_people"))
        population = state.tick("population", t("population"), False)
        population_slot = st.container()
        brought = _brought()
    return Choice(
        region, plans, ground, tiles, names, show_projects, projects, targets, target, scenario, population,
        baselines, brought, {"scenario": scenario_slot, "population": population_slot},
    )  # fmt: skip


def _say_lost(key: str, asked: str, shown: str) -> None:
    """Say that a link's city or target is not there, until another one is chosen; not after a change of city."""
    lost = state.lost(f"map-{key}", asked, shown)
    if lost:
        t = texts("map_page")
        st.warning(guard.plain(t("not_in_list", what=t(key), text=lost)), icon=":material/link_off:")


def _plans(ids: list[str]) -> tuple[Plan, ...]:
    t, lang = texts("map_page"), state.language()
    known = {plan_id: catalogue.load_plan(plan_id) for plan_id in ids}
    if len(ids) == 1:
        st.caption(guard.plain(printed(known[ids[0]].title(lang), lang)))
        return (known[ids[0]],)
    chosen = state.several(
        "plans", t("plans"), ids, lambda i: printed(known[i].title(lang), lang), ids, placeholder=t("any")
    )
    if not chosen:
        st.caption(t("every_plan_shown"))
    return tuple(known[i] for i in (chosen or ids))


def _ground() -> tuple[Basemap, tuple[str, ...]]:
    t, lang = texts("map_page"), state.language()
    code = state.choose(
        "base",
        t("basemap"),
        [b.code for b in basemap.CHOICES],
        lambda c: printed(basemap.choice(c).label(lang), lang),
    )
    ground = basemap.choice(code)
    key = address = ""
    if ground.needs == "key":
        key = st.text_input(t("basemap_key"), key="basemap_key", type="password", persist_state="session")
    if ground.needs == "url":
        address = st.text_input(
            t("basemap_url"), key="basemap_url", placeholder=t("basemap_example"), persist_state="session"
        )
    try:
        tiles = basemap.tile_urls(ground, key.strip(), address.strip())
    except InfraPlanError as error:
        guard.show(error)
        tiles = ()
    if ground.needs and not (key or address).strip():
        st.caption(t(f"basemap_no_{ground.needs}"))
    if tiles:
        st.caption(t("basemap_outward", host=urlsplit(tiles[0]).netloc))
    if ground.datum == "GCJ-02":
        st.caption(t("basemap_gcj"))
    return ground, tiles


def _target(plans: tuple[Plan, ...]) -> Target | None:
    t, lang = texts("map_page"), state.language()
    known = {x.id: x for plan in plans for x in plan.targets if x.quantified}
    asked = state.unknown("target", [NONE, *known], NONE)
    chosen = state.choose(
        "target",
        t("target"),
        [NONE, *known],
        lambda i: t("no_target") if i == NONE else known[i].indicator(lang),
    )
    _say_lost("target", asked, f"{plans[0].region_adcode} {chosen}")
    return known.get(chosen)


def _projects_legend(projects: Sequence[Project]) -> None:
    placed = [p for p in projects if project_layers.is_placed(p)]
    counts = Counter(categories.family(p.category).code for p in placed)
    map_look.families(counts, state.language())
    st.caption(texts("map_page")("accuracy_note"))


def _scenario(region: str, target: Target | None) -> tuple[str | None, Any]:
    """Let the reader choose a scenario of the region, people's own first, the last saved on top.

    As long as the reader has chosen none, a target on the map is followed by the scenario that distributes it, and by
    none where there is none: cells of another facility would be read as that target's.
    """
    t = texts("map_page")
    titles = {code: title for code, (title, where) in scenario_store.codes().items() if where == region}
    shipped = [code for code in titles if not code.startswith(scenario_store.MINE)]
    if target is None:
        default = next(iter(shipped), NONE) if _FIRST not in titles else _FIRST
    else:
        distributes = {code for code, row in cache.scenario_rows().items() if row["target"] == target.id}
        default = next((code for code in shipped if code in distributes), NONE)
    _follow("scenario", default)
    scenario_store.say_gone([state.get("scenario", default)])
    chosen = state.choose(
        "scenario",
        t("scenario"),
        [NONE, *titles],
        lambda i: t("no_scenario") if i == NONE else titles[i],
        default,
    )
    return (None if chosen == NONE else chosen), st.container()


def _follow(key: str, default: str) -> None:
    """Let a state that stood at its usual value follow when another value becomes the usual one."""
    before = st.session_state.get(f"map_usual_{key}", default)
    st.session_state[f"map_usual_{key}"] = default
    if before != default and not state.arrived(key) and state.get(key, before) == before:
        state.put(key, default)


def _brought() -> tuple[str, ...]:
    """Let the reader lay uploaded lists and boundaries over the map; nothing is asked while there are none."""
    uploads = {r.id: r for r in Workspace().records("upload") if r.document["what"] != "population"}
    if not uploads:
        return ()
    kept = labels.of_records(uploads)
    t = texts("map_page")
    map_look.branch(t("branch_own"))
    return tuple(
        state.several("own", t("brought"), list(kept), kept.__getitem__, placeholder=t("no_scenario"))
    )


def _filters(plans: tuple[Plan, ...]) -> tuple[tuple[Project, ...], tuple[Target, ...]]:
    t, lang = texts("map_page"), state.language()
    projects = [x for plan in plans for x in plan.projects]
    targets = [x for plan in plans for x in plan.targets]
    bodies: dict[str, Body] = {b.id: b for plan in plans for b in plan.bodies}
    years = sorted({str(x.deadline_year) for x in targets if x.deadline_year})
    with st.expander(t("filters"), icon=":material/filter_alt:", key="map_filters"):
        families = state.several(
            "cat", t("families"), [f.code for f in categories.FAMILIES],
            lambda c: categories.by_code(c).label(lang), style="pills",
        )  # fmt: skip
        kinds = state.several(
            "kind", t("kinds"), [k for k in vocabulary("kind") if any(p.kind == k for p in projects)],
            lambda k: label("kind", k, lang), placeholder=t("any"),
        )  # fmt: skip
        stages = state.several(
            "stage", t("stages"), [*(s for s in vocabulary("stage") if any(p.status == s for p in projects)), NONE],
            lambda s: t("stage_none") if s == NONE else label("stage", s, lang), placeholder=t("any"),
        )  # fmt: skip
        body = state.several(
            "body", t("bodies"), sorted(bodies), lambda b: bodies[b].name(lang), placeholder=t("any")
        )
        year = state.several(
            "year",
            t("years"),
            [*years, NONE],
            lambda y: t("year_none") if y == NONE else y,
            placeholder=t("any"),
        )
        unmapped = state.tick("unmapped", t("only_unmapped"))
        unquantified = state.tick("unquantified", t("only_unquantified"))
    active = sum(map(bool, (families, kinds, stages, body, year, unmapped, unquantified)))
    if active:
        map_look.beside_label("map_filters", t("active", n=active))
    plan_of = {plan.id: plan for plan in plans}

    def kept(item: Project | Target) -> bool:
        return (not families or categories.family(item.category).code in families) and (
            not body or any(b.id in body for b in plan_of[item.plan].responsible(item))
        )

    due = {x.id: str(x.deadline_year) if x.deadline_year else NONE for x in targets}

    def in_time(targets_of: Sequence[str]) -> bool:
        return not year or any(due.get(x, NONE) in year for x in targets_of or (NONE,))

    shown = [
        p
        for p in projects
        if kept(p)
        and (not kinds or p.kind in kinds)
        and (not stages or (p.status or NONE) in stages)
        and in_time(p.targets)
        and not (unmapped and project_layers.is_placed(p))
    ]
    promised = [x for x in targets if kept(x) and in_time([x.id]) and not (unquantified and x.quantified)]
    return tuple(shown), tuple(promised)
