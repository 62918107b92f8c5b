"""Two to four scenarios of one city: maps that move together, a map of differences, figures, what moved."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd
import streamlit as st

from infraplan import workflow
from infraplan.ui import assets, cache, guard, runs, state, widgets
from infraplan.ui.i18n import texts
from infraplan.ui.views import scenario_store
from infraplan.ui.views.scenario_store import Opened
from layers import comparison, render_deck, render_folium, render_side
from layers.style import number
from layers.words import share
from scenarios.model import DISTRIBUTES, Allocation

MOST = 4
VIEWS = ("side", "difference", "districts")
HEIGHT = 470


def render() -> None:
    """Draw the page."""
    t = texts("compare_page")
    chosen = _choose()
    if len(chosen) < 2:
        st.info(t("choose_two"))
        return
    with st.sidebar:
        view = state.choose("map", t("view"), VIEWS, t, style="segments")
    results = [(shown, runs.of(shown.base)) for shown in chosen]
    done = [(shown, result) for shown, result in results if result is not None]
    if len(done) < 2:
        return
    base = done[0][1]
    other = _other(done) if view != "side" else done[1][1]
    if view == "side":
        _side(done)
    elif view == "difference":
        _difference(base, other)
    else:
        _districts_map(base, other)
    widgets.map_notes()
    _metrics(done)
    _deltas(done)


def _choose() -> list[Opened]:
    t = texts("compare_page")
    known = scenario_store.codes()
    default = [c for c in ("guangzhou-5g-2022", "guangzhou-5g-new-2022") if c in known]
    with st.sidebar:
        codes = state.several(
            "ids",
            t("scenarios"),
            list(known),
            lambda c: known[c][0],
            default,
            placeholder=t("add"),
            most=MOST,
        )
    if not codes:
        return []
    region = known[codes[0]][1]
    for code in codes:
        if known[code][1] != region:
            st.warning(guard.plain(t("other_city", title=known[code][0])))
    return [scenario_store.opened(code) for code in codes if known[code][1] == region]


def _other(done: list[tuple[Opened, Allocation]]) -> Allocation:
    t = texts("compare_page")
    if len(done) == 2:
        return done[1][1]
    others = {shown.code: result for shown, result in done[1:]}
    names = {shown.code: runs.title(shown.base) for shown, _ in done[1:]}
    with st.sidebar:
        chosen = state.choose("with", t("against"), list(others), lambda c: names[c])
    return others[chosen]


def _side(done: list[tuple[Opened, Allocation]]) -> None:
    """Draw the results beside each other, all in the classes of one scale."""
    t, lang = texts("compare_page"), state.language()
    districts, context = cache.shapes(done[0][1].scenario.region)
    layers = comparison.on_one_scale([cache.cell_layer(result) for _, result in done])
    panels = []
    for (shown, result), layer in zip(done, layers, strict=True):
        picture, _ = cache.picture(layer, result.fingerprint)
        url = cache.picture_url(layer, result.fingerprint)
        panels.append(render_side.Panel(runs.title(shown.base), picture, url))
    page = render_side.page(panels, districts, context, assets.leaflet_url(), lang, t("side"))
    left, right = st.columns([5, 1], gap="medium")
    with left:
        st.iframe(page, height=HEIGHT, alt=t("side"))
    with right:
        if layers[0].scale:
            widgets.legend(layers[0].scale, lang)
        st.caption(layers[0].notice(lang))


def _difference(base: Allocation, other: Allocation) -> None:
    lang = state.language()
    layer = cache.difference(base, other)
    region = base.scenario.region
    districts, _ = cache.shapes(region)
    left, right = st.columns([3.2, 1], gap="medium")
    with left:
        deck = render_deck.hexagons(
            layer,
            cache.cell_data_url(layer, f"{base.fingerprint}:{other.fingerprint}"),
            render_deck.view_of(tuple(districts.total_bounds), height=HEIGHT),
            lang,
            ground=cache.deck_ground(region),
        )
        st.pydeck_chart(deck, height=HEIGHT, key=f"difference-{region}-{lang}", alt=layer.title(lang))
    with right:
        values = layer.frame["difference"]
        if layer.scale:
            widgets.legend(
                layer.scale, lang, values=values[values != 0], count_words=texts("common")("class_count")
            )
        st.caption(layer.notice(lang))


def _districts_map(base: Allocation, other: Allocation) -> None:
    lang = state.language()
    layer = comparison.districts(base, other)
    region = base.scenario.region
    ground, _ = cache.shapes(region)
    left, right = st.columns([3.2, 1], gap="medium")
    with left:
        drawn = render_folium.base_map(tuple(layer.frame.total_bounds), widgets.LEAFLET)
        shown = (f"name_{lang}", "first", "second", "difference")
        groups = [widgets.ground(region), render_folium.polygons(layer, lang, shown),
                  render_folium.names(ground, lang)]  # fmt: skip
        widgets.folium_map(drawn, f"delta-{base.scenario.region}-{lang}", HEIGHT, groups)
    with right:
        if layer.scale:
            widgets.legend(layer.scale, lang, values=layer.frame["difference"])


def _metrics(done: list[tuple[Opened, Allocation]]) -> None:
    t, lang = texts("compare_page"), state.language()
    st.markdown(f"### {t('metrics')}")
    rows = (
        "amount",
        "distributes",
        "covered",
        "gap",
        "cells_used",
        "sites",
        "max_load",
        "worst",
        "resolution",
        "population",
    )
    frame = pd.DataFrame({t("metric"): [t(r) for r in rows]})
    for shown, result in done:
        frame[_column(frame, runs.title(shown.base))] = [_figure(result, r, lang) for r in rows]
    st.dataframe(frame, hide_index=True)


def _column(frame: pd.DataFrame, title: str) -> str:
    """Return a heading that the table does not have yet: two copies of a scenario may bear one name."""
    while title in frame.columns:
        title += " ·"
    return title


def _figure(result: Allocation, name: str, lang: str) -> str:
    coverage: Any = result.coverage or {}
    sites = result.solution.sites
    values = {
        "amount": f"{result.allocated:,}",
        "distributes": DISTRIBUTES[result.scenario.distributes][0 if lang == "zh" else 1],
        "covered": share(coverage.get("share")),
        "gap": share(coverage.get("gap")),
        "cells_used": f"{int((result.units > 0).sum()):,}",
        "sites": "—" if sites is None else f"{int(sites.sum()):,}",
        "max_load": _or_dash(result.capacity.get("max_load"), lang),
        "worst": _or_dash(result.capacity.get("worst_tenth"), lang),
        "resolution": str(result.scenario.resolution),
        "population": result.scenario.population,
    }
    return values[name]


def _or_dash(value: float | None, lang: str) -> str:
    return "—" if value is None else number(value, lang)


def _deltas(done: list[tuple[Opened, Allocation]]) -> None:
    t, lang = texts("compare_page"), state.language()
    st.markdown(f"### {t('by_district')}")
    base = done[0][1]
    frame = pd.DataFrame(
        {t("district"): base.districts[f"name_{lang}"], t("base"): base.districts["allocated"]}
    )
    for shown, result in done[1:]:
        found = workflow.compare(base, result)
        delta = {row["adcode"]: row["difference"] for row in found["districts"]}
        title = _column(frame, f"{runs.title(shown.base)} Δ")
        frame[title] = base.districts["adcode"].map(delta).fillna(0).astype(int)
        _moved(runs.title(shown.base), found)
    config: Any = {c: st.column_config.NumberColumn(format="localized") for c in frame.columns[1:]}
    st.dataframe(frame, hide_index=True, column_config=config, height=36 * (len(frame) + 1) + 4)
    widgets.csv_button(frame, "compare.csv", "csv-compare")


def _moved(title: str, found: dict[str, Any]) -> None:
    t, lang = texts("compare_page"), state.language()
    rows = sorted(found["districts"], key=lambda r: r["difference"])
    joint = "、" if lang == "zh" else ", "
    gains = [f"{r[f'name_{lang}']} {r['difference']:+,}" for r in rows[::-1][:3] if r["difference"] > 0]
    losses = [f"{r[f'name_{lang}']} {r['difference']:+,}" for r in rows[:3] if r["difference"] < 0]
    said = [
        t("changed", n=f"{found['cells_changed']:,}", moved=f"{found['moved']:,}"),
        t("amount_difference", n=f"{found['amount_difference']:+,}"),
        _inputs(found["inputs_changed"]),
    ]
    if gains or losses:
        said.append(t("moved_text", gains=joint.join(gains) or "—", losses=joint.join(losses) or "—"))
    text = "<br>".join(html.escape(s) for s in said)
    st.html(f'<div class="plainwords"><b>{html.escape(title)}</b><br>{text}</div>')


def _inputs(names: list[str]) -> str:
    from infraplan.ui.i18n.compare_page import TEXT

    t = texts("compare_page")
    if not names:
        return t("same_inputs")
    known = [t(f"input.{n}") if f"input.{n}" in TEXT else n for n in names]
    return t("inputs", names=("、" if state.language() == "zh" else ", ").join(known))
