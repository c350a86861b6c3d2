"""The areas of the regional centers, as a layer for files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from gridplan.outputs.tables.tables import rounded_table
from gridplan.planning.regional.areas import regional_areas

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

AREAS = "areas"
"""Name of the layer."""


def area_frame(plan: Plan) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """
    Give the shapes and the table of the areas.

    Returns
    -------
    shapes, table
        As of :func:`gridplan.planning.regional.areas.regional_areas`; with ``name`` of the regional
        center as it is called in the layer, if it has one.
    """
    areas = regional_areas(plan.layout)
    names = plan.layout.centers["name"].reindex(areas.index)
    table = pd.DataFrame(areas.drop(columns="geometry"))
    table.insert(0, "name", names.astype(object).where(names.notna(), None))
    return areas, rounded_table(table)
