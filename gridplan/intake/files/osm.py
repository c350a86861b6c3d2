"""OpenStreetMap PBF -> the roads in it, each way one line that keeps its corners.

Where two ways share a corner in the file they meet; a bridge shares none with what it crosses.
"""

from __future__ import annotations

import numpy as np
import osmium
import pandas as pd
import shapely

from gridplan.district.sources.container import Container
from gridplan.district.sources.source import Source, refuse, text_cells

KEYS = (
    "highway",
    "name",
    "oneway",
    "junction",
    "bridge",
    "tunnel",
    "layer",
    "foot",
    "access",
    "motor_vehicle",
    "maxspeed",
    "route",
)
LEFT_OUT = frozenset(
    {"proposed", "construction", "platform", "raceway", "bus_stop", "elevator", "abandoned"}
)
"""Values of ``highway`` that are no road, or none yet."""


def read_osm(container: Container) -> Source:
    """
    Read the roads and ferries of an OpenStreetMap extract.

    Parameters
    ----------
    container
        A file of kind ``pbf``.

    Returns
    -------
    source
        One row a way: ``class`` (its ``highway``, or ``ferry``) and the keys that say who may use
        it; WGS-84 lines; rows are numbered by the way's id.

    Raises
    ------
    InputError
        ``intake-broken`` or ``intake-no-roads``.
    """
    rows: list[list[str | None]] = []
    shapes: list[shapely.LineString] = []
    numbers: list[int] = []
    try:
        ways = osmium.FileProcessor(str(container.path), osmium.osm.NODE | osmium.osm.WAY)
        for way in ways.with_locations():
            if not isinstance(way, osmium.osm.Way):
                continue
            tags = way.tags
            kind = tags.get("highway") or ("ferry" if tags.get("route") == "ferry" else None)
            if kind is None or kind in LEFT_OUT or tags.get("area") == "yes":
                continue
            corners = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
            if len(corners) < 2:
                continue
            rows.append([kind, *(tags.get(key) for key in KEYS[1:-1])])
            shapes.append(shapely.LineString(corners))
            numbers.append(way.id)
    except (RuntimeError, ValueError, OSError) as error:
        raise refuse(container.name, "intake-broken", reason=str(error)[:200]) from None
    if not rows:
        raise refuse(container.name, "intake-no-roads")
    columns = ["class", *KEYS[1:-1]]
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    table = table.apply(lambda values: pd.Series(text_cells(values), dtype=object))
    speeds = [_speed(text) for text in table.pop("maxspeed")]
    table["speed_kmh"] = pd.Series(speeds, dtype=object)
    order = np.argsort(numbers, kind="stable")
    return Source(
        container.name,
        table.iloc[order].reset_index(drop=True),
        np.array(shapes, dtype=object)[order],
        "EPSG:4326",
        np.array(numbers, dtype=np.int64)[order],
        container.sha256,
    )


def _speed(text: str | None) -> str | None:
    """Read a speed limit in km per hour; words and other units say nothing here."""
    if not text:
        return None
    number, _, unit = text.partition(" ")
    try:
        value = float(number)
    except ValueError:
        return None
    return f"{value * 1.609344:g}" if unit == "mph" else f"{value:g}" if not unit else None
