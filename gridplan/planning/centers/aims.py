"""What centers can be placed for, by the word the scenario has for it."""

from __future__ import annotations

from collections.abc import Callable

from gridplan.optimise.siting import capacitated_p_median
from gridplan.planning.centers.arrays import CenterArrays
from gridplan.planning.centers.coverage_first import (
    fewest_centers,
    least_distance_within,
    most_covered,
)
from gridplan.planning.centers.farthest import shortest_longest
from gridplan.planning.centers.sited import Sited, Tell, travel_unit
from gridplan.planning.layout.certificate import certificate_of


def least_distance(arrays: CenterArrays, progress: Tell | None) -> Sited:
    """
    Place centers so that all residents together are as near as possible to the one assigned.

    Or, for equity, so that their ways and what exceeds the walk cost least, each as it is weighed.

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
    answer = capacitated_p_median(
        arrays.cost(),
        arrays.people,
        arrays.upper,
        arrays.number,
        **arrays.bounds,
        beyond=arrays.beyond(),
        seed=scenario.seed,
        work_limit=scenario.work_limit,
        time_limit=scenario.time_limit,
        progress=progress,
    )
    return Sited(answer, certificate_of(answer, seed=scenario.seed, unit=travel_unit(scenario)))


SITINGS: dict[str, Callable[[CenterArrays, Tell | None], Sited]] = {
    "distance": least_distance,
    "coverage": most_covered,
    "fewest": fewest_centers,
    "farthest": shortest_longest,
    "equity": least_distance,
}
