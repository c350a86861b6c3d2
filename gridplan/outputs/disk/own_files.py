"""Which files gridplan wrote: a list with their fingerprints goes with every result."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.sqlite_head import settled
from gridplan.version import PROGRAM

MANIFEST = "files.sha256"
"""Name of the list, in the format of ``sha256sum``."""

WRITERS: Mapping[str, str] = MappingProxyType(
    {
        "plan.json": "gridplan.outputs.files.plan_json",
        "grids.geojson": "gridplan.outputs.files.geojson",
        "centers.geojson": "gridplan.outputs.files.geojson",
        "subdistricts.geojson": "gridplan.outputs.files.geojson",
        "areas.geojson": "gridplan.outputs.files.geojson",
        "reach.geojson": "gridplan.outputs.files.geojson",
        "isochrones.geojson": "gridplan.outputs.files.geojson",
        "plan.gpkg": "gridplan.outputs.files.geopackage",
        "plan.xlsx": "gridplan.outputs.files.excel",
        "map.html": "gridplan.outputs.map.maps",
    }
)
"""Each file of a plan, and the module whose ``write(telling, path)`` makes it.

By name, because the modules stand above this one, and none is loaded before it is asked for.
"""
FILES = (*WRITERS, MANIFEST)
# What other programs leave beside our files when they look at them.
_TRACES = {".ds_store", "thumbs.db", "desktop.ini", "~$plan.xlsx", ".~lock.plan.xlsx#"}
# A log with something in it holds edits that are not in the GeoPackage yet.
_LOG, _INDEX = "plan.gpkg-wal", "plan.gpkg-shm"
_LINE = re.compile(r"([0-9a-f]{64})  ([^/\\\n]+)")


def write_manifest(folder: Path) -> None:
    """List every file of a folder with its SHA-256 in :data:`MANIFEST`, which is there whole."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    fresh = folder / f"{MANIFEST}.part"
    fresh.write_text("".join(lines), encoding="utf-8", newline="\n")
    fresh.replace(folder / MANIFEST)


def unchanged(folder: Path) -> set[str]:
    """
    Name the files of a folder that are as gridplan wrote them.

    Parameters
    ----------
    folder
        A result.

    Returns
    -------
    names
        By :data:`MANIFEST`, itself included; none where there is no such list. A GeoPackage that
        was only looked at is as it was, one with edits still in its log is not.
    """
    listed = _listed(folder)
    same = {name for name, told in listed.items() if _is_as_listed(folder / name, told)}
    log = folder / _LOG
    if log.exists() and log.stat().st_size:
        same.discard("plan.gpkg")
    elif "plan.gpkg" in same:
        same |= {name for name in (_LOG, _INDEX) if (folder / name).is_file()}
    return same | ({MANIFEST} if listed else set())


def foreign(folder: Path) -> list[str]:
    """
    Name what cannot be a result's: files of other names, folders, links.

    Parameters
    ----------
    folder
        That is to be replaced.

    Returns
    -------
    names
        Sorted. What other programs leave when they look at a result is not among them.
    """
    known = _names(folder)
    return sorted(entry.name for entry in os.scandir(folder) if not _may_be_ours(entry, known))


def is_trace(name: str) -> bool:
    """Whether a file is what another program leaves when it looks at a result."""
    return name.lower() in _TRACES


def is_result(folder: Path) -> bool:
    """Whether a folder holds a result of gridplan: its list, or a ``plan.json`` it wrote."""
    if any((folder / name).is_file() for name in _listed(folder)):
        return True
    try:
        values = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    if not isinstance(values, dict) or not isinstance(values.get("provenance"), dict):
        return False
    return bool(values["provenance"].get("program") == PROGRAM)


def check_file(path: str | Path, *, reading: Path | None = None) -> None:
    """
    Make sure that a file to be written is none of a plan's own.

    Parameters
    ----------
    path
        Of a report, a table of addresses, mended grids.
    reading
        The result it is made from; a hard link to one of its files may lie anywhere.

    Raises
    ------
    InputError
        If it is a file of a result: by its name there, by a symbolic or by a hard link.
    """
    given = Path(path)
    try:
        places = {given.absolute(), given.resolve()}
        folders = {place.parent for place in places if is_result(place.parent)}
    except (OSError, RuntimeError, ValueError):  # a circle of links: nothing there to protect
        return
    own = {folder / name for folder in folders for name in _names(folder)}
    linked = own if reading is None else own | {reading / name for name in _names(reading)}
    if own & places or any(_is_same(file, given) for file in linked):
        raise InputError([Problem("file-of-a-plan", {"file": str(path)})])


def check_untouched(path: Path, inputs: Iterable[Path]) -> None:
    """
    Make sure that a file to be written is none of those it is made from.

    Parameters
    ----------
    path
        To be written.
    inputs
        Files, and folders of whose files none may be overwritten.

    Raises
    ------
    InputError
        ``file-is-input`` if it is one of them: by its name, by a symbolic or by a hard link.
    """
    try:
        taken = path.exists() and any(_holds(given, path) for given in inputs)
    except (OSError, RuntimeError, ValueError):  # it cannot be written either, which is told then
        return
    if taken:
        raise InputError([Problem("file-is-input", {"file": str(path)})])


def _holds(given: Path, path: Path) -> bool:
    if not given.is_dir():
        return _is_same(given, path)
    inside = given.resolve() in path.resolve().parents
    return inside or any(_is_same(file, path) for file in given.iterdir())


def _names(folder: Path) -> set[str]:
    return {*FILES, *_listed(folder)}


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def _listed(folder: Path) -> dict[str, str]:
    """Read the list: SHA-256 by name; empty where there is none that can be read."""
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return {}
    found = [_LINE.fullmatch(line) for line in text.splitlines()]
    return {match[2]: match[1] for match in found if match}


def _is_as_listed(path: Path, told: str) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    content = path.read_bytes()
    return told in (hashlib.sha256(part).hexdigest() for part in (content, settled(content)))


def _may_be_ours(entry: os.DirEntry[str], known: set[str]) -> bool:
    if not entry.is_file(follow_symlinks=False):
        return False
    return entry.name in known or is_trace(entry.name) or entry.name in (_LOG, _INDEX)
