"""Grids a person drew: read from a table, written back mended, with every move in words."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from gridplan.district.district import District
from gridplan.errors import InputError, Problem
from gridplan.outputs.address_file import inert_cell
from gridplan.outputs.names import figure, given_names, grid_word, signed
from gridplan.outputs.safe import plain
from gridplan.outputs.text_table import text_table
from gridplan.planning.mending import Mended
from gridplan.text import say

_UNIT = ("unit", "单元", "基本单元")
_GRID = ("grid", "网格", "lead", "牵头医院")
_MOST_TOLD = 20


def read_drawn(path: Path) -> pd.Series:
    """
    Read which grid each unit was drawn into.

    Parameters
    ----------
    path
        CSV with a header; a column ``unit`` and a column ``grid`` (or their Chinese names). UTF-8
        or GB 18030.

    Returns
    -------
    drawn
        Index ``unit`` (text); name of the grid, None where left empty.

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing, or a unit occurs twice; all at once.
    """
    try:
        content = path.read_bytes()
    except OSError:
        raise InputError([Problem("drawn-missing", {"file": str(path)})]) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    rows = list(csv.DictReader(io.StringIO(text)))
    headers = [name.strip() for name in (rows[0] if rows else {}) if name]
    unit = next((name for name in _UNIT if name in headers), None)
    grid = next((name for name in _GRID if name in headers), None)
    if unit is None or grid is None:
        values = {"file": path.name, "headers": headers, "unit": _UNIT, "grid": _GRID}
        raise InputError([Problem("drawn-columns", values)])
    clean = [
        {str(key).strip(): (value or "").strip() for key, value in row.items()} for row in rows
    ]
    names = [row[unit] for row in clean]
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        found = {"file": path.name, "count": len(twice), "rows": twice[:5]}
        raise InputError([Problem("drawn-twice", found)])
    return pd.Series(
        [row[grid] or None for row in clean], index=pd.Index(names, name="unit"), dtype=object
    )


def write_mended(district: District, mended: Mended, path: Path, *, lang: str) -> None:
    """
    Write where every unit lies, and what it was drawn as where it moved.

    Parameters
    ----------
    district
        For the names of hospitals.
    mended
        The mended grids.
    path
        Where to; UTF-8 with a byte-order mark, as spreadsheets want it.
    lang
        Language of what is said in words.

    Notes
    -----
    Columns ``unit``, ``grid``, ``lead``, ``moved_from`` and ``reason`` hold ids and codes, the same
    in every language; ``lead_name`` and ``why`` say lead and reason in words.
    """
    names = _names(district, lang)
    grid, moves = mended.grids.grid, mended.moves
    lead = grid.map(mended.grids.leads)
    reason = moves["reason"].reindex(grid.index)
    why = {code: say(f"drawn.reason-{code}", lang) for code in moves["reason"].unique()}
    table = pd.DataFrame(
        {
            "grid": grid,
            "lead": lead,
            "moved_from": moves["before"].reindex(grid.index),
            "reason": reason,
            "lead_name": lead.map(names).map(inert_cell),
            "why": reason.map(why),
        }
    )
    table.to_csv(path, encoding="utf-8-sig", lineterminator="\n")


def mended_text(district: District, mended: Mended, *, lang: str) -> str:
    """
    Tell what was moved, from where to where, and why; then how many residents each grid has.

    Parameters
    ----------
    district
        For residents and the names of hospitals.
    mended
        The mended grids.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    text
        Totals by reason first, then the first moves one by one, then the grids.
    """
    names = _names(district, lang)
    return "\n".join([*_moves(mended.moves, names, lang), *_grids(district, mended, names, lang)])


def _moves(moves: pd.DataFrame, names: Mapping[object, str], lang: str) -> list[str]:
    if moves.empty:
        return [say("drawn.sound", lang)]
    residents = figure(moves["residents"].sum(), "persons", lang)
    lines = [say("drawn.moved", lang, units=len(moves), residents=residents)]
    for reason, some in moves.groupby("reason", sort=True):
        count = figure(some["residents"].sum(), "persons", lang)
        why = say(f"drawn.reason-{reason}", lang)
        lines.append(say("drawn.total", lang, units=len(some), residents=count, why=why))
    for unit, move in moves.head(_MOST_TOLD).iterrows():
        before = say("drawn.nowhere", lang) if move["before"] is None else names[move["before"]]
        why = say(f"drawn.reason-{move['reason']}", lang)
        lines.append(
            say("drawn.move", lang, unit=unit, before=before, after=names[move["after"]], why=why)
        )
    if len(moves) > _MOST_TOLD:
        lines.append(say("drawn.more", lang, count=len(moves) - _MOST_TOLD))
    return lines


def _grids(district: District, mended: Mended, names: Mapping[object, str], lang: str) -> list[str]:
    """One row a grid: its lead, its residents, how far they are from the mean."""
    people = district.units["population"].groupby(mended.grids.grid).sum()
    rows = [[say(f"drawn.head-{key}", lang) for key in ("grid", "lead", "residents", "share")]]
    for grid, lead in mended.grids.leads.items():
        away = f"{signed(100 * (people[grid] / people.mean() - 1))}%"
        rows.append([grid_word(grid, lang), names[lead], figure(people[grid], "count", lang), away])
    return ["", *text_table(rows, header=True)]


def _names(district: District, lang: str) -> dict[object, str]:
    found = given_names(district.hospitals, "hospital", lang)
    return {key: plain(name) for key, name in found.items()}
