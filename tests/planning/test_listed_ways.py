"""Where only the nearest sites of each unit are listed, what is proven holds over all of them."""

import dataclasses

import numpy as np
import pytest

from gridplan.planning.centers import arrays
from gridplan.planning.centers.centers import plan_centers
from gridplan.planning.scenario.scenario import Scenario

ASKED = Scenario(
    grids=0,
    regional_max=0,
    center_max_minutes=2,
    candidates_per_community=12,
    work_limit=0.2,
    center_lower=0,
    centers=3,
)

AIMS = [
    {"center_objective": "distance"},
    {"center_objective": "distance", "center_max_metres": 250},
    {"center_objective": "equity", "center_equity": 0.5},
    {"center_objective": "coverage"},
    {"center_objective": "coverage", "center_coverage_of": "assigned"},
    {"center_objective": "fewest", "center_coverage_target": 60.0},
    {"center_objective": "farthest"},
    {"center_assignment": "nearest_first"},
]


@pytest.mark.parametrize("aim", AIMS, ids=lambda aim: "-".join(map(str, aim.values())))
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.thorough)])
def test_what_is_proven_over_the_nearest_sites_holds_over_all(
    seed, aim, lattice_builder, monkeypatch
):
    rng = np.random.default_rng(seed)
    people = rng.integers(20, 200, (3, 4)).astype(float)
    district = lattice_builder(4, 3, people=people)
    room = int(people.sum() / 3 * 1.2) + 1
    scenario = dataclasses.replace(ASKED, center_upper=room, **aim)
    every = plan_centers(district, scenario, None)
    monkeypatch.setattr(arrays, "_PAIRS", 0)
    monkeypatch.setattr(arrays, "_NEAREST_AT_LEAST", 4)
    near = plan_centers(district, scenario, None)
    told = [*near.steps.items(), ("centers", near.certificate)]
    against = {**every.steps, "centers": every.certificate}
    for name, proof in told:
        other = against.get(name)
        if other is None:
            break
        if proof.bound is not None:
            assert proof.bound <= other.objective * (1 + 1e-6) + 1e-6
        # A later step is bound by what the one before came to.
        if proof.objective != pytest.approx(other.objective):
            break
