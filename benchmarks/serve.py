"""The server at 100,000 features, over HTTP on loopback: a page, a box, a property, one feature.

    python benchmarks/serve.py [--features 100000] [--requests 60] [--peer]

Each line: median and 95th percentile of the seconds from asking to the last byte. ``--peer`` asks pygeoapi's own
GeoJSON provider for the same from the same file, in this process and without HTTP (three times each: it reads the file
anew for every answer), and gives the ratio of the medians. The goal is a 95th percentile under 0.3 s.
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import uvicorn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from geo import boundaries, grid
from infraplan.commands.serve import listen
from infraplan.serve import store
from infraplan.serve.app import application
from infraplan.serve.content import Collection
from layers.export import geojson
from layers.export.features import prepare
from layers.export.reference import WGS84
from layers.spec import Field, Layer

SIZES = {"page of 10": 10, "page of 100": 100, "page of 1000": 1000}


def layer(count: int) -> Layer:
    """Return ``count`` cells of Guangzhou and Xuzhou with a few columns."""
    shapes = [g for code in ("440100", "320300") for g in boundaries.districts(code).geometry]
    cells, owner = grid.cells_in(np.array(shapes), 9)
    if len(cells) < count:
        raise SystemExit(f"at most {len(cells):,} features")
    frame = pd.DataFrame(
        {"cell": cells[:count], "zone": owner[:count].astype(str), "units": owner[:count] % 7}
    )
    fields = (Field("zone", "分区", "Zone", "code"), Field("units", "数量", "Units", "integer"))
    return Layer("cells", "网格", "Cells", "cells", frame, fields)


def start(made: Layer) -> tuple[str, int, Callable[[], None]]:
    """Serve the layer in a thread; return host, port and what stops it."""
    table = store.of_features(prepare(made, "en", WGS84), "h3")
    west, south, east, north = (
        float(v)
        for v in (
            np.nanmin(table.bounds[0]),
            np.nanmin(table.bounds[1]),
            np.nanmax(table.bounds[2]),
            np.nanmax(table.bounds[3]),
        )
    )
    collection = Collection(
        "cells", ("网格", "Cells"), ("", ""), (), (west, south, east, north), lambda: table, None, "h3"
    )
    published: Any = SimpleNamespace(
        collections={"cells": collection}, table=lambda _name: table, refresh=lambda: False
    )
    listening = listen("127.0.0.1", 0)
    host, port = listening.getsockname()[:2]
    config = uvicorn.Config(
        application(published, f"http://{host}:{port}"), log_level="error", access_log=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)

    def stop() -> None:
        server.should_exit = True
        thread.join(10)

    return host, port, stop


def questions(made: Layer, requests: int) -> Iterator[tuple[str, list[str], dict[str, Any]]]:
    """Yield a title, the paths to ask, and the same for pygeoapi's provider."""
    random = np.random.default_rng(1)
    centres = grid.centroids(made.frame["cell"].to_numpy())
    ids = grid.to_hex(made.frame["cell"].to_numpy())
    base = "/collections/cells/items"
    offsets = random.integers(0, len(ids) - 1000, requests)
    for title, size in SIZES.items():
        yield (
            title,
            [f"{base}?limit={size}&offset={o}" for o in offsets],
            {"offset": int(offsets[0]), "limit": size},
        )
    for degrees in (0.02, 0.2):
        boxes = [
            ",".join(f"{v:.5f}" for v in (x, y, x + degrees, y + degrees))
            for x, y in centres[random.integers(0, len(ids), requests)]
        ]
        box = [float(v) for v in boxes[0].split(",")]
        yield (
            f"box of {degrees}°, 100 of what fits",
            [f"{base}?limit=100&bbox={b}" for b in boxes],
            {
                "bbox": box,
                "limit": 100,
            },
        )
    yield (
        "property, 100 of what fits",
        [f"{base}?limit=100&zone={i % 20}" for i in range(requests)],
        {
            "properties": [("zone", "1")],
            "limit": 100,
        },
    )
    yield (
        "one feature",
        [f"{base}/{i}" for i in ids[random.integers(0, len(ids), requests)]],
        {"id": str(ids[5])},
    )


def ask(host: str, port: int, path: str) -> float:
    """Return the seconds that one answer took; anything but 200 stops the benchmark."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection(host, port, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{answer.status} {path}")
    return time.perf_counter() - began


def peer_seconds(made: Layer, folder: Path) -> Callable[[dict[str, Any]], float]:
    """Return a function that asks pygeoapi's own GeoJSON provider, on the same features."""
    from pygeoapi.provider.geojson import GeoJSONProvider

    path = folder / "cells.geojson"
    geojson.write(made, path)
    definition = {"name": "GeoJSON", "type": "feature", "data": str(path), "id_field": "h3"}

    def one(asked: dict[str, Any]) -> float:
        began = time.perf_counter()
        provider = GeoJSONProvider(definition)
        if "id" in asked:
            provider.get(asked["id"])
        else:
            provider.query(**asked)
        return time.perf_counter() - began

    return lambda asked: statistics.median(one(asked) for _ in range(3))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--features", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--peer", action="store_true")
    args = parser.parse_args()
    made = layer(args.features)
    host, port, stop = start(made)
    with tempfile.TemporaryDirectory() as folder:
        peer = peer_seconds(made, Path(folder)) if args.peer else None
        for title, paths, asked in questions(made, args.requests):
            ask(host, port, paths[0])
            alone = [ask(host, port, path) for path in paths]
            with ThreadPoolExecutor(4) as four:
                together = list(four.map(lambda path: ask(host, port, path), paths))
            text = f"{title:28}"
            for name, spent in (("one client", alone), ("four", together)):
                text += f"  {name}: {statistics.median(spent):.4f} s, p95 {np.quantile(spent, 0.95):.4f} s"
            if peer is not None:
                theirs = peer(asked)
                text += f"  pygeoapi GeoJSON {theirs:.2f} s x {theirs / statistics.median(alone):,.0f}"
            print(text, flush=True)
    stop()


if __name__ == "__main__":
    main()
