"""Online geocoding services: Tianditu and AMap, for those who have a key and a network.

Nothing here runs unless it is asked for; keys come from the environment. What a service answers is kept in a folder of
the workspace by a hash of the request (without the key), so that the same question is asked once; failures are never
kept. Positions stay in the datum the service gives them in: Tianditu CGCS2000, AMap GCJ-02.

=================== ================================================
INFRAPLAN_TIANDITU  key of the national Tianditu service (tk)
INFRAPLAN_AMAP      key of AMap's web service
=================== ================================================
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from geo import atomic
from geo.errors import InfraPlanError, unknown
from geo.formats import FORMAT_VERSION
from geo.geocode.candidate import Candidate
from geo.geocode.query import prefix

TIMEOUT_S = 10.0
LEAST_INTERVAL_S = 0.4  # between two requests of one service; both allow a few in a second
GCJ02, CGCS2000, WGS84 = "GCJ-02", "CGCS2000", "WGS84"

NOTICE_EN = (
    "Converting positions out of GCJ-02 is legally sensitive in China. Convert only points of your own work that you "
    "are entitled to hold in WGS84, not data published by others; do not publish the result without the review "
    "that it needs."
)
NOTICE_ZH = (
    "将 GCJ-02 坐标还原为 WGS84 在我国涉及测绘法规。仅可用于您有权持有的自有点位,"
    "不得用于他人公开的数据;公开成果前须依法审查。"
)

# Classes of a service's own answer: its word -> (precision, accuracy in metres that it stands for).
_AMAP_LEVELS = {
    "国家": ("city", 500_000), "省": ("city", 200_000), "市": ("city", 60_000), "区县": ("district", 20_000),
    "开发区": ("district", 8_000), "乡镇": ("township", 5_000), "村庄": ("township", 2_000),
    "热点商圈": ("township", 1_500), "道路": ("road", 2_000), "道路交叉路口": ("road", 200), "门牌号": ("site", 100),
    "单元号": ("site", 50), "兴趣点": ("site", 150), "公交站台、地铁站": ("site", 200), "门址": ("site", 100),
}  # fmt: skip
_TIANDITU_LEVELS = {
    "省": ("city", 200_000), "市": ("city", 60_000), "区县": ("district", 20_000), "乡镇": ("township", 5_000),
    "村": ("township", 2_000), "道路": ("road", 2_000), "门址": ("site", 100), "门牌号": ("site", 100),
    "POI": ("site", 150), "兴趣点": ("site", 150), "地名地址": ("site", 300),
}  # fmt: skip
_OTHER_LEVEL = ("township", 5_000)


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a service: where it is asked, with what, and what of it is secret."""

    url: str
    parameters: Mapping[str, str]
    secret: Mapping[str, str]

    def key(self) -> str:
        """Return the hash under which the answer is kept; the secret is no part of it."""
        text = json.dumps([self.url, sorted(self.parameters.items())], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Service:
    """How a service is asked and understood.

    ``ask`` builds the request from a text, a region's adcode (or None) and the key; ``read`` turns the service's
    document into candidates and raises :class:`InfraPlanError` when the document reports a failure.
    """

    name: str
    setting: str
    ask: Callable[[str, str | None, str], Request]
    read: Callable[[Mapping[str, Any]], list[Candidate]]


def _ask_amap(text: str, region: str | None, key: str) -> Request:
    parameters = {"address": text, "output": "JSON"}
    if region:
        parameters["city"] = region
    return Request("https://restapi.amap.com/v3/geocode/geo", parameters, {"key": key})


def _read_amap(document: Mapping[str, Any]) -> list[Candidate]:
    if str(document.get("status")) != "1":
        raise _refused("AMap", f"{document.get('info')} ({document.get('infocode')})")
    found = []
    for rank, place in enumerate(document.get("geocodes") or []):
        lon, lat = (float(part) for part in str(place["location"]).split(","))
        precision, accuracy = _AMAP_LEVELS.get(str(place.get("level")), _OTHER_LEVEL)
        adcode = place.get("adcode")
        found.append(
            Candidate(
                name=str(place.get("formatted_address") or ""),
                lon=lon,
                lat=lat,
                score=round(max(0.5, 0.9 - 0.1 * rank), 3),
                precision=precision,
                accuracy_m=accuracy,
                datum=GCJ02,
                adcode=adcode if isinstance(adcode, str) else "",
                source="高德地图 AMap web service (GCJ-02)",
                kind=str(place.get("level") or ""),
            )
        )
    return found


def _ask_tianditu(text: str, region: str | None, key: str) -> Request:
    # The service cannot be told a region: what lies outside it is left out of the answer.
    question = json.dumps({"keyWord": text}, ensure_ascii=False)
    return Request("https://api.tianditu.gov.cn/geocoder", {"ds": question}, {"tk": key})


def _inside(place: Candidate, region: str) -> bool:
    """Whether an answer lies in a region: by its adcode where it has one, else by the boundaries."""
    if place.adcode:
        return place.adcode.startswith(prefix(region))
    from geo.boundaries import locate

    return bool(locate(np.array([place.lon]), np.array([place.lat]), region)[0])


def _read_tianditu(document: Mapping[str, Any]) -> list[Candidate]:
    if str(document.get("status")) == "101":  # its word for: no result
        return []
    if str(document.get("status")) != "0":
        raise _refused("Tianditu", f"{document.get('msg')} ({document.get('status')})")
    place = document.get("location")
    if not place:
        return []
    precision, accuracy = _TIANDITU_LEVELS.get(str(place.get("level")), _OTHER_LEVEL)
    return [
        Candidate(
            name=str(place.get("keyWord") or ""),
            lon=float(place["lon"]),
            lat=float(place["lat"]),
            score=round(min(1.0, float(place.get("score") or 0) / 100), 3),
            precision=precision,
            accuracy_m=accuracy,
            datum=CGCS2000,
            adcode="",
            source="天地图 Tianditu geocoder (CGCS2000)",
            kind=str(place.get("level") or ""),
        )
    ]


SERVICES = {
    "amap": Service("amap", "INFRAPLAN_AMAP", _ask_amap, _read_amap),
    "tianditu": Service("tianditu", "INFRAPLAN_TIANDITU", _ask_tianditu, _read_tianditu),
}


class OnlineGeocoder:
    """Ask one service, politely: kept answers first, at most one request every LEAST_INTERVAL_S, with a timeout.

    Parameters
    ----------
    service : str
        ``"tianditu"`` or ``"amap"``.
    folder : Path
        Where answers are kept; a folder of the workspace, never the product's data.
    key : str, optional
        The service's key; otherwise from the environment.
    client : httpx.Client, optional
        Another client (a proxy; a transport that answers from records).
    clock, sleep : callables
        Time for the limit of requests.

    Raises
    ------
    InfraPlanError
        When the service is not known or no key is set.
    """

    def __init__(
        self,
        service: str,
        folder: Path,
        key: str | None = None,
        client: httpx.Client | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if service not in SERVICES:
            raise unknown("online service", service, SERVICES, "在线服务")
        self.service = SERVICES[service]
        found = key or os.environ.get(self.service.setting, "")
        if not found:
            raise InfraPlanError(
                f"{service} needs a key: set {self.service.setting}, or search without --online",
                f"{service} 需要密钥:请设置环境变量 {self.service.setting},或不使用在线服务",
            )
        self._key = found
        self._folder = folder / service
        self._client = client or httpx.Client(timeout=TIMEOUT_S)
        self._clock, self._sleep = clock, sleep
        self._last: float | None = None

    def geocode(self, text: str, region: str | None = None, limit: int = 5) -> list[Candidate]:
        """Return what the service knows of ``text``, best first, in the service's own datum.

        Raises
        ------
        InfraPlanError
            When the service cannot be reached, refuses, or answers something that is not its format. Nothing is kept
            then, so that the next try asks again.
        """
        request = self.service.ask(text, region, self._key)
        path = self._folder / f"{request.key()}.json"
        kept = _kept(path)
        document = kept if kept is not None else self._fetch(request)
        try:
            found = self.service.read(document)
        except (KeyError, TypeError, ValueError) as error:
            raise _refused(self.service.name, f"an answer of another format ({error})") from error
        if kept is None:
            record = {
                "format_version": FORMAT_VERSION,
                "url": request.url,
                "parameters": dict(request.parameters),
            }
            atomic.write_text(path, json.dumps({**record, "answer": document}, ensure_ascii=False, indent=1))
        return [c for c in found if region is None or _inside(c, region)][:limit]

    def _fetch(self, request: Request) -> Mapping[str, Any]:
        self._wait()
        try:
            answer = self._client.get(
                request.url, params={**request.parameters, **request.secret}, timeout=TIMEOUT_S
            )
            answer.raise_for_status()
            document = answer.json()
        except httpx.HTTPStatusError as error:
            raise _refused(self.service.name, f"HTTP {error.response.status_code}") from None
        except httpx.HTTPError as error:
            # The error's own text may hold the address with the key: only its kind is told.
            raise InfraPlanError(
                f"{self.service.name} cannot be reached ({type(error).__name__}); check the network, or search offline",
                f"无法连接 {self.service.name}({type(error).__name__});请检查网络,或使用离线查找",
            ) from None
        except ValueError as error:
            raise _refused(self.service.name, "an answer that is not JSON") from error
        if not isinstance(document, dict):
            raise _refused(self.service.name, "an answer of another format")
        return document

    def _wait(self) -> None:
        if self._last is not None:
            left = self._last + LEAST_INTERVAL_S - self._clock()
            if left > 0:
                self._sleep(left)
        self._last = self._clock()


def to_wgs84(found: list[Candidate], accept_notice: bool = False) -> list[Candidate]:
    """Return candidates with positions in WGS84.

    CGCS2000 is taken as WGS84 by name (conventions D2). GCJ-02 is converted only when ``accept_notice`` says that the
    reader has accepted :data:`NOTICE_EN`; the source then says that it was converted.

    Raises
    ------
    InfraPlanError
        When a position is in GCJ-02 and the notice was not accepted; the message is the notice.
    """
    if any(c.datum == GCJ02 for c in found) and not accept_notice:
        raise InfraPlanError(NOTICE_EN, NOTICE_ZH)
    return [_converted(c) for c in found]


def _converted(place: Candidate) -> Candidate:
    if place.datum == CGCS2000:
        return replace(place, datum=WGS84)
    if place.datum != GCJ02:
        return place
    from geo.china_offsets import gcj02_to_wgs84

    lon, lat = gcj02_to_wgs84(np.array([place.lon]), np.array([place.lat]))
    source = f"{place.source}, converted to WGS84 by the reader"
    return replace(
        place, lon=round(float(lon[0]), 7), lat=round(float(lat[0]), 7), datum=WGS84, source=source
    )


def _kept(path: Path) -> Mapping[str, Any] | None:
    """The kept answer, or None; one that cannot be read is asked for again."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(record, dict) or record.get("format_version") != FORMAT_VERSION:
        return None
    answer = record.get("answer")
    return answer if isinstance(answer, dict) else None


def _refused(service: str, reason: str) -> InfraPlanError:
    return InfraPlanError(
        f"{service} did not answer the question: {reason}; check the key and its quota, or search offline",
        f"{service} 未能给出结果:{reason};请检查密钥及配额,或使用离线查找",
    )
