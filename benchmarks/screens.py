"""How long a person waits: pages, filters, a run, a comparison, in a real browser on this machine.

    python benchmarks/screens.py [--rounds 3] [--json FILE]

Starts the app with a workspace of its own, opens each page once unmeasured (cold start is not counted), then measures:
the median of the rounds beside the limit set for it, and as a ratio of the floor: the page "about", which shows text
only. Times run from the click or the address to the moment the page is drawn to its end.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

FLAGS = ["--no-sandbox", "--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader",
         "--enable-unsafe-swiftshader", "--disable-background-networking"]  # fmt: skip
WAIT = 180_000
#: What is measured -> seconds that a person should wait at most (two cores, software WebGL, cold start excluded).
LIMITS = {
    "switch: targets": 1.0,
    "switch: projects": 1.0,
    "switch: data": 1.0,
    "switch: about": 1.0,
    "switch: scenario (result known), words and figures": 1.0,
    "map: Guangzhou with all projects": 3.0,
    "filter: a family of projects on the map": 1.0,
    "filter: words in the list of targets": 1.0,
    "compare: two known results": 4.0,
    "run: 5G, quick effort, to its hexagons on the screen": 6.0,
    "run: a unit or more in every cell, to 71,071 hexagons": 6.0,
}
#: Measured beside them, without a limit of its own.
BESIDE = ("switch: scenario (result known), hexagons on the screen",)
#: Colours of the classes, light to dark, as they blend with white: what tells a hexagon from the ground.
_HEXAGONS = """() => {
  const canvas = document.querySelector('[data-testid="stDeckGlJsonChart"] canvas');
  if (!canvas) return false;
  const copy = document.createElement('canvas');
  copy.width = 300; copy.height = 240;
  const pen = copy.getContext('2d', {willReadFrequently: true});
  pen.drawImage(canvas, 0, 0, 300, 240);
  const pixels = pen.getImageData(0, 0, 300, 240).data;
  let found = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    const [r, g, b, a] = [pixels[i], pixels[i + 1], pixels[i + 2], pixels[i + 3]];
    // strongly coloured: neither the greys and pale blues of the ground nor the outlines
    if (a > 200 && Math.max(r, g, b) - Math.min(r, g, b) > 60) found += 1;
  }
  return found > 60;
}"""


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        process, origin = start(Path(folder))
        browser = driver.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            times = measure(page, origin, args.rounds)
        finally:
            browser.close()
            process.terminate()
            process.wait(20)
    floor = statistics.median(times["switch: about"])
    print(f"{'what':58}{'median s':>9}{'limit s':>9}{'x floor':>9}")
    for name, limit in [*LIMITS.items(), *((name, None) for name in BESIDE)]:
        middle = statistics.median(times[name])
        over = "  over" if limit is not None and middle > limit else ""
        print(f"{name:58}{middle:9.2f}{limit if limit is not None else '-':>9}{middle / floor:9.1f}{over}")
    if args.json:
        args.json.write_text(json.dumps(times, indent=1), "utf-8")
    return 0


def chromium() -> str:
    """Return the system's Chromium."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        raise SystemExit("no Chromium on this machine")
    return found


def start(folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start the app on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py"), "--server.headless=true",
               f"--server.port={port}", "--server.address=127.0.0.1"]  # fmt: skip
    log = (folder / "log.txt").open("wb")
    environment = {**os.environ, "INFRAPLAN_WORKSPACE": str(folder / "workspace")}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    origin = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{origin}/_stcore/health", timeout=1)
            return process, origin
        except OSError:
            time.sleep(0.25)
    raise SystemExit("the app did not start")


