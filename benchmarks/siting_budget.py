"""
Questions with costs of sites, a budget and envy: files of Kong (2025), rows of the table beside.

A folder holds ``NAME.txt`` (``ID Demand x y Fcand Fcost Fcap``, metres) and ``known.csv``, a row a
question: ``instance``, ``budget``, ``envy_km``, ``alpha``, ``objective``. Any number of sites may
open, and capacities do not count. ``alpha`` weighs person-kilometres, the rest what exceeds
``envy_km``, squared; ``uflp`` adds the costs of sites to the person-kilometres instead of a budget.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from gridplan.optimise.siting import Siting, p_median

TABLE = "known.csv"


@dataclass(frozen=True, eq=False)
class Question:
    """
    One row of the table.

    Parameters
    ----------
    name
        Of the file, the budget, the envy and the weight.
    units
        Units of the file.
    best
        Value published; the engine never sees it.
    ask
        Asks the engine, given its limits.
    """

    name: str
    units: int
    best: float
    ask: Callable[[dict[str, Any]], Siting]


def has_budgets(path: Path) -> bool:
    """Whether a table of questions lies beside a file and names it."""
    table = path.with_name(TABLE)
    return table.is_file() and any(row["instance"] == path.stem for row in _rows(table))


def budget_questions(path: Path) -> Iterator[Question]:
    """
    Read the questions of one file.

    Parameters
    ----------
    path
        Of the file; the table lies beside it.
    """
    people, km, money = budget_arrays(path)
    for row in _rows(path.with_name(TABLE)):
        if row["instance"] == path.stem:
            parts = (row[key] for key in ("instance", "budget", "envy_km", "alpha"))
            name = "_".join(part for part in parts if part)
            ask = partial(_ask, row, people, km, money)
            yield Question(name, len(people), float(row["objective"]), ask)


def budget_arrays(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    Read residents, kilometres to the sites that have a cost, and those costs.

    Parameters
    ----------
    path
        Of the file.

    Returns
    -------
    people, km, money
        ``(n,)``, ``(n, m)`` and ``(m,)``.
    """
    lines = [line.split() for line in path.read_text().splitlines()[1:] if line.strip()]
    values = np.array(lines, dtype=float)
    people, xy, money = values[:, 1], values[:, 2:4], values[:, 5]
    site = np.flatnonzero(money > 0)
    km = np.hypot(*(xy[:, None] - xy[None, site]).transpose(2, 0, 1)) / 1000.0
    return people, km, money[site]


def _ask(
    row: dict[str, str], people: np.ndarray, km: np.ndarray, money: np.ndarray, limits: Any
) -> Siting:
    cost, any_number = people[:, None] * km, (1, len(money))
    if row["alpha"] == "uflp":
        return p_median(cost, people, any_number, site_cost=money, **limits)
    weight = float(row["alpha"])
    cost = weight * cost
    if row["envy_km"]:
        envy = np.maximum(0.0, km - float(row["envy_km"]))
        cost = cost + (1.0 - weight) * people[:, None] * envy**2
    budget = float(row["budget"])
    return p_median(cost, people, any_number, opening_cost=money, budget=budget, **limits)


def _rows(table: Path) -> list[dict[str, str]]:
    with table.open(newline="") as lines:
        return list(csv.DictReader(lines))
