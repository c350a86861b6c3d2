"""A result's folder takes the place of another's, and nothing is lost on the way.

A run works in a hidden folder beside the result's. In it are the new result, room for the earlier
one, and, once the new one is whole and about to take the other's place, a mark that says so. Who
finds the folder of a killed run knows by the mark what is in it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gridplan.errors import Problem
from gridplan.outputs.disk.exchange import finished, put
from gridplan.outputs.disk.hidden_folder import HiddenFolder
from gridplan.outputs.disk.own_files import MANIFEST, is_trace, unchanged

Tell = Callable[[Problem], object]
PREFIX = ".gridplan-"
_FRESH, _ASIDE, _MARK = "new", "earlier", "whole"


def in_silence(_: Problem) -> None:
    """Tell nobody."""


@contextmanager
def replacing(target: Path, tell: Tell = in_silence) -> Iterator[Path]:
    """
    Give an empty folder that takes the place of another once it is filled.

    Parameters
    ----------
    target
        The folder to be replaced, its links followed; or none, then it is made with its parents.
    tell
        Called where something of ``target`` was not as gridplan wrote it, and is kept beside it.

    Yields
    ------
    fresh
        A hidden folder on the file system of ``target``. Where the block ends in an error, it goes
        and ``target`` stays as it was.

    Raises
    ------
    OSError
        If something cannot be written or moved.
    """
    made = _make_parents(target.parent)
    folder = HiddenFolder.made(target.parent, prefix=PREFIX, note=target.name)
    try:
        for name in (_FRESH, _ASIDE):
            (folder.path / name).mkdir(mode=0o755)
        fresh = folder.path / _FRESH
        yield fresh
        if target.exists():  # as readable as the one before it
            shutil.copymode(target, fresh)
        (folder.path / _MARK).touch()
        put(fresh, target, folder.path / _ASIDE)
    finally:
        _end(folder, target, tell)
        for parent in made:
            with suppress(OSError):  # there is something in it now
                parent.rmdir()


def _make_parents(parent: Path) -> list[Path]:
    """Make missing folders; give those made, innermost first."""
    missing = [folder for folder in (parent, *parent.parents) if not folder.exists()]
    parent.mkdir(parents=True, exist_ok=True)
    return missing


def _end(folder: HiddenFolder, target: Path, tell: Tell) -> None:
    """Finish what was begun in a run's folder and remove it; what is not gridplan's is kept."""
    work = folder.path
    whole = (work / _MARK).exists()
    if whole:
        finished(work / _FRESH, target, work / _ASIDE)
    try:
        if whole:
            for earlier in (work / _FRESH, *sorted((work / _ASIDE).iterdir())):
                if earlier.is_dir():
                    _tidy(earlier, target, tell)
            (work / _MARK).unlink()
    except OSError:
        folder.close(delete=False)  # in use, perhaps: the next start tries again
    else:
        folder.close()


def _tidy(earlier: Path, target: Path, tell: Tell) -> None:
    """Delete what gridplan wrote of an earlier result; keep all else beside ``target``."""
    # The list goes last: whoever is killed on the way leaves it for the next start.
    for name in sorted(unchanged(earlier), key=lambda name: name == MANIFEST):
        (earlier / name).unlink(missing_ok=True)
    for entry in list(earlier.iterdir()):
        if is_trace(entry.name) and not (target / entry.name).exists():
            entry.rename(target / entry.name)
    left = sorted(entry.name for entry in earlier.iterdir())
    if left:
        kept = _kept(earlier, target)
        tell(Problem("out-kept", {"folder": str(target), "files": left, "kept": str(kept)}))


def _kept(earlier: Path, target: Path) -> Path:
    """Move a folder to ``OUT-earlier``, or the first such name with a number that is free."""
    number = 1
    while True:
        kept = target.with_name(f"{target.name}-earlier" + (f"-{number}" if number > 1 else ""))
        number += 1
        if not kept.exists():
            return earlier.rename(kept)


def recover(out: str | Path, *, tell: Tell = in_silence) -> None:
    """
    Tidy up after runs that were killed beside a folder.

    Parameters
    ----------
    out, tell
        As for :func:`replacing`; ``out`` need not be there.

    Notes
    -----
    A run that was killed before its result was whole leaves no trace. One that was killed while
    its result took the place of another is ended: ``out`` holds one of the two, and of the other
    goes what gridplan wrote. Runs that are still alive are left alone.
    """
    parent = Path(out).resolve().parent
    for folder in HiddenFolder.abandoned(parent, prefix=PREFIX):
        _end(folder, parent / Path(folder.note).name, tell)
