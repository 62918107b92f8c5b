"""Distances on the WGS84 ellipsoid, a whole array at a time."""

from __future__ import annotations

import numpy as np

_A = 6_378_137.0
_F = 1 / 298.257223563


def metres(lon1: np.ndarray, lat1: np.ndarray, lon2: np.ndarray, lat2: np.ndarray) -> np.ndarray:
    """Return the distance between points in metres, element by element (arguments broadcast; lon, lat in degrees).

    Lambert's formula for long lines: the great circle between reduced latitudes with a first-order correction for the
    flattening. Within 1e-5 of the geodesic in China, and about 200 times quicker than computing that exactly.
    Nearly antipodal points are out of its reach. NaN in, NaN out.
    """
    x1, y1, x2, y2 = (np.radians(np.asarray(v, dtype=float)) for v in (lon1, lat1, lon2, lat2))
    b1, b2 = np.arctan((1 - _F) * np.tan(y1)), np.arctan((1 - _F) * np.tan(y2))
    half = np.sin((b2 - b1) / 2) ** 2 + np.cos(b1) * np.cos(b2) * np.sin((x2 - x1) / 2) ** 2
    angle = 2 * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    p, q = (b1 + b2) / 2, (b2 - b1) / 2
    sine = np.sin(angle)
    with np.errstate(divide="ignore", invalid="ignore"):
        x = (angle - sine) * (np.sin(p) * np.cos(q) / np.cos(angle / 2)) ** 2
        y = (angle + sine) * (np.cos(p) * np.sin(q) / np.sin(angle / 2)) ** 2
    flattening = np.where(angle > 0, _F / 2 * (x + y), 0.0)
    result = _A * (angle - flattening)
    return np.where(np.isnan(angle), np.nan, result)


def earth_centred(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Return points of the ellipsoid's surface as (n, 3) earth-centred, earth-fixed coordinates in metres."""
    x, y = np.radians(np.asarray(lon, dtype=float)), np.radians(np.asarray(lat, dtype=float))
    e2 = _F * (2 - _F)
    normal = _A / np.sqrt(1 - e2 * np.sin(y) ** 2)
    across = normal * np.cos(y)
    return np.column_stack([across * np.cos(x), across * np.sin(x), normal * (1 - e2) * np.sin(y)])


def along_the_ground(chords: np.ndarray, lat: float) -> np.ndarray:
    """Return the surface distance of straight-line distances in metres, near a latitude.

    The arc over the chord on the sphere of the ellipsoid's mean curvature there; within a centimetre up to 100 km.
    """
    diameter = 2 * _mean_radius(lat)
    return diameter * np.arcsin(np.asarray(chords, dtype=float) / diameter)


def straight_line(metres_along: float, lat: float) -> float:
    """Return the straight-line distance of a surface distance: the inverse of :func:`along_the_ground`."""
    diameter = 2 * _mean_radius(lat)
    return float(diameter * np.sin(min(metres_along / diameter, np.pi / 2)))


def _mean_radius(lat: float) -> float:
    e2 = _F * (2 - _F)
    return float(_A * np.sqrt(1 - e2) / (1 - e2 * np.sin(np.radians(lat)) ** 2))


def kilometres_per_degree(lat: float) -> tuple[float, float]:
    """Return how many kilometres one degree of longitude and one of latitude are at a latitude."""
    sine = np.sin(np.radians(lat)) ** 2
    e2 = _F * (2 - _F)
    normal = _A / np.sqrt(1 - e2 * sine)
    meridian = _A * (1 - e2) / (1 - e2 * sine) ** 1.5
    east = float(np.pi / 180 * normal * np.cos(np.radians(lat)) / 1000)
    return east, float(np.pi / 180 * meridian / 1000)
