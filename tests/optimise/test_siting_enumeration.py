"""Every model and option against full enumeration on tiny cases."""

from __future__ import annotations

import itertools
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from gridplan.optimise.budget import Run
from gridplan.optimise.siting import (
    capacitated_p_median,
    max_cover,
    p_center,
    p_median,
    regional,
    set_cover,
)
from gridplan.optimise.siting.bound import load_multipliers
from gridplan.optimise.siting.bound.ascent import evaluate
from gridplan.optimise.siting.bound.lagrangian import Relaxation, RelaxationParams
from gridplan.optimise.siting.bound.site_choice import cheapest_sites, with_and_without
from gridplan.optimise.siting.engine import large_sites
from gridplan.optimise.siting.engine.params import SitingParams, TurnParams
from gridplan.optimise.siting.engine.solve import solve_case
from gridplan.optimise.siting.local.interchange import Interchange
from gridplan.optimise.siting.program.assignment import all_links, solve_links
from gridplan.optimise.siting.program.transport import Transportation
from gridplan.optimise.siting.prove.branch_and_bound import Branching
from gridplan.optimise.siting.prove.deepening import Deepening
from gridplan.optimise.siting.prove.reduced_cost_fixing import (
    arc_bounds,
    links_of,
    roomy,
    settle_sites,
)
from gridplan.optimise.siting.question.arcs import columns_of, usable_arcs
from gridplan.optimise.siting.question.case import read_case

RUNS = settings(max_examples=12, deadline=None, derandomize=True)


def tiny(seed, *, holes=True):
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(3, 7)), int(rng.integers(2, 5))
    cost = rng.integers(0, 20, (n, m)).astype(float)
    if holes:
        cost[rng.random((n, m)) < 0.15] = np.inf
    demand = rng.integers(0, 6, n).astype(float)
    options = {}
    if rng.random() < 0.4:
        options["kept"] = [int(rng.integers(m))]
    if rng.random() < 0.3:
        options["closed"] = [int(rng.integers(m))]
    if rng.random() < 0.5:
        options["group"] = rng.integers(-1, 2, m)
        options["group_min"] = np.array([0, int(rng.integers(0, 2))])
        options["group_max"] = np.array([int(rng.integers(1, 3)), 2])
    capacity = rng.integers(3, 15, m).astype(float)
    lower = rng.integers(0, 4, m).astype(float)
    low = int(rng.integers(1, m + 1))
    p = (low, int(rng.integers(low, m + 1))) if rng.random() < 0.4 else low
    if rng.random() < 0.5:
        options["opening_cost"] = rng.integers(0, 9, m).astype(float)
        options["closing_cost"] = np.where(rng.random(m) < 0.3, rng.integers(0, 5, m), 0.0)
        options["budget"] = float(rng.integers(2, 9 * low + 6))
    return cost, demand, capacity, lower, p, options


def as_sparse(cost):
    row, column = np.nonzero(np.isfinite(cost))
    return sparse.csr_matrix((cost[row, column], (row, column)), shape=cost.shape)


def choices(m, p, options):
    low, high = (1, m) if p is None else (p, p) if np.ndim(p) == 0 else p
    kept, closed = set(options.get("kept", [])), set(options.get("closed", []))
    group = options.get("group")
    for size in range(low, high + 1):
        for sites in itertools.combinations(range(m), size):
            if kept - set(sites) or closed & set(sites):
                continue
            if group is not None:
                count = [sum(group[j] == g for j in sites) for g in range(2)]
                if any(count[g] < options["group_min"][g] for g in range(2)):
                    continue
                if any(count[g] > options["group_max"][g] for g in range(2)):
                    continue
            if paid(m, sites, options) <= options.get("budget", np.inf):
                yield sites


def paid(m, sites, options):
    """What opening these sites costs, and closing all others."""
    others = sorted(set(range(m)) - set(sites))
    opening = options.get("opening_cost", np.zeros(m))[list(sites)].sum()
    return opening + options.get("closing_cost", np.zeros(m))[others].sum()


def without_money(options):
    """Leave out what makes the choices of sites no matroid."""
    return {name: v for name, v in options.items() if "cost" not in name and name != "budget"}


