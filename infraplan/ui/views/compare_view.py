"""Two to four scenarios of one city: maps that move together, a map of differences, figures, what moved."""

from __future__ import annotations

import streamlit as st

from geo.errors import InfraPlanError
from infraplan import workflow
from infraplan.ui import assets, browser, cache, city, guard, runs, state, widgets
from infraplan.ui.i18n import texts
from infraplan.ui.views import compare_districts, compare_tables, scenario_store
from infraplan.ui.views.compare_tables import Results
from infraplan.ui.views.scenario_store import Opened
from layers import comparison, few, render_deck, render_folium, render_side
from layers.spec import Layer
from plans import catalogue
from scenarios.model import Allocation

LETTERS = "ABCD"
MOST = len(LETTERS)
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
    done, codes = _results(chosen)
    if len(done) < 2:
        return
    compare_tables.key(done)
    _lead(done, codes)
    other = _other(done, codes) if view != "side" else "B"
    if view == "side":
        _side(done)
    else:
        st.markdown(t("minus", base="A", other=other))
        draw = _difference if view == "difference" else _districts_map
        draw(done["A"][1], done[other][1])
    widgets.map_notes()
    compare_tables.figures(done)
    compare_tables.settings(done)
    compare_districts.draw(done)


def _results(chosen: list[Opened]) -> tuple[Results, dict[str, str]]:
    """Return titles and results, and the scenarios' codes, by letter.

    A scenario that was stopped or cannot be run is told and left out.
    """
    found, codes = [], []
    for shown in chosen:
        try:
            result = runs.of(shown.base)
        except InfraPlanError as error:
            guard.show(error)
            continue
        if result is not None:
            found.append((runs.title(shown.base), result))
            codes.append(shown.code)
            if scenario_store.held(shown.code) is not None:
                said = texts("compare_page")("unsaved", title=runs.title(shown.base))
                st.warning(guard.plain(said), icon=":material/edit_note:")
    return dict(zip(LETTERS, found, strict=False)), dict(zip(LETTERS, codes, strict=False))


def _lead(done: Results, codes: dict[str, str]) -> None:
    """Lead from each letter to its scenario's basis, and to the promise with its phrase and clause."""
    from infraplan.ui import app

    t = texts("compare_page")
    with st.container(horizontal=True):
        for letter, code in codes.items():
            st.page_link(
                app.page("scenario"), label=t("to_scenario", letter=letter), icon=":material/tune:",
                query_params=state.link(scenario=code, tab="evidence"),
            )  # fmt: skip
        for letter, (_, result) in done.items():
            if result.scenario.target:
                target = catalogue.target(result.scenario.target)
                st.page_link(
                    app.page("targets"), label=t("to_target", letter=letter), icon=":material/format_quote:",
                    query_params=state.link(plan=target.plan, sel=f"target:{target.id}"),
                )  # fmt: skip


def _choose() -> list[Opened]:
    t = texts("compare_page")
    known = scenario_store.codes()
    default = scenario_store.pair_with_open() or [
        c for c in ("guangzhou-5g-2022", "guangzhou-5g-new-2022") if c in known
    ]
    asked = state.get("ids", ",".join(default)).split(",")
    elsewhere = city.follow("ids", next((known[c][1] for c in asked if c in known), None))
    if elsewhere and (of_city := scenario_store.in_city(elsewhere)):
        state.put("ids", ",".join(of_city[:2]))
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
    scenario_store.say_gone([code for code in asked if code != "-"])
    if not codes:
        return []
    region = known[codes[0]][1]
    city.shown(region)
    for code in codes:
        if known[code][1] != region:
            st.warning(guard.plain(t("other_city", title=known[code][0])))
    return [found for code in codes if known[code][1] == region and (found := _opened(code))]


def _opened(code: str) -> Opened | None:
    """Return a scenario; one that cannot be read is told, and the others are compared."""
    try:
        return scenario_store.opened(code)
    except InfraPlanError as error:
        guard.show(error)
        return None


