"""What is told of a drawing at once is what its plan tells in the end."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from gridplan.planning.evaluating import evaluate
from gridplan.planning.grids.drawing import Drawn
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario
from gridplan.policy.profile import profile_names

SCENARIO = Scenario(
    grids=2,
    grid_tolerance=0.2,
    center_lower=300,
    center_upper=700,
    regional_max=0,
    work_limit=0.02,
    profiles=profile_names(),
)
FIGURES = ("drawn_name", "lead", "units", "pieces", "contiguous")
NUMBERS = ("population", "deviation", "mean_minutes_to_lead", "p90_minutes_to_lead")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_figures_and_findings_are_those_of_the_plan(lattice, number):
    chance = np.random.default_rng(number)
    people = chance.integers(0, 4, (4, 6)) * 50.0
    district = lattice(6, 4, people=people, leads=[(0, 0), (5, 0), (2, 2)])
    if number == 3:
        units = district.units.assign(community=None)
        district = dataclasses.replace(district, units=units)
    names = chance.choice(["a", "b", "c"], len(district.units), p=[0.6, 0.3, 0.1])
    drawn = Drawn(pd.Series(names, index=district.units.index, dtype=object))
    found = evaluate(district, SCENARIO, drawn)
    made = plan(district, SCENARIO, drawn=drawn)
    grids = made.layout.grids
    for column in FIGURES:
        assert found.grids[column].to_dict() == grids[column].to_dict(), column
    for column in NUMBERS:
        assert found.grids[column].to_numpy(float) == pytest.approx(
            grids[column].to_numpy(float), nan_ok=True
        ), column
    keys = ["profile", "rule", "subject_kind", "subject"]
    told = found.findings.set_index(keys)[["value", "upper", "state"]]
    planned = made.findings.set_index(keys)[["value", "upper", "state"]]
    rules = [key for key in told.index if not str(key[1]).startswith("conflict:")]
    assert len(rules) > 15
    for key in rules:
        left, right = told.loc[key].to_dict(), planned.loc[key].to_dict()
        value, expected = left.pop("value"), right.pop("value")
        assert left == right, key
        assert value == expected or value == pytest.approx(expected), key
    assert {"grid-in-one-piece", "streets-cut", "tertiary-in-grid"} <= {key[1] for key in rules}


def test_the_boundary_is_the_one_that_is_drawn(lattice):
    district = lattice(6, 4, leads=[(0, 0), (5, 0)])
    west = (district.units["subdistrict"] == "west").to_numpy()
    drawn = pd.Series(np.where(west, "a", "b"), index=district.units.index, dtype=object)
    assert evaluate(district, SCENARIO, Drawn(drawn)).boundary_km == pytest.approx(0.4)
    drawn["c0r3"] = "b"
    assert evaluate(district, SCENARIO, Drawn(drawn)).boundary_km == pytest.approx(0.6)
