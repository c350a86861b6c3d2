"""Metres on the plane must be metres on the ground."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from gridplan.district.folder.read import read_district
from gridplan.district.geometry.crs import WGS84, parse_crs
from gridplan.district.geometry.metric import (
    STRETCH,
    choose_metric,
    is_metric,
    require_metric,
    stretch,
    stretched,
)
from gridplan.errors import InputError


def square(lon: float, lat: float, crs: int = 4326) -> gpd.GeoSeries:
    return gpd.GeoSeries([shapely.box(lon, lat, lon + 0.1, lat + 0.1)], crs=crs)


@pytest.mark.parametrize(
    ("lon", "lat", "epsg"),
    [
        (113.9, 22.7, 4547),  # Guangming: zone of 114 E
        (114.3, 34.8, 4547),
        (121.4, 31.2, 4549),  # Shanghai: zone of 120 E up to 121.5 E
        (121.5, 31.2, 4550),
        (74.0, 39.0, 4534),
        (134.7, 48.0, 4554),
        (24.9, 60.2, 32635),
        (-70.6, -33.5, 32719),
    ],
)
def test_metric_zone_follows_the_middle_longitude(lon, lat, epsg):
    assert choose_metric(square(lon, lat)).to_epsg() == epsg


def test_units_in_metres_keep_their_own_crs():
    assert choose_metric(square(480_000, 2_500_000, 32650)).to_epsg() == 32650
    assert is_metric(CRS(4547))
    assert not is_metric(CRS(2263))  # feet


WEB = [
    "EPSG:3857",
    "EPSG:900913",
    "EPSG:3395",
    "EPSG:4087",
    "EPSG:32662",
    "ESRI:54004",
    "ESRI:53004",
]


@pytest.mark.parametrize("declared", WEB)
def test_systems_that_stretch_the_ground_are_left(declared):
    crs = parse_crs(declared, layer="units")
    drawn = square(113.9, 22.7).to_crs(crs)
    assert is_metric(crs)
    assert stretch(drawn.total_bounds, crs) > 0.05
    metric = choose_metric(drawn)
    assert metric.to_epsg() == 4547
    (note,) = stretched(drawn, metric)
    assert "EPSG:4547" in note.text("zh")
    assert "EPSG:4547" in note.text("en")
    with pytest.raises(InputError, match="on the ground"):
        require_metric(drawn, layer="units")


def test_what_is_true_on_the_ground_may_stay():
    near = square(100.0, -0.05).to_crs(3395)  # Mercator at the equator it touches
    assert choose_metric(near).to_epsg() == 3395
    assert stretched(near, CRS(3395)) == []


@settings(max_examples=30, deadline=None)
@given(lon=st.floats(75, 134), lat=st.floats(5, 53))
def test_the_chosen_system_measures_areas_truly(lon, lat):
    drawn = square(lon, lat)
    placed = drawn.to_crs(choose_metric(drawn.to_crs(3857)))
    ground = abs(CRS(4326).get_geod().geometry_area_perimeter(drawn.iloc[0].segmentize(0.01))[0])
    assert placed.area.iloc[0] == pytest.approx(ground, rel=2 * STRETCH)


@pytest.mark.parametrize("crs", [4547, 4526, 4490 + 25, 32649, 32650, 3415])
def test_surveying_systems_are_true_in_their_zones(crs):
    area = CRS(crs).area_of_use
    middle = [(area.west + area.east) / 2, (area.south + area.north) / 2]
    drawn = gpd.GeoSeries([shapely.Point(middle).buffer(0.05)], crs=WGS84).to_crs(crs)
    assert stretch(drawn.total_bounds, CRS(crs)) < STRETCH


@pytest.mark.parametrize(("crs", "code"), [(None, "no-crs"), (4326, "not-metric")])
def test_nothing_is_computed_outside_a_metric_crs(crs, code):
    with pytest.raises(InputError, match=r"EPSG:4547|EPSG:4490") as caught:
        require_metric(gpd.GeoSeries([shapely.Point(1, 1)], crs=crs), layer="units")
    assert caught.value.problems[0].code == code


@pytest.mark.parametrize("epsg", [3857, 3395])
def test_a_district_drawn_in_web_metres_is_measured_on_the_ground(tmp_path, epsg):
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(6), np.arange(6)))
    cells = shapely.box(
        5e5 + 500 * x, 2.51e6 + 500 * y, 5e5 + 500 * x + 500, 2.51e6 + 500 * y + 500
    )
    frame = gpd.GeoDataFrame({"unit": np.arange(36), "population": 100}, geometry=cells, crs=4547)
    frame.to_crs(epsg).to_file(tmp_path / "units.gpkg", layer="units", driver="GPKG")
    (tmp_path / "district.toml").write_text(
        'name_zh = "甲"\n[layers.units]\nfile = "units.gpkg"\nlabel = "modelled"\nsource = "s"\n',
        encoding="utf-8",
    )
    district = read_district(tmp_path)
    assert district.crs.to_epsg() == 4547
    assert district.units.area.to_numpy() == pytest.approx(250_000, rel=1e-3)
    assert any(repair.code == "crs-stretched" for repair in district.repairs)
    assert "Mercator" in district.layers[0].crs
    assert len(district.layers[0].crs) < 100
