"""
The options of a siting question by name: declared once, read by every model.

A model says which of these it takes (``**options: Unpack[MedianOptions]``), so a new one is added
here and where it is read; its name is checked, and told in messages, without more ado.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from numpy.typing import ArrayLike

from gridplan.optimise.budget import Progress, Run

Number = int | Sequence[int] | None
Start = tuple[ArrayLike, ArrayLike] | ArrayLike


class Limits(TypedDict, total=False):
    """
    What steers and ends a run.

    Parameters
    ----------
    seed
        Of every random choice; 0 by default.
    work_limit
        Deterministic end of the run; one unit is about one second on an office machine.
    time_limit
        Seconds; cuts the run short.
    progress
        Called with :class:`~gridplan.optimise.budget.Progress`; True stops, the best so far is
        kept.
    """

    seed: int
    work_limit: float
    time_limit: float | None
    progress: Callable[[Progress], bool | None] | None


@dataclass(frozen=True)
class ModelParams:
    """
    What a model does where no option says it.

    Parameters
    ----------
    work
        Work units of a run.
    nodes
        Branch-and-bound nodes of the solver.
    probe
        Share of the work for a first look at one number of sites, where the number is sought.
    """

    work: float = 60.0
    nodes: int = 2000
    probe: float = 0.15


class Choices(TypedDict, total=False):
    """
    Which sites may open, and how many of each group.

    Parameters
    ----------
    group_min, group_max
        ``(groups,)`` sites to open in each group.
    kept, closed
        Sites that must and must not open: masks ``(m,)`` or indices.
    """

    group_min: ArrayLike | None
    group_max: ArrayLike | None
    kept: ArrayLike | None
    closed: ArrayLike | None


class Spending(TypedDict, total=False):
    """
    What a choice of sites may cost in money, apart from what is minimised.

    Parameters
    ----------
    opening_cost
        ``(m,)`` paid out of the budget for each site that opens.
    closing_cost
        ``(m,)`` paid out of the budget for each site that does not open: those that exist.
    budget
        Most that may be paid in total; none by default.
    """

    opening_cost: ArrayLike | None
    closing_cost: ArrayLike | None
    budget: float | None


class Counts(Choices, Spending, total=False):
    """
    The same with the groups, and what the choice may cost.

    Parameters
    ----------
    group
        ``(m,)`` label of each site; -1: none.
    """

    group: ArrayLike | None


class Bounds(Counts, total=False):
    """
    What sites must obey beside their number and capacity.

    Parameters
    ----------
    lower
        ``(m,)`` least load of a site **if it is open**.
    site_cost
        ``(m,)`` added to the objective for every open site.
    beyond
        ``(n,)`` where ``cost`` stores only the nearest arcs of a unit: what no other arc of it is
        cheaper than, so that the bound is one over all; infinite where none is left out.
    """

    lower: ArrayLike | None
    site_cost: ArrayLike | None
    beyond: ArrayLike | None


class SearchOptions(Limits, total=False):
    """
    What steers the search of the medians.

    Parameters
    ----------
    start
        Sites to begin from, or ``(sites, assignment)``; need not be feasible.
    gap
        Relative gap with which to be content; 1e-6 by default.
    """

    start: Start | None
    gap: float


class MedianOptions(Counts, SearchOptions, total=False):
    """Options of a p-median."""

    site_cost: ArrayLike | None


class CapacitatedOptions(Bounds, SearchOptions, total=False):
    """Options of a capacitated p-median."""


class ProgramOptions(Limits, total=False):
    """
    What steers the models that are integer programs.

    Parameters
    ----------
    node_limit
        Branch-and-bound nodes after which the solver ends.
    """

    node_limit: int


class CoverOptions(Counts, ProgramOptions, total=False):
    """Options of the covers and the p-center, which may have capacities."""

    capacity: ArrayLike | None
    lower: ArrayLike | None


class SetCoverOptions(CoverOptions, total=False):
    """Options of the set cover, whose sites may have costs."""

    site_cost: ArrayLike | None


class RegionalOptions(Choices, ProgramOptions, total=False):
    """
    Options of the two-level model.

    Parameters
    ----------
    p
        Number of regional centers, a range, or None for any number the groups allow.
    within
        ``(k,)`` grid of each center: centers attach within their own only.
    apart
        Added to the cost of an arc between two groups, so that the same group is preferred; by
        default the median cost of an arc between two centers.
    preferred, preference
        Centers that should be regional (mask or indices), and what it costs to make any other one
        regional; by default the largest cost of an arc.
    site_cost
        ``(k,)`` cost of making a center regional.
    """

    p: Number
    within: ArrayLike | None
    apart: float | None
    preferred: ArrayLike | None
    preference: float | None
    site_cost: ArrayLike | None


def run_of(options: Limits, work_limit: float) -> Run:
    """Begin the run that some options ask for, with so much work by default."""
    return Run(
        work_limit=options.get("work_limit", work_limit),
        time_limit=options.get("time_limit"),
        progress=options.get("progress"),
    )


def bounds_of(options: Mapping[str, object]) -> Bounds:
    """Take what concerns the sites out of some options."""
    names = Bounds.__optional_keys__
    found: Any = {name: value for name, value in options.items() if name in names}
    return found
