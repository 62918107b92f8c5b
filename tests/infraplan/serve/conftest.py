"""A real server on loopback, over the catalogue and a workspace with saved scenarios."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from infraplan import saved, workflow
from infraplan.workspace import Workspace
from scenarios import load

ROOT = Path(__file__).resolve().parents[3]
HOSTILE = '</script><img src=x onerror="alert(1)"><script>alert(2)</script>'


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def text(self):
        """The body as text."""
        return self.body.decode("utf-8")


class Client:
    """A plain HTTP client that knows nothing of us."""

    def __init__(self, url, workspace):
        self.url, self.workspace = url, workspace
        self.netloc = urlsplit(url).netloc

    def get(self, path, method="GET", headers=None, body=None, **params):
        """Ask for a path of the server, or for one of its full addresses."""
        path = path.removeprefix(self.url)
        path = path if path.startswith("/") else f"/{path}"  # an address without a path means the root
        if params:
            path += ("&" if "?" in path else "?") + urlencode(params)
        connection = http.client.HTTPConnection(self.netloc, timeout=120)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()


def _save(workspace, name, title, status=None):
    """Save a small scenario with its result."""
    scenario = load.load(
        "guangzhou-5g-2022", {"region": "'440106'", "amount": "900", "title_zh": json.dumps(title)}
    )
    document = {**scenario.document, "id": name}
    record = workspace.save("scenario", name, document, by="张三", base_version=None, status=status)
    allocation = workflow.run(saved.scenario_of(record))
    saved.keep_result(workspace, record, allocation, by="张三")
    return allocation


@pytest.fixture(scope="session")
def workspace(tmp_path_factory):
    """A workspace with one scenario whose title is hostile."""
    made = Workspace(tmp_path_factory.mktemp("served"))
    _save(made, "tianhe", f"天河{HOSTILE}")
    return made


@pytest.fixture(scope="session")
def client(workspace):
    """The server, started as a user starts it."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "infraplan", "serve", "--port", "0"],
        cwd=ROOT,
        env={**os.environ, "INFRAPLAN_WORKSPACE": str(workspace.root), "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        line = process.stderr.readline()
        assert "http://" in line, line
        yield Client(line.split()[1].rstrip("/"), workspace)
    finally:
        process.terminate()
        _, log = process.communicate(timeout=60)
    # whatever the tests asked for, the server met no fault of its own
    assert "Traceback" not in log, log


@pytest.fixture(scope="session")
def save_scenario():
    """The function that saves a small scenario with its result."""
    return _save


@pytest.fixture(scope="session")
def hostile():
    """A text that would run if it were not escaped."""
    return HOSTILE
