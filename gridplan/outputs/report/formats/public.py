"""The public edition: few fields, GeoJSON, and a copy for domestic web maps, in a folder."""

from __future__ import annotations

from pathlib import Path

from gridplan.outputs.database.public import write_public
from gridplan.outputs.report.asked import Asked

MIME = "application/zip"
OFFERED = False
FOLDER = True


def write(asked: Asked, path: Path) -> tuple[str, ...]:
    """Fill a folder with the public edition; nothing is to be told."""
    write_public(asked.told, path)
    return ()
