"""A whole list at once: each row of a table with a name and, where there is one, a place."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geo.errors import InfraPlanError
from geo.geocode.candidate import Candidate
from geo.geocode.gazetteer import Gazetteer, load
from geo.geocode.search import geocode

# What is added to each row; empty where nothing was found (unknown is not zero, conventions M1).
ADDED = [
    "geo_name", "geo_lon", "geo_lat", "geo_score", "geo_precision", "geo_accuracy_m", "geo_datum", "geo_adcode",
    "geo_source", "geo_status", "geo_from", "geo_alternatives",
]  # fmt: skip
_FINE = ("site", "road")
_CLOSE = 0.05


def geocode_table(
    frame: pd.DataFrame,
    name_col: str,
    place_col: str | None = None,
    region: str | None = None,
    gazetteer: Gazetteer | None = None,
) -> pd.DataFrame:
    """Find the place of every row.

    The place column limits the search for the name to the unit it states; where the name is not known, the place
    itself is taken, with its own precision.

    Parameters
    ----------
    frame : DataFrame
        Any table. ``name_col`` holds names of projects or sites, ``place_col`` addresses, districts or adcodes.
    region : str, optional
        Adcode inside which everything lies.

    Returns
    -------
    DataFrame
        The rows and columns of ``frame``, unchanged and in order, and the columns ADDED. ``geo_from`` says which
        column the place was found by; ``geo_alternatives`` lists further names that score about as well, joined by |:
        a person should look at those rows. Unknown is empty (NA).

    Raises
    ------
    InfraPlanError
        When a column is not there, or ``region`` is not known.
    """
    for column in filter(None, (name_col, place_col)):
        if column not in frame.columns:
            listed = ", ".join(map(str, frame.columns))
            raise InfraPlanError(
                f"the table has no column {column!r}; it has: {listed}",
                f"表中没有“{column}”列;现有列:{listed}",
            )
    known = gazetteer or load()
    places = frame[place_col].map(_text) if place_col else pd.Series("", index=frame.index)
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    rows = []
    for name, place in zip(frame[name_col].map(_text), places, strict=True):
        if (name, place) not in seen:
            seen[name, place] = _row(known, name, place, region)
        rows.append(seen[name, place])
    added = pd.DataFrame(rows, columns=ADDED, index=frame.index)
    added["geo_accuracy_m"] = added["geo_accuracy_m"].astype("Int64")
    return pd.concat([frame, added], axis=1)


def _text(value: object) -> str:
    """A cell as text: empty for a missing one, and an adcode that a spreadsheet made a number is one again."""
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _row(known: Gazetteer, name: str, place: str, region: str | None) -> dict[str, Any]:
    at = geocode(place, region, 3, known) if place else []
    inside = at[0].adcode if at and at[0].score >= 0.9 and at[0].precision in ("district", "city") else None
    within = inside if inside in known.codes else region
    found = geocode(name, within, 4, known) if name else []
    if not found and place:
        found = [c for c in geocode(f"{place}{name}", region, 4, known) if c.precision in _FINE]
    best, source = (found, "name") if _better(found, at) else (at, "place")
    if not best:
        return {}
    chosen = best[0]
    others = [c.name for c in best[1:] if c.score >= chosen.score - _CLOSE and c.name != chosen.name]
    same_name = [c for c in best[1:] if c.name == chosen.name and c.score >= chosen.score - _CLOSE]
    others += [f"{c.name} ({c.adcode})" for c in same_name]
    return {
        "geo_name": chosen.name,
        "geo_lon": chosen.lon,
        "geo_lat": chosen.lat,
        "geo_score": chosen.score,
        "geo_precision": chosen.precision,
        "geo_accuracy_m": chosen.accuracy_m,
        "geo_datum": chosen.datum,
        "geo_adcode": chosen.adcode,
        "geo_source": chosen.source,
        "geo_status": chosen.status,
        "geo_from": source,
        "geo_alternatives": "|".join(others),
    }


def _better(found: list[Candidate], at: list[Candidate]) -> bool:
    """Whether to take the name's place rather than the place column's: it is finer, or there is no other."""
    if not found or not at:
        return bool(found)
    if at[0].precision in _FINE and at[0].score >= found[0].score:
        return False
    return found[0].accuracy_m <= at[0].accuracy_m or found[0].precision in _FINE
