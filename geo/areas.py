"""Areas of polygons on the WGS84 ellipsoid (conventions A1)."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod

_GEOD = Geod(ellps="WGS84")


def polygon_areas(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the geodesic area of each polygon.

    Parameters
    ----------
    shapes : (n,) array of shapely Polygons or MultiPolygons
        lon, lat in degrees, WGS84. Holes are subtracted.

    Returns
    -------
    (n,) float array
        Square metres, never negative, whatever the direction of the rings (Karney 2013, through PROJ).
    """
    oriented = shapely.orient_polygons(np.asarray(shapes, dtype=object), exterior_cw=False)
    return np.array([abs(_GEOD.geometry_area_perimeter(shape)[0]) for shape in oriented])
