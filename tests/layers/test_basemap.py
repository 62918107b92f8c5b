"""Basemaps: the default asks nobody; addresses are checked before they reach a page."""

from __future__ import annotations

import re

import pytest

from geo import context
from geo.errors import RequestError
from layers import basemap


def test_the_default_and_none_ask_no_machine():
    assert basemap.choice("no-such").code == "local"
    assert not basemap.CHOICES[0].outward
    assert not basemap.choice("none").outward


def test_a_key_is_needed_and_put_in():
    tianditu = basemap.choice("tianditu")
    assert basemap.tile_urls(tianditu) == ()
    assert all("tk=abc123" in url for url in basemap.tile_urls(tianditu, key="abc123"))
    with pytest.raises(RequestError):
        basemap.tile_urls(tianditu, key="abc&x=<script>")


@pytest.mark.parametrize(
    "url",
    ["ftp://host/{z}/{x}/{y}.png", "http://host/tiles.png", "javascript:alert(1)//{x}{y}{z}", "http:///{x}/{y}/{z}",
     "http://host/{z}/{x}/{y}'><script>"],
)  # fmt: skip
def test_an_address_that_is_no_tile_address_is_refused(url):
    with pytest.raises(RequestError):
        basemap.tile_urls(basemap.choice("intranet"), url=url)


def test_an_intranet_address_is_taken_as_it_is():
    url = "http://10.0.0.8/wmts?layer=img&x={x}&y={y}&z={z}"
    assert basemap.tile_urls(basemap.choice("intranet"), url=url) == (url,)


def test_only_amap_is_shifted():
    assert {b.code for b in basemap.CHOICES if b.datum != "WGS84"} == {"amap"}


def test_our_own_words_for_sources_are_english_on_an_english_map():
    names = ("国家基础地理信息系统", "天地图")
    for text in context.attributions():
        said = basemap.attribution_words(text, "en")
        for name in names:
            said = said.replace(name, "")
        assert said.isascii() or not re.search("[一-鿿]", said), said
        assert basemap.attribution_words(text, "zh") == text
