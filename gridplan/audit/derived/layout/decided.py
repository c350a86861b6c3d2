"""What a plan decided; all else follows from the district, the scenario and the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.outputs.reading.written import Written
from gridplan.outputs.words.names import is_missing


@dataclass(frozen=True, eq=False)
class Decided:
    """
    Who belongs where, who leads and who manages whom.

    Parameters
    ----------
    grid
        ``(n,)`` grid of each unit in the order of the district; None without grids.
    leads
        Hospital by grid, in the order of the grids; None where a drawn grid has none.
    names
        What a drawing calls each grid; None for grids that were not drawn.
    center
        ``(n,)`` center of each unit.
    manager
        Regional center of each center; empty where no 1+N was planned.
    told
        The units as written, in the order of the district.
    """

    grid: np.ndarray | None
    leads: Mapping[str, str | None]
    names: Mapping[str, str] | None
    center: np.ndarray
    manager: Mapping[str, str]
    told: pd.DataFrame

    @property
    def drawn(self) -> bool:
        """Whether a person drew the grids."""
        return self.names is not None

    @cached_property
    def grid_of(self) -> dict[str, object] | None:
        """Grid by unit."""
        if self.grid is None:
            return None
        return dict(zip(self.told.index, self.grid, strict=True))

    def lead_of(self) -> np.ndarray:
        """``(n,)`` lead of each unit's grid."""
        if self.grid is None:
            return np.full(len(self.center), None, dtype=object)
        return np.array([self.leads.get(grid) for grid in self.grid], dtype=object)


def is_drawn(plan: Written) -> bool:
    """Whether a person drew the grids of a plan."""
    return "drawn_name" in plan.layout.grids


def decided_in(plan: Written, district: District) -> Decided:
    """
    Take the decisions out of a plan.

    Parameters
    ----------
    plan
        As read.
    district
        Whose units and hospitals they speak of.

    Returns
    -------
    Decided
        Grids that were not drawn are called by the order of their leads among the hospitals.

    Raises
    ------
    KeyError
        If a unit of the district is not in the plan.
    """
    layout = plan.layout
    told = layout.units.loc[district.units.index]
    centers = layout.centers
    manager = {
        str(key): above
        for key, above in centers["regional_center"].items()
        if not is_missing(above)
    }
    center = told["center"].to_numpy(dtype=object)
    if not len(layout.grids):
        return Decided(None, {}, None, center, manager, told)
    given = layout.grids["lead"].to_dict()
    if is_drawn(plan):
        number = sorted(given, key=lambda grid: int(str(grid)[1:]))
        leads = {str(grid): None if is_missing(given[grid]) else given[grid] for grid in number}
        names = layout.grids["drawn_name"].to_dict()
        return Decided(told["grid"].to_numpy(dtype=object), leads, names, center, manager, told)
    order = [key for key in district.hospitals.index if key in set(given.values())]
    called = {lead: f"G{number}" for number, lead in enumerate(order, start=1)}
    grid = np.array([called[given[grid]] for grid in told["grid"]], dtype=object)
    return Decided(grid, {name: lead for lead, name in called.items()}, None, center, manager, told)
