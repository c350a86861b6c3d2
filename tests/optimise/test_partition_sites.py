"""Parts that whole numbers of sites can serve, against full enumeration on small graphs."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import sparse

from gridplan.optimise.partition import Sites, alternatives, partition, repair
from gridplan.optimise.partition.sited import SitedParams


def case(seed: int) -> dict:
    """A random connected graph whose parts hold a few sites each, in bounds that leave gaps."""
    rng = np.random.default_rng(seed)
    size, columns = int(rng.integers(6, 10)), int(rng.integers(2, 4))
    pairs = {(int(rng.integers(i)), i) for i in range(1, size)}
    pairs |= {tuple(sorted(rng.integers(size, size=2).tolist())) for _ in range(size // 2)}
    rows = np.array(sorted((i, j) for i, j in pairs if i != j))
    half = sparse.coo_array((np.ones(len(rows)), (rows[:, 0], rows[:, 1])), shape=(size, size))
    demand = rng.integers(0, 9, size).astype(float) + 1
    centers = rng.choice(size, columns, replace=False)
    count = int(rng.integers(4, 8))
    low = float(rng.integers(4, 8))
    high = low + float(rng.integers(1, 5))
    holds = rng.integers(3, 15, count) if rng.random() < 0.3 else np.full(count, 99)
    groups = int(rng.integers(1, 3))
    sites = Sites(
        unit=rng.integers(size, size=count),
        lower=np.minimum(low, holds),
        upper=np.minimum(high, holds),
        kept=rng.random(count) < 0.15,
        group=rng.integers(groups, size=count),
        group_min=rng.integers(2, size=groups),
        head_max=rng.integers(1, 4, size=groups) if rng.random() < 0.4 else None,
        number=None if rng.random() < 0.7 else max(1, round(demand.sum() / (low + high) * 2)),
    )
    return {
        "adjacency": sparse.csr_array(half + half.T),
        "demand": demand,
        "cost": rng.random((size, columns)) * demand[:, None],
        "centers": centers,
        "parts": columns - 1 if columns == 3 and rng.random() < 0.4 else columns,
        "tolerance": float(rng.choice([0.3, 0.5, 0.8])),
        "sites": sites,
    }


def connected(graph: sparse.csr_array, members: np.ndarray) -> bool:
    inside = graph[members][:, members]
    return sparse.csgraph.connected_components(inside, directed=False)[0] == 1


def opens(asked: dict, assignment: np.ndarray) -> bool:
    """Try every choice of open sites."""
    s = asked["sites"]
    load = np.bincount(assignment, weights=asked["demand"], minlength=99)
    for some in product((False, True), repeat=len(s.unit)):
        opened = np.array(some)
        if (s.kept & ~opened).any() or (s.number is not None and opened.sum() != s.number):
            continue
        of = np.bincount(s.group[opened], minlength=len(s.group_min))
        part = assignment[s.unit[opened]]
        least = np.bincount(part, weights=s.lower[opened], minlength=99)
        most = np.bincount(part, weights=s.upper[opened], minlength=99)
        sound = (of >= s.group_min).all() and (least <= load).all() and (load <= most).all()
        if sound and headed(s, np.unique(assignment), part, s.group[opened]):
            return True
    return False


def headed(sites: Sites, used: np.ndarray, part: np.ndarray, group: np.ndarray) -> bool:
    """Try every group at the head of every part."""
    if sites.head_max is None:
        return True
    able = [np.unique(group[part == k]) for k in used]
    return any(
        (np.bincount(heads, minlength=len(sites.head_max)) <= sites.head_max).all()
        for heads in product(*able)
    )


def enumerate_best(asked: dict) -> tuple[float, float]:
    """Least cost over all assignments, and over those that sites can serve."""
    size, columns = asked["cost"].shape
    mean = asked["demand"].sum() / asked["parts"]
    best = [np.inf, np.inf]
    for given in product(range(columns), repeat=size):
        assignment = np.array(given)
        used = np.unique(assignment)
        load = np.bincount(assignment, weights=asked["demand"])[used]
        if (
            len(used) != asked["parts"]
            or (assignment[asked["centers"][used]] != used).any()
            or (np.abs(load / mean - 1) > asked["tolerance"] + 1e-9).any()
        ):
            continue
        value = float(asked["cost"][np.arange(size), assignment].sum())
        if value >= best[1] or not all(
            connected(asked["adjacency"], np.flatnonzero(assignment == k)) for k in used
        ):
            continue
        best[0] = min(best[0], value)
        if opens(asked, assignment):
            best[1] = value
    return best[0], best[1]


def solve(asked: dict, **more):
    return partition(**{key: asked[key] for key in asked}, **more)


@pytest.mark.parametrize("seed", range(60))
def test_small_questions_are_settled_as_enumeration_settles_them(seed):
    asked = case(seed)
    _, best = enumerate_best(asked)
    got = solve(asked, gap=0)
    assert got.status == ("infeasible" if best == np.inf else "optimal")
    if best < np.inf:
        assert got.objective == pytest.approx(best)
        assert opens(asked, got.assignment)


@pytest.mark.parametrize("seed", range(60, 90))
def test_aimed_totals_are_sound_and_refusals_proven(seed):
    """The way of large problems, on small ones: no exact program, only totals aimed at."""
    asked = case(seed)
    _, best = enumerate_best(asked)
    got = solve(asked, gap=0, params=SitedParams(small=0, choice=0, proof=0))
    if got.assignment is not None:
        assert opens(asked, got.assignment)
        assert got.bound <= best + 1e-9
        assert got.objective >= best - 1e-9
    else:
        assert got.status == "unknown" or best == np.inf
        assert got.conflicts


def lattice(side: int, rng: np.random.Generator, parts: int) -> dict:
    """A square of units around parts that two sites of 20 to 30 serve, but not all cuts."""
    size = side * side
    row, column = np.divmod(np.arange(size), side)
    near = np.abs(row[:, None] - row) + np.abs(column[:, None] - column) == 1
    demand = rng.random(size)
    demand *= 36.0 * parts / demand.sum()
    centers = rng.choice(size, parts, replace=False)
    metres = np.hypot(row[:, None] - row[centers], column[:, None] - column[centers])
    places = rng.choice(size, 6 * parts, replace=False)
    return {
        "adjacency": sparse.csr_array(near.astype(float)),
        "demand": demand,
        "cost": demand[:, None] * metres,
        "centers": centers,
        "tolerance": 0.25,
        "sites": Sites(unit=places, lower=np.full(6 * parts, 20.0), upper=np.full(6 * parts, 30.0)),
    }


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(2))
def test_large_questions_are_cut_into_totals_that_can_be_served(seed):
    """Mean 36, so that a part must fall to 30 or rise to 40: the best cut without sites cannot."""
    asked = lattice(16, np.random.default_rng(seed), 4)
    got = solve(asked, work_limit=3)
    assert got.assignment is not None
    load = got.loads
    assert (((load <= 30) & (load >= 20)) | ((load >= 40) & (load <= 60))).all()
    assert got.bound <= got.objective


def test_where_any_total_can_be_served_the_answer_is_that_without_sites():
    asked = case(1)
    many = Sites(unit=np.arange(6), lower=np.ones(6), upper=np.full(6, 50.0))
    bare = {key: asked[key] for key in asked if key != "sites"}
    one, two = partition(**bare), partition(**bare, sites=many)
    assert one.assignment.tolist() == two.assignment.tolist()
    assert (one.bound, one.status) == (two.bound, two.status)


def test_totals_that_no_numbers_serve_are_proven_with_the_least_tolerance():
    """Two parts of 35 each within 4 %: 30 and 40 would do, 14.3 % from the mean."""
    size = 14
    line = sparse.diags_array([np.ones(size - 1)] * 2, offsets=[-1, 1]).tocsr()
    places = Sites(unit=np.arange(size), lower=np.full(size, 20.0), upper=np.full(size, 30.0))
    asked = {"adjacency": line, "demand": np.full(size, 5.0), "cost": np.ones((size, 2)),
             "centers": [0, size - 1], "sites": places}  # fmt: skip
    got = partition(**asked, tolerance=0.04)
    assert (got.status, got.conflicts[0].code) == ("infeasible", "sites-impossible")
    assert got.conflicts[0].values["tolerance_at_least"] == pytest.approx(1 / 7)
    assert partition(**asked, tolerance=0.15).status == "optimal"


def test_drawn_parts_that_cannot_be_served_are_mended_and_alternatives_can_be():
    size = 8
    line = sparse.diags_array([np.ones(size - 1)] * 2, offsets=[-1, 1]).tocsr()
    places = Sites(unit=np.arange(size), lower=np.full(size, 20.0), upper=np.full(size, 30.0))
    asked = {"adjacency": line, "demand": np.full(size, 10.0), "cost": np.ones((size, 2)),
             "centers": [0, size - 1], "tolerance": 0.6, "sites": places}  # fmt: skip
    drawn = np.array([0, 0, 0, 0, 0, 1, 1, 1])  # 50 and 30
    kept = repair(**{k: asked[k] for k in asked}, start=drawn)
    assert not kept.moves
    few = Sites(unit=[0, 7], lower=[20.0, 20.0], upper=[45.0, 45.0])
    mended = repair(**{**asked, "sites": few}, start=drawn)
    assert mended.partition.loads.max() <= 45
    for one in alternatives(3, **{**asked, "sites": few}):
        assert one.partition.loads.max() <= 45


def test_wrong_sites_are_all_named_at_once():
    asked = case(1)
    wrong = Sites(unit=[0, 99], lower=[5, 1], upper=[1, 2], group_min=[1], number=-1)
    with pytest.raises(ValueError, match=r"(?s)99.*below.*group_min.*number"):
        solve({**asked, "sites": wrong})
    with pytest.raises(ValueError, match="give Sites"):
        solve({**asked, "sites": [1, 2]})
