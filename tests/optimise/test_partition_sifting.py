"""Relaxations solved over a few columns at a time have the value of all."""

import numpy as np
import pytest
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.bound.sifting import SiftingParams, sift
from gridplan.optimise.partition.engine import problem_of
from gridplan.optimise.partition.local.construct import relax

SIDE = 14
CORNER = (0, 2, 2 * SIDE, 2 * SIDE + 2, 4 * SIDE + 1, SIDE + 4)
"""Centers near one corner of the square."""


def square(seed, centers):
    """Draw a square of units with centers; their travel is the way times the residents."""
    rng = np.random.default_rng(seed)
    side, centers = SIDE, np.array(centers)
    at = np.arange(side * side)
    xy = np.column_stack([at % side, at // side]).astype(float)
    demand = rng.integers(1, 20, len(at)).astype(float)
    far = np.hypot(*(xy[:, None] - xy[None, centers]).transpose(2, 0, 1))
    near = sparse.lil_array((len(at), len(at)))
    near[at[at % side < side - 1], at[at % side < side - 1] + 1] = 1.0
    near[at[:-side], at[:-side] + side] = 1.0
    graph = sparse.csr_array(near)
    cost = demand[:, None] * far
    return problem_of(graph + graph.T, demand, cost, centers=centers, tolerance=0.05)


@pytest.mark.parametrize("seed", [1, 2])
def test_centers_side_by_side_need_more_than_the_cheapest_columns(seed):
    """With two parts a unit no balance is possible: more come in, and the value is that of all."""
    p = square(seed, CORNER)
    whole, _, _ = relax(p, Run(work_limit=5.0), SiftingParams())
    assert np.isfinite(whole)
    found = sift(p, Run(work_limit=5.0), SiftingParams(kept=2, first=1))
    assert found is not None
    assert found[0] == pytest.approx(whole, rel=1e-6)
    assert found[1].sum(axis=1) == pytest.approx(np.ones(p.units))


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("kept", [1, 2, 3])
def test_there_may_be_fewer_parts_than_columns_are_kept(count, kept):
    p = square(3, CORNER[:count])
    whole, _, _ = relax(p, Run(work_limit=5.0), SiftingParams())
    found = sift(p, Run(work_limit=5.0), SiftingParams(kept=kept))
    assert found is not None
    assert found[0] == pytest.approx(whole, rel=1e-6)
