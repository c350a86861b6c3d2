"""The database: File Geodatabases, a GeoPackage and the dictionary of their fields, in a folder."""

from __future__ import annotations

from pathlib import Path

from gridplan.outputs.database.write import write_database
from gridplan.outputs.report.asked import Asked

MIME = "application/zip"
OFFERED = False
FOLDER = True


def write(asked: Asked, path: Path) -> tuple[str, ...]:
    """Fill a folder with the database; nothing is to be told."""
    write_database(asked.told, path)
    return ()
