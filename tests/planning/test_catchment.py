"""Two-step floating catchment areas, against sums over every pair as the method defines them."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from gridplan.planning.access import access_table
from gridplan.planning.measures.catchment import places_within_walk, two_step
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario


def by_table(near, people, supply):
    """The same by joining tables of pairs, step by step, as PySAL's ``access`` does."""
    rows, columns = np.nonzero(near)
    pairs = pd.DataFrame({"unit": rows, "site": columns})
    demand = pairs.assign(people=people[rows]).groupby("site")["people"].sum()
    rate = pd.Series(supply).reindex(demand.index) / demand.where(demand > 0)
    reached = pairs.assign(rate=pairs["site"].map(rate)).groupby("unit")["rate"].sum()
    return reached.reindex(range(len(people))).fillna(0.0).to_numpy()


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), share=st.floats(0.0, 1.0))
def test_two_steps_are_those_of_the_tables(seed, share):
    rng = np.random.default_rng(seed)
    near = rng.random((12, 5)) < share
    people = rng.integers(0, 50, 12).astype(float)
    supply = rng.integers(0, 900, 5).astype(float)
    found = two_step(sparse.csr_array(near.astype(float)), people, supply)
    assert found == pytest.approx(by_table(near, people, supply))
    # What is offered where anybody lives is shared out, no more and no less.
    lived = (people[:, None] * near).sum(axis=0) > 0
    assert float(people @ found) == pytest.approx(supply[lived].sum())


def test_the_mean_of_a_street_is_that_of_its_residents(lattice):
    people = np.random.default_rng(3).integers(0, 200, (4, 6)).astype(float)
    scenario = Scenario(
        grids=0,
        regional_max=0,
        centers=3,
        center_lower=0,
        center_upper=1_200,
        center_max_minutes=2.0,
        walk_detour=1.0,
        work_limit=0.3,
        profiles=("living-circle",),
    )
    made = plan(lattice(6, 4, people=people), scenario)
    district, centers = made.district, made.layout.centers
    spots = district.units.geometry.centroid
    metres = np.array([spots.distance(point).round() for point in centers.geometry]).T
    near = metres <= 2.0 * 4.5 * 1000 / 60
    residents = district.units["population"].to_numpy()
    access = by_table(near, residents, np.full(len(centers), 1_200.0))
    told = places_within_walk(made.layout, made.scenario)
    assert told[district.code] == pytest.approx(1000 * residents @ access / residents.sum())
    for street, here in district.units.groupby("subdistrict").indices.items():
        mean = residents[here] @ access[here] / residents[here].sum()
        assert told[street] == pytest.approx(1000 * mean)
    table = access_table(made.layout, made.scenario)["places_per_1000"]
    assert table.to_dict() == pytest.approx(told)
    bare = dataclasses.replace(made.layout, centers=centers.drop(columns="capacity_upper"))
    assert set(places_within_walk(bare, made.scenario).values()) == {None}
