"""Parts without centers beyond what the exact program takes, against enumeration."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from test_partition_engine import lattice
from test_partition_enumeration import OPTIONS, district, enumerate_best, options_of

from gridplan.optimise.partition import partition
from gridplan.optimise.partition.answer.check import faults
from gridplan.optimise.partition.centers.free_parts import stand_in
from gridplan.optimise.partition.engine import problem_of
from gridplan.optimise.partition.search_params import SearchParams
from gridplan.optimise.partition.sited import SitedParams

NO_EXACT = SitedParams(search=SearchParams(small=0))
"""Small problems go the way of large ones."""


@pytest.mark.parametrize("seed", range(30))
def test_answers_are_sound_and_no_bound_is_above_the_best(seed):
    rng = np.random.default_rng(seed)
    size, columns = 8, 2 + seed % 2
    graph, demand, _ = district(rng, size, islands=seed % 7 == 6)
    centers = np.full(columns, -1)
    if seed % 3:
        centers[0] = int(rng.integers(size))
    cost = demand[:, None] * rng.integers(0, 60, (size, columns)).astype(float)
    names = rng.permutation(OPTIONS)[:2].tolist() + ["split"] * (seed % 2)
    if {"whole", "split"} <= set(names):
        names.remove("whole")
    if {"barriers", "crossings"} <= set(names):
        names.remove("barriers")
    options = options_of(names, rng, size, columns, centers, graph)
    best = enumerate_best(graph, demand, cost, centers, columns, options)
    got = partition(
        graph,
        demand,
        cost,
        centers=centers,
        parts=columns,
        gap=0.0,
        work_limit=1.5,
        params=NO_EXACT,
        **options,
    )
    if np.isinf(best):
        assert got.assignment is None
        return
    assert got.assignment is not None, (got.status, names)
    p = problem_of(graph, demand, cost, centers=centers, parts=columns, **options)
    assert not faults(p, got.assignment)
    assert got.bound <= best + 1e-6 * max(1.0, abs(best))
    assert got.objective >= best - 1e-6 * max(1.0, abs(best))


def test_a_split_has_its_price_in_the_bound_too():
    rng = np.random.default_rng(1)
    demand = rng.integers(1, 30, 144).astype(float)
    place = np.arange(144)
    parents = place // 12 // 4 * 3 + place % 12 // 4
    got = partition(
        lattice(12, 12), demand, parts=6, tolerance=0.1, parents=parents, split_price=50.0,
        work_limit=1,
    )  # fmt: skip
    assert got.assignment is not None
    assert got.splits > 0
    assert got.bound <= 1e-6  # its program may give each parent's halves to two parts for nothing
    assert got.status == "feasible"


CASES = {
    "one center of three": lambda: ((lattice(16, 16), np.ones(256)), {"parts": 3, "centers": 1}),
    "far units together": lambda: (
        (lattice(20, 20), np.ones(400)),
        {"parts": 2, "tolerance": 0.3, "together": [(0, 399)]},
    ),
    "two pieces": lambda: (
        (sparse.csr_array(sparse.block_diag([lattice(14, 14)] * 2)), np.ones(392)),
        {"parts": 4, "tolerance": 0.2},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_easy_questions_are_answered(name):
    (graph, demand), options = CASES[name]()
    cost = None
    if options.pop("centers", None):
        rows = np.arange(256)
        cost = np.stack([rows // 16 + rows % 16, 40.0 - rows // 16, rows % 16 + 3.0], axis=1)
        options["centers"] = [0, -1, -1]
    got = partition(graph, demand, cost, work_limit=5, **options)
    assert got.assignment is not None
    assert not faults(problem_of(graph, demand, cost, **options), got.assignment)


def test_stand_ins_lie_in_every_piece_and_each_in_its_part():
    graph = sparse.csr_array(sparse.block_diag([lattice(4, 4)] * 3))
    p = problem_of(graph, np.ones(48), parts=4)
    for seed in range(5):
        stood = stand_in(p, seed=seed)
        assert (stood.centers >= 0).all()
        assert len(np.unique(stood.centers)) == 4
        assert set((stood.centers // 16).tolist()) == {0, 1, 2}
        assert (stood.allowed[stood.centers] == np.eye(4, dtype=bool)).all()
        assert (stood.allowed <= p.allowed).all()
