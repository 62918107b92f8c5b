"""Reported figures beside promises: on the map, in a table below it, and on a district's card, each with its source.

An estimate says so wherever it stands (conventions P4).
"""

from __future__ import annotations

import html
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from infraplan.ui import cache, state, widgets
from infraplan.ui.i18n import texts
from layers import render_folium
from layers.punctuation import printed
from layers.reported import source, written
from plans import progress
from plans.model import Baseline, Plan
from plans.vocabulary import label


def known(plans: Sequence[Plan]) -> list[Baseline]:
    """Return the reported figures that lie beside the plans, each once, the newest first."""
    found = {item.id: item for plan in plans for item in plan.baselines}
    return sorted(found.values(), key=lambda item: item.date, reverse=True)


def of_district(plans: Sequence[Plan], adcode: str) -> list[Baseline]:
    """Return what was reported for one district, the newest first."""
    return [item for item in known(plans) if item.region_adcode == adcode]


def drawn(plans: Sequence[Plan], region: str) -> list[Baseline]:
    """Return the newest figure of each indicator of each district: what stands on the map."""
    districts = set(cache.shapes(region)[0]["adcode"])
    newest: dict[tuple[str, str], Baseline] = {}
    for item in known(plans):
        if item.region_adcode in districts:
            newest.setdefault((item.region_adcode, item.indicator_zh), item)
    return list(newest.values())


def groups(plans: Sequence[Plan], region: str, datum: str) -> list[render_folium.Group]:
    """Return the figures of districts as they are written on the map: what they count, when, and if estimated."""
    lang = state.language()
    districts, _ = cache.shapes(region)
    places = dict(zip(districts["adcode"], districts.geometry.representative_point(), strict=True))
    return [
        render_folium.figure(
            places[item.region_adcode],
            written(item, plans, lang),
            f"{_indicator(item, lang)}\n{item.date}" + (f" · {_sure(item, lang)}" if _doubtful(item) else ""),
            datum,
            _doubtful(item),
            led=True,
        )
        for item in drawn(plans, region)
    ]


def say_where(plans: Sequence[Plan], region: str) -> None:
    """Say under the switch how much of what was reported is on the map, and where the rest is."""
    t, every = texts("map_page"), known(plans)
    if not every:
        st.caption(t("reported_none"))
        return
    shown = len(drawn(plans, region))
    st.caption(t("reported_where" if shown else "reported_below", n=shown, every=len(every)))


def table(plans: Sequence[Plan]) -> None:
    """Draw every reported figure with its counting rule, how sure it is, and its source."""
    t, c, lang = texts("map_page"), texts("common"), state.language()
    items = known(plans)
    if not items:
        return
    with st.expander(t("reported_list", n=len(items)), icon=":material/monitoring:", expanded=True):
        frame = pd.DataFrame(
            {
                c("region"): [widgets.unit_name(x.region_adcode) for x in items],
                t("name"): [_indicator(x, lang) for x in items],
                t("figure"): [written(x, plans, lang) for x in items],
                t("reported_date"): [x.date for x in items],
                t("reported_sure"): [_sure(x, lang) for x in items],
                c("rule"): [_rule(x, lang) for x in items],
                t("residents_source"): [source(x) for x in items],
                c("note"): [_note(x, lang) for x in items],
            }
        )
        st.dataframe(frame, hide_index=True, key="map_reported")


def card(plans: Sequence[Plan], adcode: str) -> None:
    """Draw what was reported for a district, each figure with what it counts, how sure it is, and its source."""
    t, lang = texts("map_page"), state.language()
    items = of_district(plans, adcode)
    if not items:
        return
    st.markdown(f"**{t('baselines')}** ({len(items)})")
    st.html("".join(_card(plans, item, lang) for item in items))


def _card(plans: Sequence[Plan], item: Baseline, lang: str) -> str:
    t, c = texts("map_page"), texts("common")
    rows = (
        (t("reported_date"), item.date),
        (c("rule"), _rule(item, lang)),
        (t("residents_source"), source(item)),
        (c("note"), _note(item, lang)),
    )
    listed = "".join(f"<dt>{html.escape(k)}</dt><dd>{html.escape(v)}</dd>" for k, v in rows if v)
    return (
        f'<div class="card"><h4>{html.escape(_indicator(item, lang))}</h4>'
        f'<div class="big">{html.escape(written(item, plans, lang))}</div>'
        f'<span class="{"tag warn" if _doubtful(item) else "tag"}">{html.escape(_sure(item, lang))}</span>'
        f"<dl>{listed}</dl></div>"
    )


def _doubtful(item: Baseline) -> bool:
    return item.confidence != "confirmed" or item.counting_rule in progress.ESTIMATES


def _sure(item: Baseline, lang: str) -> str:
    return label("confidence", item.confidence, lang)


def _rule(item: Baseline, lang: str) -> str:
    return printed(label("counting_rule", item.counting_rule, lang), lang)


def _indicator(item: Baseline, lang: str) -> str:
    return item.indicator_zh if lang == "zh" else item.indicator_en


def _note(item: Baseline, lang: str) -> str:
    return (item.note_zh if lang == "zh" else item.note_en) or ""
