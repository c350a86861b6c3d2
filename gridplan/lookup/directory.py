"""What is looked up: where each unit lies, and what answers there, in the words of one language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from gridplan.district.schema.labels import DOUBT, PLACE, ROW
from gridplan.outputs.tables.tables import LON_LAT
from gridplan.outputs.words.names import Names, is_missing
from gridplan.planning.ways.journeys import Journeys, journeys_of

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

NEW = "new"
"""Stands for the label of a center that the plan proposes: nothing is there yet."""


@dataclass(frozen=True, eq=False)
class Directory:
    """
    A plan made ready to look addresses up in.

    Parameters
    ----------
    tree
        Outlines of the units.
    units
        By position in the tree: what a unit leads to, columns of :data:`COLUMNS`.
    places
        ``(m, 2)`` metres: the centers.
    centers
        ``(m,)`` their ids.
    center_names
        ``(m,)`` what they are called.
    ways
        How walks were measured in the plan, and are from addresses.
    transformer
        From WGS-84 degrees to the plan's CRS.
    """

    tree: shapely.STRtree
    units: pd.DataFrame
    places: NDArray[np.float64]
    centers: NDArray[np.object_]
    center_names: NDArray[np.object_]
    ways: Journeys
    transformer: Transformer


def directory(plan: Plan, *, lang: str) -> Directory:
    """
    Prepare a plan for look-ups.

    Parameters
    ----------
    plan
        As :func:`gridplan.outputs.reading.written.read_written` gives it, or as it was planned.
    lang
        Language of the names.

    Returns
    -------
    Directory
    """
    names = Names.of(plan, lang)
    layout, given = plan.layout, plan.district.units

    def named(column: pd.Series, known: dict[Any, str]) -> list[str | None]:
        return [None if is_missing(key) else known.get(key, str(key)) for key in column]

    served = layout.units
    table = pd.DataFrame(
        {
            "unit": given.index,
            "subdistrict": named(served["subdistrict"], names.subdistricts),
            "community": given["community"].to_numpy(),
            "center": served["center"].to_numpy(),
            "center_name": named(served["center"], names.centers),
            "regional_center": served["regional_center"].to_numpy(),
            "regional_center_name": named(served["regional_center"], names.centers),
            "grid": served["grid"].to_numpy(),
            "lead": served["lead"].to_numpy(),
            "lead_name": named(served["lead"], names.hospitals),
            **_labels(plan),
        },
        dtype=object,
    )
    centers = layout.centers
    table = table.astype(object)
    return Directory(
        tree=shapely.STRtree(np.asarray(given.geometry.array)),
        units=table.where(table.notna(), None),
        places=np.column_stack([centers.geometry.x, centers.geometry.y]).reshape(-1, 2),
        centers=centers.index.to_numpy(dtype=object),
        center_names=np.array([names.centers[key] for key in centers.index], dtype=object),
        ways=journeys_of(plan.district, plan.scenario),
        transformer=Transformer.from_crs(LON_LAT, plan.district.crs, always_xy=True),
    )


def _labels(plan: Plan) -> dict[str, list[str | None]]:
    """Give how far each unit can be trusted, its center with its place, and its lead."""
    layout, labels = plan.layout, {entry.layer: entry.label for entry in plan.district.layers}
    centers = _worst(layout.centers, labels.get("centers"))
    for center, status in layout.centers["status"].items():
        if status == NEW:
            centers[center] = NEW
    hospitals = _worst(layout.hospitals, labels.get("hospitals"))
    units = _worst(plan.district.units, labels.get("units"))
    served = layout.units
    return {
        "unit_label": [units[unit] for unit in plan.district.units.index],
        "center_label": [centers.get(center) for center in served["center"]],
        "lead_label": [hospitals.get(lead) for lead in served["lead"]],
    }


def _worst(frame: pd.DataFrame, of_layer: str | None) -> dict[Any, str | None]:
    """Give the least sure of the labels of each row, of its place and of its layer."""
    columns = [frame[name] for name in (ROW, PLACE) if name in frame]
    worst = {}
    for key, *own in zip(frame.index, *columns, strict=True):
        told = [label for label in own if label in DOUBT] or [of_layer]
        worst[key] = max(told, key=lambda label: DOUBT.get(label or "", -1))
    return worst
