"""Plan the phases of a scenario: the same grids, and centers that are kept from phase to phase."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.optimise.budget import Progress
from gridplan.planning.grids.drawing import Drawn
from gridplan.planning.phases.gains import gains_of
from gridplan.planning.phases.order import Step, opening_order
from gridplan.planning.phases.phase import Phase, phases_of
from gridplan.planning.plan import Plan
from gridplan.planning.plan import plan as make_plan
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import journeys_of

Part = Literal["grids", "order", "phases"]
Tell = Callable[[Part, Progress], bool | None]


@dataclass(frozen=True, eq=False)
class PhasePlan:
    """
    One phase, planned.

    Parameters
    ----------
    phase
        What was asked.
    plan
        Grids as in every phase, centers, 1+N, findings.
    step
        The choice of its sites, with the best of this phase alone.
    gains
        Index ``center``, those that it opens: :func:`gridplan.planning.phases.gains.gains_of`.
    """

    phase: Phase
    plan: Plan
    step: Step
    gains: pd.DataFrame

    @property
    def regret(self) -> float | None:
        """
        Share by which the first aim is worse than the best of this phase alone.

        None where that best is 0 and this is not.
        """
        here, alone = self.step.aims[0], self.step.alone[0]
        if alone <= 0:
            return 0.0 if here <= 0 else None
        return max(0.0, here / alone - 1)


@dataclass(frozen=True, eq=False)
class Phased:
    """
    All phases of a scenario.

    Parameters
    ----------
    district, scenario
        As of today, and what was asked.
    today
        The plan without phases, whose grids every phase has.
    phases
        In the order of their years.
    method
        How the order of opening was found.
    """

    district: District
    scenario: Scenario
    today: Plan
    phases: tuple[PhasePlan, ...]
    method: str

    @cached_property
    def today_percent(self) -> float | None:
        """Percent of residents within the walk of a center that exists today and is kept."""
        kept = self.district.centers.drop(index=list(self.scenario.close)).geometry
        if not len(kept):
            return None
        ways = journeys_of(self.district, self.scenario)
        far = ways.walked_to_nearest(np.column_stack([kept.x, kept.y]))
        near = far / ways.walk_metres_per_minute <= self.scenario.center_max_minutes
        people = self.district.units["population"].to_numpy(dtype=float)
        return float(100 * people[near].sum() / people.sum())


def plan_phases(
    district: District,
    scenario: Scenario,
    *,
    progress: Tell | None = None,
    drawn: Drawn | None = None,
) -> Phased:
    """
    Plan every phase of a scenario.

    1. The grids are those of the scenario without phases, or drawn. 2. The sites of all phases are
    chosen together, each phase keeping the former's. 3. Each phase is planned with its sites: who
    goes where, 1+N, findings.

    Parameters
    ----------
    district
        As it is today; a phase may let streets grow.
    scenario
        ``phases`` and all that is common to them.
    progress
        Told the part of the work and how far it is; returning True ends that part with its best.
    drawn
        Grids that a person drew, for every phase.

    Returns
    -------
    Phased

    Raises
    ------
    InputError
        If the scenario has no phases, or they are out of order.
    InfeasibleError
        If the grids, or the centers of a phase, cannot be planned: why, with the numbers.
    """
    phases = phases_of(district, scenario)
    common = dataclasses.replace(scenario, phases=())
    today = make_plan(district, common, drawn=drawn, progress=_told(progress, "grids"))
    planned = bool(len(today.layout.grids))
    grid = today.layout.units["grid"] if planned else None
    order = opening_order(
        district, common, grid, phases, tell=lambda share: _at(progress, "order", share)
    )
    made: list[PhasePlan] = []
    for number, (phase, step) in enumerate(zip(phases, order.steps, strict=True)):
        former = made[-1] if made else None
        kept = former.step.opened if former else {}
        plan = make_plan(
            district,
            phase.scenario_of(common, step.opened),
            drawn=Drawn(grid, leads=_leads(today)) if planned else None,
            progress=_told(progress, "phases", number / len(phases)),
        )
        opened = pd.Index([name for name in step.opened if name not in kept], name="center")
        gains = gains_of(plan, former.plan.layout if former else None, opened)
        made.append(PhasePlan(phase, plan, step, gains))
    return Phased(district, scenario, today, tuple(made), order.method)


def _leads(plan: Plan) -> dict[str, str]:
    leads = plan.layout.grids["lead"]
    return {str(grid): str(lead) for grid, lead in leads.items() if lead is not None}


def _at(
    progress: Tell | None, part: Part, share: float
) -> Callable[[Progress], bool | None] | None:
    if progress is None:
        return None
    tell = progress
    return lambda run: tell(part, dataclasses.replace(run, fraction=share))


def _told(
    progress: Tell | None, part: Part, share: float = 0.0
) -> Callable[[object, Progress], bool | None] | None:
    if progress is None:
        return None
    tell = progress
    return lambda _stage, run: tell(part, dataclasses.replace(run, fraction=share))
