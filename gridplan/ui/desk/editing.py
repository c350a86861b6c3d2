"""Units moved from grid to grid on the map: what was done, undone, done again, in this window."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.planning.grids.drawing import Drawn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridplan.planning.plan import Plan

MOST_STEPS = 500
"""Steps that can be taken back; the oldest are given up."""


@dataclass(frozen=True, eq=False)
class Step:
    """
    Units that were moved at once.

    Parameters
    ----------
    units
        ``(k,)`` their positions.
    before
        ``(k,)`` numbers of the grids they were in.
    into
        Number of the grid they were moved to.
    """

    units: NDArray[np.int64]
    before: NDArray[np.int64]
    into: int


@dataclass(frozen=True, eq=False)
class Moves:
    """
    Grids under the planner's hand.

    Parameters
    ----------
    of
        Fingerprint of the plan they began as.
    names
        Of the grids, ``G1`` ...
    leads
        Hospital by name of a grid.
    grid
        ``(n,)`` number of the grid of each unit.
    done
        What can be taken back, the last one last.
    undone
        What can be done again, the next one last.
    locked
        Names of grids that keep their units.
    """

    of: str
    names: tuple[str, ...]
    leads: dict[str, str]
    grid: NDArray[np.int64]
    done: tuple[Step, ...] = ()
    undone: tuple[Step, ...] = ()
    locked: frozenset[str] = field(default_factory=frozenset)

    def move(self, units: Any, into: int) -> Moves:  # noqa: ANN401  # what a browser sent
        """
        Move units to a grid; those of a locked grid stay, and none moves into one.

        Parameters
        ----------
        units
            Positions; what is none is left out.
        into
            Number of the grid.
        """
        if not 0 <= into < len(self.names) or self.names[into] in self.locked:
            return self
        given = np.unique(
            [n for n in units if isinstance(n, int) and 0 <= n < len(self.grid)]
        ).astype(np.int64)
        fixed = np.isin(self.grid[given], [self.names.index(name) for name in self.locked])
        moved = given[(self.grid[given] != into) & ~fixed]
        if not len(moved):
            return self
        step = Step(moved, self.grid[moved].copy(), into)
        return replace(
            self, grid=_with(self.grid, moved, into), done=(*self.done, step)[-MOST_STEPS:],
            undone=(),
        )  # fmt: skip

    def undo(self) -> Moves:
        """Take the last step back."""
        if not self.done:
            return self
        step = self.done[-1]
        grid = _with(self.grid, step.units, step.before)
        return replace(self, grid=grid, done=self.done[:-1], undone=(*self.undone, step))

    def redo(self) -> Moves:
        """Do again what was taken back."""
        if not self.undone:
            return self
        step = self.undone[-1]
        grid = _with(self.grid, step.units, step.into)
        return replace(self, grid=grid, done=(*self.done, step), undone=self.undone[:-1])

    def lock(self, names: Any) -> Moves:  # noqa: ANN401  # what a field gives
        """Lock these grids and no others."""
        return replace(self, locked=frozenset(name for name in names if name in self.names))

    def drawn(self, district: District) -> Drawn:
        """Give the grids as a drawing; a grid that lost its lead has none."""
        names = np.array(self.names, dtype=object)
        grid = pd.Series(names[self.grid], index=district.units.index)
        there = set(grid.unique())
        hospitals = district.hospitals
        held = dict(zip(hospitals.index, grid.reindex(hospitals["unit"]), strict=True))
        leads = {
            name: lead
            for name, lead in self.leads.items()
            if name in there and held.get(lead) == name
        }
        return Drawn(grid, leads=leads)


def _with(
    grid: NDArray[np.int64], units: NDArray[np.int64], value: int | NDArray[np.int64]
) -> NDArray[np.int64]:
    changed = grid.copy()
    changed[units] = value
    return changed


def moves_of(plan: Plan, key: str) -> Moves:
    """
    Begin to edit the grids of a plan.

    Parameters
    ----------
    plan
        With grids.
    key
        Its fingerprint.
    """
    names = tuple(str(name) for name in plan.layout.grids.index)
    leads = plan.layout.grids["lead"]
    grid = plan.layout.units.loc[plan.district.units.index, "grid"]
    return Moves(
        of=key,
        names=names,
        leads={str(name): str(lead) for name, lead in leads.items() if isinstance(lead, str)},
        grid=pd.Index(names).get_indexer(grid.astype(str)).astype(np.int64),
    )
