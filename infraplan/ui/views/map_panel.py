"""Beside and below the map: read the card of what is chosen, see what could not be drawn."""

from __future__ import annotations

import html
import itertools
import math
from typing import Any

import numpy as np
import pandas as pd
import shapely
import streamlit as st

from geo import census, distance, functional_zones, grid
from geo.errors import InfraPlanError
from infraplan.ui import cache, guard, own, state, widgets
from infraplan.ui.i18n import texts
from infraplan.ui.views import map_find, map_promises, map_reported
from infraplan.ui.views.map_choice import NONE, Choice
from infraplan.ui.views.place_words import why_not_on_map
from layers import projects as project_layers
from layers import reported
from layers.punctuation import printed
from layers.source_words import source_words
from layers.spec import Layer
from layers.style import number
from layers.words import accuracy, deadline, figure
from plans import progress
from plans.model import Plan, Project, Target
from plans.vocabulary import label

_SHOWN = 12
#: Projects no farther apart stand at one place.
_NEAR_M = 1_000
#: No place is known less exactly.
_FARTHEST_M = 1_000_000


def place_of(choice: Choice, chosen: str) -> shapely.Geometry | None:
    """Return where the chosen thing is, in lon, lat (WGS84); None for what has no place."""
    kind, _, rest = chosen.partition(":")
    if kind == "project":
        item = _project(choice, rest)
        if item is None or project_layers.is_placed(item):
            return item and project_layers.shape(item)
        return _district(choice, item.adcode) if item.geometry_type == "district" else None
    if kind == "district":
        return _district(choice, rest)
    if kind == "place":
        return _point(rest)
    if kind == "spot":
        found = map_find.spot(rest, choice.region)
        return shapely.Point(found.lon, found.lat) if found else None
    return None


def metres_of(choice: Choice, chosen: str) -> float | None:
    """Return how far a chosen place may be off; None where that is not known, or drawn already."""
    kind, _, rest = chosen.partition(":")
    if kind == "spot":
        found = map_find.spot(rest, choice.region)
        return float(found.accuracy_m) if found and found.accuracy_m else None
    if kind == "project":
        item = _project(choice, rest)
        return item.accuracy_m if item else None
    return _stated(rest) if kind == "place" else None


def _district(choice: Choice, adcode: str) -> shapely.Geometry | None:
    districts, _ = cache.shapes(choice.region)
    shapes = districts.geometry[districts["adcode"] == adcode]
    return shapes.iloc[0] if len(shapes) else None


def _point(rest: str) -> shapely.Point | None:
    """Return the point of a chosen place; None for a link that holds no position on the map."""
    try:
        lon, lat = (float(part) for part in rest.split(":")[:2])
    except ValueError:
        return None
    return shapely.Point(lon, lat) if abs(lon) <= 180 and abs(lat) <= 85 else None


def panel(choice: Choice, chosen: str, cells: dict[str, Layer]) -> None:
    """Draw the card of what is chosen, or what the city promised."""
    t = texts("map_page")
    kind, _, rest = chosen.partition(":")
    cards = {
        "project": _project_card,
        "target": _target_card,
        "district": _district_card,
        "place": _place_card,
        "spot": _spot_card,
    }
    actions = st.container(horizontal=True, vertical_alignment="center")
    if kind == "cell":
        drawn = _cell_card(choice, rest, cells)
    elif kind == "nowhere":
        st.warning(guard.plain(t("no_place_found", text=rest)))
        drawn = True
    else:
        drawn = kind in cards and cards[kind](choice, rest)
    if not drawn:
        if chosen:
            st.warning(guard.plain(t("not_there", text=chosen)), icon=":material/link_off:")
        map_promises.draw(choice)
        return
    with actions:
        st.button(
            t("back"), on_click=state.put, args=("sel", ""), icon=":material/arrow_back:", type="tertiary"
        )
        if kind == "target":
            _layer_button(choice, rest)


