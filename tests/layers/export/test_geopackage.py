"""What is in a GeoPackage beside its rows: titles, aliases, styles, metadata; and what the standard wants."""

from __future__ import annotations

import json
import sqlite3
import xml.etree.ElementTree as ET
from contextlib import closing

import numpy as np
import pytest

from layers.export import geopackage, qml, reference
from layers.export.features import prepare


@pytest.fixture
def package(tmp_path, cells, polygons, mixed, table):
    path = tmp_path / "x.gpkg"
    layers = [prepare(layer, "en", reference.CGCS2000) for layer in (cells, polygons, mixed, table)]
    geopackage.write(layers, path, {"title_zh": "广州", "fingerprint": "00"})
    with closing(sqlite3.connect(path)) as database:
        yield database


def test_tables_have_chinese_titles_and_aliases(package):
    titles = dict(package.execute("SELECT table_name, identifier FROM gpkg_contents"))
    assert titles["cells"] == "网格测算分配(期末总量)"
    assert titles["projects_lines"] == "项目(示意连线)"
    aliases = dict(
        package.execute("SELECT column_name, name FROM gpkg_data_columns WHERE table_name = 'cells'")
    )
    assert aliases["units"] == "测算数量(个)"


def test_the_standard_s_checks_hold(package):
    assert package.execute("PRAGMA application_id").fetchone()[0] == int.from_bytes(b"GPKG", "big")
    assert package.execute("PRAGMA user_version").fetchone()[0] == 10200
    assert package.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert package.execute("PRAGMA foreign_key_check").fetchall() == []
    tables = {row[0] for row in package.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    listed = {row[0] for row in package.execute("SELECT table_name FROM gpkg_contents")}
    assert listed <= tables
    system = {row[0] for row in package.execute("SELECT srs_id FROM gpkg_geometry_columns")}
    assert system == {4490}


def test_metadata_tables_hold_the_sidecar(package):
    [(text, kind)] = package.execute("SELECT metadata, mime_type FROM gpkg_metadata").fetchall()
    assert kind == "application/json"
    assert json.loads(text)["title_zh"] == "广州"
    assert package.execute("SELECT reference_scope FROM gpkg_metadata_reference").fetchall() == [
        ("geopackage",)
    ]


def test_every_table_has_a_default_style(package):
    rows = package.execute("SELECT f_table_name, styleQML, useAsDefault FROM layer_styles").fetchall()
    assert {name for name, _, _ in rows} == {"cells", "districts", "projects", "projects_lines", "targets"}
    for _, text, default in rows:
        assert default == 1
        assert ET.fromstring(text.split("\n", 1)[1]).tag == "qgis"


def test_style_rules_class_every_value_as_the_map_does(package, cells):
    features = prepare(cells, "en", reference.CGCS2000)
    rules = qml.rules(features)
    scale = cells.scale
    assert [label for _, label, _ in rules[:-1]] == scale.class_labels("zh")
    values = np.array([v for (v,) in package.execute("SELECT units FROM cells ORDER BY fid")])
    wanted = scale.classify(values)
    wanted[values < scale.breaks[0]] = -1
    for number, (condition, _, _) in enumerate(rules[:-1]):
        held = {row[0] for row in package.execute(f"SELECT h3 FROM cells WHERE {condition}")}
        names = {format(int(c), "x") for c in cells.frame["cell"].to_numpy()[wanted == number]}
        assert held == names
