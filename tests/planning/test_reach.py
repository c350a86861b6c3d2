"""How far walks reach: circles, ways along roads, whole units, each held against the walks."""

import dataclasses
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from gridplan.district.folder.read import read_district
from gridplan.planning.layout.layout import Layout
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import journeys_of
from gridplan.planning.ways.nearest import nearest_metres
from gridplan.planning.ways.reach import reach_of

SIDE = 100.0
NEAR = Scenario(center_max_minutes=6.0)


def layout_with(district, places):
    """A layout of centers alone: what the reach is drawn from."""
    index = pd.Index([f"N{n:03d}" for n in range(len(places))], name="center")
    centers = gpd.GeoDataFrame(
        {"status": "new"}, index=index, geometry=[Point(xy) for xy in places], crs=district.crs
    )
    units = nearest_metres(journeys_of(district, NEAR), centers)
    empty = gpd.GeoDataFrame(geometry=[], crs=district.crs)
    return Layout(
        district=district,
        units=units,
        grids=empty,
        centers=centers,
        subdistricts=empty,
        hospitals=empty,
        groups=(),
    )


def ladder(columns, rows):
    """Streets between the middles of cells: every row, and the outermost columns alone."""
    lines = []
    for r in range(rows):
        y = (r + 0.5) * SIDE
        lines.append(LineString([((c + 0.5) * SIDE, y) for c in range(columns)]))
    for c in (0, columns - 1):
        x = (c + 0.5) * SIDE
        lines.append(LineString([(x, (r + 0.5) * SIDE) for r in range(rows)]))
    index = pd.Index([f"r{n}" for n in range(len(lines))], name="road")
    table = {"class": "residential"}
    return gpd.GeoDataFrame(table, index=index, geometry=lines, crs="EPSG:4547")


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), roads=st.booleans())
def test_a_place_is_in_a_band_if_its_walk_is_no_longer(lattice_builder, seed, roads):
    random = np.random.default_rng(seed)
    bare = lattice_builder(8, 6, leads=((0, 0),))
    district = dataclasses.replace(bare, roads=ladder(8, 6)) if roads else bare
    places = random.uniform(10, 590, (2, 2))
    reach = reach_of(layout_with(district, places), NEAR)
    assert reach.by == ("roads" if roads else "circles")
    ways = journeys_of(district, NEAR)
    tried = random.uniform(0, 600, (200, 2)) * (4 / 3, 1)
    minutes = ways.walked_between(tried, places) / ways.walk_metres_per_minute
    # A cell of the lattice belongs to its middle, and slopes are laid over its steps.
    doubt = 3 * reach.cell / ways.walk_metres_per_minute if roads else 0.05
    assert list(reach.bands.index) == [2.0, 4.0, 6.0]
    shapes = dict(reach.bands.geometry)
    shapes |= {(6.0, n): shape for n, shape in enumerate(reach.centers.geometry)}
    for key, shape in shapes.items():
        end, walk = (
            (key[0], minutes[:, key[1]]) if isinstance(key, tuple) else (key, minutes.min(1))
        )
        inside = shapely.intersects_xy(shape, *tried.T)
        sure = np.abs(walk - end) > doubt
        assert (inside == (walk <= end))[sure].mean() > 0.99
        assert shape.is_valid
        assert shape.within(shapely.box(-0.1, -0.1, 800.1, 600.1))
    inner = reach.bands.geometry.to_numpy()
    outside = shapely.area(shapely.difference(inner[:-1], inner[1:]))
    assert (outside <= 0.02 * shapely.area(inner[1:])).all()
    assert (np.diff(reach.bands["population"]) >= 0).all()
    assert (np.diff(reach.bands["area_km2"]) >= 0).all()


def test_residents_of_a_band_are_those_the_rule_counts(lattice_builder):
    district = dataclasses.replace(lattice_builder(8, 6, leads=((0, 0),)), roads=ladder(8, 6))
    places = np.array([[50.0, 50.0]])
    layout = layout_with(district, places)
    reach = reach_of(layout, NEAR)
    rate = journeys_of(district, NEAR).walk_metres_per_minute
    near = layout.units["metres_to_nearest_center"] / rate <= 6.0
    people = district.units["population"]
    assert reach.bands["population"].iloc[-1] == people[near].sum()
    assert reach.centers["population"].iloc[0] == people[near].sum()
    # Two rows up is 200 m in a straight line, and not 950 m along the rungs of the ladder.
    middle = layout_with(district, np.array([[350.0, 50.0]]))
    ground = reach_of(middle, NEAR).centers.geometry.iloc[0]
    assert ground.contains(Point(500, 50))
    assert not ground.contains(Point(350, 250))


def test_no_center_reaches_nowhere(lattice_builder):
    reach = reach_of(layout_with(lattice_builder(3, 2, leads=((0, 0),)), np.zeros((0, 2))), NEAR)
    assert not len(reach.centers)
    assert reach.bands.geometry.is_empty.all()


def test_the_walk_of_another_scenario_is_another_reach(lattice_builder):
    layout = layout_with(lattice_builder(8, 6, leads=((0, 0),)), np.array([[400.0, 300.0]]))
    first = reach_of(layout, NEAR)
    assert reach_of(layout, NEAR) is first
    other = reach_of(layout, dataclasses.replace(NEAR, center_max_minutes=3.0))
    assert other.bands["area_km2"].iloc[-1] < first.bands["area_km2"].iloc[-1]
    assert other.bands["area_km2"].iloc[-1] == pytest.approx(np.pi * 0.173**2, rel=0.02)


def test_a_district_of_fifteen_thousand_cells_on_a_street_plan():
    """Guangming has no free road file: streets every 200 m stand in, where walks are known."""
    bare = read_district(Path(__file__).parents[2] / "data" / "guangming")
    west, south, east, north = bare.units.total_bounds
    xs, ys = np.arange(west, east + 200, 200.0), np.arange(south, north + 200, 200.0)
    lines = [LineString([(x, y) for x in xs]) for y in ys]
    lines += [LineString([(x, y) for y in ys]) for x in xs]
    index = pd.Index([f"r{n}" for n in range(len(lines))], name="road")
    roads = gpd.GeoDataFrame(
        {"class": "residential"}, index=index, geometry=lines, crs=bare.units.crs
    )
    district = dataclasses.replace(bare, roads=roads)
    places = np.column_stack([bare.centers.geometry.x, bare.centers.geometry.y])
    apart = np.abs(bare.centroids[:, None] - places[None])
    corner = apart.sum(axis=2).min(axis=1)
    walked = journeys_of(district, Scenario()).walked_to_nearest(places)
    # To the nearest street, around one block at the most at either end, and back.
    assert (walked >= np.hypot(*apart.transpose(2, 0, 1)).min(axis=1) - 1).all()
    assert (np.abs(walked - corner) <= 401).all()
    layout = layout_with(district, places)
    reach = reach_of(layout, Scenario())
    assert reach.by == "roads"
    near = layout.units["metres_to_nearest_center"] / 75.0 <= 15.0
    assert reach.bands["population"].iloc[-1] == bare.units["population"][near].sum()
    # Cells whose middle is well inside or outside lie so in the area too.
    inside = shapely.intersects_xy(reach.bands.geometry.iloc[-1], *bare.centroids.T)
    minutes = layout.units["metres_to_nearest_center"].to_numpy() / 75.0
    sure = np.abs(minutes - 15.0) > 1.5
    assert (inside == (minutes <= 15.0))[sure].mean() > 0.995
