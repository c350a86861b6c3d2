"""Columns of residents -> persons; every oddity is a line of the ledger or an error with rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridplan.district.schema.figures import read_numbers
from gridplan.errors import InputError, Problem
from gridplan.intake.places.located import Drawn
from gridplan.intake.record.ledger import Ledger

Floats = NDArray[np.float64]


def counts(drawn: Drawn, ledger: Ledger, *, density_of: Floats | None) -> tuple[Floats, bool]:
    """
    Read residents and those of 65 or older.

    Parameters
    ----------
    density_of
        Square metres of every row, where a density may stand for a count.

    Returns
    -------
    people
        (n, 1 or 2) persons.
    older
        Whether there is a second column.
    """
    source, matches = drawn.source, drawn.matches
    if "population" not in matches:
        if "density" in matches and density_of is not None:
            numbers = _numbers(drawn, "density", ledger)
            ledger.add(
                "assumed",
                "units",
                "intake-density-column",
                file=source.name,
                column=matches["density"].column,
            )
            return np.rint(numbers * density_of / 1e6)[:, None], False
        values = {"file": source.name, "columns": list(source.table.columns)[:12]}
        raise InputError([Problem("intake-no-population", values)])
    people = _numbers(drawn, "population", ledger)
    header = matches["population"].column
    if "万" in header and people.max(initial=0.0) < 10_000:
        people = people * 10_000
        ledger.add("assumed", "units", "intake-in-myriads", file=source.name, column=header)
    if "population_65" not in matches:
        return people[:, None], False
    older = np.minimum(_numbers(drawn, "population_65", ledger), people)
    return np.column_stack([people, older]), True


def _numbers(drawn: Drawn, name: str, ledger: Ledger) -> Floats:
    source = drawn.source
    column = drawn.matches[name].column
    texts = list(source.table[column])
    numbers, mended, wrong = read_numbers(texts)
    where: dict[str, Any] = {"file": source.name, "column": column}
    if wrong.any():
        shown = list(dict.fromkeys(str(texts[at]) for at in np.flatnonzero(wrong)))[:3]
        rows = [str(n) for n in source.rows[wrong]]
        raise InputError(
            [
                Problem(
                    "intake-not-a-number",
                    {**where, "rows": rows[:5], "count": len(rows), "texts": shown},
                )
            ]
        )
    if (numbers < 0).any():
        rows = [str(n) for n in source.rows[numbers < 0]]
        raise InputError(
            [Problem("intake-negative", {**where, "rows": rows[:5], "count": len(rows)})]
        )
    if mended.any():
        example = texts[int(np.flatnonzero(mended)[0])]
        read = f"{numbers[int(np.flatnonzero(mended)[0])]:,.12g}"
        ledger.add(
            "repaired",
            "units",
            "intake-number-read-as",
            subjects=source.rows[mended],
            **where,
            example=example if example == read else f"{example} → {read}",
        )
    blank = np.isnan(numbers)
    if blank.any():
        ledger.add("assumed", "units", "intake-blank-is-zero", subjects=source.rows[blank], **where)
    return np.nan_to_num(numbers)


def tell_read(drawn: Drawn, people: Floats, ledger: Ledger) -> None:
    """Write the line every ledger of residents begins with: rows and residents of the file."""
    total = float(people[:, 0].sum())
    ledger.add(
        "read",
        "units",
        "intake-read",
        rows=(len(people), len(people)),
        residents=(total, total),
        file=drawn.source.name,
        sum=f"{total:,.0f}",
        column=_population_column(drawn),
        total_rows=f"{len(people):,}",
    )


def _population_column(drawn: Drawn) -> str:
    match = drawn.matches.get("population") or drawn.matches.get("density")
    return match.column if match else "-"


IDENTITY = ("unit", "community", "name", "code", "h3")
"""Columns that tell one row from another: without any of them two equal rows may both be meant."""


def repeated(drawn: Drawn) -> NDArray[np.bool_]:
    """
    Find rows that stand in a file twice: equal in every column and in their shape.

    Returns
    -------
    again
        True for all but the first of them; for none where rows have no name, id or outline.
    """
    named = [drawn.matches[name].column for name in IDENTITY if name in drawn.matches]
    areas = drawn.shapes is not None and (shapely.get_dimensions(drawn.shapes) == 2).all()
    if not named and not areas:
        return np.zeros(len(drawn.source.table), dtype=bool)
    table = drawn.source.table
    if drawn.shapes is not None:
        table = table.assign(_shape=shapely.to_wkb(drawn.shapes))
    again = table.duplicated().to_numpy(dtype=bool)
    known = table[named].notna().any(axis=1).to_numpy(dtype=bool) if named else True
    return np.asarray(again & (known | areas), dtype=bool)


def without_repeats(
    drawn: Drawn, people: Floats, ledger: Ledger
) -> tuple[Floats, NDArray[np.bool_]]:
    """
    Count the residents of a row once that stands in its file twice.

    Returns
    -------
    people, keep
        Of the rows that are left.
    """
    again = repeated(drawn)
    if again.any():
        sums = float(people[:, 0].sum()), float(people[~again, 0].sum())
        ledger.add("dropped", "units", "intake-rows-twice", rows=(len(again), int((~again).sum())),
                   residents=sums, subjects=drawn.source.rows[again],
                   file=drawn.source.name)  # fmt: skip
    return people[~again], ~again


def ids_of(drawn: Drawn, keep: NDArray[np.bool_]) -> list[str]:
    """Name units by their id, community or row number: the first that is there and unequal."""
    table = drawn.source.table.loc[keep]
    for name in ("unit", "community", "h3", "code"):
        if name in drawn.matches:
            texts = table[drawn.matches[name].column]
            if texts.notna().all() and texts.is_unique:
                return [str(text) for text in texts]
    return [f"u{n}" for n in drawn.source.rows[keep]]
