"""Grids a person drew: read from a table, written back mended, with every move in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from gridplan.district.district import District
from gridplan.district.files.delimited import Delimited, read_delimited
from gridplan.district.files.given_file import TABLE_BYTES, read_given
from gridplan.district.files.intake import noted, sample
from gridplan.district.files.reason import UnreadableError
from gridplan.district.schema.characters import plain_ids
from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.reading.address_file import inert_cell
from gridplan.outputs.words.names import figure, given_names, grid_word, signed
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.text_table import text_table
from gridplan.planning.grids.drawing import Drawn
from gridplan.planning.grids.mending import Mended
from gridplan.text import say

_UNIT = ("unit", "单元", "基本单元")
_LEAD = ("lead", "牵头医院")
_GRID = ("grid", "网格", *_LEAD)
_MOST_TOLD = 20
MET = 0.0005
"""Minutes a resident below which what stays as drawn costs nothing."""


def read_drawn(path: Path) -> Drawn:
    """
    Read which grid each unit was drawn into.

    Parameters
    ----------
    path
        CSV with a header; a column ``unit`` and a column ``grid`` (or their Chinese names), in any
        encoding and with any separator that :mod:`gridplan.district.files.delimited` knows. A
        further column ``lead`` names the hospital that leads the grid.

    Returns
    -------
    drawn

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing or there twice, a row holds more cells than
        the header, or a unit occurs twice or has no name.
    """
    table = _read_table(path)
    unit, grid = (_place(table, words, path) for words in (_UNIT, _GRID))
    problems = []
    if table.ragged:
        values = {"file": path.name, "count": len(table.ragged), "rows": table.ragged[:5]}
        problems.append(Problem("drawn-ragged", values))
    width = len(table.header)
    rows = [(*row[:width], *[""] * (width - len(row))) for row in table.rows]
    notes: list[Problem] = []
    names, grids = (_ids(table, rows, at, path, notes) for at in (unit, grid))
    nameless = [line for name, line in zip(names, table.lines, strict=True) if not name]
    if nameless:
        values = {"file": path.name, "count": len(nameless), "rows": nameless[:5]}
        problems.append(Problem("drawn-nameless", values))
    twice = sorted(name for name, count in Counter(names).items() if name and count > 1)
    if twice:
        found = {"file": path.name, "count": len(twice), "rows": twice[:5]}
        problems.append(Problem("drawn-twice", found))
    if problems:
        raise InputError(problems)
    index = pd.Index(names, name="unit")
    drawn = pd.Series([name or None for name in grids], index=index, dtype=object)
    if table.form:
        notes.insert(0, Problem("table-form", {"file": path.name, **table.form}))
    lead = _lead_place(table, grid)
    leads = [] if lead is None else _ids(table, rows, lead, path, notes)
    return Drawn(drawn, tuple(notes), leads_of(drawn, leads, path.name) if leads else {})


def _ids(
    table: Delimited, rows: list[tuple[str, ...]], at: int, path: Path, notes: list[Problem]
) -> list[str]:
    """Give the ids of one column as text; what a spreadsheet made numbers of is noted."""
    texts = [row[at].strip() for row in rows]
    ids = [str(name) for name in plain_ids(pd.Series(texts, dtype=object))]
    changed = [n for n, (text, name) in enumerate(zip(texts, ids, strict=True)) if text != name]
    if changed:
        values = {"file": path.name, "column": table.header[at]}
        values |= sample(table.lines[n] for n in changed)
        values["example"] = f"{texts[changed[0]]} -> {ids[changed[0]]}"
        notes.append(noted("drawn-ids", values))
    return ids


def _read_table(path: Path) -> Delimited:
    try:
        return read_delimited(read_given(path, most=TABLE_BYTES))
    except UnreadableError as error:
        if error.reason.code == "not-found":
            raise InputError([Problem("drawn-missing", {"file": str(path)})]) from None
        values = {"file": str(path), "reason": error.reason}
        raise InputError([Problem("file-unreadable", values)]) from error


def _place(table: Delimited, words: tuple[str, ...], path: Path) -> int:
    """Find the one column that is called by one of the words."""
    name = next((word for word in words if word in table.header), None)
    if name is None:
        values = {"file": path.name, "headers": table.header[:20], "unit": _UNIT, "grid": _GRID}
        raise InputError([Problem("drawn-columns", values)])
    if table.header.count(name) > 1:
        values = {"file": path.name, "column": name}
        raise InputError([Problem("drawn-column-twice", values)])
    return table.header.index(name)


def _lead_place(table: Delimited, grid: int) -> int | None:
    """Find the column of leads, where it is another than that of the grids."""
    places = [table.header.index(word) for word in _LEAD if word in table.header]
    return next((place for place in places if place != grid), None)


def leads_of(grids: Iterable[str | None], leads: Iterable[str | None], file: str) -> dict[str, str]:
    """
    Give the one lead that the rows of each grid name.

    Raises
    ------
    InputError
        ``drawn-lead-twice`` for a grid with several.
    """
    found: dict[str, dict[str, None]] = {}
    for grid, lead in zip(grids, leads, strict=True):
        if grid and lead:
            found.setdefault(str(grid), {})[str(lead)] = None
    problems = [
        Problem("drawn-lead-twice", {"file": file, "grid": grid, "leads": list(names)[:5]})
        for grid, names in found.items()
        if len(names) > 1
    ]
    if problems:
        raise InputError(problems)
    return {grid: next(iter(names)) for grid, names in found.items()}


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
    in every language; ``lead_name`` and ``why`` say lead and reason in words; ``minutes_before``
    and ``minutes_after`` are the drive to the lead of a unit that moved.
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
            "minutes_before": moves["minutes_before"].reindex(grid.index).round(2),
            "minutes_after": moves["minutes_after"].reindex(grid.index).round(2),
        }
    )
    write_whole(path, lambda fresh: table.to_csv(fresh, encoding="utf-8-sig", lineterminator="\n"))


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
    return "\n".join(
        [
            *_moves(mended.moves, names, lang),
            *_travel(mended.moves, lang),
            *_wishes(mended, lang),
            *_grids(district, mended, names, lang),
        ]
    )


def _travel(moves: pd.DataFrame, lang: str) -> list[str]:
    """Say what the moves do to the drive of those who move."""
    known = moves[moves["minutes_before"].notna() & (moves["residents"] > 0)]
    if known.empty:
        return []
    before, after = (
        float((known[key] * known["residents"]).sum() / known["residents"].sum())
        for key in ("minutes_before", "minutes_after")
    )
    return [say("drawn.travel", lang, before=f"{before:.1f}", after=f"{after:.1f}")]


def _wishes(mended: Mended, lang: str) -> list[str]:
    """Say what each thing costs that was to stay as drawn."""
    lines = []
    for name, row in mended.wishes.iterrows():
        free = not row["residents"] and abs(row["minutes"]) < MET
        told = {
            "name": plain(name),
            "units": f"{int(row['units']):,}",
            "residents": signed(row["residents"], 0),
            "minutes": f"{row['minutes']:+.3f}",
        }
        lines.append(say("drawn.kept-free" if free else "drawn.kept", lang, **told))
    return lines


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
