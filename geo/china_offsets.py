"""GCJ-02 and BD-09: the two offset datums of Chinese web maps, forward and inverse, whole arrays at a time.

They are offsets of WGS84, not coordinate reference systems: no EPSG code, and PROJ does not know them (conventions D3).
GCJ-02 (AMap, Tencent) moves a point by 50-700 m with a sum of sines of the position, on the Krasovsky 1940 ellipsoid;
BD-09 (Baidu) moves GCJ-02 on by about 0.7-1.2 km. The formulas are the ones published with *EvilTransform* (2013) and
checked since against the providers' own services to within a metre or so; that metre is their accuracy. The inverses
here are found by iteration and undo the forward formulas to less than a hundredth of a millimetre.

Outside the rectangle 72.004-137.8347 E, 0.8293-55.8271 N both are the identity, as the providers have it.
Converting official data out of GCJ-02 is legally sensitive in China: see :data:`NOTICE_ZH`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from geo.errors import unknown

DATUMS = ("WGS84", "CGCS2000", "GCJ-02", "BD-09")
BOX = (72.004, 0.8293, 137.8347, 55.8271)

NOTICE_EN = (
    "Points in GCJ-02 or BD-09 are converted for your own positions only. Whether official or licensed data may be "
    "converted is for the data's owner and the surveying authority to say."
)
NOTICE_ZH = (
    "GCJ-02、BD-09 坐标仅供转换您自有的点位;官方数据或授权数据能否转换,须由数据权属单位和测绘主管部门确定。"
)

_SEMI_MAJOR = 6_378_245.0  # Krasovsky 1940
_E2 = 0.00669342162296594323
_CENTRE = (105.0, 35.0)
_BAIDU_ANGLE = np.pi * 3000.0 / 180.0
_CHUNK = 1 << 15  # points at a time: the working arrays stay in the processor's cache
_MARGIN = 0.05  # degrees; more than any shift
_ROUNDS = 8
_CLOSE = 2e-9  # degrees between two rounds (0.2 mm); what is left is then a hundredth of it

Pair = tuple[np.ndarray, np.ndarray]


def to_wgs84(lon: np.ndarray, lat: np.ndarray, datum: str) -> Pair:
    """Return positions of a named datum as WGS84.

    Parameters
    ----------
    lon, lat : (n,) float arrays
        Degrees. NaN stays NaN.
    datum : {"WGS84", "CGCS2000", "GCJ-02", "BD-09"}
        WGS84 and CGCS2000 are returned as they are (conventions D2).

    Returns
    -------
    (lon, lat) : (n,) float64 arrays
    """
    return {
        "WGS84": _same,
        "CGCS2000": _same,
        "GCJ-02": gcj02_to_wgs84,
        "BD-09": bd09_to_wgs84,
    }[_known(datum)](lon, lat)


def from_wgs84(lon: np.ndarray, lat: np.ndarray, datum: str) -> Pair:
    """Return WGS84 positions in a named datum; the inverse of :func:`to_wgs84`."""
    return {
        "WGS84": _same,
        "CGCS2000": _same,
        "GCJ-02": wgs84_to_gcj02,
        "BD-09": wgs84_to_bd09,
    }[_known(datum)](lon, lat)


def wgs84_to_gcj02(lon: np.ndarray, lat: np.ndarray) -> Pair:
    """Return WGS84 positions in GCJ-02 (lon, lat in degrees)."""
    return _in_chunks(_forward, lon, lat)


def gcj02_to_wgs84(lon: np.ndarray, lat: np.ndarray) -> Pair:
    """Return GCJ-02 positions in WGS84, undoing :func:`wgs84_to_gcj02` to less than 0.01 mm.

    Within a kilometre of the edge of :data:`BOX`, far outside China, one GCJ-02 position can stand for two; the one
    inside the rectangle is returned.
    """
    return _in_chunks(_backward, lon, lat)


def gcj02_to_bd09(lon: np.ndarray, lat: np.ndarray) -> Pair:
    """Return GCJ-02 positions in BD-09."""
    return _in_chunks(_baidu, lon, lat)


def bd09_to_gcj02(lon: np.ndarray, lat: np.ndarray) -> Pair:
    """Return BD-09 positions in GCJ-02, undoing :func:`gcj02_to_bd09` to less than 0.01 mm."""
    return _in_chunks(_baidu_back, lon, lat)


def wgs84_to_bd09(lon: np.ndarray, lat: np.ndarray) -> Pair:
    """Return WGS84 positions in BD-09."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: np.ndarray, lat: np.ndarray) -> Pair:
    """Return BD-09 positions in WGS84."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def _known(datum: str) -> str:
    if datum not in DATUMS:
        raise unknown("datum", datum, DATUMS, "坐标系")
    return datum


def _same(lon: np.ndarray, lat: np.ndarray) -> Pair:
    return np.array(lon, dtype=float), np.array(lat, dtype=float)


def _in_chunks(function: Callable[[np.ndarray, np.ndarray], Pair], lon: np.ndarray, lat: np.ndarray) -> Pair:
    x, y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    if x.shape != y.shape:
        raise ValueError(f"lon and lat must have the same shape, not {x.shape} and {y.shape}")
    flat_x, flat_y = x.reshape(-1), y.reshape(-1)
    out_x, out_y = np.empty_like(flat_x), np.empty_like(flat_y)
    for start in range(0, len(flat_x), _CHUNK):
        part = slice(start, start + _CHUNK)
        px, py = flat_x[part], flat_y[part]
        near = _inside(px, py, _MARGIN)
        # what lies far from China, or is no number, stays as it is; the formulas see the centre in its place
        x_moved, y_moved = function(np.where(near, px, _CENTRE[0]), np.where(near, py, _CENTRE[1]))
        out_x[part], out_y[part] = np.where(near, x_moved, px), np.where(near, y_moved, py)
    return out_x.reshape(x.shape), out_y.reshape(y.shape)


def _inside(x: np.ndarray, y: np.ndarray, margin: float = 0.0) -> np.ndarray:
    west, south, east, north = BOX
    return (x >= west - margin) & (x <= east + margin) & (y >= south - margin) & (y <= north + margin)


def _shift(lon: np.ndarray, lat: np.ndarray) -> Pair:
    """Return how far GCJ-02 lies from a WGS84 position, in degrees of longitude and latitude."""
    x, y = lon - _CENTRE[0], lat - _CENTRE[1]
    root, xy = np.sqrt(np.abs(x)), x * y
    # All the sines are of multiples of two angles: powers of one complex number each, by repeated multiplication.
    x2, x5, x20, x60, x120, x360 = _powers(x * (np.pi / 60), (2, 5, 20, 60, 120, 360))
    y1, y6, y15, y60, y180 = _powers(y * (np.pi / 180), (1, 6, 15, 60, 180))
    quick = (20 * x360.imag + 20 * x120.imag) * (2 / 3)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * xy + 0.2 * root + quick
    north += (20 * y180.imag + 40 * y60.imag + 160 * y15.imag + 320 * y6.imag) * (2 / 3)
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * xy + 0.1 * root + quick
    east += (20 * x60.imag + 40 * x20.imag + 150 * x5.imag + 300 * x2.imag) * (2 / 3)
    # metres to degrees with the ellipsoid's two radii of curvature; the latitude is the angle of y1 plus the centre's
    centre = np.radians(_CENTRE[1])
    sine = y1.imag * np.cos(centre) + y1.real * np.sin(centre)
    cosine = y1.real * np.cos(centre) - y1.imag * np.sin(centre)
    w2 = 1 - _E2 * sine * sine
    w = np.sqrt(w2)
    return (
        np.degrees(east * w / (_SEMI_MAJOR * cosine)),
        np.degrees(north * w2 * w / (_SEMI_MAJOR * (1 - _E2))),
    )


def _powers(angle: np.ndarray, wanted: tuple[int, ...]) -> list[np.ndarray]:
    """Return ``exp(i k angle)`` for each k, as products of squares."""
    squares = [np.cos(angle) + 1j * np.sin(angle)]
    found = []
    for k in wanted:
        factors = [bit for bit in range(k.bit_length()) if k >> bit & 1]
        while len(squares) <= factors[-1]:
            squares.append(squares[-1] * squares[-1])
        product = squares[factors[0]]
        for bit in factors[1:]:
            product = product * squares[bit]
        found.append(product)
    return found


def _forward(lon: np.ndarray, lat: np.ndarray) -> Pair:
    dx, dy = _shift(lon, lat)
    inside = _inside(lon, lat)
    return np.where(inside, lon + dx, lon), np.where(inside, lat + dy, lat)


def _backward(lon: np.ndarray, lat: np.ndarray) -> Pair:
    # fixed point: each round divides the error by more than a hundred
    x, y = lon, lat
    for _ in range(_ROUNDS):
        dx, dy = _shift(x, y)
        last_x, last_y = x, y
        x, y = lon - dx, lat - dy
        if not _moving(x - last_x, y - last_y):
            break
    inside = _inside(x, y)
    return np.where(inside, x, lon), np.where(inside, y, lat)


def _moving(dx: np.ndarray, dy: np.ndarray) -> bool:
    return bool(((np.abs(dx) > _CLOSE) | (np.abs(dy) > _CLOSE)).any())


def _baidu(lon: np.ndarray, lat: np.ndarray) -> Pair:
    # published in polar form: the radius plus 2e-5 sin, the angle plus 3e-6 cos; here as stretch and turn of the point
    away = np.hypot(lon, lat)
    turn = 0.000003 * np.cos(lon * _BAIDU_ANGLE)
    x, y = _turned(lon, lat, turn, 1 + 0.00002 * np.sin(lat * _BAIDU_ANGLE) / away)
    inside = _inside(lon, lat)
    return np.where(inside, x + 0.0065, lon), np.where(inside, y + 0.006, lat)


def _baidu_back(lon: np.ndarray, lat: np.ndarray) -> Pair:
    u, v = lon - 0.0065, lat - 0.006
    away = np.hypot(u, v)
    x, y = u, v
    for _ in range(5):  # each round divides the error, 40 m at first, by about fifty
        turn = -0.000003 * np.cos(x * _BAIDU_ANGLE)
        x, y = _turned(u, v, turn, 1 - 0.00002 * np.sin(y * _BAIDU_ANGLE) / away)
    inside = _inside(x, y)
    return np.where(inside, x, lon), np.where(inside, y, lat)


def _turned(x: np.ndarray, y: np.ndarray, turn: np.ndarray, stretch: np.ndarray) -> Pair:
    """Turn points about the origin by an angle of a few millionths and stretch them; exact to 1e-17."""
    cosine = 1 - turn * turn / 2
    return stretch * (x * cosine - y * turn), stretch * (y * cosine + x * turn)