def assignments(cost, demand, sites, capacity, lower, *, cover=False):
    reach = [[j for j in sites if np.isfinite(row[j])] + ([-1] if cover else []) for row in cost]
    for at in itertools.product(*reach):
        load = dict.fromkeys(sites, 0.0)
        for i, j in enumerate(at):
            if j >= 0:
                load[j] += demand[i]
        if all(lower[j] <= load[j] <= capacity[j] for j in sites):
            yield at


def sound(siting, best, *, exact=True):
    if np.isinf(best):
        assert siting.status == "infeasible"
        assert siting.conflicts
        assert not siting.feasible
        return
    assert siting.bound <= best + 1e-9
    assert siting.objective >= best - 1e-9
    if exact:
        assert siting.objective == pytest.approx(best)
        assert siting.status == "optimal"


def total(cost, at):
    return sum(cost[i, j] for i, j in enumerate(at) if j >= 0)


def least(cost, demand, capacity, lower, p, options):
    return min(
        (
            total(cost, at)
            for sites in choices(cost.shape[1], p, options)
            for at in assignments(cost, demand, sites, capacity, lower)
        ),
        default=np.inf,
    )


@RUNS
@given(st.integers(0, 10_000))
def test_capacitated_p_median(seed):
    cost, demand, capacity, lower, p, options = tiny(seed)
    best = least(cost, demand, capacity, lower, p, options)
    sound(capacitated_p_median(cost, demand, capacity, p, lower=lower, **options), best)
    other = capacitated_p_median(as_sparse(cost), demand, capacity, p, lower=lower, **options)
    sound(other, best)


@pytest.mark.thorough
@RUNS
@given(st.integers(0, 10_000))
def test_the_engine_for_many_units_on_tiny_cases(seed):
    """Multipliers, exchanges and branching where packing would serve better."""
    cost, demand, capacity, lower, p, options = tiny(seed)
    best = least(cost, demand, capacity, lower, p, options)

    params = SitingParams(
        turns=TurnParams(tiny_arcs=0), relaxation=RelaxationParams(many_units=0.0)
    )
    case = read_case(cost, demand, capacity, p, lower=lower, **options)
    with mock.patch.object(large_sites.Engine, "anneal", return_value=None):
        found = solve_case(case, Run(work_limit=0.2), seed=0, gap=1e-6, params=params)
    sound(found, best, exact=False)


@RUNS
@given(st.integers(0, 10_000))
def test_any_prices_and_multipliers_give_a_bound(seed):
    cost, demand, capacity, lower, p, options = tiny(seed)
    rng = np.random.default_rng(seed)
    capacity[rng.random(len(capacity)) < 0.4] = np.inf
    case = read_case(cost, demand, capacity, p, lower=lower, **options)
    arcs = usable_arcs(case)
    best = least(cost, demand, capacity, lower, p, options)
    relaxation = load_multipliers.LoadRelaxation(case, arcs)
    for _ in range(20):
        price, load = rng.normal(8, 10, case.n), rng.normal(0, 6, case.m)
        assert relaxation.evaluate_at(price, load)[0].bound <= best + 1e-9
    relaxation.raise_bound(Run(work_limit=1.0), iterations=50)
    assert relaxation.best.bound <= best + 1e-9


@RUNS
@given(st.integers(0, 10_000), st.integers(1, 3))
def test_what_is_proven_holds_for_the_arcs_left_out(seed, listed):
    """The nearest few arcs are listed; the bound is below the best over all of them."""
    cost, demand, capacity, lower, p, options = tiny(seed)
    best = least(cost, demand, capacity, lower, p, options)
    ranked = np.sort(cost, axis=1)
    few = np.where(cost < ranked[:, [min(listed, cost.shape[1] - 1)]], cost, np.inf)
    beyond = np.where(np.isfinite(cost), cost, np.inf)
    beyond[np.isfinite(few)] = np.inf
    case = read_case(
        as_sparse(few), demand, capacity, p, lower=lower, beyond=beyond.min(axis=1), **options
    )
    relaxation = load_multipliers.LoadRelaxation(case, usable_arcs(case))
    run = Run(work_limit=1.0)
    relaxation.raise_bound(run, iterations=40)
    if not np.isfinite(relaxation.best.bound):
        return
    before = relaxation.proven
    relaxation.raise_proven(run, iterations=40)
    assert before <= relaxation.proven <= best + 1e-9


