"""Online services, against replies that this project wrote by hand in the services' documented shape.

The replies are no recordings of the services: names and numbers in them are made for the test.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import numpy as np
import pytest

from geo.china_offsets import wgs84_to_gcj02
from geo.errors import InfraPlanError, UnknownNameError
from geo.geocode.candidate import Candidate
from geo.geocode.online import LEAST_INTERVAL_S, NOTICE_EN, SERVICES, OnlineGeocoder, to_wgs84

AMAP = {
    "status": "1",
    "info": "OK",
    "infocode": "10000",
    "count": "2",
    "geocodes": [
        {
            "formatted_address": "广东省广州市天河区广州图书馆",
            "adcode": "440106",
            "location": "113.325900,23.116600",
            "level": "兴趣点",
        },
        {
            "formatted_address": "广东省广州市越秀区图书馆",
            "adcode": "440104",
            "location": "113.295400,23.122900",
            "level": "兴趣点",
        },
    ],
}
AMAP_NOTHING = {"status": "1", "info": "OK", "infocode": "10000", "count": "0", "geocodes": []}
AMAP_REFUSED = {"status": "0", "info": "DAILY_QUERY_OVER_LIMIT", "infocode": "10003"}
TIANDITU = {
    "status": "0",
    "msg": "ok",
    "location": {
        "lon": "113.320700",
        "lat": "23.118900",
        "level": "兴趣点",
        "score": 95,
        "keyWord": "广州图书馆",
    },
}
TIANDITU_NOTHING = {"status": "101", "msg": "结果为空"}


class Server:
    """Answers from a list, in turn, and keeps what it was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def geocoder(tmp_path: Path) -> Callable[..., OnlineGeocoder]:
    def build(service: str, server: Server, **more: object) -> OnlineGeocoder:
        client = httpx.Client(transport=httpx.MockTransport(server))
        settings = {"key": "secret-key", "client": client, "sleep": lambda seconds: None, **more}
        return OnlineGeocoder(service, tmp_path / "kept", **settings)  # type: ignore[arg-type]

    return build


def reply(document: object, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=document)


def test_amap_keeps_its_datum(geocoder: Callable[..., OnlineGeocoder]) -> None:
    server = Server(reply(AMAP))
    found = geocoder("amap", server).geocode("广州图书馆", "440100")
    assert [(c.lon, c.lat, c.datum, c.adcode) for c in found] == [
        (113.3259, 23.1166, "GCJ-02", "440106"),
        (113.2954, 23.1229, "GCJ-02", "440104"),
    ]
    assert found[0].precision == "site"
    assert found[0].score > found[1].score
    assert dict(server.asked[0].url.params)["city"] == "440100"


def test_what_lies_outside_the_region_is_left_out(geocoder: Callable[..., OnlineGeocoder]) -> None:
    found = geocoder("amap", Server(reply(AMAP))).geocode("广州图书馆", "440104")
    assert [c.adcode for c in found] == ["440104"]
    assert geocoder("tianditu", Server(reply(TIANDITU))).geocode("广州图书馆", "320300") == []


def test_tianditu_is_cgcs2000(geocoder: Callable[..., OnlineGeocoder]) -> None:
    server = Server(reply(TIANDITU))
    found = geocoder("tianditu", server).geocode("广州图书馆", "440100")
    assert [(c.lon, c.lat, c.datum, c.score) for c in found] == [(113.3207, 23.1189, "CGCS2000", 0.95)]
    assert json.loads(dict(server.asked[0].url.params)["ds"]) == {"keyWord": "广州图书馆"}


@pytest.mark.parametrize(("service", "document"), [("amap", AMAP_NOTHING), ("tianditu", TIANDITU_NOTHING)])
def test_nothing_found_is_an_empty_list(
    geocoder: Callable[..., OnlineGeocoder], service: str, document: object
) -> None:
    assert geocoder(service, Server(reply(document))).geocode("此地不存在") == []


def test_the_same_question_is_asked_once(geocoder: Callable[..., OnlineGeocoder], tmp_path: Path) -> None:
    server = Server(reply(AMAP))
    first = geocoder("amap", server).geocode("广州图书馆")
    again = geocoder("amap", server, key="another-key").geocode("广州图书馆")
    assert again == first
    assert len(server.asked) == 1
    kept = list((tmp_path / "kept" / "amap").glob("*.json"))
    assert len(kept) == 1
    assert "secret-key" not in kept[0].read_text(encoding="utf-8")


