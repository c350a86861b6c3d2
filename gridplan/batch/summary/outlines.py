"""The outline of what was planned of each district, city and province."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.batch.levels import CITY, DISTRICT, PROVINCE, parent_of

COLUMNS = ["scenario", "level", "code", "geometry"]


def outlines_of(shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Join outlines upwards, each level from the one below: districts are many and ragged.

    Parameters
    ----------
    shapes
        One row a planned district and scenario, in EPSG:4326: ``scenario``, ``adcode``.

    Returns
    -------
    outlines
        ``scenario``, ``level``, ``code``, in EPSG:4326. A district without a city joins its
        province by itself; one whose code tells no place has no parent.
    """
    districts = shapes.assign(level=DISTRICT, code=shapes["adcode"])[COLUMNS]
    cities = _joined(districts, CITY)
    of_city = np.array([parent_of(code, CITY) != "" for code in districts["code"]], dtype=bool)
    below = pd.concat([districts[~of_city], cities], ignore_index=True)
    made = [districts, cities, _joined(below, PROVINCE)]
    return gpd.GeoDataFrame(pd.concat(made, ignore_index=True), geometry="geometry", crs=4326)


def _joined(below: gpd.GeoDataFrame, level: str) -> gpd.GeoDataFrame:
    parents = below.assign(level=level, code=[parent_of(code, level) for code in below["code"]])
    groups = parents[parents["code"] != ""].groupby(["scenario", "code"], sort=True)
    rows = [
        (scenario, level, code, shapely.union_all(own.geometry.to_numpy()))
        for (scenario, code), own in groups
    ]
    return gpd.GeoDataFrame(rows, columns=COLUMNS, geometry="geometry", crs=4326)
