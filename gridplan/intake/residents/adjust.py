"""Units cut to an outline, and residents multiplied by the growth the planner declares."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely
from numpy.typing import NDArray

from gridplan.errors import InputError, Problem
from gridplan.intake.places.ground import Ground
from gridplan.intake.record.decisions import FILE, positive
from gridplan.intake.record.ledger import Ledger
from gridplan.intake.residents.units import Units


def clipped(units: Units, outline: Ground | None, ledger: Ledger) -> Units:
    """Leave out units whose middle lies outside the outline, with the residents they take along."""
    if outline is None:
        return units
    whole = outline.whole()
    shapely.prepare(whole)
    middle = shapely.point_on_surface(units.shapes)
    keep = shapely.intersects(whole, middle)
    if keep.all():
        return units
    if not keep.any():
        raise InputError([Problem("intake-nothing-inside", {"units": f"{len(keep):,}"})])
    before, after = float(units.people.sum()), float(units.people[keep].sum())
    gone = [name for name, k in zip(units.ids, keep, strict=True) if not k]
    ledger.add("dropped", "units", "intake-units-outside", rows=(len(keep), int(keep.sum())),
               residents=(before, after), subjects=gone)  # fmt: skip
    return _taken(units, keep)


def _taken(units: Units, keep: NDArray[np.bool_]) -> Units:
    return Units(
        units.shapes[keep],
        units.people[keep],
        None if units.older is None else units.older[keep],
        units.label[keep],
        [name for name, k in zip(units.ids, keep, strict=True) if k],
        {name: texts[keep] for name, texts in units.names.items()},
    )


def grown(units: Units, factors: Mapping[str, str], ledger: Ledger) -> Units:
    """Multiply the residents of streets by the growth the planner declared."""
    if not factors:
        return units
    street = units.names.get("subdistrict")
    people = units.people.copy()
    older = None if units.older is None else units.older.copy()
    for name, text in factors.items():
        factor = positive(text, f"growth.{name}")
        rows = (
            np.ones(len(people), dtype=bool)
            if name == "all"
            else (street == name if street is not None else np.zeros(len(people), dtype=bool))
        )
        if not rows.any():
            raise InputError([Problem("intake-growth-unknown", {"name": name, "file": FILE})])
        before = float(people.sum())
        people[rows] = np.rint(people[rows] * factor)
        if older is not None:
            older[rows] = np.minimum(np.rint(older[rows] * factor), people[rows])
        ledger.add("assumed", "units", "intake-grown", residents=(before, float(people.sum())),
                       name=name, factor=f"{factor:g}")  # fmt: skip
    label = np.where(people != units.people, "derived", units.label)
    return Units(units.shapes, people, older, label, units.ids, units.names)
