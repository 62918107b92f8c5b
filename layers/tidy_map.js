// Makes room on a Leaflet map: figures step aside from one another, from the buttons and the edge of the view, names of
// districts from badges, figures and one another, and badges that cover one another say how many they are. Reckoned anew
// whenever the view or the layers change.
function tidyMap(map) {
  const CLOSE = 12, GAP = 2, FAR = 18, STEP = 12;
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

  function within(there) {
    const pane = map.getPane('mapPane').getBoundingClientRect();
    return [there.left - pane.left, there.top - pane.top, there.right - pane.left, there.bottom - pane.top];
  }

  function box(element) {
    const words = document.createRange();
    words.selectNodeContents(element);
    return within(words.getBoundingClientRect());
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
    const x = (area[0] + area[2]) / 2, y = (area[1] + area[3]) / 2;
    const ends = [[x, y], [x + by[0] * 0.8, y + by[1] * 0.8]].map(function (end) { return map.layerPointToLatLng(end); });
    L.polyline(ends, {color: '#7d8890', weight: 1, interactive: false}).addTo(counts).bringToBack();
  }

  // the nearest free place, else the one where the least is covered
  function best(ways, area, taken) {
    let found = ways[0], least = Infinity;
    ways.forEach(function (way) {
      const cost = covered(taken, moved(area, way));
      if (cost < least) { found = way; least = cost; }
    });
    return found;
  }

  // moves the figures and returns where they stand
  function placeFigures(taken) {
    const pane = map.getContainer(), view = within(pane.getBoundingClientRect());
    const buttons = [...pane.querySelectorAll('.leaflet-control')].map(function (c) { return within(c.getBoundingClientRect()); });
    const figures = [...pane.querySelectorAll('.figure')];
    figures.forEach(function (figure) { figure.style.transform = ''; });
    const areas = figures.map(function (figure) { return within(figure.getBoundingClientRect()); }), placed = [];
    figures.forEach(function (figure, i) {
      const area = areas[i], x = (area[0] + area[2]) / 2, y = (area[1] + area[3]) / 2;
      if (x > view[0] && x < view[2] && y > view[1] && y < view[3]) {  // what lies out of view stays there
        const into = [Math.max(view[0] + 4 - area[0], 0) - Math.max(area[2] + 4 - view[2], 0),
                      Math.max(view[1] + 4 - area[1], 0) - Math.max(area[3] + 4 - view[3], 0)];
        const ways = [];
        for (let right = -20; right <= 20; right++) {
          for (let down = -12; down <= 12; down++) ways.push([into[0] + right * STEP, into[1] + down * STEP]);
        }
        ways.sort(function (a, b) { return Math.hypot(...a) - Math.hypot(...b); });
        const inside = ways.filter(function (way) {
          const there = moved(area, way);
          return there[0] >= view[0] && there[1] >= view[1] && there[2] <= view[2] && there[3] <= view[3];
        });
        const way = best(inside.length ? inside : ways, area, [...taken, ...buttons, ...placed]);
        figure.style.transform = 'translate(-50%,-50%) translate(' + way[0] + 'px,' + way[1] + 'px)';
        if (Math.hypot(way[0], way[1]) > FAR) lead(area, way);
        area.splice(0, 4, ...moved(area, way));
      }
      placed.push(area);
    });
    return placed;
  }

  function stepAside(points) {
    const taken = points.map(function (p) { return [p.x - 8, p.y - 8, p.x + 8, p.y + 8]; });
    const pane = map.getContainer();
    pane.querySelectorAll('.count').forEach(function (other) { taken.push(box(other)); });
    const names = [...pane.querySelectorAll('.place:not(.quiet)')];
    names.forEach(function (name) { name.style.transform = ''; });
    const areas = names.map(box);
    taken.push(...placeFigures([...taken, ...areas]));
    names.forEach(function (name, i) {
      const wide = (areas[i][2] - areas[i][0]) / 2 + 10, half = wide / 2;
      const ways = [[0, 0], [0, -13], [0, 13], [0, -20], [0, 20], [half, -16], [-half, -16], [half, 16], [-half, 16],
                    [wide, 0], [-wide, 0], [wide, -14], [-wide, -14], [wide, 14], [-wide, 14], [0, -30], [0, 30]];
      const way = best(ways, areas[i], taken);
      if (way[0] || way[1]) name.style.transform = 'translate(' + way[0] + 'px,' + way[1] + 'px)';
      taken.push(moved(areas[i], way));
      if (Math.hypot(way[0], way[1]) > FAR) lead(areas[i], way);
    });
  }

  function tidy() {
    if (getComputedStyle(map.getPane('mapPane')).position !== 'absolute') {  // Leaflet's style sheet is still on its way
      requestAnimationFrame(tidy);
      return;
    }
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
