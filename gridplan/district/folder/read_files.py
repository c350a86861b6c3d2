"""Which files reading a district folder may open: what has to stay the same for a plan to stand."""

from __future__ import annotations

from pathlib import Path

from gridplan.district.files.given_file import TOML_BYTES, path_inside, read_inside
from gridplan.district.files.reason import UnreadableError
from gridplan.district.files.toml_content import parse_toml
from gridplan.district.manifest.layer_entry import FILE


def read_files(folder: Path) -> tuple[Path, ...]:
    """
    List the files that reading a district folder may open, wherever in it they lie.

    Parameters
    ----------
    folder
        Of the district.

    Returns
    -------
    paths
        All files at its top, and the layers in its subfolders that ``district.toml`` names, all
        parts of a shapefile; only those that are there, in order.
    """
    found = {path for path in folder.iterdir() if path.is_file()}
    try:
        table = parse_toml(read_inside(folder, FILE, most=TOML_BYTES))[0]
    except UnreadableError:
        return tuple(sorted(found))
    layers = table.get("layers")
    for entry in layers.values() if isinstance(layers, dict) else ():
        file = entry.get("file") if isinstance(entry, dict) else None
        if not isinstance(file, str):
            continue
        try:
            path = path_inside(folder, file)
        except UnreadableError:
            continue
        if path.is_file():
            found.add(path)
            found |= _beside(path)
    return tuple(sorted(found))


def _beside(path: Path) -> set[Path]:
    """Find the other files of a shapefile."""
    if path.suffix.lower() != ".shp":
        return set()
    return {one for one in path.parent.iterdir() if one.stem == path.stem and one.is_file()}
