"""Runs as the screens see them: a result that is known, or a job with progress that can be stopped.

A job belongs to what it reads, not to a page: who opens the scenario again, in any session, finds it running or done.
"""

from __future__ import annotations

import json
import time

import streamlit as st

from geo.errors import InfraPlanError
from geo.paths import data_root
from infraplan import jobs
from infraplan.ui import state
from infraplan.ui.i18n import texts
from scenarios import load
from scenarios.model import Allocation, Scenario

_EVERY_S = 0.25
_READ = ("population", "facilities", "plans", "boundaries", "context")


def fingerprint(scenario: Scenario) -> str:
    """Return the key of a scenario's run; worked out again when a file of the data folder has changed."""
    return _fingerprint(json.dumps(dict(scenario.document), sort_keys=True, default=str), _stamp(), scenario)


@st.cache_data(max_entries=64, show_spinner=False)
def _fingerprint(document: str, stamp: int, _scenario: Scenario) -> str:
    return jobs.key_of(_scenario)


def _stamp() -> int:
    """Return the time of the newest change among the files that a run reads."""
    root = data_root()
    files = [file for part in _READ for file in root.glob(f"{part}/**/*")]
    return max((f.stat().st_mtime_ns for f in files), default=0)


def known(scenario: Scenario) -> Allocation | None:
    """Return the result of a scenario when there is one, without starting anything."""
    key = fingerprint(scenario)
    job = jobs.Jobs().find(key)
    if job is None or job.status().state != "done":
        return None
    return _result(key, str(job.result_path))


@st.cache_resource(max_entries=6, show_spinner=False)
def _result(key: str, path: str) -> Allocation:
    job = jobs.Jobs().find(key)
    assert job is not None
    found: Allocation = job.result()
    return found


def of(scenario: Scenario) -> Allocation | None:
    """Return the result of a scenario; run it in the worker first where there is none, with progress on the page.

    The page waits here; a click elsewhere leaves the wait and not the job. None when the reader stopped it.

    Raises
    ------
    InfraPlanError
        Why the run failed.
    """
    done = known(scenario)
    if done is not None:
        return done
    t = texts("runs")
    key = fingerprint(scenario)
    slot = st.empty()
    with slot.container(border=True):
        bar = st.progress(0.0, text=t("waiting"))
        stopped = st.button(t("stop"), icon=":material/stop_circle:", key=f"stop-{key[:12]}")
    job = jobs.Jobs().find(key)
    if stopped:
        if job is not None:
            job.cancel()
        slot.empty()
        st.info(t("stopped"))
        return None
    if job is None or not job.status().active:
        job = jobs.submit_run(scenario)
    while (status := job.status()).active:
        bar.progress(min(max(status.share, 0.0), 1.0), text=_words(status))
        time.sleep(_EVERY_S)
    slot.empty()
    if status.state == "failed":
        raise status.error or InfraPlanError(*t_failed())
    if status.state == "cancelled":
        st.info(t("stopped"))
        return None
    return known(scenario)


def _words(status: jobs.Status) -> str:
    t = texts("runs")
    if status.state == "queued":
        return t("queued", n=status.place) if status.place else t("waiting")
    name = status.step if status.step in texts_of_steps() else "other"
    return t("running", step=t(f"step_{name}"), seconds=f"{status.seconds:.0f}")


def texts_of_steps() -> set[str]:
    """Return the steps of a run that have words."""
    from infraplan.ui.i18n import runs

    return {key.removeprefix("step_") for key in runs.TEXT if key.startswith("step_")}


def t_failed() -> tuple[str, str]:
    """Return the sentence for a run that failed without saying why, in English and Chinese."""
    from infraplan.ui.i18n import runs

    zh, en = runs.TEXT["failed"]
    return en, zh


def start_button(scenario: Scenario, key: str) -> None:
    """Offer to run a scenario that has no result yet."""
    t = texts("runs")
    st.caption(t("no_result"))
    if st.button(t("start"), key=key, icon=":material/play_arrow:"):
        of(scenario)
        st.rerun()


def library(scenario_id: str) -> Scenario:
    """Load a scenario of the library afresh: the file may have changed."""
    return load.load(scenario_id)


def title(scenario: Scenario) -> str:
    """Return a scenario's title in the reader's language, with the word for what is distributed."""
    return scenario.title(state.language())
