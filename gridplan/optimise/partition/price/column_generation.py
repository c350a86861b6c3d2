"""
Column generation over connected parts: a bound, prices, and the parts near the optimum.

The linear relaxation of "each unit in one part, one part a center" over all connected parts
(Dantzig-Wolfe; Mehrotra, Johnson & Nemhauser 1998, doi:10.1287/mnsc.44.8.1100, for political
districts), with subset-row cuts (:mod:`.kernels.subset_row_cuts`), is the strongest of the bounds
here. Its parts are generated where prices of units say that one pays (:mod:`.pricing`), with
stabilised prices (:mod:`.stabilised_prices`). With prices at rest, the parts below a reduced cost
are enumerated without a gap, and eliminated as the bound rises (:mod:`.enumerated_pricing`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.parallel import parallel_map
from gridplan.optimise.partition.price.enumerated_pricing import EnumeratedPricing
from gridplan.optimise.partition.price.kernels.subset_row_cuts import SubsetRows
from gridplan.optimise.partition.price.kernels.tree import Limits
from gridplan.optimise.partition.price.parts import Part
from gridplan.optimise.partition.price.pricing import Priced, SearchPricing
from gridplan.optimise.partition.price.stabilised_prices import (
    Generated,
    Generation,
    StabilisationParams,
    Stop,
    Warm,
)
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.weights import WEIGHTS


@dataclass(frozen=True)
class GenerationParams:
    """
    When cuts end, and how parts are enumerated.

    Parameters
    ----------
    stale
        Times cuts are taken up without raising the bound by ``enough`` before it ends.
    enough
        Share of the gap that a round of cuts has to close.
    listed
        Parts of all columns at which enumeration is given up.
    first
        Parts of a column to begin with where all are listed.
    batch
        Columns enumerated side by side; the same on any machine, so that answers are.
    stabilisation
        Of the prices.
    """

    stale: int = 3
    enough: float = 0.01
    listed: int = 1_000_000
    first: int = 40
    batch: int = 2
    stabilisation: StabilisationParams = field(default_factory=StabilisationParams)


@dataclass(frozen=True)
class Enumeration:
    """
    Which parts are enumerated, and how long.

    Parameters
    ----------
    reach
        Reduced cost of a part above the least of its column, below this.
    most
        Parts of a column; the cheapest met where there are more.
    nodes
        Of one search, fewer where the ``work`` would not do.
    work
        Work units to use.
    whole
        Only the whole list is of use: it ends as soon as one column has too many parts.
    """

    reach: float
    most: int
    nodes: int
    work: float = np.inf
    whole: bool = False


@dataclass(frozen=True, eq=False)
class Eliminated:
    """
    Parts that are left once others are ruled out.

    Parameters
    ----------
    parts
        Those left.
    whole
        Whether these are all.
    bound
        On what is made of all that were left.
    cuts
        Subset-row cuts that help to put them together.
    """

    parts: list[Part]
    whole: bool
    bound: float
    cuts: SubsetRows


def generate(
    problem: Problem,
    run: Run,
    warm: Warm,
    *,
    allowed: np.ndarray,
    stop: Stop,
    tight: bool = False,
    params: GenerationParams,
) -> Generated:
    """
    Generate parts until the bound rests or meets the target.

    Parameters
    ----------
    warm
        Where to begin.
    allowed
        ``(n, k)`` pairs that may be used.
    stop
        When to end.
    tight
        Go on to the end and take up subset-row cuts, as long as they help.
    params
        Tuning.

    Returns
    -------
    Generated
        Its bound is infinite where no way to put parts together exists.
    """
    pricing = SearchPricing(problem, allowed)
    state = Generation(problem, run, pricing, warm, stop, params.stabilisation)
    if warm.cuts is None:
        state.converge(tight=False)
    if tight:
        tighten(state, params)
    return state.found()


def eliminate(
    problem: Problem,
    run: Run,
    found: Generated,
    parts: list[Part],
    *,
    stop: Stop,
    most: int,
    params: GenerationParams,
) -> Eliminated:
    """
    Rule out parts that no answer below the target uses.

    Parameters
    ----------
    found
        Prices to begin from.
    parts
        What may be used: where these are all, the bound holds for the problem.
    stop
        The target, and the work to use.
    most
        Parts that are returned, the nearest to the bound.
    params
        Tuning.
    """
    pricing = EnumeratedPricing(problem, parts)
    none = SubsetRows.none(problem.columns)
    first: list[Part] = []
    for k in range(problem.columns):
        limits = Limits(np.inf, 0.0, 0, every=False)
        priced = pricing.search(k, found.price, none, limits, params.first)
        run.spend(priced.work)
        first += priced.parts
    warm = Warm(found.price, first)
    state = Generation(problem, run, pricing, warm, stop, params.stabilisation)
    tighten(state, params)
    cuts = state.best.cuts.renewed(np.zeros((0, 3), np.int64))
    return Eliminated(pricing.nearest(most), len(pricing) <= most, state.bound, cuts)


def tighten(state: Generation, params: GenerationParams) -> None:
    """Converge, then with ever more cuts as long as they raise the bound."""
    stale = 0
    if not state.over:
        state.converge(tight=True)
    while not state.over and stale < params.stale and state.separate():
        before, gap = state.bound, state.gap
        state.converge(tight=True)
        stale = stale + 1 if state.bound - before < params.enough * gap else 0


def enumerate_parts(
    problem: Problem, run: Run, found: Generated, asked: Enumeration, params: GenerationParams
) -> tuple[list[Part], bool]:
    """
    List the parts whose reduced cost is near the least of their column.

    Parameters
    ----------
    found
        Prices, cuts, and the pairs that may be used.
    asked
        Which parts, and how long.
    params
        Tuning.

    Returns
    -------
    parts, complete
        Those met; whether these are all.
    """
    pricing = SearchPricing(problem, found.keep)
    until = run.work + asked.work
    out: list[Part] = []
    # The widest first: theirs are the searches most likely to be given up.
    order = np.argsort([-len(units) for units in pricing.units], kind="stable").tolist()
    ended: list[bool] = []
    for at in range(0, len(order), params.batch):
        left = min(until - run.work, run.work_left)
        over = left <= 0.0 or run.ended_by is not None
        if over or len(out) > params.listed or (asked.whole and not all(ended)):
            break

        def search(k: int, left: float = left) -> Priced:
            afford = left / (len(pricing.units[k]) * WEIGHTS.search_unit)
            nodes = int(min(asked.nodes, 1.0 + afford))
            limits = Limits(float(found.rent[k]) + asked.reach, 0.0, nodes, every=True)
            return pricing.search(k, found.price, found.cuts, limits, asked.most)

        for met in parallel_map(search, order[at : at + params.batch]):
            run.spend(met.work)
            out += met.parts
            ended.append(met.whole)
    return out, len(ended) == problem.columns and all(ended)
