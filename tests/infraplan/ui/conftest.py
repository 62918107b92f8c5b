"""Pages without a browser: each is drawn by itself, with the words of its URL; runs are done in this process."""

from __future__ import annotations

import functools

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from infraplan import workflow

SCRIPT = """
from infraplan.ui import app, assets, state
assets.register()
state.begin()
app.page = lambda name: app.st.Page(lambda: None, title=name, url_path=name)
app.draw({name!r})
"""
_DONE: dict[str, object] = {}


@pytest.fixture(autouse=True, scope="session")
def packages_looked_through_once():
    """Streamlit reads what every installed package says of itself for each page that is drawn anew: 0.2 s a test."""
    scan = manifest_scanner.scan_component_manifests
    manifest_scanner.scan_component_manifests = functools.cache(scan)
    yield
    manifest_scanner.scan_component_manifests = scan


@pytest.fixture(autouse=True)
def run_here(monkeypatch):
    """Run scenarios in this process and remember the results over the tests: jobs have tests of their own."""
    from infraplan.ui import runs

    def of(scenario):
        key = runs.fingerprint(scenario)
        if key not in _DONE:
            _DONE[key] = workflow.run(scenario)
        return _DONE[key]

    monkeypatch.setattr(runs, "of", of)
    monkeypatch.setattr(runs, "known", of)
    monkeypatch.setattr(runs, "at", _DONE.get)


@pytest.fixture(autouse=True)
def a_person(monkeypatch):
    """Somebody sits at this computer: the account that runs the tests may be a service's, which is nobody's name."""
    monkeypatch.setenv("LOGNAME", "tester")


@pytest.fixture
def page():
    """Draw one page with the given words in its URL."""

    def draw(name: str, **query: str) -> AppTest:
        test = AppTest.from_string(SCRIPT.format(name=name), default_timeout=180)
        for key, value in query.items():
            test.query_params[key] = value
        return test.run()

    return draw
