"""Handing over: layers of a scenario or plan into files, with their sidecar, whole or not at all.

The verb behind the command ``export`` and the screens: :func:`collect` says what will be in it, :func:`write` puts it
under its final name, :func:`pack` returns one file to download.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo import boundaries
from geo.errors import RequestError, unknown
from infraplan import exporting_about, exporting_files, workflow
from layers import aggregate, project_list, targets
from layers import allocation as allocation_layers
from layers import boundaries as boundary_layers
from layers.export import archive, columns, dictionary, formats, public, shapefile, sidecar
from layers.export import reference as references
from layers.export.formats import Format
from layers.export.reference import Reference
from layers.export.written import Table
from layers.spec import Layer
from plans import catalogue
from plans.model import Plan
from scenarios import load
from scenarios.model import Allocation
from scenarios.run import Cancelled, Progress

OF_SCENARIO = ("cells", "districts", "projects", "targets")
OF_PLAN = ("districts", "projects", "targets")
OF_WHAT_IF = ("cells", "districts")  # a scenario that names no target of a plan
ZONES = "zones"
#: Endings of files that are near to a format and not its own.
_OTHER_ENDINGS = {
    ".json",
    ".jsonl",
    ".ndjson",
    ".geojsons",
    ".geoparquet",
    ".xls",
    ".tsv",
    ".kmz",
    ".dbf",
    ".shx",
}
DICTIONARY, READ_ME = "数据字典.csv", "说明.txt"


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants to have.

    Attributes
    ----------
    source : str
        Id or file of a scenario, or id of a plan.
    layers : tuple of str
        Empty: every layer there is.
    crs, datum : str or None
        As the command takes them (:func:`layers.export.reference.choose`).
    polygons : Path or None
        A vector file of the user's own units; results are summed to them as the layer ``zones``.
    review_number : str or None
        The map review number (审图号), when there is one.
    """

    source: str
    layers: tuple[str, ...] = ()
    format: str = "geojson"
    crs: str | None = None
    datum: str | None = None
    fields: str = "en"
    encoding: str = "gbk"
    public: bool = False
    review_number: str | None = None
    polygons: Path | None = None
    polygon_name: str | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """What an export will hold, before it is written."""

    request: Request
    name: str
    format: Format
    reference: Reference
    layers: tuple[Layer, ...]
    plan: Plan | None
    allocation: Allocation | None
    said: tuple[tuple[str, str], ...]

    @property
    def rows(self) -> dict[str, int]:
        """Rows of each layer."""
        return {layer.id: len(layer.frame) for layer in self.layers}

    @property
    def about_bytes(self) -> int:
        """About how large the files will be."""
        return sum(self.rows.values()) * self.format.bytes_a_row

    @property
    def stem(self) -> str:
        """The name of a file that holds all layers; an offset datum stands in it."""
        return f"{self.name}_{self.reference.datum}" if self.reference.offset else self.name


def collect(
    request: Request,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    allocation: Allocation | None = None,
) -> Collection:
    """Build the layers asked for; of ``allocation`` where the result is at hand, else ``request.source`` is run.

    Raises
    ------
    UnknownNameError
        For a source, layer, format, profile, datum or CRS that is not known.
    RequestError
        For a layer with nothing in it, or coordinates that the format cannot hold.
    """
    fmt = formats.get(request.format)
    if request.fields not in columns.PROFILES:
        raise unknown("field profile", request.fields, columns.PROFILES, "字段命名方案")
    shapefile.encoding(request.encoding)
    plan, allocation = _source(request, progress, cancelled, allocation)
    names = _layer_names(request, plan, allocation)
    layers = [_layer(name, plan, allocation, request) for name in names]
    if "projects" in names and plan is not None:
        place = names.index("projects") + 1
        layers[place:place] = [found for found in [project_list.links(plan)] if found is not None]
    _require_rows(layers)
    region = allocation.scenario.region if allocation else plan.region_adcode if plan else boundaries.CHINA
    _require_no_national_map(region)
    reference = _reference(request, fmt, region, layers)
    said: list[tuple[str, str]] = []
    if request.public:
        category = (allocation.target or {}).get("category") if allocation else None
        for number, layer in enumerate(layers):
            layers[number], changes = public.public(layer, category)
            said += changes
    name = allocation.scenario.id if allocation else plan.id if plan else "export"
    return Collection(request, name, fmt, reference, tuple(layers), plan, allocation, tuple(said))


