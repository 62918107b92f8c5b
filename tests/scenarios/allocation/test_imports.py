"""Importing is cheap: heavy libraries load on first use. What the docstrings show is what comes out."""

from __future__ import annotations

import doctest
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import scenarios.allocation


def test_importing_scenarios_loads_no_compiler_and_no_solver():
    code = "import scenarios.allocation, sys; print(sorted({'numba', 'highspy', 'scipy'} & set(sys.modules)))"
    root = Path(scenarios.allocation.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_there():
    for name in scenarios.allocation.__all__:
        assert callable(getattr(scenarios.allocation, name))
        assert getattr(scenarios.allocation, name).__doc__


@pytest.mark.parametrize("module", sorted(set(scenarios.allocation._HOMES.values())))
def test_examples_in_docstrings(module):
    done = doctest.testmod(import_module(f"scenarios.allocation.{module}"))
    assert done.attempted > 0
    assert done.failed == 0
