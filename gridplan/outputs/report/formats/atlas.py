"""The atlas: a folder of numbered map sheets, each a picture at 300 dpi and a vector PDF."""

from __future__ import annotations

from pathlib import Path

from gridplan.outputs.atlas.write import write_atlas
from gridplan.outputs.report.asked import Asked

MIME = "application/zip"
OFFERED = False  # minutes of drawing for a large district
FOLDER = True


def write(asked: Asked, path: Path) -> tuple[str, ...]:
    """Fill a folder with the sheets; gives the warnings."""
    return write_atlas(asked.told, path)[1]
