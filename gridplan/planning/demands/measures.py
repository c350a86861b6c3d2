"""Demands of the scenario: whether a cut or a drawing keeps each of them, and by how much not.

Every measure takes the number of a row of the scenario, from 1;
:mod:`gridplan.planning.demands.rules` makes a rule of each row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from gridplan.planning.demands.found import Balance, Place, demands_found
from gridplan.planning.layout.layout import Layout
from gridplan.planning.measures.measure import Values, measure, whole
from gridplan.planning.scenario.scenario import Scenario

ROW = ("number of the row, from 1",)
READS = ("units.population",)


def _row(
    key: str,
    layout: Layout,
    scenario: Scenario,
    number: Sequence[float],
) -> Any:  # noqa: ANN401  # rows of each key are of a kind of their own
    """Give what one row names; None where the scenario has no such row."""
    rows = getattr(demands_found(layout.district, scenario)[0], key)
    at = int(number[0]) - 1
    return rows[at] if 0 <= at < len(rows) else None


def _codes(layout: Layout) -> np.ndarray:
    """Give each unit the position of its grid."""
    grid = layout.units["grid"].reindex(layout.district.units.index)
    return np.asarray(layout.grids.index.get_indexer(grid))


def _people(layout: Layout) -> np.ndarray:
    return layout.district.units["population"].to_numpy(dtype=float)


def _led(layout: Layout, lead: str) -> np.ndarray:
    """Give the positions of the grids that a hospital leads."""
    return np.flatnonzero((layout.grids["lead"] == lead).to_numpy())


def _residents(layout: Layout, value: Callable[[np.ndarray, np.ndarray], float]) -> Values:
    """Give the district the residents that a demand concerns; nobody without grids."""
    if layout.grids.empty:
        return {}
    return whole(layout, value(_codes(layout), _people(layout)))


@measure("district", parameters=ROW, reads=READS)
def residents_not_where_fixed(
    layout: Layout, scenario: Scenario, number: tuple[float, ...]
) -> Values:
    """Residents of one place that lie outside the grid of the hospital they are fixed to."""
    row = _row("fix", layout, scenario, number)
    if row is None:
        return {}
    place, lead = row

    def outside(code: np.ndarray, people: np.ndarray) -> float:
        at = place.units
        return float(people[at][~np.isin(code[at], _led(layout, lead))].sum())

    return _residents(layout, outside)


@measure("district", parameters=ROW, reads=READS)
def residents_where_barred(layout: Layout, scenario: Scenario, number: tuple[float, ...]) -> Values:
    """Residents of one place that lie in the grid they are barred from."""
    row = _row("bar", layout, scenario, number)
    if row is None:
        return {}
    place, lead = row

    def inside(code: np.ndarray, people: np.ndarray) -> float:
        at = place.units
        return float(people[at][np.isin(code[at], _led(layout, lead))].sum())

    return _residents(layout, inside)


@measure("district", parameters=ROW, reads=READS)
def residents_not_together(layout: Layout, scenario: Scenario, number: tuple[float, ...]) -> Values:
    """Residents of one place outside the grid that holds most of them."""
    place = _row("together", layout, scenario, number)
    if place is None:
        return {}
    return _residents(
        layout, lambda code, people: _scattered(code[place.units], people[place.units])
    )


@measure("district", parameters=ROW, reads=READS)
def residents_not_apart(layout: Layout, scenario: Scenario, number: tuple[float, ...]) -> Values:
    """
    Residents that lie otherwise than places that are to lie apart.

    Those of each place outside the grid that holds most of it; and of the places that share such a
    grid, all but the largest.
    """
    place = _row("apart", layout, scenario, number)
    if place is None:
        return {}
    return _residents(layout, lambda code, people: _mingled(place, code, people))


def _scattered(code: np.ndarray, people: np.ndarray) -> float:
    if not len(code):
        return 0.0
    held = np.bincount(code + 1, weights=people)
    return float(people.sum() - held.max())


def _mingled(place: Place, code: np.ndarray, people: np.ndarray) -> float:
    value = 0.0
    shares: dict[int, list[float]] = {}
    for part in place.parts:
        if len(part):
            held = np.bincount(code[part] + 1, weights=people[part])
            value += float(people[part].sum() - held.max())
            shares.setdefault(int(held.argmax()), []).append(float(held.max()))
    return value + sum(sum(same) - max(same) for same in shares.values())


@measure("grid", parameters=ROW, reads=("hospitals.kind", "hospitals.level", "hospitals.place"))
def hospitals_contained(layout: Layout, scenario: Scenario, number: tuple[float, ...]) -> Values:
    """Hospitals of one kind that the scenario asks for in each grid."""
    fit = _row("contain", layout, scenario, number)
    if fit is None:
        return {}
    here = layout.hospitals["grid"].reindex(layout.district.hospitals.index)[fit]
    return {str(grid): float((here == grid).sum()) for grid in layout.grids.index}


def _balance(layout: Layout, scenario: Scenario, number: Sequence[float]) -> np.ndarray | None:
    """Give the amount of a quantity in each grid; None where its column is not at hand."""
    one: Balance | None = _row("balance", layout, scenario, number)
    if one is None or one.amount is None:
        return None
    code = _codes(layout)
    count = len(layout.grids)
    return np.bincount(code[code >= 0], weights=one.amount[code >= 0], minlength=count)


@measure("grid", parameters=ROW)
def balance_deviation(layout: Layout, scenario: Scenario, number: tuple[float, ...]) -> Values:
    """Deviation of each grid's amount of one quantity from the mean of the grids, percent."""
    own = _balance(layout, scenario, number)
    names = [str(grid) for grid in layout.grids.index]
    if own is None or not own.sum() > 0:
        return dict.fromkeys(names)
    return dict(zip(names, (100 * abs(own / own.mean() - 1)).tolist(), strict=True))


@measure("grid", parameters=ROW)
def balance_amount(layout: Layout, scenario: Scenario, number: tuple[float, ...]) -> Values:
    """Amount of one quantity in each grid."""
    own = _balance(layout, scenario, number)
    names = [str(grid) for grid in layout.grids.index]
    return dict.fromkeys(names) if own is None else dict(zip(names, own.tolist(), strict=True))


@measure("grid", parameters=ROW, reads=READS)
def residents_of_led_grid(layout: Layout, scenario: Scenario, number: tuple[float, ...]) -> Values:
    """Residents of the grid that one hospital leads; nothing where it leads none."""
    row = _row("bounds", layout, scenario, number)
    if row is None:
        return {}
    lead, _, _ = row
    led = layout.grids.index[_led(layout, lead)]
    return {str(grid): float(layout.grids.loc[grid, "population"]) for grid in led}


@measure("district")
def barrier_metres(layout: Layout, _scenario: Scenario) -> Values:
    """Metres of boundary between neighbours of one grid that a barrier runs between."""
    if layout.grids.empty or layout.district.barriers.empty:
        return {}
    code = pd.Series(_codes(layout), index=layout.district.units.index)
    shared = layout.district.boundaries
    at = layout.district.units.index
    value = 0.0
    for one, other, _ in layout.district.crossings:
        if code[one] == code[other]:
            value += float(shared[at.get_loc(one), at.get_loc(other)])
    return whole(layout, value)
