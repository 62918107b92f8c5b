"""From a request to what an export will hold: layers, format, coordinates; every refusal is said here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from geo import boundaries
from geo.errors import RequestError, unknown
from infraplan import corrections, origin, workflow
from infraplan.exporting.request import OF_PLAN, OF_SCENARIO, OF_WHAT_IF, ZONES, Collection, Request
from layers import aggregate, project_list, targets
from layers import allocation as allocation_layers
from layers import boundaries as boundary_layers
from layers.export import columns, formats, public, shapefile
from layers.export import reference as references
from layers.export.formats import Format
from layers.export.reference import Reference
from layers.spec import Layer
from plans import catalogue
from plans.corrections import nameless
from plans.model import Plan
from scenarios import load
from scenarios.model import Allocation
from scenarios.run import Progress


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
    plan = corrections.corrected(plan) if plan is not None else None
    plan = nameless(plan) if plan is not None and request.public else plan
    names = _layer_names(request, plan, allocation)
    layers = [_layer(name, plan, allocation, request) for name in names]
    if "projects" in names and plan is not None:
        place = names.index("projects") + 1
        layers[place:place] = [found for found in [project_list.links(plan)] if found is not None]
    _require_rows(layers, request)
    region = allocation.scenario.region if allocation else plan.region_adcode if plan else boundaries.CHINA
    _require_no_national_map(region)
    reference = _reference(request, fmt, region, layers)
    said: list[tuple[str, str]] = []
    if request.public:
        category = (allocation.target or {}).get("category") if allocation else None
        for number, layer in enumerate(layers):
            layers[number], changes = public.public(layer, category)
            said += changes
    name = origin.stem(allocation) if allocation else plan.id if plan else "export"
    return Collection(request, name, fmt, reference, tuple(layers), plan, allocation, tuple(said))


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
    if request.layers is None:
        return known
    if not request.layers:
        raise RequestError(
            f"no layer is chosen: {'choose one in the field Layers' if request.on_screen else 'name one in --layers'}",
            f"未选择图层:请在{'“图层”' if request.on_screen else ' --layers '}中至少选择一个",
        )
    wrong = [name for name in request.layers if name not in known]
    if wrong:
        why, why_zh = _why_not(wrong, allocation)
        raise unknown(f"layer{why}", ", ".join(wrong), known, f"图层{why_zh}")
    chosen = tuple(dict.fromkeys(request.layers))
    if request.polygons is not None and ZONES not in chosen:
        chosen = (*chosen, ZONES)
    return chosen


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


#: What the page calls the layers in its field 图层: (Chinese, English).
NAMES = {
    "cells": ("网格", "cells"),
    "districts": ("区县", "districts"),
    "projects": ("项目", "projects"),
    "targets": ("目标", "targets"),
}


def _require_rows(layers: Sequence[Layer], request: Request) -> None:
    empty = [layer.id for layer in layers if not len(layer.frame)]
    if not empty:
        return
    zh, en = _named(empty, request)
    raise RequestError(
        f"layer {en}: there is nothing in it; leave it out of {'Layers' if request.on_screen else '--layers'}",
        f"图层 {zh} 没有任何要素,请从{'“图层”' if request.on_screen else ' --layers '}中去掉",
    )


def _named(ids: Sequence[str], request: Request) -> tuple[str, str]:
    """Return layers as the page or as the command names them (Chinese, English)."""
    pairs = [NAMES.get(name, (name, name)) if request.on_screen else (name, name) for name in ids]
    return "、".join(zh for zh, _ in pairs), ", ".join(en for _, en in pairs)


def _reference(request: Request, fmt: Format, region: str, layers: list[Layer]) -> Reference:
    west, _, east, _ = boundaries.region(region).bounds
    wanted = references.choose(
        request.crs, request.datum, (west + east) / 2, default=formats.default_reference(fmt)
    )
    automatic = (request.crs or "auto").casefold().startswith("auto")
    found = formats.own_reference(fmt, wanted, explicit=not automatic)
    if found.offset:
        _require_own_points(found, layers, request)
    return found


def _require_own_points(reference: Reference, layers: list[Layer], request: Request) -> None:
    areas = [layer.id for layer in layers if layer.geometry == "polygons"]
    if not areas:
        return
    zh, en = _named(areas, request)
    datum = reference.datum
    if request.on_screen:
        raise RequestError(
            f"{datum} is for your own points on display systems, not for boundaries; take {en} out of the field Layers "
            "(cells are given by their centres), or choose other coordinates",
            f"{datum} 仅用于在显示系统中展示自有点位,不用于界线;请在“图层”中去掉“{zh}”(网格以中心点表示),"
            "或改选其他坐标",
        )
    raise RequestError(
        f"{datum} is for your own points on display systems, not for boundaries; leave out "
        f"{en} (--layers cells,projects; cells are given by their centres)",
        f"{datum} 仅用于在显示系统中展示自有点位,不用于界线;请去掉 {zh}(--layers cells,projects,网格以中心点表示)",
    )
