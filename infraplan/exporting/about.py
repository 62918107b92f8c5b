"""What an export says of itself in its sidecar: origin, datum, accuracy, notices, map review, attribution."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import yaml

import infraplan
from geo import china_offsets, manifest
from geo.paths import data_root
from infraplan import origin
from layers import demand_words
from layers.export.features import DECIMALS_DEGREES, DECIMALS_METRES
from layers.imprint import NOT_REVIEWED
from layers.spec import Layer
from layers.targets import provenance
from scenarios.fingerprint import ENGINE_VERSION
from scenarios.model import Allocation

if TYPE_CHECKING:
    from infraplan.exporting.request import Collection

_IDENTITY = (
    "{} 按标准采用 WGS84;CGCS2000 与 WGS84 相差在分米以内,视为同一坐标,未作转换",
    "{} is WGS84 by its standard; CGCS2000 agrees with it to decimetres and is taken as the same, without conversion",
)
#: The data folders that stand behind each layer.
_BEHIND = {
    "cells": ("boundaries", "population"),
    "districts": ("boundaries", "population"),
    "zones": ("boundaries", "population"),
    "projects": ("boundaries", "places"),
    "projects_lines": ("places",),
    "targets": (),
}


def about(collection: Collection) -> dict[str, Any]:
    """Return everything the sidecar says but files, layers and sums."""
    request, reference = collection.request, collection.reference
    sources = _behind(collection.layers)
    origin_told = _origin(collection)
    return {
        **(_without_names(origin_told) if request.public else origin_told),
        "kind": "scenario" if collection.allocation else "plan",
        "made": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "format": collection.format.id,
        "fields_profile": request.fields,
        "datum": reference.datum,
        "epsg": reference.epsg,
        "reference": reference.name,
        "accuracy": _accuracy(collection, sources),
        "position_corrections": _corrections(collection),
        "public": request.public,
        "public_changes_zh": [zh for zh, _ in collection.said],
        "public_changes_en": [en for _, en in collection.said],
        **_review(request.review_number),
        "notices_zh": _notices(collection, 0),
        "notices_en": _notices(collection, 1),
        "attribution": list(dict.fromkeys(source.attribution for source in sources)),
        "sources": [asdict(source) for source in sources],
    }


def _corrections(collection: Collection) -> list[dict[str, Any]]:
    """Return who corrected which position, when and from what; where it now is stands in the layer of projects."""
    plan = collection.plan
    if plan is None or all(layer.id != "projects" for layer in collection.layers):
        return []
    names = {project.id: project.name_zh for project in plan.projects}
    kept = ["project", "accuracy_m", "basis", "source", "by", "at", "reason", "version"]
    if collection.request.public:
        kept = [key for key in kept if key not in ("by", "reason")]
    return [
        {"plan": plan.id, "name_zh": names[item.project], **{key: getattr(item, key) for key in kept}}
        for item in plan.corrections
    ]


def _origin(collection: Collection) -> dict[str, Any]:
    allocation, plan = collection.allocation, collection.plan
    if allocation is not None:
        return {
            **origin.of(allocation, collection.request.public),
            "certificate": [asdict(stage) for stage in allocation.solution.stages],
            "coverage": _coverage(allocation),
        }
    assert plan is not None
    return {
        **provenance(plan),
        "source_plan": {"id": plan.id, "title_zh": plan.title_zh, "title_en": plan.title_en},
        "versions": {
            "infraplan": infraplan.__version__,
            "engine": ENGINE_VERSION,
            "python": platform.python_version(),
            **{name: version(name) for name in ("shapely", "geopandas", "pyogrio")},
        },
    }


def _coverage(allocation: Allocation) -> dict[str, Any] | None:
    """Return what is within reach, and of what its share is: perhaps of part of the region only."""
    if allocation.coverage is None:
        return None
    of = {f"of_{lang}": demand_words.reached(allocation, lang) for lang in ("zh", "en")}
    return {**of, **allocation.coverage}


def _review(number: str | None) -> dict[str, Any]:
    zh, en = (f"审图号:{number}", f"map review number {number}") if number else NOT_REVIEWED
    return {"map_review_number": number, "map_review_zh": zh, "map_review_en": en}


def _notices(collection: Collection, language: int) -> list[str]:
    texts = _of_scenario(collection, ("zh", "en")[language])
    texts += [(layer.notice_zh, layer.notice_en)[language] for layer in collection.layers]
    if collection.reference.offset:
        datum = collection.reference.datum
        texts.append(
            (
                f"坐标为 {datum},仅供互联网地图显示系统使用,不得用于量算和规划审批。{china_offsets.NOTICE_ZH}",
                f"Coordinates are {datum}, for display on web maps only, not for measuring. {china_offsets.NOTICE_EN}",
            )[language]
        )
    asked = (collection.request.crs or collection.request.datum or "").upper()
    other = asked and "4326" not in asked and asked != "WGS84"
    if other and collection.format.wgs84 and not collection.reference.offset:
        texts.append(_IDENTITY[language].format(collection.format.id))
    if not collection.request.review_number:
        texts.append(NOT_REVIEWED[language])
    texts += [said[language] for said in collection.said]
    return [text for text in dict.fromkeys(texts) if text]


def _of_scenario(collection: Collection, lang: str) -> list[str]:
    """Return what was changed and brought, whole, and the run's own notes."""
    allocation = collection.allocation
    if allocation is None:
        return []
    told = origin.stated(allocation)
    first = [told.changes.sentence(lang)] if told.changes else []
    notes = [zh if lang == "zh" else en for zh, en in allocation.solution.notes]
    told = told.nameless() if collection.request.public else told
    return [*first, *(item.whole(lang) for item in told.given), *notes]


def _without_names(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a sidecar says, and the scenario that it holds as YAML, without who uploaded what: for the public."""
    found = {key: _nameless(value) for key, value in told.items()}
    text = found.get("scenario_yaml")
    if isinstance(text, str) and (whole := yaml.safe_load(text)) != (bare := _nameless(whole)):
        found["scenario_yaml"] = yaml.safe_dump(bare, allow_unicode=True, sort_keys=False)
    return found


def _nameless(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _nameless(part) for key, part in value.items() if key != "by"}
    if isinstance(value, list | tuple):
        return [_nameless(part) for part in value]
    return value


def _accuracy(collection: Collection, sources: list[manifest.Source]) -> dict[str, Any]:
    reference = collection.reference
    decimals = DECIMALS_DEGREES if reference.geographic else DECIMALS_METRES
    return {
        "coordinates_zh": f"坐标保留{decimals}位小数;数值的位数不代表位置精度,项目位置精度见“位置精度”列",
        "coordinates_en": f"{decimals} decimals; digits are no accuracy: see the accuracy of each position",
        "sources": {source.key: source.accuracy for source in sources},
    }


def _behind(layers: tuple[Layer, ...]) -> list[manifest.Source]:
    folders = dict.fromkeys(name for layer in layers for name in _BEHIND.get(layer.id, ()))
    found: dict[str, manifest.Source] = {}
    for name in folders:
        if (data_root() / name / manifest.NAME).is_file():
            found |= {source.key: source for source in manifest.read(data_root() / name).sources}
    return list(found.values())
