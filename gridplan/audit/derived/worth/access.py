"""How far residents live from their center, and how many live near one, counted anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from gridplan.audit.derived.ways.spread import spread

COLUMNS = (
    *("residents", "mean_metres", "p90_metres", "max_metres", "deviation_metres"),
    *("mean_deviation_metres", "gini", "variation", "palma"),
    *("beyond_walk_residents", "mean_excess_metres"),
    *("within_walk_percent", "near_center_percent", "near_point_percent"),
    "places_per_1000",
)


def access_of(
    code: str,
    units: pd.DataFrame,
    people: np.ndarray,
    near: float,
    shares: Sequence[Mapping[str, float | None]],
) -> list[dict[str, Any]]:
    """
    Sum the walks to the center assigned, over the district and over each street.

    Parameters
    ----------
    code
        Of the district.
    units
        With ``subdistrict`` and ``metres_to_center``.
    people
        ``(n,)`` residents.
    near
        Metres that count as near.
    shares
        Percent of residents near a center, and near a medical point, and places within the walk for
        each 1,000, by district and street.

    Returns
    -------
    rows
        ``subject`` and :data:`COLUMNS`.
    """
    metres = units["metres_to_center"].to_numpy(dtype=float)
    street = units["subdistrict"].to_numpy(dtype=object)
    rows = []
    for name in [None, *sorted({text for text in street if isinstance(text, str)})]:
        here = np.ones(len(street), bool) if name is None else street == name
        told = spread(metres[here], people[here])
        within = float(people[here & (metres <= near)].sum())
        farther = here & (metres > near)
        excess = float((people[farther] * (metres[farther] - near)).sum())
        subject = code if name is None else name
        values = (
            *(told.people, told.mean, told.p90, told.largest, told.deviation, told.absolute),
            *(told.gini, told.deviation / told.mean if told.mean else 0.0, told.palma),
            *(float(people[farther].sum()), excess / told.people if told.people else 0.0),
            100 * (within / told.people if told.people else 1.0),
            *(share.get(subject) for share in shares),
        )
        rows.append({"subject": subject, **dict(zip(COLUMNS, values, strict=True))})
    return rows
