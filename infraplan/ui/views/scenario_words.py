"""The planner's words and the widget keys of a scenario's fields: what every part of the form shares."""

from __future__ import annotations

from infraplan.ui import state
from infraplan.ui.i18n import texts

#: A key to be left out of the scenario.
UNSET = object()


def label(path: str) -> str:
    """Return the planner's word for a key; a key newer than the words (a test finds it) is shown as it is."""
    return texts("scenario_fields")(path) if known(path) else path


def help_of(path: str) -> str | None:
    """Return the line under a key, if it has one."""
    return label(f"{path}.help") if known(f"{path}.help") else None


def known(path: str) -> bool:
    """Return whether there are words for a key."""
    from infraplan.ui.i18n.scenario_fields import TEXT

    return path in TEXT


def key_of(code: str, path: str) -> str:
    """Return the key of a field's widget: its own for each scenario and language.

    A box holds the words of its choice, which another language does not know: after a switch the form begins anew from
    what it said (:func:`infraplan.ui.views.scenario_form.draw`).
    """
    return f"form:{code}:{path}:{state.language()}"
