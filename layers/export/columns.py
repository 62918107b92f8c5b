"""What the columns of a layer are called in a file: three naming profiles from one mapping file.

``data/field_profiles/fields.csv`` maps a layer's fields to English names, Chinese names, and names in the style of the
natural-resources databases (BSM, YSDM, XZQDM, XZQMC ...; ``gb_basis`` says whether a published standard has the name or
it follows the same habit of pinyin initials). Short names stand beside them for Shapefile, whose names hold 10 bytes.
A row's ``layer`` may also be what figures are of (``own`` people, demand ``of_area``, ``of_weights``): it comes first.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from geo.errors import RequestError, unknown
from geo.paths import data_root
from layers.spec import Field, Kind, Layer

Profile = Literal["en", "zh", "gb"]
PROFILES: tuple[str, ...] = get_args(Profile)
#: Names of columns that are made, not read from the layer's frame.
CELL, IDENTIFIER, ELEMENT_CODE = "h3", "bsm", "ysdm"
SHORT_BYTES = 10


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: which field it holds, its name there, its words and unit in two languages."""

    field: str
    name: str
    kind: Kind
    label_zh: str
    label_en: str
    unit_zh: str = ""
    unit_en: str = ""
    note_zh: str = ""
    note_en: str = ""
    basis: str = ""

    @property
    def counted(self) -> bool:
        """Whether it holds whole numbers whose sum means something."""
        return self.kind in {"integer", "people"}

    def header(self) -> str:
        """Return the Chinese words with the unit, as spreadsheets and aliases have them."""
        said = not self.unit_zh or self.label_zh.endswith((f"({self.unit_zh})", self.unit_zh))
        return self.label_zh if said else f"{self.label_zh}({self.unit_zh})"

    def header_en(self) -> str:
        """Return the English words with the unit."""
        said = not self.unit_en or self.label_en.endswith(f"({self.unit_en})")
        return self.label_en if said else f"{self.label_en} ({self.unit_en})"


def of(
    layer: Layer, profile: str = "en", limit: int | None = None, encoding: str = "utf-8"
) -> tuple[Column, ...]:
    """Return the columns of a layer under a profile, the identifier first.

    Parameters
    ----------
    profile : {"en", "zh", "gb"}
        "gb" adds the element code YSDM, which stays empty where no published list has a code.
    limit : int, optional
        How many bytes a name may have in ``encoding`` (10 in Shapefile); short names are taken and cut at a character.

    Raises
    ------
    UnknownNameError
        When there is no such profile.
    RequestError
        When two fields have the same name after shortening; the message names every pair.
    """
    if profile not in PROFILES:
        raise unknown("field profile", profile, PROFILES, "字段命名方案")
    fields = _in_order(layer, profile)
    columns = tuple(_column(_places(layer), item, profile, limit, encoding) for item in fields)
    _require_distinct(layer, columns, profile, limit, encoding)
    return columns


@functools.cache
def element_codes() -> Mapping[str, str]:
    """Return the element code (YSDM) of each layer that a published code list has (``element_codes.csv``)."""
    return {row["layer"]: row["ysdm"] for row in _rows("element_codes.csv")}


def _in_order(layer: Layer, profile: str) -> list[Field]:
    """The layer's fields with those that are made: the cell's id, and under "gb" the identifier and element code."""
    fields = list(layer.fields)
    if layer.geometry == "cells":
        fields.insert(0, Field(CELL, "网格编号", "H3 cell", "code"))
    if profile != "gb":
        return fields
    if fields[0].name not in (CELL, "id"):
        fields.insert(0, Field(IDENTIFIER, "标识码", "Identifier", "code"))
    fields.insert(1, Field(ELEMENT_CODE, "要素代码", "Element code", "code"))
    return fields


def _places(layer: Layer) -> tuple[str, ...]:
    """Return where a field of the layer is looked up, first what its figures are of: not every people is the census."""
    told = layer.provenance
    demand = str(told.get("demand_of") or "residents")
    of = {"residents": (), "area": ("of_area",)}.get(demand, ("of_weights",))
    own = ("own",) if told.get("population_of") == "own" else ()
    return (*of, *own, layer.id, "")


def _column(places: Sequence[str], item: Field, profile: str, limit: int | None, encoding: str) -> Column:
    row = next((found for place in places if (found := _mapping().get((place, item.name)))), {})
    if profile == "gb":
        name = row.get("gb") or item.name.upper()
    else:
        wanted = profile if limit is None else f"{profile}_short"
        name = row.get(wanted) or row.get(profile) or (item.name if profile == "en" else item.label_zh)
    name = re.sub(r"\W+", "_", name).strip("_")  # geodatabases take letters, digits and _ only
    return Column(
        field=item.name,
        name=name if limit is None else cut(name, limit, encoding),
        kind=item.kind,
        label_zh=item.label_zh,
        label_en=item.label_en,
        unit_zh=row.get("unit_zh", ""),
        unit_en=row.get("unit_en", ""),
        note_zh=";".join(text for text in (row.get("note_zh"), item.note_zh) if text),
        note_en="; ".join(text for text in (row.get("note_en"), item.note_en) if text),
        basis=(row.get("gb_basis") or "own") if profile == "gb" else "",
    )


def cut(text: str, limit: int, encoding: str) -> str:
    """Return as many whole characters of a text as fit in ``limit`` bytes.

    Examples
    --------
    >>> cut("行政区代码", 10, "utf-8"), cut("行政区代码", 10, "gbk")
    ('行政区', '行政区代码')
    """
    data = text.encode(encoding, errors="replace")
    if len(data) <= limit:
        return text
    size, kept = 0, []
    for character in text:
        size += len(character.encode(encoding, errors="replace"))
        if size > limit:
            break
        kept.append(character)
    return "".join(kept)


def _require_distinct(
    layer: Layer, columns: Sequence[Column], profile: str, limit: int | None, encoding: str
) -> None:
    by_name: dict[str, list[str]] = {}
    for column in columns:
        by_name.setdefault(column.name.casefold(), []).append(column.field)
    pairs = [f"{name} = {' + '.join(fields)}" for name, fields in by_name.items() if len(fields) > 1]
    if not pairs:
        return
    why = f" in {limit} bytes of {encoding}" if limit else ""
    why_zh = f"(限 {limit} 字节,{encoding})" if limit else ""
    raise RequestError(
        f"layer {layer.id}: fields have the same name under the profile {profile}{why}: {'; '.join(pairs)}. "
        "Use another profile or encoding (--fields en, --encoding gbk) or another format",
        f"图层 {layer.id}:命名方案 {profile} 下字段重名{why_zh}:{';'.join(pairs)}。"
        "请改用其他命名方案或编码(--fields en、--encoding gbk)或其他格式",
    )


@functools.cache
def _mapping() -> Mapping[tuple[str, str], Mapping[str, str]]:
    return {(row["layer"], row["field"]): row for row in _rows("fields.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    with (data_root() / "field_profiles" / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
