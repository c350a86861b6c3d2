"""Files dropped on the page: kept under plain names, each with what it may be."""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gridplan.intake.record.inputs import ROLES

PARTS = (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix")
"""Files of a shapefile beside its ``.shp``: they go along without a role of their own."""

_HINTS = {
    "walk_matrix": ("步行矩阵", "walk_matrix", "walk-matrix"),
    "drive_matrix": ("行车矩阵", "驾车矩阵", "drive_matrix", "drive-matrix"),
    "hospitals": ("医院", "hospital"),
    "candidates": ("候选", "candidate"),
    "stations": ("卫生站", "村卫生室", "station"),
    "centers": ("社康", "卫生服务中心", "卫生院", "center", "centre"),
    "subdistricts": ("街道", "乡镇", "subdistrict", "town"),
    "boundary": ("边界", "界线", "boundary", "outline"),
    "roads": ("道路", "路网", "road", ".pbf"),
    "spread": ("建筑", "用地", "building", "landuse"),
    "population": ("人口", "居民", "格网", "population", "resident", "pop", ".tif"),
}
"""By role: what a file's name may say; the first that fits is proposed."""


@dataclass(frozen=True)
class Dropped:
    """
    One file.

    Parameters
    ----------
    path
        Where it was put.
    name
        As the planner knows it.
    """

    path: Path
    name: str


def put_down(files: Sequence[tuple[str, bytes]], folder: Path) -> tuple[list[Dropped], list[Path]]:
    """
    Write files into a folder of their own.

    Parameters
    ----------
    files
        Name and content.
    folder
        Emptied first.

    Returns
    -------
    dropped, paths
        Those that can have a role, and where each file was put, in the order given.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    found, paths = [], []
    for name, content in files:
        path = folder / plain_name(name)
        path.write_bytes(content)
        paths.append(path)
        if path.suffix.lower() not in PARTS:
            found.append(Dropped(path, name))
    return found, paths


def plain_name(name: str) -> str:
    """Give a file name that is one, whatever was sent: letters, digits, one known ending."""
    text = unicodedata.normalize("NFKC", name.replace("\\", "/").rsplit("/", 1)[-1])
    stem, dot, ending = text.rpartition(".")
    kept = re.sub(r"[^\w-]+", "_", stem if dot else text).strip("_")[:80]
    if not kept:
        kept = hashlib.sha256(name.encode()).hexdigest()[:8]
    end = re.sub(r"[^A-Za-z0-9]", "", ending)[:8] if dot else ""
    return f"{kept}.{end}" if end else kept


def proposed_role(name: str, taken: Sequence[str]) -> str:
    """Propose what a file may be, of the roles that are not taken; empty where nothing speaks."""
    text = unicodedata.normalize("NFKC", name).lower()
    for role, hints in _HINTS.items():
        if role not in taken and any(hint in text for hint in hints):
            return role
    return ""


def every_role() -> tuple[str, ...]:
    """Give the roles a file can have, matrices too."""
    return (*ROLES, "walk_matrix", "drive_matrix")
