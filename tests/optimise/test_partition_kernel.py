"""Kernels of pairs, and the islands cut off in them, against enumeration on small districts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from test_partition_service_areas import answered

from gridplan.optimise.budget import Run
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.assignment.contiguity import islands, neighbours
from gridplan.optimise.partition.assignment.model import Model
from gridplan.optimise.partition.bound.knapsack import KnapsackParams, knapsack_bound, within_reach
from gridplan.optimise.partition.price.column_generation import GenerationParams, generate
from gridplan.optimise.partition.price.kernel_search import KernelParams, Kernels
from gridplan.optimise.partition.price.stabilised_prices import Stop, Warm


def case(seed: int):
    """Build a district, its answers cheapest first, and random pairs that hold the middle one."""
    p, answers = answered(seed)
    pairs = np.random.default_rng(seed).random((p.units, 3)) < 0.5
    pairs[np.arange(p.units), answers[len(answers) // 2][1]] = True
    pairs[p.centers] = False
    pairs[p.centers, np.arange(3)] = True
    return p, answers, pairs


def at_rest(p, run: Run):
    """Generate parts until prices rest, within reach of the centers."""
    return generate(
        p, run, Warm(np.zeros(p.units)), allowed=p.allowed & within_reach(p), stop=Stop(1e9),
        params=GenerationParams(),
    )  # fmt: skip


def kernels_of(p, widest: float = 1.0):
    params = KnapsackParams(rounds=60, renewals=3)
    proof = knapsack_bound(p, Run(work_limit=5), 1e9, params=params)
    assert proof is not None
    return Kernels(p, proof, seed=0, params=KernelParams(widest=widest))


def within(pairs: np.ndarray, answer: np.ndarray) -> bool:
    return bool(pairs[np.arange(len(answer)), answer].all())


@pytest.mark.parametrize("seed", range(8))
def test_cut_off_are_all_islands_and_no_sound_answer(seed):
    p, answers, pairs = case(seed)
    model = Model(p, allowed=pairs)
    pairs = model.index >= 0
    before = model.rows.matrix(model.width)[0].shape[0]
    neighbours(model)
    islands(model, p.units)
    rows, low, _ = model.rows.matrix(model.width)
    rows, low = sparse.csr_array(rows)[before:], low[before:]

    def keeps(answer: np.ndarray) -> bool:
        return bool((rows @ model.values(answer) >= low - 1e-9).all())

    inside = [a for _, a in answers if within(pairs, a)]
    assert all(keeps(a) for a in inside)
    rng = np.random.default_rng(seed)
    sure = pairs.sum(axis=1) == 1
    sure[p.centers] = True
    for _ in range(200):
        a = np.array([rng.choice(np.flatnonzero(row)) for row in pairs])
        joined, loose = True, False
        for k, center in enumerate(p.centers):
            mine = np.flatnonzero(a == k)
            count, label = connected_components(p.graph[mine][:, mine], directed=False)
            for piece in range(count):
                units = mine[label == piece]
                joined &= center in units
                loose |= not sure[units].any()  # all of it could be elsewhere
        assert keeps(a) or not joined
        assert not (keeps(a) and loose)


@pytest.mark.parametrize("seed", range(8))
def test_the_cheapest_answer_of_a_kernel_is_found_and_none_below_it(seed):
    p, answers, pairs = case(seed)
    inside = [value for value, a in answers if within(pairs, a)]
    kernels = kernels_of(p)
    got = kernels.solve(Run(work_limit=50), pairs, value=inside[0] + 1.0)
    assert got.status == "optimal"
    assert not faults(p, got.assignment)
    assert within(pairs, got.assignment)
    assert value_of(p, got.assignment) == pytest.approx(inside[0])
    less = kernels.solve(Run(work_limit=50), pairs, value=inside[0] - 1.0)
    assert less.status == "infeasible"


@pytest.mark.parametrize("seed", range(8))
def test_ever_wider_kernels_end_at_the_cheapest_answer(seed):
    p, answers, _ = case(seed)
    run = Run(work_limit=50)
    found, every = at_rest(p, run), 3.0  # pairs a unit
    dearest = answers[-1][1]
    got = kernels_of(p, every).improve(run, [found], dearest, goal=-np.inf)
    assert got is not None
    assert not faults(p, got)
    assert value_of(p, got) == pytest.approx(answers[0][0])
    stay = kernels_of(p, every).improve(run, [found], dearest, goal=np.inf)
    assert stay is dearest
    hurried = Run(work_limit=50, time_limit=60).part(most=0.0)
    over = kernels_of(p, every).improve(hurried, [found], dearest, goal=0)
    assert over is dearest


@pytest.mark.parametrize("seed", range(4))
def test_what_a_pair_raises_the_bound_by_holds_for_every_answer(seed):
    p, answers, _ = case(seed)
    found = at_rest(p, Run(work_limit=50))
    for value, a in answers:
        assert found.bound + found.rise[np.arange(p.units), a].max() <= value + 1e-6
