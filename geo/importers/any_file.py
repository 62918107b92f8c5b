"""Chooses the importer by the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from geo import vector_io
from geo.errors import DataError
from geo.importers.areas import read_areas
from geo.importers.kontur import is_h3_geopackage, read_kontur
from geo.importers.raster import open_raster, read_raster
from geo.importers.result import Imported
from geo.importers.tables import CELL_NAMES, read_cells, read_points, read_table

RASTERS = (".tif", ".tiff", ".vrt", ".img", ".nc")
TABLES = (".csv", ".tsv", ".txt", ".parquet", ".xlsx", ".xlsm")


def probe(path: Path) -> None:
    """Refuse a file that no importer can open: damaged, or of another kind than its ending says.

    Raises
    ------
    DataError
        Saying so. What the file holds is not looked at.
    """
    path = Path(path)
    suffix = path.suffix.casefold()
    if suffix in RASTERS:
        open_raster(path).close()
    elif suffix in TABLES:
        read_table(path)
    elif not (suffix == ".gpkg" and is_h3_geopackage(path)):
        vector_io.read(path)


def read_any(path: Path, region: str, resolution: int = 9, *, datum: str = "", **options: Any) -> Imported:
    """Import people from a file: a raster, a GeoPackage of H3 cells, polygons with counts, or a table.

    ``datum`` is needed for a table of points, and says of polygons what their degrees are (WGS84 by default); the
    other options are those of the importer that fits.

    Raises
    ------
    DataError
        When no importer reads such a file, or a table of points comes without its datum.
    """
    path = Path(path)
    suffix = path.suffix.casefold()
    if suffix in RASTERS:
        return read_raster(path, region, resolution, **options)
    if suffix in TABLES:
        columns = {str(column).strip().casefold() for column in read_table(path).columns}
        if "cell" in options or columns & set(CELL_NAMES):
            return read_cells(path, region, resolution, **options)
        if not datum:
            raise DataError(
                f"{path.name} is a table of points: say the datum of its coordinates (WGS84, CGCS2000, GCJ-02, BD-09)",
                f"{path.name} 是点位表:请说明坐标系(WGS84、CGCS2000、GCJ-02 或 BD-09)",
            )
        return read_points(path, region, resolution, datum=datum, **options)
    if suffix == ".gpkg" and is_h3_geopackage(path):
        return read_kontur(path, region, resolution, **options)
    if suffix in vector_io.READABLE:
        return read_areas(path, region, resolution, datum=datum or "WGS84", **options)
    known = ", ".join((*RASTERS, *TABLES, *vector_io.READABLE))
    raise DataError(
        f"{path.name}: no importer reads {suffix}; known: {known}",
        f"{path.name}:不支持 {suffix};可用:{known}",
    )
