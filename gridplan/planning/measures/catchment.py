"""Places within the walk, shared with all who live as near: two-step floating catchment areas."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.sparse_rows import only, pattern
from gridplan.planning.layout.layout import Layout
from gridplan.planning.measures.measure import Values, measure, whole
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import journeys_of


def two_step(near: sparse.csr_array, people: ArrayLike, supply: ArrayLike) -> np.ndarray:
    """
    Give what is within reach of each unit for each resident: the two-step floating catchment area.

    1. Of each site the supply for each resident within reach of it. 2. Of each unit the sum of
    these over the sites within its reach.

    Parameters
    ----------
    near
        ``(n, m)`` CSR; an entry is stored where the site is within reach.
    people
        ``(n,)`` residents.
    supply
        ``(m,)`` what each site offers.

    Returns
    -------
    access
        ``(n,)`` supply for each resident; a site that nobody can reach adds nothing.

    Notes
    -----
    W. Luo and F. Wang, Environment and Planning B 30 (2003), doi:10.1068/b29120: the 2SFCA of
    PySAL's ``access`` with one catchment and no decay.
    """
    table = pattern(near)
    demand = np.asarray(people, dtype=float) @ table
    offered = np.asarray(supply, dtype=float)
    rate = np.divide(offered, demand, out=np.zeros_like(offered), where=demand > 0)
    return np.asarray(table @ rate)


@measure("district", "subdistrict", reads=("units.population", "centers.place"))
def places_within_walk(layout: Layout, scenario: Scenario) -> Values:
    """
    Places of centers within the walk for each 1,000 residents, shared by all who live as near.

    Two-step floating catchment areas (2SFCA) with the scenario's walk; a center offers the most
    residents it may serve; None where no center has a most. For the district and each street, the
    mean over their residents.
    """
    subjects = [layout.district.code, *map(str, layout.subdistricts.index)]
    centers = layout.centers
    if centers.empty or "capacity_upper" not in centers:
        return dict.fromkeys(subjects)
    if (centers["capacity_upper"].astype(float) >= layout.district.population).all():
        return dict.fromkeys(subjects)  # whoever comes is served: there are no places to share
    ways = journeys_of(layout.district, scenario)
    units = np.arange(len(layout.district.units))
    points = centers.geometry.centroid
    rate, minutes = ways.walk_metres_per_minute, scenario.center_max_minutes
    spots = np.column_stack([points.x, points.y])
    found = ways.walked_within(units, spots, minutes * rate + 1.0)
    near = only(found, found.data / rate <= minutes)
    people = layout.district.units["population"].astype(float)
    access = two_step(near, people.to_numpy(), centers["capacity_upper"].to_numpy(dtype=float))
    weighted = people * 1000.0 * access
    values = dict(whole(layout, _mean(weighted.sum(), people.sum())))
    street = layout.units["subdistrict"]
    over, total = (part.groupby(street).sum() for part in (weighted, people))
    for name in layout.subdistricts.index:
        values[str(name)] = _mean(over.get(name, 0.0), total.get(name, 0.0))
    return values


def _mean(part: float, total: float) -> float | None:
    return None if pd.isna(part) or not total > 0 else float(part) / float(total)
