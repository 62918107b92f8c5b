"""The catalogue: which plans there are, and each as a frozen :class:`plans.model.Plan`.

Plans stand in ``data/plans/<plan_id>/`` (``plan.yaml`` and four tables), bodies in
``data/plans/bodies/*.csv``, reported figures in ``data/baselines/<adcode>.csv``. Reading is cached by
content: an edited file is seen at once.
"""

from __future__ import annotations

import difflib
import functools
import hashlib
from collections.abc import Iterable
from pathlib import Path
from types import MappingProxyType
from typing import Any

from geo.errors import Problem, UnknownNameError, raise_if_any, unknown
from geo.paths import data_root
from plans import document, table
from plans.model import Baseline, Body, Clause, NotTarget, Plan, Project, Target

Files = tuple[tuple[str, bytes], ...]
_TABLES: dict[str, type] = {
    "clauses": Clause,
    "targets": Target,
    "projects": Project,
    "not_targets": NotTarget,
}
_HEADER_ONLY = {"format_version", "title_note"}


def available(root: Path | None = None) -> list[str]:
    """Return the ids of all plans, in alphabetical order.

    Parameters
    ----------
    root : Path, optional
        A data folder; default the shipped one (``geo.paths.data_root()``).
    """
    folder = (root or data_root()) / "plans"
    return sorted(path.parent.name for path in folder.glob("*/plan.yaml"))


def load_plan(plan_id: str, root: Path | None = None) -> Plan:
    """Return one plan.

    Raises
    ------
    UnknownNameError
        When there is no such plan; the message lists the known ones.
    DataError
        When its files have problems: all of them, each with file, line and column.
    """
    plan, problems = read_plan(plan_id, root)
    raise_if_any(problems)
    assert plan is not None  # a plan without problems was built
    return plan


def load_all(root: Path | None = None) -> tuple[Plan, ...]:
    """Return every plan, by id."""
    return tuple(load_plan(plan_id, root) for plan_id in available(root))


def read_plan(plan_id: str, root: Path | None = None) -> tuple[Plan | None, tuple[Problem, ...]]:
    """Return what could be read of a plan (None when its header cannot be) and every problem of its files."""
    folder = (root or data_root()) / "plans"
    if plan_id not in available(root):
        raise unknown("plan", plan_id, available(root), "规划")
    names = ["plan.yaml", *(f"{name}.csv" for name in _TABLES)]
    files = _bytes((f"{plan_id}/{name}", folder / plan_id / name) for name in names)
    bodies = _bytes((f"bodies/{path.name}", path) for path in sorted((folder / "bodies").glob("*.csv")))
    baselines = _bytes((f"baselines/{path.name}", path) for path in _figure_files(folder.parent))
    return _build(plan_id, files, bodies, baselines)


def target(target_id: str, root: Path | None = None) -> Target:
    """Return one target of any plan.

    Raises
    ------
    UnknownNameError
        When no plan has it; the message names the nearest ones and says how many there are.
    """
    known = {item.id: item for plan in load_all(root) for item in plan.targets}
    if target_id not in known:
        named = {item.id: (item.indicator_en, item.indicator_zh) for item in known.values()}
        raise _not_there("target", target_id, named, "指标", "目标", "Targets")
    return known[target_id]


def project(project_id: str, root: Path | None = None) -> Project:
    """Return one project of any plan; for an unknown id the message names the nearest ones."""
    known = {item.id: item for plan in load_all(root) for item in plan.projects}
    if project_id not in known:
        named = {item.id: (item.name_en, item.name_zh) for item in known.values()}
        raise _not_there("project", project_id, named, "项目", "项目", "Projects")
    return known[project_id]


#: Nearest names that an unknown one is answered with.
_NEAREST = 5


def _not_there(
    kind: str, name: str, known: dict[str, tuple[str, str]], kind_zh: str, page_zh: str, page: str
) -> UnknownNameError:
    """Build the error for an id that no plan has: the nearest ones with their names, and where all are listed."""
    near = difflib.get_close_matches(str(name), known, _NEAREST, cutoff=0.3) or sorted(known)[:_NEAREST]
    listed = ", ".join(f"{i} ({known[i][0]})" for i in near)
    listed_zh = "、".join(f"{known[i][1]}({i})" for i in near)
    return UnknownNameError(
        f"no {kind} {str(name)!r}; near it: {listed}; all {len(known)} are listed on the page {page} and by "
        f"'infraplan {kind}s'",
        f"没有{kind_zh}“{name}”;相近的有:{listed_zh};全部 {len(known)} 条见“{page_zh}”页",
    )


def bodies(root: Path | None = None) -> MappingProxyType[str, Body]:
    """Return every body of ``data/plans/bodies/`` by id; raises DataError with every problem of the files."""
    found, problems = read_bodies(root)
    raise_if_any(problems)
    return found


def read_bodies(root: Path | None = None) -> tuple[MappingProxyType[str, Body], tuple[Problem, ...]]:
    """Return the bodies that could be read, by id, and every problem of their files."""
    folder = (root or data_root()) / "plans" / "bodies"
    return _bodies(_bytes((f"bodies/{path.name}", path) for path in sorted(folder.glob("*.csv"))))


