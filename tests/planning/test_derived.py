"""Scenarios of districts that bring none: they fit leads, residents and communities, and plan."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.planning.plan import plan
from gridplan.planning.scenario.derived import derived_scenario, scenario_of
from gridplan.planning.scenario.scenario import Scenario


def coded(district, code):
    return dataclasses.replace(district, code=code)


@settings(max_examples=40)
@given(
    leads=st.integers(1, 6),
    people=st.integers(100, 400_000),
    code=st.sampled_from(["440311", "440222", "000000", "kaifeng"]),
)
def test_what_is_derived_fits(lattice, leads, people, code):
    district = coded(
        lattice(6, 4, people=float(people), leads=[(n, 0) for n in range(leads)]), code
    )
    scenario = derived_scenario(district)
    assert 1 <= scenario.grids <= leads
    county = code == "440222"
    assert scenario.grids == (
        1 if county else min(leads, max(2, round(district.population / 500_000)))
    )
    least = max(scenario.grids, math.ceil(district.population / scenario.center_upper))
    assert least * scenario.center_lower <= district.population
    assert (scenario.regional_max == 0) == county


def test_communities_are_cut_at_a_price_only_where_every_unit_names_one(lattice):
    district = lattice(8, 4, people=1_000.0, leads=((0, 0), (7, 0)))
    assert derived_scenario(district).grid_grain == "community"
    assert derived_scenario(district).grid_split_price > 0
    nameless = district.units.assign(community=None)
    bare = dataclasses.replace(district, units=nameless)
    assert derived_scenario(bare).grid_grain == "unit"
    assert derived_scenario(bare).grid_compactness > 0


@pytest.mark.parametrize("people", [50.0, 900.0, 3_000.0])
def test_a_district_without_a_scenario_is_planned_as_it_comes(lattice, people):
    district = lattice(8, 4, people=people, leads=((0, 0), (7, 0)))
    brief = dataclasses.replace(scenario_of(district), work_limit=0.1)
    made = plan(district, brief)
    assert len(made.layout.grids) == 2
    assert not (made.findings["state"] == "failed").where(made.findings["level"] == "must").any()


def test_a_district_without_leads_is_not_planned_without_grids_in_silence(lattice):
    district = lattice(4, 2, people=1_000.0)
    assert derived_scenario(district).grids == 1
    none = dataclasses.replace(district, hospitals=district.hospitals.assign(eligible=False))
    assert derived_scenario(none).grids == Scenario().grids


def test_the_order_of_units_and_hospitals_changes_nothing(lattice):
    district = lattice(6, 4, people=20_000.0, leads=((0, 0), (3, 3), (5, 0)))
    rng = np.random.default_rng(0)
    units = district.units.iloc[rng.permutation(len(district.units))]
    turned = dataclasses.replace(district, units=units, hospitals=district.hospitals[::-1])
    assert derived_scenario(turned) == derived_scenario(district)


def test_a_scenario_in_the_folder_comes_first(tiny_folder):
    from gridplan.district.folder.read import read_district

    assert scenario_of(read_district(tiny_folder)).grids == 2
    (tiny_folder / "scenario.toml").write_text("grids = 1\n", encoding="utf-8")
    assert scenario_of(read_district(tiny_folder)) == Scenario(grids=1)
    assert pd.notna(scenario_of(read_district(tiny_folder)).grids)
