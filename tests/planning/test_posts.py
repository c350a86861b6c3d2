"""Stations (社康站): where no center of the band can be within reach, and beside the centers."""

import dataclasses

import numpy as np
import pytest

from gridplan.audit.derived.sites.possible import possible_sites as anew
from gridplan.planning.centers.band import with_band
from gridplan.planning.centers.candidates import possible_sites
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sites.stations import thin_units

# At 57.7 straight metres a minute, three minutes reach the cells beside, not those across.
ASKED = Scenario(
    grids=0, center_lower=800, center_upper=2000, center_max_minutes=2, centers=3,
    center_stations=1, station_upper=300, regional_min=1, regional_max=1, work_limit=0.5,
)  # fmt: skip


@pytest.fixture
def uneven(lattice_builder):
    """A crowd in the west and the middle, few residents in the east."""
    people = np.full((3, 12), 20.0)
    people[:, :6] = 250.0
    return lattice_builder(12, 3, people=people, centers=[(1, 1), (4, 1)])


def test_thin_places_are_where_too_few_live_within_the_walk(uneven):
    kept = np.column_stack([uneven.centers.geometry.x, uneven.centers.geometry.y])
    thin = thin_units(uneven, ASKED, kept)
    people = uneven.units["population"].to_numpy()
    xy = uneven.centroids
    metres = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    near = metres <= 2 * 4.5 * 1000 / 60 / 1.3
    around = near @ people
    least = np.array([around[row].max() for row in near])
    assert thin.tolist() == ((least < 800) & ~(np.hypot(
        *(xy[:, None] - kept[None]).transpose(2, 0, 1)
    ).min(axis=1) <= 2 * 4.5 * 1000 / 60 / 1.3)).tolist()  # fmt: skip
    assert 0 < thin.sum() < len(thin)


def test_places_for_stations_are_the_same_read_anew(uneven):
    sites = with_band(possible_sites(uneven, ASKED), uneven, ASKED)
    again = anew(uneven, ASKED, grid=None)
    assert list(sites.index) == list(again.index)
    assert list(sites["unit"]) == list(again["unit"])
    posts = sites[sites["class"] == "station"]
    assert len(posts)
    assert set(posts["capacity_lower"]) == {0.0}
    assert set(posts["capacity_upper"]) == {300.0}
    assert list(again["capacity_upper"]) == list(sites["capacity_upper"])


def test_stations_are_beside_the_centers_and_count_as_none(uneven):
    made = plan(uneven, ASKED)
    centers = made.layout.centers
    posts = centers[centers["class"] == "station"]
    assert (len(centers), len(posts)) == (4, 1)
    rest = centers[centers["class"] != "station"]
    assert rest["population"].between(800, 2000).all()
    assert posts["population"].iloc[0] <= 300
    assert posts["regional_center"].isin(rest.index).all()
    told = {note.code: note.values for note in made.notes}
    assert told["stations-placed"]["count"] == 1
    without = plan(uneven, dataclasses.replace(ASKED, center_stations=0))
    assert made.certificates["centers"].objective < without.certificates["centers"].objective
    proof = made.certificates["centers"]
    assert proof.bound is not None
    assert proof.bound <= proof.objective


def test_fewer_stations_than_asked_for_are_told(lattice_builder):
    crowded = lattice_builder(6, 2, people=400.0, centers=[(0, 0)])
    made = plan(crowded, dataclasses.replace(ASKED, centers=4))
    told = {note.code: note.values for note in made.notes}
    assert told["stations-fewer"] == {"asked": 1, "count": 0, "lower": 800}


def test_a_station_of_today_has_no_lower_bound(uneven):
    classes = ["station", None]
    district = dataclasses.replace(uneven, centers=uneven.centers.assign(**{"class": classes}))
    made = plan(district, dataclasses.replace(ASKED, center_stations=0))
    centers = made.layout.centers
    assert centers["class"]["e1"] == "station"
    assert centers["population"]["e1"] <= 300
    assert (centers["class"] != "station").sum() == 3
