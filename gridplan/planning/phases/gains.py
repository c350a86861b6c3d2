"""What each new center of a phase brings: who is reached by it, and whom it relieves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridplan.planning.layout.layout import Layout
from gridplan.planning.plan import Plan
from gridplan.planning.ways.journeys import journeys_of


def gains_of(plan: Plan, former: Layout | None, new: pd.Index) -> pd.DataFrame:
    """
    Count what the centers opened in a phase bring against the phase before.

    Parameters
    ----------
    plan
        Of the phase.
    former
        Layout of the phase before; None before the first, when the centers that exist today and are
        kept are all there are.
    new
        Ids of the centers that this phase opens.

    Returns
    -------
    gains
        Index ``center``: ``reached``, residents within ``center_max_minutes`` of it and of no
        center of the phase before; ``relieved``, the center of the phase before with most residents
        of those it takes some from, and ``taken``, how many; None and 0 where it takes none.
    """
    ways, scenario = journeys_of(plan.district, plan.scenario), plan.scenario
    people = plan.district.units["population"].to_numpy(dtype=float)
    near = scenario.center_max_minutes * ways.walk_metres_per_minute
    centers = plan.layout.centers
    before = centers.index.difference(new) if former is None else former.centers.index
    old = centers.loc[centers.index.intersection(before)].geometry
    far = np.full(len(people), np.inf)
    if len(old):
        far = ways.walked_to_nearest(np.column_stack([old.x, old.y]))
    unreached = far > near
    rows = []
    for center in new:
        place = centers.geometry[center]
        walk = ways.walked_to_nearest(np.array([[place.x, place.y]]))
        reached = float(people[unreached & (walk <= near)].sum())
        name, taken = _relieved(plan, former, center)
        rows.append({"reached": reached, "relieved": name, "taken": taken})
    return pd.DataFrame(
        rows, columns=["reached", "relieved", "taken"], index=pd.Index(new, name="center")
    )


def _relieved(plan: Plan, former: Layout | None, center: str) -> tuple[str | None, float]:
    """Find the fullest center of the phase before among those whose residents go here now."""
    if former is None:
        return None, 0.0
    people = plan.district.units["population"]
    here = plan.layout.units["center"] == center
    left = people[here].groupby(former.units.loc[here.index[here], "center"]).sum()
    left = left[left > 0]
    if left.empty:
        return None, 0.0
    fullest = former.centers["population"].reindex(left.index).idxmax()
    return str(fullest), float(left[fullest])
