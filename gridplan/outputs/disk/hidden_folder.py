"""A hidden folder that lives as long as the process that made it, and can be told from a dead one.

What is half done lies in such a folder. A process that is killed cannot tidy up; the next one finds
the folder, sees by its lock that nobody works in it any more, and takes it over.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

LOCK = "gridplan.lock"
# Folders made anew while another process sweeps the place: one of them stays.
_TRIES = 100


class HiddenFolder:
    """
    A folder with a lock that the system lets go when this process ends, however it ends.

    Parameters
    ----------
    path
        The folder.
    lock
        The open file :data:`LOCK` in it, held where the file system knows locks.
    """

    def __init__(self, path: Path, lock: IO[bytes]) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def made(cls, parent: Path, *, prefix: str, note: str = "") -> HiddenFolder:
        """
        Make a new folder.

        Parameters
        ----------
        parent
            Where; it is there.
        prefix
            What its name begins with.
        note
            Kept in the lock, for whoever takes the folder over.

        Raises
        ------
        OSError
            If nothing can be written there.
        """
        for _ in range(_TRIES):
            path = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
            try:
                lock = (path / LOCK).open("xb")
            except FileNotFoundError:  # swept away before there was a lock in it
                continue
            lock.write(os.fsencode(note))
            lock.flush()
            try:
                _hold(lock)
            except BlockingIOError:  # a sweeper was quicker, and will remove it
                lock.close()
                continue
            if (path / LOCK).exists():
                return cls(path, lock)
            lock.close()
        raise FileExistsError(17, "no folder could be made", str(parent))

    @classmethod
    def abandoned(cls, parent: Path, *, prefix: str) -> Iterator[HiddenFolder]:
        """
        Take over, one after another, the folders whose process has ended.

        Parameters
        ----------
        parent, prefix
            As they were made with.

        Yields
        ------
        HiddenFolder
            To be looked through and closed by the caller.
        """
        try:
            found = sorted(parent.glob(f"{prefix}*"))
        except OSError:
            return
        for path in found:
            folder = cls._taken(path)
            if folder is not None:
                yield folder

    @classmethod
    def _taken(cls, path: Path) -> HiddenFolder | None:
        """Take a folder over; None if it is another's, or its process lives."""
        try:
            if path.is_symlink() or not path.is_dir() or not _is_mine(path):
                return None
            lock = (path / LOCK).open("r+b")
        except FileNotFoundError:
            # Killed, or just made: only an empty folder goes, and its maker makes another.
            with contextlib.suppress(OSError):
                path.rmdir()
            return None
        except OSError:
            return None
        try:
            # Another sweeper may have removed it since: a lock on what is gone holds nothing.
            if _hold(lock) and (path / LOCK).exists():
                return cls(path, lock)
        except BlockingIOError:
            pass
        lock.close()
        return None

    @property
    def note(self) -> str:
        """What its maker left for whoever takes it over."""
        return os.fsdecode((self.path / LOCK).read_bytes())

    def close(self, *, delete: bool = True) -> None:
        """
        Give the folder up.

        Parameters
        ----------
        delete
            With all that is in it; else it is left for the next who takes it over.
        """
        if os.name == "nt":  # pragma: no cover  # open files stay there
            self._lock.close()
        if delete and self.path.is_dir():
            self._empty()
        self._lock.close()

    def _empty(self) -> None:
        """Delete all; the lock last, so that what cannot be deleted keeps a lock to be known by."""
        for entry in sorted(self.path.iterdir()):
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            elif entry.name != LOCK:
                with contextlib.suppress(OSError):
                    entry.unlink()
        with contextlib.suppress(OSError):
            if [entry.name for entry in self.path.iterdir()] == [LOCK]:
                (self.path / LOCK).unlink()
            self.path.rmdir()


def _is_mine(path: Path) -> bool:
    """Whether this user made it: in a shared place others have folders of such names too."""
    return os.name == "nt" or path.stat().st_uid == os.geteuid()


def _hold(lock: IO[bytes]) -> bool:
    """Lock an open file; BlockingIOError if another process holds it, False without locks."""
    try:
        if sys.platform == "win32":  # pragma: no cover
            import msvcrt

            lock.seek(1 << 30)  # far from what is read
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except PermissionError as error:  # how Windows says that another holds it
        raise BlockingIOError(*error.args) from error
    except OSError:
        return False
    return True
