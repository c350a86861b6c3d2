"""Grids a person drew, made sound: every unit that moved, from where, to where, and why."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.errors import InfeasibleError, InputError, Problem
from gridplan.optimise.partition import repair
from gridplan.planning.grids.drawing import Drawn
from gridplan.planning.grids.grids import GridQuestion, Grids, grid_question, grids_of
from gridplan.planning.refusal.remedies import with_remedies
from gridplan.planning.scenario.kinds import nearest_word
from gridplan.planning.scenario.scenario import Scenario

NOTHING: Mapping[str, Sequence[str]] = MappingProxyType({})

PRICE = ("units", "residents", "minutes")
"""Of what is to stay as drawn: how many units, and what that costs."""

Keep = Mapping[str, Sequence[str]]
"""What is to stay as drawn: units by the name it was asked for."""


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
        ``parent``, ``overload``, ``shortage``, ``rule``, ``follows``), ``minutes_before`` and
        ``minutes_after`` (drive to the lead, NaN where there was none).
    wishes
        Index: what was to stay as drawn, in the order it was asked for; ``units``, ``residents``
        more that move elsewhere for it, ``minutes`` more of drive to the lead, mean of all
        residents.
    """

    grids: Grids
    moves: pd.DataFrame
    wishes: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(PRICE)))


def kept_units(drawn: Drawn, names: Sequence[str]) -> dict[str, list[str]]:
    """
    Find the units of what is to stay as drawn.

    Parameters
    ----------
    drawn
        As drawn.
    names
        Units, or grids by the name in the drawing.

    Returns
    -------
    keep
        Units by name.

    Raises
    ------
    InputError
        ``drawn-keep-unknown`` for every name that is neither.
    """
    grid = pd.Series(drawn.grid, dtype=object)
    grid.index = grid.index.astype(str)
    grid = grid.dropna().astype(str)
    found = {
        name: [name] if name in grid.index else [str(unit) for unit in grid.index[grid == name]]
        for name in names
    }
    known = [*grid.unique(), *grid.index]
    problems = [
        Problem("drawn-keep-unknown", {"name": name, "near": nearest_word(name, known or ["-"])})
        for name, units in found.items()
        if not units
    ]
    if problems:
        raise InputError(problems)
    return found


def by_lead(drawn: Drawn) -> pd.Series:
    """Name the grids of a drawing by their leads, as far as it says who leads."""
    grid = pd.Series(drawn.grid, dtype=object)
    return grid.map(lambda name: name if pd.isna(name) else drawn.leads.get(str(name), name))


def mend_grids(
    district: District, scenario: Scenario, drawn: pd.Series, *, keep: Keep = NOTHING
) -> Mended:
    """
    Find sound grids that move few residents away from what was drawn (not proven the fewest).

    What is to stay is held one after another; each has its price, against what was held before.

    Parameters
    ----------
    district, scenario
        As for :func:`gridplan.planning.grids.grids.plan_grids`.
    drawn
        Index ``unit``: the lead hospital's id, or any name of a grid in which exactly one hospital
        that may lead stands; None where a unit was left out.
    keep
        What is to stay as drawn: of :func:`kept_units`.

    Returns
    -------
    Mended

    Raises
    ------
    InputError
        If units are unknown, or a drawn grid has no hospital or several that may lead.
    InfeasibleError
        If there is no sound partition: why, what is proven, and what was tried and helps; or none
        that leaves as drawn what is to stay.
    """
    try:
        mended = _mend(district, scenario, drawn, ())
    except InfeasibleError as error:
        refused = error
    else:
        return _kept(district, scenario, drawn, mended, keep)
    raise with_remedies(
        refused, district, scenario, lambda changed: _mend(district, changed, drawn, ())
    ) from None


def _kept(
    district: District, scenario: Scenario, drawn: pd.Series, mended: Mended, keep: Keep
) -> Mended:
    """Hold what is to stay, one after another, and price each."""
    held: list[str] = []
    rows: dict[str, dict[str, float]] = {}
    people = district.units["population"]
    for name, units in keep.items():
        held += units
        tried = mended
        if mended.moves.index.isin(units).any():
            try:
                tried = _mend(district, scenario, drawn, held)
            except InfeasibleError as error:
                values = {"names": list(keep)[: len(rows) + 1]}
                code = "drawn-keep-clash" if error.proven else "drawn-keep-not-found"
                clash = Problem(code, values, proven=error.proven)
                raise InfeasibleError([clash]) from error
        longer = (tried.grids.minutes_to_lead - mended.grids.minutes_to_lead) * people
        rows[name] = {
            "units": len(units),
            "residents": float(tried.moves["residents"].sum() - mended.moves["residents"].sum()),
            "minutes": float(longer.sum() / people.sum()),
        }
        mended = tried
    wishes = pd.DataFrame.from_dict(rows, orient="index", columns=list(PRICE))
    return dataclasses.replace(mended, wishes=wishes)


def _mend(district: District, scenario: Scenario, drawn: pd.Series, held: Sequence[str]) -> Mended:
    """Mend as :func:`mend_grids`, with some units held, without looking for remedies."""
    asked = grid_question(district, scenario)
    column = _columns(drawn, asked, district)
    found = repair(
        asked.adjacency,
        asked.people,
        asked.cost,
        column,
        work_limit=scenario.work_limit,
        time_limit=scenario.time_limit,
        **{**asked.options, "fixed": _fixed(district, asked, column, held)},
    )
    grids = grids_of(found.partition, asked, district, scenario)
    names = asked.eligible.index
    before = [names[move.before] if move.before >= 0 else None for move in found.moves]
    minutes = asked.metres / scenario.drive_metres_per_minute
    moves = pd.DataFrame(
        {
            # Else a column of text would hold NaN for None.
            "before": pd.Series(before, dtype=object),
            "after": [names[move.after] for move in found.moves],
            "residents": [move.demand for move in found.moves],
            "reason": [move.reason for move in found.moves],
            "minutes_before": [
                minutes[move.unit, move.before] if move.before >= 0 else np.nan
                for move in found.moves
            ],
            "minutes_after": [minutes[move.unit, move.after] for move in found.moves],
        }
    )
    moves.index = pd.Index([district.units.index[m.unit] for m in found.moves], name="unit")
    return Mended(grids=grids, moves=moves)


def _fixed(
    district: District, asked: GridQuestion, column: np.ndarray, held: Sequence[str]
) -> np.ndarray | None:
    """Fix the units that are held to where they were drawn."""
    fixed = asked.options["fixed"]
    at = district.units.index.get_indexer(pd.Index(held, dtype=object))
    at = at[at >= 0]
    at = at[column[at] >= 0]
    if not len(at):
        return None if fixed is None else np.asarray(fixed)
    both = np.full(len(column), -1) if fixed is None else np.array(fixed)
    both[at] = column[at]
    return both


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
