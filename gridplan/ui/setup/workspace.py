"""Where the districts lie that planners made in the browser: a folder of the one who made them."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import unicodedata
from pathlib import Path

from gridplan.ui.hosting.person import folder

BESIDE = {"answers": ".toml", "addresses": ".csv"}
"""What is kept beside districts, by the folder of the workspace it lies in."""

_LONGEST = 60


def workspace() -> Path:
    """Give the folder of the planner's own districts; it need not be there yet."""
    return folder()


def own_districts() -> dict[str, Path]:
    """Give the folders in the workspace that hold a ``district.toml``, by their name."""
    place = workspace()
    try:
        found = sorted(place.glob("*/district.toml"))
    except OSError:
        return {}
    return {f"own/{path.parent.name}": path.parent for path in found}


def beside(district: Path, kind: str, suffix: str) -> Path:
    """
    Name a file that is kept for a district but is not part of it; it need not be there.

    Folders of the same name in different places have files of their own, and no folder's name is
    too long for one.

    Parameters
    ----------
    district
        Its folder.
    kind
        ``answers`` or ``addresses``.
    suffix
        End of the file's name.
    """
    place = district.absolute()
    name = place.name
    if not is_own(district):
        mark = hashlib.blake2b(os.fsencode(place), digest_size=4).hexdigest()
        name = f"{name[:_LONGEST]}-{mark}"
    return workspace() / kind / f"{name}{suffix}"


def is_own(folder: Path | None) -> bool:
    """Whether a folder lies in the workspace, so that the page may change it."""
    return folder is not None and folder.absolute().parent == workspace()


def folder_for(name: str) -> Path:
    """
    Give a folder for a district of that name.

    Parameters
    ----------
    name
        As a planner typed it.

    Returns
    -------
    folder
        In the workspace, named by the letters of the name alone; not made.
    """
    text = unicodedata.normalize("NFKC", name)
    kept = re.sub(r"[^\w-]+", "-", text).strip("-_")[:_LONGEST]
    return workspace() / (kept or "district")


def copied(folder: Path, name: str) -> Path:
    """
    Copy a district into the workspace, so that it can be changed.

    Parameters
    ----------
    folder
        What is copied; links in it are not followed.
    name
        Of the copy; a number is added where there is one already.

    Returns
    -------
    folder
        The copy.
    """
    target = folder_for(name)
    number = 2
    while target.exists():
        target = folder_for(f"{name}-{number}")
        number += 1
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(folder, target, symlinks=True)
    for kind, suffix in BESIDE.items():
        kept = beside(folder, kind, suffix)
        if kept.is_file():
            shutil.copyfile(kept, beside(target, kind, suffix))
    return target
