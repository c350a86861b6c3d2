"""What a plan costs, counted anew: center by center."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from gridplan.audit.derived.figures import Facts
from gridplan.audit.derived.ways.walks import places_of

COSTS = ("cost_open", "cost_close", "cost_per_place")


def money_again(facts: Facts) -> dict[str, Any]:
    """
    Count the costs of a plan that was put together anew.

    Returns
    -------
    values
        As ``plan.json`` has them; empty where no layer tells a cost and there is no budget.
    """
    district, scenario, centers = facts.district, facts.scenario, facts.centers
    layers = (centers, district.centers, district.candidates)
    told = any(name in one and one[name].notna().any() for one in layers for name in COSTS)
    if not len(centers) or (scenario.budget is None and not told):
        return {}
    opening: dict[str, float] = {}
    places: dict[str, float] = {}
    for key, row in centers.iterrows():
        if row["status"] == "new":
            opening[str(key)] = _number(row, "cost_open")
        places[str(key)] = _places(facts, str(key), row)
    gone = [key for key in scenario.close if key in district.centers.index]
    closing = {str(key): _number(district.centers.loc[key], "cost_close") for key in gone}
    parts = (opening, closing, places)
    unknown = [key for part in parts for key, value in part.items() if math.isnan(value)]
    sums = [sum(value for value in part.values() if not math.isnan(value)) for part in parts]
    total = None if unknown else sum(sums)
    newly = _near(facts, centers) - _near(facts, district.centers)
    each = None if total is None or newly <= 0 else 10_000 * total / newly
    return {
        "opening_cost": float(sums[0]),
        "closing_cost": float(sums[1]),
        "places_cost": float(sums[2]),
        "total_cost": None if total is None else float(total),
        "budget": scenario.budget,
        "unknown": list(dict.fromkeys(unknown)),
        "newly_residents": newly,
        "yuan_per_newly_resident": each,
    }


def _number(row: Any, name: str) -> float:  # noqa: ANN401  # a row of a table
    value = row.get(name)
    return math.nan if value is None or pd.isna(value) else float(value)


def _places(facts: Facts, key: str, row: Any) -> float:  # noqa: ANN401  # a row of a table
    """Price the residents beyond what the house holds as it stands today."""
    today = facts.district.centers
    price = _number(row, "cost_per_place")
    held = _number(today.loc[key] if key in today.index else row, "capacity")
    if "cost_per_place" not in facts.centers:
        return 0.0
    if math.isnan(held):
        held = 0.0 if row["status"] == "new" and not math.isnan(price) else math.inf
    more = facts.load[key] - held
    return more * price if more > 1e-6 else 0.0


def _near(facts: Facts, centers: Any) -> float:  # noqa: ANN401  # a layer
    """Count the residents with one of these, or a neighbour's center, within the walk."""
    layers = [places_of(centers), places_of(facts.district.outside_centers)]
    metres = np.round(facts.travel.to_nearest(np.concatenate(layers)))
    near = metres / facts.travel.walked_a_minute <= facts.scenario.center_max_minutes
    return float(facts.people[near].sum())
