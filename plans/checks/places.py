"""Checks on places: known units, positions with basis and accuracy, points in the district they are said to be in."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import shapely
from pyproj import Geod
from shapely.ops import nearest_points

from geo import boundaries
from geo.errors import Problem, UnknownNameError
from plans.checks.world import World, at
from plans.model import Plan, Project

_EARTH = Geod(ellps="WGS84")


def administrative_codes_are_known(plan: Plan, world: World) -> Iterator[Problem]:
    """Each adcode is a unit of China, the country, or a statistical zone of the census."""
    given = [(f"{plan.id}/plan.yaml", plan.region_adcode)]
    given += [(at(plan, "targets", row.line), row.region_adcode) for row in plan.targets]
    given += [(at(plan, "projects", row.line), row.adcode) for row in plan.projects]
    given += [(f"bodies: {row.id}", row.adcode) for row in plan.bodies]
    given += [(f"baselines: {row.id}", row.region_adcode) for row in plan.baselines]
    for where, code in given:
        if code not in world.units:
            yield Problem(
                "administrative_codes_are_known",
                where,
                f"no administrative unit {code!r}",
                f"没有行政区划代码“{code}”",
            )


def positions_are_complete(plan: Plan, world: World) -> Iterator[Problem]:
    """A position has longitude, latitude and accuracy together, on the Earth, with a basis that gives one."""
    for project in plan.projects:
        where = at(plan, "projects", project.line)
        given = [project.lon is not None, project.lat is not None, project.accuracy_m is not None]
        if any(given[:2]) and not all(given):
            yield Problem(
                "positions_are_complete",
                where,
                f"{project.id}: lon, lat and accuracy_m go together",
                f"{project.id}：经度、纬度与精度须同时填写",
            )
        if project.lon is not None and project.lat is not None:
            if not (73 <= project.lon <= 136 and 3 <= project.lat <= 54):
                yield Problem(
                    "positions_are_complete",
                    where,
                    f"{project.id}: {project.lon}, {project.lat} is not in China; is it lat, lon?",
                    f"{project.id}：坐标 {project.lon}, {project.lat} 不在中国境内，经纬度是否颠倒",
                )
            if project.position_basis in ("none", "region"):
                yield Problem(
                    "positions_are_complete",
                    where,
                    f"{project.id} has a position on the basis {project.position_basis!r}",
                    f"{project.id} 有坐标，但位置依据为 {project.position_basis}",
                )
        if project.accuracy_m is not None and project.accuracy_m <= 0:
            yield Problem(
                "positions_are_complete",
                where,
                f"{project.id}: an accuracy of {project.accuracy_m} m cannot be",
                f"{project.id}：精度 {project.accuracy_m} 米不合理",
            )


def geometry_fits_what_is_known(plan: Plan, world: World) -> Iterator[Problem]:
    """A point, line or area has a position; what is drawn as its district, city or not at all needs none."""
    for project in plan.projects:
        kind, basis = project.geometry_type, project.position_basis
        nowhere = basis in ("none", "region")
        wrong = (
            (kind in ("point", "line", "area") and project.lon is None)
            or (kind == "unmapped" and not nowhere)
            or (basis == "none" and kind != "unmapped")
        )
        if wrong:
            yield Problem(
                "geometry_fits_what_is_known",
                at(plan, "projects", project.line),
                f"{project.id}: geometry {kind!r} does not fit the position basis {basis!r}",
                f"{project.id}：几何类型 {kind} 与位置依据 {basis} 不符",
            )


def schematic_links_are_points(plan: Plan, world: World) -> Iterator[Problem]:
    """The further ends of a schematic link are ``lon lat`` in degrees."""
    for project in plan.projects:
        try:
            ends = project.link_points
        except ValueError:
            ends = ((math.nan, math.nan),)
        for lon, lat in ends:
            if not (73 <= lon <= 136 and 3 <= lat <= 54):
                yield Problem(
                    "schematic_links_are_points",
                    at(plan, "projects", project.line),
                    f"{project.id}: link_to {'|'.join(project.link_to)!r} is not 'lon lat' in China",
                    f"{project.id}：示意连线端点“{'|'.join(project.link_to)}”应为“经度 纬度”",
                )


def points_lie_in_their_district(plan: Plan, world: World) -> Iterator[Problem]:
    """A position lies in the unit it is said to be in, or no farther from it than its accuracy."""
    for project in plan.projects:
        if project.lon is None or project.lat is None or project.accuracy_m is None:
            continue
        away = _metres_outside(project, plan.region_adcode)
        if away > project.accuracy_m:
            lies = boundaries.locate(np.array([project.lon]), np.array([project.lat]))[0]
            yield Problem(
                "points_lie_in_their_district",
                at(plan, "projects", project.line),
                f"{project.id} lies {away:.0f} m outside {project.adcode} {world.units.get(project.adcode, '')} "
                f"(accuracy {project.accuracy_m:.0f} m), in {lies or 'none of the districts'}",
                f"{project.id} 位于 {project.adcode}{world.units.get(project.adcode, '')} 外 {away:.0f} 米"
                f"（精度 {project.accuracy_m:.0f} 米），实际落在 {lies or '区域外'}",
            )


def _metres_outside(project: Project, city: str) -> float:
    try:
        outline = boundaries.region(project.adcode).geometry
    except UnknownNameError:
        # A statistical zone has no outline of its own (conventions I1): it lies in its city.
        outline = boundaries.region(city).geometry
    point = shapely.Point(project.lon, project.lat)
    if outline.covers(point):
        return 0.0
    near = nearest_points(outline, point)[0]
    return float(_EARTH.inv(near.x, near.y, point.x, point.y)[2])