def lists(choice: Choice) -> None:
    """Draw what the map does not show as a point, and the targets, so that nothing is hidden."""
    t, lang = texts("map_page"), state.language()
    c = texts("common")
    if choice.baselines:
        map_reported.table(choice.plans)
    without = project_layers.unplaced(choice.plans[0], choice.projects)
    with st.expander(t("not_drawn", n=len(without)), icon=":material/wrong_location:"):
        st.caption(t("not_drawn_why"))
        frame = pd.DataFrame(
            {
                t("name"): [p.name(lang) for p in without],
                c("category"): [label("category", p.category, lang) for p in without],
                t("where"): [label("geometry_type", p.geometry_type, lang) for p in without],
                c("district"): [widgets.unit_name(p.adcode) for p in without],
                c("clause"): [p.clause for p in without],
                c("phrase"): [p.quote for p in without],
            }
        )
        _pick(frame, "map_unplaced", [f"project:{p.id}" for p in without])
    with st.expander(t("targets_list", n=len(choice.targets)), icon=":material/flag:"):
        frame = pd.DataFrame(
            {
                t("name"): [x.indicator(lang) for x in choice.targets],
                t("figure"): [figure(x, lang) for x in choice.targets],
                c("deadline"): [deadline(x, lang) for x in choice.targets],
                c("clause"): [x.clause for x in choice.targets],
                c("phrase"): [x.quote for x in choice.targets],
            }
        )
        _pick(frame, "map_targets", [f"target:{x.id}" for x in choice.targets])


def _pick(frame: pd.DataFrame, key: str, codes: list[str]) -> None:
    """Draw a table whose chosen row is chosen on the map."""

    def chosen() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows and rows[0] < len(codes):
            state.put("sel", codes[rows[0]])

    st.dataframe(frame, hide_index=True, height=320, key=key, on_select=chosen, selection_mode="single-row")


def _project_card(choice: Choice, ident: str) -> bool:
    item = _project(choice, ident)
    if item is None:
        return False
    plan = choice.plan_of(item)
    widgets.project_card(plan, item)
    if not project_layers.is_placed(item):
        known = item.geometry_type == "district"
        only = texts("map_page")("only_district", name=widgets.unit_name(item.adcode))
        st.caption(only if known else why_not_on_map(item))
    _table_link("projects", plan, f"project:{ident}")
    served = [plan.target_by_id[i] for i in item.targets if i in plan.target_by_id]
    _buttons("related_targets", [(f"target:{x.id}", x.indicator(state.language())) for x in served])
    _buttons("near_projects", [(f"project:{p.id}", p.name(state.language())) for p in _near(choice, item)])
    return True


def _near(choice: Choice, item: Project) -> list[Project]:
    """Return the other projects that stand where this one does, the nearest first: their badges lie over its own."""
    if item.lon is None or item.lat is None:
        return []
    others = [p for p in choice.projects if p.id != item.id and p.lon is not None and p.lat is not None]
    lon, lat = (np.array([getattr(p, name) for p in others], dtype=float) for name in ("lon", "lat"))
    away = distance.metres(np.full(len(others), item.lon), np.full(len(others), item.lat), lon, lat)
    return [others[i] for i in np.argsort(away, kind="stable") if away[i] <= _NEAR_M]


def _target_card(choice: Choice, ident: str) -> bool:
    found = next((x for plan in choice.plans for x in plan.targets if x.id == ident), None)
    if found is None:
        return False
    plan, lang = choice.plan_of(found), state.language()
    widgets.target_card(plan, found)
    _progress(choice, found)
    _scenario_link(found)
    _table_link("targets", plan, f"target:{ident}")
    serving = [p for p in plan.projects if found.id in p.targets]
    _buttons("related_projects", [(f"project:{p.id}", p.name(lang)) for p in serving])
    return True


def _table_link(name: str, plan: Plan, code: str) -> None:
    """Lead to the row of a thing in the table of its page."""
    from infraplan.ui import app

    st.page_link(
        app.page(name), label=texts("map_page")(f"in_{name}"), icon=":material/table_rows:",
        query_params=state.link(plan=plan.id, sel=code),
    )  # fmt: skip


