"""How far walks to the centers reach, as layers for files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from gridplan.outputs.tables.tables import rounded_table
from gridplan.planning.ways.reach import reach_of

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

REACHED = ("reach", "isochrones")
"""Names of the layers."""


def reach_frames(plan: Plan) -> dict[str, tuple[gpd.GeoDataFrame, pd.DataFrame]]:
    """
    Give the shapes and the table of each layer.

    Returns
    -------
    layers
        ``reach``, index ``minutes``: from where the nearest center is no farther, for rising
        minutes up to the walk that counts as near. ``isochrones``, index ``center``: from where
        each center is within that walk. Both with ``by`` (``circles`` of straight lines, along
        ``roads``, whole ``cells`` by a matrix), ``population``, ``area_km2``.
    """
    reach = reach_of(plan.layout, plan.scenario)
    layers = zip(REACHED, (reach.bands, reach.centers), strict=True)
    return {
        name: (
            frame[~frame.geometry.is_empty],
            rounded_table(pd.DataFrame(frame.drop(columns="geometry")).assign(by=reach.by)),
        )
        for name, frame in layers
    }
