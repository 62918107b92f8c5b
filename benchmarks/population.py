"""People: reading rasters and tables, drawing perturbed surfaces, changing resolution; beside peers in the same run.

    python benchmarks/population.py [--quick]

Each line: our wall and processor seconds (median), the peer's for the same answer, and the ratio of processor times.
Peers: h3-py (one call a pixel), exactextract where it is installed, and a plain pandas loop for the rounding. A peer
too slow to wait for does a part of the work and is multiplied up, which the line says.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import rasterio
from affine import Affine

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from geo import boundaries, grid, importers, population
from geo.importers.raster import _collect, _parts, _to_lonlat, _window
from geo.population_error import perturbed

Spent = tuple[float, float]  # wall, processor
REGION = "440100"
SHAPE = (1294, 1135)


def seconds(run: Callable[[], Any], repeats: int) -> Spent:
    """Return the median wall time and the median processor time."""
    wall, processor = [], []
    for _ in range(repeats):
        start, busy = time.perf_counter(), time.process_time()
        run()
        wall.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    return statistics.median(wall), statistics.median(processor)


def line(title: str, ours: Spent, peer: Spent | None = None, name: str = "", times: float = 1) -> None:
    """Print one comparison; ``times`` when the peer did a part of the work only."""
    beside = ""
    if peer is not None:
        part = f", of 1/{times:.0f}" if times > 1 else ""
        beside = f"{peer[0] * times:9.2f} s {name}{part:9} x {peer[1] * times / ours[1]:7.1f}"
    print(f"{title:62} {ours[0]:7.3f} s ({ours[1]:6.3f} cpu)  {beside}", flush=True)


def raster_file(folder: Path) -> tuple[Path, np.ndarray, Affine]:
    """A GeoTIFF of 1,135 x 1,294 pixels of about 100 m over Guangzhou."""
    west, south, east, north = boundaries.region(REGION).bounds
    transform = Affine((east - west) / SHAPE[1], 0, west, 0, -(north - south) / SHAPE[0], north)
    values = np.random.default_rng(0).gamma(0.4, 30, SHAPE).astype(np.float32)
    path = folder / "people.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=SHAPE[1], height=SHAPE[0], count=1, dtype="float32", crs="EPSG:4326",
        transform=transform, nodata=-99999.0,
    ) as file:  # fmt: skip
        file.write(values, 1)
    return path, values, transform


def rasters(folder: Path, repeats: int) -> None:
    """Raster to cells, every person kept."""
    path, values, transform = raster_file(folder)

    def to_cells() -> Any:
        with rasterio.open(path) as file:
            window = _window(file, boundaries.region(REGION).bounds, path.name)
            way = _to_lonlat(file, path.name)
            return _collect(file, 1, window, _parts(file, window, way, 9), way, 9)

    rows = 60

    def one_by_one() -> dict[str, float]:
        sums: dict[str, float] = {}
        for row in range(rows):
            for column in range(SHAPE[1]):
                lon, lat = transform @ (column + 0.5, row + 0.5)
                cell = h3.latlng_to_cell(lat, lon, 9)
                sums[cell] = sums.get(cell, 0.0) + float(values[row, column])
        return sums

    found = to_cells()
    assert abs(found.people.sum() - values.astype(float).sum()) < 1e-6 * found.source_sum
    title = f"raster {SHAPE[1]:,} x {SHAPE[0]:,} to cells at 9, mass-exact (goal 1 s)"
    line(title, seconds(to_cells, repeats), seconds(one_by_one, 1), "h3-py", SHAPE[0] / rows)
    whole = seconds(lambda: importers.read_raster(path, REGION), repeats)
    line(
        "the same to a surface of whole people, clipped, reported",
        whole,
        exact_extract(path),
        "exactextract",
        20,
    )


def exact_extract(path: Path) -> Spent | None:
    """exactextract over a twentieth of the cells, where it is installed (it is no requirement of ours)."""
    try:
        from exactextract import exact_extract as extract
    except ImportError:
        print("exactextract is not installed: not compared")
        return None
    cells = population.frame(REGION, 9)[0][::20]
    frame = gpd.GeoDataFrame({"cell": np.arange(len(cells))}, geometry=grid.polygons(cells), crs=4326)
    return seconds(lambda: extract(str(path), frame, "sum"), 1)


def surfaces(repeats: int) -> None:
    """Perturbed surfaces, resolutions, loading."""
    surface = population.load(REGION)

    def plain() -> None:
        """What a planner would write: noise, then a rounding by unit that is set right on the largest cell."""
        noise = np.exp(np.random.default_rng(1).normal(0, 0.3, len(surface)))
        frame = pd.DataFrame(
            {"unit": surface.census_units, "people": surface.people * noise, "was": surface.people}
        )
        for _, part in frame.groupby("unit"):
            share = (part["people"] / part["people"].sum() * part["was"].sum()).round()
            share[share.idxmax()] += part["was"].sum() - share.sum()

    drawn = seconds(lambda: [perturbed(surface, seed) for seed in range(20)], repeats)
    rounded = seconds(lambda: [plain() for _ in range(20)], 1)
    line(f"20 perturbed surfaces of {len(surface):,} cells, exact (goal 1 s)", drawn, rounded, "pandas")
    for resolution in (8, 10):
        line(
            f"the surface at resolution {resolution}",
            seconds(lambda r=resolution: population.at_resolution(surface, r), 1),
        )
    path = next(
        (Path(__file__).resolve().parent.parent / "data" / "population").glob(f"*-{REGION}-r9.parquet")
    )
    line("reading the shipped surface", seconds(lambda: population.read(path), repeats))


def tables(folder: Path, repeats: int) -> None:
    """A million points to a surface."""
    random = np.random.default_rng(2)
    west, south, east, north = boundaries.region(REGION).bounds
    count = 1_000_000
    frame = pd.DataFrame(
        {"lon": random.uniform(west, east, count), "lat": random.uniform(south, north, count), "people": 3}
    )
    frame.to_parquet(folder / "points.parquet")
    part = 20_000

    def one_by_one() -> int:
        rows = frame.iloc[:part]
        return len({h3.latlng_to_cell(y, x, 9) for x, y in zip(rows["lon"], rows["lat"], strict=True)})

    ours = seconds(lambda: importers.read_points(folder / "points.parquet", REGION, datum="GCJ-02"), repeats)
    line(
        "1,000,000 points in GCJ-02 to a surface",
        ours,
        seconds(one_by_one, 1),
        "h3-py (cells only)",
        count / part,
    )


def main() -> None:
    """Run all comparisons."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="one run of each")
    repeats = 1 if parser.parse_args().quick else 5
    with tempfile.TemporaryDirectory() as name:
        rasters(Path(name), repeats)
        tables(Path(name), repeats)
    surfaces(repeats)


if __name__ == "__main__":
    main()
