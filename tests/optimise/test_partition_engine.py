"""Soundness of larger answers, edges of the input, messages, repair, alternatives, stopping."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.sparse.csgraph import connected_components, dijkstra

from gridplan.optimise.partition import (
    Resource,
    alternatives,
    partition,
    repair,
    suggest_links,
)
from gridplan.optimise.partition.search_params import SearchParams
from gridplan.optimise.partition.sited import SitedParams


def lattice(rows: int, columns: int, metres: float = 100.0) -> sparse.csr_array:
    index = np.arange(rows * columns).reshape(rows, columns)
    pairs = np.vstack(
        [
            np.column_stack([index[:, :-1].ravel(), index[:, 1:].ravel()]),
            np.column_stack([index[:-1].ravel(), index[1:].ravel()]),
        ]
    )
    size = rows * columns
    half = sparse.coo_array(
        (np.full(len(pairs), metres), (pairs[:, 0], pairs[:, 1])), shape=(size, size)
    )
    return sparse.csr_array(half + half.T)


def city(rows=20, columns=20, parts=3, seed=0):
    rng = np.random.default_rng(seed)
    graph = lattice(rows, columns)
    demand = np.round(rng.lognormal(3, 0.7, rows * columns))
    demand[rng.random(rows * columns) < 0.2] = 0
    centers = rng.choice(rows * columns, parts, replace=False)
    metres = dijkstra(graph, indices=centers).T
    return graph, demand, demand[:, None] * metres, centers


def assert_sound(graph, demand, assignment, centers, tolerance):
    parts = len(centers)
    assert (assignment[centers] == np.arange(parts)).all()
    load = np.bincount(assignment, weights=demand, minlength=parts)
    mean = demand.sum() / parts
    assert (np.abs(load - mean) <= tolerance * mean + 1e-6).all()
    for k in range(parts):
        inside = np.flatnonzero(assignment == k)
        assert connected_components(graph[inside][:, inside], directed=False)[0] == 1


@pytest.mark.thorough
@settings(max_examples=5, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.integers(2, 5), st.sampled_from([0.05, 0.1, 0.2]))
def test_lattices_are_cut_soundly(seed, parts, tolerance):
    graph, demand, cost, centers = city(15, 15, parts=parts, seed=seed)
    got = partition(
        graph, demand, cost, centers=centers, tolerance=tolerance, work_limit=2, time_limit=4
    )
    assert got.status in ("optimal", "feasible", "unknown", "infeasible")
    if got.assignment is not None:
        assert_sound(graph, demand, got.assignment, centers, tolerance)
        assert got.bound <= got.objective * (1 + 1e-9)
        assert got.objective == pytest.approx(cost[np.arange(225), got.assignment].sum())


def test_same_seed_same_answer():
    graph, demand, cost, centers = city(seed=4)
    one = partition(graph, demand, cost, centers=centers, tolerance=0.1, work_limit=3)
    two = partition(graph, demand, cost, centers=centers, tolerance=0.1, work_limit=3)
    assert (one.assignment == two.assignment).all()
    assert one.bound == two.bound
    assert one.work == two.work


def test_the_search_never_beats_the_proof():
    """With the exact route closed, the heuristics stay sound and their bound below the optimum."""
    graph, demand, cost, centers = city(6, 7, 3, seed=1)
    proof = partition(graph, demand, cost, centers=centers, tolerance=0.3, gap=0.0)
    assert proof.status == "optimal"
    closed = SitedParams(search=SearchParams(small=0, proof=0))
    got = partition(
        graph, demand, cost, centers=centers, tolerance=0.3, work_limit=4, params=closed
    )
    assert got.assignment is not None
    assert_sound(graph, demand, got.assignment, centers, 0.3)
    assert got.objective >= proof.objective - 1e-6
    assert got.bound <= proof.objective + 1e-6


def test_a_center_on_a_cut_vertex_keeps_both_sides():
    graph = lattice(1, 7)
    demand = np.ones(7)
    centers = np.array([3, 6])
    far = np.abs(np.arange(7)[:, None] - centers)
    got = partition(graph, demand, demand[:, None] * far, centers=centers, gap=0.0)
    assert got.assignment[:4].tolist() == [0, 0, 0, 0]


def test_one_unit_a_part():
    graph = lattice(2, 3)
    got = partition(graph, np.ones(6), np.ones((6, 6)), centers=np.arange(6), gap=0.0)
    assert got.assignment.tolist() == [0, 1, 2, 3, 4, 5]
    assert got.status == "optimal"


def test_no_demand_at_all():
    graph = lattice(3, 3)
    got = partition(graph, np.zeros(9), np.zeros((9, 2)), centers=[0, 8], gap=0.0)
    assert got.status == "optimal"
    assert set(got.assignment.tolist()) == {0, 1}


def test_zero_length_contacts_do_not_connect():
    graph = lattice(1, 4)
    graph[1, 2] = graph[2, 1] = 0.0
    got = partition(graph, np.ones(4), np.ones((4, 1)), centers=[0])
    assert got.status == "infeasible"
    assert got.conflicts[0].code == "piece-without-center"
    assert got.conflicts[0].values["units"] == [2, 3]


def test_an_island_is_named_and_a_link_proposed():
    graph = sparse.csr_array(sparse.block_diag([lattice(2, 2), lattice(1, 2)]))
    xy = np.array([[0, 0], [1, 0], [0, 1], [1, 1], [5, 1], [6, 1]], dtype=float)
    assert suggest_links(graph, xy) == [(3, 4, 4.0)]
    got = partition(graph, np.ones(6), np.ones((6, 1)), centers=[0])
    assert got.conflicts[0].values["units"] == [4, 5]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"centers": [0, 8], "upper": 3.0}, "capacity-too-small"),
        ({"centers": [0, 8], "parents": [0, 0, 0, 1, 1, 1, 0, 0, 0]}, "centers-together"),
        ({"centers": [0, 8], "parts": 3}, "too-few-centers"),
        ({"centers": [0, 8], "must_contain": [[4]]}, "kind-too-rare"),
        ({"centers": [0, 8], "together": [(1, 2)], "apart": [(1, 2)]}, "apart-and-together"),
        (
            {"centers": [0, 8], "tolerance": 0.1, "parents": [0] * 6 + [1, 1, 1]},
            "parent-too-large",
        ),
    ],
)
def test_infeasibility_is_named(options, code):
    got = partition(lattice(3, 3), np.ones(9), np.ones((9, 2)), **options)
    assert got.status == "infeasible"
    assert code in {conflict.code for conflict in got.conflicts}


def test_a_conflict_names_the_parent_as_given():
    got = partition(
        lattice(1, 6), [1, 1, 9, 9, 1, 1], np.ones((6, 2)), centers=[0, 5], tolerance=0.1,
        parents=[10, 10, 44, 44, 70, 70],
    )  # fmt: skip
    assert [(one.code, one.values["parent"]) for one in got.conflicts] == [("parent-too-large", 44)]


def test_a_conflict_names_the_resource_and_the_leads_too_many():
    graph = lattice(1, 6)
    beds = Resource([4.0, 0, 0, 0, 0, 0], lower=3.0, name="beds")
    got = partition(graph, np.ones(6), np.ones((6, 2)), centers=[0, 5], resources=[beds])
    assert [(one.code, one.values["resource"]) for one in got.conflicts] == [
        ("resource-impossible", "beds")
    ]
    got = partition(
        graph, np.ones(6), np.ones((6, 3)), centers=[0, 3, 5], parts=2, fixed={0: 0, 3: 1, 5: 2}
    )
    assert [one.code for one in got.conflicts] == ["too-few-parts"]
    assert got.conflicts[0].values["columns"] == [0, 1, 2]


def test_impossible_balance_tells_the_smallest_tolerance():
    graph = lattice(1, 4)
    demand = np.array([5.0, 1.0, 1.0, 5.0])
    # unit 1 is locked to the first part, unit 2 too
    got = partition(
        graph,
        demand,
        np.ones((4, 2)),
        centers=[0, 3],
        tolerance=0.1,
        fixed={1: 0, 2: 0},
    )
    assert got.status == "infeasible"
    assert got.conflicts[0].code == "balance-impossible"
    assert got.conflicts[0].values["tolerance_at_least"] == pytest.approx(1 / 6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((lattice(2, 2), np.ones(3), np.ones((3, 1))), "adjacency is"),
        ((lattice(2, 2), -np.ones(4), np.ones((4, 1))), "not negative"),
        ((lattice(2, 2), np.ones(4), np.ones((3, 1))), "one row for each"),
        ((lattice(2, 2), np.ones(4), None), "number of parts"),
    ],
)
def test_arrays_that_do_not_fit_raise(arguments, message):
    with pytest.raises(ValueError, match=message):
        partition(*arguments)


def test_repair_says_what_moved_and_why():
    graph = lattice(8, 8)
    demand = np.full(64, 10.0)
    cost = demand[:, None] * dijkstra(graph, indices=[0, 63]).T
    drawn = np.where(np.arange(64) < 32, 0, 1)
    drawn[60] = 0  # an island of the first part inside the second
    drawn[33] = -1
    got = repair(graph, demand, cost, drawn, centers=[0, 63], tolerance=0.1)
    reason = {move.unit: move.reason for move in got.moves}
    assert reason[60] == "detached"
    assert reason[33] == "unassigned"
    assert len(got.moves) <= 3
    assert_sound(graph, demand, got.partition.assignment, np.array([0, 63]), 0.1)


def test_repair_moves_residents_out_of_an_overload():
    graph = lattice(1, 8)
    demand = np.ones(8)
    far = np.abs(np.arange(8)[:, None] - np.array([0, 7]))
    drawn = np.array([0, 0, 0, 0, 0, 0, 1, 1])
    got = repair(graph, demand, demand[:, None] * far, drawn, centers=[0, 7], tolerance=0.01)
    assert [(move.unit, move.reason) for move in got.moves] == [(4, "overload"), (5, "overload")]


def test_alternatives_differ_and_tell_their_price():
    graph, demand, cost, centers = city(7, 7, 2, seed=6)
    got = alternatives(
        3, graph, demand, cost, centers=centers, tolerance=0.3, difference=0.1, work_limit=6
    )
    assert len(got) >= 2
    total = demand.sum()
    for n, one in enumerate(got):
        a = one.partition.assignment
        assert_sound(graph, demand, a, centers, 0.3)
        assert one.extra >= -1e-6
        for other in got[:n]:
            assert demand[a != other.partition.assignment].sum() >= 0.1 * total - 1e-9


def test_stop_keeps_the_best_so_far():
    graph, demand, cost, centers = city(20, 20, 4, seed=5)
    told = []

    def stop(progress):
        told.append(progress)
        return progress.incumbent is not None

    got = partition(graph, demand, cost, centers=centers, tolerance=0.1, gap=0.0, progress=stop)
    assert told
    assert got.assignment is not None
    assert got.ended == "stop"


def test_priced_resource_is_traded_against_cost():
    graph = lattice(1, 6)
    demand = np.ones(6)
    far = np.abs(np.arange(6)[:, None] - np.array([0, 5]))
    beds = np.array([0.0, 0, 4, 0, 0, 0])
    free = partition(graph, demand, demand[:, None] * far, centers=[0, 5], gap=0.0)
    assert free.assignment[2] == 0
    got = partition(
        graph,
        demand,
        demand[:, None] * far,
        centers=[0, 5],
        resources=[Resource(beds, lower=[0.0, 4.0], price=10.0)],
        gap=0.0,
    )
    assert got.assignment[2] == 1


@pytest.mark.parametrize("price", [-1.0, np.nan])
def test_barriers_that_would_reward_crossing_raise(price):
    with pytest.raises(ValueError, match="barriers"):
        partition(
            np.array([[0, 1], [1, 0]]), [1, 1], parts=2, xy=np.eye(2), barriers=[(0, 1, price)]
        )
