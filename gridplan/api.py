"""The library as a notebook sees it: read a district, plan it, look at the plan, compare plans."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from gridplan.district.district import District
from gridplan.district.read import read_district
from gridplan.errors import GridplanError, InfeasibleError, InputError
from gridplan.outputs.comparison import comparison_table
from gridplan.outputs.folder import write_plan
from gridplan.outputs.maps import PlanMap, comparison_map, plan_map
from gridplan.outputs.summary import summary
from gridplan.planning.plan import Plan as PlannedValue
from gridplan.planning.plan import Tell
from gridplan.planning.plan import plan as make_plan
from gridplan.planning.scenario import Scenario, read_scenario

__all__ = [
    "District",
    "GridplanError",
    "InfeasibleError",
    "InputError",
    "Plan",
    "Scenario",
    "compare",
    "comparison_map",
    "plan",
    "read_district",
    "read_scenario",
]


@dataclasses.dataclass(frozen=True, eq=False)
class Plan(PlannedValue):
    """A plan that can show and write itself; else :class:`gridplan.planning.plan.Plan`."""

    def map(self, *, lang: str = "zh") -> PlanMap:
        """Draw the plan; shows itself in a notebook and works without internet."""
        return plan_map(self, lang=lang)

    def summary(self, *, lang: str = "zh") -> str:
        """Tell the plan in words and small tables."""
        return summary(self, lang=lang)

    def write(self, out: str | Path, *, lang: str = "zh") -> tuple[Path, ...]:
        """Write every output to a folder, all or nothing."""
        return write_plan(self, Path(out), lang=lang)


def plan(
    district: District,
    scenario: Scenario,
    *,
    alternatives: int = 0,
    progress: Tell | None = None,
) -> Plan:
    """
    Plan a district; see :func:`gridplan.planning.plan.plan`.

    Parameters
    ----------
    district
        As :func:`read_district` gives it.
    scenario
        Every decision.
    alternatives
        Up to how many ways to cut the grids to offer, the plan's own included.
    progress
        Told stage and progress; returning True ends the stage with its best so far.

    Returns
    -------
    Plan

    Raises
    ------
    InputError, InfeasibleError
        If the scenario does not fit the district, or its demands clash.
    """
    made = make_plan(district, scenario, alternatives=alternatives, progress=progress)
    fields = {field.name: getattr(made, field.name) for field in dataclasses.fields(made)}
    return Plan(**fields)


def compare(plans: Sequence[PlannedValue], *, lang: str = "zh") -> pd.DataFrame:
    """
    Put plans of one district side by side.

    Parameters
    ----------
    plans
        Two or more.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    table
        One row a figure, one column a plan, named by its scenario.
    """
    return comparison_table(plans, lang=lang)
