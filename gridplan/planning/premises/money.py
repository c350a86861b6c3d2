"""What a plan costs, and what each newly covered resident costs; nothing where no cost is told."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.planning.layout.layout import Layout
from gridplan.planning.premises.site_columns import figures
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import journeys_of

YUAN = 10_000.0
"""Yuan of one unit of cost (万元)."""


@dataclass(frozen=True)
class Money:
    """
    Costs in 10,000 yuan (万元); None where not known.

    Parameters
    ----------
    opening_cost, closing_cost
        Of the new centers, and of those that are closed.
    places_cost
        Of residents served beyond the capacity of a house that is enlarged for them.
    total_cost
        Of all; None where one of them is not known.
    budget
        The scenario's.
    unknown
        Centers whose cost nobody tells.
    newly_residents
        Residents within the walk of a center, less those within the walk of one that is open today.
    yuan_per_newly_resident
        Total cost for each of them, in yuan; None where there are none.
    """

    opening_cost: float | None = None
    closing_cost: float | None = None
    places_cost: float | None = None
    total_cost: float | None = None
    budget: float | None = None
    unknown: tuple[str, ...] = ()
    newly_residents: float | None = None
    yuan_per_newly_resident: float | None = None

    @property
    def told(self) -> bool:
        """Whether anything is known of the costs."""
        return self != Money()


def costs_told(*layers: pd.DataFrame) -> bool:
    """Whether some layer tells costs at all."""
    columns = ("cost_open", "cost_close", "cost_per_place")
    return any(name in layer and layer[name].notna().any() for layer in layers for name in columns)


def money_of(layout: Layout, scenario: Scenario) -> Money:
    """
    Count what a layout costs.

    Parameters
    ----------
    layout
        Centers with ``cost_open``, ``cost_per_place``, ``capacity`` where told; the district's own
        tell ``cost_close``.
    scenario
        Closed centers, the budget, the walk.

    Returns
    -------
    Money
        Nothing known where no layer tells a cost and there is no budget.
    """
    district, centers = layout.district, layout.centers
    if not len(centers):
        return Money()
    if scenario.budget is None and not costs_told(centers, district.centers, district.candidates):
        return Money()
    new = (centers["status"] == "new").to_numpy()
    opening = figures(centers, "cost_open")[new]
    gone = [key for key in scenario.close if key in district.centers.index]
    closing = figures(district.centers, "cost_close").loc[gone]
    places = place_costs(centers, district.centers)
    unknown = (*opening.index[opening.isna()], *closing.index[closing.isna()])
    unknown = (*unknown, *places.index[places.isna()])
    opened, closed, added = (float(part.sum()) for part in (opening, closing, places))
    total = None if unknown else opened + closed + added
    newly = _near(layout, scenario, after=True) - _near(layout, scenario, after=False)
    return Money(
        opening_cost=opened,
        closing_cost=closed,
        places_cost=added,
        total_cost=total,
        budget=scenario.budget,
        unknown=tuple(dict.fromkeys(map(str, unknown))),
        newly_residents=newly,
        yuan_per_newly_resident=None if total is None or newly <= 0 else YUAN * total / newly,
    )


def spent(sites: pd.DataFrame, district: District, scenario: Scenario) -> tuple[float, float]:
    """
    Add up what centers cost that were placed but not laid out yet.

    Parameters
    ----------
    sites
        The open ones, with ``population``.
    district, scenario
        Centers of today, and which of them close.

    Returns
    -------
    fixed, places
        Opening and closing, and places; where nobody tells one it counts as nothing.
    """
    new = (sites["status"] == "new").to_numpy()
    opening = float(figures(sites, "cost_open")[new].sum())
    gone = [key for key in scenario.close if key in district.centers.index]
    closing = float(figures(district.centers, "cost_close").loc[gone].sum())
    return opening + closing, float(place_costs(sites, district.centers).sum())


def place_costs(centers: pd.DataFrame, today: pd.DataFrame) -> pd.Series:
    """
    Price the residents that each center serves beyond the capacity of its house as it is.

    Parameters
    ----------
    centers
        The open ones, with ``population``.
    today
        Those of the district, before any is enlarged.

    Returns
    -------
    costs
        Index ``center``; 0 where no place is added, NaN where some are and nobody tells the price.
        A new site that tells a price and no capacity pays for every resident.
    """
    price = figures(centers, "cost_per_place")
    held = held_today(centers, today)
    added = (centers["population"].astype(float) - held).clip(lower=0.0)
    added = added.where(added > 1e-6, 0.0).fillna(0.0)
    if "cost_per_place" not in centers:
        return added * 0.0
    return (added * price).where(added > 0, 0.0)


def held_today(sites: pd.DataFrame, today: pd.DataFrame) -> pd.Series:
    """Give the residents that each house serves at no price, as it is; NaN where nobody says."""
    held = figures(sites, "capacity")
    own = [key for key in sites.index if key in today.index]
    held.loc[own] = figures(today, "capacity").loc[own]  # before it was enlarged
    priced = figures(sites, "cost_per_place").notna()
    bare = held.isna() & priced & (sites["status"] == "new")
    return held.where(~bare, 0.0)


def without_places(sites: gpd.GeoDataFrame, district: District) -> gpd.GeoDataFrame:
    """Let no house whose places have a price serve more than it does as it is."""
    held = held_today(sites, district.centers)
    priced = figures(sites, "cost_per_place") > 0
    upper = sites["capacity_upper"].astype(float)
    upper = upper.where(~(priced & (held < upper)), held)
    lower = np.minimum(sites["capacity_lower"].astype(float), upper)
    return sites.assign(capacity_upper=upper, capacity_lower=lower)


def _near(layout: Layout, scenario: Scenario, *, after: bool) -> float:
    """Count the residents within the walk of a center, after the plan or today."""
    district = layout.district
    layers = [layout.centers if after else district.centers, district.outside_centers]
    points = np.concatenate(
        [
            np.column_stack([layer.geometry.centroid.x, layer.geometry.centroid.y])
            for layer in layers
        ]
    )
    ways = journeys_of(district, scenario)
    minutes = ways.walked_to_nearest(points) / ways.walk_metres_per_minute
    near = minutes <= scenario.center_max_minutes
    return float(district.units["population"].to_numpy(dtype=float)[near].sum())


def money_from(told: Mapping[str, Any]) -> Money:
    """Take what :func:`money_told` gave."""
    known = {field.name for field in dataclasses.fields(Money)}
    values = {name: value for name, value in told.items() if name in known}
    return Money(**values | {"unknown": tuple(map(str, told.get("unknown", ())))})


def money_told(money: Money) -> dict[str, object]:
    """Give what is known as plain values; empty where nothing is."""
    return dataclasses.asdict(money) if money.told else {}