@RUNS
@given(st.integers(0, 10_000))
def test_the_transportation_dual_of_given_sites(seed):
    """Their bound holds for these sites, and who is assigned by them is within every bound."""
    cost, demand, capacity, lower, p, options = tiny(seed, holes=False)
    case = read_case(cost, demand, capacity, p, lower=lower, **options)
    columns = columns_of(usable_arcs(case), case.m)
    for sites in choices(cost.shape[1], p, options):
        best = min(
            (total(cost, at) for at in assignments(cost, demand, sites, capacity, lower)),
            default=np.inf,
        )
        run = Run(work_limit=1.0)
        transport = Transportation(case, columns, run, most=100.0)
        dual = transport.ascend(np.array(sites))
        if np.isfinite(best):
            assert dual.bound <= best + 1e-9
        found = transport.assign(dual)
        if found is not None:
            load = np.bincount(found, weights=demand, minlength=case.m)
            assert set(found) <= set(sites)
            assert (load[list(sites)] <= capacity[list(sites)] + 1e-9).all()
            assert (load[list(sites)] >= lower[list(sites)] - 1e-9).all()
            assert total(cost, found) >= best - 1e-9


@pytest.mark.thorough
@RUNS
@given(st.integers(0, 10_000))
def test_the_engine_itself_on_tiny_cases(seed):
    """Bound, annealing and branching, without the shortcut through one integer program."""
    cost, demand, capacity, lower, p, options = tiny(seed)
    best = least(cost, demand, capacity, lower, p, options)
    free = min(
        (cost[:, list(sites)].min(axis=1).sum() for sites in choices(cost.shape[1], p, options)),
        default=np.inf,
    )
    params = SitingParams(turns=TurnParams(tiny_arcs=0))
    tight = read_case(cost, demand, capacity, p, lower=lower, **options)
    sound(solve_case(tight, Run(work_limit=0.2), seed=0, gap=1e-6, params=params), best)
    loose = read_case(as_sparse(cost), demand, None, p, **options)
    sound(solve_case(loose, Run(work_limit=0.2), seed=0, gap=1e-6, params=params), free)


@RUNS
@given(st.integers(0, 10_000))
def test_fewest_sites(seed):
    cost, demand, capacity, lower, _, options = tiny(seed)
    found = {}
    for sites in choices(cost.shape[1], None, options):
        for at in assignments(cost, demand, sites, capacity, lower):
            size = len(sites)
            found[size] = min(found.get(size, np.inf), total(cost, at))
    siting = capacitated_p_median(cost, demand, capacity, None, lower=lower, **options)
    if not found:
        sound(siting, np.inf)
    else:
        assert len(siting.sites) == min(found)
        sound(siting, found[min(found)])


@RUNS
@given(st.integers(0, 10_000))
def test_p_median(seed):
    cost, demand, _, _, p, options = tiny(seed)
    m = cost.shape[1]
    best = min(
        (cost[:, list(sites)].min(axis=1).sum() for sites in choices(m, p, options)),
        default=np.inf,
    )
    sound(p_median(cost, demand, p, **options), best)
    sound(p_median(as_sparse(cost), demand, p, **options), best)


@RUNS
@given(st.integers(0, 10_000))
def test_p_center(seed):
    cost, demand, capacity, lower, p, options = tiny(seed)
    m, some = cost.shape[1], demand > 0
    plain = min(
        (
            cost[:, list(sites)].min(axis=1)[some].max(initial=0.0)
            for sites in choices(m, p, options)
            if np.isfinite(cost[:, list(sites)].min(axis=1)).all()
        ),
        default=np.inf,
    )
    sound(p_center(cost, demand, p, **options), plain)
    tight = min(
        (
            max((cost[i, j] for i, j in enumerate(at) if some[i]), default=0.0)
            for sites in choices(m, p, options)
            for at in assignments(cost, demand, sites, capacity, lower)
        ),
        default=np.inf,
    )
    sound(p_center(as_sparse(cost), demand, p, capacity=capacity, lower=lower, **options), tight)


@RUNS
@given(st.integers(0, 10_000))
def test_set_cover(seed):
    cost, demand, capacity, lower, _, options = tiny(seed)
    near = np.where(cost <= 12, cost, np.inf)
    m = cost.shape[1]
    plain, tight = np.inf, np.inf
    for sites in choices(m, None, options):
        if np.isfinite(near[:, list(sites)]).any(axis=1).all():
            plain = min(plain, len(sites))
        if any(True for _ in assignments(near, demand, sites, capacity, lower)):
            tight = min(tight, len(sites))
    sound(set_cover(cost, demand, radius=12, **options), plain)
    sound(set_cover(cost, demand, radius=12, capacity=capacity, lower=lower, **options), tight)


