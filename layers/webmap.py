"""One HTML file that is a map: opens from disk, asks nothing of any machine, shows cells, districts and projects.

Leaflet is written into the file from the installed package; the data stands in it as JSON. The page forbids the browser
any fetch (Content-Security-Policy), so that nothing leaves even by mistake. Positions are WGS84 (conventions D1).
"""

from __future__ import annotations

import functools
import html
import json
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import boundaries, context, grid
from layers import categories
from layers.imprint import Imprint
from layers.mapped import Mapped
from layers.punctuation import printed
from layers.source_words import source_words
from layers.spec import Field, Layer
from layers.style import UNKNOWN
from layers.words import accuracy, rate, share
from plans import corrections

_TEMPLATE = Path(__file__).with_name("webmap_page.html")
#: Corners of cells are whole numbers of this many degrees: a metre.
_STEP = 1e-5
_OUTLINE_TOLERANCE = 1e-4
_WORDS = {
    "cells": ("测算网格", "Cells, computed"),
    "units": ("个(测算)", "units (computed)"),
    "people": ("常住人口(模型推算)", "Residents (modelled)"),
    "district": ("所在区", "District"),
    "names": ("区名", "District names"),
    "projects": ("项目", "Projects"),
    "layers": ("图层", "Layers"),
    "table": ("分区数量(点击定位)", "Districts (click to go there)"),
    "about": ("版本", "Imprint"),
    "notes": ("说明", "Notes"),
    "sources": ("数据来源", "Sources"),
}


def page(mapped: Mapped, imprint: Imprint, lang: str = "zh") -> bytes:
    """Return the file's bytes (UTF-8); the same content and imprint give the same bytes."""
    script, style = leaflet()
    parts = {
        "LANG": "zh-CN" if lang == "zh" else "en",
        "TITLE": html.escape(printed(mapped.title(lang), lang)),
        "LEAFLET_CSS": style,
        "LEAFLET_JS": script,
        "DATA": _script(content(mapped, imprint, lang)),
    }
    pieces = re.split(r"@@([A-Z_]+)@@", _TEMPLATE.read_text("utf-8"))
    # every second piece is a name; what is put in is not looked at again
    return "".join(parts[p] if i % 2 else p for i, p in enumerate(pieces)).encode("utf-8")


@functools.cache
def leaflet() -> tuple[str, str]:
    """Return Leaflet's script and style from the installed package, without links to files beside them."""
    folder = files("js_lib_leaflet") / "static" / "js_lib_leaflet"
    script = (folder / "leaflet.js").read_text("utf-8")
    style = (folder / "leaflet.css").read_text("utf-8")
    script = re.sub(r"//# sourceMappingURL=\S*", "", script).replace("</script", "<\\/script")
    return script, re.sub(r"url\([^)]*\)", "none", style)


def content(mapped: Mapped, imprint: Imprint, lang: str) -> dict[str, Any]:
    """Return what the page shows as plain values, every text in ``lang``."""
    zh = lang == "zh"
    outlines, region = mapped.outlines, boundaries.region(mapped.region)
    west, south, east, north = region.bounds
    near = shapely.box(west - 0.6, south - 0.6, east + 0.6, north + 0.6)
    beside = boundaries.context(mapped.region)
    colon = ": " if not zh else ":"
    scale = mapped.cells.scale if mapped.cells is not None else None
    filled = _filled(mapped, lang)
    return {
        "title": printed(mapped.title(lang), lang),
        "status": imprint.status_text(lang),
        "review": printed(imprint.review(lang), lang),
        "attribution": html.escape(printed(imprint.review(lang), lang)),
        "imprint": [printed(f"{label}{colon}{text}", lang) for label, text in imprint.rows(lang)],
        "notices": [printed(text, lang) for text in _notices(mapped, lang)],
        "sources": [printed(text, lang) for text in mapped.attributions],
        "words": _words(mapped, lang),
        "bounds": [[south, west], [north, east]],
        "context": [{"shape": s} for s in _shapes(beside.geometry.to_numpy())],
        "water": [{"shape": s} for s in _water(mapped.region, near)],
        "outlines": _outlines(outlines, lang),
        "names": [str(n) for n in outlines[f"name_{lang}"]],
        "classes": _classes(scale, lang),
        "cells": _cells(mapped.cells, outlines) if mapped.cells is not None else None,
        "districts": _districts(mapped.districts, lang),
        "filled": filled,
        "projects": _projects(mapped.projects, lang) if mapped.projects is not None else [],
        "families": _families(mapped.projects, lang) if mapped.projects is not None else [],
        **_table(mapped, lang),
    }


