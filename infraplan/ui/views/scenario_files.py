"""What a planner takes away from a result: files that lead back to the sentence in the document."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from geo.errors import InfraPlanError
from infraplan import corrections, exporting, origin, reporting
from infraplan.ui import cache, guard, runs, state
from infraplan.ui.i18n import texts
from infraplan.ui.views import scenario_store
from layers.export.columns import PROFILES
from layers.export.formats import FORMATS
from scenarios import load
from scenarios.model import Allocation

#: What the reader may choose for coordinates -> (crs, datum) of the request.
COORDINATES: dict[str, tuple[str | None, str | None]] = {
    "default": (None, None),
    "auto": ("auto", None),
    "GCJ-02": (None, "GCJ-02"),
    "BD-09": (None, "BD-09"),
}
#: What was chosen last, by name: it outlasts the boxes.
_CHOSEN = "files_chosen"


def draw(allocation: Allocation) -> None:
    """Draw the quick downloads, then the package in any format."""
    t, stem = texts("scenario_page"), origin.stem(allocation)
    columns = st.columns(3)
    for column, layer_id in zip(columns, ("cells", "districts"), strict=False):
        with column:
            st.download_button(
                t(f"{layer_id}_file"),
                data=partial(cache.geojson_bytes, allocation.fingerprint, layer_id, allocation),
                file_name=f"{stem}-{layer_id}.geojson",
                mime="application/geo+json",
                on_click="ignore",
                icon=":material/download:",
            )
    with columns[2]:
        st.download_button(
            t("yaml_file"),
            data=load.dump(allocation.scenario).encode(),
            file_name=f"{stem}.yaml",
            mime="application/yaml",
            on_click="ignore",
            icon=":material/download:",
        )
    _reports(allocation)
    _package(allocation)


def _package(allocation: Allocation) -> None:
    t, lang = texts("files"), state.language()
    st.markdown(f"### {t('package')}")
    left, middle, right = st.columns(3)
    fmt = _kept("pack-format", "gpkg", partial(
        left.selectbox, t("format"), list(FORMATS), format_func=lambda f: FORMATS[f].title(lang)
    ))  # fmt: skip
    crs = _kept("pack-crs", "default", partial(
        middle.selectbox, t("coordinates"), list(COORDINATES), format_func=lambda c: t(f"crs.{c}")
    ))  # fmt: skip
    fields = _kept("pack-fields", PROFILES[0], partial(
        right.selectbox, t("fields"), PROFILES, format_func=lambda p: t(f"fields.{p}")
    ))  # fmt: skip
    known = exporting.OF_SCENARIO if allocation.target else exporting.OF_WHAT_IF
    layers = _kept(f"pack-layers-{len(known)}", list(known), partial(
        left.multiselect, t("layers"), known, format_func=lambda n: t(f"layer.{n}"), placeholder=t("choose_layers")
    ))  # fmt: skip
    public = middle.checkbox(t("public"), key="pack-public")
    asked = (*_key(allocation), fmt, crs, fields, tuple(layers), public)
    st.caption(t("contents"))
    if st.button(t("make"), key="pack-make", icon=":material/inventory_2:"):
        bar = st.progress(0.0, text=t("making"))
        try:
            made = _pack(
                allocation, str(fmt), str(crs), str(fields), tuple(layers), public, _mover(bar, t("making"))
            )
            st.session_state["packed"] = (asked, *made)
        except InfraPlanError as error:
            guard.show(error)
        finally:
            bar.empty()
    held = st.session_state.get("packed")
    if held and held[0] == asked:
        _, name, data = held
        st.download_button(
            t("ready", name=name, size=f"{len(data) / 1e6:.1f}"),
            data,
            file_name=name,
            mime="application/zip",
            on_click="ignore",
            type="primary",
            icon=":material/download:",
            key="pack-download",
        )


def _reports(allocation: Allocation) -> None:
    """Draw the report, the web map to send on, the map sheet and the QGIS project."""
    t, lang = texts("files"), state.language()
    st.markdown(f"### {t('reports')}")
    kinds = [(kind, fmt) for kind, formats in reporting.KINDS.items() for fmt in formats]
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    kind, fmt = _kept("report-kind", kinds[0], partial(
        left.selectbox, t("product"), kinds,
        format_func=lambda k: f"{reporting.TITLES[k[0]][0 if lang == 'zh' else 1]} ({k[1]})",
    ))  # fmt: skip
    measured = runs.measured(allocation)
    status = scenario_store.status_of(allocation.scenario)
    asked = (*_key(allocation), kind, fmt, lang, measured is not None, status)
    if right.button(t("make_report"), key="report-make", icon=":material/description:"):
        try:
            with st.spinner(t("making")):
                request = reporting.Request(allocation.scenario.id, kind, fmt, lang, status=status)
                made = reporting.make(request, reporting.of_result(allocation, measured))
            st.session_state["reported"] = (asked, *made)
        except InfraPlanError as error:
            guard.show(error)
    held = st.session_state.get("reported")
    if held and held[0] == asked:
        _, name, data = held
        st.download_button(
            t("ready", name=name, size=f"{len(data) / 1e6:.1f}"),
            data,
            file_name=name,
            on_click="ignore",
            type="primary",
            icon=":material/download:",
            key="report-download",
        )


def _kept(name: str, start: Any, draw: Callable[..., Any]) -> Any:
    """Draw a box that has its own key in each language, and return what is chosen in it.

    A box holds the words of its choice, which another language does not know: its value would be lost while its words
    stay. So the choice is kept here, and the box of the other language begins from it.
    """
    chosen: dict[str, Any] = st.session_state.setdefault(_CHOSEN, {})
    key = f"{name}:{state.language()}"
    st.session_state[key] = st.session_state.get(key, chosen.get(name, start))
    chosen[name] = draw(key=key)
    return chosen[name]


def _key(allocation: Allocation) -> tuple[str, ...]:
    """Return what a made file belongs to: the scenario, its result, and the corrected positions of today."""
    plan = (allocation.target or {}).get("plan")
    found = corrections.of(str(plan)) if plan else ()
    return (allocation.fingerprint, allocation.result_hash, *(f"{c.project}:{c.version}" for c in found))


def _pack(
    allocation: Allocation,
    fmt: str,
    crs: str,
    fields: str,
    layers: tuple[str, ...],
    public: bool,
    progress: Callable[[str, float], None],
) -> tuple[str, bytes]:
    code, datum = COORDINATES[crs]
    request = exporting.Request(
        allocation.scenario.id,
        layers,
        fmt,
        crs=code,
        datum=datum,
        fields=fields,
        public=public,
        on_screen=True,
    )
    return exporting.pack(exporting.collect(request, allocation=allocation), progress)


def _mover(bar: st.delta_generator.DeltaGenerator, text: str) -> Callable[[str, float], None]:
    def move(_: str, done: float) -> None:
        bar.progress(min(max(done, 0.0), 1.0), text=text)

    return move
