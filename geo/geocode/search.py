"""The offline search: a text against the gazetteer, candidates best first.

Names are compared by the weight of what they share. A *gram* is a pair of neighbouring Chinese characters (or three
Latin letters); it weighs ``log(1 + N / n)``, where n of all N names hold it, so that 猎德 tells more than 公司. A name
that the text holds scores by the share of the text's weight it covers, a name that holds the text by the share of its
own weight that is covered, any other by the Dice coefficient of the weights.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np

from geo.geocode import text
from geo.geocode.candidate import Candidate
from geo.geocode.columns import SOURCES
from geo.geocode.gazetteer import Gazetteer, Grams, load
from geo.geocode.query import Query, covered, parse, prefix, without_project_words

THRESHOLD = 0.5  # what scores less is unknown
PART_THRESHOLD = 0.6  # the same for a site of which the text holds, or resembles, the name only in part
DATUM = "WGS84"

_FALLBACK = 0.5
# Where a name matches in part only, the place asked for is another one near it or of its name. Nine in ten were found
# within these distances when 1,500 records were left out of the index and looked up (benchmarks/geocode.py).
_PART_ACCURACY_M = ((0.9, 1000), (0.8, 2000), (0.7, 4000), (0.0, 8000))
_PART_IS_SITE = 0.7
_GOVERNMENT = ("政府", "人民政府")
_SEAT_SCORE = 0.95
_SEAT_ACCURACY_M = {"osm": 200, "geonames": 4000}  # GeoNames' point is the town's middle
_LONGEST_PART = 16
_COMPARED = 48
_WORTH_KEEPING = THRESHOLD - 0.05  # what a record itself can still add lies below this
_OF_PLACES = re.compile("(路|街|大道|巷|村|社区|号|楼|座|园|厂|站|桥|港|区|镇|乡)$")
_PRIOR = {"district": 0.03, "city": 0.03, "township": 0.025}
_PRIOR_OF_KIND = {"airport": 0.03, "university": 0.015, "park": 0.01, "hospital": 0.01}
_OTHER_DISTRICT_PRIOR = -0.05
_VILLAGE_PRIOR = -0.04  # it has no point of its own
_NOT_NEAR = 0.6
_NOT_FIRST_KEY = 0.02
_OTHER_FRONT = 0.3
_SEGMENT_SHARE = 0.95
_OTHER_HEAD = 0.15
_IN_FRONT = 0.12  # Chinese names begin with where a thing is: 生物岛实验室


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
        Best first, WGS84, each with a score of at least ``THRESHOLD``. Empty when the place is not known; where the
        text states a district, at least that district is returned, with the accuracy of a district.

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
    scored = _fallbacks(known, query)
    for key, score in _keys(known, query).items():
        for row, value in _rows(known, query, key, score):
            if value > scored.get(row, (0.0, ""))[0]:
                scored[row] = (value, key)
    good = sorted(
        (-score, known.records[row].id, row, key)
        for row, (score, key) in scored.items()
        if score >= (PART_THRESHOLD if _in_part(known, query, row, key) else THRESHOLD)
    )
    found = [_candidate(known, query, row, -score, key) for score, _, row, key in good]
    return [*_seats(known, query, found), *found][:limit]


def _by_code(known: Gazetteer, query: Query) -> list[Candidate]:
    row = known.codes.get(query.code if len(query.code) == 6 else query.code[:9])
    if row is None or not known.records[row].precision or not _inside(known, row, query.limits):
        return []
    return [_candidate(known, query, row, 1.0, query.code)]


def _seats(known: Gazetteer, query: Query, found: list[Candidate]) -> list[Candidate]:
    """The seat of the government that the text asks for, where its own building is not in the gazetteer."""
    if query.core not in _GOVERNMENT or any(c.score > _SEAT_SCORE for c in found):
        return []
    rows = [row for row in query.stated if known.records[row].source in _SEAT_ACCURACY_M]
    seats = [_candidate(known, query, row, _SEAT_SCORE, query.whole) for row in rows]
    accuracy = [_SEAT_ACCURACY_M[known.records[row].source] for row in rows]
    return [replace(c, precision="site", accuracy_m=a) for c, a in zip(seats, accuracy, strict=True)]


def _fallbacks(known: Gazetteer, query: Query) -> dict[int, tuple[float, str]]:
    """The finest units that the text states: known even when the site is not."""
    if query.stated:
        score = _FALLBACK if query.core else 1.0
        rows = [row for row in query.stated if known.records[row].precision]
        return {row: (score, known.records[row].name) for row in rows}
    return {row: (_FALLBACK, known.records[row].name) for row in query.near_rows}


def _keys(known: Gazetteer, query: Query) -> dict[str, float]:
    """Score the keys that the text is, holds, is part of, or resembles."""
    found: dict[str, float] = {}
    if not text.has_han(query.whole):
        for rank, variant in enumerate(text.latin_variants(query.raw)):
            if variant in known.number:
                _keep(found, {variant: 0.97 - 0.01 * min(rank, 5)})
            if rank < 2:
                _keep(found, _alike(known, known.latin, variant))
        return found
    _keep(found, {form: score for form, score in query.forms.items() if form in known.number})
    for segment in query.segments:
        inside = {**_alike(known, known.han, segment), **_held(known, segment)}
        if segment in known.number:
            inside[segment] = 1.0
        _keep(found, {key: _SEGMENT_SHARE * score for key, score in inside.items()})
    for form in dict.fromkeys((query.bare, query.core, query.whole)):
        _keep(found, _held(known, form))
    for form in dict.fromkeys((query.bare, query.whole)):
        _keep(found, _alike(known, known.han, form))
    return found


def _keep(found: dict[str, float], more: dict[str, float]) -> None:
    """Keep each key's best score."""
    for key, score in more.items():
        if score > found.get(key, 0.0):
            found[key] = score


