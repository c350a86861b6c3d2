"""The areas of the regional centers, as a layer for files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from gridplan.outputs.tables.tables import rounded_table
from gridplan.outputs.words.names import Names
from gridplan.planning.regional.areas import regional_areas
from gridplan.text.language import ORIGINAL

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
        center, as every other file has it.
    """
    areas = regional_areas(plan.layout)
    names = Names.of(plan, ORIGINAL).centers
    table = pd.DataFrame(areas.drop(columns="geometry"))
    table.insert(0, "name", [names[center] for center in areas.index])
    return areas, rounded_table(table)
