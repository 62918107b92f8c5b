"""Reports, web maps, map sheets and QGIS projects of a scenario or a plan: one door for command line and screens.

:func:`gather` runs what has to be run, :func:`make` returns one file's bytes, :func:`write` puts it under its final
name, whole or not at all.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date as day
from pathlib import Path
from typing import Any, Literal

from geo import atomic
from geo.errors import InfraPlanError, RequestError, unknown
from infraplan import corrections, exporting, origin, workflow
from layers import fonts, mapped, sheet, webmap
from layers.imprint import STATUSES, Imprint
from layers.mapped import Mapped
from layers.punctuation import chinese
from layers.report import content, html, of_plan, word
from layers.stated import Stated
from plans import catalogue
from plans import corrections as plan_corrections
from plans.model import Plan
from scenarios import load
from scenarios.model import Allocation
from scenarios.run import Progress

#: Kinds of product, and the formats of each, the usual one first.
KINDS: Mapping[str, tuple[str, ...]] = {
    "report": ("html", "docx"),
    "webmap": ("html",),
    "sheet": ("pdf", "png"),
    "qgis": ("qgz",),
}
TITLES = {
    "report": (chinese("报告(供领导阅)"), "report for leaders"),
    "webmap": ("离线网页地图", "self-contained web map"),
    "sheet": ("A3图件", "A3 map sheet"),
    "qgis": ("QGIS工程", "QGIS project"),
}
LANGUAGES = ("zh", "en")
#: What stands in a file's name behind the id.
_NAMES = {"report": "report", "webmap": "map", "sheet": "a3"}
_ENDINGS = {f".{name}" for names in KINDS.values() for name in names} | {".zip", ".gpkg"}


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants to have.

    Attributes
    ----------
    source : str
        Id or file of a scenario, or id of a plan.
    format : str or None
        None: the kind's usual format.
    uncertainty : int or None
        Re-run the scenario so many times on perturbed data for the report (:mod:`scenarios.uncertainty`).
    date : str or None
        ISO date of the imprint; None: today.
    public : bool
        Positions of sensitive facilities are coarsened and line voltages dropped.
    """

    source: str
    kind: str = "report"
    format: str | None = None
    lang: str = "zh"
    overrides: Mapping[str, str] = field(default_factory=dict)
    uncertainty: int | None = None
    status: str = "draft"
    author: str = ""
    security: str = ""
    review_number: str | None = None
    date: str | None = None
    public: bool = False

    def __post_init__(self) -> None:
        for what, value, known, zh in (
            ("kind", self.kind, KINDS, "种类"),
            ("language", self.lang, LANGUAGES, "语言"),
            ("status", self.status, STATUSES, "状态"),
        ):
            if value not in known:
                raise unknown(what, value, known, zh)
        if self.format is not None and self.format not in KINDS[self.kind]:
            raise unknown(f"format of a {self.kind}", self.format, KINDS[self.kind], "格式")
        if self.uncertainty is not None and self.kind != "report":
            raise RequestError(
                f"--uncertainty is said in a report; a {self.kind} does not show it",
                f"--uncertainty 用于报告,{TITLES[self.kind][0]}不表达它",
            )

    @property
    def suffix(self) -> str:
        """The file's ending."""
        return f".{self.format or KINDS[self.kind][0]}"


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a report, map or project is made from; ``stated`` is what must be said of the scenario."""

    plan: Plan | None
    allocation: Allocation | None
    uncertainty: Mapping[str, Any] | None = None
    stated: Stated | None = None

    @property
    def id(self) -> str:
        """The id of the scenario, or of the plan."""
        if self.allocation is not None:
            return self.allocation.scenario.id
        assert self.plan is not None
        return self.plan.id

    @property
    def stem(self) -> str:
        """How its files are named: a changed scenario's are told from those of the one whose id it bears."""
        return self.id if self.allocation is None else origin.stem(self.allocation)

    @property
    def version(self) -> str:
        """What was drawn, so that two printed sheets can be told apart."""
        if self.allocation is not None:
            return f"{self.id} @ {self.allocation.fingerprint[:12]}"
        assert self.plan is not None
        return f"{self.id} @ {self.plan.sha256[:12]}"