def _layer_button(choice: Choice, ident: str) -> None:
    """Offer to write a target's figure on the map, as the sidebar's choice of a target does."""
    if not any(x.id == ident and x.quantified for plan in choice.plans for x in plan.targets):
        return
    t = texts("map_page")
    here = choice.target is not None and choice.target.id == ident
    st.button(
        t("hide_target" if here else "show_target"), key="card_layer", on_click=state.put,
        args=("target", NONE if here else ident), icon=":material/layers_clear:" if here else ":material/layers:",
    )  # fmt: skip


def _progress(choice: Choice, target: Target) -> None:
    t, lang = texts("map_page"), state.language()
    if not target.quantified:
        return
    plan = choice.plan_of(target)
    figures = (*plan.baselines, *own.figures(plan))
    found = progress.progress_of(target, figures, progress.comparable().get(target.id))
    if found.latest and found.latest.share is not None:
        shown = t("attained", share=f"{found.latest.share:.1%}", date=found.latest.figure.date)
        st.markdown(f"**{t('progress')}**")
        st.progress(min(found.latest.share, 1.0), text=shown)
        parts = [
            figure(found.latest.figure, lang),
            found.said(found.latest.reason, lang),
            reported.source(found.latest.figure),
        ]
        st.caption(" · ".join(parts))
    else:
        st.caption(t("no_progress", why=found.why(lang)))


def _scenario_link(target: Target) -> None:
    rows = [row for row in cache.scenario_rows().values() if row["target"] == target.id]
    if rows:
        _to_scenario(texts("map_page")("to_scenario"), scenario=rows[0]["id"])


def _district_card(choice: Choice, adcode: str) -> bool:
    t, lang = texts("map_page"), state.language()
    districts, _ = cache.shapes(choice.region)
    if adcode not in set(districts["adcode"]):
        return False
    rows = _residents(choice.region, adcode)
    here = [p for p in choice.projects if p.adcode == adcode]
    _plain_card(widgets.unit_name(adcode), t("district_kind"), rows)
    map_reported.card(choice.plans, adcode)
    _buttons("here", [(f"project:{p.id}", p.name(lang)) for p in here])
    return True


def _place_card(choice: Choice, rest: str) -> bool:
    t, c, lang = texts("map_page"), texts("common"), state.language()
    parts = rest.split(":", 3)
    if len(parts) < 4 or _point(rest) is None:
        return False
    _plain_card(parts[3], t("place"), [(c("accuracy"), accuracy(_stated(rest), lang))])
    st.caption(t("from_link"))
    return True


def _stated(rest: str) -> float | None:
    """Return the accuracy that a link states of a place; None where it is not known, or more than any place's."""
    parts = rest.split(":", 3)
    metres = float(parts[2]) if len(parts) == 4 and parts[2].isdecimal() else math.inf
    return metres if metres <= _FARTHEST_M else None


def _spot_card(choice: Choice, text: str) -> bool:
    """Draw what the gazetteer knows of the place that typed words mean, and how sure that is."""
    t, c, lang = texts("map_page"), texts("common"), state.language()
    found = map_find.spot(text, choice.region)
    if found is None:
        return False
    name = found.name if lang == "zh" else found.name_en or found.name
    rows = [
        (t("searched"), text),
        (c("district"), widgets.unit_name(found.adcode)),
        (c("accuracy"), accuracy(found.accuracy_m or None, lang)),
        (c("basis"), label("position_basis", "gazetteer", lang)),
        (c("position_source"), printed(source_words(f"{name} ({found.source})", lang), lang)),
    ]
    sure = {"unverified": c("unverified"), "derived": label("confidence", "derived", lang)}.get(
        found.status, ""
    )
    _plain_card(name, t("place"), rows, sure)
    if not map_find.is_whole(text, found):
        st.caption(t("only_alike"))
    return True


