"""A file that is there whole or as it was before: written beside its place, then put there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gridplan.district.files.reason import reason_of
from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.hidden_folder import HiddenFolder
from gridplan.outputs.disk.own_files import check_file
from gridplan.outputs.disk.replacement import PREFIX, recover


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """
    Write a file, all or nothing.

    Parameters
    ----------
    path
        The file; missing folders above it are made. What a killed run left there is removed.
    write
        Writes the path it is given.

    Raises
    ------
    InputError
        ``file-not-writable``, or ``file-of-a-plan`` where a plan would lose one of its own files;
        what was there before stays.
    """
    check_file(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        recover(path)
        folder = HiddenFolder.made(path.parent, prefix=PREFIX)
        try:
            fresh = folder.path / path.name
            write(fresh)
            fresh.chmod(0o644)
            fresh.replace(path)
        finally:
            folder.close()
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        told = {"file": str(path), "reason": reason_of(error)}
        raise InputError([Problem("file-not-writable", told)]) from error
