"""Sites as the engine chose them, with the proof of each step that led there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from gridplan.optimise.budget import Progress
from gridplan.optimise.outcome import PROVEN_GAP, relative_gap
from gridplan.optimise.siting import Siting
from gridplan.planning.layout.certificate import Certificate
from gridplan.planning.scenario.scenario import Scenario

Tell = Callable[[Progress], bool | None]
PROVEN = 1e-6
"""Residents, or share of them, by which two counts may differ and still be the same."""


@dataclass(frozen=True)
class Spent:
    """
    What a run took.

    Parameters
    ----------
    method, seconds, ended
        As of :class:`~gridplan.optimise.siting.Siting`.
    """

    method: str
    seconds: float
    ended: str


@dataclass(frozen=True, eq=False)
class Sited:
    """
    An answer and what proves it.

    Parameters
    ----------
    answer
        Sites and assignment; without a solution the reasons.
    proof
        Of the distance.
    steps
        Of what came before it: ``beyond``, ``coverage``, ``fewest``, ``farthest``; and of
        ``elsewhere``, residents not at the nearest.
    every
        ``(n,)`` site of every unit of the district, where those without residents matter too.
    """

    answer: Siting
    proof: Certificate
    steps: Mapping[str, Certificate] = field(default_factory=dict)
    every: np.ndarray | None = None


def travel_unit(scenario: Scenario, *, last: bool = False, priced: bool = False) -> str:
    """
    Give the code of the unit of a distance.

    Parameters
    ----------
    scenario
        Whether it is weighed for equity.
    last
        Whether it is the last of several steps, not the only one.
    priced
        Whether breaches of a mean band or splits are priced in.
    """
    equal = scenario.center_objective == "equity"
    unit = "person-metres-and-unease" if equal else "person-metres"
    unit = f"{unit}-priced" if priced else unit
    return f"{unit}-last" if last else unit


def step_proof(
    value: float,
    bound: float | None,
    answers: Iterable[Siting | Spent],
    scenario: Scenario,
    unit: str,
) -> Certificate:
    """
    Put together what proves a step that took several runs.

    Parameters
    ----------
    value, bound
        What was reached and the least any layout can have, in ``unit``; None without a bound.
    answers
        The runs.
    scenario
        Its seed.
    unit
        Code of the unit.

    Returns
    -------
    Certificate
        Its time is that of the runs together.
    """
    runs = list(answers)
    methods = dict.fromkeys(run.method for run in runs)
    floor = None if bound is None else min(value, max(0.0, bound))
    gap = relative_gap(value, floor)
    optimal = gap is not None and gap <= PROVEN_GAP
    cut = [run.ended for run in runs if run.ended in {"stop", "time"}]
    last = runs[-1].ended if runs else "done"
    ended = "proof" if optimal else cut[0] if cut else "done" if last == "proof" else last
    return Certificate(
        status="optimal" if optimal else "feasible",
        objective=value,
        bound=floor,
        gap=gap,
        seconds=sum(run.seconds for run in runs),
        seed=scenario.seed,
        method=", then ".join(methods),
        unit=unit,
        ended_by=ended,
    )


def phase(progress: Tell | None, begin: float, share: float) -> Tell | None:
    """Tell a run that is a part of a stage as such; what it minimises is of no interest outside."""
    if progress is None:
        return None
    tell = progress

    def told(run: Progress) -> bool | None:
        fraction = begin + share * run.fraction
        return tell(replace(run, fraction=fraction, incumbent=None, bound=None))

    return told