def _notices(mapped: Mapped, lang: str) -> list[str]:
    """Return what a reader must know; the points of projects, which a sheet of a scenario has not, are here."""
    points = [mapped.projects.notice(lang)] if mapped.projects is not None else []
    return list(dict.fromkeys([*mapped.notices(lang), *points]))


def _words(mapped: Mapped, lang: str) -> dict[str, str]:
    zh = lang == "zh"
    words = {key: printed(pair[not zh], lang) for key, pair in _WORDS.items()}
    cells, districts = (
        layer.scale if layer is not None else None for layer in (mapped.cells, mapped.districts)
    )
    words["legend"] = printed(cells.label(lang), lang) if cells else ""
    words["filled"] = words["filledLegend"] = printed(districts.label(lang), lang) if districts else ""
    return words


def _classes(scale: Any, lang: str) -> list[dict[str, str]]:
    if scale is None:
        return []
    return [
        {"colour": colour, "label": label}
        for colour, label in zip(scale.colours, scale.class_labels(lang), strict=True)
    ]


def _filled(mapped: Mapped, lang: str) -> list[dict[str, str]] | None:
    scale = mapped.districts.scale
    if scale is None:
        return None
    return [*_classes(scale, lang), {"colour": UNKNOWN, "label": "未知" if lang == "zh" else "unknown"}]


