"""GDAL's own OGC API client, the one inside QGIS, reads what is served: counts, sums, texts, places."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from shapely.geometry import shape

GDAL = shutil.which("ogr2ogr")


@pytest.mark.skipif(GDAL is None, reason="ogr2ogr is not installed (apt-get install gdal-bin)")
@pytest.mark.parametrize(
    "name",
    ["targets", "projects", "districts", "boundaries", "scenario-tianhe-cells", "scenario-tianhe-districts"],
)
def test_gdal_reads_every_feature(client, tmp_path, name):
    out = tmp_path / "read.geojsonl"
    subprocess.run(
        [
            GDAL,
            "-f",
            "GeoJSONSeq",
            str(out),
            f"OAPIF:{client.url}/collections/{name}",
            "-oo",
            "PAGE_SIZE=500",
        ],
        check=True,
        capture_output=True,
        env={"NO_PROXY": "*", "PATH": "/usr/bin:/bin"},
    )
    read = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    served, address = [], f"/collections/{name}/items?limit=1000"
    while address:
        page = client.get(address).json
        served += page["features"]
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert len(read) == len(served)
    for theirs, ours in zip(read, served, strict=True):
        assert (theirs["geometry"] is None) == (ours["geometry"] is None)
        if ours["geometry"] is not None:
            assert shape(theirs["geometry"]).distance(shape(ours["geometry"]).centroid) < 3
            assert shape(theirs["geometry"]).bounds == pytest.approx(shape(ours["geometry"]).bounds, abs=1e-6)
        for key, value in ours["properties"].items():
            if value is not None and not isinstance(value, bool):
                expected = pytest.approx(value) if isinstance(value, float) else value
                assert theirs["properties"][key] == expected
    if name == "scenario-tianhe-cells":
        assert sum(f["properties"]["units"] for f in read) == 900
