"""The report as a Word document."""

from __future__ import annotations

from pathlib import Path

from gridplan.outputs.report.asked import Asked
from gridplan.outputs.report.word.document import write_docx
from gridplan.outputs.style import fonts

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OFFERED = True


def write(asked: Asked, path: Path) -> tuple[str, ...]:
    """Write the report on a plan; gives its warnings."""
    report = asked.report(fonts.face())
    write_docx(report, path)
    return report.warnings