def _held(known: Gazetteer, form: str) -> dict[str, float]:
    """Keys that the text holds: the more of what it tells they cover, the better."""
    weight = known.han.weigh(text.grams(without_project_words(form)))
    found: dict[str, float] = {}
    for start in range(len(form) - 1):
        # Two characters count in front only: 龙湖 is not what 云龙湖 tells.
        for end in range(start + (3 if start else 2), min(len(form), start + _LONGEST_PART) + 1):
            part = form[start:end]
            if part in known.number:
                share = min(1.0, known.han.weigh(text.grams(part)) / weight) if weight else 0.0
                found[part] = 0.35 + 0.58 * share + (_IN_FRONT if start == 0 and len(part) > 2 else 0.0)
    return found


def _alike(known: Gazetteer, index: Grams, form: str) -> dict[str, float]:
    """Keys that resemble the text, or hold it whole."""
    grams = text.grams(form)
    weight = index.weigh(grams)
    shared = index.shared(grams)
    touched = np.flatnonzero(shared)
    likeness = 2 * shared[touched] / (weight + index.weight[touched])
    best = (
        np.argpartition(-likeness, _COMPARED)[:_COMPARED]
        if len(touched) > _COMPARED
        else np.arange(len(touched))
    )
    found: dict[str, float] = {}
    for at, like in zip(touched[best].tolist(), likeness[best].tolist(), strict=True):
        key = known.keys[index.numbers[at]]
        if key == form or (len(key) < 3 and form not in key):
            continue
        # A Chinese name tells most in front: 云龙湖 and 大龙湖 are two.
        score = 0.88 * like - (0.0 if form[:2] == key[:2] else _OTHER_HEAD)
        if form in key and len(form) > 1:
            score = max(score, 0.4 + 0.52 * weight / float(index.weight[at]))
        if score > _WORTH_KEEPING:
            found[key] = min(score, 0.95)
    return found


