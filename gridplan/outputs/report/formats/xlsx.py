"""The workbook, as the form of a report in which figures can be sorted and reckoned with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.outputs.files import excel

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFFERED = False  # it is among the files of a plan


def write(plan: Plan, path: Path, lang: str) -> tuple[str, ...]:
    """Write ``plan.xlsx``; nothing is to be told."""
    excel.write(plan, path, lang)
    return ()
