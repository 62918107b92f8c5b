"""Pictures of cells: the pixel at a cell's centre has that cell's class, and nothing is drawn where nothing is."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import shapely
from PIL import Image

from geo import grid
from layers import render_png
from layers.spec import Field, Layer
from layers.style import Scale

SQUARE = shapely.box(113.2, 23.0, 113.5, 23.3)


def layer(values) -> Layer:
    cells, _ = grid.cells_in(np.array([SQUARE]), 7)
    frame = pd.DataFrame({"cell": cells, "units": np.resize(values, len(cells))})
    scale = Scale("units", "数", "count", (1, 2, 3, 9), ("#ff0000", "#00ff00", "#0000ff"))
    return Layer("cells", "网格", "cells", "cells", frame, (Field("units", "数", "count", "integer"),), scale)


def looked_up(picture: render_png.Picture, lon, lat) -> np.ndarray:
    """The palette index under each position, by the Web Mercator formula as the standard writes it."""
    image = np.asarray(Image.open(io.BytesIO(picture.data)))
    west, south, east, north = picture.bounds

    def y(v):
        return np.log(np.tan(np.pi / 4 + np.radians(v) / 2))

    column = ((lon - west) / (east - west) * image.shape[1]).astype(int)
    row = ((y(north) - y(lat)) / (y(north) - y(south)) * image.shape[0]).astype(int)
    return image[row, column]


def test_the_pixel_at_each_centre_has_the_cells_class():
    shown = layer([0, 1, 2, 3, 8, np.nan])
    lon, lat = grid.centroids(shown.frame["cell"].to_numpy(dtype=np.uint64)).T
    values = shown.frame["units"].to_numpy()
    wanted = np.select([np.isnan(values), values == 0, values == 1, values == 2], [0, 0, 1, 2], 3)
    assert looked_up(render_png.cells(shown), lon, lat).tolist() == wanted.tolist()


def test_outside_the_cells_the_picture_is_clear():
    picture = render_png.cells(layer([5]))
    assert np.asarray(Image.open(io.BytesIO(picture.data)).convert("RGBA"))[0, 0, 3] == 0


def test_a_picture_is_the_same_twice():
    assert render_png.cells(layer([1, 2])).data == render_png.cells(layer([1, 2])).data
