"""Half a million cells into files: time and memory, beside geopandas' own writer in the same run.

    python benchmarks/export.py [--resolution 10] [--formats gpkg,fgb,...]

Every writer runs in a process of its own over Guangzhou's cells with district, units and people; the peak memory is the
process's own. Ours starts from cell numbers and makes the shapes on the way; the peer is given a GeoDataFrame that is
ready (building it is timed apart), so the comparison favours the peer. Processor time is what other work on the machine
disturbs least.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from geo import boundaries, grid
from layers.export import formats
from layers.spec import Field, Layer

PEER_DRIVERS = {
    "gpkg": "GPKG",
    "fgb": "FlatGeobuf",
    "geojson": "GeoJSON",
    "shp": "ESRI Shapefile",
    "gdb": "OpenFileGDB",
}
#: What was promised for 500,000 cells: seconds, and megabytes for each.
GOALS = {"gpkg": 20, "fgb": 5, "geojson": 20}
GOAL_MB = 1500


def layer(resolution: int) -> Layer:
    """Return Guangzhou's cells with a district, units and people each."""
    districts = boundaries.districts("440100")
    cells, owner = grid.cells_in(districts.geometry.to_numpy(), resolution)
    random = np.random.default_rng(7)
    frame = pd.DataFrame(
        {
            "cell": cells,
            "adcode": districts["adcode"].to_numpy()[owner],
            "units": random.integers(0, 9, len(cells)),
            "people": random.integers(0, 500, len(cells)),
        }
    )
    fields = (
        Field("adcode", "行政区代码", "District code", "code"),
        Field("units", "测算数量", "Units, computed", "integer"),
        Field("people", "常住人口(模型推算)", "Residents (modelled)", "people"),
    )
    return Layer("cells", "网格", "Cells", "cells", frame, fields)


def ours(name: str, folder: Path, resolution: int) -> Callable[[], Any]:
    """Return our writer, ready to run."""
    found, fmt = layer(resolution), formats.get(name)
    reference = formats.default_reference(fmt)
    return lambda: formats.write(fmt, [found], folder, "cells" if fmt.many else None, "en", reference)


def peer(name: str, folder: Path, resolution: int) -> Callable[[], Any]:
    """Return geopandas' writer, its frame ready."""
    found = layer(resolution)
    frame = found.frame.assign(h3=grid.to_hex(found.frame["cell"].to_numpy())).drop(columns="cell")
    ready = gpd.GeoDataFrame(frame, geometry=grid.polygons(found.frame["cell"].to_numpy()), crs="EPSG:4326")
    path = folder / f"peer{formats.get(name).suffix}"
    if name == "parquet":
        return lambda: ready.to_parquet(path)
    if name == "csv":
        return lambda: ready.to_csv(path)
    if name not in PEER_DRIVERS:
        return lambda: None
    options = {"RFC7946": "YES"} if name == "geojson" else {}
    return lambda: ready.to_file(path, driver=PEER_DRIVERS[name], engine="pyogrio", **options)


def measured(make: str, name: str, resolution: int) -> tuple[float, float, float, float]:
    """Run one writer in a new process; return wall and processor seconds, peak MB, size in MB."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_measure, (make, name, resolution))


def _measure(make: str, name: str, resolution: int) -> tuple[float, float, float, float]:
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        run = {"ours": ours, "peer": peer}[make](name, folder, resolution)
        wall, busy = time.perf_counter(), time.process_time()
        run()
        wall, busy = time.perf_counter() - wall, time.process_time() - busy
        size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return wall, busy, peak, size


def main() -> None:
    """Print one line a format."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resolution", type=int, default=10)
    parser.add_argument("--formats", default="gpkg,fgb,geojson,geojsonl,gdb,shp,parquet,csv,kml,xlsx")
    args = parser.parse_args()
    print(f"{len(layer(args.resolution).frame):,} cells")
    print(
        f"{'format':9} {'seconds':>8} {'cpu':>7} {'peak MB':>8} {'file MB':>8}   goal   geopandas: s    cpu  peak MB"
    )
    for name in args.formats.split(","):
        wall, busy, peak, size = measured("ours", name, args.resolution)
        goal = GOALS.get(name)
        met = "" if goal is None else f"<{goal:2d} {'yes' if wall < goal and peak < GOAL_MB else 'NO'}"
        line = f"{name:9} {wall:8.2f} {busy:7.2f} {peak:8.0f} {size:8.1f}   {met:8}"
        if name in PEER_DRIVERS or name in ("parquet", "csv"):
            beside = measured("peer", name, args.resolution)
            line += f" {beside[0]:17.2f} {beside[1]:6.2f} {beside[2]:8.0f}   x {beside[1] / busy:.2f} cpu"
        print(line, flush=True)


if __name__ == "__main__":
    main()
