"""The database: File Geodatabases, a GeoPackage and the dictionary of their fields, in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.outputs.database.write import write_database

if TYPE_CHECKING:
    from gridplan.outputs.office.worded import Worded

MIME = "application/zip"
OFFERED = False
FOLDER = True


def write(told: Worded, path: Path) -> tuple[str, ...]:
    """Fill a folder with the database; nothing is to be told."""
    write_database(told, path)
    return ()