def _rows(known: Gazetteer, query: Query, key: str, score: float) -> list[tuple[int, float]]:
    """The records that a key leads to, inside the limits, with their scores."""
    owners = known.owners[known.number[key]]
    rows = [r for r in owners if known.records[r].precision and _inside(known, r, query.limits)]
    if key not in query.forms:
        # Inside a longer text two characters tell no site, and a unit's name without its ending tells no unit.
        rows = [r for r in rows if not (r >= known.first_unit and (key in known.stems or r in query.stated))]
        rows = rows if len(key) > 2 else [r for r in rows if known.records[r].precision != "site"]
    if query.near:
        preferred = [r for r in rows if _inside(known, r, query.near)]
        score -= 0.0 if preferred else _NOT_NEAR
        rows = preferred or rows
    # What many places are called tells none of them.
    score -= 0.0 if len(rows) <= 3 else 0.08 if len(rows) <= 10 else 0.25
    return [(row, score + _prior(known, row) - _weaker(known, query, row, key)) for row in rows]


def _weaker(known: Gazetteer, query: Query, row: int, key: str) -> float:
    """What a further name counts less than the first; much less where it leaves out a unit the text contradicts.

    第二人民医院 is a key of 白云区第二人民医院, but 广州市第二人民医院 is another.
    """
    first = known.records[row].first_key
    if key == first:
        return 0.0
    front = first.removesuffix(key)
    if front == first or front in query.whole or not (query.stated or query.near):
        return _NOT_FIRST_KEY
    of = [prefix(known.records[r].adcode) for r in known.units.get(front, known.stems.get(front, []))]
    coarser = any(limit.startswith(code) for code in of for limit in (query.near or query.limits))
    return _NOT_FIRST_KEY if coarser else _OTHER_FRONT


def _prior(known: Gazetteer, row: int) -> float:
    """A little more for what is more often meant: the district before the street of its name."""
    record = known.records[row]
    if (
        row >= known.first_unit
        and record.precision == "district"
        and not record.adcode.startswith(covered(known))
    ):
        return _OTHER_DISTRICT_PRIOR
    if record.kind == "village":
        return _VILLAGE_PRIOR
    own = 0.03 if record.source == "curated" else 0.0
    return max(own, _PRIOR.get(record.precision, 0.0), _PRIOR_OF_KIND.get(record.kind, 0.0))


def _in_part(known: Gazetteer, query: Query, row: int, key: str) -> bool:
    """Whether the text names something else than the site found: 科学城小学 for 科学城, or the other way about."""
    if known.records[row].precision not in ("site", "road") or key in query.forms or key in query.segments:
        return False
    if not text.has_han(query.whole):
        return key not in text.latin_variants(query.raw)
    left = without_project_words(query.bare).replace(key, "", 1)
    return key not in query.bare or (len(left) > 1 and text.has_han(left))


def _inside(known: Gazetteer, row: int, limits: tuple[str, ...]) -> bool:
    if not limits:
        return True
    record = known.records[row]
    return record.adcode.startswith(limits) or any(code.startswith(limits) for code in record.also)


def _candidate(known: Gazetteer, query: Query, row: int, score: float, key: str) -> Candidate:
    record = known.records[row]
    place = Candidate(
        name=record.name,
        lon=record.lon,
        lat=record.lat,
        score=round(min(score, 1.0), 3),
        precision=record.precision,
        accuracy_m=0 if math.isnan(record.accuracy_m) else int(record.accuracy_m),
        datum=DATUM,
        adcode=record.adcode,
        source=f"{SOURCES[record.source]}, {record.source_id}",
        name_en=record.name_en,
        kind=record.kind,
        status=record.status,
        matched=key,
        id=record.id,
    )
    if math.isnan(place.lon):
        place = _at_its_district(known, place)
    if _in_part(known, query, row, key):
        least = next(metres for floor, metres in _PART_ACCURACY_M if score >= floor)
        place = replace(place, accuracy_m=max(place.accuracy_m, least))
        if score < _PART_IS_SITE or (key in query.bare and _OF_PLACES.search(query.bare.replace(key, "", 1))):
            place = replace(place, precision="township")
    return place


def _at_its_district(known: Gazetteer, place: Candidate) -> Candidate:
    """A township of which no point is known stands at its district's, and says so by precision and accuracy."""
    district = known.records[known.codes[place.adcode]]
    return replace(
        place, lon=district.lon, lat=district.lat, precision="district", accuracy_m=int(district.accuracy_m)
    )
