"""Sites: what exists is kept, what is closed is gone, new ones stand where residents are."""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString

from gridplan.audit.derived.sites.generated import generated_sites as anew
from gridplan.audit.derived.sites.possible import possible_sites as possible_anew
from gridplan.errors import InputError
from gridplan.planning.centers.candidates import possible_sites
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sites.generated import generated_sites, unreached


def test_existing_centers_come_first_and_closed_ones_are_gone(lattice):
    district = lattice(4, 2, centers=[(0, 0), (3, 1)])
    sites = possible_sites(district, Scenario(close=("e1",)))
    assert sites.index[0] == "e2"
    assert "e1" not in sites.index
    assert (sites["status"] == "new")[1:].all()


def test_closing_what_does_not_exist_names_the_nearest(lattice):
    with pytest.raises(InputError, match="'e9', which does not exist; did you mean 'e1'"):
        possible_sites(lattice(2, 2, centers=[(0, 0)]), Scenario(close=("e9",)))


def test_new_sites_stand_in_populated_units_once_and_off_existing_ones(lattice):
    people = np.where(np.arange(48).reshape(6, 8) % 3 == 0, 0.0, 50.0)
    district = lattice(8, 6, people=people, centers=[(1, 0)])
    sites = possible_sites(district, Scenario(candidates_per_community=4))
    new = sites[sites["status"] == "new"]
    assert (district.units.loc[new["unit"], "population"] > 0).all()
    assert sites["unit"].is_unique
    inside = district.units.geometry.loc[new["unit"]].contains(new.geometry, align=False)
    assert inside.all()


def test_every_community_gets_its_share(lattice):
    district = lattice(8, 6)
    sites = generated_sites(district, Scenario(candidates_per_community=3))
    counts = district.units.loc[sites["unit"], "community"].value_counts()
    assert set(counts.index) == set(district.units["community"])
    assert (counts <= 3).all()


def test_a_populous_community_gets_enough_to_fill_the_band(lattice):
    district = lattice(6, 2, people=5000.0)
    sites = generated_sites(
        district, Scenario(candidates_per_community=1, center_lower=10_000, center_upper=20_000)
    )
    counts = district.units.loc[sites["unit"], "community"].value_counts()
    assert (counts >= 3).all()


def test_the_seed_decides(lattice):
    district = lattice(8, 6, people=np.arange(48).reshape(6, 8))
    one, same = (generated_sites(district, Scenario(seed=5)) for _ in range(2))
    assert list(one["unit"]) == list(same["unit"])


def test_sites_stand_at_crossings_where_there_are_some_near(lattice):
    district = lattice(8, 6)
    # Streets run 30 m off the middles of cells, in the east alone.
    lines = [LineString([(x, y) for x in (480, 580, 680, 720)]) for y in (80, 280)]
    lines += [LineString([(x, y) for y in (0, 80, 280, 600)]) for x in (580, 680)]
    roads = gpd.GeoDataFrame(
        {"class": "residential"},
        index=pd.Index([f"r{n}" for n in range(4)], name="road"),
        geometry=lines,
        crs=district.crs,
    )
    crossings = {(580.0, 80.0), (680.0, 80.0), (580.0, 280.0), (680.0, 280.0)}
    scenario = Scenario(candidates_per_community=6, candidates_at="crossings")
    both = dataclasses.replace(district, roads=roads)
    sites = generated_sites(both, scenario)
    again = anew(both, scenario)
    assert list(sites["unit"]) == [district.units.index[unit] for unit, _ in again]
    assert all(one.equals(other) for one, (_, other) in zip(sites.geometry, again, strict=True))
    at = list(zip(sites.geometry.x, sites.geometry.y, strict=True))
    middles = {tuple(xy) for xy in district.centroids}
    assert set(at) & crossings
    assert set(at) <= crossings | middles
    for place in set(at) - crossings:
        assert min(np.hypot(place[0] - x, place[1] - y) for x, y in crossings) > 299
    assert sites["unit"].is_unique
    inside = district.units.geometry.loc[sites["unit"]].contains(sites.geometry, align=False)
    assert inside.all()
    with pytest.raises(InputError, match="none of the 0 roads of the district has a crossing"):
        generated_sites(district, scenario)


