"""The Lagrangian tree against full enumeration: what it finds, and what it claims of the rest."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.bound.lagrangian_tree import TreeParams, lagrangian_tree
from gridplan.optimise.partition.engine import problem_of

SMALL = TreeParams(depth=60, batch=3, states=500)


def lattice(rng, rows=3, columns=3, parts=2, *, slack=0.3, whole=True, least=0.0):
    """A small lattice of uneven cells at costs without any pattern, so that contiguity binds."""
    n = rows * columns
    at = np.arange(n).reshape(rows, columns)
    pairs = np.vstack(
        [
            np.column_stack([at[:, :-1].ravel(), at[:, 1:].ravel()]),
            np.column_stack([at[:-1].ravel(), at[1:].ravel()]),
        ]
    )
    half = sparse.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    demand = rng.integers(1, 9, n).astype(float)
    demand *= 1.0 if whole else rng.uniform(0.5, 1.5, n)
    cost = rng.uniform(0, 10, (n, parts)) * demand[:, None]
    upper = (1 + slack) * demand.sum() * rng.dirichlet(np.full(parts, 30.0))
    return problem_of(
        sparse.csr_array(half + half.T), demand, cost, centers=rng.choice(n, parts, replace=False),
        upper=upper, lower=np.minimum(least * demand.sum() / parts, upper),
    )  # fmt: skip


def cheapest(p):
    """Go through assignments within bounds, by rising cost, to the first in one piece."""
    table = np.array(list(product(range(p.columns), repeat=p.units)))
    table = table[(table[:, p.centers] == np.arange(p.columns)).all(axis=1)]
    load = np.stack([(table == k) @ p.demand for k in range(p.columns)], axis=1)
    table = table[((load >= p.lower - 1e-9) & (load <= p.upper + 1e-9)).all(axis=1)]
    cost = p.cost[np.arange(p.units), table].sum(axis=1)
    order = np.argsort(cost)
    return next((cost[at] for at in order if not faults(p, table[at])), np.inf)


def dear(p):
    return float(p.cost.max(axis=1).sum()) + 1.0


@pytest.mark.parametrize("seed", range(80))
def test_it_finds_the_cheapest_of_all_or_proves_there_is_none(seed):
    rng = np.random.default_rng(seed)
    p = lattice(
        rng, rows=3, columns=(4, 3)[seed % 2], parts=2 + seed % 2,
        slack=(0.05, 0.15, 0.3)[seed % 3], whole=seed % 5 > 0, least=(0.0, 0.7)[seed // 40],
    )  # fmt: skip
    best = cheapest(p)
    found = lagrangian_tree(
        p, Run(work_limit=50), price=p.cost.max(axis=1), bound=0.0, value=dear(p), gap=1e-9,
        params=SMALL,
    )  # fmt: skip
    if np.isinf(best):
        assert found.assignment is None
        assert found.bound == pytest.approx(dear(p))
        return
    assert value_of(p, found.assignment) == pytest.approx(best)
    assert not faults(p, found.assignment)
    assert found.bound == pytest.approx(best)


def test_what_is_cut_off_claims_no_more_than_it_proved():
    p = lattice(np.random.default_rng(5), parts=3)
    best = cheapest(p)
    for work in (1e-7, 1e-6, 1e-5, 1e-4):
        found = lagrangian_tree(
            p, Run(work_limit=work), price=np.zeros(p.units), bound=0.0, value=dear(p), gap=0.0,
            params=SMALL,
        )  # fmt: skip
        assert found.bound <= best * (1 + 1e-9)


def test_too_few_places_for_nodes_give_up_without_a_claim():
    p = lattice(np.random.default_rng(8), parts=3)
    few = TreeParams(depth=2, batch=3, states=500)
    found = lagrangian_tree(
        p, Run(work_limit=5), price=np.zeros(p.units), bound=0.0, value=dear(p), gap=0.0, params=few
    )
    assert found.bound <= cheapest(p) * (1 + 1e-9)