def write(
    collection: Collection,
    out: Path,
    overwrite: bool = False,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> list[Path]:
    """Write a collection to ``out``; return the files in place, the sidecar last.

    ``out`` is a file when it ends in the format's ending or in ``.zip`` (the datum is put into its name for GCJ-02 and
    BD-09), and a folder otherwise. Everything is written beside it first and takes its place when it is whole.

    Raises
    ------
    RequestError
        When a name exists and ``overwrite`` is false, or several layers are to go into one file that holds one.
    InfraPlanError
        When the disk is full or the folder cannot be written; what was there before is still there.
    """
    fmt = collection.format
    _require_own_ending(out, fmt)
    out = _with_datum(out, collection)
    single = out.suffix.casefold() == fmt.suffix
    packed = out.suffix.casefold() == ".zip"
    chosen = [layer.id for layer in collection.layers if layer.id != project_list.LINKS]
    if single and not fmt.many and len(chosen) > 1:
        raise RequestError(
            f"{out.name}: a {fmt.id} file holds one layer and there are {len(chosen)} "
            f"({', '.join(chosen)}); name one with --layers, or a folder or .zip with --out",
            f"{out.name}:{fmt.title_zh} 文件只能容纳一个图层,现有 {len(chosen)} 个"
            f"({'、'.join(chosen)});请用 --layers 指定一个,或用 --out 指定目录或 .zip",
        )
    with exporting_files.faults(out), exporting_files.workplace(out) as work:
        about = exporting_about.about(collection)
        tables = _fill(collection, work, out.stem if single else None, about, progress, cancelled)
        _companions(collection, tables, work, out, single, about)
        if packed:
            whole = work.parent / out.name
            archive.pack(work, whole)
            pairs = [(whole, out)]
        else:
            target = out.parent if single else out
            pairs = [
                (item, target / item.name)
                for item in sorted(work.iterdir(), key=exporting_files.sidecar_last)
            ]
        exporting_files.require_free([final for _, final in pairs], overwrite)
        exporting_files.put(pairs, work.parent)
    return [final for _, final in pairs]


def existing(collection: Collection, out: Path) -> list[Path]:
    """Return what stands in the way of writing to ``out`` (an estimate by names, to ask before work begins)."""
    out = _with_datum(out, collection)
    fmt = collection.format
    if out.suffix.casefold() in (fmt.suffix, ".zip"):
        return [out] if out.exists() else []
    if not out.is_dir():
        return [out] if out.exists() else []
    names = (
        [f"{collection.stem}{fmt.suffix}"]
        if fmt.many
        else [f"{layer.id}{fmt.suffix}" for layer in collection.layers]
    )
    return [path for path in (out / name for name in [*names, sidecar.NAME]) if path.exists()]


def pack(
    collection: Collection, progress: Progress | None = None, cancelled: Callable[[], bool] | None = None
) -> tuple[str, bytes]:
    """Return (file name, bytes) of a zip with everything, for a download."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{collection.stem}-{collection.format.id}.zip"
        [written] = write(collection, path, progress=progress, cancelled=cancelled)
        return written.name, written.read_bytes()


def _require_own_ending(out: Path, fmt: Format) -> None:
    """Refuse a name that was meant for a file but would become a folder."""
    suffix = out.suffix.casefold()
    if suffix in _OTHER_ENDINGS or (
        suffix in {f.suffix for f in formats.FORMATS.values()} and suffix != fmt.suffix
    ):
        raise RequestError(
            f"--out {out.name}: a {fmt.id} file ends in {fmt.suffix}; name it so, or name a folder or a .zip",
            f"--out {out.name}:{fmt.title_zh} 文件的扩展名应为 {fmt.suffix},也可指定目录或 .zip",
        )


def _is_plan(source: str) -> bool:
    if source in load.available() or Path(source).suffix in (".yaml", ".yml") or len(Path(source).parts) > 1:
        return False
    if source in catalogue.available():
        return True
    raise unknown("scenario or plan", source, [*load.available(), *catalogue.available()], "情景或规划")


def _source(
    request: Request,
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
    allocation: Allocation | None,
) -> tuple[Plan | None, Allocation | None]:
    if allocation is None:
        if _is_plan(request.source):
            return catalogue.load_plan(request.source), None
        allocation = workflow.run(request.source, progress=progress, cancelled=cancelled)
    plan = catalogue.load_plan(allocation.target["plan"]) if allocation.target else None
    return plan, allocation


def _layer_names(request: Request, plan: Plan | None, allocation: Allocation | None) -> tuple[str, ...]:
    known = OF_PLAN if allocation is None else OF_SCENARIO if plan else OF_WHAT_IF
    if request.polygons is not None:
        known = (*known, ZONES)
    wrong = [name for name in request.layers if name not in known]
    if wrong:
        why, why_zh = _why_not(wrong, allocation)
        raise unknown(f"layer{why}", ", ".join(wrong), known, f"图层{why_zh}")
    chosen = tuple(dict.fromkeys(request.layers))
    if request.polygons is not None and chosen and ZONES not in chosen:
        chosen = (*chosen, ZONES)
    return chosen or known


def _why_not(wrong: Sequence[str], allocation: Allocation | None) -> tuple[str, str]:
    if allocation is None and "cells" in wrong:
        return " (a plan has no cells: name a scenario)", "(规划没有网格,请指定情景)"
    if allocation is not None and set(wrong) & {"projects", "targets"}:
        return " (this scenario names no target of a plan)", "(该情景未引用规划指标)"
    return "", ""


def _layer(name: str, plan: Plan | None, allocation: Allocation | None, request: Request) -> Layer:
    if name == "cells" and allocation:
        return allocation_layers.cells(allocation)
    if name == "districts" and allocation:
        return allocation_layers.districts(allocation)
    if name == ZONES and request.polygons is not None:
        if allocation is None:
            raise RequestError(
                "results are summed to polygons for a scenario; a plan has no results",
                "只有情景结果可以汇总到自有单元,规划没有计算结果",
            )
        shapes = aggregate.read(request.polygons, request.polygon_name)
        return aggregate.zones(allocation_layers.cells(allocation), shapes)
    assert plan is not None, name
    builders: dict[str, Callable[[Plan], Layer]] = {
        "districts": boundary_layers.districts,
        "projects": project_list.projects,
        "targets": targets.targets,
    }
    return builders[name](plan)


def _require_no_national_map(region: str) -> None:
    """Refuse the whole of China: a national map must be the reviewed standard one, whole with its islands and lines."""
    if region == boundaries.CHINA:
        raise RequestError(
            "a map of the whole nation is not made here: use the reviewed standard map, with all of its parts",
            "本软件不输出全国地图:须使用经审定的标准地图(含台湾省、南海诸岛及断续线)",
        )


def _require_rows(layers: Sequence[Layer]) -> None:
    empty = [layer for layer in layers if not len(layer.frame)]
    if empty:
        names = ", ".join(layer.id for layer in empty)
        raise RequestError(
            f"layer {names}: there is nothing in it; leave it out of --layers",
            f"图层 {names} 没有任何要素,请从 --layers 中去掉",
        )


def _reference(request: Request, fmt: Format, region: str, layers: list[Layer]) -> Reference:
    west, _, east, _ = boundaries.region(region).bounds
    wanted = references.choose(
        request.crs, request.datum, (west + east) / 2, default=formats.default_reference(fmt)
    )
    automatic = (request.crs or "auto").casefold().startswith("auto")
    found = formats.own_reference(fmt, wanted, explicit=not automatic)
    if found.offset:
        _require_own_points(found, layers)
    return found


def _require_own_points(reference: Reference, layers: list[Layer]) -> None:
    areas = [layer.id for layer in layers if layer.geometry == "polygons"]
    if areas:
        raise RequestError(
            f"{reference.datum} is for your own points on display systems, not for boundaries; leave out "
            f"{', '.join(areas)} (--layers cells,projects; cells are given by their centres)",
            f"{reference.datum} 仅用于在显示系统中展示自有点位,不用于界线;请去掉 {'、'.join(areas)}"
            "(--layers cells,projects,网格以中心点表示)",
        )


def _with_datum(out: Path, collection: Collection) -> Path:
    """Put an offset datum into the name of a file: it must never be taken for WGS84."""
    suffix = out.suffix.casefold()
    if not collection.reference.offset or suffix not in (collection.format.suffix, ".zip"):
        return out
    datum = collection.reference.datum
    plain = datum.replace("-", "").casefold()
    if plain in out.stem.replace("-", "").casefold():
        return out
    return out.with_name(f"{out.stem}_{datum}{out.suffix}")


def _fill(
    collection: Collection,
    work: Path,
    stem: str | None,
    about: Mapping[str, Any],
    progress: Progress | None,
    cancelled: Callable[[], bool] | None,
) -> list[Table]:
    request, fmt = collection.request, collection.format
    code = shapefile.encoding(request.encoding)
    tables: list[Table] = []
    groups = [list(collection.layers)] if fmt.many else [[layer] for layer in collection.layers]
    reached = _follower(collection, progress, cancelled)
    for group in groups:
        name = (stem or collection.stem) if fmt.many else stem
        tables += formats.write(
            fmt, group, work, name, request.fields, collection.reference, code, about, stem is None, reached
        )
    return tables


def _follower(
    collection: Collection, progress: Progress | None, cancelled: Callable[[], bool] | None
) -> Callable[[str, int], None]:
    """Return what is called with a table and its row as writing goes on: it tells the share, and stops when asked."""
    total, rows = sum(collection.rows.values()), dict(collection.rows)
    behind: dict[str, int] = {}

    def reached(table: str, row: int) -> None:
        if cancelled and cancelled():
            raise Cancelled("the export was stopped; nothing was written", "导出已停止,未写出任何文件")
        behind[table] = row
        done = sum(r if t == table else rows.get(t, r) for t, r in behind.items())
        if progress:
            progress(table, min(done / max(total, 1), 1.0))

    return reached


def _companions(
    collection: Collection,
    tables: list[Table],
    work: Path,
    out: Path,
    single: bool,
    about: Mapping[str, Any],
) -> None:
    """Write the dictionary, the read-me and the sidecar beside the files."""
    if collection.format.id == "shp":
        name = f"{out.stem}_{DICTIONARY}" if single else DICTIONARY
        (work / name).write_text(dictionary.csv_text(tables), encoding="utf-8-sig", newline="")
    if not single:
        (work / READ_ME).write_text(dictionary.read_me(about, tables), encoding="utf-8-sig", newline="")
    document = sidecar.package(collection.layers, tables, work, about)
    sidecar.write(work / (f"{out.name}.{sidecar.NAME}" if single else sidecar.NAME), document)
