"""Parts led by corridors to what they must hold: a site at their head, a unit far away."""

import numpy as np
import pytest
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.partition import Sites, partition
from gridplan.optimise.partition.engine import problem_of
from gridplan.optimise.partition.graph.graph import pieces
from gridplan.optimise.partition.local.corridors import CorridorParams, Goal, lead


def lattice(side):
    """Rook's neighbours of a square of ``side`` by ``side`` units, and where they lie."""
    at = np.arange(side * side)
    xy = np.column_stack([at % side, at // side]).astype(float)
    one = sparse.diags_array([np.ones(side - 1)], offsets=[1], shape=(side, side))
    line, same = one + one.T, sparse.eye_array(side)
    return sparse.csr_array(sparse.kron(same, line) + sparse.kron(line, same)), xy


def question(side, centers, **more):
    """Units of one person each, costing their distance to the centers."""
    graph, xy = lattice(side)
    away = np.abs(xy[:, None] - xy[None, centers]).sum(axis=2)
    return graph, np.ones(len(xy)), away, {"centers": np.array(centers), **more}


def strips(side, head_max, *, every=1):
    """A site in every unit, in four columns of groups from left to right."""
    group = (np.arange(side * side) % side) * 4 // side
    unit = np.flatnonzero(np.arange(side * side) % every == 0)
    return Sites(
        unit=unit,
        lower=np.full(len(unit), 2.0),
        upper=np.full(len(unit), 4.0),
        group=group[unit],
        group_min=np.zeros(4, dtype=int),
        head_max=np.full(4, head_max),
    )


@pytest.mark.parametrize("seed", range(8))
def test_ways_join_centers_to_hearts_and_goals_and_none_crosses_another(seed):
    rng = np.random.default_rng(seed)
    side, parts = 9, 4
    centers = rng.choice(side * side, parts, replace=False)
    graph, people, cost, asked = question(side, centers, tolerance=1.0)
    p = problem_of(graph, people, cost, **asked)
    meant = cost.argmin(axis=1)
    goals = []
    for part in range(parts):
        target = np.zeros(side * side, dtype=bool)
        target[rng.choice(np.setdiff1d(np.arange(side * side), centers), 5)] = True
        goals.append(Goal(part, target))
    led = lead(p, meant, goals, Run(work_limit=1.0), CorridorParams())
    if led is None:  # there need not be any; the next test is of ways that exist
        return
    assert (led[centers] == np.arange(parts)).all()
    piece = pieces(p.graph, led)
    for goal in goals:
        assert (goal.units & (piece == piece[centers[goal.part]])).any()


def test_centers_side_by_side_are_led_past_each_other():
    side, centers = 8, [27, 28, 35, 36]
    graph, people, cost, asked = question(side, centers, tolerance=1.0)
    p = problem_of(graph, people, cost, **asked)
    far = [6, 55, 8, 57]  # each behind the next center, as the hands of a clock go
    goals = [Goal(k, np.arange(side * side) == unit) for k, unit in enumerate(far)]
    led = lead(p, cost.argmin(axis=1), goals, Run(work_limit=1.0), CorridorParams())
    assert led is not None
    piece = pieces(p.graph, led)
    assert (piece[far] == piece[centers]).all()


def test_each_part_gets_a_head_though_all_centers_stand_in_one_group():
    side, centers = 8, [0, 16, 32, 48]
    graph, people, cost, asked = question(side, centers, tolerance=0.25)
    got = partition(graph, people, cost, **asked, sites=strips(side, 1), work_limit=1.0)
    assert got.status in {"feasible", "optimal"}
    group = (np.arange(side * side) % side) * 4 // side
    held = [set(group[got.assignment == k].tolist()) for k in range(4)]
    assert all(held)
    assert set.union(*held) == {0, 1, 2, 3}  # enough for a head each: three parts never reach one
    reached = [sum(g in own for own in held) for g in range(4)]
    assert min(reached) >= 1


def test_a_unit_far_away_that_must_lie_in_a_part_is_joined_to_it():
    side, centers = 12, [13, 14, 25]
    fixed = np.full(side * side, -1)
    fixed[[143, 11]] = [0, 2]
    graph, people, cost, asked = question(side, centers, tolerance=0.1, fixed=fixed)
    got = partition(graph, people, cost, **asked, work_limit=1.0, gap=0.5)
    assert got.status in {"feasible", "optimal"}
    assert got.assignment[143] == 0
    assert got.assignment[11] == 2


def test_more_parts_than_heads_are_refused_over_a_proof():
    side, centers = 6, [0, 5, 30, 35, 14]
    graph, people, cost, asked = question(side, centers, tolerance=0.4)
    got = partition(graph, people, cost, **asked, sites=strips(side, 1), work_limit=1.0)
    assert got.status == "infeasible"
