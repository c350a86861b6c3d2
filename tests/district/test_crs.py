import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from gridplan.district.geometry.crs import (
    bd09_to_wgs84,
    check_extent,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    name_of,
    parse_crs,
    to_metric,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from gridplan.errors import InputError

CHINA = {"lon": st.floats(73.6, 135.0), "lat": st.floats(18.0, 53.5)}
PUBLISHED = [  # eviltransform's own tests: WGS-84 lat, lon, GCJ-02 lat, lon
    (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
    (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
    (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
]


@pytest.mark.parametrize(("lat", "lon", "there_lat", "there_lon"), PUBLISHED)
def test_gcj02_reproduces_published_vectors_to_the_last_digits(lat, lon, there_lat, there_lon):
    found = wgs84_to_gcj02(lon, lat)
    assert found[0] == pytest.approx(there_lon, abs=1e-12)
    assert found[1] == pytest.approx(there_lat, abs=1e-12)


def test_gcj02_agrees_with_gcoord():
    # Printed to eight decimals, made with an ellipsoid constant that differs in its last digits.
    assert wgs84_to_gcj02(123, 45) == pytest.approx((123.00607541, 45.00197815), abs=2e-8)


def test_bd09_has_the_published_offsets():
    # eviltransform's vector was made with a single step back and with pi where Baidu's formula
    # has pi * 3000 / 180; so made, it is reproduced, and the true formula lies within ten metres.
    published = (120.00877901149691, 29.196131605295484)
    x, y = 120.019809 - 0.0065, 29.199786 - 0.006
    radius = np.hypot(x, y) - 0.00002 * np.sin(y * np.pi)
    angle = np.arctan2(y, x) - 0.000003 * np.cos(x * np.pi)
    step = np.array([radius * np.cos(angle), radius * np.sin(angle)])
    assert 2 * step - wgs84_to_gcj02(*step) == pytest.approx(published, abs=1e-9)
    assert bd09_to_wgs84(120.019809, 29.199786) == pytest.approx(published, abs=1e-4)


@given(**CHINA)
def test_both_displacements_are_undone_to_a_millimetre(lon, lat):
    for forth, back in ((wgs84_to_gcj02, gcj02_to_wgs84), (wgs84_to_bd09, bd09_to_wgs84)):
        again = back(*forth(lon, lat))
        assert np.hypot(again[0] - lon, again[1] - lat) < 1e-9


@given(**CHINA)
def test_displacement_in_china_is_a_few_hundred_metres(lon, lat):
    there = wgs84_to_gcj02(lon, lat)
    assert 1e-5 < np.hypot(there[0] - lon, there[1] - lat) < 0.02


def test_outside_china_nothing_moves():
    assert wgs84_to_gcj02(24.9, 60.2) == (24.9, 60.2)
    assert gcj02_to_wgs84(-0.1, 51.5) == (-0.1, 51.5)


def test_bd09_lies_north_east_of_gcj02():
    lon, lat = gcj02_to_bd09(114.0, 22.6)
    assert lon - 114.0 == pytest.approx(0.0065, abs=1e-3)
    assert lat - 22.6 == pytest.approx(0.006, abs=1e-3)


@pytest.mark.parametrize("declared", ["gcj02", "GCJ02", "bd09"])
def test_to_metric_takes_the_displacement_away(declared):
    forth = wgs84_to_bd09 if declared == "bd09" else wgs84_to_gcj02
    moved = forth(113.93, 22.75)
    series = gpd.GeoSeries.from_xy([moved[0]], [moved[1]], crs=parse_crs(declared, layer="units"))
    placed = to_metric(series, declared, CRS(4547)).iloc[0]
    expected = Transformer.from_crs(4326, 4547, always_xy=True).transform(113.93, 22.75)
    assert (placed.x, placed.y) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    ("bounds", "crs", "code"),
    [
        ((113.8, 22.6, 114.0, 22.9), 4326, None),
        ((480_000, 2_500_000, 500_000, 2_530_000), 4547, None),
        ((113.8, 22.6, 114.0, 22.9), 4547, "degrees-as-metres"),
        ((480_000, 2_500_000, 500_000, 2_530_000), 4490, "metres-as-degrees"),
        ((22.6, 113.8, 22.9, 114.0), 4326, "swapped-axes"),
        ((2_500_000, 480_000, 2_530_000, 500_000), 4547, "outside-crs-area"),
        ((38_480_000, 2_500_000, 38_500_000, 2_530_000), 4547, "outside-crs-area"),
    ],
)
def test_extent_and_declaration_are_compared(bounds, crs, code):
    problems = check_extent(bounds, CRS(crs), layer="units")
    assert [problem.code for problem in problems] == ([] if code is None else [code])
    for problem in problems:
        assert "units" in problem.text("en")
        assert "units" in problem.text("zh")


def test_a_crs_nobody_knows_is_named():
    with pytest.raises(InputError, match="EPSG:999999 is unknown") as caught:
        parse_crs("EPSG:999999", layer="centers")
    assert caught.value.problems[0].code == "unknown-crs"


ALIASES = ["EPSG:900913", "epsg:3785", "ESRI:102100", "EPSG:102113", "GOOGLE:900913", "900913"]


@pytest.mark.parametrize("declared", [*ALIASES, "urn:ogc:def:crs:EPSG::900913", "EPSG:3857"])
def test_web_mercator_is_known_under_its_other_names(declared):
    assert parse_crs(declared, layer="units").to_epsg() == 3857


def test_a_definition_is_shown_by_name_and_code():
    assert name_of(CRS(4547)) == "CGCS2000 / 3-degree Gauss-Kruger CM 114E (EPSG:4547)"
    written = CRS(CRS(4547).to_wkt(pretty=True))
    assert name_of(parse_crs(written.to_wkt(), layer="units")) == name_of(CRS(4547))
    own = CRS("+proj=tmerc +lon_0=114.27 +k=1 +x_0=500000 +ellps=GRS80 +units=m +no_defs")
    assert len(name_of(CRS(own.to_wkt()))) < 100


def test_an_unknown_definition_is_not_quoted_in_full():
    with pytest.raises(InputError) as caught:
        parse_crs("PROJCS[" + "nonsense" * 100, layer="units")
    assert len(str(caught.value)) < 300
