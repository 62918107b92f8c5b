"""The server in a hostile world: pages that load nothing from elsewhere, requests that are no requests, no writing."""

from __future__ import annotations

import hashlib
import html.parser
import re
import socket
import time
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pygeoapi
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import InfraPlanError, RequestError
from infraplan.commands import serve
from infraplan.serve.content import Published
from infraplan.workspace import Workspace

PAGES = [
    "/",
    "/openapi",
    "/conformance",
    "/collections",
    "/collections/targets",
    "/collections/targets/items",
    "/collections/targets/items/gz-5g-stations",
    "/collections/targets/queryables",
    "/collections/targets/schema",
    "/collections/projects/items?limit=100",
    "/collections/scenario-tianhe-cells",
    "/collections/scenario-tianhe-cells/items",
    "/collections/none",
]
"""The pages of the HTML class, and one that is an error."""


class Loaded(html.parser.HTMLParser):
    """Collects what a browser would load by itself, and what only a click follows."""

    def __init__(self):
        super().__init__()
        self.loaded, self.clicked, self.inline = [], [], []
        self._script = False

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        assert not any(name.startswith("on") for name in values), (tag, values)
        if tag == "a":
            self.clicked.append(values["href"])
        for name in ("src", "href", "data", "poster", "action", "srcset"):
            if tag != "a" and name in values:
                self.loaded.append(values[name])
        self._script = tag == "script" and "src" not in values

    def handle_data(self, data):
        if self._script:
            self.inline.append(data)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["zh-CN", "en-US"])
def test_html_pages_load_from_this_server_alone(client, path, lang):
    answer = client.get(path, f="html", lang=lang)
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    page = Loaded()
    page.feed(answer.text)
    assert page.inline == []
    here = client.url + path
    for address in page.loaded:
        if address.startswith("data:"):
            continue
        full = urljoin(here, address)
        assert full.startswith(client.url + "/"), address
        got = client.get(full)
        assert got.status == 200
        assert not re.search(
            r"""(?:url\(|@import|src=)\s*["']?(?:https?:)?//""",
            got.text if got.body[:4] != b"\x89PNG" else "",
        )
    for address in page.clicked:
        assert urljoin(here, address).startswith(client.url), address
        if "none" not in path:
            assert client.get(urljoin(here, address)).status == 200, address
    assert f'lang="{lang}"' in answer.text


def test_the_check_sees_what_stock_pages_load_from_elsewhere():
    stock = Path(pygeoapi.__file__).parent / "templates"
    for name in ("_base.html", "openapi/swagger.html", "collections/items/index.html"):
        page = Loaded()
        page.feed((stock / name).read_text("utf-8"))
        assert any("unpkg.com" in address for address in page.loaded)


def test_pages_name_columns_in_the_readers_language(client):
    for path in ("/collections/districts/items", "/collections/districts/items/440106"):
        assert "常住人口" in client.get(path, f="html", lang="zh-CN").text
        assert "Residents" in client.get(path, f="html", lang="en-US").text
    assert "<td>38,900</td>" in client.get("/collections/targets/items/gz-5g-stations", f="html").text


def test_hostile_titles_are_text(client, hostile):
    for path in (
        "/collections",
        "/collections/scenario-tianhe-cells",
        "/collections/scenario-tianhe-cells/items",
    ):
        text = client.get(path, f="html").text
        assert hostile not in text
        assert "<img" not in text
    assert hostile in client.get("/collections/scenario-tianhe-cells").json["title"]
    echoed = client.get("/collections/targets/items?f=html&" + quote("<script>alert(1)</script>") + "=1")
    assert echoed.status == 400
    assert "<script>alert" not in echoed.text


def test_browsers_elsewhere_may_read(client):
    answer = client.get("/collections", headers={"Origin": "http://gis.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    asked = client.get(
        "/collections", "OPTIONS", {"Origin": "http://gis.example", "Access-Control-Request-Method": "GET"}
    )
    assert asked.status == 200
    assert "GET" in asked.headers["access-control-allow-methods"]
    assert "POST" not in asked.headers["access-control-allow-methods"]


def snapshot(folder):
    return {
        p.relative_to(folder): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.rglob("*")
        if p.is_file() and not p.name.endswith(("-shm", "-wal"))
    }


def test_nothing_is_written_and_other_methods_do_not_exist(client):
    before = snapshot(client.workspace.root)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in ("/collections/plans/items", "/collections/plans/items/xuzhou-2020", "/collections", "/"):
            assert client.get(path, method, body=b'{"type":"Feature"}').status == 405
    for path in PAGES:
        client.get(path)
    assert snapshot(client.workspace.root) == before
    assert client.get("/", "HEAD").body == b""


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"\x00\x01\x02\xff\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET " + b"/a" * 60_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"GET /%ff%fe?%ff=%ff HTTP/1.1\r\nHost: x\r\nAccept-Language: \xff\r\nAccept: \xff/\xff\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_malformed_requests_are_survived(client, sent):
    host, _, port = client.netloc.partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(10)
        try:
            said = connection.recv(65536)
        except ConnectionError:
            said = b""
    assert b"Traceback" not in said
    assert b" 500 " not in said.split(b"\r\n")[0]
    assert client.get("/conformance").status == 200


NAMES = st.sampled_from(
    [
        "bbox",
        "bbox-crs",
        "crs",
        "limit",
        "offset",
        "datetime",
        "sortby",
        "properties",
        "f",
        "lang",
        "resulttype",
    ]
    + ["skipGeometry", "name_zh", "population", "x", "filter"]
)
TEXTS = st.text(max_size=30) | st.sampled_from(
    [
        "1,2,3,4",
        "113,23,114,24",
        "-",
        "+",
        ",",
        "html",
        "zh",
        "en",
        "..",
        "/",
        "0",
        "1e999",
        "true",
        "'; DROP TABLE x; --",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(NAMES, TEXTS), max_size=4),
    st.sampled_from(["items", "items/440106", "queryables", ""]),
)
def test_no_parameters_make_the_server_fail(client, params, part):
    query = "&".join(f"{quote(n)}={quote(v)}" for n, v in params)
    answer = client.get(f"/collections/districts/{part}".rstrip("/") + f"?{query}")
    assert answer.status in (200, 400), (query, answer.text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40), st.sampled_from(["/", "/collections/", "/collections/plans/items/", "/static/"]))
