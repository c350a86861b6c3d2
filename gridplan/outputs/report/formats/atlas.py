"""The atlas: a folder of numbered map sheets, each a picture at 300 dpi and a vector PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.outputs.atlas.write import write_atlas

if TYPE_CHECKING:
    from gridplan.outputs.office.worded import Worded

MIME = "application/zip"
OFFERED = False  # minutes of drawing for a large district
FOLDER = True


def write(told: Worded, path: Path) -> tuple[str, ...]:
    """Fill a folder with the sheets; gives the warnings."""
    return write_atlas(told, path)[1]
