"""Coverage priced into siting, against every choice of sites and every assignment there is."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.options import UnknownOptionError
from gridplan.optimise.siting import (
    Service,
    capacitated_p_median,
    cover_program,
    covering_median,
    max_cover,
    merged_reach,
    served_cover,
    settled_sites,
    uncovered,
)


def drawn(seed, *, n=7, m=5):
    """Random units, sites, distances; most sites within reach of some units."""
    rng = np.random.default_rng(seed)
    units, sites = rng.uniform(0, 10, (n, 2)), rng.uniform(0, 10, (m, 2))
    metres = np.round(np.hypot(*(units[:, None] - sites[None]).transpose(2, 0, 1)) * 100)
    people = rng.integers(1, 20, n).astype(float)
    kept = np.arange(m) == rng.integers(0, m) if rng.random() < 0.5 else np.zeros(m, dtype=bool)
    group = rng.integers(0, 2, m)
    return metres, people, kept, group, float(rng.integers(150, 450))


def every_choice(m, p, kept, group, least):
    for sites in combinations(range(m), p):
        chosen = np.array(sites)
        counts = np.bincount(group[chosen], minlength=2)
        if set(np.flatnonzero(kept)) <= set(sites) and (counts >= least).all():
            yield chosen


def left_by(metres, people, sites, radius):
    return float(people[(metres[:, sites] > radius).all(axis=1)].sum())


def least_travel(metres, people, sites, lower, upper):
    """Least person-metres of any assignment within the band; infinite where there is none."""
    best = np.inf
    rows = np.arange(len(people))
    for picks in product(range(len(sites)), repeat=len(people)):
        load = np.bincount(picks, weights=people, minlength=len(sites))
        if (load <= upper).all() and (load >= lower).all():
            best = min(best, float(people @ metres[rows, sites[list(picks)]]))
    return best


def asked(metres, people, kept, radius):
    near = metres <= radius
    starts = np.concatenate([[0], np.cumsum(near.sum(axis=1))])
    table = sparse.csr_array((np.ones(near.sum()), np.nonzero(near)[1], starts), shape=near.shape)
    return merged_reach(table, people, kept=kept)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000), p=st.integers(2, 3), band=st.booleans())
def test_travel_and_price_are_least_of_all_layouts(seed, p, band):
    metres, people, kept, group, radius = drawn(seed)
    lower, upper = (0.6, 1.5) if band else (0.0, 100.0)
    lower, upper = lower * people.sum() / p, upper * people.sum() / p
    least = np.array([1, 0])
    reach, weight, lost = asked(metres, people, kept, radius)
    found = covering_median(
        sparse.csr_array(metres * people[:, None] + 1e-9),
        people,
        upper,
        p,
        reach=reach,
        people=weight,
        price=5000.0,
        options={"lower": lower, "group": group, "group_min": least, "kept": kept},
    )
    values = [
        least_travel(metres, people, sites, lower, upper)
        + 5000.0 * (left_by(metres, people, sites, radius) - lost)
        for sites in every_choice(len(group), p, kept, group, least)
    ]
    best = min(values, default=np.inf)
    if np.isinf(best):
        assert not found.feasible
        return
    assert found.status == "optimal"
    assert found.objective == pytest.approx(best, rel=1e-6)
    assert lost + found.figures["left"] == left_by(metres, people, found.sites, radius)
    served = metres[np.arange(len(people)), found.assignment]
    assert found.figures["cost"] == pytest.approx(people @ served, rel=1e-6)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000), p=st.integers(2, 3), slack=st.sampled_from([0.0, 0.2]))
def test_settled_sites_are_those_of_all_layouts_that_leave_so_few(seed, p, slack):
    metres, people, kept, group, radius = drawn(seed)
    least = np.array([1, 0])
    choices = list(every_choice(len(group), p, kept, group, least))
    if not choices:
        return
    figures = [left_by(metres, people, sites, radius) for sites in choices]
    reach, weight, lost = asked(metres, people, kept, radius)
    allowed = min(figures) + slack * people.sum()
    fit = [set(sites) for sites, left in zip(choices, figures, strict=True) if left <= allowed]
    program = cover_program(reach, weight, p, group=group, group_min=least, kept=kept)
    run = Run(work_limit=5.0)
    opened, shut = settled_sites(program, allowed - lost, likely=list(fit[0]), run=run)
    assert set(np.flatnonzero(opened)) == set.intersection(*fit)
    assert set(np.flatnonzero(~shut)) == set.union(*fit)


def test_without_places_in_question_it_is_the_plain_question():
    metres, people, _, _, _ = drawn(3)
    kept = np.arange(5) == 0
    everywhere = sparse.csr_array(np.ones_like(metres))
    reach, weight, lost = merged_reach(everywhere, people, kept=kept)
    assert (reach.shape[0], lost) == (0, 0.0)
    cost = sparse.csr_array(metres * people[:, None])
    one = covering_median(
        cost, people, 1000.0, 2, reach=reach, people=weight, price=9.0, options={"kept": kept}
    )
    two = capacitated_p_median(cost, people, 1000.0, 2, kept=kept)
    assert one.objective == two.objective == one.figures["cost"]
    assert one.figures["left"] == 0.0


def test_places_that_the_same_sites_reach_are_one():
    reach = sparse.csr_array(np.array([[1, 0, 0], [0, 1, 1], [0, 1, 1], [0, 0, 0], [1, 1, 0]]))
    kept = np.array([True, False, False])
    table, weight, lost = merged_reach(reach, [5.0, 2.0, 3.0, 7.0, 1.0], kept=kept)
    assert table.toarray().tolist() == [[0, 1, 1]]
    assert (weight.tolist(), lost) == ([5.0], 7.0)
    assert uncovered(table, weight, [0]) == 5.0
    assert uncovered(table, weight, [0, 2]) == 0.0


def test_a_large_question_is_no_worse_than_coverage_alone_and_begins_where_told():
    rng = np.random.default_rng(5)
    units, sites = rng.uniform(0, 3000, (300, 2)), rng.uniform(0, 3000, (40, 2))
    people = rng.integers(1, 50, 300).astype(float)
    metres = np.round(np.hypot(*(units[:, None] - sites[None]).transpose(2, 0, 1)))
    kept = np.arange(40) < 3
    reach, weight, _ = asked(metres, people, kept, 400.0)
    flat = sparse.csr_array((np.zeros(reach.nnz), reach.indices, reach.indptr), shape=reach.shape)
    most = max_cover(flat, weight, 8, kept=kept)
    options = {"lower": 0.5 * people.sum() / 8, "kept": kept, "work_limit": 1.0}
    cost = sparse.csr_array(metres * people[:, None])
    upper = 2.0 * people.sum() / 8
    both = {"reach": reach, "people": weight, "price": 50_000.0}
    found = covering_median(cost, people, upper, 8, **both, options=options)
    assert found.feasible
    assert found.bound <= found.objective
    assert found.figures["left"] >= most.bound
    start = (found.sites, found.assignment)
    again = covering_median(cost, people, upper, 8, **both, options=options | {"start": start})
    assert again.objective <= found.objective
    with pytest.raises(UnknownOptionError, match="did you mean kept"):
        covering_median(cost, people, upper, 8, **both, options={"keep": kept})


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10_000), p=st.integers(2, 3), far=st.integers(300, 900))
def test_cuts_rule_out_no_choice_that_can_serve(seed, p, far):
    metres, people, kept, group, radius = drawn(seed)
    lower, upper = np.full(5, 0.7 * people.sum() / p), np.full(5, 1.4 * people.sum() / p)
    near = metres <= far
    starts = np.concatenate([[0], np.cumsum(near.sum(axis=1))])
    ways = sparse.csr_array((np.ones(near.sum()), np.nonzero(near)[1], starts), shape=near.shape)
    reach, weight, lost = asked(metres, people, kept, radius)
    program = cover_program(reach, weight, p, group=group, group_min=np.array([1, 0]), kept=kept)
    service = Service(ways, people, lower, upper)
    _, found, least = served_cover(program, service, Run(work_limit=5.0), worth=10.0)
    unserved = people[~near.any(axis=1)].sum()
    for sites in every_choice(len(group), p, kept, group, np.array([1, 0])):
        for picks in product(range(p), repeat=len(people)):
            load = np.bincount(picks, weights=people, minlength=p)
            if (load > upper[0]).any() or (load < lower[0]).any():
                continue
            served = near[np.arange(len(people)), sites[list(picks)]]
            astray = people[~served].sum() - unserved
            left = left_by(metres, people, sites, radius) - lost
            assert least <= astray + 1e-6
            assert found.bound <= left + 10.0 * astray + 1e-6