def gather(
    request: Request, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> Material:
    """Run the scenario (and its re-runs, when asked for), or load the plan.

    Raises
    ------
    UnknownNameError
        When there is no such scenario or plan.
    RequestError
        When overrides or re-runs are asked for a plan, which computes nothing.
    """
    if is_plan(request.source):
        if request.overrides or request.uncertainty is not None:
            raise RequestError(
                f"{request.source} is a plan: it computes nothing, so --set and --uncertainty need a scenario",
                f"{request.source} 是规划,没有计算;--set 与 --uncertainty 只用于情景",
            )
        return Material(corrections.corrected(catalogue.load_plan(request.source)), None)
    allocation = workflow.run(request.source, request.overrides or None, progress, cancelled)
    measured = None
    if request.uncertainty is not None:
        measured = workflow.measure_uncertainty(allocation, request.uncertainty, progress, cancelled)
    return of_result(allocation, measured)


def is_plan(source: str) -> bool:
    """Whether ``source`` names a plan of the catalogue; a scenario's id or file is none.

    Raises
    ------
    UnknownNameError
        When it names neither.
    """
    if source in load.available() or Path(source).suffix in (".yaml", ".yml") or len(Path(source).parts) > 1:
        return False
    if source in catalogue.available():
        return True
    raise unknown("scenario or plan", source, [*load.available(), *catalogue.available()], "情景或规划")


def of_result(allocation: Allocation, uncertainty: Mapping[str, Any] | None = None) -> Material:
    """Return the material of a result that is at hand, as the screens have it."""
    plan = (
        corrections.corrected(catalogue.load_plan(allocation.target["plan"])) if allocation.target else None
    )
    return Material(plan, allocation, uncertainty, origin.stated(allocation))


def _nameless(material: Material) -> Material:
    """Return the material without the names of those who corrected or uploaded something: for what is published."""
    plan, stated = material.plan, material.stated
    return replace(
        material,
        plan=None if plan is None else plan_corrections.nameless(plan),
        stated=None if stated is None else stated.nameless(),
    )


def make(request: Request, material: Material) -> tuple[str, bytes]:
    """Return (file name, bytes); a QGIS project comes as a zip with its GeoPackage."""
    material = _nameless(material) if request.public else material
    if request.kind == "qgis":
        with tempfile.TemporaryDirectory() as folder:
            [packed] = write(request, material, Path(folder) / f"{material.stem}-qgis.zip")
            return packed.name, packed.read_bytes()
    imprint = _imprint(request, material)
    shown = _mapped(request, material)
    if request.kind == "webmap":
        return f"{material.stem}-{_NAMES[request.kind]}.html", webmap.page(shown, imprint, request.lang)
    if request.kind == "sheet":
        picture: Literal["pdf", "png"] = "png" if request.suffix == ".png" else "pdf"
        return f"{material.stem}-{_NAMES[request.kind]}.{picture}", sheet.draw(
            shown, imprint, picture, request.lang
        )
    report = (
        content.of_scenario(
            material.allocation,
            material.plan,
            shown,
            imprint,
            request.lang,
            material.uncertainty,
            material.stated,
        )
        if material.allocation is not None
        else of_plan.report(_plan(material), shown, imprint, request.lang)
    )
    data = word.write(report) if request.suffix == ".docx" else html.write(report)
    return f"{material.stem}-{_NAMES[request.kind]}{request.suffix}", data


def write(request: Request, material: Material, out: Path, overwrite: bool = False) -> list[Path]:
    """Write to ``out``; return the files in place.

    ``out`` is a file when it has the format's ending (for a QGIS project also ``.zip``), and a folder otherwise.

    Raises
    ------
    RequestError
        When a file exists and ``overwrite`` is false, or the ending of ``out`` is another format's.
    InfraPlanError
        When it cannot be written; what was there before is still there.
    """
    target = destination(request, material, out)
    if request.kind == "qgis":
        return _write_qgis(request, material, target, overwrite)
    if target.exists() and not overwrite:
        raise RequestError(
            f"{target} exists; use --overwrite to replace it, or another --out",
            f"{target} 已存在;请用 --overwrite 覆盖,或改用其他 --out",
        )
    _, data = make(request, material)
    try:
        with atomic.replacing(target) as temporary:
            temporary.write_bytes(data)
    except OSError as error:
        raise InfraPlanError(
            f"{target}: could not be written: {error.strerror or error}; nothing was changed",
            f"{target}:写入失败:{error.strerror or error};原有文件未作任何更改",
        ) from error
    return [target]


def destination(request: Request, material: Material, out: Path) -> Path:
    """Return the file that ``out`` means; for a QGIS project the folder, ``.zip`` or ``.qgz``."""
    endings = [request.suffix, *([".zip"] if request.kind == "qgis" else [])]
    if out.suffix.casefold() in endings:
        return out
    if out.suffix.casefold() in _ENDINGS:
        raise RequestError(
            f"--out {out.name}: a {request.kind} of this format ends in {' or '.join(endings)}",
            f"--out {out.name}:此格式的文件应以 {' 或 '.join(endings)} 结尾",
        )
    return out if request.kind == "qgis" else out / f"{material.stem}-{_NAMES[request.kind]}{request.suffix}"


def by_ending(kind: str, out: Path) -> str | None:
    """Return the format that the ending of ``out`` names for a kind, None when it names none."""
    ending = out.suffix.casefold().lstrip(".")
    return ending if ending in KINDS.get(kind, ()) else None


def said(request: Request) -> tuple[str, str] | None:
    """Return what a person must be told of the pictures made here (no Chinese typeface), None when nothing."""
    pictured = request.kind in ("report", "sheet")
    return fonts.NONE if pictured and fonts.language_for(request.lang) != request.lang else None


def _write_qgis(request: Request, material: Material, out: Path, overwrite: bool) -> list[Path]:
    """Write the GeoPackage, the project that points at it, and their sidecar into the folder or zip of ``out``."""
    wanted = exporting.Request(
        material.id, format="gpkg", public=request.public, review_number=request.review_number
    )
    collection = exporting.collect(wanted, allocation=material.allocation)
    if out.suffix.casefold() == ".qgz":
        collection = replace(collection, name=out.stem)
        out = out.parent
    return exporting.write(collection, out, overwrite)


def _imprint(request: Request, material: Material) -> Imprint:
    return Imprint(
        date=request.date or day.today().isoformat(),
        status=request.status,
        author=request.author,
        security=request.security,
        review_number=request.review_number,
        version=material.version,
    )


def _mapped(request: Request, material: Material) -> Mapped:
    if material.allocation is not None:
        shown = mapped.of_scenario(material.allocation, material.plan, material.stated)
        category = (material.allocation.target or {}).get("category")
    else:
        shown, category = mapped.of_plan(_plan(material)), None
    return mapped.public(shown, category) if request.public else shown


def _plan(material: Material) -> Plan:
    assert material.plan is not None
    return material.plan
