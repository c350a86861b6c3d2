"""The workbook, as the form of a report in which figures can be sorted and reckoned with."""

from __future__ import annotations

from pathlib import Path

from gridplan.outputs.files import excel
from gridplan.outputs.words.telling import Telling

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFFERED = False  # it is among the files of a plan


def write(telling: Telling, path: Path) -> tuple[str, ...]:
    """Write ``plan.xlsx``; nothing is to be told."""
    excel.write(telling, path)
    return ()
