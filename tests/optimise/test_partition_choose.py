"""Centers to choose by relaxation and closing, against the exact program on small graphs."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from gridplan.optimise.budget import Run
from gridplan.optimise.methods.knapsack import threshold
from gridplan.optimise.partition import partition
from gridplan.optimise.partition.answer.check import faults
from gridplan.optimise.partition.answer.infeasible import certificates
from gridplan.optimise.partition.bound.load_prices import LOAD_PACE, Transport, transport_bound
from gridplan.optimise.partition.bound.sifting import SiftingParams
from gridplan.optimise.partition.centers.center_exchange import ExchangeParams, restrict
from gridplan.optimise.partition.centers.choose_centers import ChoiceParams
from gridplan.optimise.partition.centers.every_choice import best_of_every
from gridplan.optimise.partition.centers.first_choice import first_choice
from gridplan.optimise.partition.engine import problem_of
from gridplan.optimise.partition.local.construct import relax
from gridplan.optimise.partition.question.arguments import read_problem
from gridplan.optimise.partition.question.demands import Demands
from gridplan.optimise.partition.search_params import SearchParams
from gridplan.optimise.partition.sited import SitedParams

RELAXED = SitedParams(search=SearchParams(small=0, choice=0, choosing=ChoiceParams(few=0)))
"""Of small problems, those that go the way of large ones."""


def district(rng: np.random.Generator, size: int):
    pairs = {(int(rng.integers(i)), i) for i in range(1, size)}
    pairs |= {tuple(sorted(row)) for row in rng.integers(size, size=(size, 2)).tolist()}
    rows = np.array(sorted((i, j) for i, j in pairs if i != j))
    half = sparse.coo_array((np.full(len(rows), 10.0), tuple(rows.T)), shape=(size, size))
    demand = rng.integers(1, 8, size).astype(float)
    return sparse.csr_array(half + half.T), demand, rng.random((size, 2)) * 100


@pytest.mark.parametrize("seed", range(8))
def test_closing_never_loses_the_optimum(seed):
    rng = np.random.default_rng(seed)
    size, parts = int(rng.integers(7, 10)), int(rng.integers(2, 4))
    graph, demand, xy = district(rng, size)
    cost = demand[:, None] * ((xy[:, None] - xy[None]) ** 2).sum(axis=2)
    ask = {"centers": np.arange(size), "parts": parts, "tolerance": 0.4, "work_limit": 10}
    whole = partition(graph, demand, cost, gap=0.0, **ask)
    got = partition(graph, demand, cost, gap=0.0, params=RELAXED, **ask)
    assert got.status == whole.status
    assert "median" in got.method or got.status == "infeasible"
    if whole.assignment is not None:
        assert got.objective == pytest.approx(whole.objective)
        assert got.bound <= whole.objective * (1 + 1e-6)


def lattice(side, seed):
    """A lattice of units whose residents differ, every unit a possible center."""
    rng = np.random.default_rng(seed)
    at = np.arange(side * side).reshape(side, side)
    pairs = np.vstack([
        np.column_stack([at[:, 1:].ravel(), at[:, :-1].ravel()]),
        np.column_stack([at[1:].ravel(), at[:-1].ravel()]),
    ])  # fmt: skip
    half = sparse.coo_array((np.ones(len(pairs)), tuple(pairs.T)), shape=(side**2,) * 2)
    xy = np.column_stack(np.divmod(np.arange(side**2), side)).astype(float)
    demand = rng.integers(1, 9, side**2).astype(float)
    cost = demand[:, None] * ((xy[:, None] - xy[None]) ** 2).sum(axis=2)
    return sparse.csr_array(half + half.T), demand, cost


def test_a_sound_first_answer_is_told_before_any_search():
    """And what the search finds is no worse."""
    graph, demand, cost = lattice(9, 3)
    told = []
    ask = {"centers": np.arange(81), "parts": 4, "tolerance": 0.1, "work_limit": 0.5}
    got = partition(graph, demand, cost, gap=0.2, params=RELAXED, progress=told.append, **ask)
    first = next(one for one in told if one.incumbent is not None)
    assert all(one.bound is None for one in told[: told.index(first) + 1])
    assert got.objective <= first.incumbent
    assert first.incumbent <= 2.0 * got.bound


@pytest.mark.parametrize("seed", range(4))
def test_a_first_answer_keeps_every_rule_or_is_none(seed):
    graph, demand, cost = lattice(6, seed)
    barred = np.random.default_rng(seed).random((36, 36)) < 0.02
    np.fill_diagonal(barred, val=False)
    demands = Demands(centers=np.arange(36), parts=3, tolerance=0.15, barred=barred)
    problem = read_problem(graph, demand, cost, demands)
    found = first_choice(problem, Run(work_limit=9.0), seed=seed)
    assert found is None or not faults(problem, found)


@pytest.mark.parametrize("seed", range(8))
def test_few_choices_are_bounded_as_tightly_as_by_one_program_each(seed):
    rng = np.random.default_rng(seed)
    graph, demand, xy = district(rng, 12)
    sites = np.sort(rng.choice(12, 5, replace=False))
    cost = demand[:, None] * ((xy[:, None] - xy[sites][None]) ** 2).sum(axis=2)
    p = problem_of(graph, demand, cost, centers=sites, parts=3, tolerance=0.5)
    run, params = Run(work_limit=10.0), ExchangeParams(sifting=SiftingParams(wide=1))
    subs = [restrict(p, np.array(some)) for some in combinations(range(5), 3)]
    each = [np.inf if certificates(sub) else relax(sub, run, SiftingParams())[0] for sub in subs]
    asked = []

    def solve(sub, _part, **_options):
        asked.append(relax(sub, run, SiftingParams())[0])
        return None, -np.inf, ""

    found, bound = best_of_every(p, run, seed=0, gap=0.0, solve=solve, params=params, share=0.5)
    assert found is None
    assert bound == pytest.approx(min(each))
    assert asked == pytest.approx(sorted(low for low in each if np.isfinite(low)))


@pytest.mark.parametrize("seed", range(5))
def test_threshold_fills_the_cheapest_first(seed):
    rng = np.random.default_rng(seed)
    ratio = rng.integers(-5, 5, 30).astype(float)
    mass = rng.integers(1, 9, 30).astype(float)
    room = float(rng.integers(0, mass.sum() + 1))
    level, load, value = threshold(ratio.copy(), mass.copy(), 30, room)
    below = ratio < level
    assert load == pytest.approx(mass[below].sum())
    assert value == pytest.approx((ratio * mass)[below].sum())
    assert load <= room
    if np.isfinite(level):
        assert load + mass[ratio == level].sum() > room


@pytest.mark.parametrize("seed", range(5))
def test_load_prices_stay_below_the_transport(seed):
    rng = np.random.default_rng(seed)
    n, k = 12, 3
    cost = rng.random((n, k)) * 100
    demand = rng.integers(1, 6, n).astype(float)
    mean = demand.sum() / k
    low, high = np.full(k, 0.7 * mean), np.full(k, 1.3 * mean)
    share = sparse.kron(np.ones((1, n)), sparse.identity(k)).toarray() * np.repeat(demand, k)
    each = np.kron(np.eye(n), np.ones(k))
    exact = linprog(
        cost.ravel(),
        A_ub=np.vstack([share, -share]),
        b_ub=np.concatenate([high, -low]),
        A_eq=each,
        b_eq=np.ones(n),
    )
    part, offset, free = np.zeros(n, np.int64), np.zeros(k), np.full(k, -1)
    transport = Transport(cost, demand, low, high, free)
    value, steps = transport_bound(transport, offset, part, exact.fun * 1.01, 400, LOAD_PACE)
    assert 1 <= steps <= 400
    assert value <= exact.fun * (1 + 1e-9)
    assert value >= 0.97 * exact.fun
