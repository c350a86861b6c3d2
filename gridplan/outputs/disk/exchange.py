"""Put one folder where another is, at once where the system can."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import sys
from pathlib import Path

# <fcntl.h> and <linux/fs.h>; <sys/stdio.h> of macOS.
_HERE = -100
_LINUX_EXCHANGE = 2
_MACOS_SWAP = 2
# How a system or a file system says that it cannot.
_UNABLE = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}
# Times the two steps are tried while another run puts its own folder there.
_TRIES = 20


def put(fresh: Path, target: Path, aside: Path) -> None:
    """
    Put ``fresh`` where ``target`` is or is to be.

    Parameters
    ----------
    fresh
        A folder on the file system of ``target``.
    target
        A folder, or nothing.
    aside
        An empty folder beside ``fresh``. The earlier folder is afterwards in it, or at ``fresh``,
        or there was none.

    Raises
    ------
    OSError
        If it cannot be done; ``target`` is then as it was.

    Notes
    -----
    1. Linux (``renameat2`` with ``RENAME_EXCHANGE``) and macOS (``renamex_np`` with
       ``RENAME_SWAP``) exchange two folders in one step: no moment is without ``target``.
    2. Elsewhere the earlier folder is moved aside and the fresh one takes its place. Who is killed
       between the two steps leaves both, and :func:`finished` ends what was begun.
    """
    for number in range(_TRIES):
        if not target.exists():
            with contextlib.suppress(FileExistsError):
                return _renamed(fresh, target)
        elif exchanged(fresh, target) or _in_two_steps(fresh, target, aside / str(number)):
            return None
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))


def finished(fresh: Path, target: Path, aside: Path) -> None:
    """
    End a replacement that was cut short, if it was cut in the one moment without ``target``.

    Parameters
    ----------
    fresh, target, aside
        As they were given to :func:`put`; ``fresh`` is whole.
    """
    for folder in (fresh, *sorted(aside.iterdir())):
        if folder.is_dir() and not target.exists():
            with contextlib.suppress(OSError):
                folder.rename(target)


def exchanged(one: Path, other: Path) -> bool:
    """
    Exchange two folders in one step.

    Parameters
    ----------
    one, other
        Both there.

    Returns
    -------
    done
        False where the system or the file system cannot; nothing has changed then.

    Raises
    ------
    OSError
        If it could, but must not: a right is missing, a disk is gone.
    """
    names = os.fsencode(one), os.fsencode(other)
    if os.name != "posix":
        return False
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        code = library.renameat2(_HERE, names[0], _HERE, names[1], _LINUX_EXCHANGE)
    elif sys.platform == "darwin" and hasattr(library, "renamex_np"):
        code = library.renamex_np(*names, _MACOS_SWAP)
    else:
        return False
    if code == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNABLE or number == errno.ENOENT:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _in_two_steps(fresh: Path, target: Path, aside: Path) -> bool:
    """Move the earlier folder aside, the fresh one in; False if another run came between."""
    try:
        target.rename(aside)
    except FileNotFoundError:
        return False
    try:
        _renamed(fresh, target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            aside.rename(target)
        if isinstance(error, FileExistsError):
            return False
        raise
    return True


def _renamed(fresh: Path, target: Path) -> None:
    """Rename a folder; FileExistsError if there is one with something in it already."""
    try:
        fresh.rename(target)
    except OSError as error:
        if error.errno == errno.ENOTEMPTY:
            raise FileExistsError(*error.args) from error
        raise
