"""A raster of residents -> cells: counts or densities, partial pixels by their share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from gridplan.intake.files.rasters import (
    READINGS,
    Raster,
    extent_of,
    raster_sums,
    reading_question,
)
from gridplan.intake.places.ground import Ground
from gridplan.intake.record.decisions import Decisions, Question
from gridplan.intake.record.ledger import Ledger
from gridplan.intake.residents.units import Spreading, Units, spread_within, units_of

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
        shapes = np.array([extent_of(raster, crs)], dtype=object)
        names = [""]
    else:
        shapes, names = ground.shapes, ground.names

    def weigh(squares: Shapes) -> Floats:
        return raster_sums(raster, squares, crs, reading=reading)

    exact = np.array([whole]) if ground is None else weigh(shapes)
    inside = float(exact.sum())
    ledger.add(
        "read",
        "units",
        "intake-raster-read",
        residents=(whole, whole),
        file=raster.name,
        sum=f"{whole:,.0f}",
        key=f"population.reading = {reading}",
    )
    if abs(whole - inside) >= 1:
        ledger.add(
            "dropped", "units", "intake-raster-outside", residents=(whole, inside), file=raster.name
        )
    found = spread_within(shapes, np.rint(exact)[:, None], replace(how, weigh=weigh))
    ledger.add(
        "read",
        "units",
        "intake-raster-summed",
        rows=(len(shapes), len(found.squares)),
        residents=(inside, float(found.people.sum())),
        file=raster.name,
        side=f"{found.side:g}",
    )
    return units_of(found, names, "subdistrict" if ground else "", "derived")