def _cells(layer: Layer, outlines: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return the cells that have units as whole numbers: first corner of each, then steps from corner to corner."""
    assert layer.scale is not None
    frame = layer.frame[layer.frame[layer.scale.field] != 0]
    ids = frame["cell"].to_numpy(dtype=np.uint64)
    points, owner = shapely.get_coordinates(grid.polygons(ids), return_index=True)
    first = np.concatenate([[True], np.diff(owner) > 0]) if len(owner) else np.zeros(0, dtype=bool)
    last = np.concatenate([np.diff(owner) > 0, [True]]) if len(owner) else first
    corners = np.rint(points / _STEP).astype(np.int64)
    steps = np.where(first[:, None], corners, corners - np.roll(corners, 1, axis=0))[~last]
    count = np.bincount(owner, minlength=len(ids)) - 1
    place = {code: i for i, code in enumerate(outlines["adcode"])}
    return {
        "lon": steps[:, 0].tolist(),
        "lat": steps[:, 1].tolist(),
        "corners": {str(i): int(count[i]) for i in np.flatnonzero(count != 6)},
        "units": frame["units"].tolist(),
        "people": frame["people"].tolist(),
        "classes": layer.scale.classify(frame[layer.scale.field].to_numpy(dtype=float)).tolist(),
        "district": [place[code] for code in frame["adcode"]],
        "ids": grid.to_hex(ids).tolist(),
    }


def _districts(layer: Layer, lang: str) -> list[dict[str, Any]]:
    frame = layer.frame[~layer.frame.geometry.isna()]
    classes = (
        layer.scale.classify(frame[layer.scale.field].to_numpy(dtype=float, na_value=np.nan)).tolist()
        if layer.scale
        else [-1] * len(frame)
    )
    colours = layer.scale.colours if layer.scale else ()
    fields = [f for f in layer.fields if f.name not in ("adcode", "name_zh", "name_en", "level")]
    shapes = _shapes(frame.geometry.to_numpy())
    return [
        {
            "name": str(row[f"name_{lang}"]),
            "shape": shape,
            "colour": colours[place] if place >= 0 else UNKNOWN,
            "rows": [[printed(f.label(lang), lang), _readable(row[f.name], f, lang)] for f in fields],
        }
        for row, shape, place in zip(frame.to_dict("records"), shapes, classes, strict=True)
    ]


def _outlines(outlines: gpd.GeoDataFrame, lang: str) -> list[dict[str, Any]]:
    shapes = outlines.geometry.to_numpy()
    inner = shapely.point_on_surface(shapes)
    return [
        {"name": str(name), "shape": shape, "at": [round(p.y, 5), round(p.x, 5)]}
        for name, shape, p in zip(outlines[f"name_{lang}"], _shapes(shapes), inner, strict=True)
    ]


def _table(mapped: Mapped, lang: str) -> dict[str, Any]:
    """Return the narrow table of districts: units and per 10,000 of a scenario, people and projects of a plan."""
    zh = lang == "zh"
    frame = mapped.districts.frame
    if mapped.cells is not None:
        heads = ("区", "测算数量", "每万人") if zh else ("District", "Computed", "Per 10,000")
        columns = ("allocated", "per_10k")
    else:
        heads = ("区", "常住人口", "项目数") if zh else ("District", "Residents", "Projects")
        columns = ("population", "n_projects")
    rows: list[dict[str, Any]] = []
    for row, shape in zip(frame.to_dict("records"), frame.geometry, strict=True):
        texts = [str(row[f"name_{lang}"] or row["name_zh"]), *(_plain(row[c], lang) for c in columns)]
        bounds = None
        if shape is not None and not shape.is_empty:
            west, south, east, north = (round(v, 5) for v in shape.bounds)
            bounds = [[south, west], [north, east]]
        rows.append({"cells": texts, "bounds": bounds})
    total, second = int(frame[columns[0]].sum()), frame[columns[1]].sum()
    if mapped.cells is not None:
        second = total / int(frame["population"].sum()) * 1e4
    whole = "合计" if zh else "Total"
    rows.append({"cells": [whole, f"{total:,}", _plain(second, lang)], "bounds": None})
    return {"tableHeads": heads, "tableRows": rows}


def _projects(layer: Layer, lang: str) -> list[dict[str, Any]]:
    zh = lang == "zh"
    found = []
    for row, shape in zip(layer.frame.to_dict("records"), layer.frame.geometry, strict=True):
        family = categories.family(str(row["category"]))
        xy = [[round(y, 6), round(x, 6)] for x, y in shapely.get_coordinates(shape).tolist()]
        metres = row["accuracy_m"]
        known = metres is not None and metres == metres
        details = [
            ("类别" if zh else "Kind", family.label(lang)),
            ("位置精度" if zh else "Accuracy", accuracy(metres if known else None, lang)),
            ("位置依据" if zh else "Basis of position", corrections.words(str(row["position_basis"]), lang)),
            (
                "位置来源" if zh else "Source of position",
                printed(_source(row["position_source"], lang), lang),
            ),
            ("条款" if zh else "Clause", str(row["clause"] or "")),
            ("原文" if zh else "Phrase", str(row["quote"] or "")),
        ]
        found.append(
            {
                "name": str(row[f"name_{lang}"] or row["name_zh"]),
                "at": xy[0],
                "line": xy if len(xy) > 1 else None,
                "accuracy": float(metres) if known and len(xy) == 1 else None,
                "colour": family.colour,
                "sign": family.mark(lang),
                "rows": [list(pair) for pair in details if pair[1]],
            }
        )
    return found


def _source(text: object, lang: str) -> str:
    return source_words(text, lang) if isinstance(text, str) else ""


def _families(layer: Layer, lang: str) -> list[dict[str, str]]:
    there = {categories.family(str(c)).code for c in layer.frame["category"]}
    return [{"colour": f.colour, "label": f.label(lang)} for f in categories.FAMILIES if f.code in there]


def _water(region: str, near: shapely.Geometry) -> list[list[Any]]:
    shapes = np.concatenate(
        [context.sea(region).geometry.to_numpy(), context.water(region).geometry.to_numpy()]
    )
    seen = shapely.intersection(shapes, near) if len(shapes) else shapes
    return _shapes(seen[~shapely.is_empty(seen)] if len(seen) else seen)


def _shapes(shapes: Any) -> list[list[Any]]:
    """Return polygons as Leaflet takes them: polygons, rings, [lat, lon] to a metre, thinned to ten."""
    thinned = shapely.simplify(np.asarray(shapes), _OUTLINE_TOLERANCE)
    found = []
    for shape in thinned:
        parts = [p for p in shapely.get_parts([shape]) if p.geom_type == "Polygon" and not p.is_empty]
        found.append([[_ring(r) for r in (part.exterior, *part.interiors)] for part in parts])
    return found


def _ring(ring: Any) -> list[list[float]]:
    xy = np.round(shapely.get_coordinates(ring)[:-1], 5)
    return [[float(y), float(x)] for x, y in xy.tolist()]


def _readable(value: Any, field: Field, lang: str) -> str:
    if pd.isna(value):
        return "未知" if lang == "zh" else "unknown"
    if field.kind == "share":
        return share(float(value))
    if field.kind in {"integer", "number", "people", "metres", "square_metres"}:
        return _plain(value, lang)
    return str(value)


def _plain(value: Any, lang: str) -> str:
    if pd.isna(value):
        return "未知" if lang == "zh" else "unknown"
    return rate(float(value), "en")


def _script(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return JSON that can stand inside a script: no ``</script>``, no line separators."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
