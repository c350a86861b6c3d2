"""Keys of the grids: how many and how even, who leads, what is bound, the drive to the lead."""

from __future__ import annotations

from dataclasses import dataclass

from gridplan.district.schema.vocabulary import LEVELS
from gridplan.planning.scenario.kinds import (
    GRAINS,
    IN_FILE,
    Choice,
    Number,
    Table,
    Texts,
    Whole,
    key,
)
from gridplan.planning.scenario.rows import BALANCED, BOUNDED, CONTAINED, LED, PLACES, Row, RowList
from gridplan.travel.ways import DRIVE_KMH


@dataclass(frozen=True, kw_only=True, repr=False)
class GridKeys:
    """How the district is divided into grids, and how one drives to the lead hospital."""

    grids: int = key(
        Whole,
        2,
        within=(0, 1000),
        group="grids",
        first=True,
        clause="national-trial-2023/grids-per-city",
    )
    grid_leads: tuple[str, ...] = key(
        Texts, (), group="grids", offered="hospitals", clause="national-trial-2023/tertiary-lead"
    )
    grid_tolerance: float = key(
        Number,
        0.10,
        within=(0.0, 1.0),
        share=True,
        group="grids",
        first=True,
        clause="national-trial-2023/population-balance",
    )
    grid_grain: str = key(Choice, "unit", words=GRAINS, group="grids", first=True)
    grid_compactness: float = key(
        Number, 0.0, within=(0.0, 1e9), step=0.1, unit="person-metres", group="grids"
    )
    grid_follow: float = key(Number, 0.0, within=(0.0, 1.0), share=True, step=10, group="grids")
    grid_split_price: float = key(
        Number, 0.0, within=(0.0, 1e15), step=1000, unit="person-metres", group="grids"
    )
    grid_tolerance_price: float = key(
        Number, 0.0, within=(0.0, 1e9), step=100, unit="person-metres", group="grids"
    )
    lead_prices: tuple[tuple[str, float], ...] = key(
        Table,
        (),
        within=(0.0, 1e15),
        names=tuple(LEVELS),
        entry='{"secondary" = 1000000}',
        unit="person-metres",
        group="grids",
    )
    fix: tuple[Row, ...] = key(RowList, (), form=LED, group="grids", no_field=IN_FILE)
    bar: tuple[Row, ...] = key(RowList, (), form=LED, group="grids", no_field=IN_FILE)
    together: tuple[Row, ...] = key(RowList, (), form=PLACES, group="grids", no_field=IN_FILE)
    apart: tuple[Row, ...] = key(RowList, (), form=PLACES, group="grids", no_field=IN_FILE)
    must_contain: tuple[Row, ...] = key(
        RowList,
        (),
        form=CONTAINED,
        group="grids",
        clause="national-trial-2023/continuing-member",
        no_field=IN_FILE,
    )
    balance: tuple[Row, ...] = key(RowList, (), form=BALANCED, group="grids", no_field=IN_FILE)
    grid_bounds: tuple[Row, ...] = key(RowList, (), form=BOUNDED, group="grids", no_field=IN_FILE)
    drive_by: str = key(Choice, "auto", words=("auto", "units", "roads", "matrix"), group="travel")
    drive_kmh: float = key(Number, 30.0, within=(1.0, 200.0), step=5, unit="kmh", group="travel")
    road_speeds: tuple[tuple[str, float], ...] = key(
        Table,
        (),
        within=(1.0, 200.0),
        names=tuple(DRIVE_KMH),
        entry='{"primary" = 40}',
        unit="kmh",
        group="travel",
    )
