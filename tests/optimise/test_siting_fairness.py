"""Spread of distances and the cost that trades efficiency for equity."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.optimise.budget import Run
from gridplan.optimise.siting import capacitated_p_median, equity_cost, p_median, spread_of
from gridplan.optimise.siting.bound.lagrangian import RelaxationParams
from gridplan.optimise.siting.bound.load_multipliers import LoadRelaxation
from gridplan.optimise.siting.engine.params import SitingParams, TurnParams
from gridplan.optimise.siting.engine.solve import solve_case
from gridplan.optimise.siting.program.assignment import all_links, solve_links
from gridplan.optimise.siting.question.arcs import usable_arcs
from gridplan.optimise.siting.question.case import read_case


def test_gini_is_that_of_the_pairwise_definition():
    rng = np.random.default_rng(0)
    length, people = rng.random(50) * 900, rng.integers(1, 9, 50)
    each = np.repeat(length, people)
    pairwise = np.abs(each[:, None] - each[None]).mean() / (2 * each.mean())
    spread = spread_of(length, people)[None]
    assert spread.gini == pytest.approx(pairwise)
    assert spread.mean == pytest.approx(each.mean())
    assert spread.deviation == pytest.approx(each.std())
    assert spread.largest == each.max()
    assert spread.absolute == pytest.approx(np.abs(each - each.mean()).mean())
    assert spread.variation == pytest.approx(each.std() / each.mean())
    assert spread.p90 == np.sort(each)[int(np.ceil(0.9 * len(each))) - 1]


def test_palma_is_the_farthest_tenth_over_the_nearest_four_tenths():
    """Of people one by one, and of units that straddle the tenths."""
    rng = np.random.default_rng(1)
    length, people = rng.random(30) * 900, rng.integers(1, 9, 30)
    each = np.sort(np.repeat(length, 10 * people))
    n = len(each) // 10
    palma = each[-n:].sum() / each[: 4 * n].sum()
    assert spread_of(length, people)[None].palma == pytest.approx(palma)
    assert np.isnan(spread_of([0.0, 9.0], [5.0, 5.0])[None].palma)


def test_share_within_the_standard_by_group():
    found = spread_of([100, 900, 1500], [1, 1, 2], standard=1000, group=[0, 0, 1])
    assert found[None].within == 0.5
    assert found[0].within == 1.0
    assert found[1].within == 0.0
    assert found[None].excess == pytest.approx(250.0)
    assert found[1].excess == pytest.approx(500.0)


def test_nobody_travels_nothing():
    spread = spread_of([5.0], [0.0], standard=1.0)[None]
    assert (spread.mean, spread.gini, spread.people) == (0.0, 0.0, 0.0)


RUNS = settings(max_examples=12, deadline=None, derandomize=True)
WEIGHTS = (0.0, 0.25, 0.5, 0.9, 1.0)


def unease(metres, people, standard, power):
    """What exceeds the standard, as the objective has it."""
    return float(people @ np.maximum(0.0, metres - standard) ** power)


@RUNS
@given(st.integers(0, 10_000), st.sampled_from([1, 2]))
def test_equity_against_enumeration(seed, power):
    """The least at every weight; the excess penalised never rises with it, the way never falls."""
    rng = np.random.default_rng(seed)
    n, m, p = 8, 6, int(rng.integers(1, 4))
    metres = rng.integers(0, 2000, (n, m)).astype(float)
    people = rng.integers(1, 9, n).astype(float)
    before = np.inf, -np.inf
    for weight in WEIGHTS:
        cost = equity_cost(metres, people[:, None], weight=weight, standard=700.0, power=power)
        best = min(
            cost[:, list(sites)].min(axis=1).sum() for sites in itertools.combinations(range(m), p)
        )
        found = p_median(cost, people, p)
        assert found.objective == pytest.approx(best)
        assert found.status == "optimal"
        way = metres[np.arange(n), found.assignment]
        now = unease(way, people, 700.0, power), float(people @ way)
        assert now[0] <= before[0] + 1e-6
        if weight < 1.0:
            assert now[1] >= before[1] - 1e-6
            before = now


@RUNS
@given(st.integers(0, 10_000), st.sampled_from([1, 2]))
def test_equity_within_capacities_against_enumeration(seed, power):
    rng = np.random.default_rng(seed)
    n, m = 5, 3
    metres = rng.integers(0, 2000, (n, m)).astype(float)
    people = rng.integers(1, 5, n).astype(float)
    room = np.full(m, np.ceil(people.sum() / 2) + 1)
    before = np.inf
    for weight in WEIGHTS:
        cost = equity_cost(metres, people[:, None], weight=weight, standard=700.0, power=power)
        best = min(
            sum(cost[i, j] for i, j in enumerate(at))
            for at in itertools.product(range(m), repeat=n)
            if len(set(at)) <= 2 and (np.bincount(at, weights=people, minlength=m) <= room).all()
        )
        found = capacitated_p_median(cost, people, room, 2)
        assert found.objective == pytest.approx(best)
        now = unease(metres[np.arange(n), found.assignment], people, 700.0, power)
        assert now <= before + 1e-6
        before = now


@pytest.mark.parametrize("seed", range(3))
def test_the_engine_where_most_ways_cost_nothing(seed):
    """Prices scaled anew, knapsacks, hints and branching: sound, and the bound is one."""
    rng = np.random.default_rng(seed)
    xy, places = rng.random((60, 2)) * 4000, rng.random((12, 2)) * 4000
    metres = np.hypot(*(xy[:, None] - places[None]).transpose(2, 0, 1))
    people = rng.integers(1, 9, 60).astype(float)
    cost = equity_cost(metres, people[:, None], weight=1.0, standard=900.0, power=2)
    lower = np.full(12, people.sum() / 8 * (seed % 2))
    case = read_case(cost, people, np.full(12, people.sum() / 3), 4, lower=lower)
    relaxation = LoadRelaxation(case, usable_arcs(case))
    relaxation.raise_bound(Run(work_limit=1.0), iterations=100)
    assert relaxation.scale_anew()
    best = solve_links(case, all_links(case), Run(work_limit=30.0), node_limit=5000)
    assert best.status == "optimal"
    params = SitingParams(
        turns=TurnParams(tiny_arcs=0), relaxation=RelaxationParams(many_units=0.0)
    )
    found = solve_case(case, Run(work_limit=0.6), seed=0, gap=1e-6, params=params)
    assert found.bound <= best.objective + 1e-6 * best.objective
    assert found.objective >= best.objective - 1e-6 * best.objective


@pytest.mark.parametrize("power", [1, 2])
def test_a_metre_beyond_weighs_as_is_said(power):
    """At half a standard beyond, five metres at a weight of a half."""
    way = np.array([1500.0, 1501.0, 800.0, 801.0])
    cost = equity_cost(way, np.ones(4), weight=0.5, standard=1000.0, power=power)
    assert cost[3] - cost[2] == pytest.approx(0.5)
    assert (cost[1] - cost[0]) / 0.5 == pytest.approx(6.0, abs=0.01)


@pytest.mark.parametrize("power", [1, 2])
def test_equity_shortens_the_long_ways(power):
    rng = np.random.default_rng(4)
    xy, places = rng.random((80, 2)) * 4000, rng.random((20, 2)) * 4000
    metres = np.hypot(*(xy[:, None] - places[None]).transpose(2, 0, 1))
    people = rng.integers(1, 9, 80).astype(float)
    beyond = []
    for weight in (0.0, 0.95):
        cost = equity_cost(metres, people[:, None], weight=weight, standard=600.0, power=power)
        siting = capacitated_p_median(cost, people, people.sum() / 3, 5, work_limit=0.3)
        way = metres[np.arange(80), siting.assignment]
        beyond.append(float(people @ np.maximum(0, way - 600.0)))
    assert beyond[1] <= beyond[0]


def test_weight_outside_its_range_is_refused():
    with pytest.raises(ValueError, match="weight 2"):
        equity_cost([1.0], [1.0], weight=2.0, standard=1.0)
    with pytest.raises(ValueError, match="power 3"):
        equity_cost([1.0], [1.0], weight=1.0, standard=1.0, power=3)
