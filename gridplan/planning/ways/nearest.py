"""How far each unit is from the nearest center and the nearest medical point of any kind."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.planning.ways.journeys import Journeys

TO_CENTER, TO_POINT = "metres_to_nearest_center", "metres_to_nearest_point"


def nearest_metres(ways: Journeys, centers: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Measure the walk from each unit to what is nearest, whoever it is assigned to.

    Parameters
    ----------
    ways
        How walks are measured in the district: its units, hospitals, village stations and
        ``outside_centers``; the last count here and nowhere else.
    centers
        Those open in the plan.

    Returns
    -------
    metres
        Index ``unit``, whole metres: :data:`TO_CENTER`, to the nearest center, those of
        neighbouring districts included; :data:`TO_POINT`, to the nearest medical point
        (医疗服务点): those centers, village stations and hospitals. NaN where there is none.
    """
    district = ways.district
    centers_near = [_places(centers), _places(district.outside_centers)]
    others = [_places(district.stations), _places(district.hospitals)]
    return pd.DataFrame(
        {
            TO_CENTER: _metres(ways, centers_near),
            TO_POINT: _metres(ways, [*centers_near, *others]),
        },
        index=district.units.index,
    )


def _places(layer: gpd.GeoDataFrame) -> np.ndarray:
    # A layer that an analyst made by hand may hold areas.
    points = layer.geometry.centroid
    return np.column_stack([points.x.to_numpy(), points.y.to_numpy()])


def _metres(ways: Journeys, points: list[np.ndarray]) -> np.ndarray:
    return ways.walked_to_nearest(np.concatenate(points))
