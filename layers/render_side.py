"""Pictures of cells beside each other on Leaflet maps that move together: one page, nothing from outside."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import shapely

from layers.render_folium import BEYOND, LAND, LAND_OUTSIDE, LINE
from layers.render_png import Picture


@dataclass(frozen=True, slots=True)
class Panel:
    """One map: its heading, its picture, the picture's address on this machine, dots over few cells."""

    heading: str
    picture: Picture
    url: str
    dots: Sequence[Mapping[str, Any]] = ()


_PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="{assets}/leaflet.css"><script src="{assets}/leaflet.js"></script>
<style>
body{{margin:0;font:13px/1.5 'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif}}
.all{{display:grid;grid-template-columns:repeat({columns},1fr);grid-auto-rows:1fr;gap:8px;height:100vh}}
.one{{display:flex;flex-direction:column;min-width:0}}
.one h2{{font-size:14px;margin:0;padding:2px 4px 6px;color:#1c2733;font-weight:600;overflow:hidden;
text-overflow:ellipsis;white-space:nowrap}}
.one div{{flex:1;background:{water};border-radius:6px}}
</style></head><body><div class="all">{boxes}</div><script>
var ground={ground}, panels={panels}, maps=[], moving=false;
panels.forEach(function(p,i){{
  var m=L.map('m'+i,{{zoomSnap:0.25,zoomDelta:0.5,maxZoom:16,attributionControl:false}});
  // a view before any layer: what waits for one is drawn in the order of waiting, shapes before what draws them
  m.fitBounds(ground.bounds,{{animate:false}});
  m.createPane('ground').style.zIndex=250;
  L.geoJSON(ground.context,{{pane:'ground',interactive:false,
    style:{{color:'#c3ccd2',weight:0.8,fillColor:'{outside}',fillOpacity:1}}}}).addTo(m);
  L.geoJSON(ground.districts,{{pane:'ground',interactive:false,
    style:{{color:'#c3ccd2',weight:0,fillColor:'{land}',fillOpacity:1}}}}).addTo(m);
  L.imageOverlay(p.url,p.corners,{{opacity:0.9}}).addTo(m);
  L.geoJSON(ground.districts,{{style:{{color:'{line}',weight:1,fill:false}},
    onEachFeature:function(f,l){{l.bindTooltip(f.properties.name)}}}}).addTo(m);
  // thousands of dots are painted, not drawn as shapes; the mouse reaches the districts through them
  var over=m.createPane('dots'); over.style.zIndex=450; over.style.pointerEvents='none';
  var paint=L.canvas({{pane:'dots'}});
  p.dots.forEach(function(d){{ L.circleMarker(d.at,{{renderer:paint,radius:d.radius,weight:0,fillOpacity:1,
    fillColor:d.colour,interactive:false}}).addTo(m); }});
  maps.push(m);
}});
maps.forEach(function(m){{ m.on('move',function(){{
  if(moving) return; moving=true;
  maps.forEach(function(o){{ if(o!==m) o.setView(m.getCenter(),m.getZoom(),{{animate:false}}); }});
  moving=false;
}}); }});
</script></body></html>"""


def page(
    panels: Sequence[Panel],
    districts: gpd.GeoDataFrame,
    context: gpd.GeoDataFrame,
    assets: str,
    lang: str,
    title: str,
) -> str:
    """Return a whole HTML page with one map a panel; moving one moves all.

    ``assets`` is the address of Leaflet's folder on this machine; every word is escaped.
    """
    west, south, east, north = (float(v) for v in districts.total_bounds)
    ground = {
        "districts": _features(districts, lang),
        "context": _features(context, lang),
        "bounds": [[south, west], [north, east]],
    }
    boxes = "".join(
        f'<section class="one"><h2>{html.escape(p.heading)}</h2><div id="m{i}"></div></section>'
        for i, p in enumerate(panels)
    )
    shown = [
        {
            "url": p.url,
            "dots": [{"at": d["at"][::-1], "colour": d["colour"], "radius": d["radius"]} for d in p.dots],
            "corners": [
                [p.picture.bounds[1], p.picture.bounds[0]],
                [p.picture.bounds[3], p.picture.bounds[2]],
            ],
        }
        for p in panels
    ]
    return _PAGE.format(
        lang=lang, title=html.escape(title), assets=assets, columns=columns(len(panels)), boxes=boxes,
        ground=_script(ground), panels=_script(shown),
        water=BEYOND, outside=LAND_OUTSIDE, land=LAND, line=LINE,
    )  # fmt: skip


def columns(n: int) -> int:
    """Return how many maps stand in a row: four make two rows, for a city is taller than a strip is wide."""
    return 2 if n == 4 else n


def _features(frame: gpd.GeoDataFrame, lang: str) -> dict[str, object]:
    shapes = shapely.simplify(frame.geometry.to_numpy(), 2e-4)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"name": html.escape(str(name))},
                "geometry": json.loads(
                    shapely.to_geojson(shapely.set_precision(shape, 1e-5, mode="pointwise"))
                ),
            }
            for shape, name in zip(shapes, frame[f"name_{lang}"], strict=True)
        ],
    }


def _script(value: object) -> str:
    """Return JSON that can stand inside a script."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
