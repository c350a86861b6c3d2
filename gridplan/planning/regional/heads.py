"""
Which street gives each grid its first regional center, where streets have hardly enough of them.

A center is managed within its grid, so that every grid needs a regional one, and a street has at
most ``regional_max``. The street of each grid is an assignment (Kuhn 1955,
doi:10.1002/nav.3800020109): first where the grid has a center already, else where one may open.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from gridplan.district.district import District
from gridplan.planning.centers.arrays import Groups
from gridplan.planning.centers.centers import Centers
from gridplan.planning.centers.question import center_question
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sites.stations import is_station

NEVER = 1e6
"""What a street without a place in the grid costs; a place without a center costs 1."""


def head_groups(
    district: District, scenario: Scenario, grid: pd.Series, centers: Centers
) -> Groups | None:
    """
    Ask for a center of each grid in a street that can give it a regional one.

    Parameters
    ----------
    district, scenario
        What is planned.
    grid
        Index ``unit``: grid of each unit.
    centers
        As they were placed without that.

    Returns
    -------
    Groups
        Each street's part of each grid by itself, with the centers it is to have: one for the head
        of the grid, and as many of the street's minimum as stood there. None where it cannot be
        asked for in this way, or streets cannot give every grid one.
    """
    asked = center_question(district, scenario, grid)
    post = is_station(asked.sites)
    if asked.street_maximum is not None or post.any():
        return None
    names = np.unique(grid.to_numpy(dtype=object))
    part = pd.Index(names).get_indexer(asked.sites["grid"])
    streets = len(asked.street_minimum)
    cell = asked.street * len(names) + part
    places = np.bincount(cell, minlength=streets * len(names))
    open_ = asked.sites.index.isin(centers.sites.index)
    stood = np.bincount(cell[open_], minlength=len(places))
    price = np.where(stood > 0, 0.0, np.where(places > 0, 1.0, NEVER)).reshape(streets, -1)
    slot = np.repeat(np.arange(streets), min(scenario.regional_max, len(names)))
    if len(slot) < len(names):
        return None
    place, head = linear_sum_assignment(price[slot])
    if price[slot][place, head].max() >= NEVER:
        return None
    least = np.zeros((streets, len(names)), dtype=int)
    least[slot[place], head] = 1
    for street, need in enumerate(asked.street_minimum):
        own = stood.reshape(streets, -1)[street]
        for at in np.argsort(-own, kind="stable"):
            more = min(max(int(own[at]) - least[street, at], 0), need - least[street].sum())
            least[street, at] += max(more, 0)
    return Groups(cell, least.ravel())
