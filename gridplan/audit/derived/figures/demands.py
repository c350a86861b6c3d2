"""Figures of the rows of a scenario: by how much a cut keeps each of them not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gridplan.audit.derived.demands.rows import (
    Row,
    amount_of,
    hospitals_of,
    in_grids,
    lead_of,
    parts_of,
    whole_of,
)
from gridplan.audit.derived.figures.facts import Facts, Given, Values, Walk, figure

READS = ("units.population",)


def _row(rows: Sequence[Row], given: Given) -> Row | None:
    """Give the row of a number, from 1; None where the scenario has no such row."""
    at = int(given[0]) - 1
    return rows[at] if 0 <= at < len(rows) else None


def _led(facts: Facts, name: str) -> list[str]:
    """Give the grids that a hospital leads."""
    lead = lead_of(facts.district, name)
    return [str(grid) for grid, who in facts.layout.grids["lead"].items() if who == lead]


def _of(facts: Facts, units: np.ndarray, grids: list[str]) -> tuple[float, float]:
    """Give the residents of some units inside grids and outside them."""
    inside = np.array([grid in grids for grid in facts.grid[units]], dtype=bool)
    people = facts.people[units]
    return float(people[inside].sum()), float(people[~inside].sum())


@figure("district", reads=READS)
def residents_not_where_fixed(facts: Facts, given: Given, _walk: Walk) -> Values:
    """Residents of a place outside the grid of the hospital it is fixed to."""
    row = _row(facts.scenario.fix, given)
    if row is None or not facts.grids:
        return {}
    units = whole_of(facts.district, row)
    return facts.whole(_of(facts, units, _led(facts, row["lead"]))[1])


@figure("district", reads=READS)
def residents_where_barred(facts: Facts, given: Given, _walk: Walk) -> Values:
    """Residents of a place in the grid it is barred from."""
    row = _row(facts.scenario.bar, given)
    if row is None or not facts.grids:
        return {}
    units = whole_of(facts.district, row)
    return facts.whole(_of(facts, units, _led(facts, row["lead"]))[0])


def _held(facts: Facts, units: np.ndarray) -> dict[object, float]:
    """Sum the residents of some units by grid."""
    held: dict[object, float] = {}
    for grid, persons in zip(facts.grid[units], facts.people[units], strict=True):
        held[grid] = held.get(grid, 0.0) + persons
    return held


@figure("district", reads=READS)
def residents_not_together(facts: Facts, given: Given, _walk: Walk) -> Values:
    """Residents of a place outside the grid that holds most of them."""
    row = _row(facts.scenario.together, given)
    if row is None or not facts.grids:
        return {}
    held = _held(facts, whole_of(facts.district, row))
    return facts.whole(float(sum(held.values()) - max(held.values(), default=0.0)))


@figure("district", reads=READS)
def residents_not_apart(facts: Facts, given: Given, _walk: Walk) -> Values:
    """Residents of places outside their grid, and of all but the largest that share one."""
    row = _row(facts.scenario.apart, given)
    if row is None or not facts.grids:
        return {}
    value = 0.0
    mains: dict[object, list[float]] = {}
    for part in parts_of(facts.district, row):
        if len(part):
            held = _held(facts, part)
            order: list[object] = [None, *facts.grids]
            main = max(held, key=lambda grid: (held[grid], -order.index(grid)))
            value += sum(held.values()) - held[main]
            mains.setdefault(main, []).append(held[main])
    value += sum(sum(same) - max(same) for same in mains.values())
    return facts.whole(float(value))


@figure("grid", reads=("hospitals.kind", "hospitals.level", "hospitals.place"))
def hospitals_contained(facts: Facts, given: Given, _walk: Walk) -> Values:
    """Hospitals of one kind that are asked for in each grid."""
    row = _row(facts.scenario.must_contain, given)
    if row is None:
        return {}
    fit = hospitals_of(facts.district, row)
    places = [grid for key, grid in facts.hospitals["grid"].items() if key in fit]
    return {grid: float(places.count(grid)) for grid in facts.grids}


def _amounts(facts: Facts, given: Given) -> np.ndarray | None:
    row = _row(facts.scenario.balance, given)
    amount = None if row is None else amount_of(facts.district, row["column"])
    return None if amount is None else in_grids(facts.grid, amount, facts.grids)


@figure("grid")
def balance_deviation(facts: Facts, given: Given, _walk: Walk) -> Values:
    """Percent by which each grid's amount of a quantity is off the mean."""
    own = _amounts(facts, given)
    if own is None or own.sum() <= 0:
        return dict.fromkeys(facts.grids)
    off = np.abs(own - own.mean()) / own.mean() * 100
    return dict(zip(facts.grids, off.tolist(), strict=True))


@figure("grid")
def balance_amount(facts: Facts, given: Given, _walk: Walk) -> Values:
    """Amount of a quantity in each grid."""
    own = _amounts(facts, given)
    if own is None:
        return dict.fromkeys(facts.grids)
    return dict(zip(facts.grids, own.tolist(), strict=True))


@figure("grid", reads=READS)
def residents_of_led_grid(facts: Facts, given: Given, _walk: Walk) -> Values:
    """Residents of the grid that one hospital leads."""
    row = _row(facts.scenario.grid_bounds, given)
    if row is None:
        return {}
    return {grid: facts.of_grid[grid] for grid in _led(facts, row["lead"])}


@figure("district")
def barrier_metres(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Metres of boundary inside grids that a barrier runs along."""
    district = facts.district
    if not facts.grids or district.barriers.empty:
        return {}
    at = {unit: place for place, unit in enumerate(district.units.index)}
    metres = 0.0
    for one, other, _ in district.crossings:
        if facts.grid[at[one]] == facts.grid[at[other]]:
            metres += float(district.boundaries[at[one], at[other]])
    return facts.whole(metres)
