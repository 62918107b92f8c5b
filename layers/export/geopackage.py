"""GeoPackage: several layers with Chinese titles and aliases, embedded QGIS styles, and the sidecar as metadata.

Written by GDAL as version 1.2, which every GIS of the last years reads; titles, styles (``layer_styles``, where QGIS
looks for them) and metadata (the standard's own tables) are then entered with SQLite.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from layers.export import ogr, qml
from layers.export.features import Features
from layers.export.written import Table, table

VERSION = "1.2"
_METADATA = "http://www.geopackage.org/spec120/#extension_metadata"
_TABLES = f"""
CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,
  definition TEXT NOT NULL, scope TEXT NOT NULL, UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_metadata (id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
  md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL,
  mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT,
  row_id_value INTEGER, timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
INSERT INTO gpkg_extensions VALUES
  ('gpkg_metadata', NULL, 'gpkg_metadata', '{_METADATA}', 'read-write'),
  ('gpkg_metadata_reference', NULL, 'gpkg_metadata', '{_METADATA}', 'read-write');
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
  f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT,
  styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
  VALUES ('layer_styles', 'attributes', 'layer_styles', 'QGIS styles');
"""


def write(layers: Sequence[Features], path: Path, about: Mapping[str, Any] | None = None) -> list[Table]:
    """Write all layers into one GeoPackage.

    Parameters
    ----------
    about : mapping, optional
        Entered as the package's metadata (JSON): what the sidecar says, but for the sums of the file itself.
    """
    parts = [part for layer in layers for part in layer.by_dimension()]
    for features in parts:
        ogr.write(
            features,
            path,
            "GPKG",
            features.geometry_type(),
            layer_options={"GEOMETRY_NAME": "geom"} if features.has_shapes else None,
            dataset_options={"VERSION": VERSION} if features is parts[0] else None,
        )
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(_TABLES)
        _enter(database, parts, about or {})
    return [table(path, "gpkg", features) for features in parts]


def _enter(database: sqlite3.Connection, parts: Sequence[Features], about: Mapping[str, Any]) -> None:
    for features in parts:
        layer = features.layer
        database.execute(
            "UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?",
            (
                _title(features),
                f"{layer.title_en}. {layer.notice_zh} {layer.notice_en}".strip(),
                features.table,
            ),
        )
        database.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,"
            " styleQML, styleSLD, useAsDefault, description, owner) VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '')",
            (
                features.table,
                "geom" if features.has_shapes else "",  # QGIS looks for an empty text
                features.table,
                qml.document(features),
                layer.title_zh,
            ),
        )
    if about:
        text = json.dumps(about, ensure_ascii=False, allow_nan=False)
        row = database.execute(
            "INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata) VALUES ('dataset', '',"
            " 'application/json', ?)",
            (text,),
        ).lastrowid
        database.execute(
            "INSERT INTO gpkg_metadata_reference (reference_scope, md_file_id) VALUES ('geopackage', ?)",
            (row,),
        )


def _title(features: Features) -> str:
    """A title that no other table has (the standard wants identifiers to be unique)."""
    ending = features.table.removeprefix(features.layer.id)
    return features.layer.title_zh + {"_lines": "(示意连线)", "_polygons": "(面)"}.get(ending, "")