def _cell_card(choice: Choice, text: str, cells: dict[str, Layer]) -> bool:
    """Draw what the layers hold in a cell, what kind of numbers these are, and the way to their reasons."""
    t, c, lang = texts("map_page"), texts("common"), state.language()
    try:
        cell = grid.from_hex([text])[0]
    except InfraPlanError:
        return False
    rows: dict[str, str] = {}
    asked, within, districts = {}, set(), set(cache.shapes(choice.region)[0]["adcode"])
    for name, layer in cells.items():
        found = layer.frame[layer.frame["cell"].to_numpy(dtype=np.uint64) == cell]
        if len(found):
            asked[name] = layer
            row = found.iloc[0]
            within.add(str(row["adcode"]))
            rows |= {
                c("district") if f.kind == "code" else f.label(lang): _value(row[f.name], f.kind, lang)
                for f in layer.fields
            }
    if not rows:
        return False
    _plain_card(f"{t('cell')} {text}", c("modelled"), list(rows.items()))
    _buttons(
        "in_district", [(f"district:{a}", widgets.unit_name(a)) for a in sorted(within) if a in districts]
    )
    for layer in asked.values():
        st.caption(layer.notice(lang))
    if "scenario" in asked:
        _to_scenario(t("why_here"), scenario=str(choice.scenario), cell=text)
    return True


def _to_scenario(words: str, **chosen: str) -> None:
    from infraplan.ui import app

    st.page_link(
        app.page("scenario"), label=words, icon=":material/tune:", query_params=state.link(**chosen)
    )  # fmt: skip


def _value(value: Any, kind: str, lang: str) -> str:
    if kind == "code":
        return widgets.unit_name(str(value))
    if pd.isna(value):
        return "—"
    return number(float(value), lang) if kind not in {"text", "list"} else str(value)


def _plain_card(title: str, tag: str, rows: list[tuple[str, str]], doubtful: str = "") -> None:
    listed = "".join(f"<dt>{html.escape(k)}</dt><dd>{html.escape(v)}</dd>" for k, v in rows)
    st.html(
        f'<div class="card"><h4>{html.escape(title)}</h4><span class="tag">{html.escape(tag)}</span>'
        + (f'<span class="tag warn">{html.escape(doubtful)}</span>' if doubtful else "")
        + f"<dl>{listed}</dl></div>"
    )


def _buttons(heading: str, items: list[tuple[str, str]]) -> None:
    """Draw the related things; a click chooses one."""
    if not items:
        return
    st.markdown(f"**{texts('map_page')(heading)}** ({len(items)})")
    for code, name in itertools.islice(items, _SHOWN):
        st.button(name, key=f"go-{heading}-{code}", on_click=state.put, args=("sel", code), type="tertiary")
    if len(items) > _SHOWN:
        st.caption(f"+{len(items) - _SHOWN}")


def _project(choice: Choice, ident: str) -> Project | None:
    return next((p for plan in choice.plans for p in plan.projects if p.id == ident), None)


def _residents(region: str, adcode: str) -> list[tuple[str, str]]:
    """Return the residents of a district, who counted them, and the zones on its land that were counted apart."""
    t, lang = texts("map_page"), state.language()
    try:
        table = census.census(region)
    except InfraPlanError:
        return [(t("residents"), number(None, lang))]
    if adcode not in table.index:
        return [(t("residents"), number(None, lang))]
    rows = [
        (t("residents"), t("residents_counted", n=f"{int(table['population'][adcode]):,}")),
        (t("residents_source"), printed(source_words(str(table["source"][adcode]), lang), lang)),
    ]
    for zone in functional_zones.zones().values():
        if zone.adcode in table.index and adcode in dict(zone.parts):
            name = zone.name_zh if lang == "zh" else zone.name_en
            people = f"{int(table['population'][zone.adcode]):,}"
            rows.append((t("residents_apart"), t("residents_zone", name=name, n=people)))
    return rows
