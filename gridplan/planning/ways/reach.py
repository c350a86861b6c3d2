"""The ground from which a center can be walked to in so many minutes, as areas.

Rules: (1) straight walks give circles around the centers; (2) walks along roads are measured from
points of a lattice to each center, and the cells of the points within the time are joined; (3) a
matrix knows units alone, and those within the time are joined. Nothing reaches beyond the district.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import sparse
from scipy.spatial import cKDTree

from gridplan.district.geometry.whole import whole_of
from gridplan.planning.layout.layout import Layout
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import Journeys, journeys_of
from gridplan.planning.ways.nearest import TO_CENTER
from gridplan.travel.network import Network

By = Literal["circles", "roads", "cells"]

PARTS = (1 / 3, 2 / 3, 1.0)
"""Shares of the walk that counts as near at which a band ends: 5, 10 and 15 minutes of 15."""
POINTS = 60_000
"""Points of the lattice on which walks along roads are measured, about."""
FINEST = 20.0
"""Metres between them at the least."""


@dataclass(frozen=True, eq=False)
class Reach:
    """
    Who can walk to a center, and from where.

    Parameters
    ----------
    by
        ``circles``, ``roads`` or ``cells`` (of the units).
    cell
        Metres between the points along roads; 0 otherwise.
    bands
        Index ``minutes``, rising: the ground from which the nearest center, those of neighbouring
        districts included, is no farther. ``population`` (residents of the units whose walk is no
        longer, persons), ``area_km2``, areas.
    centers
        Index ``center``: the ground from which that center is within the walk that counts as near.
        ``minutes``, ``population``, ``area_km2``, areas; a center nobody can reach has no row.
    """

    by: By
    cell: float
    bands: gpd.GeoDataFrame
    centers: gpd.GeoDataFrame


_KNOWN: weakref.WeakKeyDictionary[Layout, tuple[Scenario, Reach]] = weakref.WeakKeyDictionary()


def reach_of(layout: Layout, scenario: Scenario) -> Reach:
    """
    Draw how far walks reach.

    Parameters
    ----------
    layout
        Centers and units, with the walk to the nearest center.
    scenario
        How walks are measured, and the one that counts as near.

    Returns
    -------
    Reach
    """
    known = _KNOWN.get(layout)
    if known is None or known[0] != scenario:
        known = scenario, _drawn(layout, scenario)
        _KNOWN[layout] = known
    return known[1]


def _drawn(layout: Layout, scenario: Scenario) -> Reach:
    ways = journeys_of(layout.district, scenario)
    minutes = [round(part * scenario.center_max_minutes, 2) for part in PARTS]
    centers, outside = layout.centers.geometry, layout.district.outside_centers.geometry.centroid
    places = np.concatenate([_xy(centers), _xy(outside)])
    own = len(centers)
    cell = 0.0
    if not own:
        empty: list[shapely.Geometry] = []
        bands, single = [shapely.Polygon()] * len(minutes), empty
        by: By = "circles"
    elif ways.walk_by == "matrix":
        by = "cells"
        bands, single = _units(layout, ways, minutes)
    else:
        whole = whole_of(layout.district.units.geometry.array)
        if ways.walk_by == "roads":
            by = "roads"
            bands, single, cell = _along_roads(ways, whole, places, own, minutes)
        else:
            by = "circles"
            bands, single = _circles(ways, whole, places, own, minutes)
    return Reach(
        by, cell, _bands(layout, ways, minutes, bands), _centers(layout, ways, minutes[-1], single)
    )


def _xy(points: gpd.GeoSeries) -> np.ndarray:
    return np.column_stack([points.x.to_numpy(), points.y.to_numpy()]).reshape(-1, 2)


def _circles(
    ways: Journeys, whole: shapely.Geometry, places: np.ndarray, own: int, minutes: list[float]
) -> tuple[list[shapely.Geometry], list[shapely.Geometry]]:
    points, rate = shapely.points(places), ways.walk_metres_per_minute
    bands = [
        shapely.intersection(shapely.union_all(shapely.buffer(points, rate * limit)), whole)
        for limit in minutes
    ]
    single = shapely.intersection(shapely.buffer(points[:own], rate * minutes[-1]), whole)
    return bands, list(single)


def _units(
    layout: Layout, ways: Journeys, minutes: list[float]
) -> tuple[list[shapely.Geometry], list[shapely.Geometry]]:
    shapes = np.asarray(layout.district.units.geometry.array)
    rate = ways.walk_metres_per_minute
    nearest = _nearest(layout, rate)
    bands = [whole_of(shapes[nearest <= limit]) for limit in minutes]
    every = np.arange(len(shapes))
    near = ways.walked_within(every, _xy(layout.centers.geometry), rate * minutes[-1]).tocsc()
    single = [
        whole_of(shapes[near.indices[slice(*near.indptr[at : at + 2])]])
        for at in range(near.shape[1])
    ]
    return bands, single


def _nearest(layout: Layout, rate: float) -> np.ndarray:
    """Give the minutes from each unit to the nearest center; infinite where that is not known."""
    index = layout.district.units.index
    if TO_CENTER not in layout.units:  # of a layout that an analyst put together
        return np.full(len(index), np.inf)
    metres = pd.to_numeric(layout.units[TO_CENTER]).reindex(index)
    return np.asarray((metres / rate).fillna(np.inf).to_numpy(dtype=float))


def _along_roads(
    ways: Journeys, whole: shapely.Geometry, places: np.ndarray, own: int, minutes: list[float]
) -> tuple[list[shapely.Geometry], list[shapely.Geometry], float]:
    network, rate = ways.walk_network, ways.walk_metres_per_minute
    if network is None:
        msg = "walks follow no roads"
        raise ValueError(msg)
    limit = rate * minutes[-1]
    points, step = _lattice(network, whole, places, limit)
    found = network.ways(network.join(points), network.join(places), limit=limit)
    corners = [points[:, axis] + sign * step / 2 for sign in (-1, 1) for axis in (0, 1)]
    cells = shapely.box(*corners)

    def ground_of(which: np.ndarray) -> shapely.Geometry:
        # Steps of the lattice become slopes, as ways have no steps.
        ground = shapely.simplify(shapely.coverage_union_all(cells[which]), 0.75 * step)
        return shapely.intersection(shapely.buffer(ground, 0), whole)

    least = np.full(len(points), np.inf)
    there = np.diff(found.indptr) > 0
    if there.any():
        least[there] = np.minimum.reduceat(found.data, found.indptr[:-1][there])
    bands = [ground_of(least <= rate * end) for end in minutes]
    columns = sparse.csc_array(found)
    single = [ground_of(columns.indices[slice(*columns.indptr[at : at + 2])]) for at in range(own)]
    return bands, single, step


def _lattice(
    network: Network, whole: shapely.Geometry, places: np.ndarray, limit: float
) -> tuple[np.ndarray, float]:
    """Give the points of the district that may lie within the limit, and metres between them."""
    # On a ferry more metres are covered than are counted.
    open_ = np.isfinite(network.costs.ahead) & network.usable
    far = limit / min(1.0, float(network.costs.ahead[open_].min(initial=1.0)))
    ground = shapely.union_all(shapely.buffer(shapely.points(places), far, quad_segs=4))
    ground = shapely.intersection(ground, whole)
    step = max(FINEST, 5.0 * np.ceil(np.sqrt(shapely.area(ground) / POINTS) / 5.0))
    if ground.is_empty:
        return np.zeros((0, 2)), step
    low, high = np.array(ground.bounds).reshape(2, 2) / step
    # On multiples of the step: where a lattice begins must not depend on the centers.
    axes = [
        (np.arange(np.floor(a), np.ceil(b) + 1) + 0.5) * step
        for a, b in zip(low, high, strict=True)
    ]
    x, y = (part.ravel() for part in np.meshgrid(*axes))
    near = cKDTree(places).query(np.column_stack([x, y]), distance_upper_bound=far)[0] <= far
    x, y = x[near], y[near]
    shapely.prepare(whole)
    inside = shapely.intersects_xy(whole, x, y)
    return np.column_stack([x[inside], y[inside]]), float(step)


def _bands(
    layout: Layout, ways: Journeys, minutes: list[float], shapes: list[shapely.Geometry]
) -> gpd.GeoDataFrame:
    nearest = _nearest(layout, ways.walk_metres_per_minute)
    people = layout.district.units["population"].to_numpy(dtype=float)
    return gpd.GeoDataFrame(
        {
            "population": [float(people[nearest <= end].sum()) for end in minutes],
            "area_km2": shapely.area(shapes) / 1e6,
        },
        index=pd.Index(minutes, name="minutes"),
        geometry=[_areas(shape) for shape in shapes],
        crs=layout.district.crs,
    )


def _centers(
    layout: Layout, ways: Journeys, near: float, shapes: list[shapely.Geometry]
) -> gpd.GeoDataFrame:
    people, sites = layout.district.units["population"].to_numpy(dtype=float), layout.centers
    residents: np.ndarray = np.zeros(len(shapes))
    if len(shapes):
        limit = near * ways.walk_metres_per_minute
        found = ways.walked_within(np.arange(len(people)), _xy(sites.geometry), limit)
        rows = np.repeat(people, np.diff(found.indptr))
        residents = np.bincount(found.indices, weights=rows, minlength=len(shapes))
    drawn = [_areas(shape) for shape in shapes]
    table = gpd.GeoDataFrame(
        {
            "minutes": np.full(len(shapes), near),
            "population": residents,
            "area_km2": shapely.area(drawn) / 1e6,
        },
        index=pd.Index(sites.index, name="center"),
        geometry=gpd.GeoSeries(drawn, index=sites.index, crs=layout.district.crs),
        crs=layout.district.crs,
    )
    return table[~table.geometry.is_empty]


def _areas(shape: shapely.Geometry) -> shapely.Geometry:
    """Keep what has an area of a shape: parts that only touch leave lines and points."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shapely.multipolygons(parts) if parts else shapely.MultiPolygon()