@RUNS
@given(st.integers(0, 10_000))
def test_max_cover(seed):
    cost, demand, capacity, lower, p, options = tiny(seed)
    near = np.where(cost <= 8, cost, np.inf)
    m = cost.shape[1]
    plain, tight = np.inf, np.inf
    for sites in choices(m, p, options):
        reached = np.isfinite(near[:, list(sites)]).any(axis=1)
        plain = min(plain, demand[~reached].sum())
        for at in assignments(near, demand, sites, capacity, lower, cover=True):
            tight = min(tight, sum(demand[i] for i, j in enumerate(at) if j < 0))
    answer = max_cover(cost, demand, p, radius=8, **options)
    sound(answer, plain)
    if answer.feasible:
        assert answer.figures["covered"] == pytest.approx(demand.sum() - plain)
    sound(max_cover(cost, demand, p, radius=8, capacity=capacity, lower=lower, **options), tight)


@RUNS
@given(st.integers(0, 10_000))
def test_regional(seed):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(2, 6))
    cost = rng.integers(1, 20, (k, k)).astype(float)
    load = rng.integers(1, 6, k).astype(float)
    group, within = rng.integers(0, 2, k), rng.integers(0, 2, k)
    options = {"group": group, "group_min": np.zeros(2), "group_max": np.array([2, 2])}
    least, members, apart = float(rng.integers(0, 8)), int(rng.integers(1, 4)), 3.0
    fewest = rng.integers(0, 2, k)
    best = np.inf
    table = cost + apart * (group[:, None] != group)
    np.fill_diagonal(table, 0.0)
    table[within[:, None] != within] = np.inf
    np.fill_diagonal(cost, 0.0)
    for sites in choices(k, None, options):
        for at in assignments(table, load, sites, np.full(k, np.inf), np.full(k, least)):
            size = np.bincount(at, minlength=k)
            if any(at[j] != j or size[j] < fewest[j] + 1 for j in sites):
                continue
            if (size > members + 1).any():
                continue
            best = min(best, total(table, at))
    siting = regional(
        cost, load, within=within, least=least, members=members, members_least=fewest,
        apart=apart, **options,
    )  # fmt: skip
    sound(siting, best)


@RUNS
@given(st.integers(0, 10_000))
def test_permuting_changes_labels_only(seed):
    cost, demand, capacity, lower, p, options = tiny(seed)
    options = without_money(options)
    options.pop("group", None), options.pop("group_min", None), options.pop("group_max", None)
    rng = np.random.default_rng(seed)
    unit, site = rng.permutation(cost.shape[0]), rng.permutation(cost.shape[1])
    moved = {name: [int(np.flatnonzero(site == j)[0]) for j in v] for name, v in options.items()}
    one = capacitated_p_median(cost, demand, capacity, p, lower=lower, **options)
    two = capacitated_p_median(
        cost[unit][:, site], demand[unit], capacity[site], p, lower=lower[site], **moved
    )
    assert one.status == two.status
    assert two.objective == pytest.approx(one.objective)
    assert two.bound == pytest.approx(one.bound)


@RUNS
@given(st.integers(0, 10_000))
def test_more_choice_is_never_worse(seed):
    cost, demand, capacity, _, _, _ = tiny(seed, holes=False)
    m = cost.shape[1]
    fewer = capacitated_p_median(cost, demand, capacity * 3, (1, m - 1))
    more = capacitated_p_median(cost, demand, capacity * 3, (1, m))
    assert more.objective <= fewer.objective + 1e-9
    without = capacitated_p_median(cost, demand, capacity * 3, (1, m), closed=[0])
    assert more.objective <= without.objective + 1e-9
    for p in range(1, m):
        one, two = p_median(cost, demand, p), p_median(cost, demand, p + 1)
        assert two.objective <= one.objective + 1e-9
        far, near = p_center(cost, demand, p), p_center(cost, demand, p + 1)
        assert near.objective <= far.objective


