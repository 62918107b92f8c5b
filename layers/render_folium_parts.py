"""What a folium map is made of beyond folium's own parts: its look, features with tooltips, words at places."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import folium
from folium.template import Template

_TIDY = Path(__file__).with_name("tidy_map.js").read_text(encoding="utf-8")


#: A rim of white around words, as wide as it takes to be read on the darkest fill.
_HALO = ",".join(
    [f"{x}px {y}px 0 #fff" for x in (-1.5, 0, 1.5) for y in (-1.5, 0, 1.5) if x or y] + ["0 0 4px #fff"] * 3
)


class Quiet(folium.MacroElement):  # type: ignore[misc]
    """Leaflet's own mark without a picture or an outward link; marker pictures from the same folder."""

    _template = Template(
        "{% macro header(this, kwargs) %}<style>"
        ".leaflet-container{background:{{ this.background }};font:13px/1.5 'Noto Sans CJK SC','Source Han Sans SC',"
        "'Microsoft YaHei','PingFang SC',sans-serif}"
        ".leaflet-container .leaflet-control-attribution{font-size:11px;color:#45525c;background:rgba(255,255,255,.85)}"
        ".leaflet-tooltip{white-space:normal;max-width:22rem;width:max-content;color:#1c2733;border:0;"
        "box-shadow:0 1px 6px rgba(28,39,51,.25)}"
        ".place{color:#1c2733;font-size:12px;text-align:center;white-space:nowrap;pointer-events:none;"
        f"text-shadow:{_HALO}}}"
        ".place[data-of]{position:absolute;transform:translate(-50%,-50%)}"
        ".quiet{color:#45525c;font-size:11px}"
        ".said{max-width:22rem;padding:2px 8px;color:#1c2733;background:rgba(255,255,255,.92);border-radius:4px;"
        "font-size:12px;box-shadow:0 1px 4px rgba(28,39,51,.3)}"
        "body{margin:0;overflow:hidden}#map_div{min-height:100vh}"  # a page may make the frame higher
        "{% for z in this.zooms %}.leaflet-container:not(.z{{ z }}) .from{{ z }}{display:none}{% endfor %}"
        ".figure{position:absolute;transform:translate(-50%,-50%);width:max-content;max-width:13rem;color:#1c2733;"
        "text-align:center;text-wrap:balance;background:rgba(255,255,255,.92);border-radius:4px;padding:2px 8px;"
        "box-shadow:0 1px 4px rgba(28,39,51,.3);pointer-events:none}"
        ".doubtful{border:1px dashed #51606b}"
        "path.leaflet-interactive:focus{outline:none}"  # a click would frame the district's box
        ".figure b{font-size:17px;display:block}"
        ".sign{color:#fff;font-size:10px;line-height:16px;text-align:center;pointer-events:none}"
        ".count{position:absolute;left:3px;top:-15px;min-width:13px;padding:0 2px;box-sizing:border-box;"
        "background:#1c2733;color:#fff;font:bold 10px/13px sans-serif;text-align:center;border-radius:7px;"
        "pointer-events:none}"
        ".leaflet-control-scale-line:not(:first-child){display:none}"  # miles
        "</style>{% endmacro %}"
        "{% macro script(this, kwargs) %}"
        "{{ this._parent.get_name() }}.attributionControl.setPrefix('Leaflet');"
        "{{ this._parent.get_name() }}.createPane('ground').style.zIndex = 250;"
        "L.Icon.Default.imagePath = {{ this.images | tojson }};"
        "(function(m){ function near(){ {{ this.zooms }}.forEach(function(z){"
        " m.getContainer().classList.toggle('z' + z, m.getZoom() >= z); }); }"
        " m.on('zoomend', near); near(); })({{ this._parent.get_name() }});"
        "{{ this.tidy }} tidyMap({{ this._parent.get_name() }});"
        "{% endmacro %}"
    )

    def __init__(self, images: str, background: str, zooms: Iterable[int]) -> None:
        super().__init__()
        self._name = "Quiet"
        self.images, self.background = images, background
        self.zooms = list(zooms)  # words may wait for each of these
        self.tidy = _TIDY


class Features(folium.MacroElement):  # type: ignore[misc]
    """GeoJSON features, each with its own style and tooltip; points as circles of ``radius`` pixels."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = L.geoJSON({{ this.text }}, {"
        "interactive: {{ this.interactive | tojson }}, pane: {{ this.pane | tojson }},"
        "style: function(f){ return f.style; },"
        "pointToLayer: function(f, at){ return f.style.metres"
        " ? L.circle(at, Object.assign({radius: f.style.metres, interactive: false}, f.style))"
        " : L.circleMarker(at, Object.assign({interactive: {{ this.interactive | tojson }}}, f.style)); },"
        "onEachFeature: function(f, layer){ if (f.tip) { layer.bindTooltip(f.tip, {sticky: true}); }"
        # browsers let the Tab key stop at shapes with tooltips, where no key does anything: search and lists stand in
        " layer.on('add', function(){ var shape = layer.getElement && layer.getElement();"
        " if (shape) { shape.setAttribute('tabindex', '-1'); } }); }"
        "}).addTo({{ this._parent.get_name() }});"
        "{% endmacro %}"
    )

    def __init__(
        self, features: Sequence[Mapping[str, Any]], interactive: bool = True, pane: str = "overlayPane"
    ) -> None:
        super().__init__()
        self._name = "Features"
        self.interactive, self.pane = interactive, pane
        self.text = script({"type": "FeatureCollection", "features": list(features)})


class Words(folium.MacroElement):  # type: ignore[misc]
    """Words at places, beneath the mouse: not clickable."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "{{ this.text }}.forEach(function(w){ L.marker(w.at, {interactive: false, keyboard: false,"
        " zIndexOffset: w.above || 0,"
        " icon: L.divIcon({className: '', html: w.html, iconSize: w.size})})"
        ".addTo({{ this._parent.get_name() }}); });"
        "{% endmacro %}"
    )

    def __init__(self, words: Sequence[Mapping[str, Any]]) -> None:
        super().__init__()
        self._name = "Words"
        self.text = script(list(words))


class Said(folium.MacroElement):  # type: ignore[misc]
    """Words in the corner of the map, there as long as the group they belong to. They are HTML, escaped already."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "(function(g){ var corner = L.control({position: 'topright'});"
        " corner.onAdd = function(){ var box = L.DomUtil.create('div', 'said'); box.innerHTML = {{ this.text }};"
        " return box; };"
        " g.on('add', function(){ corner.addTo(g._map); }); g.on('remove', function(){ corner.remove(); });"
        " if (g._map) corner.addTo(g._map); })({{ this._parent.get_name() }});"
        "{% endmacro %}"
    )

    def __init__(self, text: str) -> None:
        super().__init__()
        self._name = "Said"
        self.text = script(text)


class ChineseScale(folium.MacroElement):  # type: ignore[misc]
    """Leaflet's scale in metres and kilometres by their Chinese names."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "L.Control.Scale.include({_updateMetric: function(most){ var metres = this._getRoundNum(most);"
        " var words = metres < 1000 ? metres + ' 米' : metres / 1000 + ' 公里';"
        " this._updateScale(this._mScale, words, metres / most); }});"
        "{{ this._parent.get_name() }}.fire('move');"
        "{% endmacro %}"
    )

    def __init__(self) -> None:
        super().__init__()
        self._name = "ChineseScale"


def script(value: Any) -> str:
    """Return JSON that can stand inside a script: no ``</script>``, no line separators."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