def _other(done: Results, codes: dict[str, str]) -> str:
    """Let the reader choose which scenario is compared with the base; return its letter.

    The choice is a scenario: whatever letter it has when another is taken out of the comparison.
    """
    letters = {code: letter for letter, code in codes.items() if letter != "A"}
    if len(letters) == 1:
        return next(iter(letters.values()))
    with st.sidebar:
        code = state.choose(
            "with",
            texts("compare_page")("against"),
            list(letters),
            lambda c: f"{letters[c]} · {done[letters[c]][0]}",
        )
    return letters[code]


def _side(done: Results) -> None:
    """Draw the results beside each other, all in the classes of one scale."""
    t, lang = texts("compare_page"), state.language()
    districts, context = cache.shapes(done["A"][1].scenario.region)
    layers = comparison.on_one_scale([cache.cell_layer(result) for _, result in done.values()])
    panels = []
    for (letter, (title, result)), layer in zip(done.items(), layers, strict=True):
        picture, _ = cache.picture(layer, result.fingerprint)
        url = cache.picture_url(layer, result.fingerprint)
        panels.append(render_side.Panel(f"{letter} · {title}", picture, url, few.dots(layer, few.BESIDE)))
    page = render_side.page(panels, districts, context, assets.leaflet_url(), lang, t("side"))
    left, right = st.columns([5, 1], gap="medium")
    with left:
        rows = -(-len(panels) // render_side.columns(len(panels)))
        st.iframe(page, height=HEIGHT * rows, alt=t("side"))
    with right:
        if layers[0].scale:
            widgets.legend(layers[0].scale, lang)
        for notice in dict.fromkeys(layer.notice(lang) for layer in layers):
            st.caption(notice)


def _difference(base: Allocation, other: Allocation) -> None:
    lang = state.language()
    layer = cache.difference(base, other)
    if not layer.frame["difference"].any():
        st.info(texts("compare_page")("same_cells"))
        return
    region = base.scenario.region
    districts, _ = cache.shapes(region)
    left, right = st.columns([3.2, 1], gap="medium")
    key = f"{base.fingerprint}:{other.fingerprint}"
    with left:
        if browser.lacks_webgl():
            _as_picture(layer, key, region)
        else:
            deck = render_deck.hexagons(
                layer,
                cache.cell_data_url(layer, key),
                render_deck.view_of(tuple(districts.total_bounds), height=HEIGHT),
                lang,
                ground=cache.deck_ground(region),
            )
            st.pydeck_chart(deck, height=HEIGHT, key=f"difference-{region}-{lang}", alt=layer.title(lang))
    browser.ask()
    with right:
        if layer.scale:
            words = texts("common")("class_count")
            widgets.legend(layer.scale, lang, values=layer.frame["difference"], count_words=words)
        st.caption(layer.notice(lang))


def _as_picture(layer: Layer, key: str, region: str) -> None:
    """Draw the differences for a browser without WebGL."""
    ground, _ = cache.shapes(region)
    drawn = render_folium.base_map(tuple(ground.total_bounds), widgets.LEAFLET)
    image, url = cache.picture(layer, key)
    groups = [widgets.ground(region), render_folium.picture(image, url), *render_folium.dots(layer),
              render_folium.outlines(ground, state.language())]  # fmt: skip
    widgets.folium_map(drawn, f"difference-picture-{region}-{state.language()}", HEIGHT, groups)


def _districts_map(base: Allocation, other: Allocation) -> None:
    lang = state.language()
    layer = comparison.districts(base, other)
    if not layer.frame["difference"].any():
        st.info(texts("compare_page")("same_districts"))
        return
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
        drawn, rows = set(layer.frame["adcode"]), workflow.compare(base, other)["districts"]
        if missing := [row for row in rows if row["adcode"] not in drawn and row["difference"]]:
            st.caption(texts("compare_page")("no_outline", names=compare_districts.listed(missing)))