def test_explicit_zero_arcs_are_kept():
    row, column = np.array([0, 1, 1]), np.array([0, 0, 1])
    cost = sparse.csr_matrix((np.array([0.0, 5.0, 0.0]), (row, column)), shape=(2, 2))
    siting = capacitated_p_median(cost, np.ones(2), np.full(2, 2.0), 2)
    assert siting.assignment.tolist() == [0, 1]
    assert siting.objective == 0.0


@RUNS
@given(st.integers(0, 10_000))
def test_each_site_open_and_shut_costs_what_the_cheapest_choice_costs(seed):
    cost, demand, capacity, lower, p, options = tiny(seed)
    options = without_money(options)
    case = read_case(cost, demand, capacity, p, lower=lower, **options)
    value = np.random.default_rng(seed).normal(0, 5, case.m)
    totals = {sites: value[list(sites)].sum() for sites in choices(case.m, p, options)}
    found = cheapest_sites(case, value)
    if not totals:
        assert found is None
    else:
        assert value[found].sum() == pytest.approx(min(totals.values()))
    opened, shut = with_and_without(case, value)
    for j in range(case.m):
        inside = [worth for sites, worth in totals.items() if j in sites]
        others = [worth for sites, worth in totals.items() if j not in sites]
        assert opened[j] == pytest.approx(min(inside, default=np.inf))
        assert shut[j] == pytest.approx(min(others, default=np.inf))


@RUNS
@given(st.integers(0, 10_000))
def test_what_is_ruled_out_is_in_no_better_siting(seed):
    """Arcs and sites of every siting cheaper than the cut survive, at good prices and at any."""
    cost, demand, capacity, lower, p, options = tiny(seed, holes=False)
    capacity, lower = capacity + 6.0, np.minimum(lower, 1.0)
    case = read_case(cost, demand, capacity, p, lower=lower, **options)
    cut = least(cost, demand, capacity, lower, p, options) + 0.5
    if not np.isfinite(cut):
        return
    arcs = usable_arcs(case)
    rng = np.random.default_rng(seed)
    relaxation = Relaxation(case, arcs)
    relaxation.raise_bound(Run(work_limit=1.0), iterations=60)
    for nodes, heat in ((0, 0.0), (2000, 0.0), (2000, 3.0)):
        price = relaxation.best.price + heat * rng.normal(0, 1, case.n)
        now = relaxation.evaluate(price.clip(0), nodes=nodes)
        must, never = settle_sites(case, now, with_and_without(case, now.value), cut)
        kept = links_of(arcs.only(arc_bounds(case, arcs, now) < cut))
        left = set(zip(kept.unit.tolist(), kept.site.tolist(), strict=True))
        for sites in choices(case.m, p, options):
            for at in assignments(cost, demand, sites, capacity, lower):
                if total(cost, at) < cut - 1e-9:
                    assert not never[list(sites)].any()
                    assert set(np.flatnonzero(must)) <= set(sites)
                    assert set(enumerate(at)) <= left


