"""Other ways to cut the grids, priced anew."""

from __future__ import annotations

import dataclasses

import numpy as np

from gridplan.audit.derived.ways.drives import Link, driven
from gridplan.audit.derived.ways.walks import Travel
from gridplan.audit.derived.worth.cuts import cuts_of
from gridplan.outputs.reading.written import Alternative, Written


def priced(plan: Written, travel: Travel, links: list[Link]) -> tuple[Alternative, ...]:
    """
    Price the alternatives of a plan; their grids and leads are taken from it.

    Parameters
    ----------
    plan
        As read.
    travel, links
        How ways are measured.

    Returns
    -------
    alternatives
        With travel against the first, boundary, and residents moved against the nearest before.
    """
    district = travel.district
    people = district.units["population"].to_numpy(dtype=float)
    ways = driven(travel, district.hospitals, links)
    led: list[np.ndarray] = []
    sums: list[float] = []
    found: list[Alternative] = []
    for other in plan.alternatives:
        grid = other.grid.loc[district.units.index].to_numpy(dtype=object)
        lead = np.array([other.leads[one] for one in grid], dtype=object)
        column = district.hospitals.index.get_indexer(lead)
        sums.append(float(people @ ways[np.arange(len(grid)), column]))
        moved = min((float(people[lead != before].sum()) for before in led), default=0.0)
        led.append(lead)
        found.append(
            dataclasses.replace(
                other,
                extra_percent=100 * (sums[-1] / max(sums[0], 1e-9) - 1) if found else 0.0,
                boundary_km=cuts_of(district, grid)["boundary_km"],
                moved=moved,
                share_percent=100 * moved / people.sum(),
            )
        )
    return tuple(found)
