"""Units split at will among given sites: the linear program by columns, against all columns."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.milp import solve
from gridplan.optimise.siting.bound.lagrangian import RelaxationParams
from gridplan.optimise.siting.bound.toll import within_budget
from gridplan.optimise.siting.engine.params import SitingParams, TurnParams
from gridplan.optimise.siting.engine.solve import room_as_money, solve_case
from gridplan.optimise.siting.local.swaps import Swaps
from gridplan.optimise.siting.models.fairness import equity_cost
from gridplan.optimise.siting.program.assignment import all_links, solve_links
from gridplan.optimise.siting.program.splitting import SplittingParams, settled
from gridplan.optimise.siting.program.transport import Transportation
from gridplan.optimise.siting.question.arcs import columns_of, usable_arcs
from gridplan.optimise.siting.question.case import read_case

RUNS = settings(max_examples=20, deadline=None, derandomize=True)
SITES = np.array([0, 2, 3])


def drawn(seed):
    """A case in which most ways cost nothing; its four sites may be too small for everyone."""
    rng = np.random.default_rng(seed)
    metres = rng.integers(0, 2500, (14, 4)).astype(float)
    people = rng.integers(0, 9, 14).astype(float)
    cost = equity_cost(metres, people[:, None], weight=1.0, standard=1000.0, power=2)
    lower = rng.uniform(0, 8, 4)
    room = 8.0 + rng.uniform(0, people.sum() / 3, 4)  # any site can hold any unit
    return read_case(cost, people, room, 3, lower=lower, site_cost=rng.uniform(0, 50, 4))


def at_will(case, most):
    """Least cost of the three sites with every arc, bounds broken at a price."""
    n, k = case.n, len(SITES)
    unit, place = np.divmod(np.arange(n * k), k)
    one, row = np.ones(k), n + np.arange(k)
    matrix = sparse.csr_matrix(
        (
            np.concatenate([np.ones(n * k), case.demand[unit], one, -one]),
            (
                np.concatenate([unit, n + place, row, row]),
                np.concatenate([np.arange(n * k), np.arange(n * k), n * k + np.arange(2 * k)]),
            ),
        )
    )
    answer = solve(
        np.concatenate([case.cost[:, SITES].ravel(), np.full(2 * k, most)]),
        matrix,
        np.concatenate([np.ones(n), case.lower[SITES]]),
        np.concatenate([np.ones(n), case.capacity[SITES]]),
    )
    return answer.objective + case.site_cost[SITES].sum()


@RUNS
@given(st.integers(0, 10_000), st.integers(1, 3))
def test_columns_end_at_the_program_of_all_arcs(seed, first):
    case = drawn(seed)
    columns, run, most = columns_of(usable_arcs(case), case.m), Run(work_limit=5.0), 1e5
    begun = Transportation(case, columns, run, most=most).ascend(SITES, iterations=3)
    if (begun.home < 0).any():
        return
    params = SplittingParams(first=first, rounds=30)
    found = settled(case, columns.rows(SITES), begun, run, most=most, params=params)
    assert found.bound >= begun.bound
    assert found.bound == pytest.approx(at_will(case, most), rel=1e-5, abs=1e-4)


@RUNS
@given(st.integers(0, 10_000))
def test_a_set_valued_exactly_is_worth_at_least_what_the_ascent_says(seed):
    case = drawn(seed)
    arcs = usable_arcs(case)
    roughly, exactly = (
        Swaps(case, arcs, Run(work_limit=5.0), exact=exact).worth(SITES, None)
        for exact in (False, True)
    )
    assert exactly.bound >= roughly.bound - 1e-6 * abs(roughly.bound)


@RUNS
@given(st.integers(0, 10_000))
def test_room_kept_to_as_money_loses_no_choice_that_holds_everyone(seed):
    rng = np.random.default_rng(seed)
    people, room = rng.integers(1, 9, 12).astype(float), rng.integers(5, 40, 7).astype(float)
    p = int(rng.integers(1, 6))
    asked = read_case(rng.random((12, 7)), people, room, p)
    case = room_as_money(asked, 0.3)
    if case is asked:
        return
    for sites in itertools.combinations(range(7), p):
        holds = room[list(sites)].sum() >= people.sum()
        assert within_budget(case, np.array(sites)) == holds


@pytest.mark.parametrize("seed", range(4))
def test_sites_that_are_nearly_full_against_one_program(seed):
    """The engine of many units a site, its sets valued exactly and kept to what holds everyone."""
    rng = np.random.default_rng(seed)
    cost, people = rng.integers(1, 60, (20, 7)).astype(float), rng.integers(1, 6, 20).astype(float)
    tiers = rng.choice([9.0, 7.0, 5.0], 7)
    case = read_case(cost, people, np.ceil(tiers * people.sum() / np.sort(tiers)[-3:].sum()), 3)
    best = solve_links(case, all_links(case), Run(work_limit=9.0), node_limit=5000)
    params = SitingParams(
        turns=TurnParams(tiny_arcs=0), relaxation=RelaxationParams(many_units=0.0)
    )
    found = solve_case(case, Run(work_limit=0.2), seed=0, gap=1e-6, params=params)
    assert found.bound <= best.objective + 1e-6 or best.status == "infeasible"
    if found.feasible:
        assert found.objective >= best.objective - 1e-6
