"""The bureau's address table of a district: names and places alone, kept for the next visit."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from gridplan.district.geometry.crs import to_wgs84
from gridplan.errors import InputError
from gridplan.lookup.places import Places, places_in, regions_of
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.ui.setup.workspace import BESIDE, beside

LARGEST = 200_000_000


def table_path(district: Path) -> Path:
    """Name the file of the address table of a district; it need not be there."""
    return beside(district, "addresses", BESIDE["addresses"])


def read_table(district: Path, *names: str) -> Places | None:
    """
    Read the address table that was kept for a district.

    Parameters
    ----------
    district
        Its folder.
    *names
        Of the district: what may stand before the names of its places.

    Returns
    -------
    places
        In WGS-84; None without a table, or one that cannot be read any more.
    """
    path = table_path(district)
    try:
        if path.stat().st_size > LARGEST:
            return None
        return places_in(path.read_bytes(), path.name, crs="wgs84", regions=regions_of(*names))
    except (OSError, InputError):
        return None


def keep_table(district: Path, content: bytes, file: str, *, crs: str) -> int:
    """
    Keep an address table for a district: name, longitude and latitude, whatever else it holds.

    Parameters
    ----------
    district
        Its folder.
    content, file, crs
        As :func:`gridplan.lookup.places.places_in` takes them.

    Returns
    -------
    count
        Places kept.

    Raises
    ------
    InputError
        If it is no address table.
    """
    given = places_in(content, file, crs=crs)
    lon, lat = to_wgs84(given.lon, given.lat, crs)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["name", "lon", "lat"])
    rows = [
        (name, f"{east:.7f}", f"{north:.7f}")
        for name, east, north in zip(given.names, lon, lat, strict=True)
        if np.isfinite(east) and np.isfinite(north)
    ]
    writer.writerows(rows)
    whole = text.getvalue().encode("utf-8-sig")
    write_whole(table_path(district), lambda fresh: fresh.write_bytes(whole))
    return len(rows)
