"""What a planner adds to the catalogue without changing it: corrections to positions, and reported progress.

The catalogue says what a document says; these entries say what somebody found out since, with who, when and from where.
"""

from __future__ import annotations

import datetime
import math
import re

from geo.errors import Problem, raise_if_any, unknown
from geo.position import Position
from infraplan.workspace import Record, Workspace
from plans import catalogue
from plans.model import Project, Target

#: A reported figure this many times its target is taken for one in another unit.
_TOO_MUCH = 1_000
#: A position that may be further off (m) says nothing that the plan does not say.
_MOST_M = 100_000
#: Units of which there are no parts; a target without a unit counts things.
_WHOLE = {"count", None}


def correct_position(
    workspace: Workspace,
    plan_id: str,
    project_id: str,
    position: Position,
    *,
    by: str,
    reason: str = "",
    base_version: int | None = None,
) -> Record:
    """Save where a project really is.

    Parameters
    ----------
    position : Position
        In any datum; kept in WGS84 with its accuracy, basis and source. The source must be stated.
    base_version : int, optional
        The version of an earlier correction that was seen; None for the first.

    Raises
    ------
    UnknownNameError
        When the plan or project is not in the catalogue.
    DataError
        When the source is not stated, or the position is not known to 100 km.
    ConflictError
        When somebody corrected it in the meantime.
    """
    plan = catalogue.load_plan(plan_id)
    known = {project.id: project for project in plan.projects}
    if project_id not in known:
        raise unknown("project", project_id, known, "项目")
    project = known[project_id]
    raise_if_any(_doubts(project, position))
    place = position.wgs84()
    document = {
        "plan": plan_id,
        "project": project_id,
        "lon": round(place.lon, 7),
        "lat": round(place.lat, 7),
        "accuracy_m": place.accuracy_m,
        "basis": place.basis,
        "source": place.source,
        "given_datum": position.datum,
        "reason": reason or None,
        "title_zh": project.name_zh,
    }
    record_id = f"{plan_id}-{project_id}"
    gone = {r.id: r for r in workspace.records("correction", deleted=True)}.get(record_id)
    if (
        gone is not None and base_version is None
    ):  # one that was deleted stands in nobody's way: it becomes history
        base_version = workspace.restore("correction", record_id, by=by).version
    return workspace.save("correction", record_id, document, by=by, base_version=base_version)


def _doubts(project: Project, position: Position) -> list[Problem]:
    """Return what a correction cannot be taken with."""
    found = []
    if not position.source.strip():
        en = "say where the position is from (a survey, a drawing, a visit)"
        found.append(_problem("source", project, en, "请注明位置来源(测绘、图纸或现场)"))
    if position.accuracy_m > _MOST_M:
        en = f"an accuracy of {position.accuracy_m:,.0f} m is no position; at most {_MOST_M:,} m"
        zh = f"位置精度 {position.accuracy_m:,.0f} 米过粗,应不超过 {_MOST_M:,} 米"
        found.append(_problem("accuracy", project, en, zh))
    return found


def _problem(check: str, of: Project | Target, en: str, zh: str) -> Problem:
    """Return a problem that names what it is about as people do."""
    if isinstance(of, Project):
        return Problem(check, of.name("en"), en, zh, of.name("zh"))
    return Problem(check, of.indicator("en"), en, zh, of.indicator("zh"))


def corrections(workspace: Workspace, plan_id: str) -> dict[str, Record]:
    """Return the corrections of a plan's positions, by project id."""
    found = (r for r in workspace.records("correction") if r.document["plan"] == plan_id)
    return {str(record.document["project"]): record for record in found}


def position_of(record: Record) -> Position:
    """Return the position that a correction holds."""
    d = record.document
    return Position(d["lon"], d["lat"], float(d["accuracy_m"]), d["basis"], "WGS84", d["source"])


def report_progress(
    workspace: Workspace,
    target_id: str,
    *,
    date: str,
    value: int | float | None,
    source: str,
    by: str,
    counting_rule: str | None = None,
    confidence: str | None = None,
    note: str = "",
) -> Record:
    """Save a figure that was reached for a target.

    Parameters
    ----------
    date : str
        Of the figure: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.
    value : number or None
        In the target's own unit; None says that it was looked for and is not known.
    source : str
        Where the figure is from.
    confidence : str, optional
        ``confirmed`` when the reporter has checked the figure against its source; else it counts as unverified.

    Raises
    ------
    UnknownNameError
        When there is no such target.
    DataError
        With everything that is wrong.
    """
    target = catalogue.target(target_id)
    raise_if_any(_wrong(target, date, value, source))
    if value is not None and target.unit in _WHOLE:
        value = int(value)
    document = {
        "plan": target.plan,
        "target": target_id,
        "date": date,
        "value": value,
        "unit": target.unit,
        "counting_rule": counting_rule,
        "confidence": confidence,
        "source": source,
        "title_zh": f"{target.indicator_zh} {date}",
    }
    record_id = workspace.new_id("progress", f"{target_id}-{date}")
    return workspace.save("progress", record_id, document, by=by, base_version=None, note=note)


def _wrong(target: Target, date: str, value: int | float | None, source: str) -> list[Problem]:
    """Return everything that a figure cannot be taken with."""
    found = []
    if not _is_date(date):
        en, zh = (
            f"{date!r} is not a date (YYYY, YYYY-MM or YYYY-MM-DD)",
            f"“{date}”不是日期(年、年-月或年-月-日)",
        )
        found.append(_problem("date", target, en, zh))
    elif not "2000" <= date <= datetime.date.today().isoformat():
        en, zh = f"{date} is not between 2000 and today", f"{date} 不在 2000 年至今天之间"
        found.append(_problem("date", target, en, zh))
    if not source.strip():
        found.append(_problem("source", target, "say where the figure is from", "请注明数据来源"))
    if value is None:
        return found
    if not math.isfinite(value) or value < 0:
        said = f"{value:,}".removesuffix(".0")
        en, zh = f"{said} is not an amount: it must be zero or more", f"{said} 不是有效数值,应不小于 0"
        found.append(_problem("value", target, en, zh))
    elif target.unit in _WHOLE and value != int(value):
        en, zh = (
            f"{value:,} is not whole, and this target counts",
            f"{value:,} 不是整数,此目标按个数统计,请填写整数",
        )
        found.append(_problem("value", target, en, zh))
    elif value and target.value and value > _TOO_MUCH * target.value:
        en = f"{value:,.0f} is over {_TOO_MUCH:,} times the target: check its unit"
        zh = f"{value:,.0f} 超过目标的 {_TOO_MUCH:,} 倍,请核对单位"
        found.append(_problem("value", target, en, zh))
    return found


def progress(workspace: Workspace, target_id: str) -> list[Record]:
    """Return what was reported for a target, by date."""
    found = (r for r in workspace.records("progress") if r.document["target"] == target_id)
    return sorted(found, key=lambda record: str(record.document["date"]))


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text + "0000-01-01"[len(text) :])
    except ValueError:
        return False
    return re.fullmatch(r"\d{4}(?:-\d{2}){0,2}", text, re.ASCII) is not None
