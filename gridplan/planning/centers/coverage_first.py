"""Centers for coverage: most residents near one, or the fewest that bring so many near one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridplan.errors import InfeasibleError, Problem
from gridplan.planning.centers.arrays import CenterArrays
from gridplan.planning.centers.band import mean_numbers
from gridplan.planning.centers.coverage import Coverage
from gridplan.planning.centers.sited import PROVEN, Sited, Tell, step_proof
from gridplan.planning.duty.reading import reading_of

STEPS = 4
"""Numbers of centers tried one by one before steps grow."""


def most_covered(arrays: CenterArrays, progress: Tell | None) -> Sited:
    """
    Place centers so that most residents are near one, and among such layouts at least distance.

    Parameters
    ----------
    arrays
        The question.
    progress
        Told how far the run is; returning True stops it with the best so far.

    Returns
    -------
    Sited
        Steps ``coverage`` (residents left without a center near) and, where some are beyond the
        limit, ``beyond``; that alone, the walk being the limit, where coverage is that of the
        center assigned.
    """
    if arrays.covers_assigned:
        return least_distance_within(arrays, progress)
    question = Coverage(arrays, arrays.number, progress)
    found, begin = question.find()
    if not found.answer.feasible:
        return Sited(found.answer, question.proof(found))
    best = question.nearer(found, found.left, (1.0,), begin=begin)
    return Sited(best.answer, question.proof(best), question.steps(best))


def least_distance_within(arrays: CenterArrays, progress: Tell | None) -> Sited:
    """
    Place centers at least distance, with as few residents as possible farther than the limit.

    Parameters
    ----------
    arrays, progress
        As of :func:`most_covered`.

    Returns
    -------
    Sited
        Step ``beyond`` where some residents are farther.
    """
    question = Coverage(arrays, arrays.number, progress)
    best = question.search(0.0, 1.0, begin=0.0)
    return Sited(best.answer, question.proof(best), question.beyond(best))


def fewest_centers(arrays: CenterArrays, progress: Tell | None) -> Sited:
    """
    Place the fewest centers that bring the target near one, and those at least distance.

    Parameters
    ----------
    arrays
        The question; ``centers`` of its scenario is the most there may be.
    progress
        As of :func:`most_covered`.

    Returns
    -------
    Sited
        Steps ``fewest`` (their number) and those of :func:`most_covered`.

    Raises
    ------
    InfeasibleError
        If the target is out of reach, proven or not found.
    """
    scenario, lost = arrays.scenario, arrays.reach[2]
    people = arrays.people.sum()
    target = (1.0 - scenario.center_coverage_target / 100.0) * people - lost
    low, high = _numbers(arrays)
    least = _least_number(arrays, target, low, high)
    for number in _tried(least, high):
        question = Coverage(arrays, number, progress)
        found, begin = question.find()
        if found.answer.feasible and found.left <= target + PROVEN * people:
            break
        if found.answer.ended in {"stop", "time"}:
            raise InfeasibleError([_out_of_reach(arrays, number, found.left, found=True)])
    else:
        raise InfeasibleError([_out_of_reach(arrays, high, found.left, found=True)])
    best = question.nearer(found, target, question.params.ladder, begin=begin)
    proof = step_proof(float(number), float(least), question.runs, scenario, "centers")
    steps = question.steps(best)
    return Sited(best.answer, question.proof(best), {"fewest": proof, **steps})


def _tried(least: int, high: int) -> Iterator[int]:
    """Count up from the least, one by one at first, then in growing steps."""
    number, step = least, 1
    while number < high:
        yield number
        number += step
        step += int(number >= least + STEPS)
    yield high


def _numbers(arrays: CenterArrays) -> tuple[int, int]:
    """Give the fewest and most sites that bands, kept ones, streets and the planner allow."""
    asked, given = arrays.asked, arrays.scenario.centers
    needs = asked.needs
    low = int(np.maximum(np.minimum(needs["fewest"], needs["sites"]), needs["kept"]).sum())
    high = int(np.maximum(np.minimum(needs["most"], needs["sites"]), needs["kept"]).sum())
    if reading_of(arrays.district, arrays.scenario) in ("street", "district"):
        least, most = mean_numbers(arrays.district.population, arrays.scenario)
        low, high = max(low, least), min(high, most)
    low = max(1, low, int(asked.street_minimum.sum()))
    high = max(low, high if given is None else min(high, given))  # less was refused
    return low + asked.stations, high + asked.stations


def _least_number(arrays: CenterArrays, target: float, low: int, high: int) -> int:
    """
    Bound the number of centers by what cover programs prove, by bisection.

    Raises
    ------
    InfeasibleError
        If even the most centers provably do not reach the target.
    """
    spare = PROVEN * arrays.people.sum()

    def left(number: int) -> float:
        return Coverage(arrays, number, None).plain.bound

    if target < -spare or left(high) > target + spare:
        raise InfeasibleError([_out_of_reach(arrays, high, left(high), found=False)])
    while low < high:
        middle = (low + high) // 2
        if left(middle) > target + spare:
            low = middle + 1
        else:
            high = middle
    return low


def _out_of_reach(arrays: CenterArrays, number: int, left: float, *, found: bool) -> Problem:
    """Say how much coverage there is, found or at the most, and that the target is more."""
    scenario, lost, people = arrays.scenario, arrays.reach[2], arrays.people.sum()
    share = 100.0 * (1.0 - (left + lost) / people) if np.isfinite(left) else 0.0
    values = {
        "target": scenario.center_coverage_target,
        "minutes": scenario.center_max_minutes,
        "centers": number,
        "share": np.floor(share * 10.0) / 10.0,
    }
    if found:
        return Problem("coverage-not-found", values)
    proven = bool(len(arrays.district.candidates))
    return Problem("coverage-out-of-reach", values, proven=proven)
