"""Budgets for sites, beside what the enumeration of every model says."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.siting import (
    capacitated_p_median,
    cover_program,
    covering_median,
    max_cover,
    merged_reach,
    p_center,
    p_median,
    set_cover,
)
from gridplan.optimise.siting.bound.toll import affordable_sites, room_of, tolled_choice
from gridplan.optimise.siting.engine.params import SitingParams, TurnParams
from gridplan.optimise.siting.engine.solve import solve_case
from gridplan.optimise.siting.local.interchange import Interchange
from gridplan.optimise.siting.question.arcs import usable_arcs
from gridplan.optimise.siting.question.case import read_case

RUNS = settings(max_examples=12, deadline=None, derandomize=True)


def drawn(seed, n=40, m=9):
    """Draw a question whose budget opens about a third of its sites, of which two exist."""
    rng = np.random.default_rng(seed)
    xy, at = rng.random((n, 2)) * 100, rng.random((m, 2)) * 100
    people = rng.integers(1, 30, n).astype(float)
    apart = np.hypot(*(xy[:, None] - at[None]).transpose(2, 0, 1))
    exists = np.arange(m) < 2
    money = {
        "opening_cost": np.where(exists, 0.0, rng.integers(5, 20, m)),
        "closing_cost": np.where(exists, rng.integers(0, 6, m), 0.0),
        "budget": float(rng.integers(25, 50)),
    }
    return apart * people[:, None], people, money


def affordable(m, money, least=1, most=None):
    """List the choices of sites within the budget."""
    for size in range(least, (most or m) + 1):
        for sites in itertools.combinations(range(m), size):
            others = sorted(set(range(m)) - set(sites))
            spent = money["opening_cost"][list(sites)].sum()
            if spent + money["closing_cost"][others].sum() <= money["budget"]:
                yield list(sites)


@RUNS
@given(st.integers(0, 10_000))
def test_any_number_of_sites_within_the_budget(seed):
    """The program and the engine itself, which branches, find what enumeration finds."""
    cost, people, money = drawn(seed)
    best = min(cost[:, sites].min(axis=1).sum() for sites in affordable(9, money))
    case = read_case(cost, people, None, (1, 9), **money)
    params = SitingParams(turns=TurnParams(tiny_arcs=0))
    for siting in (
        p_median(cost, people, (1, 9), **money),
        solve_case(case, Run(work_limit=2.0), seed=0, gap=1e-6, params=params),
    ):
        assert siting.objective == pytest.approx(best)
        assert siting.status == "optimal"


@RUNS
@given(st.integers(0, 10_000))
def test_the_price_of_money_gives_a_bound(seed):
    """At the best toll no affordable choice is worth less; what is said to be affordable is."""
    rng = np.random.default_rng(seed)
    cost, people, money = drawn(seed, n=5)
    low = int(rng.integers(1, 4))
    case = read_case(cost, people, None, (low, int(rng.integers(low, 7))), **money)
    value = rng.normal(-3, 5, 9)
    totals = [value[sites].sum() for sites in affordable(9, money, case.low, case.high)]
    chosen, bound, _ = tolled_choice(case, value, room_of(case))
    found = affordable_sites(case, value)
    if not totals:
        assert found is None
        return
    assert bound <= min(totals) + 1e-9
    assert len(chosen) >= low
    assert case.spend[found].sum() <= case.budget + 1e-9
    assert case.low <= len(found) <= case.high
    if case.low == case.high:
        # The dual at many tolls: none is better than the one found.
        for toll in np.linspace(0.0, 5.0, 40):
            cheapest = np.sort(value + toll * case.spend)[:low].sum()
            assert bound >= cheapest - toll * case.budget - 1e-6


@RUNS
@given(st.integers(0, 10_000))
def test_a_larger_budget_is_never_worse(seed):
    """Every model, where both answers are proven."""
    cost, people, money = drawn(seed, n=20, m=7)
    apart = cost / people[:, None]
    more = money | {"budget": money["budget"] + 12.0}
    room = np.full(7, people.sum() / 2)
    asked = {
        "median": lambda o: p_median(cost, people, (1, 7), **o),
        "capacitated": lambda o: capacitated_p_median(cost, people, room, (2, 7), **o),
        "center": lambda o: p_center(apart, people, (1, 7), **o),
        "cover": lambda o: max_cover(apart, people, (1, 7), radius=25.0, **o),
        "fewest": lambda o: set_cover(apart, people, radius=70.0, **o),
    }
    for ask in asked.values():
        tight, wide = ask(money), ask(more)
        if tight.status == wide.status == "optimal":
            assert wide.objective <= tight.objective + 1e-6
        assert not (tight.feasible and wide.status == "infeasible")


@pytest.mark.parametrize("seed", range(4))
def test_exchanges_stay_within_the_budget(seed):
    """And no affordable opening, closing or exchange saves anything at the end."""
    cost, people, money = drawn(seed)
    case = read_case(cost, people, None, (1, 9), site_cost=np.full(9, 40.0), **money)
    first = affordable_sites(case, -cost.max(axis=0))
    found = Interchange(case, usable_arcs(case)).descend(first, Run(work_limit=1.0))

    def total(sites):
        return cost[:, list(sites)].min(axis=1).sum() + 40.0 * len(sites)

    sites = set(found[0].tolist())
    for other in affordable(9, money):
        if len(set(other) - sites) <= 1 and len(sites - set(other)) <= 1:
            assert total(other) >= total(sites) - 1e-6


def test_coverage_within_a_budget():
    """The cover program and the covering median open what the money is good for."""
    cost, people, money = drawn(3, n=12, m=6)
    apart = cost / people[:, None]
    near = sparse.csr_array((apart <= 30.0).astype(float))
    reach, weight, lost = merged_reach(near, people, kept=np.zeros(6, dtype=bool))
    best = {
        p: min(
            (people[~(apart[:, sites] <= 30.0).any(axis=1)].sum() for sites in
             affordable(6, money, p, p)),
            default=np.inf,
        )
        for p in (1, 2, 3, 6)
    }  # fmt: skip
    for p, left in best.items():
        program = cover_program(reach, weight, p, **money)
        answer = program.answer(Run(work_limit=5.0))
        if np.isinf(left):
            assert answer.status == "infeasible"
            continue
        assert answer.value + lost == pytest.approx(left)
        median = covering_median(
            sparse.csr_array(np.ones((12, 6))), people, np.full(6, 1e9), p, reach=reach,
            people=weight, price=1e4, options=money,
        )  # fmt: skip
        assert median.figures["left"] + lost == pytest.approx(left)


def test_a_budget_too_small_is_said_with_what_is_lacking():
    opening = np.array([7.0, 5.0, 9.0])
    siting = capacitated_p_median(
        np.ones((4, 3)), np.ones(4), np.full(3, 2.0), 2, opening_cost=opening, budget=11.0
    )
    assert siting.status == "infeasible"
    (conflict,) = siting.conflicts
    assert conflict.code == "total-budget"
    assert conflict.values == {"need": 12.0, "have": 11.0, "relax": 1.0}


def test_a_budget_that_capacities_break_is_said_too():
    """The two cheap sites are too small for everyone: more money would help."""
    siting = capacitated_p_median(
        np.ones((6, 4)), np.ones(6), [2, 2, 4, 4], 2, opening_cost=[1.0, 1, 5, 6], budget=5.0
    )
    assert siting.status == "infeasible"
    assert {c.code for c in siting.conflicts} <= {"relax-budget", "relax-capacity", "relax-p"}


def test_a_budget_below_zero_is_refused():
    with pytest.raises(ValueError, match="budget: negative"):
        p_median(np.ones((2, 2)), np.ones(2), 1, opening_cost=1.0, budget=-1.0)
