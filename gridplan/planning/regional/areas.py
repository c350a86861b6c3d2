"""The area (片区) of a regional center: where it and the centers it manages serve residents."""

from __future__ import annotations

import weakref

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.district.geometry.whole import whole_of
from gridplan.errors import Problem
from gridplan.planning.layout.layout import Layout

AREA_COLUMNS = ("subdistrict", "grid", "managed", "stations", "population", "area_km2", "pieces")
"""Of :func:`regional_areas`, before the geometry."""
_KNOWN: weakref.WeakKeyDictionary[Layout, gpd.GeoDataFrame] = weakref.WeakKeyDictionary()


def regional_areas(layout: Layout) -> gpd.GeoDataFrame:
    """
    Draw the area of each regional center.

    Parameters
    ----------
    layout
        ``regional_center`` of each unit and center.

    Returns
    -------
    areas
        Index ``regional_center``, in the order of the centers; none without 1+N. ``subdistrict``
        and ``grid`` of the regional center; ``managed`` centers and ``stations`` under it;
        ``population``, residents of all; ``area_km2``; ``pieces``, 1 where it hangs together by
        boundaries of some length; geometry in the district's CRS.
    """
    if layout not in _KNOWN:
        _KNOWN[layout] = _drawn(layout)
    return _KNOWN[layout]


def _drawn(layout: Layout) -> gpd.GeoDataFrame:
    units, centers = layout.district.units, layout.centers
    manager = pd.Series(dtype=object) if centers.empty else centers["regional_center"]
    names = [key for key in centers.index if manager[key] == key]
    of_unit = layout.units["regional_center"].reindex(units.index)
    rows, shapes = [], []
    for name in names:
        here = units.geometry[of_unit == name].to_numpy()
        shape = whole_of(here) if len(here) else shapely.Polygon()
        under = centers[(manager == name) & (centers.index != name)]
        posts = int((under["class"] == "station").sum())
        rows.append(
            {
                "subdistrict": centers["subdistrict"][name],
                "grid": centers["grid"][name],
                "managed": len(under) - posts,
                "stations": posts,
                "population": float(units["population"][of_unit == name].sum()),
                "area_km2": float(shape.area) / 1e6,
                "pieces": len(shapely.get_parts(shape)) if not shape.is_empty else 0,
            }
        )
        shapes.append(shape)
    table = pd.DataFrame(rows, columns=list(AREA_COLUMNS))
    table.index = pd.Index(names, name="regional_center", dtype=object)
    return gpd.GeoDataFrame(table, geometry=np.array(shapes, dtype=object), crs=units.crs)


def area_notes(layout: Layout) -> tuple[Problem, ...]:
    """Tell how many areas of regional centers are in one piece, and which are not."""
    areas = regional_areas(layout)
    if areas.empty:
        return ()
    apart = areas.index[areas["pieces"] > 1]
    values = {"areas": len(areas), "whole": len(areas) - len(apart)}
    if not len(apart):
        return (Problem("areas-in-one-piece", values),)
    return (Problem("areas-in-pieces", values | {"rows": [str(name) for name in apart]}),)
