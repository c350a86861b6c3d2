"""Minimum cuts between two parts against full enumeration."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.bound.min_cut import MinCutParams, divide, priced_border
from gridplan.optimise.partition.engine import problem_of


def two_led(seed: int):
    rng = np.random.default_rng(seed)
    size = 7
    pairs = np.array(sorted({(int(rng.integers(i)), i) for i in range(1, size)} | {(0, 4), (2, 6)}))
    length = rng.integers(1, 5, len(pairs)).astype(float)
    half = sparse.coo_array((length, (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    demand = rng.integers(0, 9, size).astype(float)
    cost = demand[:, None] * rng.integers(0, 30, (size, 2))
    centers = rng.choice(size, 2, replace=False)
    options = {"centers": centers, "compactness": float(rng.integers(1, 40))}
    if rng.random() < 0.5:
        options["parents"] = np.arange(size) // 2
        options["parents"][centers] = [50, 51]
    options["tolerance"] = float(rng.choice([0.1, 0.3, 2.0]))
    return problem_of(sparse.csr_array(half + half.T), demand, cost, **options)


@pytest.mark.parametrize("seed", range(16))
def test_bound_and_division_against_enumeration(seed):
    p = two_led(seed)
    assert priced_border(p)
    every = [np.array(given) for given in product(range(2), repeat=p.units)]
    best = min((value_of(p, a) for a in every if not faults(p, a)), default=np.inf)
    found, bound = divide(p, Run(work_limit=5), MinCutParams())
    assert bound <= best + 1e-6
    if found is not None:
        assert not faults(p, found)
        assert value_of(p, found) >= best - 1e-6


def test_bound_is_the_optimum_where_demand_does_not_bind():
    values = []
    for seed in range(60):
        p = two_led(seed)
        if p.upper[0] < p.demand.sum():
            continue
        found, bound = divide(p, Run(work_limit=5), MinCutParams())
        if found is not None:
            values.append((value_of(p, found), bound))
    assert len(values) > 3
    for value, bound in values:
        assert bound == pytest.approx(value, rel=1e-5, abs=1e-3)
