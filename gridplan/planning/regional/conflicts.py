"""Why there is no 1+N choice among the centers, in the terms of the planner."""

from __future__ import annotations

import pandas as pd

from gridplan.errors import Problem
from gridplan.planning.scenario.scenario import Scenario


def regional_conflicts(
    scenario: Scenario, sites: pd.DataFrame, *, grids: int, streets: int
) -> list[Problem]:
    """
    Say in the planner's terms why there is no 1+N choice among these centers.

    Parameters
    ----------
    scenario
        What was asked.
    sites
        The centers with ``subdistrict`` and ``population``.
    grids, streets
        How many there are.

    Returns
    -------
    clashes
        At least one; other centers might do, so nothing is proven.
    """
    least = scenario.regional_population_min
    if least:
        people = sites.groupby("subdistrict")["population"].sum()
        short = [
            Problem(
                "regional-population",
                {
                    "subdistrict": name,
                    "residents": round(float(n)),
                    "regional_min": scenario.regional_min,
                    "regional_population_min": least,
                },
            )
            for name, n in people.items()
            if n < scenario.regional_min * least
        ]
        if short:
            return short
    values = {
        "regional_min": scenario.regional_min,
        "regional_max": scenario.regional_max,
        "regional_population_min": least,
        "grids": grids,
        "streets": streets,
    }
    return [Problem("regional-impossible", values)]
