"""From which zoom a name may stand on a map so that it covers no other: the more important first, then by name.

Boxes are reckoned in Web Mercator pixels (256 at zoom 0) from the number of letters; a name that would touch one placed
before it waits until the map is near enough.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

#: Nearest zoom that is reckoned; a name that covers another even there appears with it.
NEAREST = 17
_HEIGHT = 15.0
#: So far a name may stand beside its place, in pixels.
_ASIDE = (-24, -16, -8, 0, 8, 16, 24)
_WIDE, _NARROW, _MARGIN = 11.5, 6.2, 4.0


def appear_at(
    places: NDArray[np.object_],
    names: Sequence[str],
    first: NDArray[np.int64],
    fixed: NDArray[np.object_] | None = None,
    fixed_names: Sequence[str] = (),
) -> NDArray[np.int64]:
    """Return the zoom from which each name appears.

    Parameters
    ----------
    places : (n,) points in lon, lat (WGS84), the most important first
    names : n texts as they are written; an empty one takes no room
    first : (n,) int
        The zoom before which a name does not appear, whatever its room.
    fixed, fixed_names
        Names that stand at every zoom and are never covered, such as those of districts.

    Returns
    -------
    (n,) int64
        At least ``first``, at most :data:`NEAREST`. Two names whose boxes touch at some zoom up to it never both
        appear there, unless both wait for :data:`NEAREST`.
    """
    count = len(fixed_names)
    points = np.concatenate([fixed if fixed is not None else np.empty(0, dtype=object), places])
    x, y = _pixels(points)
    widths = np.array([_width(text) for text in (*fixed_names, *names)])
    zooms = np.concatenate([np.zeros(count, dtype=np.int64), np.asarray(first, dtype=np.int64)])
    for i in range(count, len(points)):
        if widths[i] == 0:
            continue
        near = np.maximum(
            (widths[:i] + widths[i]) / 2 / np.maximum(np.abs(x[:i] - x[i]), 1e-12),
            1e-12,
        )
        tall = _HEIGHT / np.maximum(np.abs(y[:i] - y[i]), 1e-12)
        # two boxes part at the zoom at which they part sideways or upwards, whichever comes first
        parted = np.ceil(np.log2(np.minimum(near, tall))).astype(np.int64)
        parted[widths[:i] == 0] = 0
        zooms[i] = _free(int(zooms[i]), parted, zooms[:i])
    return zooms[count:]


def apart(places: NDArray[np.object_], names: Sequence[str], zoom: float) -> NDArray[np.int64]:
    """Return how many pixels each name is written beside its place (right, down) so that none covers another at a zoom.

    The nearest free place of a few; one that has none stays. ``zoom`` counts from a world of 256 pixels.
    """
    x, y = (axis * 2.0**zoom for axis in _pixels(places))
    half = np.array([_width(text) for text in names]) / 2
    shifts = sorted(
        ((right, down) for right in _ASIDE for down in _ASIDE), key=lambda s: (abs(s[0]) + abs(s[1]), s)
    )
    found = np.zeros((len(places), 2), dtype=np.int64)
    for i in range(len(places)):
        before = slice(0, i)
        for right, down in shifts:
            beside = np.abs(x[before] + found[before, 0] - x[i] - right) >= half[before] + half[i]
            under = np.abs(y[before] + found[before, 1] - y[i] - down) >= _HEIGHT
            if (beside | under).all():
                found[i] = right, down
                break
    return found


def _free(first: int, parted: NDArray[np.int64], zooms: NDArray[np.int64]) -> int:
    """Return the first zoom from which no earlier name is covered: each has parted, or appears only when it has."""
    waiting = parted[parted > np.maximum(zooms, first)]
    return min(max(first, int(waiting.max(initial=0))), NEAREST)


def _pixels(points: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    lon, lat = shapely.get_x(points), shapely.get_y(points)
    y = np.arcsinh(np.tan(np.radians(lat)))
    return (lon + 180) / 360 * 256, (np.pi - y) / (2 * np.pi) * 256


def _width(text: str) -> float:
    if not text:
        return 0.0
    return _MARGIN + sum(_WIDE if ord(letter) > 0x2E7F else _NARROW for letter in text)