def test_those_whom_nobody_reaches_are_clustered_by_themselves_first(lattice):
    people = np.full((4, 16), 100.0)
    people[:, 6:10] = 2000.0  # one crowd, beside a center
    district = lattice(16, 4, people=people, centers=[(8, 1)], streets=["west"] * 16)
    scenario = Scenario(candidates_per_community=2, center_max_minutes=7, center_upper=200_000)
    units = district.units.assign(community="one")
    district = dataclasses.replace(district, units=units)
    usual = set(generated_sites(district, scenario)["unit"])
    asked = dataclasses.replace(scenario, candidates_from="unreached")
    fresh = unreached(district, asked)
    assert fresh.any()
    assert people.sum() > district.units["population"][fresh].sum()
    sites = generated_sites(district, asked)
    assert usual < set(sites["unit"])  # and all, as before
    more = set(sites["unit"]) - usual
    assert more <= set(district.units.index[fresh])
    assert [district.units.index[at] for at, _ in anew(district, asked)] == list(sites["unit"])
    # With nobody near a center all are unreached, and stand where they reach most.
    closed = dataclasses.replace(asked, close=("e1",))
    assert usual <= set(generated_sites(district, closed)["unit"])


@pytest.mark.parametrize("spacing", [0.0, 150.0, 250.0])
def test_sites_keep_to_the_areas_and_their_spacing(lattice, spacing):
    rng = np.random.default_rng(3)
    district = lattice(8, 6, people=rng.integers(50, 400, (6, 8)).astype(float))
    scenario = Scenario(
        candidates_per_community=6,
        candidates_inside=("west", "east-0"),
        candidates_outside=("west-1", "c0r0"),
        candidates_spacing=spacing,
    )
    sites = generated_sites(district, scenario)
    standing = district.units.loc[sites["unit"]]
    assert set(standing["community"]) <= {"west-0", "west-2", "east-0"}
    assert "c0r0" not in set(sites["unit"])
    places = np.column_stack([sites.geometry.x, sites.geometry.y])
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    assert apart[~np.eye(len(places), dtype=bool)].min() >= spacing
    again = anew(district, scenario)
    assert [district.units.index[at] for at, _ in again] == list(sites["unit"])


def test_an_area_that_is_not_there_is_named_with_the_nearest(lattice):
    with pytest.raises(InputError, match="no street, community or unit wets; the nearest is west"):
        possible_sites(lattice(4, 2), Scenario(candidates_inside=("wets",)))


def test_clusters_stand_at_the_nearest_parcels_given(lattice):
    district = lattice(8, 4)
    with pytest.raises(InputError, match="no candidates layer"):
        generated_sites(district, Scenario(candidates_at="given"))
    units = [f"c{c}r{r}" for c in range(8) for r in (0, 3)]
    parcels = gpd.GeoDataFrame(
        {"capacity": 20_000.0, "community": None, "unit": units},
        index=pd.Index([f"p{n}" for n in range(16)], name="candidate"),
        geometry=district.units.geometry.loc[units].centroid.to_numpy(),
        crs=district.crs,
    )
    given = dataclasses.replace(district, candidates=parcels)
    scenario = Scenario(candidates_at="given", candidates_per_community=1)
    sites = possible_sites(given, scenario)
    assert 0 < len(sites) < 16
    assert set(sites["unit"]) <= set(units)
    assert set(sites["capacity"]) == {20_000.0}
    twin = possible_anew(given, scenario, grid=None)
    assert list(twin["unit"]) == list(sites["unit"])
