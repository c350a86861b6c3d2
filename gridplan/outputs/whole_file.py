"""A file that is there whole or as it was before: written beside its place, then put there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from gridplan.district.reason import reason_of
from gridplan.errors import InputError, Problem


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """
    Write a file, all or nothing.

    Parameters
    ----------
    path
        The file; missing folders above it are made.
    write
        Writes the path it is given.

    Raises
    ------
    InputError
        ``file-not-writable``; what was there before stays.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            prefix=f".{path.stem[:40]}-", suffix=path.suffix, dir=path.parent
        )
        os.close(handle)
        fresh = Path(name)
        try:
            write(fresh)
            fresh.chmod(0o644)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        told = {"file": str(path), "reason": reason_of(error)}
        raise InputError([Problem("file-not-writable", told)]) from error
