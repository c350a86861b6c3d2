"""A raster of residents -> cells: counts or densities, partial pixels by their share."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gridplan.intake.decisions import Decisions, Question
from gridplan.intake.files.rasters import READINGS, Raster, raster_sums, reading_question
from gridplan.intake.ledger import Ledger
from gridplan.intake.places.ground import Ground
from gridplan.intake.residents.spreading import choose_side, spread
from gridplan.intake.residents.units import Spreading, Units, units_of

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]


def from_raster(
    raster: Raster,
    crs: CRS,
    ground: Ground | None,
    how: Spreading,
    decisions: Decisions,
    ledger: Ledger,
) -> Units | None:
    """
    Sum a raster over cells; None while it must be asked whether it holds counts or densities.

    Parameters
    ----------
    raster
        As looked at; its CRS is settled.
    crs
        Metric, of the cells.
    ground
        Outline or streets; the raster's extent where None.
    how, decisions, ledger
        Side of the cells; asked and told.
    """
    known = None
    if ground is not None and np.isfinite(ground.people).all():
        known = float(ground.people.sum())
    proposal, confidence, told = reading_question(raster, known)
    question = Question("population.reading", READINGS, told, proposal, confidence)
    reading = decisions.settle(question)
    if reading is None:
        return None
    whole = raster.count_sum if reading == "count" else raster.density_sum
    if ground is None:
        west, south, east, north = raster.bounds
        frame = shapely.segmentize(shapely.box(west, south, east, north), (east - west) / 50)
        shapes = np.array([_projected(frame, raster.crs, crs)], dtype=object)
        names = [""]
    else:
        shapes, names = ground.shapes, ground.names

    def weigh(squares: Shapes) -> Floats:
        return raster_sums(raster, squares, crs, reading=reading)

    totals = np.rint(weigh(shapes)) if ground is not None else np.array([float(round(whole))])
    side = how.side or choose_side(float(shapely.area(shapes).sum()), how.params)
    found = spread(shapes, totals, side=side, weigh=weigh, params=how.params)
    reading_word = f"population.reading = {reading}"
    ledger.add(
        "read",
        "units",
        "intake-raster-summed",
        residents=(whole, float(found.people.sum())),
        file=raster.name,
        sum=f"{whole:,.0f}",
        key=reading_word,
        side=f"{side:g}",
    )
    return units_of(found, names, "subdistrict" if ground else "", "derived")


def _projected(shape: shapely.Geometry, source: str, target: CRS) -> shapely.Geometry:
    return gpd.GeoSeries([shape], crs=CRS.from_user_input(source)).to_crs(target).iloc[0]
