"""Small pieces that several pages draw."""

from __future__ import annotations

import html

import folium
import streamlit as st
import streamlit_folium

from infraplan.ui import assets
from layers import render_folium
from layers.style import Scale


def legend(scale: Scale, lang: str, unknown: str | None = None) -> None:
    """Draw a legend: what is shown, its unit, and a swatch with the range of each class."""
    rows = [*zip(scale.colours, scale.class_labels(lang), strict=True)]
    if unknown:
        rows.append((render_folium.UNKNOWN, unknown))
    swatches = "".join(
        f'<div style="display:flex;align-items:center;gap:.5rem;line-height:1.5">'
        f'<span style="width:1.1rem;height:1.1rem;background:{colour};border:1px solid #78909c"></span>'
        f"<span>{html.escape(label)}</span></div>"
        for colour, label in rows
    )
    st.markdown(
        f'<div class="legend"><strong>{html.escape(scale.label(lang))}</strong>{swatches}</div>',
        unsafe_allow_html=True,
    )


def folium_map(drawn: folium.Map, key: str, height: int = 620) -> None:
    """Draw a folium map; an address outside this machine is a mistake of ours and raises."""
    outward = render_folium.outward_links(drawn)
    if outward:
        raise RuntimeError(f"the map would fetch from other machines: {outward}")
    streamlit_folium.st_folium(drawn, key=key, height=height, use_container_width=True, returned_objects=[])


LEAFLET = assets.LEAFLET_FROM_FRAME
