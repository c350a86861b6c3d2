"""gridplan plans a district's medical-group grids and community health centers, with proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridplan.version import VERSION

if TYPE_CHECKING:
    from gridplan.api import (
        District,
        Evaluation,
        GridplanError,
        InfeasibleError,
        InputError,
        Phased,
        Plan,
        Project,
        Scenario,
        compare,
        comparison_map,
        evaluate,
        phase,
        plan,
        read_district,
        read_drawing,
        read_scenario,
        variants,
    )

__version__ = VERSION

__all__ = [
    "District",
    "Evaluation",
    "GridplanError",
    "InfeasibleError",
    "InputError",
    "Phased",
    "Plan",
    "Project",
    "Scenario",
    "__version__",
    "compare",
    "comparison_map",
    "evaluate",
    "phase",
    "plan",
    "read_district",
    "read_drawing",
    "read_scenario",
    "variants",
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
