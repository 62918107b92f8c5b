"""Context for the eye: there, in place, small, and honest about where it comes from."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo import boundaries, context, manifest
from geo.paths import data_root

AREAS = ("320300", "370300", "440100", "500114")


@pytest.mark.parametrize("area", AREAS)
def test_each_area_has_neighbours_and_labels(area):
    labels = context.labels(area)
    assert len(context.neighbours(area)) >= 3
    assert {"district", "neighbour", "township"} <= set(labels["kind"])
    assert labels["rank"].between(1, 7).all()
    assert labels["name_zh"].str.len().gt(0).all()
    districts = labels[labels["kind"] == "district"]
    lon, lat = shapely.get_x(districts.geometry), shapely.get_y(districts.geometry)
    owners = boundaries.locate(lon, lat, area)
    named = boundaries.districts(area).set_index("adcode")["name_zh"]
    assert named.reindex(owners).tolist() == districts["name_zh"].tolist()


def test_water_is_where_it_is():
    """Points in the middle of known water, from general knowledge, to a kilometre."""
    river = shapely.union_all(context.water("440100").geometry.to_numpy())
    assert (
        shapely.distance(river, shapely.Point(113.49, 22.90)) < 0.03
    )  # the Shiziyang reach of the Pearl River
    lake = context.water("320300")
    assert "微山湖" in set(lake["name_zh"])
    named = lake[lake["name_zh"] == "微山湖"].geometry.iloc[0]
    assert named.distance(shapely.Point(117.2, 34.6)) < 0.1
    assert "黄河" in set(context.water("370300")["name_zh"])
    assert context.water("500114").empty


def test_sea_lies_south_of_nansha_only():
    assert len(context.sea("440100")) == 1
    sea = context.sea("440100").geometry.iloc[0]
    assert sea.contains(shapely.Point(113.75, 22.45))  # Lingdingyang
    assert not sea.intersects(shapely.Point(113.26, 23.13))  # the old city
    for inland in ("320300", "370300", "500114"):
        assert context.sea(inland).empty


def test_shapes_are_valid_and_small():
    for layer in (context.water("440100"), context.sea("440100"), context.water("320300")):
        assert layer.is_valid.all()
        assert layer.crs == "EPSG:4326"
    size = sum(path.stat().st_size for path in (data_root() / "context").iterdir())
    assert size < 2_000_000


def test_a_district_has_its_own_labels():
    inside = context.labels("440104")
    assert 5 < len(inside) < len(context.labels("440100"))
    assert context.labels("440104", max_rank=5)["rank"].max() <= 5


def test_elsewhere_there_are_neighbours_and_no_claim_of_water():
    assert len(context.neighbours("330106")) >= 3
    assert context.water("330106").empty
    assert context.labels("330106").empty


def test_sources_are_named():
    folder = data_root() / "context"
    assert manifest.verify(folder) == []
    said = " ".join(context.attributions())
    assert "OpenStreetMap" in said
    assert "GeoNames" in said
    licence = manifest.read(folder).source("meteva-hydrography").licence
    assert "Not stated" in licence
    assert "GPL-3" in licence


def test_labels_are_in_order_of_rank():
    ranks = context.labels("440100")["rank"].to_numpy()
    assert (np.diff(ranks) >= 0).all()
