"""
Centers for the farthest: the longest way to the center assigned is made as short as possible.

1. The longest way to the nearest center, without a band, is bounded by cover programs. 2. Longest
ways between that bound and the best layout so far are tried by bisection, each as a siting whose
longer ways are forbidden: what is found is a layout, what is not found proves nothing. 3. Within
the shortest one found, the distance is made least.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gridplan.optimise.siting import Siting, capacitated_p_median, p_center
from gridplan.optimise.sparse_rows import only
from gridplan.planning.centers.arrays import CenterArrays
from gridplan.planning.centers.sited import Sited, Tell, phase, step_proof, travel_unit


@dataclass(frozen=True)
class FarthestParams:
    """
    How the shortest longest way is searched.

    Parameters
    ----------
    bound, first, trial
        Shares of the work for the bound, for a first layout, and for each length tried; the rest
        is for the distance.
    trials
        Lengths tried.
    """

    bound: float = 0.15
    first: float = 0.1
    trial: float = 0.08
    trials: int = 6


PARAMS = FarthestParams()


def shortest_longest(
    arrays: CenterArrays, progress: Tell | None, params: FarthestParams = PARAMS
) -> Sited:
    """
    Place centers so that the longest way to the one assigned is shortest, then at least distance.

    Parameters
    ----------
    arrays
        The question.
    progress
        Told how far the run is; returning True stops it with the best so far.
    params
        How it is searched.

    Returns
    -------
    Sited
        Step ``farthest`` (metres).
    """
    scenario = arrays.scenario
    floor = p_center(
        arrays.metres,
        arrays.people,
        arrays.number,
        **arrays.counts,
        seed=scenario.seed,
        work_limit=params.bound * scenario.work_limit,
        time_limit=scenario.time_limit,
        progress=phase(progress, 0.0, params.bound),
    )
    least = _least_longest(arrays, floor.bound)
    runs, begin = [floor], params.bound
    best = _within(arrays, np.inf, params.first, phase(progress, begin, params.first))
    runs.append(best)
    begin += params.first
    if not best.feasible:
        return Sited(best, step_proof(np.inf, None, runs, scenario, travel_unit(scenario)))
    lengths = np.unique(arrays.metres.data)
    low = int(np.searchsorted(lengths, least))
    high = int(np.searchsorted(lengths, _longest(arrays, best)))
    for trial in range(params.trials):
        if low >= high:
            break
        # The bound itself first: where it is reached, all is proven.
        middle = low if trial == 0 else (low + high) // 2
        tell = phase(progress, begin, params.trial)
        found = _within(arrays, float(lengths[middle]), params.trial, tell)
        runs.append(found)
        begin += params.trial
        if found.feasible:
            best, high = found, int(np.searchsorted(lengths, _longest(arrays, found)))
        else:
            low = middle + 1
        if found.ended in {"stop", "time"}:
            break
    longest = _longest(arrays, best)
    rest = 1.0 - begin
    start = (best.sites, best.assignment)
    last = _within(arrays, longest, rest, phase(progress, begin, rest), start=start)
    runs.append(last)
    best = last if last.feasible else best
    proof = step_proof(
        best.objective, last.bound, [last], scenario, travel_unit(scenario, last=True)
    )
    step = step_proof(longest, least, runs, scenario, "metres")
    return Sited(best, proof, {"farthest": step})


def _least_longest(arrays: CenterArrays, bound: float) -> float:
    """Bound the longest way, those included that were left out as being too long."""
    left_out = arrays.longest[arrays.shortened].min(initial=np.inf)
    return float(min(bound if np.isfinite(bound) else 0.0, left_out))


def _longest(arrays: CenterArrays, answer: Siting) -> float:
    return float(arrays.walked(answer.assignment).max())


def _within(
    arrays: CenterArrays,
    length: float,
    share: float,
    tell: Tell | None,
    **more: Any,  # noqa: ANN401
) -> Siting:
    """Place centers at least distance with no way longer than so many metres."""
    scenario, cost, metres = arrays.scenario, arrays.cost(), arrays.metres
    table = only(metres, metres.data <= length, cost.data)
    return capacitated_p_median(
        table,
        arrays.people,
        arrays.upper,
        arrays.number,
        **arrays.bounds,
        **more,
        beyond=arrays.beyond(most=length),
        seed=scenario.seed,
        work_limit=share * scenario.work_limit,
        time_limit=scenario.time_limit,
        progress=tell,
    )
