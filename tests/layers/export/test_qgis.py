"""The QGIS project, opened by QGIS itself: every layer is found, styled, named in Chinese, and draws something."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile

import pytest

from layers.export import formats, reference

LOOK = """
import json, os, sys
from qgis.core import QgsApplication, QgsMapRendererParallelJob, QgsMapSettings, QgsProject
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor
QgsApplication.setPrefixPath("/usr", True)
application = QgsApplication([], False)
application.initQgis()
project = QgsProject.instance()
assert project.read(sys.argv[1])
layers = {}
for leaf in project.layerTreeRoot().findLayers():
    layer = leaf.layer()
    renderer = layer.renderer()
    rules = renderer.rootRule().children() if renderer and renderer.type() == "RuleRenderer" else []
    layers[leaf.name()] = {
        "valid": layer.isValid(), "count": layer.featureCount(), "seen": leaf.isVisible(), "crs": layer.crs().authid(),
        "group": leaf.parent().name(), "legend": [rule.label() for rule in rules],
        "aliases": {f.name(): layer.attributeDisplayName(i) for i, f in enumerate(layer.fields())},
    }
settings = QgsMapSettings()
drawn = [layer for layer in project.layerTreeRoot().checkedLayers() if layer.isSpatial()]
settings.setLayers(drawn)
settings.setOutputSize(QSize(200, 200))
settings.setDestinationCrs(project.crs())
settings.setBackgroundColor(QColor("white"))
settings.setExtent(drawn[0].extent() if len(drawn) == 1 else drawn[1].extent())
job = QgsMapRendererParallelJob(settings)
job.start()
job.waitForFinished()
image = job.renderedImage()
colours = {image.pixelColor(x, y).name() for x in range(0, 200, 4) for y in range(0, 200, 4)}
found = {"title": project.title(), "crs": project.crs().authid(), "layers": layers, "colours": sorted(colours)}
print(json.dumps(found))
application.exitQgis()
"""


READ = """
import json, os, sys
from qgis.core import NULL, QgsApplication, QgsVectorLayer, QgsWkbTypes
QgsApplication.setPrefixPath("/usr", True)
application = QgsApplication([], False)
application.initQgis()
found = []
for source in sys.argv[1:]:
    layer = QgsVectorLayer(source, "x", "ogr")
    names = [field.name() for field in layer.fields()]
    rows = [feature.attributes() for feature in layer.getFeatures()]
    total = sum(int(row[names.index("units")]) for row in rows if row[names.index("units")] != NULL)
    texts = [row[names.index("name_zh")] for row in rows] if "name_zh" in names else []
    kind = QgsWkbTypes.geometryDisplayString(layer.geometryType())
    texts = [None if text == NULL else text for text in texts]
    found.append([layer.isValid(), len(rows), layer.crs().authid(), kind, total, texts])
print(json.dumps(found), flush=True)
os._exit(0)  # QGIS may crash on its way out, after the work
"""


@pytest.fixture(scope="module")
def qgis():
    """Return a function that opens a project with the system's QGIS; skipped where there is none."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONPATH", None)
    python = "/usr/bin/python3"
    known = (
        os.path.exists(python)
        and not subprocess.run(
            [python, "-c", "import qgis.core"], env=environment, capture_output=True
        ).returncode
    )
    if not known:
        pytest.skip("QGIS is not installed (apt-get install qgis python3-qgis)")

    def look(*paths, script=LOOK):
        words = [python, "-c", script, *map(str, paths)]
        done = subprocess.run(words, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return look


@pytest.fixture
def project(tmp_path, cells, polygons, points, table):
    about = {"title_zh": "广州市测算分配", "notices_zh": ["注意"], "map_review_zh": "未经审图"}
    layers = [cells, polygons, points, table]
    formats.write(
        formats.get("gpkg"), layers, tmp_path, "x", "en", reference.choose("auto", None, 113.3), about=about
    )
    return tmp_path / "x.qgz"


def test_the_project_names_its_package_by_a_relative_path(project):
    with zipfile.ZipFile(project) as archive:
        [name] = archive.namelist()
        text = archive.read(name).decode("utf-8")
    assert name == "x.qgs"
    assert "<datasource>./x.gpkg|layername=cells</datasource>" in text
    assert str(project.parent) not in text
    assert "未经审图" in text


def test_qgis_opens_it_with_the_products_own_look(project, qgis, cells):
    seen = qgis(project)
    assert (seen["title"], seen["crs"]) == ("广州市测算分配", "EPSG:4547")
    layers = seen["layers"]
    assert all(layer["valid"] for layer in layers.values())
    assert [layer["count"] for layer in layers.values()] == [8, len(cells.frame), 2, 2, 8]
    assert list(layers) == ["难写的点", "网格测算分配(期末总量)", "区界", "行政区", "指标"]
    assert [layer["seen"] for layer in layers.values()] == [True, True, True, False, True]
    drawn = layers["网格测算分配(期末总量)"]
    assert drawn["group"] == "测算分配"
    assert drawn["legend"] == [*cells.scale.class_labels("zh"), "未知"]
    assert drawn["aliases"]["units"] == "测算数量(个)"
    assert set(seen["colours"]) & set(cells.scale.colours)


def test_qgis_reads_every_format_in_place_and_in_full(tmp_path, qgis, cells, points):
    texts = [None if value != value else value for value in points.frame["name_zh"].tolist()]
    sources, wanted = [], []
    for name in ("gpkg", "gdb", "fgb", "geojson", "geojsonl", "kml"):
        fmt = formats.get(name)
        place = reference.choose("auto", None, 113.3) if not fmt.wgs84 else reference.WGS84
        formats.write(fmt, [cells, points], tmp_path, name if fmt.many else None, "en", place)
        for layer in (cells, points):
            path = tmp_path / (f"{name}{fmt.suffix}" if fmt.many else f"{layer.id}{fmt.suffix}")
            sources.append(f"{path}|layername={layer.id}" if fmt.many else path)
            kind = "Polygon" if layer is cells else "Point"
            total = int(layer.frame["units"].sum())
            wanted.append([True, len(layer.frame), place.crs, kind, total, texts if layer is points else []])
    found = qgis(*sources, script=READ)
    for source, got, want in zip(sources, found, wanted, strict=True):
        assert got == want, source
