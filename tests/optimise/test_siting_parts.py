"""Questions in parts that share no arc, and those that list the nearest arcs alone."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.siting import capacitated_p_median
from gridplan.optimise.siting.answer.check import faults
from gridplan.optimise.siting.bound.lagrangian import Relaxation
from gridplan.optimise.siting.engine.solve import tiny
from gridplan.optimise.siting.prove.parts import bound_by_parts
from gridplan.optimise.siting.question.arcs import usable_arcs
from gridplan.optimise.siting.question.case import read_case
from gridplan.optimise.siting.question.components import allot, components_of


def city(parts, units, sites, seed, *, near=None):
    """Parts of their own size side by side; candidates stand where people live, many times over."""
    rng = np.random.default_rng(seed)
    label = np.repeat(np.arange(parts), rng.multinomial(units, rng.dirichlet(np.full(parts, 3.0))))
    hub = rng.random((parts, 2)) * 10
    place = hub[label] + rng.normal(0, 1, (units, 2)) * rng.choice([0.2, 1.0], (units, 1))
    people = rng.integers(20, 200, units).astype(float)
    stands = rng.choice(units, sites, replace=False)
    own = label[stands]
    rows, columns, cost, beyond = [], [], [], np.full(units, np.inf)
    for i in range(units):
        there = np.flatnonzero(own == label[i])
        away = people[i] * np.hypot(*(place[stands[there]] - place[i]).T)
        order = np.argsort(away, kind="stable")
        if near is not None and len(order) > near:
            beyond[i], order = away[order[near - 1]], order[:near]
        rows += [i] * len(order)
        columns += there[order].tolist()
        cost += away[order].tolist()
    table = sparse.csr_array((cost, (rows, columns)), shape=(units, sites))
    return table, people, label, own, beyond


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_part_gets_as_many_sites_as_can_serve_it(seed):
    table, people, label, own, _ = city(5, 3000, 260, seed)
    each = people.sum() / 26
    bounds = {"lower": np.full(260, 0.8 * each), "seed": 1, "work_limit": 0.8}
    answer = capacitated_p_median(table, people, np.full(260, 1.2 * each), 26, **bounds)
    assert answer.feasible
    assert answer.bound <= answer.objective
    assert (label == own[answer.assignment]).all()


def test_counting_finds_that_parts_together_need_more_sites_than_there_may_be():
    rng = np.random.default_rng(0)
    table = sparse.block_diag([rng.random((30, 12)) + 0.1 for _ in range(3)], format="csr")
    # Every part needs four sites of 8 for its 30, so twelve in all; room in all is enough for 12.
    people, room = np.ones(90), np.full(36, 8.0)
    refused = capacitated_p_median(table, people, room, 11, work_limit=0.2)
    assert refused.status == "infeasible"
    assert refused.work < 0.1
    assert capacitated_p_median(table, people, room, 12, work_limit=0.2).feasible


def test_parts_are_found_with_the_numbers_that_can_serve_them():
    table, people, label, _, _ = city(4, 400, 60, 7)
    case = read_case(table, people, 3000.0, 20, lower=np.full(60, 1000.0))
    parts = components_of(case, usable_arcs(case))
    assert parts.count == len(np.unique(label))
    same = parts.of_unit[:, None] == parts.of_unit[None]
    assert (same == (label[:, None] == label[None])).all()
    for part in range(parts.count):
        load = people[parts.of_unit == part].sum()
        assert parts.least[part] == np.ceil(load / 3000)
        assert parts.most[part] == min(load // 1000, (parts.of_site == part).sum())


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("units", [300, 1200])
def test_a_bound_over_the_nearest_arcs_is_one_over_all(units, seed):
    whole = city(2, units, 24, seed)
    short = city(2, units, 24, seed, near=4)
    each = whole[1].sum() / 6
    room, least = np.full(24, 1.6 * each), np.full(24, 0.4 * each)
    options = {"lower": least, "seed": 1, "work_limit": 0.4}
    every = capacitated_p_median(whole[0], whole[1], room, 6, **options)
    near = capacitated_p_median(short[0], short[1], room, 6, **options, beyond=short[4])
    assert every.feasible
    assert near.bound <= every.objective * (1 + 1e-9)
    assert near.status != "infeasible"
    if near.feasible:  # the same rules, over fewer arcs
        case = read_case(whole[0], whole[1], room, 6, lower=least)
        assert not faults(case, near.sites, near.assignment)


def test_what_is_beyond_is_read_like_every_other_amount():
    table, people, *_ = city(1, 50, 8, 1)
    with pytest.raises(ValueError, match="beyond"):
        capacitated_p_median(table, people, 1e9, 2, beyond=np.full(50, -1.0))
    case = read_case(table, people, 1e9, 2, beyond=np.inf)
    assert case.beyond is None
    assert usable_arcs(replace(case, beyond=np.full(50, 5.0))).shortened


def apart(kept, closed=(), p=3, **bounds):
    """Ask of two parts of four units, two sites each, and of two sites that no unit reaches."""
    table = sparse.lil_array((8, 6))
    table[:4, :2], table[4:, 2:4] = 1.0, 2.0
    masks = {
        name: np.isin(np.arange(6), sites) for name, sites in (("kept", kept), ("closed", closed))
    }
    capacity = np.array([3.0, 3.0, 4.0, 4.0, 1.0, 1.0])
    case = read_case(table.tocsr(), np.ones(8), capacity, p, **masks, **bounds)
    return case, components_of(case, usable_arcs(case))


@pytest.mark.parametrize(
    ("p", "kept", "closed", "lower", "may"),
    [
        (3, (), (), 0.0, True),  # two of the first part, one of the second
        (2, (), (), 0.0, False),  # too few for the first part
        (3, (4,), (), 0.0, False),  # one of them stands where nobody is served
        (4, (4,), (), 0.0, True),
        (6, (), (), 0.0, True),  # those that nobody reaches too
        (6, (), (5,), 0.0, False),
        (6, (), (), 0.5, False),  # which they may not, if each needs someone
        (3, (), (1,), 0.0, False),  # the first part has no room left
    ],
)
def test_numbers_of_sites_are_told_by_counting(p, kept, closed, lower, may):
    case, parts = apart(kept, closed, p, lower=lower)
    assert parts.count == 2
    assert parts.servable(case) == may
    answer = capacitated_p_median(
        case.cost, case.demand, case.capacity, p, lower=lower, kept=case.kept, closed=case.closed
    )
    assert answer.feasible == may


@pytest.mark.parametrize(("p", "kept"), [(4, (4,)), (5, (4, 5)), (5, ())])
def test_sites_that_nobody_reaches_count_where_numbers_are_allotted(p, kept):
    group = np.array([0, 1, 0, 1, 0, 1])
    case, parts = apart(kept, (), p, group=group, group_min=[1, 1], group_max=[3, 3])
    numbers = allot(case, parts, np.full(6, 0.5), Run(work_limit=1.0))
    must, free = parts.idle(case)
    assert (numbers.sum(axis=1) >= parts.least).all()
    assert (numbers.sum(axis=1) <= parts.most).all()
    assert p - free.sum() <= numbers.sum() <= p - must.sum()
    assert (numbers.sum(axis=0) + must <= 3).all()


def shared_streets(seed):
    """Give three parts whose five streets span them: few sites and units, so that all is known."""
    rng = np.random.default_rng(seed)
    tables = [rng.integers(5, 99, (4, 3)).astype(float) for _ in range(3)]
    table = sparse.block_diag(tables, format="csr")
    people, street = rng.integers(2, 9, 12).astype(float), rng.integers(0, 5, 9)
    room = np.full(9, people.reshape(3, 4).sum(axis=1).max() * 0.75)
    least = np.minimum(np.bincount(street, minlength=5), rng.integers(0, 2, 5))
    number = int(rng.integers(max(6, least.sum()), 8))
    return read_case(
        table, people, room, number, lower=np.full(9, 2.0), group=street, group_min=least,
        group_max=np.full(5, 2), site_cost=rng.integers(0, 30, 9).astype(float),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_bounds_of_parts_at_the_prices_they_share_bound_the_whole(seed):
    case = shared_streets(seed)
    arcs = usable_arcs(case)
    relaxation = Relaxation(case, arcs)
    relaxation.raise_bound(Run(work_limit=1.0), iterations=200)
    best = tiny(case, Run(work_limit=5.0), seed=0, gap=1e-9)
    parts = components_of(case, arcs)
    assert parts.count == 3

    def solve(part, run, _start, _known):
        return tiny(part, run, seed=0, gap=1e-9)

    run = Run(work_limit=5.0)
    bound = bound_by_parts(case, parts, relaxation, run, solve, work=5.0)
    objective = best.objective if best.feasible else np.inf
    assert bound <= objective + 1e-6
    # Parts solved exactly bound no less than the relaxation their prices come from.
    assert not best.feasible or bound >= relaxation.best.bound - 1e-6


def test_parts_close_the_gap_that_their_whole_leaves():
    table, people, _, _, _ = city(4, 400, 70, 5)
    each = people.sum() / 16
    bounds = {"lower": np.full(70, 0.8 * each), "seed": 1, "work_limit": 0.6}
    answer = capacitated_p_median(table, people, np.full(70, 1.2 * each), 16, **bounds)
    assert answer.gap < 0.05
