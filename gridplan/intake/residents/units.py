"""Units with whole persons, each of known origin; areas that hold too many, spread over cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from gridplan.intake.record.ledger import Ledger
from gridplan.intake.residents.spreading import SIDES, Spread, SpreadParams, choose_side, spread

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]
Weigh = Callable[[Shapes], Floats]

SPREAD = ("intake-spread", "intake-spread-by")
SPREAD_LARGE = ("intake-spread-large", "intake-spread-large-by")
"""Sentences of the ledger: spread by ground, and by what a file gives."""

LARGE = 10_000.0
"""Residents above which an area is spread over cells: half of what a center serves at least."""


@dataclass(frozen=True, eq=False)
class Units:
    """
    What the layer ``units`` will hold.

    Parameters
    ----------
    shapes
        Polygons, metres.
    people
        (n,) residents.
    older
        (n,) of them 65 or older; None where nothing says so.
    names
        Text columns by name: ``community``, ``subdistrict``.
    label
        ``real``, ``derived`` or ``modelled`` for every row.
    ids
        Unique texts.
    """

    shapes: Shapes
    people: Floats
    older: Floats | None
    label: NDArray[np.object_]
    ids: list[str]
    names: dict[str, NDArray[np.object_]] = field(default_factory=dict)


class Revising(Protocol):
    """Where streets had their say: :class:`gridplan.intake.forms.revision.Revision`."""

    def streets(self, named: Sequence[str | None] | None, shapes: Shapes) -> list[str]:
        """Give the street of each unit."""

    def revised(
        self,
        people: Floats,
        *,
        ids: Sequence[str],
        communities: Sequence[str | None] | None,
        streets: Sequence[str],
        older: bool,
    ) -> tuple[Floats, bool]:
        """Give the residents as streets corrected them."""


@dataclass(frozen=True)
class Spreading:
    """
    How the residents of a file come onto units.

    Parameters
    ----------
    side
        Metres of a cell; chosen from the ground where None.
    weigh
        Weights of cells; ground where None.
    by
        Name of the file that gives the weights; empty for ground.
    revising
        Asked for the residents that streets corrected; None where none were.
    params
        Limits.
    """

    side: float | None = None
    weigh: Weigh | None = None
    by: str = ""
    revising: Revising | None = None
    params: SpreadParams = field(default_factory=SpreadParams)


def spread_told(
    shapes: Shapes,
    people: Floats,
    how: Spreading,
    ledger: Ledger,
    codes: tuple[str, str],
    file: str,
) -> Spread:
    """
    Spread residents over cells and tell the ledger how.

    Parameters
    ----------
    shapes, people
        As :func:`gridplan.intake.residents.spreading.spread` takes them.
    how
        Side, weights and limits.
    ledger
        Told.
    codes
        The sentence where residents go by ground, and where a file gives the weights.
    file
        Named in it.
    """
    found = spread_within(shapes, people, how)
    side = found.side
    before, after = float(people[:, 0].sum()), float(found.people[:, 0].sum())
    ledger.add(
        "assumed",
        "units",
        codes[1] if how.by else codes[0],
        rows=(len(shapes), len(found.squares)),
        residents=(before, after),
        file=file,
        by=how.by,
        side=f"{side:g}",
        largest=f"{people[:, 0].max():,.0f}",
        cells=f"{len(found.squares):,}",
        cut=f"{int(found.cut.sum()):,}",
    )
    if len(found.lent):
        ledger.add("checked", "units", "intake-areas-lent", count=f"{len(found.lent):,}", file=file)
    return found


def spread_within(shapes: Shapes, people: Floats, how: Spreading) -> Spread:
    """Spread residents over cells of the side declared, else of the least with which few arise."""
    if how.side:
        return spread(shapes, people, side=how.side, weigh=how.weigh, params=how.params)
    least = choose_side(float(shapely.area(shapes).sum()), how.params)
    for side in [side for side in SIDES if side >= least]:
        found = spread(shapes, people, side=side, weigh=how.weigh, params=how.params)
        # Crowded cells are cut, so that how many there are is known afterwards only.
        if (found.people[:, 0] > 0).sum() <= how.params.most_cells:
            break
    return found


def units_of(
    found: Spread, names: list[str], column: str, label: str, *, older: bool = False
) -> Units:
    """Turn spread residents into units; cells without residents stay, they hold a grid together."""
    squares, people = found.squares, found.people
    ids = [f"c{n}" for n in range(1, len(squares) + 1)]
    columns = {column: np.array(names, dtype=object)[found.area]} if column else {}
    return Units(
        squares,
        people[:, 0],
        people[:, 1] if older and people.shape[1] > 1 else None,
        np.array([label] * len(squares), dtype=object),
        ids,
        columns,
    )
