"""The rooms of docs/architecture.md, held by import-linter and by what a fresh interpreter loads."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("geo", "plans", "scenarios", "layers", "infraplan")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the checkout in ``folder``."""
    return subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
        + ["--config", str(folder / "pyproject.toml"), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )


def test_import_contracts_hold():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout
    assert "Contracts: 9 kept" in done.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("geo/planted.py", "import plans", "Imports point one way"),
        ("scenarios/planted.py", "import layers.spec", "Imports point one way"),
        ("layers/planted.py", "from infraplan import workflow", "Imports point one way"),
        ("layers/planted.py", "import streamlit", "Streamlit lives in"),
        ("plans/planted.py", "import folium", "folium and deck.gl"),
        ("scenarios/planted.py", "import h3", "H3 libraries"),
        ("plans/planted.py", "import httpx", "HTTP clients"),
        ("plans/planted.py", "import highspy", "LP and MIP solvers"),
        ("infraplan/planted.py", "import infraplan", "Inside the application"),
        ("infraplan/workspace/planted.py", "import infraplan.origin", "Inside the application"),
    ],
)
def test_a_planted_violation_is_found(tmp_path, module, line, contract):
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "*.nb*")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / module).write_text(f"{line}\n")
    done = lint(tmp_path)
    assert done.returncode != 0
    broken = [text for text in done.stdout.splitlines() if "BROKEN" in text]
    assert any(contract in text for text in broken), done.stdout


@pytest.mark.parametrize(
    "package", ["geo", "plans", "scenarios", "scenarios.run", "scenarios.load", "infraplan.cli"]
)
def test_domain_imports_are_light(package):
    heavy = {"streamlit", "folium", "pydeck", "dask", "matplotlib", "pygeoapi", "numba", "highspy"}
    code = f"import sys, {package}; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_entry_file_only_starts_the_app():
    tree = ast.parse((ROOT / "streamlit_app.py").read_text("utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [(node.module, [a.name for a in node.names]) for node in imports] == [
        ("infraplan.ui.app", ["main"])
    ]


def test_no_init_files_under_tests():
    assert not list((ROOT / "tests").rglob("__init__.py"))
