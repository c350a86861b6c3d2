"""Column generation over connected parts: a bound, prices, and the parts near the optimum.

The linear relaxation of "each unit in one part, one part a center" over all connected parts, with
rows over three units (:mod:`.triples`), is the strongest of the bounds here. Its parts are
generated where prices of units say that one pays (:mod:`.connected`). Each round's prices give a
bound as they stand (:mod:`.settling`), so that any end is a sound one. With prices settled, the
parts below a reduced cost are listed without a gap, and sieved (:mod:`.sieve`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from gridplan.optimise.budget import Run
from gridplan.optimise.numeric.parallel import ABREAST, abreast
from gridplan.optimise.partition.price.enumerated_pricing import Sieve
from gridplan.optimise.partition.price.kernels.subset_row_cuts import Triples
from gridplan.optimise.partition.price.parts import Part
from gridplan.optimise.partition.price.pricing import Fields, Search
from gridplan.optimise.partition.price.stabilised_prices import Generated, Generation
from gridplan.optimise.partition.question.problem import Problem
from gridplan.optimise.weights import WEIGHTS

STALE = 3
"""Times triples are taken up without raising the bound by a hundredth of the gap before it ends."""

LISTED = 1_000_000
"""Parts of all columns at which listing is given up."""

FIRST = 40
"""Parts of a column to begin with where all are listed."""


@dataclass(frozen=True, eq=False)
class Sifted:
    """
    Parts that are left, whether these are all, and what was found out on the way.

    ``bound`` is that on what is made of these parts, ``triples`` help to put them together.
    """

    parts: list[Part]
    whole: bool
    bound: float
    triples: Triples


def generate(  # noqa: PLR0913  # where to begin and when to end
    problem: Problem,
    run: Run,
    *,
    price: np.ndarray,
    allowed: np.ndarray,
    parts: Iterable[Part],
    target: float,
    triples: Triples | None = None,
    work: float = np.inf,
    sharp: bool = False,
    report: bool = False,
) -> Generated:
    """
    Generate parts until the bound settles or meets the target.

    Parameters
    ----------
    price
        ``(n,)`` prices to begin from, the nearer the better.
    allowed
        ``(n, k)`` pairs that may be used.
    parts
        First parts.
    target
        Cost of the answer to beat: pairs that only dearer answers use are ruled out; infinite to
        keep them all.
    triples
        Those to begin with.
    work
        Work units to use.
    sharp
        Settle to the end and take up triples (:mod:`.triples`), as long as they help.
    report
        Tell the run of every better bound.

    Returns
    -------
    Generated
        Its bound is infinite where no way to put parts together exists.
    """
    state = Generation(
        problem, run, fields=Fields(problem, allowed), price=price, triples=triples, parts=parts,
        target=target, work=work, report=report,
    )  # fmt: skip
    if triples is None:
        state.settle(sharp=False)
    if sharp:
        sharpen(state)
    return state.found()


def sift_out(
    problem: Problem,
    run: Run,
    found: Generated,
    parts: list[Part],
    *,
    target: float,
    most: int,
    work: float,
) -> Sifted:
    """
    Rule out parts that no answer below the target uses.

    Parameters
    ----------
    found
        Prices to begin from.
    parts
        What may be used: where these are all, the bound holds for the problem.
    most
        Parts that are returned, the nearest to the bound.
    """
    sieve = Sieve(problem, parts)
    none = Triples.none(problem.columns)
    first: list[Part] = []
    for k in range(problem.columns):
        search = sieve.search(k, found.price, none, beat=np.inf, slack=0.0, nodes=0, rows=FIRST)
        run.spend(search.work)
        first += search.parts
    state = Generation(
        problem, run, fields=sieve, price=found.price, triples=None, parts=first, target=target,
        work=work, report=False,
    )  # fmt: skip
    sharpen(state)
    triples = state.best.triples.renewed(np.zeros((0, 3), np.int64))
    return Sifted(sieve.nearest(most), len(sieve) <= most, state.bound, triples)


def sharpen(state: Generation) -> None:
    """Settle to the end, then with ever more triples as long as they raise the bound."""
    stale = 0
    if not state.over:
        state.settle(sharp=True)
    while not state.over and stale < STALE and state.sharpen():
        before, gap = state.bound, state.gap
        state.settle(sharp=True)
        stale = stale + 1 if state.bound - before < 0.01 * gap else 0


def listed(
    problem: Problem,
    run: Run,
    found: Generated,
    *,
    reach: float,
    most: int,
    nodes: int,
    work: float = np.inf,
    whole: bool = False,
) -> tuple[list[Part], bool]:
    """
    List the parts whose reduced cost is less than ``reach`` above the least of their column.

    One search has that many ``nodes``, fewer where the ``work`` would not do. Where only the
    ``whole`` list is of use, it ends as soon as one column has too many parts.

    Returns
    -------
    parts, complete
        At most ``most`` a column, the cheapest met where there are more; whether these are all.
    """
    fields = Fields(problem, found.keep)
    until = run.work + work
    out: list[Part] = []
    # The widest first: theirs are the searches most likely to be given up.
    order = np.argsort([-len(units) for units in fields.units], kind="stable").tolist()
    ended: list[bool] = []
    for at in range(0, len(order), ABREAST):
        left = min(until - run.work, run.work_left)
        over = left <= 0.0 or run.ended_by is not None
        if over or len(out) > LISTED or (whole and not all(ended)):
            break

        def search(k: int, left: float = left) -> Search:
            afford = left / (len(fields.units[k]) * WEIGHTS.search_unit)
            return fields.search(
                k, found.price, found.triples, beat=float(found.rent[k]) + reach, slack=0.0,
                nodes=int(min(nodes, 1.0 + afford)), rows=most, every=True,
            )  # fmt: skip

        for met in abreast(search, order[at : at + ABREAST]):
            run.spend(met.work)
            out += met.parts
            ended.append(met.whole)
    return out, len(ended) == problem.columns and all(ended)
