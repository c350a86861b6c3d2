"""The service-area route against full enumeration, forced on districts small enough for it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric import parallel as side
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.bound.knapsack import KnapsackParams, knapsack_bound
from gridplan.optimise.partition.engine import problem_of
from gridplan.optimise.partition.price.column_generation import (
    Enumeration,
    GenerationParams,
    eliminate,
    enumerate_parts,
    generate,
)
from gridplan.optimise.partition.price.group_search import GroupParams, regroup
from gridplan.optimise.partition.price.incumbent import IncumbentParams
from gridplan.optimise.partition.price.kernels.subset_row_cuts import (
    SeparationParams,
    SubsetRows,
    violated,
)
from gridplan.optimise.partition.price.multistart import MultistartParams
from gridplan.optimise.partition.price.pool import Pool, assemble
from gridplan.optimise.partition.price.stabilised_prices import StabilisationParams, Stop, Warm
from gridplan.optimise.partition.service_areas import ServiceParams, service_areas

EVERY = Enumeration(reach=1e6, most=1000, nodes=9999)
TUNING = GenerationParams()


def served(p, *, steps: int, run: Run, seed: int = 0):
    """Find service areas from starts of so many steps."""
    params = ServiceParams(incumbent=IncumbentParams(starts=MultistartParams(steps=steps)))
    return service_areas(p, run, seed=seed, gap=0.0, params=params)


def generated(p, *, target: float = np.inf):
    """Generate parts from each unit's cheapest cost, over all pairs."""
    everything = np.ones((p.units, p.columns), dtype=bool)
    warm = Warm(p.cost.min(axis=1))
    return generate(
        p, Run(work_limit=5), warm, allowed=everything, stop=Stop(target), params=TUNING
    )


def district(seed: int, *, whole: bool):
    rng = np.random.default_rng(seed)
    size = 9
    pairs = {(int(rng.integers(i)), i) for i in range(1, size)} | {(0, 4), (2, 7)}
    rows = np.array(sorted(pairs))
    half = sparse.coo_array((np.ones(len(rows)), (rows[:, 0], rows[:, 1])), shape=(size, size))
    demand = rng.integers(1, 9, size).astype(float)
    demand += 0.0 if whole else rng.random(size)
    cost = demand[:, None] * rng.integers(0, 30, (size, 3))
    centers = rng.choice(size, 3, replace=False)
    upper = np.full(3, demand.sum() / 3 * 1.25) if not whole else np.ceil(demand.sum() / 3) + 3
    return sparse.csr_array(half + half.T), demand, cost, centers, upper


def sound_answers(graph, demand, cost, centers, upper):
    for given in product(range(3), repeat=len(demand)):
        a = np.array(given)
        load = np.bincount(a, weights=demand, minlength=3)
        if (a[centers] != np.arange(3)).any() or (load > upper + 1e-9).any():
            continue
        inside = [np.flatnonzero(a == k) for k in range(3)]
        if all(connected_components(graph[u][:, u], directed=False)[0] == 1 for u in inside):
            yield float(cost[np.arange(len(a)), a].sum()), a


def answered(seed: int):
    """Build a district that has answers, and list them, cheapest first."""
    answers: list[tuple[float, np.ndarray]] = []
    while not answers:
        graph, demand, cost, centers, upper = district(seed, whole=bool(seed % 2))
        p = problem_of(graph, demand, cost, centers=centers, upper=upper)
        answers = list(sound_answers(graph, demand, cost, centers, p.upper))
        seed += 100
    return p, sorted(answers, key=lambda pair: pair[0])


@pytest.mark.thorough
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_bound_and_kept_pairs_hold_every_better_answer(seed, whole):
    graph, demand, cost, centers, upper = district(seed, whole=whole)
    p = problem_of(graph, demand, cost, centers=centers, upper=upper)
    answers = list(sound_answers(graph, demand, cost, centers, p.upper))
    got, bound, _ = served(p, steps=2000, run=Run(work_limit=5))
    if not answers:
        assert got is None
        return
    best = min(value for value, _ in answers)
    assert bound <= best + 1e-6
    if got is not None:
        assert not faults(p, got)
        assert value_of(p, got) >= best - 1e-6
        assert value_of(p, got) == pytest.approx(best)
    target = float(np.median([value for value, _ in answers]))
    params = KnapsackParams(rounds=60, renewals=3)
    proof = knapsack_bound(p, Run(work_limit=5), target, params=params)
    assert proof is not None
    assert proof.bound <= best + 1e-6
    for value, a in answers:
        if value <= target:
            assert proof.keep[np.arange(len(a)), a].all()
        for column, unit, ring in proof.cuts:
            assert a[unit] != column or (a[ring] == column).any()


