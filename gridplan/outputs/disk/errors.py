"""What writers of their own kind say of a disk, said as the system would."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyogrio.errors import DataLayerError, DataSourceError

SPARE = 2_000_000
"""Bytes free on a disk, or fewer, with which a failed writing means that it is full."""


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """
    Turn what GDAL and SQLite raise when a file cannot be written into an OSError.

    Parameters
    ----------
    path
        The file written inside the ``with``.

    Raises
    ------
    OSError
        With the number of a full disk where little is free, of a disk error where not: the
        writers keep none.
    """
    try:
        yield
    except (DataSourceError, DataLayerError, sqlite3.Error) as error:
        code = _code(path)
        raise OSError(code, os.strerror(code), str(path)) from error


def _code(path: Path) -> int:
    try:
        full = shutil.disk_usage(path.parent).free < SPARE
    except OSError:
        full = False
    return errno.ENOSPC if full else errno.EIO
