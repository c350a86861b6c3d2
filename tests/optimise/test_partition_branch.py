"""The tree of branch and price against enumeration on small graphs."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from test_partition_service_areas import answered, district

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric import parallel as side
from gridplan.optimise.numeric.parallel import parallel_map
from gridplan.optimise.partition.answer.check import faults, value_of
from gridplan.optimise.partition.bound.knapsack import within_reach
from gridplan.optimise.partition.engine import problem_of
from gridplan.optimise.partition.price.branch_and_price import BranchParams, Tree
from gridplan.optimise.partition.price.column_generation import GenerationParams, generate
from gridplan.optimise.partition.price.stabilised_prices import Stop, Warm


def at_first(p, run: Run, *, target: float):
    """Generate parts from prices of nothing, within reach of the centers."""
    return generate(
        p, run, Warm(np.zeros(p.units)), allowed=p.allowed & within_reach(p), stop=Stop(target),
        params=GenerationParams(),
    )  # fmt: skip


def tree_of(seed: int, share: float, *, lists: bool):
    """Search a small district below a share of the way from its cheapest to its dearest answer."""
    params = BranchParams() if lists else BranchParams(most=1)  # then only branching decides
    p, answers = answered(seed)
    values = [value for value, _ in answers]
    target = values[0] + share * (values[-1] - values[0])
    run = Run(work_limit=50)
    allowed = p.allowed & within_reach(p)
    found = at_first(p, run, target=target)
    tree = Tree(p, found, allowed=allowed, target=target, seed=0, params=params)
    return p, values, target, tree.search(run), run


@pytest.mark.parametrize("lists", [True, False])
@pytest.mark.parametrize("seed", range(12))
def test_below_a_high_target_the_cheapest_answer_is_found_and_proven(seed, lists):
    p, values, target, ended, run = tree_of(seed, 0.5, lists=lists)
    assert run.ended_by is None
    if values[0] >= target * (1 - 1e-9):
        assert ended.assignment is None
        return
    assert not faults(p, ended.assignment)
    assert value_of(p, ended.assignment) == pytest.approx(values[0])
    assert ended.bound == pytest.approx(values[0])


@pytest.mark.parametrize("lists", [True, False])
@pytest.mark.parametrize("seed", range(12))
def test_below_a_low_target_there_is_no_answer_and_the_bound_meets_it(seed, lists):
    _, _, target, ended, run = tree_of(seed, -0.01, lists=lists)
    assert run.ended_by is None
    assert ended.assignment is None
    assert ended.bound == pytest.approx(target)


def test_the_same_search_again_spends_the_same_work():
    first = tree_of(1, 0.5, lists=False)
    second = tree_of(1, 0.5, lists=False)
    assert first[-1].work == second[-1].work
    assert (first[3].assignment == second[3].assignment).all()


def test_without_work_the_bound_is_that_of_the_root():
    graph, demand, cost, centers, upper = district(1, whole=True)
    p = problem_of(graph, demand, cost, centers=centers, upper=upper)
    run = Run(work_limit=50)
    allowed = p.allowed & within_reach(p)
    found = at_first(p, run, target=1e9)
    tree = Tree(p, found, allowed=allowed, target=1e9, seed=0, params=BranchParams())
    ended = tree.search(run.part(0.0))
    assert ended.bound == found.bound
    assert ended.assignment is None


def test_calls_side_by_side_keep_their_order_and_pass_errors_on():
    assert parallel_map(lambda i: i * i, range(20)) == [i * i for i in range(20)]
    assert parallel_map(lambda i: i, []) == []
    with pytest.raises(ZeroDivisionError):
        parallel_map(lambda i: 1 // i, [1, 0, 2])


def test_calls_within_calls_are_made_one_after_another(monkeypatch):
    monkeypatch.setattr(side, "THREADS", 2)

    def threads(_: int) -> set[int]:
        return set(parallel_map(lambda _: threading.get_ident(), range(8)))

    assert all(len(ids) == 1 for ids in parallel_map(threads, range(4)))
    assert parallel_map(
        lambda i: parallel_map(lambda j: i + j, range(3)), [5], tick=lambda: None
    ) == [[5, 6, 7]]


def test_ticks_come_while_calls_run(monkeypatch):
    monkeypatch.setattr(side, "THREADS", 2)
    ticks = []
    gate = threading.Event()

    def tick() -> None:
        ticks.append(1)
        gate.set()

    assert parallel_map(lambda i: gate.wait(30) and i, [1, 2], tick=tick, tick_seconds=0.001) == [
        1,
        2,
    ]
    assert ticks


def test_a_part_of_a_run_has_a_share_of_its_work_and_the_same_clock():
    run = Run(work_limit=10, time_limit=60)
    assert run.part(0.5).work_left == 5
    assert run.part(0.5, most=2).work_left == 2
    assert 59 < run.part(0.5, most=2).part().seconds_left <= 60
    assert Run(work_limit=10).part(0.5).seconds_left == float("inf")  # work alone decides


def test_a_run_with_little_time_plans_with_less_work_and_goes_on_beyond():
    run = Run(work_limit=100, time_limit=10)
    assert run.work_left == run.planned < 20
    run.spend(run.planned)
    assert run.ended_by is None
    assert 0 < run.work_left < 2
    run.spend(100)
    assert run.work_left == 0
    assert run.ended_by == "work"


def test_what_the_clock_cut_short_says_so(monkeypatch):
    run = Run(work_limit=1, time_limit=100)
    part = run.part()
    part.cut_short()
    part.spend(1)
    run.book(part)
    assert run.ended_by == part.ended_by == "time"
    late = Run(work_limit=1, time_limit=100)
    monkeypatch.setattr(time, "perf_counter", lambda: 1e9)
    assert late.part().ended_by == "time"
    late.spend(1)
    assert late.ended_by == "time"


def test_a_stop_reaches_the_nodes_under_way():
    run = Run(work_limit=10, progress=lambda _: True)
    part = run.part()
    assert part.ended_by is None
    run.report("branch")
    assert part.ended_by == "stop"


def test_a_run_of_what_is_left_counts_for_itself():
    run = Run(work_limit=10, time_limit=100)
    run.spend(4)
    part = run.part()
    part.spend(6)
    assert part.ended_by == "work"
    assert run.ended_by is None
