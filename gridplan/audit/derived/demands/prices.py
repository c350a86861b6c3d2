"""What a cut pays for demands that have a price, summed anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from gridplan.audit.derived.demands.rows import amount_of, in_grids
from gridplan.audit.derived.ways.walks import Keys
from gridplan.district.district import District


def is_priced(district: District, scenario: Keys) -> bool:
    """Whether the objective of the grids has any of these prices in it."""
    rows = any(row.get("price") for row in scenario.balance)
    crossed = any(price for _, _, price in district.crossings)
    return bool(rows or crossed or scenario.grid_tolerance_price or scenario.lead_prices)


def paid(
    district: District, scenario: Keys, grid: np.ndarray, leads: Mapping[str, str | None]
) -> float:
    """
    Sum what a cut pays beside travel, boundaries and splits.

    Parameters
    ----------
    district, scenario
        Barriers, hospitals, and the prices.
    grid
        ``(n,)`` grid of each unit.
    leads
        Hospital by grid.

    Returns
    -------
    value
        Person-metres: for leads by their level, barriers crossed inside a grid, quantities and
        residents outside their bounds.
    """
    table = dict(scenario.lead_prices)
    value = 0.0
    for lead in leads.values():
        level = str(district.hospitals["level"][lead])
        tier = table.get(level.split("-", maxsplit=1)[0], 0.0)
        value += float(table.get(level, tier) or 0.0)
    at = dict(zip(district.units.index, grid, strict=True))
    value += sum(price or 0.0 for one, other, price in district.crossings if at[one] == at[other])
    grids = list(leads)
    for row in scenario.balance:
        amount = amount_of(district, row["column"]) if row.get("price") else None
        if amount is not None:
            band = (row.get("lower"), row.get("upper"), row.get("tolerance"))
            value += row["price"] * _outside(in_grids(grid, amount, grids), band)
    if scenario.grid_tolerance_price:
        people = district.units["population"].to_numpy(dtype=float)
        own = in_grids(grid, people, grids)
        band = (None, None, scenario.grid_tolerance)
        value += scenario.grid_tolerance_price * _outside(own, band)
    return value


def _outside(own: np.ndarray, band: tuple[float | None, float | None, float | None]) -> float:
    """Sum what lies below the least and above the most, by bounds and by a share of the mean."""
    least = [0.0 if band[0] is None else float(band[0])]
    most = [np.inf if band[1] is None else float(band[1])]
    if band[2] is not None:
        least.append((1 - band[2]) * own.mean())
        most.append((1 + band[2]) * own.mean())
    return _sum(max(least) - own) + _sum(own - min(most))


def _sum(excess: Iterable[float]) -> float:
    return float(sum(one for one in excess if one > 0))
