"""Work of the centers: visits a day, the grade they give, and each center's share of the target."""

from __future__ import annotations

import math

import pandas as pd

from gridplan.planning.layout.layout import Layout
from gridplan.planning.measures.measure import Values, existing, known, measure, numbers
from gridplan.planning.scenario.scenario import Scenario


@measure("center", needs=("centers.daily_visits",))
def daily_visits(layout: Layout, _scenario: Scenario) -> Values:
    """Visits a day of each existing center."""
    return {str(k): known(v) for k, v in numbers(existing(layout), "daily_visits").items()}


@measure("center", needs=("centers.daily_visits",), parameters=("limits",))
def grade_by_visits(layout: Layout, scenario: Scenario, limits: tuple[float, ...]) -> Values:
    """
    Grade of each existing center by its visits a day, 1 for the busiest.

    A center has one grade more for every one of the ascending ``limits`` it stays below.
    """
    return {
        center: None if visits is None else 1.0 + sum(visits < limit for limit in limits)
        for center, visits in daily_visits(layout, scenario).items()
    }


@measure(
    "center",
    needs=("units.population_65", "units.managed_patients"),
    parameters=("residents", "residents of 65 and older", "managed patients"),
)
def service_share(layout: Layout, _scenario: Scenario, weights: tuple[float, ...]) -> Values:
    """
    Percent of the district's service target that falls to each center.

    The weighted mean of the center's shares of the residents, of those of 65 and older and of the
    managed patients. Multiply it by the district's target, yearly or monthly.
    """
    units = layout.district.units
    parts = [numbers(units, name) for name in ("population", "population_65", "managed_patients")]
    total = sum(weights)
    if any(part.isna().any() or part.sum() <= 0 for part in parts) or total <= 0:
        return dict.fromkeys(str(center) for center in layout.centers.index)
    weighted = pd.Series(0.0, index=units.index)
    for weight, part in zip(weights, parts, strict=True):
        weighted += weight / total * part / part.sum()
    shares = 100.0 * weighted.groupby(layout.units["center"]).sum()
    return {str(center): float(shares.get(center, 0.0)) for center in layout.centers.index}


@measure("center", parameters=("residents",), reads=("units.population",))
def teams_of_center(layout: Layout, _scenario: Scenario, norm: tuple[float, ...]) -> Values:
    """Family-doctor teams that the residents of each center need, one for so many residents."""
    people = layout.centers["population"].astype(float)
    return {
        str(center): float(math.ceil(count / norm[0] - 1e-9)) if norm[0] > 0 else None
        for center, count in people.items()
    }
