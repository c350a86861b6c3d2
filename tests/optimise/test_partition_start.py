"""A start, a stop, repair and alternatives: nothing given is lost, nothing sound is moved."""

from __future__ import annotations

import time
from importlib import import_module
from itertools import product

import numpy as np
import pytest
from scipy.sparse.csgraph import dijkstra
from test_partition_engine import city, lattice
from test_partition_enumeration import connected

from gridplan.optimise.budget import Run
from gridplan.optimise.milp import solve
from gridplan.optimise.partition import Resource, alternatives, engine, partition, repair
from gridplan.optimise.partition.answer.check import faults
from gridplan.optimise.partition.engine import problem_of
from gridplan.optimise.partition.strategy import Found


def halves(rows=8, columns=8):
    """A lattice, one resident a unit, leads in two corners, cut in the middle."""
    graph = lattice(rows, columns)
    demand = np.ones(rows * columns)
    cost = dijkstra(graph, indices=[0, rows * columns - 1]).T
    return graph, demand, cost, (np.arange(rows * columns) >= rows * columns // 2).astype(int)


@pytest.mark.parametrize(
    "options",
    [
        {"centers": [0, 63], "tolerance": 0.1},
        {"centers": np.arange(64), "parts": 2, "tolerance": 0.1},
        {"parts": 2, "tolerance": 0.1},
    ],
)
def test_a_sound_start_is_never_lost(options):
    graph, demand, cost, start = halves()
    if len(options.get("centers", ())) == 64:
        cost = dijkstra(graph, unweighted=True)
        start = np.where(start, 63, 0)
    given = cost if "centers" in options else None
    got = partition(graph, demand, given, start=start, work_limit=0.0, **options)
    assert got.assignment is not None
    table = 0 if given is None else given[np.arange(64), start].sum()
    assert got.objective <= table + 1e-9
    stopped = partition(graph, demand, given, start=start, progress=lambda _: True, **options)
    assert stopped.assignment is not None


def test_a_start_that_is_cut_off_and_too_full_is_mended():
    graph, demand, cost, start = halves(24, 24)
    start[-40:-30] = 0
    got = partition(
        graph, demand, cost, centers=[0, 575], tolerance=0.05, start=start, work_limit=2
    )
    assert got.assignment is not None


@pytest.mark.parametrize("start", [[0, 1], [[0] * 64], [2] * 64, [-1] * 64, [0.5] * 64])
def test_a_start_that_does_not_fit_raises(start):
    graph, demand, cost, _ = halves()
    with pytest.raises(ValueError, match="start"):
        partition(graph, demand, cost, centers=[0, 63], start=start)


def test_a_stop_reaches_the_solver():
    at_once = {"tick_seconds": 0.0}  # ask at every chance, however quick the machine
    rng = np.random.default_rng(0)
    weight = rng.integers(50, 100, 120).astype(float)
    rows = np.vstack([rng.integers(1, 60, (15, 120)), weight]).astype(float)
    most = rows.sum(axis=1) / 2
    asked = []

    def tick():
        asked.append(time.perf_counter())
        return True

    got = solve(-weight, rows, np.full(16, -np.inf), most, col_upper=1.0, integer=True, gap=0.0,
                run=Run(work_limit=60, time_limit=60), tick=tick, **at_once)  # fmt: skip
    assert asked
    assert got.status != "optimal"
    assert len(asked) < 5

    def broken():
        msg = "asked"
        raise RuntimeError(msg)

    with pytest.raises(RuntimeError, match="asked"):
        solve(-weight, rows, np.full(16, -np.inf), most, col_upper=1.0, integer=True, gap=0.0,
              run=Run(work_limit=60, time_limit=60), tick=broken, **at_once)  # fmt: skip


def test_a_bound_above_the_answer_is_an_error_and_no_proof(monkeypatch):
    graph, demand, cost, start = halves()
    monkeypatch.setattr(engine, "search_sited", lambda *_, **__: Found(start, 1e9, "wrong"))
    with pytest.raises(AssertionError, match="above its answer"):
        partition(graph, demand, cost, centers=[0, 63], tolerance=0.1)


@pytest.mark.parametrize("scale", [1e-9, 1e-6, 1.0, 1e6])
def test_small_costs_are_proven_as_large_ones_are(scale):
    for seed in range(6):
        rng = np.random.default_rng(seed)
        graph = lattice(2, 4)
        cost = rng.integers(1, 60, (8, 2)).astype(float)
        best = np.inf
        for given in product((0, 1), repeat=6):
            a = np.array([0, *given, 1])
            load = np.bincount(a, minlength=2)
            if abs(load[0] - 4) <= 1 and all(
                connected(graph, np.flatnonzero(a == k).tolist()) for k in (0, 1)
            ):
                best = min(best, cost[np.arange(8), a].sum())
        got = partition(graph, np.ones(8), scale * cost, centers=[0, 7], tolerance=0.25, gap=0.0)
        assert got.status == "optimal"
        assert got.objective == pytest.approx(scale * best, rel=1e-7)


def test_repair_leaves_what_is_sound_whatever_has_a_price():
    graph, demand, cost, drawn = halves()
    drawn[[28, 35]] = [1, 0]  # a longer boundary, but sound
    options = {
        "centers": [0, 63], "tolerance": 0.1, "compactness": 1e6, "balance": 1e6,
        "parents": np.arange(64) // 8, "split_price": 1e6,
    }  # fmt: skip
    got = repair(graph, demand, cost, drawn, **options)
    assert got.moves == ()
    assert (got.partition.assignment == drawn).all()
    drawn[0] = 1  # the lead itself
    got = repair(graph, demand, cost, drawn, **options)
    assert [(move.unit, move.reason) for move in got.moves] == [(0, "center")]


def test_repair_gives_the_reason_that_holds():
    graph, demand, cost, drawn = halves()
    kept = {"centers": [0, 63], "tolerance": 0.2}
    got = repair(graph, demand, cost, drawn, fixed={31: 1, 23: 1}, **kept)
    assert [(move.unit, move.reason) for move in got.moves] == [(23, "barred"), (31, "barred")]
    beds = np.zeros(64)
    beds[[31, 30]] = 1
    got = repair(
        graph, demand, cost, drawn, resources=iter([Resource(beds, lower=[0.0, 1.0])]), **kept
    )
    assert got.partition.assignment[[30, 31]].sum() >= 1
    assert "rule" in {move.reason for move in got.moves}
    eligible = np.array([0, 27, 63])
    three = dijkstra(graph, indices=eligible).T
    drawn[32:40] = 0
    got = repair(graph, demand, three, np.where(drawn, 2, 0), centers=eligible, parts=2,
                 tolerance=0.1)  # fmt: skip
    assert got.moves
    assert {move.reason for move in got.moves} <= {"overload", "shortage", "follows"}


@pytest.mark.parametrize("start", [[0] * 63, [2] * 64, [-2] * 64])
def test_repair_of_what_does_not_fit_raises(start):
    graph, demand, cost, _ = halves()
    with pytest.raises(ValueError, match="start"):
        repair(graph, demand, cost, start, centers=[0, 63])


def test_alternatives_keep_every_rule_begin_as_told_and_come_in_order():
    graph, demand, cost, centers = city(7, 7, 2, seed=6)
    first = partition(graph, demand, cost, centers=centers, tolerance=0.2, apart=[(20, 21)])
    got = alternatives(
        4, graph, demand, cost, first=first.assignment, centers=centers, tolerance=0.3,
        apart=iter([(20, 21)]), work_limit=1,
    )  # fmt: skip
    assert len(got) >= 2
    assert (got[0].partition.assignment == first.assignment).all()
    extras = [one.extra for one in got[1:]]
    assert extras == sorted(extras)
    p = problem_of(graph, demand, cost, centers=centers, tolerance=0.3, apart=[(20, 21)])
    for number, one in enumerate(got):
        assert not faults(p, one.partition.assignment)
        assert one.extra == pytest.approx(one.partition.objective - got[0].partition.objective)
        assert number == 0 or one.share >= 0.1 - 1e-9


def test_where_agreement_leads_nowhere_boundaries_move(monkeypatch):
    module = import_module("gridplan.optimise.partition.alternatives")
    monkeypatch.setattr(module, "_nearby", lambda p, **_: np.zeros((p.units, 1)))
    graph, demand, cost, centers = city(6, 6, 2, seed=3)
    got = alternatives(
        3, graph, demand, cost, centers=centers, tolerance=0.3, difference=0.1, work_limit=1
    )
    assert len(got) >= 2
    p = problem_of(graph, demand, cost, centers=centers, tolerance=0.3)
    for one in got[1:]:
        assert one.partition.method.endswith("+near")
        assert not faults(p, one.partition.assignment)
        assert one.share >= 0.1 - 1e-9


def test_alternatives_refuse_what_makes_no_sense():
    graph, demand, cost, centers = city(5, 5, 2, seed=1)
    with pytest.raises(ValueError, match="difference"):
        alternatives(3, graph, demand, cost, centers=centers, difference=0.0)
    with pytest.raises(ValueError, match="first"):
        alternatives(3, graph, demand, cost, centers=centers, first=np.zeros(25, dtype=int))
    assert alternatives(0, graph, demand, cost, centers=centers) == ()
    none = alternatives(3, graph, 0 * demand, cost, centers=centers)
    assert len(none) == 1


def test_a_stop_ends_all_alternatives():
    graph, demand, cost, centers = city(8, 8, 3, seed=2)
    told = []

    def stop(one):
        told.append(one)
        return one.incumbent is not None

    got = alternatives(
        5, graph, demand, cost, centers=centers, tolerance=0.2, progress=stop, work_limit=1
    )
    assert len(got) == 1
    assert sum(one.incumbent is not None for one in told) <= 3
