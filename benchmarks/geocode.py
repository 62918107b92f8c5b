"""The offline geocoder: how fast, how often right, how far off.

    python benchmarks/geocode.py [--misses]

Prints the median look-up, a list of 1,000 rows, and for three lists the hit rate and the median error, and how often
projects of the plans that have no place are given one:

- set aside: data/places/evaluation.csv, written from general knowledge before the gazetteer and the search were made;
- catalogue: the named places of data/plans/*/projects.csv that carry a position (their positions mostly come from
  this gazetteer: it shows that names as plans write them are found, and is no independent measure of accuracy);
- left out: OpenStreetMap points taken out of the index one at a time, looked up by their names; the answer may then be
  a namesake or a neighbour: how far that is, and whether the accuracy that is told holds the true point.

A hit is a best candidate no farther than 1 km and the reference's own uncertainty from the reference.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from geo.geocode import Candidate, geocode, geocode_table
from geo.geocode.gazetteer import Gazetteer, load
from geo.paths import data_root

HIT_METRES = 1000.0
LEFT_OUT = 300


def metres(lon: float, lat: float, found: Candidate) -> float:
    """Distance by the haversine formula on a sphere of 6,371,008.8 m."""
    a, b = np.radians([lat, found.lat])
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(found.lon - lon) / 2) ** 2
    return float(2 * 6371008.8 * np.arcsin(np.sqrt(half)))


def measure(
    title: str, rows: pd.DataFrame, look: Callable[[str, str], list[Candidate]], misses: bool
) -> None:
    """Print one line for a list with the columns query, region, lon, lat, uncertainty_m."""
    errors, hits, held, answered = [], 0, 0, 0
    for row in rows.itertuples(index=False):
        found = look(str(row.query), str(row.region))
        if not found:
            if misses:
                print(f"    unknown: {row.query}")
            continue
        answered += 1
        error = metres(float(row.lon), float(row.lat), found[0])
        errors.append(error)
        allowed = HIT_METRES + float(row.uncertainty_m)
        hits += error <= allowed
        held += error <= found[0].accuracy_m + float(row.uncertainty_m)
        if misses and error > allowed:
            best = found[0]
            print(f"    {row.query}: {error:,.0f} m off, {best.name} {best.precision} ({best.score})")
    middle = statistics.median(errors) if errors else float("nan")
    print(
        f"{title:24s} {len(rows):5d} names  hit {hits / len(rows):6.1%}  unknown {1 - answered / len(rows):6.1%}  "
        f"median error {middle:7,.0f} m  within the told accuracy {held / max(answered, 1):6.1%}"
    )


def set_aside() -> pd.DataFrame:
    """The list written beforehand."""
    return pd.read_csv(data_root() / "places" / "evaluation.csv", dtype={"region": str})


def catalogue() -> pd.DataFrame:
    """Projects of the plans that have a position."""
    parts = []
    for path in sorted((data_root() / "plans").glob("*/projects.csv")):
        table = pd.read_csv(path, dtype=str)
        table["region"] = (
            table["adcode"].str[:4] + "00" if "500114" not in path.read_text("utf-8") else "500114"
        )
        parts.append(table[table["lon"].notna()])
    whole = pd.concat(parts)
    return pd.DataFrame(
        {
            "query": whole["name_zh"],
            "region": whole["region"],
            "lon": whole["lon"].astype(float),
            "lat": whole["lat"].astype(float),
            "uncertainty_m": whole["accuracy_m"].astype(float).fillna(0),
        }
    )


def _projects() -> pd.DataFrame:
    parts = []
    for path in sorted((data_root() / "plans").glob("*/projects.csv")):
        table = pd.read_csv(path, dtype=str)
        own = table["adcode"].mode()[0]
        table["region"] = own if own.startswith("50") else own[:4] + "00"
        parts.append(table)
    return pd.concat(parts, ignore_index=True)


def made_up(misses: bool) -> None:
    """Print how often a name that has no place (a platform, a mechanism, a kind of thing) is given one."""
    whole = _projects()
    whole = whole[whole["lon"].isna()]
    wrong = []
    for row in whole.itertuples(index=False):
        found = geocode(str(row.name_zh), str(row.region))
        if found and found[0].precision in ("site", "road", "township"):
            wrong.append(f"{row.name_zh}: {found[0].name} ({found[0].score})")
    print(
        f"{'names without a place':24s} {len(whole):5d} names  given a place finer than a district {len(wrong)}"
    )
    if misses:
        print("\n".join(f"    {line}" for line in wrong))


def left_out(known: Gazetteer) -> tuple[pd.DataFrame, Callable[[str, str], list[Candidate]]]:
    """Every so many-th OSM site, and a look-up that does not see the record itself."""
    rows = [r for r in known.records if r.source == "osm" and r.precision == "site" and len(r.name) > 3]
    chosen = rows[:: max(1, len(rows) // LEFT_OUT)]
    own = {r.name: r.id for r in chosen}
    table = pd.DataFrame(
        {
            "query": [r.name for r in chosen],
            "region": [r.adcode for r in chosen],
            "lon": [r.lon for r in chosen],
            "lat": [r.lat for r in chosen],
            "uncertainty_m": 0.0,
        }
    )

    def look(name: str, region: str) -> list[Candidate]:
        return [c for c in geocode(name, region, 5, known) if c.id != own[name]]

    return table, look


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--misses", action="store_true", help="list what was not found or found elsewhere")
    misses = parser.parse_args().misses
    start = time.perf_counter()
    known = load()
    geocode("广州塔")
    print(
        f"load {time.perf_counter() - start:.2f} s: {len(known.records):,} records, {len(known.keys):,} names"
    )
    names = [r.name for r in known.records[:: max(1, len(known.records) // 500)]]
    for title, texts in (
        ("Chinese", names),
        ("Latin", ["Nansha port", "Canton Tower", "guangzhoutushuguan"] * 10),
    ):
        geocode(texts[0])
        took = []
        for name in texts:
            start = time.perf_counter()
            geocode(name)
            took.append((time.perf_counter() - start) * 1000)
        print(
            f"look-up, {title:8s} median {statistics.median(took):.2f} ms, "
            f"95th percentile {np.percentile(took, 95):.2f} ms"
        )
    start = time.perf_counter()
    for name in names[:50]:
        [key for key in known.keys if name in key]
    scan = (time.perf_counter() - start) * 1000 / 50
    print(f"a plain scan for the text in all names, the floor: {scan:.2f} ms")
    frame = pd.DataFrame({"name": [f"{n}改造项目" for n in (names * 3)[:1000]], "place": "广州市"})
    frame["name"] += pd.Series(range(len(frame))).astype(
        str
    )  # no two alike, so that nothing is answered from memory
    start = time.perf_counter()
    geocode_table(frame, "name", "place")
    print(f"list of {len(frame):,} rows {time.perf_counter() - start:.2f} s")
    measure("set aside", set_aside(), geocode, misses)
    measure("catalogue", catalogue(), geocode, misses)
    made_up(misses)
    table, look = left_out(known)
    measure("left out of the index", table, look, False)


if __name__ == "__main__":
    main()
