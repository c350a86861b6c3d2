"""Keys of the community health centers: how many, of what size, and who is near one."""

from __future__ import annotations

from dataclasses import dataclass

from gridplan.planning.scenario.kinds import GRAINS, Choice, Number, Whole, key

OBJECTIVES = ("distance", "coverage", "fewest", "farthest", "equity")
"""What the siting of centers may minimise or maximise."""


@dataclass(frozen=True, kw_only=True, repr=False)
class CenterKeys:
    """How many community health centers there are, of what size, and who walks how far."""

    centers: int | None = key(
        Whole,
        None,
        within=(1, 100_000),
        group="centers",
        first=True,
        clause="guangming-1n-2023/centers-66",
    )
    center_lower: int = key(
        Whole,
        20_000,
        within=(0, 10_000_000),
        step=1000,
        not_above="center_upper",
        unit="persons",
        group="centers",
        first=True,
        clause="guangming-1n-2023/residents-per-center",
    )
    center_upper: int = key(
        Whole,
        30_000,
        within=(1, 10_000_000),
        step=1000,
        unit="persons",
        group="centers",
        first=True,
        clause="guangming-1n-2023/residents-per-center",
    )
    center_objective: str = key(Choice, "distance", words=OBJECTIVES, group="centers", first=True)
    center_coverage_of: str = key(Choice, "nearest", words=("nearest", "assigned"), group="centers")
    center_coverage_target: float = key(
        Number,
        90.0,
        within=(0.0, 100.0),
        unit="percent",
        group="centers",
        clause="living-circle/walk-15",
    )
    center_max_metres: int | None = key(
        Whole, None, within=(1, 1_000_000), step=100, unit="metres", group="centers"
    )
    center_equity: float = key(Number, 0.5, within=(0.0, 1.0), step=0.05, group="centers")
    center_equity_power: int = key(Whole, 2, within=(1, 2), group="centers")
    band_reading: str = key(
        Choice,
        "auto",
        words=("auto", "center", "street", "district", "none"),
        group="centers",
        clause="guangming-1n-2023/residents-per-center",
    )
    center_breach_price: float = key(
        Number, 500.0, within=(0.0, 1e6), step=100, unit="metres", group="centers"
    )
    center_assignment: str = key(
        Choice, "balanced", words=("balanced", "nearest_first"), group="centers"
    )
    center_grain: str = key(Choice, "unit", words=GRAINS, group="centers")
    center_split_price: float = key(
        Number, 0.0, within=(0.0, 1e15), step=1000, unit="person-metres", group="centers"
    )
    center_contiguous: str = key(Choice, "no", words=("no", "yes"), group="centers")
    center_within: str = key(
        Choice,
        "auto",
        words=("auto", "district", "subdistrict"),
        group="centers",
        clause="guangdong-county-2022/three-tiers",
    )
    across_districts: str = key(
        Choice,
        "yes",
        words=("yes", "no"),
        group="centers",
        no_field="said for a batch of districts",
    )
    center_max_minutes: float = key(
        Number,
        15.0,
        within=(0.1, 600.0),
        unit="minutes",
        group="centers",
        first=True,
        clause="living-circle/walk-15",
    )
    walk_by: str = key(
        Choice, "auto", words=("auto", "straight", "roads", "matrix"), group="travel"
    )
    walk_kmh: float = key(Number, 4.5, within=(0.5, 20.0), step=0.5, unit="kmh", group="travel")
    walk_detour: float = key(Number, 1.3, within=(1.0, 5.0), step=0.1, group="travel")
