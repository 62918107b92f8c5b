// Draws the features of the page on an empty ground: the same address as JSON, nothing from elsewhere.
(function () {
  "use strict";
  var place = document.getElementById("map");
  var address = new URL(window.location.href);
  address.searchParams.set("f", "json");
  address.searchParams.delete("crs");
  var map = L.map(place, { attributionControl: false }).setView([32, 112], 5);
  L.control.scale({ imperial: false }).addTo(map);
  fetch(address).then(function (answer) { return answer.json(); }).then(function (document_) {
    var title = place.dataset.title;
    var layer = L.geoJSON(document_, {
      style: { color: "#15508c", weight: 1.2, fillOpacity: 0.15 },
      pointToLayer: function (feature, at) { return L.circleMarker(at, { radius: 6 }); },
      onEachFeature: function (feature, drawn) {
        // as text: whatever stands in a name is shown and never run
        var label = document.createElement("span");
        label.textContent = String((title && feature.properties[title]) || feature.id);
        drawn.bindTooltip(label);
      }
    }).addTo(map);
    var bounds = layer.getBounds();
    if (bounds.isValid()) { map.fitBounds(bounds, { maxZoom: 12, padding: [20, 20] }); }
  });
})();
