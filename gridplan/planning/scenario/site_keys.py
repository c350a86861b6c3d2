"""Keys of sites: centers closed, enlarged or opened by hand, phases, budget and candidates."""

from __future__ import annotations

from dataclasses import dataclass

from gridplan.planning.scenario.kinds import (
    IN_FILE,
    Choice,
    Names,
    Number,
    Table,
    Texts,
    Whole,
    key,
)
from gridplan.planning.scenario.rows import PHASED, Row, RowList


@dataclass(frozen=True, kw_only=True, repr=False)
class SiteKeys:
    """Which sites are open, closed or asked for, when they are built and what for."""

    close: tuple[str, ...] = key(Texts, (), group="centers", offered="centers")
    enlarge: tuple[tuple[str, int], ...] = key(
        Table,
        (),
        within=(1, 10_000_000),
        whole=True,
        entry='{"…" = 30000}',
        unit="persons",
        group="centers",
    )
    band_exempt: tuple[str, ...] = key(
        Texts,
        (),
        group="centers",
        offered="centers",
        clause="guangming-1n-2023/residents-per-center",
    )
    open_at: tuple[tuple[str, str], ...] = key(
        Names, (), entry='{"N1" = "…"}', group="centers", no_field="written in the file"
    )
    not_at: tuple[str, ...] = key(
        Texts, (), group="centers", no_field="a district has too many units for a list"
    )
    growth: tuple[tuple[str, float], ...] = key(
        Table, (), within=(0.01, 100.0), entry='{"…" = 1.1}', group="centers"
    )
    phases: tuple[Row, ...] = key(RowList, (), form=PHASED, group="centers", no_field=IN_FILE)
    budget: float | None = key(
        Number, None, within=(0.0, 1e9), step=100, unit="wan-yuan", group="centers"
    )
    center_stations: int = key(Whole, 0, within=(0, 10_000), group="centers")
    station_upper: int | None = key(
        Whole, None, within=(1, 1_000_000), step=1000, unit="persons", group="centers"
    )
    candidates_per_community: int = key(Whole, 5, within=(1, 1000), group="centers")
    candidates_from: str = key(
        Choice, "residents", words=("residents", "unreached"), group="centers"
    )
    candidates_at: str = key(
        Choice, "units", words=("units", "crossings", "given"), group="centers"
    )
    candidates_inside: tuple[str, ...] = key(
        Texts, (), group="centers", no_field="names of streets, communities and units alike"
    )
    candidates_outside: tuple[str, ...] = key(
        Texts, (), group="centers", no_field="names of streets, communities and units alike"
    )
    candidates_spacing: float = key(
        Number, 0.0, within=(0.0, 1e5), step=100, unit="metres", group="centers"
    )
