"""Files that somebody names: looked at before they are opened, read whole, never without end.

A district folder may come from anyone. What it names is read only if it is a regular file inside
it once every link is followed, and no larger than its kind can be; a pipe is refused before it is
opened, because opening one waits until somebody writes. A path typed on the command line may lie
anywhere; all else holds for it too.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path, PureWindowsPath

from gridplan.district.files.reason import UnreadableError, reason_of
from gridplan.errors import InputError, Problem, Reason
from gridplan.text.shown import brief

TOML_BYTES = 1_000_000
"""Most bytes of a TOML file: ``district.toml``, groups, answers, a scenario or a profile."""

TABLE_BYTES = 100_000_000
"""Most bytes of a table beside the district: drawn grids, addresses, cells to import."""

LAYER_BYTES = 500_000_000
"""Most bytes of the file of one layer, or of a plan."""

_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def given_path(value: object, *, argument: str) -> Path:
    """
    Take what a caller gives for a path.

    Parameters
    ----------
    value
        Text or a path.
    argument
        Its name, for the message.

    Returns
    -------
    path
        Not looked at yet.

    Raises
    ------
    InputError
        ``argument-path`` if it is anything else.
    """
    if isinstance(value, (str, Path)) or (
        isinstance(value, os.PathLike) and isinstance(os.fspath(value), str)
    ):
        return Path(value)
    raise InputError([Problem("argument-path", {"argument": argument, "value": brief(value)})])


def read_inside(folder: Path, name: str, *, most: int) -> bytes:
    """
    Read a file that a folder names.

    Parameters
    ----------
    folder
        The folder.
    name
        Relative to it.
    most
        Bytes it may have.

    Returns
    -------
    content

    Raises
    ------
    UnreadableError
        As :func:`path_inside` and :func:`read_given` say.
    """
    return read_given(path_inside(folder, name), most=most)


def path_inside(folder: Path, name: str) -> Path:
    """
    Find a file that a folder names, without opening it.

    Parameters
    ----------
    folder, name
        As of :func:`read_inside`.

    Returns
    -------
    path
        With every link followed. Whether a file is there is not yet known.

    Raises
    ------
    UnreadableError
        ``absolute`` for absolute paths, drives, network shares and addresses; ``outside`` if it
        leads out of the folder; ``name-impossible`` or ``links-circle``.
    """
    written = PureWindowsPath(name)  # knows drives and shares on every system
    if written.anchor or "://" in name or name.startswith(("/", "\\", "~")):
        raise UnreadableError(Reason("absolute"))
    try:
        path = (folder / name).resolve()
        inside = path.is_relative_to(folder.resolve())
    except OSError as error:
        raise UnreadableError(reason_of(error)) from None
    except (ValueError, RuntimeError) as error:
        code = "links-circle" if isinstance(error, RuntimeError) else "name-impossible"
        raise UnreadableError(Reason(code)) from None
    if not inside:
        raise UnreadableError(Reason("outside"))
    return path


def read_given(path: Path, *, most: int) -> bytes:
    """
    Read a regular file whole.

    Parameters
    ----------
    path
        Anywhere.
    most
        Bytes it may have.

    Returns
    -------
    content

    Raises
    ------
    UnreadableError
        ``not-found`` and what else the system says; ``not-regular`` for a folder, a pipe or a
        device, which is never opened; ``too-large``.
    """
    try:
        _check_kind(path.stat(), most)
        with os.fdopen(os.open(path, _OPEN), "rb") as file:
            # What the name stands for may have been exchanged since it was looked at.
            _check_kind(os.fstat(file.fileno()), most)
            content = file.read(most + 1)
    except (OSError, ValueError, MemoryError) as error:
        raise UnreadableError(reason_of(error)) from error
    if len(content) > most:
        raise UnreadableError(too_large(len(content), most))
    return content


def is_folder(path: Path) -> bool:
    """Say whether a path leads to a folder; a name that no folder can have leads to none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def is_there(folder: Path, name: str) -> bool:
    """Say whether a folder holds something of this name, of whatever kind, a torn link included."""
    return os.path.lexists(folder / name)


def _check_kind(found: os.stat_result, most: int) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise UnreadableError(Reason("not-regular"))
    if found.st_size > most:
        raise UnreadableError(too_large(found.st_size, most))


def too_large(size: int, most: int) -> Reason:
    """Give the reason why so many bytes are not read."""
    return Reason("too-large", {"bytes": f"{size:,}", "most": f"{most:,}"})
