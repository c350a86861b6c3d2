"""Service areas of many units each: what is ruled out, merged and proven, against the program."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.partition import partition
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.assignment.cutting_planes import ExactLimits, solve_exact
from gridplan.optimise.partition.engine import problem_of
from gridplan.optimise.partition.strategy import complete
from gridplan.optimise.partition.wide_areas import WideParams, is_wide, merged, wide_areas

WIDE = WideParams(kernels=(10, 40))


def cells(seed: int, *, side: int = 9, parts: int = 2, slack: float = 0.04):
    """A lattice of lumpy cells around some leads, capacities with a little slack."""
    rng = np.random.default_rng(seed)
    at = np.arange(side * side).reshape(side, side)
    pairs = np.vstack(
        [
            np.column_stack([at[:, :-1].ravel(), at[:, 1:].ravel()]),
            np.column_stack([at[:-1].ravel(), at[1:].ravel()]),
        ]
    )
    size = side * side
    half = sparse.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    demand = np.round(rng.lognormal(3.0, 0.8, size)) + 1.0
    centers = rng.choice(size, parts, replace=False)
    xy = np.column_stack(np.divmod(np.arange(size), side)).astype(float)
    far = np.hypot(*(xy[:, None] - xy[None, centers]).transpose(2, 0, 1))
    upper = np.ceil((1 + slack) * demand.sum() * rng.dirichlet(np.full(parts, 20.0)))
    return sparse.csr_array(half + half.T), demand, demand[:, None] * far, centers, upper


def problem(seed: int, **more):
    graph, demand, cost, centers, upper = cells(seed, **more)
    return problem_of(graph, demand, cost, centers=centers, upper=upper)


def optimum(p):
    return solve_exact(p, Run(work_limit=30), model=complete(p), limits=ExactLimits(gap=1e-9))


@pytest.mark.parametrize("seed", range(4))
def test_it_proves_what_the_program_proves(seed):
    p = problem(seed)
    exact = optimum(p)
    assert exact.status == "optimal"
    assert is_wide(p, WIDE)
    left = wide_areas(p, Run(work_limit=20), None, -np.inf, seed=0, gap=1e-9, params=WIDE)
    value = value_of(p, exact.assignment)
    assert left.steps[:2] == ("knapsack", "lagrangian tree")
    assert not faults(p, left.best)
    assert value_of(p, left.best) == pytest.approx(value)
    assert left.bound == pytest.approx(value)
    assert left.bound <= value * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_merged_has_the_same_optimum(seed):
    p = problem(seed)
    exact = optimum(p)
    keep = p.cost <= np.sort(p.cost, axis=1)[:, [0]] * 1.5
    keep[np.arange(p.units), exact.assignment] = True
    small, node = merged(p, keep)
    assert small.units < p.units
    again = optimum(small)
    assert value_of(small, again.assignment) == pytest.approx(value_of(p, exact.assignment))
    assert not faults(p, again.assignment[node])


def test_a_run_is_sound_and_the_same_every_time():
    graph, demand, cost, centers, upper = cells(7, side=14, parts=4)
    runs = [
        partition(graph, demand, cost, centers=centers, upper=upper, work_limit=3, gap=1e-6)
        for _ in range(2)
    ]
    assert runs[0].assignment.tolist() == runs[1].assignment.tolist()
    assert runs[0].bound == runs[1].bound <= runs[0].objective
    assert runs[0].gap < 0.01
    assert "knapsack" in runs[0].method


def test_narrow_parts_and_tight_budgets_leave_the_bound_of_the_relaxation():
    p = problem(1)
    left = wide_areas(p, Run(work_limit=1e-4), None, -np.inf, seed=0, gap=0.0, params=WIDE)
    assert left.best is None
    assert left.bound <= value_of(p, optimum(p).assignment) * (1 + 1e-9)
    assert left.keep.all() or (left.keep <= p.allowed).all()


def test_parts_with_lower_bounds_go_another_way():
    graph, demand, cost, centers, upper = cells(1)
    p = problem_of(graph, demand, cost, centers=centers, upper=upper, lower=0.5 * upper)
    assert not is_wide(p, WIDE)
