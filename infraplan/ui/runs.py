"""Jobs as the screens see them: a result that is known, or work under way that can be watched and stopped.

A job belongs to what it reads, not to a page: who opens the scenario again, in any session, finds it running or done.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.errors import InfraPlanError
from geo.paths import data_root
from infraplan import jobs
from infraplan.jobs.worker import WAITS_FOR_MACHINE
from infraplan.ui import guard, state
from infraplan.ui.i18n import texts
from layers.punctuation import printed
from scenarios import load
from scenarios.model import Allocation, Scenario

_EVERY_S = 0.25
#: How often a page that does not wait looks how far a job is.
_LOOK_S = 0.7
_READ = ("population", "facilities", "plans", "boundaries", "context")
#: Keys of the jobs that this session saw fail or stopped: a click elsewhere does not begin them again.
_ENDED = "ended_jobs"
#: Keys of the jobs that this session does not wait for any more while somebody else does.
_LEFT = "left_jobs"
#: Who looked at a job within these seconds waits for it.
_WAITS_S = 3.0


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
    return at(fingerprint(scenario))


def at(key: str) -> Allocation | None:
    """Return the result of the run with this key when there is one."""
    found: Allocation | None = _made(key, _result)
    return found


def measured(allocation: Allocation) -> Mapping[str, Any] | None:
    """Return what re-runs on perturbed data said of a result when that is known, without starting anything."""
    found: Mapping[str, Any] | None = _made(jobs.uncertainty_key(allocation), _measured)
    return found


def _made(key: str, read: Callable[[str, str], Any]) -> Any:
    job = jobs.Jobs().find(key)
    if job is None or job.status().state != "done":
        return None
    try:
        return read(key, str(job.result_path))
    except InfraPlanError:
        return None  # of another release, or damaged: it is made again when somebody asks


@st.cache_resource(max_entries=6, show_spinner=False)
def _result(key: str, path: str) -> Any:
    return jobs.Job(jobs.Jobs(), key).result()


@st.cache_resource(max_entries=64, show_spinner=False)
def _measured(key: str, path: str) -> Any:
    return jobs.Job(jobs.Jobs(), key).result()


def of(scenario: Scenario) -> Allocation | None:
    """Return the result of a scenario; run it in the worker first where there is none, with progress on the page.

    The page waits here; a click elsewhere leaves the wait and not the job. None when the run failed or was stopped:
    the page says so and offers to begin again.

    Raises
    ------
    InfraPlanError
        When the scenario names things that do not exist, so that there is nothing to run.
    """
    done = known(scenario)
    if done is not None:
        return done
    key = fingerprint(scenario)
    if not _has_ended(key):
        if _wait(key, lambda: jobs.submit_run(scenario)).state == "done":
            return at(key)
        _ended().add(key)
    _say_ended(key)
    return None


def start_button(scenario: Scenario, key: str) -> None:
    """Offer to run a scenario that has no result yet."""
    t = texts("runs")
    st.caption(t("no_result"))
    if st.button(t("start"), key=key, icon=":material/play_arrow:"):
        _take_up(fingerprint(scenario))
        if of(scenario) is not None:
            st.rerun()


def begin_again() -> None:
    """Let every run that failed or was stopped in this session be begun again when its result is asked for."""
    _ended().clear()
    _left().clear()


def can_be_measured(allocation: Allocation) -> bool:
    """Return whether the data's error means something for the result: it has a coverage of its own."""
    return (
        allocation.coverage is not None
        and allocation.profile is not None
        and allocation.solution.sites is not None
    )


def is_measuring(allocation: Allocation) -> bool:
    """Return whether somebody asked to measure a result and it is under way."""
    job = jobs.find_uncertainty(allocation)
    return job is not None and job.status().active


def start_measuring(allocation: Allocation) -> None:
    """Ask the worker to measure what the data's own error means for a result; made for a button's click."""

    def start() -> None:
        _take_up(jobs.submit_uncertainty(allocation).key)

    guard.page(start)


def watch_measuring(allocation: Allocation) -> None:
    """Draw how far the measurement is while it is under way; otherwise why it ended without an answer, if it did.

    The rest of the page does not wait for it.
    """
    job = jobs.find_uncertainty(allocation)
    status = None if job is None else job.status()
    if job is None or status is None:
        return
    if status.active and job.key in _left():
        st.caption(texts("runs")("left"))
    elif status.active:
        _watch(job.key)
    elif status.error is not None:
        guard.show(status.error)
    elif job.key in _ended():
        st.caption(texts("runs")("stopped"))


@st.fragment(run_every=_LOOK_S)
def _watch(key: str) -> None:
    def look() -> None:
        job = jobs.Jobs().find(key)
        status = None if job is None else job.status()
        if status is None or not status.active or key in _left():
            st.rerun()
        else:
            _wait_noted(key)
            _move(_box(key), status)

    guard.page(look)


