"""Keys of the regional centers: how many a subdistrict has, and which center can be one."""

from __future__ import annotations

from dataclasses import dataclass

from gridplan.planning.scenario.kinds import Names, Whole, key


@dataclass(frozen=True, kw_only=True, repr=False)
class RegionalKeys:
    """How many regional centers a subdistrict has, and which center can be one."""

    regional_min: int = key(
        Whole,
        1,
        within=(0, 1000),
        not_above="regional_max",
        group="regional",
        first=True,
        clause="guangming-1n-2023/regional-per-street",
    )
    regional_max: int = key(
        Whole,
        2,
        within=(0, 1000),
        group="regional",
        first=True,
        clause="guangming-1n-2023/regional-per-street",
    )
    regional_subdistrict_population: int = key(
        Whole,
        100_000,
        within=(1, 10_000_000),
        step=10_000,
        unit="persons",
        group="regional",
        clause="guangming-1n-2023/street-population",
        formerly="regional_street_population",
    )
    regional_lower: int | None = key(
        Whole,
        None,
        within=(0, 10_000_000),
        step=1000,
        not_above="regional_upper",
        unit="persons",
        group="regional",
    )
    regional_upper: int | None = key(
        Whole, None, within=(1, 10_000_000), step=1000, unit="persons", group="regional"
    )
    regional_added: tuple[tuple[str, str], ...] = key(
        Names,
        (),
        entry='{"…" = "…"}',
        group="regional",
        no_field="a reason is written in the file",
        clause="guangming-1n-2023/regional-per-street",
    )
    regional_population_min: int = key(
        Whole,
        0,
        within=(0, 10_000_000),
        step=10_000,
        unit="persons",
        group="regional",
        clause="guangming-1n-2023/managed-100k",
    )
    regional_floor_area_min: int = key(
        Whole,
        0,
        within=(0, 1_000_000),
        step=100,
        unit="square-metres",
        group="regional",
        clause="guangming-1n-2023/regional-per-street",
    )
