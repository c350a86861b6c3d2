"""What is demanded of the parts: one value that goes through the engine, whoever asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from numpy.typing import ArrayLike

from gridplan.optimise.partition.question.problem import Resource
from gridplan.optimise.partition.question.sites import Sites


@dataclass(frozen=True, eq=False)
class Demands:
    """
    What is demanded of the parts, as given; :func:`.arguments.read_problem` checks it.

    Parameters
    ----------
    centers
        ``(k,)`` unit each column is anchored to, -1 for none; the part contains it.
    parts
        How many of the ``k`` columns to use (all by default). Without ``cost`` the district is cut
        into so many parts around free centers, by moment of inertia if ``xy`` is given.
    lower, upper, tolerance
        Bounds on the demand of a part; ``tolerance`` is relative to the mean.
    resources
        Further quantities to balance, hard or priced; each of them not negative.
    parents, split_price
        ``(n,)`` labels of parents (negative: none) that stay whole, or may be split at a price for
        each part beyond the first.
    fixed, barred
        Units locked to a part (``{unit: part}`` or ``(n,)`` with -1 for free) and pairs of unit and
        part that are ruled out.
    together, apart
        Pairs of units in one part, in different parts.
    barriers
        Pairs of neighbours whose boundary does not connect; with a third number, connects at that
        price.
    must_contain
        Kinds (masks or unit indices) of which each part has at least one unit.
    compactness
        Price of a metre of boundary between parts.
    balance
        Price of a person of deviation from the mean.
    xy
        ``(n, 2)`` metres, for parts without centers.
    sites
        Whole numbers of them open in each part and share its demand.
    """

    centers: ArrayLike | None = None
    parts: int | None = None
    lower: ArrayLike | float | None = None
    upper: ArrayLike | float | None = None
    tolerance: float | None = None
    resources: Iterable[Resource] = ()
    parents: ArrayLike | None = None
    split_price: float | None = None
    fixed: ArrayLike | Mapping[int, int] | None = None
    barred: ArrayLike | Iterable[Sequence[int]] | None = None
    together: Iterable[Sequence[int]] | None = None
    apart: Iterable[Sequence[int]] | None = None
    barriers: Iterable[Sequence[float]] | None = None
    must_contain: Iterable[ArrayLike] | None = None
    compactness: float = 0.0
    balance: float = 0.0
    xy: ArrayLike | None = None
    sites: Sites | None = None


NAMES = tuple(field.name for field in fields(Demands))
"""Of all demands, as options take them."""
