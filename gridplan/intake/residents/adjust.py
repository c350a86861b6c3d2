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
from gridplan.intake.residents.spreading import largest_remainder
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
               residents=(before, after), subjects=gone, shapes=units.shapes[~keep])  # fmt: skip
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
    """Multiply the residents of streets by the growth the planner declared, to the person."""
    if not factors:
        return units
    people = units.people.copy()
    older = None if units.older is None else units.older.copy()
    for name, text in factors.items():
        factor = positive(text, f"growth.{name}")
        rows = _rows(units, name, "growth")
        before = float(people.sum())
        total = float(np.rint(people[rows].sum() * factor))
        people[rows] = largest_remainder(total, people[rows])
        if older is not None:
            older[rows] = np.minimum(np.rint(older[rows] * factor), people[rows])
        ledger.add("assumed", "units", "intake-grown", residents=(before, float(people.sum())),
                       name=name, factor=f"{factor:g}")  # fmt: skip
    label = np.where(people != units.people, "derived", units.label)
    return Units(units.shapes, people, older, label, units.ids, units.names)


def aged(units: Units, shares: Mapping[str, str], ledger: Ledger) -> Units:
    """
    Give the units of a street its share of residents of 65 or older, to the person.

    Parameters
    ----------
    units
        Where they tell already how many there are, the shares win.
    shares
        Percent by street, ``all`` for the whole district; a street's own wins.
    ledger
        Told.

    Raises
    ------
    InputError
        ``intake-growth-unknown`` for a street that is none, ``intake-aged-some`` if the shares
        leave streets without a figure, ``intake-answer`` if one is no percentage.
    """
    if not shares:
        return units
    older = np.zeros(len(units.people)) if units.older is None else units.older.copy()
    told = np.full(len(older), units.older is not None)
    for name in shares:
        _rows(units, name, "share_65")
    for street, rows in _streets(units).items():
        name = street if street in shares else "all"
        if name not in shares:
            continue
        percent = _percent(shares[name], f"share_65.{name}")
        # Street by street: shared over a whole district, whole persons would go to dense cells.
        total = float(np.rint(units.people[rows].sum() * percent / 100))
        older[rows] = np.minimum(largest_remainder(total, units.people[rows]), units.people[rows])
        told |= rows
        ledger.add("assumed", "units", "intake-aged", name=street or name, percent=f"{percent:g}",
                   people=f"{older[rows].sum():,.0f}")  # fmt: skip
    if not told.all():
        without = [
            street or "-" for street, rows in _streets(units).items() if not told[rows].all()
        ]
        raise InputError([Problem("intake-aged-some", {"streets": without[:8], "file": FILE})])
    return Units(units.shapes, units.people, older, units.label, units.ids, units.names)


def _percent(text: str, key: str) -> float:
    value = positive(text, key)
    if value > 100:
        values = {"key": key, "value": text, "options": ["0 - 100"], "file": FILE}
        raise InputError([Problem("intake-answer", values)])
    return value


def _streets(units: Units) -> dict[str, NDArray[np.bool_]]:
    """Find the units of every street; all of them under an empty name where there are none."""
    street = units.names.get("subdistrict")
    if street is None:
        return {"": np.ones(len(units.people), dtype=bool)}
    names = np.array([str(name or "") for name in street], dtype=object)
    return {name: names == name for name in dict.fromkeys(names)}


def _rows(units: Units, name: str, table: str) -> NDArray[np.bool_]:
    """Find the units of a street, of all of them for ``all``."""
    street = units.names.get("subdistrict")
    if name == "all":
        return np.ones(len(units.people), dtype=bool)
    rows = np.zeros(len(units.people), dtype=bool) if street is None else street == name
    if not rows.any():
        values = {"name": name, "file": FILE, "table": table}
        raise InputError([Problem("intake-growth-unknown", values)])
    return np.asarray(rows, dtype=bool)
