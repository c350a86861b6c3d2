"""Relaxations solved over a few columns at a time have the value of all."""

import numpy as np
import pytest
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.bound.doubtful_units import DoubtParams
from gridplan.optimise.partition.bound.load_prices import Transport, cut_prices
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


IN_A_ROW = (0, SIDE // 2, SIDE - 1)
"""Centers behind each other: from the far side of one, all others are as much farther for all."""


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("centers", [CORNER, IN_A_ROW])
@pytest.mark.parametrize("doubtful", [1, 40])
def test_units_in_doubt_settle_the_relaxation_of_all(seed, centers, doubtful):
    """Bound of the whole program, and shares within the loads that cost hardly more."""
    p = square(seed, centers)
    whole, _, _ = relax(p, Run(work_limit=5.0), SiftingParams())
    few = SiftingParams(doubt=DoubtParams(large=0, doubtful=doubtful))
    found = sift(p, Run(work_limit=5.0), few)
    assert found is not None
    bound, shares, price = found
    assert bound == pytest.approx(whole, rel=1e-6)
    assert shares.sum(axis=1) == pytest.approx(np.ones(p.units))
    load = shares.T @ p.demand
    assert (load >= p.lower - 1e-6).all()
    assert (load <= p.upper + 1e-6).all()
    assert shares[p.centers, np.arange(p.columns)] == pytest.approx(1.0)
    assert (p.cost * shares).sum() <= whole * (1 + few.doubt.gap)
    at_price = (p.cost + p.demand[:, None] * price).min(axis=1).sum()
    paid = np.where(price > 0, price * p.upper, price * p.lower).sum()
    assert at_price - paid <= whole * (1 + 1e-9)


def test_units_without_residents_or_a_second_part_are_nowhere_in_doubt():
    """Nobody lives there, or there is one part alone: what is left settles the balance."""
    p = square(4, CORNER[:3])
    cost, demand = p.cost.copy(), p.demand.copy()
    demand[5:9], cost[5:9] = 0.0, 0.0
    cost[100:110, 1:] = np.inf
    few = SiftingParams(doubt=DoubtParams(large=0, doubtful=1))
    adjacency = sparse.csr_array((p.lengths, p.edges.T), shape=(p.units, p.units))
    barred = ~np.isfinite(cost)
    asked = problem_of(
        adjacency + adjacency.T, demand, np.where(barred, 0.0, cost),
        centers=np.array(CORNER[:3]), tolerance=0.3, barred=barred,
    )  # fmt: skip
    whole, _, _ = relax(asked, Run(work_limit=5.0), SiftingParams())
    found = sift(asked, Run(work_limit=5.0), few)
    assert found is not None
    assert found[0] == pytest.approx(whole, rel=1e-6)
    assert found[1][100:110, 0] == pytest.approx(1.0)


def test_any_prices_bound_a_transport_that_cannot_be():
    """Loads that nobody can keep: the bound goes up as far as prices may, and nothing breaks."""
    cost, demand = np.array([[1.0, 2.0], [2.0, 1.0]]), np.array([1.0, 1.0])
    low, high = np.array([3.0, 0.0]), np.array([4.0, 4.0])
    bound, _ = cut_prices(
        Transport(cost, demand, low, high, np.array([-1, -1])), np.zeros(2), Run(work_limit=1.0)
    )
    assert bound > 3.0
