"""The library as a notebook sees it: read a district, plan it, look at the plan, compare plans."""

from gridplan.api.comparing import Comparison, compare, comparison_map
from gridplan.api.districts import District, bundled, read_district
from gridplan.api.looking import locate, read_plan, report, verify
from gridplan.api.plans import Plan, plan, read_drawing, read_scenario
from gridplan.api.steps import (
    Evaluation,
    Phased,
    Repaired,
    Variants,
    evaluate,
    phase,
    repair,
    sensitivity,
    variants,
)
from gridplan.api.sweeping import Sweep, sweep
from gridplan.errors import GridplanError, InfeasibleError, InputError
from gridplan.planning.scenario.scenario import Scenario
from gridplan.project.project import Project

__all__ = [
    "Comparison",
    "District",
    "Evaluation",
    "GridplanError",
    "InfeasibleError",
    "InputError",
    "Phased",
    "Plan",
    "Project",
    "Repaired",
    "Scenario",
    "Sweep",
    "Variants",
    "bundled",
    "compare",
    "comparison_map",
    "evaluate",
    "locate",
    "phase",
    "plan",
    "read_district",
    "read_drawing",
    "read_plan",
    "read_scenario",
    "repair",
    "report",
    "sensitivity",
    "sweep",
    "variants",
    "verify",
]
