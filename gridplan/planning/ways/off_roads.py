"""Who stands off the roads: places that a network reaches only by a long straight leg."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np

from gridplan.district.files.intake import sample
from gridplan.errors import Problem
from gridplan.planning.ways.journeys import Journeys
from gridplan.travel.network import Network

_UNUSED = {"walk": "roads-unused-walk", "drive": "roads-unused-drive"}
_CODES = {
    "walk": ("roads-far-walk", "roads-off-walk"),
    "drive": ("roads-far-drive", "roads-off-drive"),
}


def road_notes(ways: Journeys, centers: gpd.GeoDataFrame) -> tuple[Problem, ...]:
    """
    Tell of the places that stand far from the roads, or beside one that leads nowhere.

    Parameters
    ----------
    ways
        How travel is measured.
    centers
        Those open in the plan.

    Returns
    -------
    notes
        ``roads-far-walk`` and ``roads-far-drive`` beyond the limit of the network;
        ``roads-off-walk`` and ``roads-off-drive`` for those whose nearest road does not join the
        largest part; each with the layer, ids, count, residents of units and the longest leg in
        metres. ``roads-unused-walk`` and ``roads-unused-drive`` where a layer of roads is there,
        its use is open, and no road is of the kind.
    """
    district = ways.district
    peopled = district.units[(district.units["population"] > 0).to_numpy()]
    walked = {
        "units": peopled,
        "centers": centers,
        "stations": district.stations,
        "outside_centers": district.outside_centers,
        "hospitals": district.hospitals,
    }
    driven = {"units": peopled, "hospitals": district.hospitals}
    notes: list[Problem] = []
    for kind, network, layers in (
        ("walk", ways.walk_network, walked),
        ("drive", ways.drive_network, driven),
    ):
        if network is None:
            matrix = getattr(ways, f"{kind}_by") == "matrix"
            idle = len(district.roads) and not matrix
            if idle and getattr(ways.scenario, f"{kind}_by") == "auto":
                notes.append(Problem(_UNUSED[kind], {"roads": len(district.roads)}))
            continue
        for layer, frame in layers.items():
            if len(frame):
                notes += _of_layer(kind, network, layer, frame)
    return tuple(notes)


def _of_layer(
    kind: str, network: Network, layer: str, frame: gpd.GeoDataFrame
) -> Iterator[Problem]:
    points = frame.geometry.centroid
    xy = np.column_stack([points.x, points.y])
    joined = network.join(xy)
    far = joined.far(network.snap_metres)
    off = network.set_off(xy, joined) & ~far
    for code, found in zip(_CODES[kind], (far, off), strict=True):
        if found.any():
            people = frame["population"][found].sum() if layer == "units" else 0.0
            yield Problem(
                code,
                {
                    "layer": layer,
                    **sample(frame.index[found]),
                    "residents": round(float(people)),
                    "metres": round(network.snap_metres),
                    "most": round(float(joined.leg[found].max())),
                },
            )
