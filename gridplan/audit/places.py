"""Hospitals and centers stand where it is written, and units are as far from the nearest."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from gridplan.audit.derived.layout.units import TO_CENTER, TO_POINT
from gridplan.audit.derived.ways.walks import Travel, places_of
from gridplan.audit.differences.difference import Check
from gridplan.audit.differences.ledger import Ledger
from gridplan.outputs.reading.written import Written
from gridplan.outputs.words.names import is_missing


def places_recounted(plan: Written) -> Check:
    """
    Find again where hospitals and centers stand, and how far units are from the nearest.

    Parameters
    ----------
    plan
        As :func:`gridplan.outputs.reading.written.read_written` gives it.

    Returns
    -------
    check
        ``places``: unit, grid and street of each, no shape with a height, walks to the nearest.
    """
    ledger = Ledger("places")
    units = plan.layout.units
    shapes = plan.district.units.geometry
    tree = shapely.STRtree(np.asarray(shapes.array))
    _flat(ledger, plan)
    for layer, table in (("hospitals", plan.layout.hospitals), ("centers", plan.layout.centers)):
        if not len(table):
            continue
        points = np.asarray(table.geometry.array)
        nearest = tree.query_nearest(points, all_matches=False, return_distance=True)
        least = np.full(len(points), np.nan)
        least[nearest[0][0]] = nearest[1]
        for at, (key, row) in enumerate(table.iterrows()):
            unit = row.get("unit")
            place = f"{layer}[{key}]"
            if not is_missing(unit):
                known = unit in shapes.index
                far = shapes[unit].distance(points[at]) if known else np.inf
                # A point beside every unit belongs to its nearest.
                ledger.hold(f"{place}.unit", far, float(least[at]), within=0.01)
            else:
                unit = shapes.index[nearest[0][1][at]]
                known = True
            if not known:
                continue
            for column in ("grid", "subdistrict"):
                if column in row and not is_missing(row[column]):
                    ledger.hold(f"{place}.{column}", row[column], units[column][unit])
    _nearest(ledger, plan)
    return ledger.close()


def _nearest(ledger: Ledger, plan: Written) -> None:
    """Measure again how far each unit is from the nearest center and medical point."""
    layout = plan.layout
    travel = Travel(plan.district, plan.scenario)
    centers = [layout.centers, plan.district.outside_centers]
    points = [*centers, layout.stations, layout.hospitals]
    for column, layers in ((TO_CENTER, centers), (TO_POINT, points)):
        places = np.concatenate([places_of(layer) for layer in layers])
        if column not in layout.units or not len(places):
            continue
        metres = pd.Series(travel.to_nearest(places), index=layout.units.index)
        # Written in whole metres; places given in degrees are written to a tenth of one.
        written = pd.to_numeric(layout.units[column])
        ledger.all("units", column, written, metres, within=1.0)


def _flat(ledger: Ledger, plan: Written) -> None:
    """No shape has a height."""
    layout = plan.layout
    layers = {"units": plan.district.units, "grids": layout.grids, "centers": layout.centers}
    layers |= {"subdistricts": layout.subdistricts, "hospitals": layout.hospitals}
    for name, layer in layers.items():
        high = shapely.has_z(np.asarray(layer.geometry.array)) if len(layer) else np.zeros(0, bool)
        ledger.count += len(layer)
        for key in layer.index[high]:
            ledger.hold(f"{name}[{key}].geometry", "Z", None, sort="height")