@pytest.mark.thorough
@pytest.mark.parametrize("nodes", [None, 2, 9999])
@pytest.mark.parametrize("seed", range(8))
def test_generated_parts_bound_and_hold_every_better_answer(seed, nodes):
    """Roughly, with cuts and searches cut off, and with cuts to the end."""
    tight = nodes is not None
    params = GenerationParams(stabilisation=StabilisationParams(nodes_tight=nodes or 0))
    graph, demand, cost, centers, upper = district(seed, whole=seed % 2 == 0)
    p = problem_of(graph, demand, cost, centers=centers, upper=upper)
    answers = list(sound_answers(graph, demand, cost, centers, p.upper))
    target = float(np.median([value for value, _ in answers])) if answers else np.inf
    everything, stop = np.ones((9, 3), dtype=bool), Stop(target)
    found = generate(
        p, Run(work_limit=5), Warm(cost.min(axis=1)), allowed=everything, stop=stop, tight=tight,
        params=params,
    )  # fmt: skip
    best = min((value for value, _ in answers), default=np.inf)
    assert found.bound <= best + 1e-6
    reach = target - found.bound + 1e-6 if answers else 1e6
    parts, complete = enumerate_parts(
        p, Run(work_limit=5), found, replace(EVERY, reach=reach), params
    )
    assert complete
    met = {(k, units.tobytes()) for k, units in parts}
    for value, a in answers:
        if value <= target:
            assert found.keep[np.arange(9), a].all()
            assert all((k, np.flatnonzero(a == k).tobytes()) in met for k in range(3))
    stop = Stop(target, work=9.0)
    sifted = eliminate(p, Run(work_limit=5), found, parts, stop=stop, most=1000, params=params)
    assert min(sifted.bound, target) <= best + 1e-6
    left = {(k, units.tobytes()) for k, units in sifted.parts}
    for value, a in answers:
        if value <= target:
            assert all((k, np.flatnonzero(a == k).tobytes()) in left for k in range(3))
    got = assemble(
        p, Run(work_limit=5), parts, cuts=sifted.cuts, value=np.inf, work=9.0,
        node_limit=999, seed=0,
    )  # fmt: skip
    assert got.exhausted
    assert (got.assignment is None) == (not answers)
    if answers:
        assert value_of(p, got.assignment) == pytest.approx(best)


@pytest.mark.parametrize("seed", range(20))
def test_cuts_are_rows_that_no_whole_choice_of_parts_breaks(seed):
    rng = np.random.default_rng(seed)
    whole = rng.integers(0, 4, 9)  # a choice: the part of each unit
    parts = [whole == k for k in range(4)] + [rng.random(9) < 0.4 for _ in range(12)]
    matrix = sparse.csc_array(np.array(parts).T.astype(float))
    x = rng.random(16)
    params = SeparationParams()
    fresh = violated(matrix, x, np.zeros((0, 3), np.int64), params)
    assert (np.diff(fresh, axis=1) > 0).all()
    rows = SubsetRows.none(4).renewed(fresh).rows(matrix, np.tile(np.arange(4), 4)).toarray()
    assert (rows @ x > 1.0).all()
    assert (rows[:, :4].sum(axis=1) <= 1.0).all()
    assert len(violated(matrix, x, fresh, params)) == 0 or len(fresh) == params.most


def test_a_column_without_parts_is_a_proof_and_not_a_warning():
    graph, demand, cost, centers, upper = district(0, whole=False)
    p = problem_of(graph, demand, cost, centers=centers, upper=upper)
    found = generated(p)
    parts, _ = enumerate_parts(p, Run(work_limit=5), found, EVERY, TUNING)
    some = [part for part in parts if part[0] > 0]
    assert len(some) < len(parts)
    stop = Stop(1e6, work=9.0)
    sifted = eliminate(p, Run(work_limit=5), found, some, stop=stop, most=1000, params=TUNING)
    assert sifted.bound == np.inf