def baselines(root: Path | None = None) -> tuple[Baseline, ...]:
    """Return every reported figure of ``data/baselines/``; raises DataError with every problem found."""
    folder = (root or data_root()) / "baselines"
    found, problems = _baselines(
        _bytes((f"baselines/{path.name}", path) for path in _figure_files(folder.parent))
    )
    raise_if_any(problems)
    return found


def _figure_files(data: Path) -> list[Path]:
    """Return the files of reported figures; ``comparable.csv`` belongs to :mod:`plans.progress`."""
    return sorted(path for path in (data / "baselines").glob("*.csv") if path.name != "comparable.csv")


def _bytes(paths: Iterable[tuple[str, Path]]) -> Files:
    return tuple((name, path.read_bytes()) for name, path in paths if path.is_file())


@functools.lru_cache(maxsize=128)
def _bodies(files: Files) -> tuple[MappingProxyType[str, Body], tuple[Problem, ...]]:
    found: dict[str, Body] = {}
    origin: dict[str, str] = {}
    problems: list[Problem] = []
    for name, data in files:
        read = table.parse(data, "bodies", name)
        problems.extend(read.problems)
        for row in read.rows:
            body = Body(line=row.line, **row.values)
            if origin.setdefault(body.id, name) != name:
                problems.append(
                    Problem(
                        "duplicate_id",
                        f"{name}:{row.line}",
                        f"body {body.id!r} already stands in {origin[body.id]}",
                        f"单位“{body.id}”已在 {origin[body.id]} 中出现",
                    )
                )
            found.setdefault(body.id, body)
    return MappingProxyType(found), tuple(problems)


@functools.lru_cache(maxsize=128)
def _baselines(files: Files) -> tuple[tuple[Baseline, ...], tuple[Problem, ...]]:
    found: list[Baseline] = []
    problems: list[Problem] = []
    for name, data in files:
        read = table.parse(data, "baselines", name)
        problems.extend(read.problems)
        found.extend(Baseline(line=row.line, **row.values) for row in read.rows)
    ids: set[str] = set()
    for item in found:
        if item.id in ids:
            where = f"baselines/{item.region_adcode}.csv:{item.line}"
            problems.append(
                Problem("duplicate_id", where, f"id {item.id!r} is repeated", f"标识“{item.id}”重复")
            )
        ids.add(item.id)
    return tuple(found), tuple(problems)


@functools.lru_cache(maxsize=128)
def _build(
    plan_id: str, files: Files, body_files: Files, baseline_files: Files
) -> tuple[Plan | None, tuple[Problem, ...]]:
    contents = dict(files)
    header = document.parse(contents[f"{plan_id}/plan.yaml"], f"{plan_id}/plan.yaml")
    problems = list(header.problems)
    tables: dict[str, tuple[Any, ...]] = {}
    for name, kind in _TABLES.items():
        where = f"{plan_id}/{name}.csv"
        if where not in contents:
            problems.append(Problem("file", where, "the file is missing", "文件不存在"))
            tables[name] = ()
            continue
        read = table.parse(contents[where], name, where)
        problems.extend(read.problems)
        tables[name] = tuple(kind(plan=plan_id, line=row.line, **row.values) for row in read.rows)
    known_bodies, found = _bodies(body_files)
    problems.extend(found)
    figures, found = _baselines(baseline_files)
    problems.extend(found)
    if header.values.get("region_adcode") is None or header.values.get("period_end") is None:
        return None, tuple(problems)
    values: dict[str, Any] = {
        key: value for key, value in header.values.items() if key not in _HEADER_ONLY
    } | tables
    values["title_note_en"] = values["title_note_en"] or header.values["title_note"]
    values["title_note_zh"] = values["title_note_zh"] or header.values["title_note"]
    values["id"] = plan_id
    named = _named_bodies(tables)
    plan = Plan(
        **values,
        bodies=tuple(body for body in known_bodies.values() if body.id in named),
        baselines=tuple(item for item in figures if _in_region(item.region_adcode, values["region_adcode"])),
        sha256=_digest((*files, *body_files, *baseline_files)),
    )
    if header.values.get("id") not in (None, plan_id):
        stated = header.values["id"]
        problems.append(
            Problem(
                "plan_id",
                f"{plan_id}/plan.yaml",
                f"the id is {stated!r} but the folder is called {plan_id!r}",
                f"标识为“{stated}”，与目录名“{plan_id}”不一致",
            )
        )
    return plan, tuple(problems)


def _in_region(inner: str, outer: str) -> bool:
    """Say whether a unit is the region itself or one of a city's districts."""
    return inner == outer or (outer.endswith("00") and inner[:4] == outer[:4])


def _named_bodies(tables: dict[str, tuple[Any, ...]]) -> set[str]:
    named: set[str] = set()
    for name in ("clauses", "targets", "projects"):
        for row in tables[name]:
            named.update(row.responsible)
            named.update(getattr(row, "lead", ()))
    return named


def _digest(files: Files) -> str:
    digest = hashlib.sha256()
    for name, data in files:
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()
