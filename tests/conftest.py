"""What all tests share: a workspace of their own, and the checkout's root."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# A slow or busy machine is no failure: how long an example takes is measured in benchmarks/, never asserted.
settings.register_profile("infraplan", deadline=None)
settings.load_profile("infraplan")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def own_workspace(tmp_path_factory, monkeypatch):
    """No test reads or writes the user's own workspace."""
    monkeypatch.setenv("INFRAPLAN_WORKSPACE", str(tmp_path_factory.mktemp("workspace")))


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the checkout."""
    return ROOT
