"""The third level against an enumeration of all stations and centers."""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import journeys_of
from gridplan.planning.ways.stations import place_stations

CELLS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=8)


def county(build, stations, centers):
    """Six by four cells: towns are columns by threes, grids the rows by twos."""
    district = build(6, 4, centers=centers)
    places = [((c + 0.5) * 100.0, (r + 0.5) * 100.0) for c, r in stations]
    table = gpd.GeoDataFrame(
        {"name": "站", "name_en": None, "unit": [f"c{c}r{r}" for c, r in stations]},
        index=pd.Index([f"s{n}" for n in range(len(stations))], name="station"),
        geometry=gpd.points_from_xy(*zip(*places, strict=True)),
        crs=district.crs,
    )
    district = dataclasses.replace(district, stations=table)
    row = [int(unit.split("r")[1]) for unit in district.units.index]
    units = pd.DataFrame(
        {
            "grid": ["G1" if r < 2 else "G2" for r in row],
            "subdistrict": district.units["subdistrict"],
            "center": district.centers.index[0],
        }
    )
    standing = units.loc[district.centers["unit"]]
    sites = district.centers.assign(
        grid=standing["grid"].to_numpy(), subdistrict=standing["subdistrict"].to_numpy()
    )
    return district, units, sites


@settings(max_examples=20, deadline=None, derandomize=True)
@given(stations=CELLS, centers=CELLS)
def test_nearest_of_town_and_grid_else_of_grid_else_of_all(lattice_builder, stations, centers):
    district, units, sites = county(lattice_builder, stations, centers)
    placed = place_stations(journeys_of(district, Scenario()), units, sites)
    for row in placed.itertuples():
        ranks = []
        for site in sites.itertuples():
            near = row.geometry.distance(site.geometry)
            same = site.grid == row.grid
            town = same and site.subdistrict == row.subdistrict
            ranks.append((0 if town else 1 if same else 2, near))
        own = ranks[list(sites.index).index(row.center)]
        assert own == min(ranks)
        assert row.metres_to_center == round(own[1])


@settings(max_examples=12, deadline=None, derandomize=True)
@given(stations=CELLS, centers=CELLS)
def test_residents_of_a_center_are_counted_once_among_its_stations(
    lattice_builder, stations, centers
):
    district, units, sites = county(lattice_builder, stations, centers)
    first = sites.index[0]
    placed = place_stations(journeys_of(district, Scenario()), units, sites)
    counted = placed.groupby("center")["population"].sum()
    expected = district.population if first in set(placed["center"]) else 0.0
    assert counted.sum() == expected
    assert counted.drop(first, errors="ignore").sum() == 0


def test_without_stations_there_are_none(lattice):
    district = lattice(2, 1, centers=((0, 0),))
    units = district.units.assign(grid="G1", center="e1")
    sites = district.centers.assign(grid="G1", subdistrict="west")
    assert place_stations(journeys_of(district, Scenario()), units, sites).empty


def test_without_grids_the_town_alone_decides(lattice_builder):
    district, units, sites = county(lattice_builder, [(1, 0), (4, 3)], [(0, 3), (5, 0)])
    placed = place_stations(
        journeys_of(district, Scenario()), units.assign(grid=None), sites.assign(grid=None)
    )
    assert list(placed["center"]) == ["e1", "e2"]
    assert np.isfinite(placed["metres_to_center"]).all()
    assert placed["metres_to_center"].iloc[0] == pytest.approx(np.hypot(100, 300), abs=0.5)
