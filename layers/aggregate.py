"""A result summed to any polygons the user brings: 控规管理单元, 街镇, 园区.

A cell belongs to the polygon in which its centre lies (conventions A2), so units stay whole; what lies in none stands
in a row of its own, so that the sums are those of the whole result.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import boundaries, crs, grid, vector_io
from geo.areas import polygon_areas
from geo.errors import DataError, RequestError
from layers.spec import Field, Layer

OUTSIDE_ZH, OUTSIDE_EN = "范围外", "outside"
#: Columns that commonly hold a unit's name, in the order they are looked for.
_NAMES = ("name_zh", "name", "名称", "单元名称", "dymc", "mc", "xzqmc", "zldwmc", "街道", "乡镇", "园区")
#: Two polygons may share this much of the smaller one before they count as overlapping.
_OVERLAP = 0.01


def read(path: Path, name: str | None = None) -> gpd.GeoDataFrame:
    """Read the user's polygons as (id, name_zh, geometry) in EPSG:4326.

    Parameters
    ----------
    name : str, optional
        The column with the units' names; otherwise one of the usual names, or the first column of text.

    Raises
    ------
    DataError
        When the file cannot be read, holds no polygons, or has no such column.
    InfraPlanError
        When it does not say its CRS.
    """
    frame = crs.to_wgs84(vector_io.read(path))
    kinds = shapely.get_type_id(frame.geometry.to_numpy())
    bad = np.flatnonzero(~np.isin(kinds, (3, 6)))
    if len(bad):
        raise DataError(
            f"{path.name}: feature {bad[0] + 1} is no polygon; only polygons can hold a result",
            f"{path.name}:第 {bad[0] + 1} 个要素不是面;只能汇总到面",
        )
    column = _name_column(frame, path, name)
    names = frame[column].astype(str) if column else pd.Series([str(i + 1) for i in range(len(frame))])
    return gpd.GeoDataFrame(
        {"id": [str(i + 1) for i in range(len(frame))], "name_zh": names.to_numpy()},
        geometry=shapely.make_valid(frame.geometry.to_numpy()),
        crs="EPSG:4326",
    )


def zones(cells: Layer, polygons: gpd.GeoDataFrame) -> Layer:
    """Return the counts of a layer of cells summed to polygons, with a last row for what lies in none.

    Parameters
    ----------
    cells : Layer
        Of geometry "cells".
    polygons : GeoDataFrame
        Columns id, name_zh, geometry; EPSG:4326. Where two touch, a centre on the line goes to the first.

    Returns
    -------
    Layer
        ``zones``: the sum of each column of counts over all rows is the sum over the cells, exactly.

    Raises
    ------
    RequestError
        When polygons overlap (a unit would count twice) or none touches the result.
    """
    _require_apart(polygons)
    frame = cells.frame
    centres = grid.centroids(frame["cell"].to_numpy())
    owner = boundaries.locate_in(polygons.geometry.to_numpy(), centres[:, 0], centres[:, 1])
    inside = owner >= 0
    if not inside.any():
        raise RequestError(
            "no cell of the result lies in these polygons; are they of another place or in another coordinate system?",
            "结果网格均不在这些面内,请检查位置或坐标系",
        )
    place = np.where(inside, owner, len(polygons))
    counted = [f for f in cells.fields if f.kind in ("integer", "people")]
    table = {
        "id": [*polygons["id"], "outside"],
        "name_zh": [*polygons["name_zh"], OUTSIDE_ZH],
        "n_cells": np.bincount(place, minlength=len(polygons) + 1),
    }
    for item in counted:
        total = np.zeros(len(polygons) + 1, dtype=np.int64)
        np.add.at(total, place, frame[item.name].to_numpy(dtype=np.int64))
        table[item.name] = total
    shapes = np.append(polygons.geometry.to_numpy(), np.array([None], dtype=object))
    result = gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")
    result["area_m2"] = [*np.round(polygon_areas(polygons.geometry.to_numpy())), np.nan]
    return _layer(cells, result, counted, int((result["n_cells"].iloc[:-1] == 0).sum()))


def _layer(cells: Layer, result: gpd.GeoDataFrame, counted: list[Field], without: int) -> Layer:
    hint = (
        f"有{without}个单元小于网格,没有网格中心。",
        f"{without} units are smaller than a cell and hold no centre. ",
    )
    zh, en = hint if without else ("", "")
    return Layer(
        id="zones",
        title_zh=f"{cells.title_zh}:按自有单元汇总",
        title_en=f"{cells.title_en}: summed to the user's units",
        geometry="polygons",
        frame=result,
        fields=(
            Field("id", "管理单元编号", "Unit", "code"),
            Field("name_zh", "管理单元名称", "Name of the unit"),
            *counted,
            Field("n_cells", "网格数", "Cells", "integer"),
            Field("area_m2", "面积(平方米)", "Area (m²)", "square_metres"),
        ),
        notice_zh=f"按网格中心归属汇总,末行“{OUTSIDE_ZH}”为各单元之外的部分。{zh}{cells.notice_zh}",
        notice_en=f"A cell counts where its centre lies; the last row is what lies in no unit. {en}{cells.notice_en}",
        provenance=cells.provenance,
    )


def _name_column(frame: gpd.GeoDataFrame, path: Path, name: str | None) -> str | None:
    texts = [c for c in frame.columns if c != frame.geometry.name]
    if name is not None:
        if name not in texts:
            raise DataError(
                f"{path.name}: no column {name!r}; it has: {', '.join(map(str, texts))}",
                f"{path.name}:没有字段“{name}”;现有:{'、'.join(map(str, texts))}",
            )
        return name
    usual = {str(c).casefold(): c for c in texts}
    found = next((usual[n] for n in _NAMES if n in usual), None)
    return found or next((c for c in texts if pd.api.types.is_string_dtype(frame[c])), None)


def _require_apart(polygons: gpd.GeoDataFrame) -> None:
    shapes = polygons.geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = first < second
    first, second = first[pairs], second[pairs]
    shared = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    smaller = np.minimum(shapely.area(shapes[first]), shapely.area(shapes[second]))
    bad = np.flatnonzero(shared > _OVERLAP * smaller)
    if len(bad):
        names = polygons["name_zh"].to_numpy()
        some = "; ".join(f"{names[first[i]]} + {names[second[i]]}" for i in bad[:5])
        raise RequestError(
            f"{len(bad)} pairs of polygons overlap, so that units would count twice: {some}",
            f"有 {len(bad)} 对面相互重叠,数量会重复计算:{some}",
        )
