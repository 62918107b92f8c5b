"""QGIS itself reads what is served, with its own Python and its own client."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

# runs in QGIS' Python: prints for each layer whether it is valid, its kind, CRS, count, and a sum
PROGRAM = """
import json, sys
from qgis.core import QgsApplication, QgsVectorLayer, QgsWkbTypes
application = QgsApplication([], False)
application.initQgis()
found = {}
for name in sys.argv[2:]:
    layer = QgsVectorLayer(f"url='{sys.argv[1]}/' typename='{name}'", name, "OAPIF")
    features = list(layer.getFeatures())
    column = next((c for c in ("units", "allocated", "population") if c in [f.name() for f in layer.fields()]), None)
    numbers = [f[column] for f in features] if column else []
    found[name] = {
        "valid": layer.isValid(),
        "crs": layer.crs().authid(),
        "kind": QgsWkbTypes.displayString(layer.wkbType()),
        "count": len(features),
        "sum": sum(n for n in numbers if isinstance(n, int)),
        "texts": [f["name_zh"] for f in features[:1]] if name == "boundaries" else [],
    }
print(json.dumps(found))
"""


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("qgis_process") is None or not Path("/usr/bin/python3").exists(),
    reason="QGIS is not installed (apt-get install qgis python3-qgis)",
)
def test_qgis_reads_the_collections(client, tmp_path):
    names = [
        "targets",
        "projects",
        "districts",
        "boundaries",
        "scenario-tianhe-cells",
        "scenario-tianhe-districts",
    ]
    done = subprocess.run(
        ["/usr/bin/python3", "-c", PROGRAM, client.url, *names],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        timeout=240,
    )
    if b"No module named" in done.stderr:
        pytest.skip("QGIS' Python bindings are not installed (apt-get install python3-qgis)")
    read = json.loads(done.stdout.decode("utf-8").strip().splitlines()[-1])
    for name in names:
        page = client.get(f"/collections/{name}/items", limit=10_000).json
        assert read[name]["valid"]
        assert read[name]["crs"] == "EPSG:4326"
        assert read[name]["count"] == page["numberMatched"]
        column = next(
            (c for c in ("units", "allocated", "population") if c in page["features"][0]["properties"]), None
        )
        if column:
            assert read[name]["sum"] == sum(f["properties"][column] or 0 for f in page["features"])
    assert read["projects"]["kind"] == "Point"
    assert read["scenario-tianhe-cells"]["kind"] == "Polygon"
    assert read["boundaries"]["texts"] == ["徐州市"]