def _wait(key: str, submit: Callable[[], jobs.Job]) -> jobs.Status:
    """Wait with progress on the page until a job is closed; ``submit`` it first where it does not run or wait."""
    slot = st.empty()
    st.empty()  # what ended before goes at once
    with slot:
        bar = _box(key)
    job = jobs.Jobs().find(key)
    while job is not None and (status := job.status()).stopping:  # stopped before, and now wanted after all
        _move(bar, status)
        time.sleep(_EVERY_S)
    if job is None or not job.status().active:
        job = submit()
    while (status := job.status()).active:
        _wait_noted(key)
        _move(bar, status)
        time.sleep(_EVERY_S)
    slot.empty()
    return status


def _box(key: str) -> DeltaGenerator:
    """Draw the place of a job's progress and the button that stops it; return the bar."""
    t = texts("runs")
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0, text=t("waiting"))
        st.button(
            t("stop"), icon=":material/stop_circle:", key=f"stop-{key[:12]}", on_click=_stop, args=(key,)
        )
    return bar


def _move(bar: DeltaGenerator, status: jobs.Status) -> None:
    bar.progress(min(max(status.share, 0.0), 1.0), text=_words(status))


def _stop(key: str) -> None:
    """End a job, or only this session's wait for it where somebody else waits too."""

    def stop() -> None:
        _ended().add(key)
        job = jobs.Jobs().find(key)
        if job is None:
            return
        if _others_wait(key):
            _left().add(key)
        else:
            job.cancel()

    guard.page(stop)


@st.cache_resource(show_spinner=False)
def _waiting() -> dict[tuple[str, str], float]:
    """Return when each session last looked at a job that it waits for, by (job, session); one for the whole app."""
    return {}


def _wait_noted(key: str) -> None:
    _waiting()[key, _session()] = time.monotonic()


def _others_wait(key: str) -> bool:
    """Return whether another session looked at a job a moment ago; this one does not count from now on."""
    since, mine = time.monotonic() - _WAITS_S, (key, _session())
    for known, seen in list(_waiting().items()):
        if seen < since or known == mine:
            _waiting().pop(known, None)
    return any(job == key for job, _ in list(_waiting()))


def _session() -> str:
    name: str = st.session_state.setdefault("session_name", uuid.uuid4().hex)
    return name


def _left() -> set[str]:
    found: set[str] = st.session_state.setdefault(_LEFT, set())
    return found


def _take_up(key: str) -> None:
    _ended().discard(key)
    _left().discard(key)


def _ended() -> set[str]:
    found: set[str] = st.session_state.setdefault(_ENDED, set())
    return found


def _has_ended(key: str) -> bool:
    """Return whether this session saw the job end without a result, and nobody has begun it again since."""
    if key not in _ended():
        return False
    if key in _left():
        return True
    job = jobs.Jobs().find(key)
    status = None if job is None else job.status()
    return status is None or not status.active or status.stopping


def _say_ended(key: str) -> None:
    """Say that a run failed, and why, or that it was stopped; offer to begin it again."""
    t = texts("runs")
    job = jobs.Jobs().find(key)
    status = None if job is None else job.status()
    # not at the place of the progress that follows: what stood there would be left behind it, and take the next click
    st.empty()
    with st.container(horizontal=True, vertical_alignment="center"):
        if status is not None and status.state == "failed":
            guard.show(status.error or InfraPlanError(*t_failed()))
        elif status is not None and status.active and key in _left():
            st.info(t("left"))
        else:
            st.info(t("stopped"))
        st.button(
            t("again"),
            key=f"again-{key[:12]}",
            icon=":material/replay:",
            on_click=_take_up,
            args=(key,),
        )


def _words(status: jobs.Status) -> str:
    t = texts("runs")
    if status.stopping:
        return t("stopping")
    if status.state == "queued":
        if status.step == WAITS_FOR_MACHINE:
            return t("queued_machine")
        return t("queued", n=status.place) if status.place else t("waiting")
    return t("running", step=_step(status.step), seconds=f"{status.seconds:.0f}")


def _step(step: str) -> str:
    """Return the words of a step: ``coverage: anneal`` is a part of one, ``uncertainty: 3/20`` one of many."""
    t = texts("runs")
    name, _, part = step.partition(": ")
    done, _, n = part.partition("/")
    if name == "uncertainty" and n:
        return t("rerun", i=done, n=n)
    found = next((word for word in (part, name) if word in texts_of_steps()), "other")
    return t(f"step_{found}")


def texts_of_steps() -> set[str]:
    """Return the steps of a run that have words."""
    from infraplan.ui.i18n import runs

    return {key.removeprefix("step_") for key in runs.TEXT if key.startswith("step_")}


def t_failed() -> tuple[str, str]:
    """Return the sentence for a run that failed without saying why, in English and Chinese."""
    from infraplan.ui.i18n import runs

    zh, en = runs.TEXT["failed"]
    return en, zh


def library(scenario_id: str) -> Scenario:
    """Load a scenario of the library afresh: the file may have changed."""
    return load.load(scenario_id)


def title(scenario: Scenario) -> str:
    """Return a scenario's title in the reader's language, with the word for what is distributed."""
    return printed(scenario.title(state.language()), state.language())
