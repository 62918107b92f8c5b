"""Fetches open population data for a region where there is a network: WorldPop, GHSL, Kontur.

A download goes on where it was broken off, is checked against the length the server states and, where one is given, a
SHA-256, and takes its place in one step. Without a network the message says what to carry over by hand. Nothing else
of the product asks for the network but this and :mod:`geo.geocode.online`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import httpx

from geo import atomic, boundaries
from geo.errors import DataError, InfraPlanError, RequestError, unknown
from geo.formats import FORMAT_VERSION

TIMEOUT = httpx.Timeout(30.0, read=120.0)
CHUNK = 1 << 20
TRIES = 4
_CHINA = (73.0, 17.0, 136.0, 54.0)

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Product:
    """An open population product: where it is, and what must be said of it."""

    name: str
    title_en: str
    title_zh: str
    licence: str
    attribution: str
    vintage: str


@dataclass(frozen=True, slots=True)
class Download:
    """One file to fetch: ``sha256`` is empty where the publisher gives none."""

    url: str
    name: str
    sha256: str = ""


PRODUCTS = {
    "worldpop": Product(
        "worldpop", "WorldPop, constrained, 100 m, 2020, China (UN-adjusted)", "WorldPop 100 米人口 2020(中国)",
        "CC BY 4.0", "WorldPop (www.worldpop.org), CC BY 4.0", "2020",
    ),
    "ghsl": Product(
        "ghsl", "GHS-POP R2023A, 100 m, 2020 (tiles)", "GHS-POP R2023A 100 米人口 2020(分块)",
        "open and free, attribution", "GHSL: European Commission, Joint Research Centre (GHS-POP R2023A)", "2020",
    ),
    "kontur": Product(
        "kontur", "Kontur Population, 400 m H3 cells, China", "Kontur 人口(400 米 H3)",
        "CC BY 4.0", "Kontur Population (www.kontur.io), CC BY 4.0", "2023-11-01",
    ),
}  # fmt: skip
_WORLDPOP = "https://data.worldpop.org/GIS/Population/Global_2000_2020_Constrained/2020/BSGM/CHN/chn_ppp_2020_UNadj_constrained.tif"
_GHSL = "https://jeodpp.jrc.ec.europa.eu/ftp/jrc-opendata/GHSL/GHS_POP_GLOBE_R2023A/GHS_POP_E2020_GLOBE_R2023A_4326_3ss/V1-0/tiles"
_KONTUR = "https://geodata-eu-central-1-kontur-public.s3.amazonaws.com/kontur_datasets/kontur_population_CN_20231101.gpkg.gz"


def downloads(product: str, region: str) -> list[Download]:
    """Return the files of a product that cover a region.

    WorldPop and Kontur come as one file for China, GHSL as tiles of 10 x 10 degrees.

    Raises
    ------
    UnknownNameError
        When there is no such product or region.
    """
    if product not in PRODUCTS:
        raise unknown("population product", product, PRODUCTS, "人口产品")
    bounds = boundaries.region(region).bounds
    if product == "worldpop":
        return [Download(_WORLDPOP, _WORLDPOP.rsplit("/", 1)[1])]
    if product == "kontur":
        return [Download(_KONTUR, _KONTUR.rsplit("/", 1)[1])]
    names = [
        f"GHS_POP_E2020_GLOBE_R2023A_4326_3ss_V1_0_R{row}_C{column}.zip"
        for row, column in _ghsl_tiles(bounds)
    ]
    return [Download(f"{_GHSL}/{name}", name) for name in names]


def fetch(product: str, region: str, folder: Path, progress: Progress | None = None) -> list[Path]:
    """Fetch a product for a region into a folder and unpack it; files that are complete already are left alone.

    Returns the files to import (.tif, .gpkg). Beside each goes ``<name>.source.json``: address, licence, attribution,
    and length and SHA-256 of what was downloaded.

    Raises
    ------
    InfraPlanError
        When there is no network, the server refuses, or what came is not what was announced.
    """
    told = PRODUCTS.get(product)
    done = []
    for download in downloads(product, region):
        path = get(download, folder, progress)
        record = {
            "format_version": FORMAT_VERSION,
            "url": download.url,
            "bytes": path.stat().st_size,
            "sha256": _sha256(path),
            "product": asdict(told) if told else {},
        }
        for ready in unpacked(path):
            text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
            atomic.write_text(ready.with_name(ready.name + ".source.json"), text)
            done.append(ready)
    return done


def unpacked(path: Path) -> list[Path]:
    """Return what is to be imported of a download: the file itself, or what its .gz or .zip holds, unpacked beside it.

    Raises
    ------
    DataError
        When the archive is damaged; it is removed, so that the next try fetches it anew.
    """
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rb") as source:
                return [_copied(path.with_suffix(""), source)]
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                names = sorted(
                    name for name in archive.namelist() if name.casefold().endswith((".tif", ".gpkg"))
                )
                return [_copied(path.parent / Path(name).name, archive.open(name)) for name in names]
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        path.unlink()
        raise DataError(
            f"{path.name} is damaged ({error}) and was removed; run the command again",
            f"{path.name} 已损坏({error}),已删除,请重新执行命令",
        ) from error
    return [path]


def _copied(target: Path, source: IO[bytes] | gzip.GzipFile) -> Path:
    if not target.is_file():
        with source, atomic.replacing(target) as temporary, temporary.open("wb") as file:
            shutil.copyfileobj(source, file, CHUNK)
    return target


def get(download: Download, folder: Path, progress: Progress | None = None) -> Path:
    """Fetch one file, going on where an earlier try was broken off (``<name>.part``).

    A part is continued only when the server still has the same file (its ETag or date, kept beside the part).
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / download.name
    if target.is_file() and not (download.sha256 and _sha256(target) != download.sha256):
        return target
    part = folder / f"{download.name}.part"
    with httpx.Client(timeout=TIMEOUT, follow_redirects=True) as client:
        for attempt in range(TRIES):
            try:
                _continue(client, download, part, progress)
                break
            except httpx.TransportError as error:
                if attempt == TRIES - 1:
                    raise _no_network(download, error) from error
    if download.sha256 and (found := _sha256(part)) != download.sha256:
        part.unlink()
        _mark(part).unlink(missing_ok=True)
        raise DataError(
            f"{download.name}: what came is not the announced file (sha256 {found}, announced {download.sha256}); it "
            "was thrown away, try again",
            f"{download.name}:下载内容与公布的校验值不符(实际 {found},公布 {download.sha256}),已丢弃,请重试",
        )
    part.replace(target)
    _mark(part).unlink(missing_ok=True)
    return target


