"""Small pieces that several pages draw."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import folium
import numpy as np
import pandas as pd
import streamlit as st
import streamlit_folium

from infraplan.ui import assets, cache, own, state
from infraplan.ui.i18n import texts
from layers import categories, render_folium
from layers.punctuation import printed
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
    """Draw a legend: what is shown, its unit, a swatch with the range of each class, and how many lie in it."""
    counts = [""] * len(scale.colours)
    if values is not None:
        classes = scale.classify(values)
        counts = [count_words.format(n=f"{int((classes == i).sum()):,}") for i in range(len(scale.colours))]
    rows = list(zip(scale.colours, scale.class_labels(lang), counts, strict=True))
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


def family_legend(counts: Mapping[str, int], lang: str) -> None:
    """Draw the families of categories as the map marks them, with how many there are of each."""
    lines = "".join(
        f'<div class="row"><span class="dot" style="background:{f.colour}">{f.sign if lang == "zh" else ""}</span>'
        f'<span>{html.escape(f.label(lang))}</span><span class="count">{counts[f.code]:,}</span></div>'
        for f in categories.FAMILIES
        if counts.get(f.code)
    )
    st.html(f'<div class="legend">{lines}</div>')


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
    notes = [texts("common")("internal")]
    if local:
        notes += [printed(note, state.language()) for note in cache.ground_attributions()]
    st.html(f'<div class="notes">{html.escape(" · ".join(notes))}</div>')


def target_card(plan: Plan, target: Target) -> None:
    """Draw everything a reader should know of one target: figure, deadline, bodies, clause, phrase."""
    t, lang = texts("common"), state.language()
    rows = [
        (t("deadline"), deadline(target, lang)),
        (t("nature"), label("nature", target.nature, lang)),
        (t("bodies"), _names(plan.responsible(target), lang) or t("none")),
        (t("lead"), _names(plan.lead(target), lang)),
        (t("rule"), label("counting_rule", target.counting_rule, lang)),
    ]
    _card(
        target.indicator(lang),
        figure(target, lang),
        rows,
        plan,
        target,
        (label("category", target.category, lang),),
    )


def project_card(plan: Plan, project: Project) -> None:
    """Draw everything a reader should know of one project: place and how sure it is, bodies, clause, phrase."""
    t, lang = texts("common"), state.language()
    by_hand = project.position_basis == own.BASIS
    basis = t("by_hand") if by_hand else label("position_basis", project.position_basis, lang)
    rows = [
        (t("stage"), label("stage", project.status, lang) or t("stage_unstated")),
        (t("bodies"), _names(plan.responsible(project), lang) or t("none")),
        (t("accuracy"), accuracy(project.accuracy_m, lang)),
        (t("basis"), basis),
        (t("position_source"), printed(source_words(project.position_source or "", lang), lang)),
    ]
    tags = [label("category", project.category, lang), label("kind", project.kind, lang)]
    doubtful = (
        t("unverified") if project.position_basis == "facts_memory" else t("by_hand") if by_hand else ""
    )
    _card(project.name(lang), "", rows, plan, project, tags, doubtful)


def _card(
    title: str,
    big: str,
    rows: Sequence[tuple[str, str]],
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
        (t("clause"), f"{item.clause} {heading}".strip()),
        (t("document"), printed(plan.title(lang), lang)),
    ]
    listed = "".join(f"<dt>{html.escape(k)}</dt><dd>{_folded(v, lang)}</dd>" for k, v in rows if v)
    marks = "".join(f'<span class="tag">{html.escape(x)}</span>' for x in tags if x)
    warn = f'<span class="tag warn">{html.escape(doubtful)}</span>' if doubtful else ""
    st.html(
        f'<div class="card"><h4>{html.escape(title)}</h4>'
        + (f'<div class="big">{html.escape(big)}</div>' if big else "")
        + f"<div>{marks}{warn}</div><dl>{listed}"
        + f"<dt>{html.escape(t('phrase'))}</dt><dd><q>{html.escape(item.quote)}</q><br>"
        + f'<span class="claim">{html.escape(t("source_position", offset=item.offset))}</span></dd>'
        + (f"<dt>{html.escape(t('note'))}</dt><dd>{html.escape(note)}</dd>" if note else "")
        + "</dl></div>"
    )


def _folded(text: str, lang: str) -> str:
    """Return a long list with all but its first items folded away, escaped."""
    joint = "、" if lang == "zh" else "; "
    items = text.split(joint)
    if len(items) <= _UNFOLDED + 1:
        return html.escape(text)
    first, rest = joint.join(items[:_UNFOLDED]), joint.join(items[_UNFOLDED:])
    more = texts("common")("more", n=len(items) - _UNFOLDED)
    return f"{html.escape(first)}<details><summary>{html.escape(more)}</summary>{html.escape(rest)}</details>"


def _names(bodies: Sequence[Body], lang: str) -> str:
    return ("、" if lang == "zh" else "; ").join(b.name(lang) for b in bodies)


def csv_button(frame: pd.DataFrame, name: str, key: str) -> None:
    """Offer the table as it stands on the screen, as CSV that a spreadsheet opens with its Chinese intact."""
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
