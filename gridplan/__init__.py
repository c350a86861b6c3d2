"""gridplan plans a district's medical-group grids and community health centers, with proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridplan.version import VERSION

if TYPE_CHECKING:
    from gridplan.api import (
        Comparison,
        District,
        Evaluation,
        GridplanError,
        InfeasibleError,
        InputError,
        Phased,
        Plan,
        Project,
        Repaired,
        Scenario,
        Sweep,
        Variants,
        bundled,
        compare,
        comparison_map,
        evaluate,
        locate,
        phase,
        plan,
        read_district,
        read_drawing,
        read_plan,
        read_scenario,
        repair,
        report,
        sensitivity,
        sweep,
        variants,
        verify,
    )

__version__ = VERSION

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
    "__version__",
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


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)


def __getattr__(name: str) -> Any:  # noqa: ANN401  # any public name
    """Load the library when it is first used, so that ``gridplan --help`` answers at once."""
    if name in __all__:
        from gridplan import api

        return getattr(api, name)
    msg = f"module 'gridplan' has no attribute {name!r}"
    raise AttributeError(msg)
