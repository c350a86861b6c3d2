"""Drawn areas with residents -> units as they are, or spread where they hold too many."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from gridplan.errors import InputError, Problem
from gridplan.intake.places.coverage import areas_of
from gridplan.intake.places.ground import clean_told
from gridplan.intake.places.located import HEXAGONS, Drawn
from gridplan.intake.record.ledger import Ledger
from gridplan.intake.residents.counts import counts, ids_of, tell_read, without_repeats
from gridplan.intake.residents.units import (
    LARGE,
    SPREAD_LARGE,
    Spreading,
    Units,
    spread_told,
    units_of,
)

Shapes = NDArray[np.object_]


def from_areas(drawn: Drawn, shapes: Shapes, how: Spreading, ledger: Ledger) -> Units:
    """
    Take drawn areas with residents as they are, or spread them where they are too large.

    Parameters
    ----------
    drawn
        For residents and names.
    shapes
        Its rows in metres.
    how, ledger
        As elsewhere.

    Raises
    ------
    InputError
        ``intake-not-areas``.
    """
    source = drawn.source
    made, mended, hopeless = areas_of(shapes)
    people, older = counts(drawn, ledger, density_of=shapely.area(made))
    tell_read(drawn, people, ledger)
    _, keep = without_repeats(drawn, people, ledger)
    if hopeless.any():
        if people[hopeless, 0].sum() > 0:
            rows = [str(n) for n in source.rows[hopeless]]
            raise InputError(
                [
                    Problem(
                        "intake-not-areas",
                        {"file": source.name, "rows": rows[:5], "count": len(rows)},
                    )
                ]
            )
        ledger.add(
            "dropped",
            "units",
            "intake-empty-areas",
            subjects=source.rows[hopeless],
            file=source.name,
        )
    if mended.any():
        ledger.add(
            "repaired",
            "units",
            "intake-outline-mended",
            subjects=source.rows[mended],
            shapes=made[mended],
            file=source.name,
        )
    keep &= ~hopeless
    names = {f: np.array(source.table[drawn.matches[f].column], dtype=object)[keep]
             for f in ("community", "subdistrict") if f in drawn.matches}  # fmt: skip
    made, people = made[keep], people[keep]
    ids = ids_of(drawn, keep)
    if drawn.carried != HEXAGONS:
        made = clean_told(made, ids, "units", source.name, ledger, people=people[:, 0]).shapes
    if how.revising is not None:
        community, street = names.get("community"), names.get("subdistrict")
        streets = how.revising.streets(None if street is None else list(street), made)
        people, older = how.revising.revised(
            people, ids=ids, communities=None if community is None else list(community),
            streets=streets, older=older,
        )  # fmt: skip
    large = people[:, 0] > LARGE
    if not large.any() and how.side is None:
        label = np.array(["real"] * len(made), dtype=object)
        return Units(made, people[:, 0], people[:, 1] if older else None, label, ids, names)
    found = spread_told(made, people, how, ledger, SPREAD_LARGE, source.name)
    units = units_of(found, ids, "", "derived" if how.by else "modelled", older=older)
    columns = {f: texts[found.area] for f, texts in names.items()}
    if "community" not in columns:
        columns["community"] = np.array(ids, dtype=object)[found.area]
    return Units(units.shapes, units.people, units.older, units.label, units.ids, columns)
