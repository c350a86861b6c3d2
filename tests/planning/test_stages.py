"""Grids that centers can serve: what a stricter tolerance plans, a looser one plans too."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.errors import InfeasibleError
from gridplan.planning.centers.centers import bounded, plan_centers
from gridplan.planning.grids.fit import ANY, sites_to_serve
from gridplan.planning.grids.grids import plan_grids
from gridplan.planning.plan import plan
from gridplan.planning.regional.heads import head_groups
from gridplan.planning.regional.regional import plan_regional
from gridplan.planning.scenario.scenario import Scenario

SMALL = Scenario(work_limit=1.0, regional_max=0, profiles=("living-circle",))
TOLERANCES = (0.4, 0.15, 0.05)


@st.composite
def asked(draw, build):
    """A district of 60,000 to 200,000 residents in 36 to 100 units, and what is asked of it."""
    columns, rows = draw(st.integers(6, 10)), draw(st.integers(6, 10))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    weight = rng.random((rows, columns)) + draw(st.sampled_from([0.2, 1.0, 20.0]))
    people = np.floor(weight / weight.sum() * draw(st.integers(60_000, 200_000)))
    streets = draw(st.integers(1, 4))
    grids = draw(st.integers(1, 4))
    spots = rng.choice(columns * rows, grids + 2, replace=False)
    places = [(int(spot % columns), int(spot // columns)) for spot in spots]
    district = build(
        columns, rows, people=people, leads=places[:grids],
        streets=[f"s{c * streets // columns}" for c in range(columns)],
        centers=places[grids : grids + draw(st.integers(0, 2))],
    )  # fmt: skip
    lower = draw(st.sampled_from([15_000, 20_000, 25_000]))
    scenario = dataclasses.replace(
        SMALL,
        grids=grids,
        center_lower=lower,
        center_upper=int(lower * draw(st.sampled_from([1.2, 1.5]))),
        regional_max=draw(st.sampled_from([0, 2])),
        grid_grain=draw(st.sampled_from(["unit", "unit", "community"])),
    )
    return district, scenario


@pytest.mark.thorough
@settings(max_examples=3)
@given(data=st.data())
def test_what_a_stricter_tolerance_plans_a_looser_one_plans_too(lattice_builder, data):
    district, scenario = data.draw(asked(lattice_builder))
    refused = None
    for tolerance in TOLERANCES:
        try:
            made = plan(district, dataclasses.replace(scenario, grid_tolerance=tolerance))
        except InfeasibleError as error:
            refused = (tolerance, error)
            continue
        assert refused is None, f"planned at {tolerance}, refused at {refused[0]}: {refused[1]}"
        held = made.layout.centers["population"]
        assert held.between(scenario.center_lower, scenario.center_upper).all()
        deviation = made.layout.grids["deviation"].abs()
        assert (deviation <= tolerance + 1e-9).all()
        assert (made.layout.units["grid"] == made.layout.units["center"].map(
            made.layout.centers["grid"])).all()  # fmt: skip


def uneven(lattice, **changes):
    """Two leads in the north-west: the shortest ways give them grids that no centers serve."""
    people = np.full((8, 8), 1312.0)
    district = lattice(8, 8, people=people, leads=[(1, 1), (5, 5)])
    return district, dataclasses.replace(SMALL, **changes)


def test_a_grid_that_centers_cannot_serve_is_cut_otherwise(lattice):
    """Of 83,968 residents the shortest ways give one grid 38,048: too many for one center."""
    district, scenario = uneven(lattice, grid_tolerance=0.1)
    short = plan_grids(district, scenario).grid
    people = district.units["population"]
    assert people.groupby(short).sum().min() < 40_000
    made = plan(district, scenario)
    assert made.layout.grids["population"].min() >= 40_000


def test_grids_without_totals_for_whole_numbers_of_centers_are_refused_with_proof(lattice):
    """70,000 residents in two grids: 30,000 and 40,000 would do, 14.3 % from the mean."""
    district = lattice(7, 4, people=2500.0, leads=[(0, 0), (6, 3)])
    with pytest.raises(InfeasibleError, match=r"below 14\.3 %") as error:
        plan(district, dataclasses.replace(SMALL, grid_tolerance=0.1))
    assert error.value.proven
    made = plan(district, dataclasses.replace(SMALL, grid_tolerance=0.15))
    assert sorted(made.layout.grids["population"]) == [30_000, 40_000]


def test_more_grids_than_streets_can_have_regional_centers(lattice):
    district = lattice(8, 8, people=2500.0, leads=[(0, 0), (7, 0), (7, 7)], streets=["s"] * 8)
    scenario = dataclasses.replace(SMALL, grids=3, grid_tolerance=0.4, regional_max=2)
    with pytest.raises(InfeasibleError, match="at most 2 each can have only 2") as error:
        plan(district, scenario)
    assert error.value.proven
    assert plan(district, dataclasses.replace(scenario, regional_max=3)).layout is not None


def test_each_grid_gets_a_street_for_its_regional_center(lattice):
    """A street in the east has one regional center: the grid in the west must reach the west."""
    streets = ["west"] * 2 + ["east"] * 6
    district = lattice(8, 8, people=2500.0, leads=[(3, 3), (7, 7)], streets=streets)
    scenario = dataclasses.replace(SMALL, grid_tolerance=0.5, regional_min=1, regional_max=1)
    made = plan(district, scenario)
    regional = made.layout.centers[made.layout.centers["class"] == "regional"]
    assert regional["grid"].nunique() == 2


def test_centers_stand_where_each_grid_can_have_a_regional_one(lattice):
    """All live in the west, which may head one grid: the other's center opens in its own east."""
    people = np.full((8, 8), 2500.0)
    people[:, 6:] = 100.0
    streets = ["west"] * 6 + ["east"] * 2
    district = lattice(8, 8, people=people, leads=[(0, 0), (7, 7)], streets=streets)
    scenario = dataclasses.replace(SMALL, regional_min=0, regional_max=1)
    column = district.units.index.str[1].astype(int)
    grid = pd.Series(np.where(column < 3, "G1", "G2"), index=district.units.index)
    first = plan_centers(district, scenario, grid)
    with pytest.raises(InfeasibleError):
        plan_regional(district, scenario, first)
    groups = head_groups(district, scenario, grid, first)
    assert groups.least.sum() == 2
    found = bounded(plan_centers(district, scenario, grid, groups=groups), first)
    assert found.certificate.bound <= first.certificate.objective <= found.certificate.objective
    regional = plan_regional(district, scenario, found)
    heads = found.sites.loc[regional.regional_center.unique()]
    assert dict(zip(heads["grid"], heads["subdistrict"], strict=True)) == {
        "G1": "west",
        "G2": "east",
    }
    none = pd.Series("G1", index=grid.index).where(column != 0, "G2").where(column != 1, "G3")
    assert head_groups(district, scenario, none, first) is None  # three grids, two heads


