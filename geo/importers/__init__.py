"""Population that somebody brings, turned into the same :class:`geo.population.Surface` as what ships.

``raster`` reads GeoTIFF and its like (WorldPop, GHSL), ``kontur`` a GeoPackage of H3 cells, ``tables`` CSV and Parquet
of cells or points, ``areas`` polygons with counts. Each keeps the sum of what it read exactly, before anything is
clipped, and reports what fell outside; :func:`geo.importers.read_any` chooses by the file.
"""

from __future__ import annotations

from geo.importers.any_file import probe, read_any
from geo.importers.areas import read_areas
from geo.importers.kontur import read_kontur
from geo.importers.raster import read_raster
from geo.importers.result import Imported, Report
from geo.importers.tables import read_cells, read_points

__all__ = [
    "Imported",
    "Report",
    "probe",
    "read_any",
    "read_areas",
    "read_cells",
    "read_kontur",
    "read_points",
    "read_raster",
]
