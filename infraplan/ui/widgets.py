"""Small pieces that several pages draw."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any, NamedTuple

import folium
import numpy as np
import pandas as pd
import streamlit as st
import streamlit_folium

from geo import boundaries, functional_zones
from geo.errors import InfraPlanError
from infraplan.ui import assets, cache, own, state
from infraplan.ui.i18n import texts
from layers import basemap, render_folium
from layers.punctuation import printed, within_quotes
from layers.scopes import scope
from layers.source_words import source_words
from layers.style import UNKNOWN, Scale
from layers.words import accuracy, deadline, figure
from plans.model import Body, Plan, Project, Target
from plans.vocabulary import label

#: So many bodies of a card are shown at once.
_UNFOLDED = 3
LEAFLET = assets.LEAFLET_FROM_FRAME


def legend(
    scale: Scale, lang: str, unknown: str | None = None, values: Any = None, count_words: str = "{n}"
) -> None:
    """Draw a legend: what is shown, its unit, a swatch with the range of each class, and how many lie in it.

    Of differences the classes of less, or of more, are left out where nothing became less, or more.
    """
    rows = list(zip(scale.colours, scale.class_labels(lang), [""] * len(scale.colours), strict=True))
    if values is not None:
        classes = scale.classify(values)
        there = {scale.signs()[i] for i in set(classes.tolist()) if i >= 0} | {0}
        rows = [
            (colour, text, count_words.format(n=f"{int((classes == i).sum()):,}"))
            for i, (colour, text, _) in enumerate(rows)
            if scale.breaks[0] >= 0 or scale.signs()[i] in there
        ]
    if unknown:
        missing = (
            "" if values is None else count_words.format(n=int(np.isnan(np.asarray(values, float)).sum()))
        )
        rows.append((UNKNOWN, unknown, missing))
    lines = "".join(
        f'<div class="row"><span class="swatch" style="background:{colour}"></span>'
        f'<span>{html.escape(text)}</span><span class="count">{html.escape(count)}</span></div>'
        for colour, text, count in rows
    )
    st.html(f'<div class="legend"><div class="title">{html.escape(scale.label(lang))}</div>{lines}</div>')


def swatch(text: str, colour: str, line: str = "#78909c") -> None:
    """Draw one line of a legend."""
    st.html(
        f'<div class="legend"><div class="row"><span class="swatch" style="background:{colour};border-color:{line}">'
        f"</span><span>{html.escape(text)}</span></div></div>"
    )


def folium_map(
    drawn: folium.Map,
    key: str,
    height: int = 590,
    groups: Sequence[folium.FeatureGroup] = (),
    returned: Sequence[str] = (),
    center: tuple[float, float] | None = None,
    zoom: int | None = None,
) -> dict[str, Any]:
    """Draw a folium map; a script from outside this machine is a mistake of ours and raises.

    Only what ``returned`` names causes a rerun; ``groups`` may change without the map's losing its place.
    """
    outward = render_folium.outward_links(drawn)
    if outward:
        raise RuntimeError(f"the map would fetch from other machines: {outward}")
    render_folium.read_in(drawn, state.language())
    said = streamlit_folium.st_folium(
        drawn,
        key=key,
        height=height,
        use_container_width=True,
        returned_objects=list(returned),
        feature_group_to_add=list(groups) or None,
        center=center,
        zoom=zoom,
    )
    return said or {}


def ground(region: str, datum: str = "WGS84") -> folium.FeatureGroup:
    """Return the local ground of a region, for every map that has no tiles."""
    districts, context = cache.shapes(region)
    water, labels = cache.scenery(region)
    return render_folium.ground(districts, context, datum, water, labels, state.language())


def map_notes(local: bool = True) -> None:
    """Say under a map what kind of map it is and whose data lies under it."""
    lang = state.language()
    notes = [texts("common")("internal")]
    if local:
        notes += [
            printed(basemap.attribution_words(note, lang), lang) for note in cache.ground_attributions()
        ]
    st.html(f'<div class="notes">{html.escape(" · ".join(notes))}</div>')


def target_card(plan: Plan, target: Target) -> None:
    """Draw everything a reader should know of one target: figure, deadline, scope, bodies, clause, phrase."""
    t, lang = texts("common"), state.language()
    rows = [
        Row(t("deadline"), deadline(target, lang)),
        Row(texts("cards")("scope"), printed(scope(target, lang), lang)),
        Row(t("nature"), label("nature", target.nature, lang)),
        _bodies(plan, target),
        Row(t("lead"), _names(plan.lead(target), lang), "" if target.lead else texts("cards")("of_clause")),
        Row(t("rule"), printed(label("counting_rule", target.counting_rule, lang), lang)),
    ]
    tags = [label("category", target.category, lang)]
    _card(target.indicator(lang), figure(target, lang), rows, plan, target, tags)


def project_card(plan: Plan, project: Project) -> None:
    """Draw everything a reader should know of one project: place and how sure it is, bodies, clause, phrase."""
    t, c, lang = texts("common"), texts("cards"), state.language()
    by_hand = project.position_basis == own.BASIS
    basis = t("by_hand") if by_hand else printed(label("position_basis", project.position_basis, lang), lang)
    served = [target_words(plan.target_by_id[i], lang) for i in project.targets if i in plan.target_by_id]
    rows = [
        Row(t("stage"), label("stage", project.status, lang) or t("stage_unstated")),
        Row(c("targets"), ("\uff1b" if lang == "zh" else "; ").join(served)),
        _bodies(plan, project),
        Row(t("district") if is_district(project.adcode) else c("region"), unit_name(project.adcode)),
        Row(t("accuracy"), accuracy(project.accuracy_m, lang)),
        Row(t("basis"), basis),
        Row(t("position_source"), printed(source_words(project.position_source or "", lang), lang)),
    ]
    tags = [label("category", project.category, lang), label("kind", project.kind, lang)]
    doubtful = (
        t("unverified") if project.position_basis == "facts_memory" else t("by_hand") if by_hand else ""
    )
    _card(project.name(lang), "", rows, plan, project, tags, doubtful)


def target_words(target: Target, lang: str) -> str:
    """Return a target in one line: what, how much, by when."""
    return texts("cards")(
        "target", name=target.indicator(lang), figure=figure(target, lang), deadline=deadline(target, lang)
    )


def unit_name(adcode: str) -> str:
    """Return the name of a unit, or of a functional zone that is counted apart, in the reader's language."""
    lang = state.language()
    zone = functional_zones.zones().get(adcode)
    if zone is not None:
        return zone.name_zh if lang == "zh" else zone.name_en
    try:
        return boundaries.unit(adcode).name(lang)
    except InfraPlanError:
        return adcode


