"""Where a position or a count is from, in the reader's words; the id by which it is found again stands last.

Plans and the gazetteer name a source as those who check it need: ``gazetteer osm-497410695 (OpenStreetMap: 北京路)``.
A card says it in words. What is no such name stands as it is.
"""

from __future__ import annotations

import csv
import functools
import re

from geo.geocode import columns as gazetteer
from geo.paths import data_root

Part = dict[str, str]
#: A source in Chinese and English; None when it is not what it looks like.
Said = tuple[str, str] | None
#: Codes of the gazetteer's sources: (Chinese, English).
_GAZETTEER = {
    "osm": ("OpenStreetMap", "OpenStreetMap"),
    "geonames": ("GeoNames", "GeoNames"),
    "airportsdata": ("机场数据 airportsdata", "airportsdata"),
    "china-division": ("乡镇街道名录", "register of townships"),
    "quhua": ("区划名录", "register of divisions"),
    "tianditu": ("天地图边界", "Tianditu boundaries"),
    "curated": ("人工整理", "kept by hand"),
}
_PLACE = re.compile(r"gazetteer (?P<id>\S+) \((?P<how>.+)\)")
_CURATED = re.compile(r"data/places/curated\.csv (?P<id>\S+)(?: \((?P<how>.+)\))?")
_LISTED = re.compile(r"reference list of sites: (?P<name>.+)")
_OSM = re.compile(r"(?:geopi \S+ \(OpenStreetMap (?P<day>\S+)\) osm_id|osm) (?P<id>\d+)(?: (?P<name>.+))?")
_CITIES = re.compile(r"GeoNames \(CC BY 4\.0\), .*?: (?P<cities>\d+ .+)")
_CENSUS = re.compile(r"(?P<book>《.+?》), (?P<isbn>ISBN [\d-]+); transcription (?P<id>.+)")
_FOUND = re.compile(
    rf"(?P<name>.+) \((?P<source>{'|'.join(map(re.escape, gazetteer.SOURCES.values()))}), (?P<id>[^,()]+)\)"
)


def source_words(text: str, lang: str) -> str:
    """Return a source in words of ``lang``.

    Examples
    --------
    >>> source_words("gazetteer osm-497410695 (OpenStreetMap: 北京路)", "zh")
    '离线地名库:OpenStreetMap“北京路”(osm-497410695)'
    >>> source_words("施工图第3页", "zh")
    '施工图第3页'
    """
    for pattern, words in _WORDS:
        found = pattern.fullmatch(text)
        if found:
            said = words({k: v or "" for k, v in found.groupdict().items()}) or (text, text)
            return said[0] if lang == "zh" else said[1]
    return text


def _place(part: Part) -> Said:
    ident, how = part["id"], part["how"]
    source, _, name = how.partition(": ")
    if name:
        return f"离线地名库:{source}“{name}”({ident})", f"gazetteer: {source} “{name}” ({ident})"
    place = _names().get(ident)
    if place is None:
        return None
    zh, en = _GAZETTEER.get(how, ("", ""))
    shown = ident.removeprefix("curated-")
    by_zh = f"据 {zh}" if zh and zh[0].isascii() else f"据{zh}" if zh else "取 OpenStreetMap 各点的居中位置"
    by_en = f"from {en}" if en else how
    return f"离线地名库:{place[0]},{by_zh}({shown})", f"gazetteer: {place[1]}, {by_en} ({shown})"


def _curated(part: Part) -> Said:
    place = _names().get(f"curated-{part['id']}")
    if place is None:
        return None
    return f"人工整理的地名表:{place[0]}({part['id']})", f"places kept by hand: {place[1]} ({part['id']})"


def _listed(part: Part) -> Said:
    return f"站点参考清单:{part['name']}", f"reference list of sites: {part['name']}"


def _osm(part: Part) -> Said:
    day = f" {part['day']}" if part["day"] else ""
    name_zh, name_en = (f"“{part['name']}”", f" “{part['name']}”") if part["name"] else ("", "")
    return f"OpenStreetMap{day}{name_zh}({part['id']})", f"OpenStreetMap{day}{name_en} ({part['id']})"


def _cities(part: Part) -> Said:
    cities = [city.partition(" ") for city in part["cities"].split(", ")]
    ids, names = ", ".join(c[0] for c in cities), [c[2] for c in cities]
    return (
        f"GeoNames 城市点:{'、'.join(names)}(许可 CC BY 4.0;编号 {ids})",
        f"GeoNames cities: {', '.join(names)} (CC BY 4.0; {ids})",
    )


def _census(part: Part) -> Said:
    book, isbn, ident = part["book"], part["isbn"], part["id"]
    return (
        f"{book},{isbn};电子转录({ident})",
        f"China Population Census by County {book}, {isbn}; transcription ({ident})",
    )


def _found(part: Part) -> Said:
    """A row of an upload that the gazetteer placed."""
    code = next(code for code, label in gazetteer.SOURCES.items() if label == part["source"])
    zh, en = _GAZETTEER[code]
    return (
        f"离线地名库:{part['name']},据{zh}({part['id']})",
        f"gazetteer: {part['name']}, from {en} ({part['id']})",
    )


_WORDS = (
    (_PLACE, _place),
    (_CURATED, _curated),
    (_LISTED, _listed),
    (_OSM, _osm),
    (_CITIES, _cities),
    (_CENSUS, _census),
    (_FOUND, _found),
)


@functools.cache
def _names() -> dict[str, tuple[str, str]]:
    """Return the gazetteer's names (Chinese, English) by id."""
    path = data_root() / "places" / "gazetteer.csv"
    with path.open(encoding="utf-8", newline="") as source:
        return {row["id"]: (row["name"], row["name_en"] or row["name"]) for row in csv.DictReader(source)}
