"""The demands of a scenario as options of the engine, and the prices among them."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.optimise.partition import Resource
from gridplan.planning.demands.found import Balance, Demands, demands_of
from gridplan.planning.scenario.scenario import Scenario


def demand_options(
    district: District, scenario: Scenario, eligible: pd.DataFrame
) -> dict[str, Any]:
    """
    Turn demands into options of :func:`gridplan.optimise.partition.partition`.

    Parameters
    ----------
    district, scenario
        Who asks what of what.
    eligible
        Hospitals that may lead, one column each; demands that name another hospital have been
        refused before.

    Returns
    -------
    options
        ``barred``, ``together``, ``apart``, ``barriers``, ``must_contain``, ``resources``,
        ``lower`` and ``upper``, only as far as anything is asked.
    """
    asked = demands_of(district, scenario)
    standing = district.units.index.get_indexer(district.hospitals["unit"])
    together = [*(place.units for place in asked.together), *_whole(asked)]
    options: dict[str, Any] = {
        "barred": [
            (unit, column)
            for place, lead in asked.bar
            for column in [eligible.index.get_indexer([lead])[0]]
            for unit in place.units.tolist()
            if column >= 0
        ],
        "together": pairs_of(together),
        "apart": np.array(
            [pair for place in asked.apart for pair in _pairs_apart(place.parts)], dtype=int
        ).reshape(-1, 2),
        "barriers": barriers_of(district),
        "must_contain": [np.unique(standing[fit]) for fit in asked.contain],
        "resources": [_resource(one) for one in asked.balance],
    }
    options = {name: given for name, given in options.items() if len(given)}
    return options | _bounds(asked, eligible)


def _whole(asked: Demands) -> list[np.ndarray]:
    """List what lies in one grid because it lies apart from others."""
    return [part for place in asked.apart for part in place.parts]


def _pairs_apart(parts: tuple[np.ndarray, ...]) -> list[tuple[int, int]]:
    """Pair one unit of each place with one of every other."""
    firsts = [int(part[0]) for part in parts if len(part)]
    return [(one, other) for one, other in combinations(firsts, 2) if one != other]


def pairs_of(groups: list[np.ndarray]) -> np.ndarray:
    """Pair the units of each group with its first, ``(m, 2)``."""
    rows = [np.column_stack([np.full(len(group) - 1, group[0]), group[1:]])
            for group in groups if len(group) > 1]  # fmt: skip
    return np.concatenate(rows) if rows else np.zeros((0, 2), dtype=int)


def barriers_of(district: District) -> list[tuple[float, ...]]:
    """List neighbours whose boundary a barrier closes, or where crossing it has a price."""
    index = district.units.index
    rows: list[tuple[float, ...]] = []
    for one, other, price in district.crossings:
        pair = (int(index.get_loc(one)), int(index.get_loc(other)))
        rows.append(pair if price is None else (*pair, float(price)))
    return rows


def _resource(one: Balance) -> Resource:
    assert one.amount is not None  # columns with gaps were refused
    return Resource(
        one.amount,
        lower=one.lower,
        upper=one.upper,
        tolerance=one.tolerance,
        price=one.price or None,
        name=one.column,
    )


def _bounds(asked: Demands, eligible: pd.DataFrame) -> dict[str, np.ndarray]:
    """Give the bounds on residents by column."""
    if not asked.bounds:
        return {}
    lower, upper = np.zeros(len(eligible)), np.full(len(eligible), np.inf)
    for lead, least, most in asked.bounds:
        column = eligible.index.get_indexer([lead])[0]
        if column >= 0:
            lower[column] = max(lower[column], least)
            upper[column] = min(upper[column], most)
    return {"lower": lower, "upper": upper}


def fixed_units(
    district: District, scenario: Scenario, eligible: pd.DataFrame
) -> tuple[np.ndarray, list[tuple[int, int, int]]]:
    """
    Find the column each unit is fixed to.

    Returns
    -------
    fixed, twice
        ``(n,)``, -1 for a free unit; and each unit that is fixed to two columns, with these. The
        own unit of a hospital that has units fixed to it, or leads by name, is fixed too.
    """
    fixed = np.full(len(district.units), -1)
    home = district.units.index.get_indexer(eligible["unit"])
    twice: list[tuple[int, int, int]] = []

    def lock(units: np.ndarray, column: int) -> None:
        other = units[(fixed[units] >= 0) & (fixed[units] != column)]
        twice.extend((int(unit), int(fixed[unit]), column) for unit in other)
        fixed[units[fixed[units] < 0]] = column

    named = np.flatnonzero(np.isin(eligible.index.to_numpy(dtype=str), scenario.grid_leads))
    fixed[home[named]] = named
    for place, lead in demands_of(district, scenario).fix:
        column = int(eligible.index.get_indexer([lead])[0])
        if column >= 0:
            lock(place.units, column)
            lock(home[[column]], column)
    return fixed, twice


def with_fit(options: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Put together what is asked and what a cut must be fit for; units of both stay together."""
    ties = [one["together"] for one in (options, more) if one.get("together") is not None]
    merged = {**options, **more}
    return {**merged, "together": np.concatenate(ties)} if ties else merged


def with_price(options: dict[str, Any], district: District, scenario: Scenario) -> dict[str, Any]:
    """Let residents deviate beyond the tolerance where the scenario gives that a price."""
    if not scenario.grid_tolerance_price:
        return options
    goods = [*options.get("resources", ()), tolerance_resource(district, scenario)]
    return {**options, "tolerance": None, "resources": goods}


def lead_prices(scenario: Scenario, eligible: pd.DataFrame) -> np.ndarray:
    """
    Say what it is worth that a hospital does not lead.

    Returns
    -------
    prices
        ``(k,)`` person-metres, by the level of each: its own grade before its tier.
    """
    table = dict(scenario.lead_prices)
    levels = eligible["level"].astype(str)
    return np.array(
        [table.get(level, table.get(level.split("-")[0], 0.0)) for level in levels], dtype=float
    )


def tolerance_resource(district: District, scenario: Scenario) -> Resource:
    """Give the residents as a quantity whose deviation beyond the tolerance has a price."""
    return Resource(
        district.units["population"].to_numpy(dtype=float),
        tolerance=scenario.grid_tolerance,
        price=scenario.grid_tolerance_price,
        name="units.population",
    )


def has_prices(district: District, scenario: Scenario) -> bool:
    """Whether the objective of the grids adds anything but boundaries and splits to travel."""
    return bool(
        scenario.grid_tolerance_price
        or scenario.lead_prices
        or any(row.get("price") for row in scenario.balance)
        or any(price for _, _, price in district.crossings)
    )
