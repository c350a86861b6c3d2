"""The engine at sizes where it searches: limits, stopping, repeatability, clear refusals."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.methods.knapsack import scratch_of, whole_knapsack
from gridplan.optimise.siting import capacitated_p_median, p_median
from gridplan.optimise.siting.answer.check import faults, objective
from gridplan.optimise.siting.bound.lagrangian import Relaxation
from gridplan.optimise.siting.engine.solve import solve_case
from gridplan.optimise.siting.local.regions import Regions
from gridplan.optimise.siting.program.assignment import all_links, solve_links
from gridplan.optimise.siting.question.arcs import nearest_arcs, usable_arcs
from gridplan.optimise.siting.question.case import read_case


def town(n=300, m=40, *, seed=0):
    rng = np.random.default_rng(seed)
    xy, places = rng.random((n, 2)), rng.random((m, 2))
    people = rng.integers(1, 100, n).astype(float)
    metres = np.hypot(*(xy[:, None] - places[None]).transpose(2, 0, 1)) * 5000
    return np.round(metres) * people[:, None], people


def band(people, p, *, low=0.8, high=1.2):
    share = people.sum() / p
    return np.ceil(high * share), np.floor(low * share)


def test_band_groups_and_kept_sites_hold_with_a_small_gap():
    cost, people = town()
    capacity, lower = band(people, 10)
    group = np.arange(40) % 4
    siting = capacitated_p_median(
        cost, people, capacity, 10, lower=lower, group=group, group_min=[2, 2, 2, 2],
        group_max=[3, 3, 3, 3], kept=[0, 7], closed=[3], work_limit=1,
    )  # fmt: skip
    load = np.bincount(siting.assignment, weights=people, minlength=40)[siting.sites]
    assert len(siting.sites) == 10
    assert (load <= capacity).all()
    assert (load >= lower).all()
    assert {0, 7} <= set(siting.sites.tolist())
    assert 3 not in siting.sites
    counts = np.bincount(group[siting.sites], minlength=4)
    assert ((counts >= 2) & (counts <= 3)).all()
    assert siting.objective == pytest.approx(cost[np.arange(300), siting.assignment].sum())
    assert siting.bound <= siting.objective
    assert siting.gap < 0.02


def test_bound_is_below_the_optimum_of_the_whole_program():
    cost, people = town(24, 8)
    capacity, lower = band(people, 3)
    case = read_case(cost, people, capacity, 3, lower=lower)
    run = Run(work_limit=1e9)
    best = solve_links(case, all_links(case), run, node_limit=100_000)
    for nodes in (0, 2000):
        for most in (None, 6):
            relaxation = Relaxation(case, nearest_arcs(case, most=most))
            relaxation.raise_bound(run, iterations=150, nodes=nodes)
            assert relaxation.best.bound <= best.objective + 1e-6
            assert relaxation.best.bound >= 0.5 * best.objective


def test_same_inputs_and_seed_give_the_same_answer():
    cost, people = town()
    capacity, lower = band(people, 12)
    one, two = (
        capacitated_p_median(cost, people, capacity, 12, lower=lower, seed=3, work_limit=0.2)
        for _ in range(2)
    )
    assert one.objective == two.objective
    assert one.bound == two.bound
    assert (one.assignment == two.assignment).all()


def test_sparse_and_dense_give_the_same_answer():
    cost, people = town()
    capacity, _ = band(people, 12)
    one = capacitated_p_median(cost, people, capacity, 12, work_limit=0.2)
    two = capacitated_p_median(sparse.csr_matrix(cost), people, capacity, 12, work_limit=0.2)
    assert one.objective == two.objective
    assert (one.assignment == two.assignment).all()


def test_the_plain_helpers_give_the_same_answer():
    code = (
        "import numpy as np\n"
        "from gridplan.optimise.siting import capacitated_p_median as f\n"
        "g = np.random.default_rng(0)\n"
        "c = g.integers(1, 99, (40, 15)).astype(float)\n"
        "s = f(c, g.integers(1, 9, 40), 60.0, 5, work_limit=0.002)\n"
        "print(s.objective, s.bound, s.assignment.tolist())\n"
    )
    said = []
    for plain in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env={**os.environ, "NUMBA_DISABLE_JIT": plain},
        )  # fmt: skip
        said.append(done.stdout)
    assert said[0] == said[1]


def test_stopping_keeps_the_best_so_far():
    cost, people = town()
    capacity, _ = band(people, 12)
    heard = []

    def stop(progress):
        heard.append(progress)
        return progress.incumbent is not None

    siting = capacitated_p_median(cost, people, capacity, 12, work_limit=500, progress=stop)
    assert siting.status == "feasible"
    assert siting.ended == "stop"
    assert not faults(read_case(cost, people, capacity, 12), siting.sites, siting.assignment)
    assert heard[-1].bound is not None


def test_stopping_before_anything_was_found_leaves_a_clear_answer():
    cost, people = town()
    capacity, _ = band(people, 12)
    siting = capacitated_p_median(
        cost, people, capacity, 12, work_limit=500, progress=lambda _: True
    )
    assert siting.status in {"unknown", "feasible"}
    assert siting.bound <= siting.objective


def test_a_limit_of_one_second_is_kept():
    cost, people = town(2000, 200)
    capacity, lower = band(people, 40)
    capacitated_p_median(cost[:200], people[:200], capacity, 40, work_limit=0.01)  # compile first
    siting = capacitated_p_median(
        cost, people, capacity, 40, lower=lower, work_limit=1e9, time_limit=1.0
    )
    assert siting.status in {"feasible", "unknown"}
    assert siting.bound > 0
    assert siting.seconds < 10  # the machine that tests may be busy


def test_a_start_is_never_made_worse():
    cost, people = town()
    capacity, _ = band(people, 12)
    first = capacitated_p_median(cost, people, capacity, 12, work_limit=0.3)
    again = capacitated_p_median(
        cost, people, capacity, 12, work_limit=0.02, start=(first.sites, first.assignment)
    )
    assert again.objective <= first.objective


def test_units_without_demand_go_to_their_cheapest_site():
    cost, people = town()
    people[:20] = 0
    capacity, _ = band(people, 12)
    siting = capacitated_p_median(cost + 1.0, people, capacity, 12, work_limit=0.3)
    nearest = siting.sites[(cost + 1.0)[:20][:, siting.sites].argmin(axis=1)]
    assert (siting.assignment[:20] == nearest).all()


def test_p_median_is_proven_at_a_few_hundred_units():
    cost, people = town(120, 40)
    siting = p_median(cost, people, 8, work_limit=4)
    assert siting.status == "optimal"
    assert siting.gap == 0.0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"capacity": 10.0}, "total-capacity"),
        ({"lower": 1e6}, "total-lower"),
        ({"closed": np.arange(38)}, "too-few-sites"),
        ({"kept": np.arange(20)}, "too-many-sites"),
        ({"kept": [1], "closed": [1]}, "clashing-bounds"),
        ({"group": np.zeros(40, int), "group_max": [5]}, "too-few-sites"),
        ({"group": np.arange(40) // 20, "group_min": [0, 30]}, "group-too-few-sites"),
    ],
)
def test_contradictions_are_named(options, code):
    cost, people = town()
    capacity = options.pop("capacity", 1e6)
    siting = capacitated_p_median(cost, people, capacity, 12, **options)
    assert siting.status == "infeasible"
    assert code in {conflict.code for conflict in siting.conflicts}
    for conflict in siting.conflicts:
        assert conflict.values


def test_units_nobody_can_take_are_named():
    cost, people = town()
    people[4] = 1e9
    cost[9] = np.inf
    siting = capacitated_p_median(cost, people, 1e6, 12)
    found = {conflict.code: conflict.values for conflict in siting.conflicts}
    assert found["unit-too-large"]["units"].tolist() == [4]
    assert found["unit-without-arc"]["units"].tolist() == [9]


def test_the_smallest_relaxation_is_found():
    # Two sites of 10 for units of 6: one of three units is always over by 2.
    siting = capacitated_p_median(np.ones((3, 2)), np.full(3, 6.0), 10.0, 2)
    assert siting.status == "infeasible"
    (conflict,) = siting.conflicts
    assert conflict.code == "relax-capacity"
    assert conflict.values["relax"] == pytest.approx(2.0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"demand": np.ones(3)},
        {"demand": np.full(4, np.nan)},
        {"cost": -np.ones((4, 2))},
        {"capacity": np.ones(5)},
        {"p": -1},
        {"kept": [7]},
        {"group_min": [1]},
    ],
)
def test_wrong_arguments_are_refused(wrong):
    given = {"cost": np.ones((4, 2)), "demand": np.ones(4), "capacity": 9.0, "p": 1} | wrong
    with pytest.raises(ValueError, match=next(iter(wrong))):
        capacitated_p_median(**given)


def test_wrong_arguments_are_refused_all_at_once():
    with pytest.raises(ValueError, match=r"(?s)demand.*capacity.*kept"):
        capacitated_p_median(np.ones((4, 2)), np.ones(3), np.ones(5), 1, kept=[7])


def test_whole_knapsack_matches_enumeration():
    rng = np.random.default_rng(1)
    for _ in range(200):
        size = int(rng.integers(1, 9))
        value = rng.integers(1, 20, size).astype(float)
        weight = rng.integers(1, 10, size).astype(float)
        order = np.argsort(-value / weight, kind="stable")
        value, weight = value[order], weight[order]
        room = float(rng.integers(1, 25))
        packs = (np.arange(2**size)[:, None] >> np.arange(size)) & 1
        best = (packs @ value)[packs @ weight <= room].max()
        items = scratch_of(size)
        items.gain[:], items.weight[:] = value, weight
        assert whole_knapsack(items, size, room, 10_000) == pytest.approx(best)
        taken = items.best
        assert value[taken].sum() == pytest.approx(best)
        assert weight[taken].sum() <= room


def test_checker_sees_every_fault():
    cost, people = np.ones((4, 3)), np.full(4, 2.0)
    cost[0, 2] = np.inf
    case = read_case(cost, people, [8.0, 4.0, 8.0], 2, lower=[0.0, 0.0, 4.0], closed=[2])
    sound = np.array([0, 0, 1, 1])
    assert not faults(case, np.array([0, 1]), sound)
    assert objective(case, np.array([0, 1]), sound) == 4.0
    assert "number of sites" in faults(case, np.array([0]), np.zeros(4, int))
    assert "site over capacity" in faults(case, np.array([0, 1]), np.ones(4, int))
    assert "unit without a site" in faults(case, np.array([0, 1]), np.array([0, 0, 1, -1]))
    assert "unit at a closed site" in faults(case, np.array([0, 1]), np.array([0, 0, 1, 2]))
    found = faults(case, np.array([0, 2]), np.array([2, 0, 0, 0]))
    assert {"closed site opened", "unit on a forbidden arc", "site below its lower bound"} <= set(
        found
    )


@pytest.mark.parametrize("seed", range(3))
def test_regions_keep_a_siting_sound_and_never_make_it_dearer(seed):
    rng = np.random.default_rng(seed)
    place, spot = rng.random((90, 2)), rng.random((30, 2))
    cost = np.hypot(*(place[:, None] - spot[None]).transpose(2, 0, 1)) * 1000
    demand = rng.integers(1, 9, 90).astype(float)
    case = read_case(
        cost, demand, np.full(30, 50.0), 14, lower=np.full(30, 15.0), group=np.arange(30) % 3,
        group_min=np.full(3, 3), group_max=np.full(3, 6), kept=[4], closed=[5],
    )  # fmt: skip
    first = solve_case(case, Run(work_limit=0.02), seed=seed, gap=1e-6)
    assert first.feasible

    def part(case, run, start, _known):
        return solve_case(case, run, seed=seed, gap=1e-6, start=start)

    begin = (first.sites, first.assignment)
    regions = Regions(case, usable_arcs(case), begin, part, size=4)
    regions.improve(Run(work_limit=1.0), work=1.0, seed=seed)
    sites = np.flatnonzero(regions.opened)
    assert faults(case, sites, regions.assignment) == []
    assert case.arc_cost(np.arange(case.n), regions.assignment).sum() <= first.objective + 1e-9


def banded_town(n=900, m=24, p=6):
    cost, people = town(n, m)
    mean = people.sum() / p
    return (cost, people, np.full(m, 1.2 * mean), p), {"lower": np.full(m, 0.8 * mean), "kept": [1]}


def test_many_units_a_site_are_settled_closely_and_repeatably():
    question, options = banded_town()
    first = capacitated_p_median(*question, work_limit=3, **options)
    again = capacitated_p_median(*question, work_limit=3, **options)
    assert first.method.startswith("lagrangian, exchanges")
    assert first.gap < 0.01
    assert (first.sites == again.sites).all()
    assert (first.assignment == again.assignment).all()
    assert first.bound == again.bound


def test_many_units_a_site_can_be_stopped():
    question, options = banded_town()
    seen = []

    def stop(progress):
        seen.append(progress.incumbent)
        return progress.incumbent is not None

    answer = capacitated_p_median(*question, work_limit=30, progress=stop, **options)
    assert answer.ended == "stop"
    assert answer.feasible
    assert answer.bound <= answer.objective
