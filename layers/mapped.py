"""What one map shows, whoever draws it: the layers of a scenario or a plan, with its notices and attributions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd

from geo import boundaries, context, manifest, population
from geo.paths import data_root
from layers import allocation as allocation_layers
from layers import boundaries as boundary_layers
from layers import projects as project_layers
from layers.export import public as rules
from layers.spec import Layer
from layers.stated import Stated, plain
from plans.model import Plan
from scenarios.model import Allocation


@dataclass(frozen=True, slots=True)
class Mapped:
    """The layers of one map.

    Attributes
    ----------
    cells : Layer or None
        Units by cell; None for a plan.
    districts : Layer
        Assessment units with their figures; those without an outline of their own may lie over others.
    projects : Layer or None
        Named projects whose position is known; None when there are none.
    outlines : GeoDataFrame
        The districts that tile the region: adcode, name_zh, name_en, geometry (EPSG:4326).
    """

    id: str
    region: str
    title_zh: str
    title_en: str
    cells: Layer | None
    districts: Layer
    projects: Layer | None
    outlines: gpd.GeoDataFrame
    notices_zh: tuple[str, ...]
    notices_en: tuple[str, ...]
    attributions: tuple[str, ...]

    def title(self, lang: str) -> str:
        """Return the title in ``lang``."""
        return self.title_zh if lang == "zh" else self.title_en

    def notices(self, lang: str) -> tuple[str, ...]:
        """Return what a reader must know, in ``lang``."""
        return self.notices_zh if lang == "zh" else self.notices_en


def of_scenario(allocation: Allocation, plan: Plan | None, stated: Stated | None = None) -> Mapped:
    """Return the map of a scenario's result; ``plan`` is the one whose target it distributes.

    ``stated`` is what must be said of the scenario; without it only what the scenario says by itself.
    """
    scenario, told = allocation.scenario, stated or plain(allocation.scenario)
    surface = population.load(scenario.region, scenario.population, scenario.resolution)
    people = [str(text) for text in surface.metadata.get("attribution", ())]
    layers = [allocation_layers.cells(allocation), allocation_layers.districts(allocation)]
    projects = _projects(plan) if plan else None
    notes = allocation.solution.notes
    return Mapped(
        id=scenario.id,
        region=scenario.region,
        title_zh=told.title(scenario, "zh"),
        title_en=told.title(scenario, "en"),
        cells=layers[0],
        districts=layers[1],
        projects=projects,
        outlines=_outlines(scenario.region),
        notices_zh=tuple(
            dict.fromkeys(
                [*told.told("zh"), *(layer.notice_zh for layer in layers), *(zh for zh, _ in notes)]
            )
        ),
        notices_en=tuple(
            dict.fromkeys(
                [*told.told("en"), *(layer.notice_en for layer in layers), *(en for _, en in notes)]
            )
        ),
        attributions=tuple(dict.fromkeys([*people, *_ground()])),
    )


def of_plan(plan: Plan) -> Mapped:
    """Return the map of a plan: its districts and the projects whose position is known.

    Raises
    ------
    RequestError
        When the region is all of China: the national map is not drawn here.
    """
    districts, projects = boundary_layers.districts(plan), _projects(plan)
    shown = [districts, *([projects] if projects else [])]
    missing = len(plan.projects) - (len(projects.frame) if projects else 0)
    return Mapped(
        id=plan.id,
        region=plan.region_adcode,
        title_zh=f"{plan.title_zh}:项目分布",
        title_en=f"{plan.title_en}: projects",
        cells=None,
        districts=districts,
        projects=projects,
        outlines=_outlines(plan.region_adcode),
        notices_zh=(
            *(layer.notice_zh for layer in shown),
            f"另有{missing}个项目位置未知或只知所在区,未画点。",
        ),
        notices_en=(
            *(layer.notice_en for layer in shown),
            f"{missing} more projects have no known position, or only a district, and no point.",
        ),
        attributions=tuple(dict.fromkeys([*_ground(), *(_places() if projects else ())])),
    )


def public(mapped: Mapped, category: str | None) -> Mapped:
    """Return the map as it may be shown to the public: sensitive positions coarse, no line voltage; it says so.

    ``category`` is what the cells hold (:mod:`layers.export.public`).
    """
    said: list[tuple[str, str]] = []

    def changed(layer: Layer) -> Layer:
        shown, more = rules.public(layer, category)
        said.extend(more)
        return shown

    cells = changed(mapped.cells) if mapped.cells is not None else None
    projects = changed(mapped.projects) if mapped.projects is not None else None
    return replace(
        mapped,
        cells=cells,
        districts=changed(mapped.districts),
        projects=projects,
        notices_zh=(*mapped.notices_zh, *(zh for zh, _ in said)),
        notices_en=(*mapped.notices_en, *(en for _, en in said)),
    )


def _projects(plan: Plan) -> Layer | None:
    layer = project_layers.positioned(plan)
    return layer if len(layer.frame) else None


def _outlines(region: str) -> gpd.GeoDataFrame:
    return boundaries.districts(region)[["adcode", "name_zh", "name_en", "geometry"]]


def _ground() -> list[str]:
    return [*manifest.read(data_root() / "boundaries").attributions(), *context.attributions()]


def _places() -> list[str]:
    return list(manifest.read(data_root() / "places").attributions())
