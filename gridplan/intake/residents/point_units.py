"""Points with residents -> cells of their own lattice, or of one they are gathered on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gridplan.district.geometry.thiessen import draw_around
from gridplan.intake.places.cells import gathered, lattice_cells, spacing_of
from gridplan.intake.places.located import Drawn
from gridplan.intake.record.ledger import Ledger
from gridplan.intake.residents.counts import counts, ids_of, tell_read, without_repeats
from gridplan.intake.residents.spreading import choose_side
from gridplan.intake.residents.units import (
    LARGE,
    SPREAD_LARGE,
    Spreading,
    Units,
    spread_told,
    units_of,
)

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]


def from_points(drawn: Drawn, xy: Floats, how: Spreading, ledger: Ledger) -> Units:
    """
    Make cells of points with residents: their own lattice, or one they are gathered on.

    Parameters
    ----------
    drawn
        For residents and names.
    xy
        (n, 2) metres.
    how, ledger
        As elsewhere.
    """
    source = drawn.source
    people, older = counts(drawn, ledger, density_of=None)
    tell_read(drawn, people, ledger)
    people, keep = without_repeats(drawn, people, ledger)
    drawn, xy = replace(drawn, source=(source := source.take(keep))), xy[keep]
    names = {f: np.array(source.table[drawn.matches[f].column], dtype=object)
             for f in ("community", "subdistrict") if f in drawn.matches}  # fmt: skip
    if how.revising is not None:
        community, street = names.get("community"), names.get("subdistrict")
        points = np.asarray(shapely.points(xy), dtype=object)
        people, older = how.revising.revised(
            people, ids=ids_of(drawn, np.ones(len(people), dtype=bool)),
            communities=None if community is None else list(community),
            streets=how.revising.streets(None if street is None else list(street), points),
            older=older,
        )  # fmt: skip
    spacing = spacing_of(xy[:, 0], xy[:, 1])
    if spacing is not None:
        shapes = lattice_cells(xy[:, 0], xy[:, 1], spacing)
        ledger.add(
            "read",
            "units",
            "intake-lattice",
            file=source.name,
            dx=f"{spacing.dx:,.1f}",
            dy=f"{spacing.dy:,.1f}",
        )
    elif (cells := _evenly_drawn(xy)) is not None:
        shapes = cells
        ledger.add("assumed", "units", "intake-cells-drawn", file=source.name, count=f"{len(xy):,}")
    else:
        extent = float(np.prod(np.ptp(xy, axis=0)))
        side = how.side or choose_side(max(extent, 1.0), how.params)
        shapes, people, cell = gathered(xy[:, 0], xy[:, 1], people, side)
        _, first = np.unique(cell, return_index=True)
        names = {f: texts[first] for f, texts in names.items()}
        total = float(people[:, 0].sum())
        ledger.add(
            "read",
            "units",
            "intake-gathered",
            rows=(len(xy), len(shapes)),
            residents=(total, total),
            file=source.name,
            side=f"{side:g}",
        )
        ids = [f"c{n}" for n in range(1, len(shapes) + 1)]
        label = np.array(["derived"] * len(shapes), dtype=object)
        return Units(shapes, people[:, 0], people[:, 1] if older else None, label, ids, names)
    if people[:, 0].max() > LARGE:
        found = spread_told(shapes, people, how, ledger, SPREAD_LARGE, source.name)
        units = units_of(
            found, [""] * len(shapes), "", "derived" if how.by else "modelled", older=older
        )
        columns = {f: texts[found.area] for f, texts in names.items()}
        return Units(units.shapes, units.people, units.older, units.label, units.ids, columns)
    ids = ids_of(drawn, np.ones(len(people), dtype=bool))
    label = np.array(["real"] * len(shapes), dtype=object)
    return Units(shapes, people[:, 0], people[:, 1] if older else None, label, ids, names)


def _evenly_drawn(xy: Floats) -> Shapes | None:
    """
    Draw cells around points that lie about evenly, as rounded or turned lattices do.

    None where the points are no cells: distances to the nearest neighbour differ widely.
    """
    if len(xy) < 9 or len(np.unique(xy, axis=0)) < len(xy):
        return None
    near = cKDTree(xy).query(xy, k=2)[0][:, 1]
    step = float(np.median(near))
    if step <= 0 or np.mean(np.abs(near - step) > 0.2 * step) > 0.1:
        return None
    return draw_around(xy, reach=0.75 * step)
