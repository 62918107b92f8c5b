"""Fetching against a server of our own: resuming, checking, unpacking, and what is said without a network."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import io
import json
import threading
import zipfile

import pytest

from geo import boundaries, fetch
from geo.errors import DataError, InfraPlanError, UnknownNameError
from geo.fetch import Download

BODY = bytes(range(256)) * 4096  # 1 MiB


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves files of the server's dictionary, with ranges; may break off the first replies, or change the file."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        server = self.server
        server.asked.append(self.headers.get("Range"))
        body = server.files.get(self.path)
        if body is None:
            self.send_error(404)
            return
        start = 0
        tag = '"' + hashlib.md5(body).hexdigest() + '"'
        wanted = self.headers.get("Range")
        if wanted and self.headers.get("If-Range") == tag:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        if start >= len(body) > 0:
            self.send_response(416)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        if server.break_after:
            cut = server.break_after.pop(0)
            self.wfile.write(body[start : start + cut])
            self.wfile.flush()
            self.close_connection = True
            self.connection.close()
            return
        self.wfile.write(body[start:])

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server():
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.files, running.asked, running.break_after = {"/a.bin": BODY}, [], []
    running.handle_error = lambda *args: None  # a broken connection is what we want
    thread = threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    running.url = f"http://127.0.0.1:{running.server_address[1]}"
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


def test_a_file_comes_whole_and_only_once(server, tmp_path):
    seen = []
    path = fetch.get(
        Download(f"{server.url}/a.bin", "a.bin"), tmp_path, lambda got, whole: seen.append((got, whole))
    )
    assert path.read_bytes() == BODY
    assert seen[-1] == (len(BODY), len(BODY))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.bin"]
    fetch.get(Download(f"{server.url}/a.bin", "a.bin"), tmp_path)
    assert len(server.asked) == 1


def test_it_goes_on_where_it_was_broken_off(server, tmp_path):
    server.break_after = [300_000, 200_000]
    path = fetch.get(Download(f"{server.url}/a.bin", "a.bin", hashlib.sha256(BODY).hexdigest()), tmp_path)
    assert path.read_bytes() == BODY
    assert server.asked[0] is None
    assert len(server.asked) == 3
    assert all(asked.startswith("bytes=") for asked in server.asked[1:])


def test_a_later_run_goes_on_too(server, tmp_path):
    server.break_after = [100_000] * fetch.TRIES
    with pytest.raises(InfraPlanError, match="Run the command again"):
        fetch.get(Download(f"{server.url}/a.bin", "a.bin"), tmp_path)
    assert (tmp_path / "a.bin.part").stat().st_size > 0
    assert fetch.get(Download(f"{server.url}/a.bin", "a.bin"), tmp_path).read_bytes() == BODY


def test_a_file_that_changed_meanwhile_is_begun_anew(server, tmp_path):
    server.break_after = [100_000] * fetch.TRIES
    with pytest.raises(InfraPlanError):
        fetch.get(Download(f"{server.url}/a.bin", "a.bin"), tmp_path)
    server.files["/a.bin"] = BODY[::-1]
    assert fetch.get(Download(f"{server.url}/a.bin", "a.bin"), tmp_path).read_bytes() == BODY[::-1]


def test_a_wrong_checksum_is_thrown_away(server, tmp_path):
    with pytest.raises(DataError, match="not the announced file"):
        fetch.get(Download(f"{server.url}/a.bin", "a.bin", "0" * 64), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_names_the_status(server, tmp_path):
    with pytest.raises(InfraPlanError, match="answered 404"):
        fetch.get(Download(f"{server.url}/gone.bin", "gone.bin"), tmp_path)


def test_without_a_network_it_says_what_to_carry_over(tmp_path):
    with pytest.raises(InfraPlanError, match=r"cannot reach .*bring the file over") as caught:
        fetch.get(Download("http://127.0.0.1:9/people.tif", "people.tif"), tmp_path)
    assert "http://127.0.0.1:9/people.tif" in caught.value.text("zh")


def test_a_product_is_unpacked_with_its_source(server, tmp_path, monkeypatch):
    server.files["/k.gpkg.gz"] = gzip.compress(b"cells")
    monkeypatch.setattr(fetch, "_KONTUR", f"{server.url}/k.gpkg.gz")
    assert [p.name for p in fetch.fetch("kontur", "440100", tmp_path)] == ["k.gpkg"]
    assert (tmp_path / "k.gpkg").read_bytes() == b"cells"
    record = json.loads((tmp_path / "k.gpkg.source.json").read_text(encoding="utf-8"))
    assert record["sha256"] == hashlib.sha256(server.files["/k.gpkg.gz"]).hexdigest()
    assert record["product"]["licence"] == "CC BY 4.0"

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("inner/tile.tif", b"raster")
        archive.writestr("readme.txt", b"text")
    tiles = fetch.downloads("ghsl", "440100")
    monkeypatch.setattr(fetch, "_GHSL", server.url)
    for tile in tiles:
        server.files[f"/{tile.name}"] = buffer.getvalue()
    assert [p.name for p in fetch.fetch("ghsl", "440100", tmp_path)] == ["tile.tif"] * len(tiles)


def test_a_damaged_archive_is_removed(server, tmp_path, monkeypatch):
    server.files["/k.gpkg.gz"] = gzip.compress(BODY)[:-500]
    monkeypatch.setattr(fetch, "_KONTUR", f"{server.url}/k.gpkg.gz")
    with pytest.raises(DataError, match="damaged"):
        fetch.fetch("kontur", "440100", tmp_path)
    assert not (tmp_path / "k.gpkg.gz").exists()
    assert not (tmp_path / "k.gpkg").exists()


@pytest.mark.parametrize(
    ("box", "tile"),
    [
        # names of published tiles and the places they are used for elsewhere
        ((105.8, 21.0, 105.9, 21.1), (7, 29)),  # Hanoi
        ((116.3, 39.8, 116.5, 40.0), (5, 30)),
    ],
)
def test_ghsl_tiles(box, tile):
    assert fetch._ghsl_tiles(box) == [tile]


def test_a_region_on_a_seam_gets_both_tiles():
    west, south, east, north = boundaries.region("370300").bounds
    tiles = fetch._ghsl_tiles((west, south, east, north))
    assert tiles == [(6, 30)]
    assert fetch._ghsl_tiles((119.5, 30, 120.5, 31)) == [(6, 30), (6, 31)]


def test_products_and_regions_are_known():
    assert fetch.downloads("worldpop", "440100")[0].name.endswith(".tif")
    with pytest.raises(UnknownNameError, match="ghsl, kontur, worldpop"):
        fetch.downloads("landscan", "440100")
    with pytest.raises(UnknownNameError):
        fetch.downloads("worldpop", "999999")