def test_another_region_is_another_question(geocoder: Callable[..., OnlineGeocoder]) -> None:
    server = Server(reply(AMAP), reply(AMAP))
    online = geocoder("amap", server)
    online.geocode("广州图书馆")
    online.geocode("广州图书馆", "440100")
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "failure",
    [
        reply(AMAP_REFUSED),
        reply({"oops": 1}, 503),
        httpx.Response(200, text="<html>proxy</html>"),
        httpx.Response(200, json=["not", "a", "document"]),
        reply({"status": "1", "geocodes": [{"location": "no numbers"}]}),
        httpx.ConnectError("no route to host with key=secret-key"),
        httpx.ReadTimeout("slow"),
    ],
)
def test_failures_are_told_and_never_kept(
    geocoder: Callable[..., OnlineGeocoder], tmp_path: Path, failure: httpx.Response | Exception
) -> None:
    server = Server(failure, reply(AMAP))
    online = geocoder("amap", server)
    with pytest.raises(InfraPlanError) as told:
        online.geocode("广州图书馆")
    assert "amap" in str(told.value).lower()
    assert "secret-key" not in str(told.value)
    assert not list(tmp_path.rglob("*.json"))
    assert len(online.geocode("广州图书馆")) == 2


def test_a_damaged_record_is_asked_again(geocoder: Callable[..., OnlineGeocoder], tmp_path: Path) -> None:
    server = Server(reply(AMAP), reply(AMAP))
    online = geocoder("amap", server)
    online.geocode("广州图书馆")
    next((tmp_path / "kept" / "amap").glob("*.json")).write_text(
        '{"format_version": 1, "ans', encoding="utf-8"
    )
    assert len(online.geocode("广州图书馆")) == 2
    assert len(server.asked) == 2


def test_requests_keep_their_distance(geocoder: Callable[..., OnlineGeocoder]) -> None:
    now, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    online = geocoder(
        "amap", Server(reply(AMAP), reply(AMAP), reply(AMAP)), clock=lambda: now[0], sleep=sleep
    )
    online.geocode("甲")
    now[0] += LEAST_INTERVAL_S / 4
    online.geocode("乙")
    now[0] += 10
    online.geocode("丙")
    assert slept == pytest.approx([LEAST_INTERVAL_S * 3 / 4])


def test_a_key_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for service in SERVICES.values():
        monkeypatch.delenv(service.setting, raising=False)
        with pytest.raises(InfraPlanError, match=service.setting):
            OnlineGeocoder(service.name, tmp_path)
    with pytest.raises(UnknownNameError, match="amap, tianditu"):
        OnlineGeocoder("baidu", tmp_path)


def test_the_key_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SERVICES["tianditu"].setting, "from-the-environment")
    server = Server(reply(TIANDITU))
    client = httpx.Client(transport=httpx.MockTransport(server))
    OnlineGeocoder("tianditu", tmp_path, client=client).geocode("广州图书馆")
    assert dict(server.asked[0].url.params)["tk"] == "from-the-environment"


def test_gcj02_is_converted_only_under_the_notice() -> None:
    lon, lat = wgs84_to_gcj02(np.array([113.3207]), np.array([23.1189]))
    place = Candidate("x", float(lon[0]), float(lat[0]), 0.9, "site", 150, "GCJ-02", "440106", "AMap")
    with pytest.raises(InfraPlanError) as told:
        to_wgs84([place])
    assert told.value.en == NOTICE_EN
    (converted,) = to_wgs84([place], accept_notice=True)
    assert (converted.lon, converted.lat) == pytest.approx((113.3207, 23.1189), abs=1e-7)
    assert converted.datum == "WGS84"
    assert "converted" in converted.source


def test_cgcs2000_is_wgs84_by_name() -> None:
    place = Candidate("x", 113.3, 23.1, 0.9, "site", 150, "CGCS2000", "", "Tianditu")
    (same,) = to_wgs84([place])
    assert (same.lon, same.lat, same.datum) == (113.3, 23.1, "WGS84")
