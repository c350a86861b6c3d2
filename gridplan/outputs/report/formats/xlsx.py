"""The workbook, as the form of a report in which figures can be sorted and reckoned with."""

from __future__ import annotations

from pathlib import Path

from gridplan.outputs.files import excel
from gridplan.outputs.report.asked import Asked
from gridplan.outputs.report.workbook import write_tables
from gridplan.outputs.style import fonts

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFFERED = False  # it is among the files of a plan


def write(asked: Asked, path: Path) -> tuple[str, ...]:
    """Write ``plan.xlsx``, or the tables of a book that is asked for; nothing is to be told."""
    if asked.book == "report":
        excel.write(asked.told, path)
    else:
        write_tables(asked.report(fonts.face()), path)
    return ()