def _continue(client: httpx.Client, download: Download, part: Path, progress: Progress | None) -> None:
    """Ask for the rest of a file and append it to its part; start over when the server has another file now."""
    have = part.stat().st_size if part.is_file() else 0
    tag = _mark(part).read_text(encoding="utf-8") if have and _mark(part).is_file() else ""
    headers = {"Accept-Encoding": "identity"}
    if have and tag:
        headers |= {"Range": f"bytes={have}-", "If-Range": tag}
    with client.stream("GET", download.url, headers=headers) as reply:
        if reply.status_code == 416:  # the part is already the whole
            return
        if reply.status_code >= 400:
            raise _refused(download, reply.status_code)
        going_on = reply.status_code == 206
        size = int(reply.headers["Content-Length"]) if "Content-Length" in reply.headers else None
        whole = size + have if going_on and size is not None else size
        mark = reply.headers.get("ETag") or reply.headers.get("Last-Modified") or ""
        atomic.write_text(_mark(part), "" if mark.startswith("W/") else mark)
        got = have if going_on else 0
        with part.open("ab" if going_on else "wb") as file:
            for chunk in reply.iter_raw():  # as it comes, so that a break loses nothing
                file.write(chunk)
                got += len(chunk)
                if progress is not None:
                    progress(got, whole)
    if whole is not None and got != whole:
        raise httpx.RemoteProtocolError(f"{got} of {whole} bytes came")


def _mark(part: Path) -> Path:
    """Where the server's mark of the file that a part belongs to is kept."""
    return part.with_name(part.name + ".mark")


def _ghsl_tiles(bounds: tuple[float, float, float, float]) -> list[tuple[int, int]]:
    """Rows and columns of GHSL's 10-degree tiles over a box; row 1 begins at 89.1 N, column 1 at 180 W."""
    west, south, east, north = bounds
    if west < _CHINA[0] or east > _CHINA[2] or south < _CHINA[1] or north > _CHINA[3]:
        raise RequestError("the region lies outside China", "区域不在中国范围内")
    rows = range(int((89.1 - north) // 10) + 1, int((89.1 - south) // 10) + 2)
    columns = range(int((west + 180) // 10) + 1, int((east + 180) // 10) + 2)
    return [(row, column) for row in rows for column in columns]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _no_network(download: Download, error: Exception) -> InfraPlanError:
    return InfraPlanError(
        f"cannot reach {httpx.URL(download.url).host} ({error or type(error).__name__}): there is no network here, or "
        f"it was broken off. Run the command again to go on, or fetch {download.url} elsewhere, bring the file over, "
        "and import it",
        f"无法连接 {httpx.URL(download.url).host}({error or type(error).__name__}):本机可能没有外网,或连接中断。"
        f"可重新执行命令续传,或在其他机器下载 {download.url} 后拷入并导入",
    )


def _refused(download: Download, status: int) -> InfraPlanError:
    return InfraPlanError(
        f"{httpx.URL(download.url).host} answered {status} for {download.name}; the publisher may have moved it. Look "
        "for it on the publisher's site and import the file by hand",
        f"{httpx.URL(download.url).host} 对 {download.name} 返回 {status};发布方可能已调整地址,"
        "请到其网站下载后手工导入",
    )
