"""The offline gazetteer in memory: the shipped tables, and an index by which names are found in them.

Two kinds of record stand side by side: places (sites, streets, townships of the four areas) and administrative units
(cities and districts of all China). Each record brings the folded names under which it is found (``keys``: its name,
aliases, former and English names, pinyin, and the same without the name of its city or district in front).
"""

from __future__ import annotations

import functools
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from geo.errors import DataError
from geo.geocode import text
from geo.geocode.columns import COLUMNS, UNIT_COLUMNS
from geo.paths import data_root


class Record(NamedTuple):
    """One place: a row of the gazetteer's table without its keys. A township of which no point is known has none."""

    id: str
    name: str
    name_en: str
    kind: str
    precision: str
    lon: float
    lat: float
    accuracy_m: float
    adcode: str
    also: tuple[str, ...]
    source: str
    source_id: str
    status: str
    first_key: str


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """Records and their index.

    ``keys`` are the distinct folded names and
    ``owners[k]`` the rows found under key ``k``. ``units`` leads from the full and former names of units to rows,
    ``stems`` from their names without ending, ``codes`` from adcodes and nine-digit township codes. The records from
    ``first_unit`` on are units.
    """

    records: list[Record]
    first_unit: int
    keys: list[str]
    number: dict[str, int]
    owners: list[list[int]]
    units: dict[str, list[int]]
    stems: dict[str, list[int]]
    codes: dict[str, int]

    @functools.cached_property
    def han(self) -> Grams:
        """The index of the keys with Chinese characters."""
        return _grams_of(self.keys, han=True)

    @functools.cached_property
    def latin(self) -> Grams:
        """The index of the keys without; made when it is first asked for."""
        return _grams_of(self.keys, han=False)


@dataclass(frozen=True, eq=False)
class Grams:
    """Which keys hold a gram (:func:`geo.geocode.text.grams`), and how much a gram tells.

    ``postings[g]`` are positions in ``numbers``, which holds ascending key numbers; ``rarity[g]`` is the weight of a
    gram (the rarer, the more it tells) and ``weight`` the sum of each key's gram weights.
    """

    numbers: np.ndarray
    postings: dict[str, np.ndarray]
    rarity: dict[str, float]
    weight: np.ndarray

    def weigh(self, grams: list[str]) -> float:
        """Return the weight of a text's grams; a gram no name has weighs as much as one that a single name has."""
        unknown = float(np.log(1 + len(self.numbers)))
        return sum(self.rarity.get(g, unknown) for g in grams)

    def shared(self, grams: list[str]) -> np.ndarray:
        """Return for each key the weight of the grams that it shares with a text."""
        found = [(self.postings[g], self.rarity[g]) for g in grams if g in self.postings]
        if not found:
            return np.zeros(len(self.numbers))
        weights = np.repeat([rarity for _, rarity in found], [len(at) for at, _ in found])
        return np.bincount(np.concatenate([at for at, _ in found]), weights, len(self.numbers))


def load(folder: Path | None = None) -> Gazetteer:
    """Return the gazetteer that ships, or that of another folder with the same two tables; read once.

    Raises
    ------
    DataError
        When a table is missing or lacks a column.
    """
    return _load(str(folder or data_root() / "places"))


@functools.lru_cache(maxsize=2)
def _load(folder: str) -> Gazetteer:
    places = _read(Path(folder) / "gazetteer.csv", COLUMNS)
    units = _read(Path(folder) / "units.csv", UNIT_COLUMNS)
    whole = pd.concat([places, _as_places(units)], ignore_index=True)
    owners: dict[str, list[int]] = defaultdict(list)
    for row, joined in enumerate(whole["keys"].tolist()):
        for key in joined.split("|"):
            owners[key].append(row)
    keys = list(owners)
    named, stems = _units(units, first_row=len(places))
    return Gazetteer(
        records=_records(whole),
        first_unit=len(places),
        keys=keys,
        number={key: n for n, key in enumerate(keys)},
        owners=list(owners.values()),
        units=named,
        stems=stems,
        codes=_codes(whole),
    )


def _read(path: Path, columns: list[str]) -> pd.DataFrame:
    if not path.is_file():
        raise DataError(
            f"the gazetteer's table {path.name} is missing in {path.parent}; run: python -m infraplan data build",
            f"{path.parent} 中缺少地名库文件 {path.name};请执行 python -m infraplan data build",
        )
    numbers = ["lon", "lat", "accuracy_m"]
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    if missing := [c for c in columns if c not in table]:
        listed = ", ".join(missing)
        raise DataError(f"{path.name}: columns missing: {listed}", f"{path.name}:缺少列 {listed}")
    table[numbers] = table[numbers].replace("", "nan").astype(float)
    return table[columns]


def _records(whole: pd.DataFrame) -> list[Record]:
    whole = whole.assign(first_key=whole["keys"].str.partition("|")[0])
    columns = {name: whole[name].tolist() for name in Record._fields}
    columns["also"] = [tuple(a.split("|")) if a else () for a in columns["also"]]
    return [Record(*values) for values in zip(*columns.values(), strict=True)]


def _as_places(units: pd.DataFrame) -> pd.DataFrame:
    """Units as rows of the gazetteer; provinces only limit a search and have no precision class."""
    return pd.DataFrame(
        {
            "id": "unit-" + units["adcode"],
            "name": units["name"],
            "name_en": units["name_en"],
            "kind": units["level"],
            "precision": units["level"].where(units["level"] != "province", ""),
            "lon": units["lon"],
            "lat": units["lat"],
            "accuracy_m": units["accuracy_m"],
            "adcode": units["adcode"],
            "also": "",
            "source": units["source"],
            "source_id": units["source_id"],
            "status": np.where(units["source"] == "tianditu", "derived", "source"),
            "keys": units["keys"],
        }
    )


def _grams_of(keys: list[str], han: bool) -> Grams:
    numbers = [number for number, key in enumerate(keys) if text.has_han(key) == han]
    lists: dict[str, list[int]] = defaultdict(list)
    grams = [text.grams(keys[number]) for number in numbers]
    for at, found in enumerate(grams):
        for gram in found:
            lists[gram].append(at)
    rarity = {gram: float(np.log(1 + len(numbers) / len(found))) for gram, found in lists.items()}
    weight = np.array([sum(rarity[g] for g in found) for found in grams])
    postings = {gram: np.array(found, dtype=np.int32) for gram, found in lists.items()}
    return Grams(np.array(numbers), postings, rarity, weight)


def _units(units: pd.DataFrame, first_row: int) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Rows by full and former name, and by name without ending; an ending must be there for the former."""
    named: dict[str, list[int]] = defaultdict(list)
    stems: dict[str, list[int]] = defaultdict(list)
    for row, (name, former) in enumerate(zip(units["name"], units["former"], strict=True), start=first_row):
        for full in (name, *filter(None, former.split("|"))):
            named[text.fold(full)].append(row)
            stem = text.without_ending(text.fold(full))
            if len(stem) > 1 and stem != text.fold(full):
                stems[stem].append(row)
    return dict(named), dict(stems)


def _codes(whole: pd.DataFrame) -> dict[str, int]:
    """Rows by adcode (units, functional zones) and by nine-digit township code."""
    codes: dict[str, int] = {}
    for row, (key, adcode, kind) in enumerate(zip(whole["id"], whole["adcode"], whole["kind"], strict=True)):
        if key.startswith("town-"):
            codes[key.removeprefix("town-")] = row
        elif key.startswith("unit-") or (kind == "functional_zone" and adcode not in codes):
            codes[adcode] = row
    return codes
