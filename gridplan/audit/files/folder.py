"""What lies in the folder of a plan beside its files, and whether its list of files is right."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from gridplan.audit.differences.difference import Aside, Check, Difference
from gridplan.outputs.disk.own_files import FILES, MANIFEST
from gridplan.outputs.disk.sqlite_head import settled
from gridplan.outputs.files.rows_file import ROWS_FILE

_LOG, _INDEX = "plan.gpkg-wal", "plan.gpkg-shm"


def folder_compared(folder: Path, touched: frozenset[str]) -> Check:
    """
    Look at every entry of the folder, and hold its list of files against the files.

    Parameters
    ----------
    folder
        Of the plan.
    touched
        Files of which it is known that they are not as gridplan wrote them.

    Returns
    -------
    check
        ``folder``. Differences: a link in the place of a file, edits to the GeoPackage that wait
        in its log, a list that is missing or names other fingerprints than the files have. Asides:
        everything gridplan did not write.

    Notes
    -----
    The list proves nothing, since who alters a file can alter the list: each file is compared by
    itself, and the list is only held to be right. A file that is not as listed while its content
    agrees was written again by another program; that is told with the file.
    """
    told: list[Difference] = []
    asides: list[Aside] = []
    entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    for entry in entries:
        if entry.name in FILES:
            if entry.is_symlink():
                target = str(Path(entry.path).readlink())
                told.append(Difference(entry.name, entry.name, target, None, "others", "link"))
        elif entry.name == ROWS_FILE:
            continue  # held against the repairs by itself
        elif entry.name == _LOG and entry.is_file(follow_symlinks=False):
            if entry.stat().st_size:
                size = f"{entry.stat().st_size:,} bytes"
                told.append(Difference("plan.gpkg", _LOG, size, None, "others", "log"))
        elif entry.name != _INDEX:
            asides.append(Aside(entry.name, "entry"))
    told += _list_compared(folder, touched)
    return Check("folder", len(entries), tuple(told), tuple(asides))


def _list_compared(folder: Path, touched: frozenset[str]) -> list[Difference]:
    try:
        lines = (folder / MANIFEST).read_bytes().decode("utf-8").splitlines()
    except (OSError, ValueError):
        return [Difference(MANIFEST, MANIFEST, None, MANIFEST, "others", "list")]
    given = [(line[66:], line[:64]) for line in lines]
    own = {*FILES, *((ROWS_FILE,) if (folder / ROWS_FILE).exists() else ())}
    expected = sorted(own - {MANIFEST})
    told = []
    if [name for name, _ in given] != expected:
        names = ", ".join(name for name, _ in given)
        told.append(Difference(MANIFEST, MANIFEST, names, ", ".join(expected), "others", "list"))
    for name, sha256 in dict(given).items():
        path = folder / name
        if name not in expected or name in touched or not path.is_file():
            continue
        content = path.read_bytes()
        known = [hashlib.sha256(part).hexdigest() for part in (content, settled(content))]
        if sha256 not in known:
            told.append(Difference(MANIFEST, name, sha256, known[-1], "listed", "list"))
    return told
