"""Boundaries along roads and barriers: what runs along one, and grids that follow it."""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario
from gridplan.travel.followed import followed_part, priced_borders

BORDER = shapely.linestrings([[0.0, 0.0], [100.0, 0.0]])


def part(*lines, border=BORDER):
    return float(followed_part(np.array([border]), np.array(lines, dtype=object), 50.0)[0])


def test_what_runs_along_counts_and_what_crosses_does_not():
    assert part(shapely.linestrings([[-50.0, 10.0], [150.0, 10.0]])) == pytest.approx(1.0)
    assert part(shapely.linestrings([[50.0, -80.0], [50.0, 80.0]])) == pytest.approx(0.0)
    assert part(shapely.linestrings([[0.0, 60.0], [100.0, 60.0]])) == 0.0
    assert part(shapely.linestrings([[0.0, -20.0], [40.0, -20.0]])) == pytest.approx(0.4)
    slanted = part(shapely.linestrings([[0.0, -40.0], [80.0, 20.0]]))
    assert slanted == pytest.approx(0.8)
    both = part(
        shapely.linestrings([[0.0, 10.0], [100.0, 10.0]]),
        shapely.linestrings([[0.0, -10.0], [100.0, -10.0]]),
    )
    assert both == pytest.approx(1.0)


@settings(max_examples=25)
@given(
    angle=st.floats(0, 3.14),
    turn=st.floats(0, 3.14),
    length=st.floats(20, 400),
    at=st.floats(0, 40),
)
def test_turning_everything_changes_nothing(angle, turn, length, at):
    road = np.array([[0.0, at], [length * np.cos(turn), at + length * np.sin(turn)]])
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    there = shapely.linestrings(shapely.get_coordinates(BORDER) @ spin.T)
    turned = part(shapely.linestrings(road @ spin.T), border=there)
    assert turned == pytest.approx(part(shapely.linestrings(road)), abs=1e-6)


@pytest.fixture
def district(lattice):
    """Eight columns; leads at both ends; a trunk road runs north to south behind column 2."""
    district = lattice(8, 4, people=100.0, leads=[(0, 1), (7, 2)])
    west, south, _, north = district.units.total_bounds
    side = float(np.sqrt(district.units.geometry.area.iloc[0]))
    x = west + 3 * side
    roads = gpd.GeoDataFrame(
        {"class": ["trunk"]},
        geometry=[shapely.LineString([(x, south), (x, north)])],
        crs=district.units.crs,
        index=pd.Index(["r1"], name="road"),
    )
    return dataclasses.replace(district, roads=roads)


def test_only_what_lies_along_becomes_cheaper(district):
    whole, priced = district.adjacency, priced_borders(district, 0.8)
    assert (whole != 0).nnz == (priced != 0).nnz
    with np.errstate(invalid="ignore"):
        ratio = priced.toarray() / whole.toarray()
    ratio = ratio[np.isfinite(ratio) & (ratio > 0)]
    assert set(np.round(ratio, 6)) == {0.2, 1.0}
    assert int((np.round(ratio, 6) == 0.2).sum()) == 2 * 4
    assert (priced_borders(district, 0.0) != whole).nnz == 0


def test_grids_follow_the_road_where_that_is_worth_it(district):
    scenario = Scenario(
        grids=2, centers=2, center_lower=0, regional_max=0, grid_tolerance=0.4,
        grid_compactness=2000.0, work_limit=1.0, walk_by="straight", drive_by="units",
        profiles=("living-circle",),
    )  # fmt: skip

    def edge(made):
        """Columns of the western grid."""
        grid = made.layout.units["grid"]
        west = grid[grid == grid["c0r0"]].index
        return {int(unit[1:].split("r")[0]) for unit in west}

    assert edge(plan(district, scenario)) == {0, 1, 2, 3}
    follows = plan(district, dataclasses.replace(scenario, grid_follow=1.0))
    assert edge(follows) == {0, 1, 2}
