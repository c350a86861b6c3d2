"""Grids a person drew, made sound: every unit that moved, from where, to where, and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.errors import InfeasibleError, InputError, Problem
from gridplan.optimise.partition import repair
from gridplan.planning.grids import GridQuestion, Grids, grid_question, grids_of
from gridplan.planning.refusal.remedies import with_remedies
from gridplan.planning.scenario import Scenario, nearest_word


@dataclass(frozen=True, eq=False)
class Mended:
    """
    Drawn grids after repair.

    Parameters
    ----------
    grids
        Contiguous, balanced, led.
    moves
        Index ``unit``: ``before`` and ``after`` (lead hospital, None where the unit had no grid),
        ``residents``, ``reason`` (``unassigned``, ``barred``, ``center``, ``closed``, ``detached``,
        ``parent``, ``overload``, ``shortage``, ``rule``, ``follows``).
    """

    grids: Grids
    moves: pd.DataFrame


def mend_grids(district: District, scenario: Scenario, drawn: pd.Series) -> Mended:
    """
    Find sound grids that move few residents away from what was drawn (not proven the fewest).

    Parameters
    ----------
    district, scenario
        As for :func:`gridplan.planning.grids.plan_grids`.
    drawn
        Index ``unit``: the lead hospital's id, or any name of a grid in which exactly one hospital
        that may lead stands; None where a unit was left out.

    Returns
    -------
    Mended

    Raises
    ------
    InputError
        If units are unknown, or a drawn grid has no hospital or several that may lead.
    InfeasibleError
        If there is no sound partition: why, what is proven, and what was tried and helps.
    """
    try:
        return _mend(district, scenario, drawn)
    except InfeasibleError as error:
        refused = error
    raise with_remedies(
        refused, district, scenario, lambda changed: _mend(district, changed, drawn)
    ) from None


def _mend(district: District, scenario: Scenario, drawn: pd.Series) -> Mended:
    """Mend as :func:`mend_grids`, without looking for remedies."""
    asked = grid_question(district, scenario)
    column = _columns(drawn, asked, district)
    found = repair(
        asked.adjacency,
        asked.people,
        asked.cost,
        column,
        work_limit=scenario.work_limit,
        time_limit=scenario.time_limit,
        **asked.options,
    )
    grids = grids_of(found.partition, asked, district, scenario)
    names = asked.eligible.index
    before = [names[move.before] if move.before >= 0 else None for move in found.moves]
    moves = pd.DataFrame(
        {
            # Else a column of text would hold NaN for None.
            "before": pd.Series(before, dtype=object),
            "after": [names[move.after] for move in found.moves],
            "residents": [move.demand for move in found.moves],
            "reason": [move.reason for move in found.moves],
        }
    )
    moves.index = pd.Index([district.units.index[m.unit] for m in found.moves], name="unit")
    return Mended(grids=grids, moves=moves)


def _columns(drawn: pd.Series, asked: GridQuestion, district: District) -> np.ndarray:
    """Give each unit the column of its drawn grid, -1 where it has none."""
    strange = [str(unit) for unit in drawn.index if unit not in district.units.index]
    problems = []
    if strange:
        values = {"rows": strange[:5], "count": len(strange)}
        problems.append(Problem("drawn-unknown-units", values))
    named = drawn.reindex(district.units.index).astype(object)
    named = named.where(named.notna(), None)
    standing = named.loc[asked.eligible["unit"]].to_numpy()
    of_name = {}
    for name in pd.unique(named.dropna()):
        leads = np.flatnonzero((asked.eligible.index == name) | (standing == name))
        own = np.flatnonzero(asked.eligible.index == name)
        leads = own if len(own) else leads
        if len(leads) == 1:
            of_name[name] = int(leads[0])
            continue
        near = nearest_word(str(name), [str(entry) for entry in asked.eligible.index])
        values = {"grid": name, "leads": len(leads), "near": near}
        problems.append(Problem("drawn-without-lead", values))
    if problems:
        raise InputError(problems)
    return np.array([-1 if name is None else of_name[name] for name in named])
