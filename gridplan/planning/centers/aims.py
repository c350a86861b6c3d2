"""What centers can be placed for, by the word the scenario has for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from gridplan.optimise.budget import seconds_left
from gridplan.optimise.siting import Siting, capacitated_p_median
from gridplan.planning.centers.arrays import CenterArrays
from gridplan.planning.centers.coverage_first import (
    fewest_centers,
    least_distance_within,
    most_covered,
)
from gridplan.planning.centers.farthest import shortest_longest
from gridplan.planning.centers.sited import Sited, Tell, phase, step_proof, travel_unit
from gridplan.planning.layout.certificate import certificate_of


@dataclass(frozen=True)
class CloserParams:
    """
    When a search that ran out of work goes on.

    Parameters
    ----------
    gap
        Relative gap above which it does.
    times
        Work it may take then, as a multiple of ``work_limit``.
    least
        Work limit from which it does: less is what trials of remedies and variants are given.
    """

    gap: float = 0.05
    times: float = 2.0
    least: float = 5.0


PARAMS = CloserParams()
ALMOST = 0.99
"""Share of the stage that is told as done before."""


def least_distance(arrays: CenterArrays, progress: Tell | None) -> Sited:
    """
    Place centers so that all residents together are as near as possible to the one assigned.

    Or, for equity, so that their ways and what exceeds the walk cost least, each as it is weighed.
    Where the work ends far from the bound, the search goes on once more from what it found.

    Parameters
    ----------
    arrays
        The question; its ``center_max_metres``, where given, comes first.
    progress
        Told how far the run is; returning True stops it with the best so far.

    Returns
    -------
    Sited
    """
    scenario = arrays.scenario
    if scenario.center_max_metres is not None:
        return least_distance_within(arrays, progress)
    unit = travel_unit(scenario)
    answer = _answered(arrays, progress)
    trial = scenario.work_limit < PARAMS.least
    if trial or not answer.feasible or not _far(answer, PARAMS):
        return Sited(answer, certificate_of(answer, seed=scenario.seed, unit=unit))
    again = _answered(
        arrays, phase(progress, ALMOST, 1.0 - ALMOST), times=PARAMS.times,
        start=(answer.sites, answer.assignment),
    )  # fmt: skip
    best = min(again, answer, key=lambda one: one.objective)
    bound = max(answer.bound, again.bound)
    proof = step_proof(best.objective, bound, [answer, again], scenario, unit)
    return Sited(replace(best, bound=bound), proof)


def _far(answer: Siting, params: CloserParams) -> bool:
    """Tell whether it was the work that ended a run far from its bound, with time left."""
    wide = answer.gap is not None and answer.gap > params.gap
    return wide and answer.ended == "work" and seconds_left() > 0.0


def _answered(
    arrays: CenterArrays,
    progress: Tell | None,
    *,
    times: float = 1.0,
    start: tuple[np.ndarray, np.ndarray] | None = None,
) -> Siting:
    """Ask the engine, with so many times the work of the scenario."""
    scenario = arrays.scenario
    return capacitated_p_median(
        arrays.cost(),
        arrays.people,
        arrays.upper,
        arrays.number,
        **arrays.bounds,
        beyond=arrays.beyond(),
        start=start,
        seed=scenario.seed,
        work_limit=times * scenario.work_limit,
        time_limit=scenario.time_limit,
        progress=progress,
    )


SITINGS: dict[str, Callable[[CenterArrays, Tell | None], Sited]] = {
    "distance": least_distance,
    "coverage": most_covered,
    "fewest": fewest_centers,
    "farthest": shortest_longest,
    "equity": least_distance,
}
