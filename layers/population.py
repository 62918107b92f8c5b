"""The modelled residents of a region by cell, and the census by district."""

from __future__ import annotations

import pandas as pd

from geo import population
from layers.spec import Field, Layer
from layers.style import POPULATION, sequential


def cells(region: str, surface_id: str = population.DEFAULT, resolution: int = 9) -> Layer:
    """Return every cell of the region with its modelled residents."""
    surface = population.load(region, surface_id, resolution)
    frame = pd.DataFrame({"cell": surface.cells, "adcode": surface.adcodes, "people": surface.people})
    lived = surface.people[surface.people > 0]
    return Layer(
        id=f"population-{surface_id}",
        title_zh="常住人口(模型推算)",
        title_en="Residents (modelled)",
        geometry="cells",
        frame=frame,
        fields=(
            Field("adcode", "行政区代码", "District code", "code"),
            Field("people", "常住人口(模型推算)", "Residents (modelled)", "people"),
        ),
        scale=sequential(
            lived, "people", ("每网格常住人口(模型推算)", "Residents a cell (modelled)"),
            ("人", "people"), 6, whole=True, palette=POPULATION,
        ),
        notice_zh="网格人口为模型推算,区级合计等于2020年人口普查。",
        notice_en="People by cell are modelled; district sums equal the 2020 census.",
        provenance=dict(surface.metadata),
    )  # fmt: skip
