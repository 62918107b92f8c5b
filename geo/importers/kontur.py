"""Kontur-style population: a GeoPackage whose table has an ``h3`` column and a ``population`` column.

The hexagons are known from their ids, so the geometry is not read, and the file is opened as the SQLite that it is.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd

from geo import grid
from geo.errors import DataError
from geo.importers.result import Imported
from geo.importers.tables import cells_to_surface

CELL_NAMES = ("h3", "h3index", "h3_index", "h3_id", "hex_id", "cell")
PEOPLE_NAMES = ("population", "pop", "people", "value")


def read_kontur(
    path: Path, region: str, resolution: int = 9, *, surface_id: str = "", **metadata: Any
) -> Imported:
    """Import people from a GeoPackage of H3 cells (any resolution; Kontur's is 8).

    Cells finer than ``resolution`` are summed, coarser ones split evenly among their descendants.

    Raises
    ------
    DataError
        When the file is no GeoPackage, or no table has a column of cells and one of people.
    """
    path = Path(path)
    frame = _table(path)
    texts = frame["cell"].astype(str).to_numpy()
    return cells_to_surface(
        grid.from_hex(texts),
        frame["people"].to_numpy(dtype=float),
        region,
        resolution,
        source=path.name,
        surface_id=surface_id or path.stem,
        metadata=metadata,
    )


def _table(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise DataError(f"{path.name}: there is no such file", f"{path.name}:文件不存在")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            tables = [
                row[0] for row in database.execute("SELECT table_name FROM gpkg_contents ORDER BY table_name")
            ]
            for table in tables:
                columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')]
                cell, people = _first(columns, CELL_NAMES), _first(columns, PEOPLE_NAMES)
                if cell and people:
                    query = f'SELECT "{cell}" AS cell, "{people}" AS people FROM "{table}"'
                    return pd.read_sql_query(query, database)
    except sqlite3.DatabaseError as error:
        raise DataError(
            f"{path.name}: is not a GeoPackage, or damaged; write it again from a GIS",
            f"{path.name}:不是 GeoPackage 或已损坏;请在 GIS 软件中重新导出",
        ) from error
    raise DataError(
        f"{path.name}: no table has a column of H3 cells ({', '.join(CELL_NAMES)}) and one of people "
        f"({', '.join(PEOPLE_NAMES)}); tables: {', '.join(tables) or 'none'}",
        f"{path.name}:没有同时含 H3 列({'、'.join(CELL_NAMES)})与人口列({'、'.join(PEOPLE_NAMES)})的表;"
        f"现有表:{'、'.join(tables) or '无'}",
    )


def _first(columns: list[str], names: tuple[str, ...]) -> str:
    by_name = {column.casefold(): column for column in columns}
    return next((by_name[name] for name in names if name in by_name), "")


def is_h3_geopackage(path: Path) -> bool:
    """Say whether a GeoPackage has a table of H3 cells with people."""
    try:
        _table(path)
    except DataError:
        return False
    return True
