"""A real app in a real browser: the system's Chromium driven by Playwright, every request written down."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(
    (p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None
)
REQUIRED = os.environ.get("INFRAPLAN_BROWSER_REQUIRED") == "1"
WAIT = 120_000
#: Chromium's own calls home are switched off, so that every request seen is the page's.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader",
         "--enable-unsafe-swiftshader"]  # fmt: skip


@dataclass
class Visit:
    """A page, and what went wrong or outward while it was open."""

    page: Any
    origin: str
    outward: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, address: str, name: str) -> None:
        """Go to an address and wait until the page called ``name`` is drawn to its end."""
        self.page.goto(f"{self.origin}/{address}")
        self.drawn(name)

    def drawn(self, name: str) -> None:
        """Wait until the page called ``name`` is drawn and at rest."""
        find = self.page.wait_for_selector
        find(f'.page-drawn[data-page="{name}"]', state="attached", timeout=WAIT)
        find('[data-testid="stApp"][data-test-script-state="notRunning"]', state="attached", timeout=WAIT)

    def words(self, text: str, exact: bool = False):
        """Where words can be read: a drawn table keeps its cells' words a second time, hidden, for screen readers."""
        return self.page.get_by_text(text, exact=exact).filter(visible=True).first

    def clean(self) -> None:
        """Assert that nothing left the machine, nothing failed and no script broke."""
        assert self.outward == []
        assert self.failed == []
        assert self.errors == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests are marked so; without a browser they are skipped, or fail where one is required."""
    for item in items:
        if Path(__file__).parent in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None and not REQUIRED:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on a free port, with a workspace of its own, started from another folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("elsewhere")
    workspace = folder / "workspace"
    _hostile(workspace)
    environment = {**os.environ, "INFRAPLAN_WORKSPACE": str(workspace), "LOGNAME": "tester"}
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(ROOT / "streamlit_app.py"),
        "--server.headless=true",
    ]
    command += [f"--server.port={port}", "--server.address=127.0.0.1", "--browser.gatherUsageStats=false"]
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health", process, folder / "log.txt")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(20)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.25)
    raise RuntimeError(f"the app did not start: {log.read_text('utf-8', errors='replace')[-2000:]}")


def _hostile(root: Path) -> None:
    """Put a scenario and a corrected position full of scripts into the workspace, as a stranger could."""
    from infraplan.workspace import Workspace

    script = "<img src=x onerror=alert('owned')><script>alert('owned')</script>"
    document = {
        "format_version": 1, "id": "hostile", "title_zh": f"恶意{script}", "title_en": f"Hostile{script}",
        "distributes": "increment", "amount": 50, "region": "440100", "resolution": 7,
        "population": "modelled-2020", "quotas": {"method": "largest_remainder", "weights": {"residents": 1}},
        "assumptions": [{"zh": script, "en": script}],
    }  # fmt: skip
    workspace = Workspace(root)
    workspace.save("scenario", "hostile", document, by=script, base_version=None, title=document["title_zh"])
    position = {"plan": "guangzhou-2020", "project": "gz-hq-development-zone", "lon": 113.3, "lat": 23.1,
                "accuracy_m": 50, "basis": script, "source": script}  # fmt: skip
    workspace.save("correction", "hostile", position, by=script, base_version=None, title=script)


@pytest.fixture(scope="session")
def driver():
    """Playwright, started once."""
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        pytest.fail("Chromium is required here and was not found")
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(driver):
    """The system's Chromium."""
    running = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield running
    running.close()


@pytest.fixture
def plain_browser(driver):
    """The same without any 3D: as on a virtual desktop."""
    running = driver.chromium.launch(
        executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-3d-apis"]
    )
    yield running
    running.close()


@pytest.fixture
def visit(app, browser, tmp_path):
    """A fresh page whose requests are watched."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True)
    page = context.new_page()
    seen = Visit(page, app)
    page.on("request", lambda r: seen.outward.append(r.url) if _leaves(r.url, app) else None)
    page.on("response", lambda r: seen.failed.append(f"{r.status} {r.url}") if _failed(r) else None)
    page.on("requestfailed", lambda r: seen.failed.append(f"failed {r.url}") if _broken(r) else None)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on(
        "dialog", lambda dialog: (seen.errors.append(f"a script ran: {dialog.message}"), dialog.dismiss())
    )
    page.on("console", lambda m: seen.errors.append(m.text) if _is_refusal(m) else None)
    yield seen
    context.close()


def _leaves(url: str, origin: str) -> bool:
    return not url.startswith((origin, origin.replace("http", "ws", 1), "data:", "blob:", "about:"))


def _broken(request) -> bool:
    """A request that the browser gave up because the reader went on to another page is none."""
    return "/_stcore/" not in request.url and request.failure != "net::ERR_ABORTED"


def _failed(response) -> bool:
    """Streamlit looks for its own health address below a page's address first; that miss is how it finds its base."""
    return response.status >= 400 and "/_stcore/" not in response.url


def _is_refusal(message) -> bool:
    return message.type == "error" and "ERR_" in message.text
