// Makes room on a Leaflet map: figures stand beside the districts and not on them, names of districts in their own district
// and clear of badges and one another, and badges that cover one another say how many they are. What does not stand where
// it belongs has a line to a dot there. Reckoned anew whenever the view or the layers change.
function tidyMap(map) {
  const CLOSE = 12, GAP = 2, STEP = 12, REACH = 170, AWAY = 45, ELSEWHERE = 160;
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

  function shift(element, way) {
    element.style.transform = 'translate(-50%,-50%) translate(' + way[0] + 'px,' + way[1] + 'px)';
  }

  function spot(at, half) {
    return [at[0] - half, at[1] - half, at[0] + half, at[1] + half];
  }

  function middle(area) {
    return [(area[0] + area[2]) / 2, (area[1] + area[3]) / 2];
  }

  function holds(area, at) {
    return at[0] > area[0] && at[0] < area[2] && at[1] > area[1] && at[1] < area[3];
  }

  // how much of an area is covered by those that are taken, in square pixels
  function covered(areas, area) {
    return areas.reduce(function (sum, a) {
      const wide = Math.min(a[2], area[2]) - Math.max(a[0], area[0]);
      const tall = Math.min(a[3], area[3]) - Math.max(a[1], area[1]);
      return sum + (wide > 0 && tall > 0 ? wide * tall : 0);
    }, 0);
  }

  // which district lies at a pixel of the view: its code, '' where there is none; and each one's box in view
  function districts(codes, view) {
    const wide = Math.max(Math.ceil(view[2] - view[0]), 1), tall = Math.max(Math.ceil(view[3] - view[1]), 1);
    const canvas = document.createElement('canvas');
    canvas.width = wide;
    canvas.height = tall;
    const paint = canvas.getContext('2d', {willReadFrequently: true}), boxes = {};
    const known = ['', ...codes];
    paint.translate(-view[0], -view[1]);
    map.eachLayer(function (layer) {
      const code = layer.feature && layer.feature.properties.id, number = known.indexOf(code);
      if (number < 1 || boxes[code] || !(layer instanceof L.Polygon) || !layer.getElement()) return;
      paint.fillStyle = 'rgb(' + number + ',0,0)';
      paint.fill(new Path2D(layer.getElement().getAttribute('d')), 'evenodd');
      const bounds = layer.getBounds();
      const corner = map.latLngToLayerPoint(bounds.getNorthWest()), other = map.latLngToLayerPoint(bounds.getSouthEast());
      boxes[code] = [Math.max(corner.x, view[0]), Math.max(corner.y, view[1]),
                     Math.min(other.x, view[2]), Math.min(other.y, view[3])];
    });
    const pixels = paint.getImageData(0, 0, wide, tall).data;
    return {
      boxes: boxes,
      at: function (x, y) {
        const column = Math.floor(x - view[0]), row = Math.floor(y - view[1]);
        if (column < 0 || row < 0 || column >= wide || row >= tall) return '';
        const pixel = 4 * (row * wide + column);
        return pixels[pixel + 3] === 255 ? known[pixels[pixel]] || '' : '';
      },
    };
  }

  // what share of an area lies in districts that `counts` says yes to
  function share(land, area, counts) {
    let hits = 0;
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 3; j++) {
        const x = area[0] + (area[2] - area[0]) * (0.02 + 0.24 * i), y = area[1] + (area[3] - area[1]) * (0.1 + 0.4 * j);
        if (counts(land.at(x, y))) hits++;
      }
    }
    return hits / 15;
  }

  // a line from the edge of words to a dot where they belong, light around dark so that it is seen on every colour
  function lead(area, dot) {
    const edge = [Math.min(Math.max(dot[0], area[0]), area[2]), Math.min(Math.max(dot[1], area[1]), area[3])];
    const ends = [edge, dot].map(function (end) { return map.layerPointToLatLng(end); });
    const look = {interactive: false, pane: 'leads'};
    L.polyline(ends, {color: '#ffffff', weight: 3.5, opacity: 0.85, ...look}).addTo(counts);
    L.circleMarker(ends[1], {radius: 3.5, color: '#ffffff', weight: 1.5, fillColor: '#1c2733', fillOpacity: 1, ...look})
      .addTo(counts);
    L.polyline(ends, {color: '#1c2733', weight: 1.2, ...look}).addTo(counts);
  }

  // the steps from a place to all others around it that keep an area in view
  function around(area, view, far, step) {
    const ways = [];
    const down = Math.floor(far / step);
    for (let i = -down; i <= down; i++) {
      for (let j = -down; j <= down; j++) {
        const way = [i * step, j * step], there = moved(area, way);
        if (there[0] >= view[0] + 4 && there[1] >= view[1] + 4 && there[2] <= view[2] - 4 && there[3] <= view[3] - 4) {
          ways.push(way);
        }
      }
    }
    return ways;
  }

  // the way that costs least: `each` for its length, and what `more` says, asked only where that can decide
  function cheapest(ways, each, more) {
    let found = null, least = Infinity;
    ways.forEach(function (way) {
      const far = each * Math.hypot(way[0], way[1]);
      if (far >= least) return;
      const asked = far + more(way);
      if (asked < least) { found = way; least = asked; }
    });
    return {way: found, cost: least};
  }

  // moves the figures and returns where they stand: near their place, and as little as can be on any district
  function placeFigures(taken, land, view) {
    const figures = [...map.getContainer().querySelectorAll('.figure')], placed = [];
    figures.forEach(function (figure) { figure.style.transform = ''; });
    const areas = figures.map(function (figure) { return within(figure.getBoundingClientRect()); });
    figures.forEach(function (figure, i) {
      const area = areas[i], home = middle(area);
      if (!holds(view, home)) { placed.push(area); return; }  // what lies out of view stays there
      const others = [...taken, ...placed], far = Math.max(view[2] - view[0], view[3] - view[1]) / 2;
      const best = cheapest(around(area, view, far, STEP), 1, function (way) {
        const there = moved(area, way);
        return covered(others, there) + 260 * share(land, there, function (code) { return code !== ''; });
      });
      const way = best.way || [0, 0], there = moved(area, way);
      shift(figure, way);
      placed.push(there);
      if (!figure.classList.contains('led') || holds(there, home)) return;
      lead(there, home);
      placed.push(spot(home, 5));
    });
    return placed;
  }

  // Where a name goes that belongs to a district: within it where most of it has room there, else to where no district is,
  // last onto another one. `led` says that it needs a line.
  function placeName(area, code, land, view, taken) {
    const home = middle(area), own = function (there) { return there === code; };
    const ways = around(area, view, REACH, 6).concat([[0, 0]]), bounds = land.boxes[code];
    const inside = ways.filter(function (way) {
      const at = [home[0] + way[0], home[1] + way[1]];
      return holds(bounds, at) && land.at(...at) === code && share(land, moved(area, way), own) >= 0.5;
    });
    const stay = cheapest(inside, 0.4, function (way) {
      const there = moved(area, way);
      return covered(taken, there) + 60 * (1 - share(land, there, own));
    });
    if (stay.cost < AWAY) return {way: stay.way, led: false};
    const out = cheapest(ways, 0.4, function (way) {
      const there = moved(area, way);
      return AWAY + covered(taken, there) + ELSEWHERE * share(land, there, function (at) { return at !== ''; });
    });
    return stay.cost <= out.cost ? {way: stay.way, led: false} : {way: out.way, led: true};
  }

  // a place of a district that no badge covers, the nearest to where its name belongs
  function dotOf(code, land, home, taken) {
    const free = around([...home, ...home], land.boxes[code], 60, 3).filter(function (way) {
      const at = [home[0] + way[0], home[1] + way[1]];
      return land.at(...at) === code && !taken.some(function (other) { return holds(other, at); });
    });
    const way = cheapest(free, 1, function () { return 0; }).way || [0, 0];
    return [home[0] + way[0], home[1] + way[1]];
  }

  function stepAside(points) {
    const pane = map.getContainer(), view = within(pane.getBoundingClientRect());
    const marks = points.map(function (p) { return spot([p.x, p.y], 8); });
    pane.querySelectorAll('.count').forEach(function (other) { marks.push(box(other)); });
    const names = [...pane.querySelectorAll('.place[data-of]')], quiet = [...pane.querySelectorAll('.quiet')];
    names.forEach(function (name) { name.style.transform = ''; });
    quiet.forEach(function (name) { name.style.visibility = ''; });
    const land = districts(names.map(function (name) { return name.dataset.of; }), view);
    const buttons = [...pane.querySelectorAll('.leaflet-control')].map(function (c) { return within(c.getBoundingClientRect()); });
    const taken = [...marks, ...buttons], areas = new Map(names.map(function (name) { return [name, box(name)]; }));
    taken.push(...placeFigures(taken, land, view));
    const wide = function (name) {
      const bounds = land.boxes[name.dataset.of];
      return bounds ? (bounds[2] - bounds[0]) * (bounds[3] - bounds[1]) : 0;
    };
    names.sort(function (a, b) { return wide(a) - wide(b); });  // the small have the least choice
    names.forEach(function (name) {
      const area = areas.get(name), code = name.dataset.of, home = middle(area);
      if (!land.boxes[code] || !holds(view, home)) { taken.push(area); return; }
      const {way, led} = placeName(area, code, land, view, taken);
      shift(name, way);
      taken.push(moved(area, way));
      if (led) {
        const dot = dotOf(code, land, home, [...marks, ...taken]);
        lead(moved(area, way), dot);
        taken.push(spot(dot, 5));
      }
    });
    quiet.forEach(function (name) {  // names of the ground give way
      if (name.offsetParent && covered(taken.slice(marks.length), box(name))) name.style.visibility = 'hidden';
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

  map.createPane('leads').style.zIndex = 590;  // over what is drawn, under words
  map.on('zoomend moveend resize layeradd layerremove', ask);
  ask();
}
