"""What the city promised, beside the map: figures first, each a line that opens its card."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from infraplan.ui import guard, state
from infraplan.ui.i18n import texts
from infraplan.ui.views import map_look
from infraplan.ui.views.map_choice import Choice
from layers import categories
from layers import projects as project_layers
from layers.words import deadline, figure
from plans.model import Target

#: So many promises are seen at once, and so many when unfolded; the table below the map holds all.
_SHOWN, _MOST = 7, 40


def draw(choice: Choice) -> None:
    """Draw the counts of what is shown and the list of promises."""
    t = texts("map_page")
    quantified = [x for x in choice.targets if x.quantified]
    map_look.counts(
        [
            (t("n_targets"), len(choice.targets)),
            (t("n_quantified"), len(quantified)),
            (t("n_projects"), len(choice.projects)),
            (t("n_placed"), sum(project_layers.is_placed(p) for p in choice.projects)),
        ]
    )
    st.markdown(f"### {t('promised')}")
    with st.container(key="promises"):
        if quantified:
            _list(sorted(quantified, key=lambda x: not x.allocatable))
            _others(len(choice.targets) - len(quantified))
        else:
            st.caption(t("no_figures" if choice.targets else "no_promises"))
            _list(sorted(choice.targets, key=lambda x: x.deadline_year is None))
    st.caption(t("hint"))


def _list(targets: Sequence[Target]) -> None:
    t = texts("map_page")
    seen = len(targets) if len(targets) <= _SHOWN + 1 else _SHOWN
    for target in targets[:seen]:
        _line(target)
    if seen == len(targets):
        return
    with st.expander(t("more_promises", n=len(targets) - seen)):
        for target in targets[seen:_MOST]:
            _line(target)
        if len(targets) > _MOST:
            st.caption(t("all_below"))


def _line(target: Target) -> None:
    lang = state.language()
    bold = f"**{guard.plain(figure(target, lang))}** " if target.quantified else ""
    when = f":gray[{guard.plain(deadline(target, lang))}] " if target.deadline_year else ""
    st.button(
        f"{bold}{when}*{guard.plain(target.indicator(lang))}*",
        key=f"promise-{categories.family(target.category).code}-{target.id}",
        on_click=state.put,
        args=("sel", f"target:{target.id}"),
        type="tertiary",
        width="stretch",
    )


def _others(n: int) -> None:
    if n:
        st.caption(texts("map_page")("without_figure", n=n))
