"""Both languages have every word, no page has words of its own, and every key of a scenario can be shown."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import pytest
import yaml

from geo.paths import data_root
from infraplan import ui
from infraplan.ui import i18n
from infraplan.ui.views import scenario_facility
from scenarios import load

ROOT = Path(ui.__file__).parent
FILES = sorted(p for p in ROOT.rglob("*.py") if "i18n" not in p.parts)
MODULES = [m.name for m in pkgutil.iter_modules(i18n.__path__)]
HAN = re.compile(r"[一-鿿]")
#: What a call shows to the reader, and which argument of it: these must not be written into the code.
SHOWING = {
    "title", "header", "subheader", "markdown", "caption", "text", "write", "info", "warning", "error", "success",
    "button", "checkbox", "toggle", "radio", "selectbox", "multiselect", "text_input", "text_area", "number_input",
    "metric", "expander", "popover", "spinner", "toast", "download_button", "file_uploader", "page_link", "pills",
    "segmented_control", "progress",
}  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
def test_every_word_stands_in_both_languages(name):
    for key, pair in importlib.import_module(f"infraplan.ui.i18n.{name}").TEXT.items():
        assert len(pair) == 2, key
        if key != "unit.":
            assert all(pair), key
        assert set(re.findall(r"{(\w+)}", pair[0])) == set(re.findall(r"{(\w+)}", pair[1])), key


def tables_used(tree: ast.Module) -> dict[str, str]:
    """Names in a module that hold a page's words, and whose."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name | ast.Tuple):
            targets = node.targets[0].elts if isinstance(node.targets[0], ast.Tuple) else [node.targets[0]]
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            for target, value in zip(targets, values, strict=False):
                page = _page(value)
                if page and isinstance(target, ast.Name):
                    found.setdefault(target.id, page)
    return found


def _page(node: ast.AST) -> str | None:
    call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "texts"
    return node.args[0].value if call and isinstance(node.args[0], ast.Constant) else None  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_key_that_a_page_asks_for_exists(path):
    tree = ast.parse(path.read_text("utf-8"))
    for function in [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.Module)]:
        names = tables_used(ast.Module(body=function.body, type_ignores=[]))
        for node in ast.walk(function):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            page = names.get(node.func.id) if isinstance(node.func, ast.Name) else _page(node.func)
            key = node.args[0].value
            if page and isinstance(function, ast.FunctionDef) and isinstance(key, str):
                table = importlib.import_module(f"infraplan.ui.i18n.{page}").TEXT
                assert key in table, f"{path.name}: {page} has no {key!r}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_words_are_written_into_a_page(path):
    tree = ast.parse(path.read_text("utf-8"))
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        # state.py holds the names of the languages themselves, assets.py an error in both
        if text and id(node) not in documentation and path.name not in {"state.py", "assets.py"}:
            assert not HAN.search(text), f"{path.name}:{node.lineno} {text!r}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SHOWING:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                assert not re.search(r"[A-Za-z]{3,}", first.value), (
                    f"{path.name}:{node.lineno} {first.value!r}"
                )


def keys_of(schema: dict, path: str = "") -> list[str]:
    """Every key and option of the scenario schema, dotted."""
    found = []
    for name, part in schema.get("properties", {}).items():
        inner = f"{path}.{name}" if path else name
        if inner in {"format_version", "id"}:
            continue
        found.append(inner)
        found += [f"{inner}={option}" for option in part.get("enum", ())]
        found += keys_of(part, inner)
        found += keys_of(part.get("items", {}), inner)
    return found


def test_every_key_of_a_scenario_has_its_words():
    from infraplan.ui.i18n.scenario_fields import TEXT

    assert [key for key in keys_of(load.schema()) if key not in TEXT] == []


def test_every_parameter_of_a_facility_has_its_words():
    from infraplan.ui.i18n.scenario_fields import TEXT

    missing = set()
    for path in (data_root() / "facilities").glob("*.yaml"):
        document = yaml.safe_load(path.read_text("utf-8"))
        for name, entry in (document.get("parameters") or {}).items():
            wanted = (f"param.{name}", f"unit.{entry.get('unit', '')}", f"status.{entry['status']}")
            missing |= {key for key in wanted if key not in TEXT}
            missing |= {
                f"param.{name}={o}" for o in entry.get("options", ()) if f"param.{name}={o}" not in TEXT
            }
            missing |= {
                part
                for part in parts_of(entry["value"])
                if scenario_facility.part(part) == part and "Hz" not in part
            }
    assert missing == set()


def parts_of(value: object) -> list[str]:
    """The keys of a parameter that has several numbers."""
    if not isinstance(value, dict):
        return []
    return [key for name, inner in value.items() for key in (name, *parts_of(inner))]
