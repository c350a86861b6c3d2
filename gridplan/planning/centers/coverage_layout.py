"""How coverage is searched, and a layout with what counts before its distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.optimise.siting import Siting


@dataclass(frozen=True)
class CoverageParams:
    """
    How coverage is searched.

    Parameters
    ----------
    price
        Walks (of ``center_max_minutes``) that one resident left without a center near is worth in
        the search.
    beyond
        How many times as much one resident beyond the limit is worth.
    exact
        Walks up to which prices are raised until nothing else counts.
    bound, assign, find, settle
        Shares of the work for the bound on coverage, for assigning residents to the sites of that
        bound, for the search where that fails, and for settling sites; the rest is for the
        distance.
    ladder
        Prices, as shares of ``price``, at which the least distance for a target is looked for.
    """

    price: float = 25.0
    beyond: float = 10.0
    exact: float = 1000.0
    bound: float = 0.25
    assign: float = 0.1
    find: float = 0.25
    settle: float = 0.1
    ladder: tuple[float, ...] = (0.0, 0.04, 0.2, 1.0)


PARAMS = CoverageParams()


@dataclass(frozen=True, eq=False)
class Layout:
    """
    One layout with what counts before its distance.

    Parameters
    ----------
    answer
        Of the engine, prices included.
    left
        Residents without a center near.
    beyond
        Residents farther than the limit from the center assigned.
    distance
        Person-metres, or, for equity, what is weighed beside them.
    bound
        The least distance of any layout that leaves no more without, nor beyond; None where only
        some layouts were looked at.
    """

    answer: Siting
    left: float = np.inf
    beyond: float = np.inf
    distance: float = np.inf
    bound: float | None = None

    def key(self, target: float) -> tuple[float, float, float]:
        """Give what makes it better than another: beyond, what it leaves above a target, travel."""
        return self.beyond, max(self.left, target), self.distance