def measure(page: Any, origin: str, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each round for each thing measured."""
    for address in ("scenario", "scenario?scenario=guangzhou-5g-new-2022", "compare", "targets", "projects", "data",
                    "about", ""):  # fmt: skip
        page.goto(f"{origin}/{address}")
        drawn(page, address.split("?")[0] or "map")
    from scenarios import load

    times: dict[str, list[float]] = {name: [] for name in (*LIMITS, *BESIDE)}
    for number in range(rounds):
        page.goto(f"{origin}/about")  # a session of its own for each round
        drawn(page, "about")
        for name in ("targets", "projects", "data", "about"):
            times[f"switch: {name}"].append(switch(page, name))
        began = time.perf_counter()
        times["switch: scenario (result known), words and figures"].append(switch(page, "scenario"))
        hexagons(page)
        times[BESIDE[0]].append(time.perf_counter() - began)
        times["map: Guangzhou with all projects"].append(
            clock(lambda: page.goto(f"{origin}/?scenario=none"), lambda: leaflet(page))
        )
        family = page.locator('[data-testid="stSidebar"] button', has_text="能源")
        page.get_by_text("筛选", exact=True).click()
        family.wait_for(state="visible")
        settled(page)  # opening the filters is a step of its own
        chosen = clock(family.click, lambda: (page.wait_for_url("**cat=energy**"), settled(page)))
        times["filter: a family of projects on the map"].append(chosen)
        page.goto(f"{origin}/targets")
        drawn(page, "targets")
        box = page.get_by_label("搜索")

        def search(box: Any = box) -> None:
            box.fill("基站")
            box.press("Enter")

        times["filter: words in the list of targets"].append(clock(search, lambda: settled(page)))
        times["compare: two known results"].append(
            clock(lambda: page.goto(f"{origin}/compare"), lambda: drawn(page, "compare"))
        )
        base = load.load("guangzhou-5g-2022").document
        quick = {**base, "amount": 38_000 + int(time.time()) % 800 + number, "effort": "quick"}
        times["run: 5G, quick effort, to its hexagons on the screen"].append(run(page, origin, quick))
        by_area = {"method": "largest_remainder", "weights": {"area": 1}}
        everywhere = {
            **{k: base[k] for k in ("format_version", "id", "title_zh", "title_en", "region", "population")},
            "distributes": "stock", "amount": 213_300 + number, "resolution": 9, "quotas": by_area, "cells": by_area,
        }  # fmt: skip
        times["run: a unit or more in every cell, to 71,071 hexagons"].append(run(page, origin, everywhere))
    return times


def run(page: Any, origin: str, document: dict[str, Any]) -> float:
    """Open a changed scenario in the form, click Run, and wait for its hexagons on the screen."""
    from infraplan.ui import drafts

    page.goto(f"{origin}/scenario?mode=edit&edit={drafts.pack('guangzhou-5g-2022', document)}")
    drawn(page, "scenario")
    button = page.get_by_role("button", name="运行")
    button.wait_for()
    return clock(button.click, lambda: hexagons(page))


def hexagons(page: Any) -> None:
    """Wait until the colours of hexagons are on the canvas."""
    page.wait_for_function(_HEXAGONS, timeout=WAIT, polling=200)


def switch(page: Any, name: str) -> float:
    """Go to another page by the navigation."""
    link = page.locator(f'a[href$="/{name}"]').first
    return clock(link.click, lambda: drawn(page, name))


def clock(do: Callable[[], object], until: Callable[[], object]) -> float:
    """Return the seconds from the start of ``do`` to the end of ``until``."""
    began = time.perf_counter()
    do()
    until()
    return time.perf_counter() - began


def drawn(page: Any, name: str) -> None:
    """Wait until the page is drawn to its end."""
    page.wait_for_selector(f'.page-drawn[data-page="{name}"]', state="attached", timeout=WAIT)


def leaflet(page: Any) -> None:
    """Wait until the map has its projects."""
    page.frame_locator("iframe[title*='folium']").first.locator(
        "path.leaflet-interactive[stroke='#ffffff']"
    ).nth(30).wait_for(timeout=WAIT)


def settled(page: Any) -> None:
    """Wait until the running mark, if it came at all, has gone."""
    page.wait_for_timeout(50)
    page.wait_for_function(
        "() => document.querySelector('[data-testid=\"stApp\"]').dataset.testScriptState === 'notRunning'",
        timeout=WAIT,
    )


if __name__ == "__main__":
    raise SystemExit(main())