@pytest.mark.parametrize("seed", range(4))
def test_pricing_from_below_changes_nothing(seed):
    """Whatever dual prices and choice are guessed, the bound is that of pricing every site."""
    rng = np.random.default_rng(seed)
    cost, demand = rng.integers(1, 60, (14, 8)).astype(float), rng.integers(1, 9, 14).astype(float)
    case = read_case(cost, demand, np.full(8, 24.0), 4, lower=np.full(8, 4.0 * (seed % 2)))
    relaxation = Relaxation(case, usable_arcs(case))
    nodes = 2000 * (seed // 2)
    for _ in range(25):
        exact = relaxation.evaluate(rng.uniform(0, 40, case.n), nodes=nodes)
        guess = relaxation._point(exact.price)
        guess.rate[:] = rng.uniform(-4, 2 * (seed % 2), case.m)
        parts = (relaxation._dual, relaxation._gathered, relaxation._packed)
        assert evaluate(*parts, guess, nodes, False) == pytest.approx(exact.bound)
        assert (guess.value <= exact.value + 1e-9).all()


@pytest.mark.parametrize("seed", range(6))
def test_splitting_finds_and_proves_the_optimum(seed):
    """From no siting at all, by plunges; prices of sites from below or exact give one bound."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(1, 60, (14, 8)).astype(float)
    demand = rng.integers(1, 9, 14).astype(float)
    lower = np.full(8, 8.0) if seed % 2 else None
    case = read_case(cost, demand, np.full(8, 24.0), 4, lower=lower)
    run = Run(work_limit=10.0)
    best = solve_links(case, all_links(case), run, node_limit=10_000)
    relaxation = Relaxation(case, usable_arcs(case))
    relaxation.raise_bound(run, iterations=40, nodes=2000)
    tree = Branching(case, usable_arcs(case), relaxation, whole=True)
    tree.search(run, work=5.0)
    assert tree.finished
    assert tree.upper == pytest.approx(best.objective)
    assert tree.bound == pytest.approx(best.objective)


@pytest.mark.parametrize("seed", range(6))
def test_rising_ceilings_find_and_prove_the_optimum(seed):
    """A tree under a ceiling proves that much and no more; raised, they end at the optimum."""
    rng = np.random.default_rng(seed)
    whole = seed % 2 == 0
    cost = rng.integers(1, 60, (14, 8)) + (0.0 if whole else rng.random((14, 8)))
    case = read_case(cost, rng.integers(1, 9, 14).astype(float), np.full(8, 24.0), 4)
    run = Run(work_limit=10.0)
    best = solve_links(case, all_links(case), run, node_limit=10_000)
    relaxation = Relaxation(case, usable_arcs(case))
    relaxation.raise_bound(run, iterations=40, nodes=2000)
    for ceiling in (best.objective - 0.5, best.objective + 0.5):
        tree = Branching(case, usable_arcs(case), relaxation, whole=whole, ceiling=ceiling)
        tree.search(run, work=5.0)
        assert tree.finished
        assert tree.bound == pytest.approx(best.objective if whole else min(tree.upper, ceiling))
        assert (tree.upper < ceiling) == (ceiling > best.objective)
    trees = Deepening(case, usable_arcs(case), relaxation, whole=whole)
    while trees.bound < trees.upper - 1e-6:
        assert trees.bound <= best.objective + 1e-6
        trees.search(run, work=0.01)
    assert trees.upper == pytest.approx(best.objective)


@pytest.mark.parametrize("seed", range(6))
def test_no_exchange_is_left_that_saves_anything(seed):
    """Sites keep their locks and groups, units their cheapest open site."""
    rng = np.random.default_rng(seed)
    group, most, ones = rng.integers(0, 3, 9), np.array([2, 2, 4]), np.ones(30)
    case = read_case(
        rng.random((30, 9)), ones, None, 4, group=group, group_max=most, kept=[2], closed=[5],
        site_cost=rng.random(9),
    )  # fmt: skip
    first = cheapest_sites(case, rng.random(9))
    found = Interchange(case, usable_arcs(case)).descend(first, Run(work_limit=1.0))

    def total(sites):
        return case.cost[:, sites].min(axis=1).sum() + case.site_cost[sites].sum()

    sites, assignment = found
    cost = case.cost[np.arange(30), assignment].sum() + case.site_cost[sites].sum()
    assert cost == pytest.approx(total(sites))
    assert cost <= total(first) + 1e-9
    assert 2 in sites
    assert 5 not in sites
    assert (np.bincount(group[sites], minlength=3) <= most).all()
    for leave, enter in itertools.product(set(sites) - {2}, set(range(9)) - set(sites) - {5}):
        other = np.array(sorted(set(sites) - {leave} | {enter}))
        if (np.bincount(group[other], minlength=3) <= most).all():
            assert total(other) >= cost - 1e-9


@RUNS
@given(st.integers(0, 10_000))
def test_sites_that_capacities_settle_are_in_all_or_none_of_the_choices_that_hold_everyone(seed):
    _, demand, capacity, _, p, options = tiny(seed)
    options = without_money(options)
    case = read_case(np.ones((len(demand), len(capacity))), demand, capacity, p, **options)
    held = [
        set(sites)
        for sites in choices(case.m, p, options)
        if capacity[list(sites)].sum() >= demand.sum() * (1.0 + 1e-6)
    ]
    must, never = roomy(case)
    for sites in held:
        assert set(np.flatnonzero(must & ~case.kept)) <= sites
        assert not (never & ~case.closed)[list(sites)].any()
    some = [j for j in range(case.m) if held and all(j in sites for sites in held)]
    lax = [
        set(sites)
        for sites in choices(case.m, p, options)
        if capacity[list(sites)].sum() >= demand.sum() * (1.0 - 1e-6)
    ]
    if len(lax) == len(held) > 0:  # no total on the edge
        assert must[some].all()
