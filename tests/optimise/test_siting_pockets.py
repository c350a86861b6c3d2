"""Sums of sites that are split on: no siting lost, and what is proven is what a solver proves."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.optimise.budget import Run
from gridplan.optimise.siting.bound.lagrangian import RelaxationParams
from gridplan.optimise.siting.bound.load_multipliers import LoadRelaxation
from gridplan.optimise.siting.engine.params import SitingParams, TurnParams
from gridplan.optimise.siting.engine.solve import solve_case
from gridplan.optimise.siting.models.fairness import equity_cost
from gridplan.optimise.siting.program.assignment import all_links, solve_links
from gridplan.optimise.siting.prove.split import Split, pocket, unbound
from gridplan.optimise.siting.question.arcs import usable_arcs
from gridplan.optimise.siting.question.case import read_case

RUNS = settings(max_examples=40, deadline=None, derandomize=True)
PARAMS = SitingParams(turns=TurnParams(tiny_arcs=0), relaxation=RelaxationParams(many_units=0.0))


def pockets(seed, n=24, m=10, kept=2, weight=1.0):
    """Hamlets far apart with sites beside each other, bands on their loads, two sites kept."""
    rng = np.random.default_rng(seed)
    hamlets = rng.uniform(0, 8000, (4, 2))
    units = hamlets[rng.integers(4, size=n)] + rng.normal(0, 300, (n, 2))
    sites = hamlets[rng.integers(4, size=m)] + rng.normal(0, 300, (m, 2))
    metres = np.hypot(*(units[:, None] - sites[None]).transpose(2, 0, 1))
    people = rng.integers(1, 9, n).astype(float)
    cost = equity_cost(metres, people[:, None], weight=weight, standard=500.0)
    mean = people.sum() / (kept + 2)
    street = rng.integers(0, 2, m)
    return read_case(
        cost, people, 1.3 * mean + 8, kept + 2, lower=0.5 * mean, kept=np.arange(kept),
        group=street, group_min=np.bincount(street[:kept], minlength=2),
    )  # fmt: skip


def allowed(case):
    """Every choice of sites within the counts of a case."""
    for number in range(case.low, case.high + 1):
        for sites in itertools.combinations(range(case.m), number):
            opened = np.isin(np.arange(case.m), sites)
            inside = np.bincount(case.group[opened], minlength=len(case.group_min))
            in_groups = (inside >= case.group_min) & (inside <= case.group_max)
            if in_groups.all() and opened[case.kept].all() and not opened[case.closed].any():
                yield sites


@RUNS
@given(st.integers(0, 10_000))
def test_every_choice_is_on_exactly_one_side(seed):
    rng = np.random.default_rng(seed)
    m = 7
    group = rng.integers(0, 3, m)
    case = read_case(
        np.ones((3, m)), 1.0, None, (2, 4), kept=rng.choice(m, 2, replace=False), group=group,
        group_min=rng.integers(0, 2, 3), group_max=rng.integers(1, 5, 3),
    )  # fmt: skip
    for _ in range(2):  # a part is split as the whole is
        among = np.flatnonzero(unbound(case) & (case.group < 3) & ~case.closed)
        if len(among) == 0:
            return
        sites = np.sort(rng.choice(among, int(rng.integers(1, len(among) + 1)), replace=False))
        split = Split(sites, int(rng.integers(0, len(sites))))
        more, less = (split.side(case, more=side) for side in (True, False))
        both = [*allowed(more), *allowed(less)]
        assert sorted(both) == sorted(allowed(case))
        case = more if rng.random() < 0.5 else less


@pytest.mark.parametrize("seed", range(6))
def test_equity_with_few_free_sites_against_one_program(seed):
    case = pockets(seed)
    best = solve_links(case, all_links(case), Run(work_limit=9.0), node_limit=5000)
    found = solve_case(case, Run(work_limit=0.15), seed=0, gap=1e-6, params=PARAMS)
    assert found.bound <= best.objective * (1 + 1e-6) + 1e-6 or best.status == "infeasible"
    if found.feasible:
        assert found.objective >= best.objective * (1 - 1e-6) - 1e-6
    if found.status == "optimal":
        assert found.objective == pytest.approx(best.objective, rel=1e-5, abs=1e-5)


@RUNS
@given(st.integers(0, 10_000))
def test_multipliers_brought_to_their_best_never_lower_the_bound(seed):
    case = pockets(seed, weight=0.5)
    relaxation = LoadRelaxation(case, usable_arcs(case), PARAMS.relaxation)
    run = Run(work_limit=9.0)
    relaxation.raise_bound(run, iterations=int(np.random.default_rng(seed).integers(1, 30)))
    now = relaxation.best
    part = relaxation.anew(case, relaxation.arcs)
    part.go_on_from(now.price, now.rate)
    part.suit_rates(run)
    suited, _ = part.evaluate_at(part.price, part.multiplier)
    assert suited.bound >= now.bound - 1e-9 * abs(now.bound)


def test_sites_beside_each_other_are_one_sum():
    """Three sites at one place, each opened to a third: more than none of them, or none."""
    cost = np.array([[0.0, 0.0, 0.0, 90.0], [0.0, 0.0, 0.0, 90.0], [9.0, 9.0, 9.0, 0.0]])
    case = read_case(cost, 1.0, 5.0, 1)
    relaxation = LoadRelaxation(case, usable_arcs(case))
    price, openness = np.array([50.0, 50.0, 5.0]), np.array([0.2, 0.2, 0.2, 0.4])
    relaxation.evaluate_at(price, np.zeros(4))
    split = pocket(relaxation.columns, price, np.arange(4), openness)
    assert split is not None
    assert (split.sites.tolist(), split.most) == ([0, 1, 2], 0)
