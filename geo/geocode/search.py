"""The offline search: a text against the gazetteer, candidates best first."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from geo.geocode import text
from geo.geocode.candidate import Candidate
from geo.geocode.columns import SOURCES
from geo.geocode.gazetteer import Gazetteer, Grams, load
from geo.geocode.query import Query, covered, parse, without_project_words

THRESHOLD = 0.5  # what scores less is unknown
OFFLINE_DATUM = "WGS84"

_FALLBACK_UNIT = 0.5
_PART_ACCURACY_M = 2000.0  # where only a part of what was asked is known, the rest is somewhere about it
_LONGEST_PART = 16
_COMPARED = 48
_OF_PLACES = re.compile("(路|街|大道|巷|村|社区|号|楼|座|园|厂|站|桥|港|区|镇|乡)$")
_PRIOR = {"district": 0.03, "city": 0.03, "township": 0.02}
_PRIOR_OF_KIND = {"airport": 0.03, "university": 0.015, "park": 0.01, "hospital": 0.01}


def geocode(
    place: str, region: str | None = None, limit: int = 5, gazetteer: Gazetteer | None = None
) -> list[Candidate]:
    """Find the places that a text may mean.

    Parameters
    ----------
    place : str
        A name, an address, a project's title that holds one, pinyin, English, or an adcode.
    region : str, optional
        Adcode of a province, city, district or functional zone: nothing outside it is found.
    limit : int
        At most so many candidates.
    gazetteer : Gazetteer, optional
        Another than the one that ships.

    Returns
    -------
    list of Candidate
        Best first, WGS84, each with a score of at least ``THRESHOLD``. Empty when the place is not known: where the
        text states a district in full, at least that district is returned, with the accuracy of a district.

    Raises
    ------
    UnknownNameError
        When ``region`` is not a known adcode.

    Examples
    --------
    >>> geocode("440106")[0].name
    '天河区'
    >>> geocode("此地并不存在xyz")
    []
    """
    known = gazetteer or load()
    query = parse(known, place, region)
    if not query.whole:
        return []
    if query.code:
        return _by_code(known, query)[:limit]
    scored: dict[int, tuple[float, str]] = {}
    for key, score in _keys(known, query).items():
        _score_rows(known, query, key, score, scored)
    for row, score in _fallbacks(known, query).items():
        if score > scored.get(row, (0.0, ""))[0]:
            scored[row] = (score, known.table["name"].iat[row])
    ids = known.table["id"]
    good = [(-score, ids.iat[row], row, key) for row, (score, key) in scored.items() if score >= THRESHOLD]
    return [_candidate(known, query, row, -score, key) for score, _, row, key in sorted(good)[:limit]]


def _by_code(known: Gazetteer, query: Query) -> list[Candidate]:
    row = known.codes.get(query.code if len(query.code) == 6 else query.code[:9])
    if row is None or not _inside(known, row, query.limits) or not known.precision[row]:
        return []
    return [_candidate(known, query, row, 1.0, query.code)]


def _keys(known: Gazetteer, query: Query) -> dict[str, float]:
    """Score the keys that the text is, holds, is part of, or resembles."""
    found: dict[str, float] = {}

    def take(key: str, score: float) -> None:
        if score > found.get(key, 0.0):
            found[key] = score

    if not text.has_han(query.whole):
        for rank, variant in enumerate(text.latin_variants(query.raw)):
            if variant in known.number:
                take(variant, 0.97 - 0.01 * min(rank, 5))
            if rank < 2:
                _compare(known, known.latin, variant, take)
        return found
    for form, score in ((query.whole, 1.0), (query.core, 0.99), (query.bare, 0.97)):
        if form in known.number:
            take(form, score)
    for form in dict.fromkeys((query.bare, query.core, query.whole)):
        _hold(known, form, take)
    for form in dict.fromkeys((query.bare, query.whole)):
        _compare(known, known.han, form, take)
    return found


def _hold(known: Gazetteer, form: str, take: object) -> None:
    """Keys that the text holds: the more of what it tells they cover, the better."""
    weight = known.han.weigh(text.grams(without_project_words(form)))
    for start in range(len(form) - 1):
        # Two characters count in front only: 龙湖 is not what 云龙湖 tells.
        for end in range(start + (3 if start else 2), min(len(form), start + _LONGEST_PART) + 1):
            part = form[start:end]
            if part in known.number:
                ratio = min(1.0, known.han.weigh(text.grams(part)) / weight) if weight else 0.0
                take(part, 0.35 + 0.58 * ratio)  # type: ignore[operator]


def _compare(known: Gazetteer, index: Grams, form: str, take: object) -> None:
    """Keys that resemble the text or hold it whole."""
    grams = text.grams(form)
    weight = index.weigh(grams)
    shared = index.shared(grams)
    likeness = 2 * shared / (weight + index.weight)
    best = np.argpartition(-likeness, min(_COMPARED, len(likeness) - 1))[:_COMPARED]
    for at in best:
        key = known.keys[index.numbers[at]]
        if form != key:
            score = 0.88 * float(likeness[at])
            if form in key and len(form) > 1:
                score = max(score, 0.4 + 0.52 * weight / float(index.weight[at]))
            take(key, min(score, 0.95))  # type: ignore[operator]


def _score_rows(
    known: Gazetteer, query: Query, key: str, score: float, scored: dict[int, tuple[float, str]]
) -> None:
    rows = [
        r for r in known.owners[known.number[key]] if known.precision[r] and _inside(known, r, query.limits)
    ]
    exact = key in (query.whole, query.core, query.bare)
    if not exact:
        # Inside a longer text two characters tell no site, and a unit's name without its ending tells no unit: 云龙湖
        # is not in 云龙区 for its name's sake.
        rows = [r for r in rows if not (known.is_unit[r] and key in known.stems)]
        rows = rows if len(key) > 2 else [r for r in rows if known.precision[r] != "site"]
    if query.near:
        preferred = [r for r in rows if _inside(known, r, query.near)]
        score -= 0.0 if preferred else 0.12
        rows = preferred or rows
    alike = len(rows)
    for row in rows:
        value = score + _prior(known, row) - (0.0 if alike <= 3 else 0.08 if alike <= 10 else 0.25)
        if value > scored.get(row, (0.0, ""))[0]:
            scored[row] = (value, key)


def _prior(known: Gazetteer, row: int) -> float:
    if (
        known.is_unit[row]
        and known.precision[row] == "district"
        and not known.adcodes[row].startswith(covered(known))
    ):
        return -0.05  # of two districts of one name, the one in an area that the gazetteer covers
    own = 0.03 if known.table["source"].iat[row] == "curated" else 0.0
    return max(
        own, _PRIOR.get(known.precision[row], 0.0), _PRIOR_OF_KIND.get(known.table["kind"].iat[row], 0.0)
    )


def _fallbacks(known: Gazetteer, query: Query) -> dict[int, float]:
    """The finest unit that the text states: known even when the site is not."""
    if query.stated and known.precision[query.stated[-1]]:
        return {query.stated[-1]: _FALLBACK_UNIT if query.core else 1.0}
    return {row: _FALLBACK_UNIT for row in query.near_rows}


def _inside(known: Gazetteer, row: int, limits: tuple[str, ...]) -> bool:
    if not limits:
        return True
    return known.adcodes[row].startswith(limits) or any(code.startswith(limits) for code in known.also[row])


def _candidate(known: Gazetteer, query: Query, row: int, score: float, key: str) -> Candidate:
    record = known.table.iloc[row]
    source = f"{SOURCES[record['source']]}, {record['source_id']}"
    place = Candidate(
        name=record["name"],
        lon=float(record["lon"]),
        lat=float(record["lat"]),
        score=round(float(min(score, 1.0)), 3),
        precision=record["precision"],
        accuracy_m=0 if np.isnan(record["accuracy_m"]) else int(record["accuracy_m"]),
        datum=OFFLINE_DATUM,
        adcode=record["adcode"],
        source=source,
        name_en=record["name_en"],
        kind=record["kind"],
        status=record["status"],
        matched=key,
        id=record["id"],
    )
    if np.isnan(place.lon):
        place = _at_its_district(known, place)
    left = query.bare.replace(key, "", 1) if key in query.bare else ""
    if len(left) > 1 and text.has_han(left) and place.precision in ("site", "road"):
        place = replace(place, accuracy_m=max(place.accuracy_m, int(_PART_ACCURACY_M)))
        if _OF_PLACES.search(left):
            place = replace(place, precision="township")
    return place


def _at_its_district(known: Gazetteer, place: Candidate) -> Candidate:
    """A township of which no point is known stands at its district's, and says so by precision and accuracy."""
    row = known.codes[place.adcode]
    return replace(
        place,
        lon=float(known.lon[row]),
        lat=float(known.lat[row]),
        precision="district",
        accuracy_m=int(known.table["accuracy_m"].iat[row]),
    )