def test_groups_put_together_anew_mend_and_improve():
    better = mended = 0
    for seed in range(12):
        graph, demand, cost, centers, upper = district(seed, whole=False)
        p = problem_of(graph, demand, cost, centers=centers, upper=upper)
        answers = list(sound_answers(graph, demand, cost, centers, p.upper))
        if not answers:
            continue
        found = generated(p)
        loose = problem_of(graph, demand, cost, centers=centers, upper=upper * 3)
        overfull = max(sound_answers(graph, demand, cost, centers, loose.upper), key=lambda x: x[0])
        for value, first in (max(answers, key=lambda x: x[0]), overfull):
            now = regroup(
                p, Run(work_limit=5), Pool(p), found, first, size=3, seed=0, params=GroupParams()
            )
            assert not faults(p, now)
            assert value_of(p, now) == pytest.approx(min(answers, key=lambda x: x[0])[0])
            better += value_of(p, now) < value - 1e-9
            mended += bool(faults(p, first))
    assert better > 5
    assert mended > 2


def ring(seed: int, parts: int = 6):
    """A ring of parts in which far too dear an answer leaves every two neighbours better ones."""
    rng = np.random.default_rng(seed)
    size = 4 * parts
    at = np.arange(size)
    pairs = np.vstack([np.column_stack([at, (at + step) % size]) for step in (1, 2)])
    half = sparse.coo_array((np.ones(len(pairs)), pairs.T), shape=(size, size))
    demand = rng.integers(1, 5, size).astype(float)
    cost = demand[:, None] * rng.integers(0, 30, (size, parts))
    p = problem_of(
        sparse.csr_array(half + half.T), demand, cost, centers=at[::4], upper=demand.sum() / 3
    )
    return p, np.repeat(np.arange(parts), 4)


@pytest.mark.parametrize("seed", range(8))
def test_of_groups_that_overlap_a_later_one_waits(seed):
    p, first = ring(seed)
    found, pool, params = generated(p), Pool(p), GroupParams(batch=12)
    now = regroup(p, Run(work_limit=50), pool, found, first, size=2, seed=0, params=params)
    assert not faults(p, now)
    assert value_of(p, now) < value_of(p, first)
    parts = pool.nearest(np.zeros(p.units), np.zeros(p.columns), 10_000)
    assert all(connected_components(p.graph[u][:, u])[0] == 1 for _, u in parts)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(3))
def test_on_one_thread_and_on_several_the_run_is_the_same(seed, monkeypatch):
    p, _ = ring(seed, parts=10)
    ended = []
    for threads in (1, 2, 4):
        monkeypatch.setattr(side, "THREADS", threads)
        run = Run(work_limit=1.0)
        got, bound, steps = served(p, steps=5000, run=run, seed=seed)
        assert got is not None
        ended.append((got.tolist(), bound, steps, run.work))
    assert ended[1:] == ended[:1] * 2


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(12))
def test_least_demands_hold_and_proofs_stand(seed):
    graph, demand, cost, centers, upper = district(seed, whole=False)
    lower = np.full(3, demand.sum() / 3 * 0.8)
    p = problem_of(graph, demand, cost, centers=centers, lower=lower, upper=upper)
    answers = [
        value
        for value, a in sound_answers(graph, demand, cost, centers, p.upper)
        if (np.bincount(a, weights=demand, minlength=3) >= lower - 1e-9).all()
    ]
    got, bound, _ = served(p, steps=2000, run=Run(work_limit=5))
    best = min(answers, default=np.inf)
    assert bound <= best + 1e-6
    if got is not None:
        assert not faults(p, got)
        assert value_of(p, got) == pytest.approx(best)
    found = generated(p)
    parts, complete = enumerate_parts(p, Run(work_limit=5), found, EVERY, TUNING)
    assert complete
    put = assemble(p, Run(work_limit=5), parts, value=np.inf, work=9.0, node_limit=999, seed=0)
    assert put.exhausted
    assert (put.assignment is None) == (not answers)
    if answers:
        assert value_of(p, put.assignment) == pytest.approx(best)
