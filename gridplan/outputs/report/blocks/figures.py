"""The maps of a report: the district today and as planned, other ways to cut it, each grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from gridplan.outputs.paper.canvas import Canvas
from gridplan.outputs.paper.catchments import catchments, pale
from gridplan.outputs.paper.small import SmallMap
from gridplan.outputs.style.fonts import Face
from gridplan.outputs.style.palette import (
    AREAS,
    OUTLINE,
    grid_palette,
    share_out,
    touching,
)
from gridplan.outputs.words.names import grid_name
from gridplan.outputs.words.telling import Telling

_ALPHA = 0.5


def overview_map(telling: Telling, face: Face) -> bytes:
    """
    Draw the district: grids, streets, centers, hospitals.

    Parameters
    ----------
    telling
        As planned or as read back.
    face
        What text is drawn with; what it cannot draw is labelled by id.

    Returns
    -------
    png
    """
    plan = telling.plan
    sheet = SmallMap(telling, face, plan.district.units.total_bounds)
    canvas = sheet.canvas
    colours = grid_palette(plan)
    for grid, row in plan.layout.grids.iterrows():
        _grid(canvas, row["geometry"], colours[grid], telling.names.grids[grid])
    if not len(plan.layout.grids):
        _whole(canvas)
    canvas.streets()
    canvas.centers(plan.layout.centers, labels=False)
    canvas.hospitals(plan.layout.hospitals)
    return sheet.finish(telling.fitting("report.map-overview", district=telling.names.district))


def present_map(telling: Telling, face: Face) -> bytes:
    """
    Draw the district as it is served today: streets, existing centers, hospitals.

    Parameters
    ----------
    telling, face
        As in :func:`overview_map`.

    Returns
    -------
    png
    """
    plan = telling.plan
    sheet = SmallMap(telling, face, plan.district.units.total_bounds)
    canvas = sheet.canvas
    _whole(canvas)
    canvas.streets()
    centers = plan.layout.centers
    canvas.centers(centers[centers["status"] == "existing"], labels=True)
    canvas.hospitals(plan.layout.hospitals)
    return sheet.finish(telling.fitting("report.map-present", district=telling.names.district))


def alternative_map(telling: Telling, number: int, face: Face) -> bytes:
    """
    Draw one of the ways to cut the grids.

    Parameters
    ----------
    telling, face
        As in :func:`overview_map`.
    number
        Of the alternative, from 1.

    Returns
    -------
    png
    """
    plan = telling.plan
    other = plan.alternatives[number - 1]
    sheet = SmallMap(telling, face, plan.district.units.total_bounds)
    grids = other.leads.index
    part = grids.get_indexer(other.grid.loc[plan.district.units.index])
    colours = share_out(touching(plan.district.adjacency, part, len(grids)), len(AREAS))
    shapes = np.asarray(plan.district.units.geometry.array)
    for at, grid in enumerate(grids):
        lead = other.leads[grid]
        name = grid_name(grid, telling.names.hospitals.get(lead, str(lead)), telling.lang)
        _grid(sheet.canvas, shapely.union_all(shapes[part == at]), AREAS[colours[at]], name)
    sheet.canvas.streets()
    leads = plan.layout.hospitals[plan.layout.hospitals.index.isin(other.leads)]
    sheet.canvas.hospitals(leads.assign(role="lead"))
    return sheet.finish(telling.say("report.map-alternative", number=number))


def grid_map(telling: Telling, grid: str, face: Face) -> bytes:
    """
    Draw one grid: service areas of its centers, their ids, who manages whom.

    Parameters
    ----------
    telling, face
        As in :func:`overview_map`.
    grid
        Its id.

    Returns
    -------
    png
    """
    layout = telling.plan.layout
    shape = layout.grids["geometry"][grid]
    sheet = SmallMap(telling, face, shape.bounds)
    centers = layout.centers[layout.centers["grid"] == grid]
    canvas = sheet.canvas
    catchments(canvas, centers, (layout.units["grid"] == grid).to_numpy())
    canvas.streets(within=shape)
    canvas.area(shape, fill="none", edge=OUTLINE, width=1.6)
    canvas.links(centers)
    canvas.centers(centers, labels=True)
    canvas.hospitals(layout.hospitals[layout.hospitals["grid"] == grid])
    return sheet.finish(telling.say("report.map-grid", grid=telling.names.grids[grid]))


def _grid(canvas: Canvas, shape: Any, fill: str, name: str) -> None:  # noqa: ANN401  # an area
    canvas.area(shape, fill=fill, alpha=_ALPHA, edge=OUTLINE, width=1.2)
    canvas.explain("fill", pale(fill, _ALPHA), name)


def _whole(canvas: Canvas) -> None:
    whole = shapely.union_all(np.asarray(canvas.plan.district.units.geometry.array))
    canvas.area(whole, fill="#eeeeee", edge=OUTLINE, width=1.2)


def site_map(telling: Telling, center: str, face: Face) -> bytes:
    """
    Draw one center: its catchment, and the centers around it.

    Parameters
    ----------
    telling, face
        As in :func:`overview_map`.
    center
        Its id.

    Returns
    -------
    png
    """
    layout = telling.plan.layout
    shapes = np.asarray(telling.plan.district.units.geometry.array)
    own = (layout.units["center"] == center).to_numpy()
    at = layout.centers.geometry[center]
    whole = shapely.union_all([*shapes[own], at.buffer(_AROUND)])
    sheet = SmallMap(telling, face, whole.bounds)
    canvas = sheet.canvas
    _whole(canvas)
    catchments(canvas, layout.centers.loc[[center]], own)
    canvas.streets()
    canvas.centers(layout.centers, labels=True)
    canvas.hospitals(layout.hospitals)
    name = telling.names.centers[center]
    return sheet.finish(telling.say("report.map-site", name=name))


def street_map(telling: Telling, street: str, face: Face) -> bytes:
    """
    Draw one street: the catchments that its residents live in.

    Parameters
    ----------
    telling, face
        As in :func:`overview_map`.
    street
        Its id.

    Returns
    -------
    png
    """
    layout = telling.plan.layout
    shape = layout.subdistricts.geometry[street]
    sheet = SmallMap(telling, face, shape.bounds)
    canvas = sheet.canvas
    catchments(canvas, layout.centers, (layout.units["subdistrict"] == street).to_numpy())
    canvas.streets(names=False)
    canvas.area(shape, fill="none", edge=OUTLINE, width=1.6)
    canvas.centers(layout.centers, labels=True)
    canvas.hospitals(layout.hospitals)
    name = telling.names.subdistricts.get(street, street)
    return sheet.finish(telling.fitting("report.map-street", street=name))


_AROUND = 1500.0
"""Metres around a center that its map shows at least."""