def is_district(adcode: str) -> bool:
    """Return whether an adcode is of a district or county, not of a city, a province or the country."""
    return not adcode.endswith("00")


def _bodies(plan: Plan, item: Target | Project) -> Row:
    """Return who answers for an item, and whether they are those of its whole clause."""
    c, lang = texts("cards"), state.language()
    names = _names(plan.responsible(item), lang) or [c("not_stated")]
    return Row(texts("common")("bodies"), names, c("of_clause") if plan.is_of_clause(item) else "")


def _names(bodies: Sequence[Body], lang: str) -> list[str]:
    return [b.name(lang) for b in bodies]


class Row(NamedTuple):
    """A line of a card: its heading, a text or a list of which a long one is folded, and a remark under it."""

    heading: str
    value: str | Sequence[str]
    remark: str = ""


def _card(
    title: str,
    big: str,
    rows: Sequence[Row],
    plan: Plan,
    item: Target | Project,
    tags: Sequence[str],
    doubtful: str = "",
) -> None:
    t, lang = texts("common"), state.language()
    note = item.note_zh if lang == "zh" else item.note_en
    clause = plan.clause_by_path.get(item.clause)
    heading = (clause.title_zh if lang == "zh" else clause.title_en) if clause else ""
    rows = [
        *rows,
        Row(t("clause"), f"{item.clause} {heading}".strip()),
        Row(t("document"), printed(plan.title(lang), lang)),
    ]
    listed = "".join(_line(row, lang) for row in rows if row.value)
    marks = "".join(f'<span class="tag">{html.escape(x)}</span>' for x in tags if x)
    warn = f'<span class="tag warn">{html.escape(doubtful)}</span>' if doubtful else ""
    st.html(
        f'<div class="card"><h4>{html.escape(title)}</h4>'
        + (f'<div class="big">{html.escape(big)}</div>' if big else "")
        + f"<div>{marks}{warn}</div><dl>{listed}"
        + f"<dt>{html.escape(t('phrase'))}</dt><dd><q>{html.escape(within_quotes(item.quote))}</q><br>"
        + f'<span class="claim">{html.escape(t("source_position", offset=item.offset))}</span></dd>'
        + (f"<dt>{html.escape(t('note'))}</dt><dd>{html.escape(note)}</dd>" if note else "")
        + "</dl></div>"
    )


def _line(row: Row, lang: str) -> str:
    """Return a line of a card as HTML, escaped."""
    value = html.escape(row.value) if isinstance(row.value, str) else _folded(row.value, lang)
    remark = f'<div class="claim">{html.escape(row.remark)}</div>' if row.remark else ""
    return f"<dt>{html.escape(row.heading)}</dt><dd>{value}{remark}</dd>"


def _folded(items: Sequence[str], lang: str) -> str:
    """Return a list with all but its first items folded away when it is long, escaped."""
    joint = "、" if lang == "zh" else "; "
    if len(items) <= _UNFOLDED + 1:
        return html.escape(joint.join(items))
    first, rest = joint.join(items[:_UNFOLDED]), joint.join(items[_UNFOLDED:])
    more = texts("common")("more", n=len(items) - _UNFOLDED)
    return f"{html.escape(first)}<details><summary>{html.escape(more)}</summary>{html.escape(rest)}</details>"


def csv_button(frame: pd.DataFrame, name: str, key: str) -> None:
    """Offer a table as CSV that a spreadsheet opens with its Chinese intact."""
    safe = frame.map(_no_formula)
    st.download_button(
        texts("common")("download_csv"),
        safe.to_csv(index=False).encode("utf-8-sig"),
        file_name=name,
        mime="text/csv",
        on_click="ignore",
        key=key,
        icon=":material/download:",
    )


def _no_formula(value: Any) -> Any:
    """Keep a spreadsheet from running a cell that begins like a formula."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return "'" + value
    return value
