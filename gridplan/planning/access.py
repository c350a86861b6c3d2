"""How far residents live from their center, and how unequally, for the district and each street."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridplan.optimise.siting import spread_of
from gridplan.planning.layout.layout import Layout
from gridplan.planning.measures.access import share_near_center, share_near_point
from gridplan.planning.measures.catchment import places_within_walk
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import journeys_of

COLUMNS = (
    "residents",
    "mean_metres",
    "p90_metres",
    "max_metres",
    "deviation_metres",
    "mean_deviation_metres",
    "gini",
    "variation",
    "palma",
    "beyond_walk_residents",
    "mean_excess_metres",
    "within_walk_percent",
    "near_center_percent",
    "near_point_percent",
    "places_per_1000",
)


def access_table(layout: Layout, scenario: Scenario) -> pd.DataFrame:
    """
    Measure the spread of the walks to the assigned center.

    Parameters
    ----------
    layout
        Units with their center and street; residents weigh them.
    scenario
        The walk that counts as near.

    Returns
    -------
    access
        Index ``subject``: the district's code, then each street. ``residents`` (persons); of their
        walks the mean, 90th percentile, maximum, standard and mean absolute deviation (metres,
        weighted by residents), ``gini`` (0 all alike to 1), coefficient of ``variation`` and
        ``palma`` ratio (the farthest tenth's over those of the nearest four tenths); residents
        beyond the walk to their own center, and by how much, as a mean over all (metres); the
        percent of residents within the walk of the center they are assigned to
        (``within_walk_percent``), of the nearest center (``near_center_percent``) and of the
        nearest medical point (``near_point_percent``); ``places_per_1000`` residents within the
        walk, shared by all who live as near (2SFCA).
    """
    codes, names = pd.factorize(layout.units["subdistrict"], sort=True)
    people = layout.district.units["population"].to_numpy(dtype=float)
    near = (
        scenario.center_max_minutes * journeys_of(layout.district, scenario).walk_metres_per_minute
    )
    length = layout.units["metres_to_center"].to_numpy(dtype=float)
    found = spread_of(length, people, standard=near, group=np.where(codes < 0, len(names), codes))
    named = [(layout.district.code, None), *((str(name), code) for code, name in enumerate(names))]
    centers, points = share_near_center(layout, scenario), share_near_point(layout, scenario)
    places = places_within_walk(layout, scenario)
    rows = {}
    for name, code in named:
        spread = found[code]
        rows[name] = (
            spread.people,
            spread.mean,
            spread.p90,
            spread.largest,
            spread.deviation,
            spread.absolute,
            spread.gini,
            spread.variation,
            spread.palma,
            spread.people * (1.0 - (1.0 if spread.within is None else spread.within)),
            spread.excess,
            100 * (spread.within or 0.0),
            centers.get(name),
            points.get(name),
            places.get(name),
        )
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS))
    return table.rename_axis("subject")
