// Makes room on a Leaflet map: names of districts step aside from badges, figures and one another by a few pixels, and
// badges that cover one another say how many they are. Reckoned anew whenever the view or the layers change.
function tidyMap(map) {
  const CLOSE = 12, GAP = 2, FAR = 18;
  const counts = L.layerGroup().addTo(map);
  let asked = false, busy = false;

  function badges() {
    const found = [];
    map.eachLayer(function (layer) {
      if (layer.options.badge) found.push(map.latLngToLayerPoint(layer.getLatLng()));
    });
    return found;
  }

  function count(points) {
    const free = new Set(points.keys());
    for (let i = points.length - 1; i >= 0; i--) {  // the last drawn lies on top and bears the number
      if (!free.delete(i)) continue;
      const covered = [...free].filter(function (j) { return points[i].distanceTo(points[j]) < CLOSE; });
      covered.forEach(function (j) { free.delete(j); });
      if (covered.length) {
        L.marker(map.layerPointToLatLng(points[i]), {
          interactive: false, keyboard: false,
          icon: L.divIcon({className: '', iconSize: [0, 0], html: '<div class="count">' + (covered.length + 1) + '</div>'}),
        }).addTo(counts);
      }
    }
  }

  function box(element) {
    const words = document.createRange();
    words.selectNodeContents(element);
    const there = words.getBoundingClientRect(), pane = map.getPane('mapPane').getBoundingClientRect();
    return [there.left - pane.left, there.top - pane.top, there.right - pane.left, there.bottom - pane.top];
  }

  function moved(area, by) {
    return [area[0] + by[0] - GAP, area[1] + by[1], area[2] + by[0] + GAP, area[3] + by[1]];
  }

  // how much of an area is covered by those that are taken, in square pixels
  function covered(areas, area) {
    return areas.reduce(function (sum, a) {
      const wide = Math.min(a[2], area[2]) - Math.max(a[0], area[0]);
      const tall = Math.min(a[3], area[3]) - Math.max(a[1], area[1]);
      return sum + (wide > 0 && tall > 0 ? wide * tall : 0);
    }, 0);
  }

  // a thin line from where a name belongs to where it stands
  function lead(area, by) {
    const x = (area[0] + area[2]) / 2, y = area[1] + 8;
    const ends = [[x, y], [x + by[0] * 0.8, y + by[1] * 0.8]].map(function (end) { return map.layerPointToLatLng(end); });
    L.polyline(ends, {color: '#7d8890', weight: 1, interactive: false}).addTo(counts).bringToBack();
  }

  function stepAside(points) {
    const taken = points.map(function (p) { return [p.x - 8, p.y - 8, p.x + 8, p.y + 8]; });
    const pane = map.getContainer();
    pane.querySelectorAll('.figure, .count').forEach(function (other) { taken.push(box(other)); });
    const names = [...pane.querySelectorAll('.place:not(.quiet)')];
    names.forEach(function (name) { name.style.transform = ''; });
    const areas = names.map(box);
    names.forEach(function (name, i) {
      const wide = (areas[i][2] - areas[i][0]) / 2 + 10, half = wide / 2;
      const ways = [[0, 0], [0, -13], [0, 13], [0, -20], [0, 20], [half, -16], [-half, -16], [half, 16], [-half, 16],
                    [wide, 0], [-wide, 0], [wide, -14], [-wide, -14], [wide, 14], [-wide, 14], [0, -30], [0, 30]];
      let best = ways[0], least = Infinity;
      ways.forEach(function (way) {  // the nearest free place, else where the least is covered
        const cost = covered(taken, moved(areas[i], way));
        if (cost < least) { best = way; least = cost; }
      });
      if (best[0] || best[1]) name.style.transform = 'translate(' + best[0] + 'px,' + best[1] + 'px)';
      taken.push(moved(areas[i], best));
      if (Math.hypot(best[0], best[1]) > FAR) lead(areas[i], best);
    });
  }

  function tidy() {
    asked = false;
    busy = true;  // what is put on the map here asks for nothing
    const points = badges();
    counts.clearLayers();
    count(points);
    stepAside(points);
    busy = false;
  }

  function ask() {
    if (asked || busy) return;
    asked = true;
    requestAnimationFrame(tidy);
  }

  map.on('zoomend moveend resize layeradd layerremove', ask);
  ask();
}