def test_bands_are_narrowed_to_what_whole_units_add_up_to(lattice):
    district = lattice(9, 10, people=1730.0)
    scenario = dataclasses.replace(SMALL, center_lower=10_000, center_upper=12_000)
    sites = sites_to_serve(district, scenario)
    assert set(sites.lower) == set(sites.upper) == {10_380.0}
    fine = lattice(9, 10, people=1730.5)
    assert set(sites_to_serve(fine, scenario).upper) == {12_000.0}


def test_units_that_fill_centers_one_way_only_are_cut_for_that(lattice):
    """Six units of 1,730 fill a center of 10,000 to 12,000: each grid is a multiple of six."""
    district = lattice(9, 6, people=1730.0, leads=[(0, 0), (8, 5)])
    scenario = dataclasses.replace(
        SMALL, center_lower=10_000, center_upper=12_000, grid_tolerance=0.3
    )
    assert plan_grids(district, scenario).grid.value_counts().tolist() == [27, 27]
    made = plan(district, scenario)
    assert (made.layout.grids["units"] % 6 == 0).all()
    assert set(made.layout.centers["population"]) == {10_380.0}


def test_fit_for_any_center_is_no_stricter_than_asked(lattice):
    district = lattice(6, 4, people=5000.0)
    options = ANY.options(district, SMALL)
    assert options["tolerance"] == SMALL.grid_tolerance
    assert options["together"] is None


def test_three_grids_without_streets_need_no_regional_centers(lattice):
    """1+N goes street by street: where none are known, no grid waits for a regional center."""
    district = lattice(9, 2, people=1000.0, leads=((0, 0), (4, 0), (8, 0)))
    bare = dataclasses.replace(
        district,
        units=district.units.assign(subdistrict=None),
        subdistricts=district.subdistricts.iloc[:0],
    )
    scenario = dataclasses.replace(
        SMALL, grids=3, regional_max=2, center_lower=3000, center_upper=6000
    )
    made = plan(bare, scenario)
    assert len(made.layout.grids) == 3
    assert "no-streets" in [note.code for note in made.notes]