def test_no_path_makes_the_server_fail(client, text, start):
    answer = client.get(start + quote(text, safe=""))
    assert answer.status in (200, 307, 404, 405), (text, answer.text)


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/leaflet/..%2f..%2f..%2f__init__.py"]
)
def test_static_files_do_not_lead_out(client, path):
    assert client.get(path).status == 404


@pytest.mark.parametrize(
    "accept", ["text/html", "application/ld+json", "image/png", "text/html;q=0.5,application/json", "*/*"]
)
def test_formats_by_accept_header(client, accept):
    answer = client.get("/collections/plans/items", headers={"Accept": accept})
    assert answer.status == 200
    wanted = "text/html" if accept.startswith("text/html") else "application/geo+json"
    if "," not in accept:
        assert answer.headers["content-type"].startswith(wanted)


def test_a_scenario_saved_later_appears_and_a_deleted_one_goes(client, save_scenario):
    names = lambda: [c["id"] for c in client.get("/collections").json["collections"]]  # noqa: E731
    save_scenario(client.workspace, "later", "后来的方案")
    try:
        assert _eventually(lambda: "scenario-later-cells" in names())
        assert client.get("/collections/scenario-later-cells/items", limit=1).json["numberMatched"] > 0
        assert "/collections/scenario-later-cells/items" in client.get("/openapi").json["paths"]
        for page in ("", "/items", "/queryables", "/schema"):
            assert client.get(f"/collections/scenario-later-cells{page}", f="html").status == 200
    finally:
        client.workspace.delete("scenario", "later", by="u", base_version=1)
    assert _eventually(lambda: "scenario-later-cells" not in names())
    assert client.get("/collections/scenario-later-cells/items").status == 404


def test_a_result_that_cannot_be_read_is_told_and_the_rest_goes_on(client, save_scenario):
    save_scenario(client.workspace, "spoilt", "坏的")
    try:
        assert _eventually(lambda: client.get("/collections/scenario-spoilt-cells").status == 200)
        (result,) = [r for r in client.workspace.records("result") if r.document["scenario"] == "spoilt"]
        path = client.workspace.file(result, "allocation.zip")
        path.write_bytes(b"x" * path.stat().st_size)
        answer = client.get("/collections/scenario-spoilt-cells/items")
        assert answer.status == 404
        assert "run the scenario again" in answer.json["description"]
        assert client.get("/openapi").status == 200
        assert client.get("/collections/plans/items").status == 200
    finally:
        client.workspace.delete("scenario", "spoilt", by="u", base_version=1)


def test_projects_with_a_place_come_first(client):
    features = client.get("/collections/projects/items", limit=10_000).json["features"]
    kinds = [None if f["geometry"] is None else f["geometry"]["type"] for f in features]
    assert kinds == sorted(kinds, key=["Point", "LineString", None].index)


def _eventually(true):
    end = time.monotonic() + 60
    while not true() and time.monotonic() < end:
        time.sleep(0.3)
    return true()


def test_drafts_stay_on_this_computer_unless_asked(tmp_path, save_scenario):
    workspace = Workspace(tmp_path)
    save_scenario(workspace, "mine", "草稿")
    names = lambda drafts: {n for n in _published(workspace, drafts) if n.startswith("scenario")}  # noqa: E731
    assert names(False) == set()
    assert names(True) == {"scenario-mine-cells", "scenario-mine-districts"}
    workspace.set_status("scenario", "mine", "consultation", by="u", base_version=1)
    assert names(False) == names(True)


def _published(workspace, drafts):
    published = Published(workspace, drafts)
    published.refresh()
    return published.collections


def test_a_port_that_is_taken_is_told():
    taken = serve.listen("127.0.0.1", 0)
    try:
        with pytest.raises(InfraPlanError, match="--port"):
            serve.listen("127.0.0.1", taken.getsockname()[1])
    finally:
        taken.close()
    with pytest.raises(RequestError):
        serve.listen("127.0.0.1", 99999)


def test_links_follow_the_address_that_clients_use(client):
    for link in client.get("/").json["links"]:
        assert urlsplit(link["href"]).netloc == client.netloc
