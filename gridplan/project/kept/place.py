"""The folder of a project: files with revisions, replaced whole, never overwritten unseen."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridplan.district.files.given_file import LAYER_BYTES, path_inside, read_given
from gridplan.district.files.reason import UnreadableError, reason_of
from gridplan.errors import InputError, Problem, Reason
from gridplan.outputs.disk.whole_file import write_whole

LOCK = ".gridplan.lock"
PENDING = ".gridplan.pending.json"
PATIENCE = 20.0
"""Seconds for which a window waits while another one saves."""


class ChangedMeanwhileError(InputError):
    """Raised when what is to be saved was changed by another window since it was read."""


@dataclass(frozen=True)
class Place:
    """
    Where a project lies.

    Parameters
    ----------
    folder
        Absolute; what lies in it is named relative to it, so that it may be moved.

    Notes
    -----
    1. A file's revision is the SHA-256 of its bytes. Who writes says which revision was read; if
       the file has another one now, nothing is written: :class:`ChangedMeanwhileError`.
    2. Look and write happen under one lock of the folder, which the system lets go when its process
       ends. A file system without locks leaves the look, and the file is there whole all the same.
    3. What takes several files (rename, delete) is written down first in :data:`PENDING`, and ended
       by whoever locks the folder next.
    """

    folder: Path

    def path(self, name: str) -> Path:
        """Give the path of a file by its name in the project."""
        return self.folder / name

    def read(self, name: str) -> tuple[bytes, str]:
        """
        Read a file and its revision; both empty where there is none.

        Raises
        ------
        InputError
            ``file-unreadable``.
        """
        try:
            content = read_given(self.path(name), most=LAYER_BYTES)
        except UnreadableError as error:
            if error.reason.code == "not-found":
                return b"", ""
            values = {"file": str(self.path(name)), "reason": error.reason}
            raise InputError([Problem("file-unreadable", values)]) from error
        return content, revision_of(content)

    def write(self, name: str, content: bytes, *, revision: str | None) -> str:
        """
        Replace a file; the folder is locked by the caller.

        Parameters
        ----------
        name, content
            Of the file.
        revision
            That was read before; empty for a file that was not there, None to write whatever.

        Returns
        -------
        revision
            The new one.

        Raises
        ------
        ChangedMeanwhileError
            ``project-changed``.
        InputError
            ``project-read-only`` or ``file-not-writable``.
        """
        self.require(name, revision)

        def fill(fresh: Path) -> None:
            with fresh.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())

        write_whole(self.path(name), fill)
        return revision_of(content)

    def append(self, name: str, line: str, *, revision: str | None) -> str:
        """
        Add a line to a file; the folder is locked by the caller.

        A last line without its end was left by a killed writer, and is cut off first.

        Parameters
        ----------
        name, revision
            As for :meth:`write`.
        line
            Without its end.

        Returns
        -------
        revision
        """
        content, found = self.read(name)
        if revision is not None and found != revision:
            raise ChangedMeanwhileError([Problem("project-changed", {"file": name})])
        whole = content[: content.rfind(b"\n") + 1]
        added = line.encode() + b"\n"
        path = self.path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("r+b" if content else "wb") as file:
                file.truncate(len(whole))
                file.seek(len(whole))
                file.write(added)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise not_writable(path, error) from error
        return revision_of(whole + added)

    def require(self, name: str, revision: str | None) -> None:
        """Raise :class:`ChangedMeanwhileError` where a file has another revision than was read."""
        if revision is not None and self.read(name)[1] != revision:
            raise ChangedMeanwhileError([Problem("project-changed", {"file": name})])

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """
        Hold the folder for one change, and end what a killed window left half done.

        Raises
        ------
        InputError
            ``project-read-only`` where nothing can be written, ``project-busy`` where another
            window does not let go.
        """
        try:
            lock = (self.folder / LOCK).open("ab")
        except OSError as error:
            raise not_writable(self.folder, error) from error
        with lock:
            _hold(lock.fileno(), self.folder)
            self._end_pending()
            yield

    def move(self, pairs: list[tuple[str, str]], writes: dict[str, str]) -> None:
        """
        Move and delete several files as one step; the folder is locked by the caller.

        Parameters
        ----------
        pairs
            From and to, by name; to nothing (an empty name) deletes. What is not there is passed
            over, so that a step that was cut short can be done again.
        writes
            Text by name of files that are written anew with it.
        """
        told = json.dumps({"move": pairs, "write": writes}, ensure_ascii=False)
        self.write(PENDING, told.encode(), revision=None)
        self._end_pending()

    def _end_pending(self) -> None:
        path = self.folder / PENDING
        content, revision = self.read(PENDING)
        if not revision:
            return
        try:
            # A folder may come from anyone: nothing outside it is touched.
            step = json.loads(content)
            moves = [(self._inside(old), self._inside(new) if new else None)
                     for old, new in step["move"]]  # fmt: skip
            writes = {name: str(text) for name, text in step["write"].items() if self._inside(name)}
        except (ValueError, KeyError, TypeError, AttributeError, UnreadableError):
            path.unlink()
            return
        try:
            for source, target in moves:
                _move(source, target)
            for name, text in writes.items():
                self.write(name, text.encode(), revision=None)
            path.unlink()
        except OSError as error:
            raise not_writable(self.folder, error) from error

    def _inside(self, name: str) -> Path:
        found = path_inside(self.folder, name)
        if found == self.folder.resolve():
            raise UnreadableError(Reason("outside"))
        return self.path(name)


def revision_of(content: bytes) -> str:
    """Give the revision of a file's content: its SHA-256."""
    return hashlib.sha256(content).hexdigest()


def json_line(values: dict[str, Any]) -> str:
    """Write values as one line of a ``.jsonl`` file."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def json_lines(content: bytes) -> list[dict[str, Any]]:
    """Read the lines of a ``.jsonl`` file; a last one without its end was never finished."""
    found = []
    for line in content[: content.rfind(b"\n") + 1].splitlines():
        try:
            values = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(values, dict):
            found.append(values)
    return found


def not_writable(path: Path, error: OSError) -> InputError:
    """Say why a project cannot be changed."""
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return InputError([Problem("project-read-only", {"folder": str(path)})])
    values = {"file": str(path), "reason": reason_of(error)}
    return InputError([Problem("file-not-writable", values)])


def _move(old: Path, new: Path | None) -> None:
    if not os.path.lexists(old):
        return
    if new is not None:
        new.parent.mkdir(parents=True, exist_ok=True)
        old.replace(new)
    elif old.is_dir() and not old.is_symlink():
        shutil.rmtree(old)
    else:
        old.unlink()


def _hold(number: int, folder: Path) -> None:
    """Wait for the lock; without locks in the file system go on."""
    began = time.monotonic()
    while True:
        try:
            if sys.platform == "win32":  # pragma: no cover
                import msvcrt

                msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError) as error:
            if time.monotonic() - began > PATIENCE:
                values = {"folder": str(folder)}
                raise InputError([Problem("project-busy", values)]) from error
            time.sleep(0.02)
        except OSError:
            return
        else:
            return
