"""What lies under the map: nothing, our own ground, or tiles that the reader chooses.

Only the first two ask nothing of another machine. Tiles of AMap are in GCJ-02: over them the map draws a shifted
*display copy* of our layers and says so; nothing shifted is kept or exported (conventions D3).
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from geo.errors import RequestError


@dataclass(frozen=True, slots=True)
class Basemap:
    """One choice: its code, labels, the tile address (None for no tiles), the attribution, and the tiles' datum."""

    code: str
    label_zh: str
    label_en: str
    tiles: tuple[str, ...] = ()
    attribution: str = ""
    datum: str = "WGS84"
    max_zoom: int = 18
    needs: str = ""

    def label(self, lang: str) -> str:
        """Return the label in ``lang``."""
        return self.label_zh if lang == "zh" else self.label_en

    @property
    def outward(self) -> bool:
        """Whether drawing it asks another machine for tiles."""
        return bool(self.tiles)


_TIANDITU = "https://t{s}.tianditu.gov.cn/DataServer?T={layer}_w&x={{x}}&y={{y}}&l={{z}}&tk={{key}}"

CHOICES = (
    Basemap("local", "本地底图(离线)", "Local ground (offline)"),
    Basemap("none", "无底图", "No basemap"),
    Basemap(
        "tianditu", "天地图(需密钥)", "Tianditu (your key)",
        tuple(_TIANDITU.format(s=0, layer=layer) for layer in ("vec", "cva")),
        "天地图 © 国家基础地理信息中心", needs="key",
    ),
    Basemap("intranet", "内网瓦片(XYZ/WMTS)", "Intranet tiles (XYZ/WMTS)", ("{url}",), "", needs="url"),
    Basemap(
        "amap", "高德(GCJ-02,仅显示)", "AMap (GCJ-02, display only)",
        ("https://webrd01.is.autonavi.com/appmaptile?lang=zh_cn&size=1&scale=1&style=8&x={x}&y={y}&z={z}",),
        "© 高德地图", datum="GCJ-02",
    ),
    Basemap(
        "osm", "OpenStreetMap", "OpenStreetMap", ("https://tile.openstreetmap.org/{z}/{x}/{y}.png",),
        "© OpenStreetMap contributors", max_zoom=19,
    ),
)  # fmt: skip

#: Our own words in what stands for its sources under a map, in English; the names of sources stay.
_OWN_WORDS = (
    ("水系:国家基础地理信息系统1:400万数据,取自", "Water: 国家基础地理信息系统 at 1:4,000,000, from"),
    ("海陆掩膜:", "Land and sea: "),
    ("行政区划数据来源:", "Boundaries: "),
)


def attribution_words(text: str, lang: str) -> str:
    """Return a source's sentence with our own words in ``lang``."""
    for zh, en in _OWN_WORDS if lang != "zh" else ():
        text = text.replace(zh, en)
    return text


def choice(code: str) -> Basemap:
    """Return the choice with this code, the local ground for one that is not known."""
    return next((b for b in CHOICES if b.code == code), CHOICES[0])


def tile_urls(basemap: Basemap, key: str = "", url: str = "") -> tuple[str, ...]:
    """Return the addresses of the tiles, the reader's key or address filled in; empty while that is missing.

    Raises
    ------
    RequestError
        When an intranet address is no tile address: it needs ``http://`` or ``https://`` and {x}, {y}, {z}.
    """
    if basemap.needs == "key":
        if not key:
            return ()
        if not key.isalnum():
            raise RequestError("a Tianditu key has letters and digits only", "天地图密钥只含字母和数字")
        return tuple(tiles.replace("{key}", key) for tiles in basemap.tiles)
    if basemap.needs == "url":
        if not url:
            return ()
        parts = urlsplit(url)
        if (
            parts.scheme not in {"http", "https"}
            or not parts.netloc
            or any(mark not in url for mark in ("{x}", "{y}", "{z}"))
        ):
            raise RequestError(
                f"{url!r} is no tile address; write it as http://host/path/{{z}}/{{x}}/{{y}}.png",
                f"“{url}”不是瓦片地址;格式如 http://主机/路径/{{z}}/{{x}}/{{y}}.png",
            )
        if any(mark in url for mark in "'\"<>\\`"):
            raise RequestError(
                "quotes and brackets cannot stand in a tile address", "瓦片地址不能含引号或尖括号"
            )
        return (url,)
    return basemap.tiles
