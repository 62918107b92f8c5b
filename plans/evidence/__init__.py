"""Proving the catalogue against the documents: each phrase at its offset, each figure in its phrase.

The source texts are not part of the product; whoever holds them points :func:`check_sources` at their folder. As
with the other checks, the list of them is the list of the public functions of the modules below.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

from geo.errors import InfraPlanError, Problem
from plans.evidence import phrases, stated_figures, structure, sweep
from plans.model import Plan

EVIDENCE: dict[str, Callable[[Plan, str], Iterator[Problem]]] = {
    name: function
    for module in (structure, phrases, stated_figures, sweep)
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if not name.startswith("_") and function.__module__ == module.__name__
}


def check_sources(plan: Plan, sources_dir: Path) -> list[Problem]:
    """Return every way in which a plan disagrees with its source text.

    Parameters
    ----------
    plan : Plan
        The plan as loaded.
    sources_dir : Path
        The folder that holds ``plan.source_file``.

    Raises
    ------
    InfraPlanError
        When the folder does not exist.
    """
    if not sources_dir.is_dir():
        raise InfraPlanError(
            f"the folder of sources {sources_dir} does not exist; name the folder that holds the source texts",
            f"原文目录 {sources_dir} 不存在；请指定存放原文文本的目录",
        )
    text, problems = read_source(plan, sources_dir)
    if text is None:
        return problems
    for check in EVIDENCE.values():
        problems.extend(check(plan, text))
    return problems


def read_source(plan: Plan, sources_dir: Path) -> tuple[str | None, list[Problem]]:
    """Return the source text (None when it cannot be read) and what is wrong with the file."""
    where = f"{plan.id}/plan.yaml"
    path = sources_dir / plan.source_file
    if not path.is_file():
        return None, [
            Problem(
                "source_file",
                where,
                f"{plan.source_file} is not in {sources_dir}",
                f"原文文件 {plan.source_file} 不存在",
            )
        ]
    data = path.read_bytes()
    problems = []
    digest = hashlib.sha256(data).hexdigest()
    if digest != plan.source_sha256:
        problems.append(
            Problem(
                "source_sha256",
                where,
                f"the source file has SHA-256 {digest}, the plan was read from {plan.source_sha256}",
                f"原文文件校验值为 {digest}，与登记的 {plan.source_sha256} 不一致",
            )
        )
    try:
        text = data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None, [
            *problems,
            Problem("source_encoding", where, "the source file is not UTF-8", "原文文件不是 UTF-8"),
        ]
    if len(text) != plan.source_characters:
        problems.append(
            Problem(
                "source_characters",
                where,
                f"the source text has {len(text)} characters, recorded are {plan.source_characters}",
                f"原文共 {len(text)} 个字符，登记为 {plan.source_characters}",
            )
        )
    return text, problems
