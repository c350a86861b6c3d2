"""A table of visits from units to hospitals, as a planner has it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from gridplan.district.files.delimited import read_delimited
from gridplan.district.files.given_file import TABLE_BYTES, read_given
from gridplan.district.files.reason import UnreadableError
from gridplan.district.schema.schema import NAMES
from gridplan.district.schema.vocabulary import fold
from gridplan.errors import SHOWN, InputError, Problem
from gridplan.planning.layout.layout import Layout

HEADERS = {
    "unit": ("unit", "单元", "基本单元", "单元编号", "居住单元", "来源", "origin"),
    "hospital": (
        "hospital",
        "医院",
        "医院编号",
        "医院名称",
        "就诊医院",
        "机构",
        "机构名称",
        *NAMES,
    ),
    "visits": ("visits", "人次", "就诊人次", "诊疗人次", "门诊人次", "count"),
}
OUTSIDE = ("外", "区外", "市外", "县外", "其他", "其它", "outside", "other")
"""What stands for a hospital outside the district."""


def read_flows(path: Path, layout: Layout) -> pd.DataFrame:
    """
    Read a table of visits.

    Parameters
    ----------
    path
        CSV in any usual encoding: ``unit``, ``hospital`` (id or name; empty or ``区外`` outside the
        district) and ``visits``, or their usual Chinese headers.
    layout
        Its units and hospitals.

    Returns
    -------
    flows
        ``unit``, ``hospital`` (id, None outside), ``visits``.

    Raises
    ------
    InputError
        If the file cannot be read, a column is missing, a unit or hospital is unknown, or visits
        are no number from 0 up; all at once.
    """
    try:
        table = read_delimited(read_given(path, most=TABLE_BYTES))
    except UnreadableError as error:
        told = {"file": str(path), "reason": error.reason}
        raise InputError([Problem("flows-unreadable", told)]) from error
    header = [fold(cell) for cell in table.header]
    at = {
        name: next((header.index(fold(one)) for one in words if fold(one) in header), None)
        for name, words in HEADERS.items()
    }
    missing = [name for name, place in at.items() if place is None]
    if missing:
        values = {"file": str(path), "columns": missing, "header": list(table.header)}
        raise InputError([Problem("flows-columns", values)])
    cells = {
        name: [
            row[place].strip() if place is not None and place < len(row) else ""
            for row in table.rows
        ]
        for name, place in at.items()
    }
    return _checked(pd.DataFrame(cells, dtype=object), path, layout)


def _checked(told: pd.DataFrame, path: Path, layout: Layout) -> pd.DataFrame:
    names = {str(name): key for key, name in layout.hospitals["name"].items()}
    known = {str(key): key for key in layout.hospitals.index}
    units = {str(key): key for key in layout.units.index}
    outside = {"", *map(fold, OUTSIDE)}
    visits = pd.to_numeric(told["visits"].str.replace(",", ""), errors="coerce")
    away = told["hospital"].map(fold).isin(outside)
    hospital = told["hospital"].map(lambda text: known.get(text, names.get(text)))
    wrong = {
        "flows-unit": ~told["unit"].isin(list(units)),
        "flows-hospital": hospital.isna() & ~away,
        "flows-visits": ~(visits >= 0),
    }
    problems = []
    for code, rows in wrong.items():
        if rows.any():
            column = code.removeprefix("flows-")
            values = [f"{told[column][row]} ({row + 2})" for row in told.index[rows][:SHOWN]]
            problems.append(
                Problem(code, {"file": str(path), "rows": values, "count": int(rows.sum())})
            )
    if problems:
        raise InputError(problems)
    flows = pd.DataFrame({"unit": told["unit"].map(units), "hospital": hospital, "visits": visits})
    return flows.astype({"hospital": object}).where(flows.notna(), None)
