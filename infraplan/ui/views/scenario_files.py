"""What a planner takes away from a result: files that lead back to the sentence in the document."""

from __future__ import annotations

import functools

import streamlit as st

from infraplan.ui import cache
from infraplan.ui.i18n import texts
from scenarios import load
from scenarios.model import Allocation


def draw(allocation: Allocation) -> None:
    """Draw the downloads."""
    t = texts("scenario_page")
    columns = st.columns(3)
    for column, layer_id in zip(columns, ("cells", "districts"), strict=False):
        with column:
            st.download_button(
                t(f"{layer_id}_file"),
                data=functools.partial(cache.geojson_bytes, allocation.fingerprint, layer_id, allocation),
                file_name=f"{allocation.scenario.id}-{layer_id}.geojson",
                mime="application/geo+json",
                on_click="ignore",
                icon=":material/download:",
            )
    with columns[2]:
        st.download_button(
            t("yaml_file"),
            data=load.dump(allocation.scenario).encode(),
            file_name=f"{allocation.scenario.id}.yaml",
            mime="application/yaml",
            on_click="ignore",
            icon=":material/download:",
        )
