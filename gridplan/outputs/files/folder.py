"""The folder a plan is written to: all of it or nothing, and nothing of anybody else's lost."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.district.files.reason import reason_of
from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.own_files import (
    FILES,
    WRITERS,
    foreign,
    is_result,
    is_trace,
    write_manifest,
)
from gridplan.outputs.disk.replacement import Tell, in_silence, recover, replacing
from gridplan.outputs.files.rows_file import ROWS_FILE, entries_of, names_fewer, rows_csv
from gridplan.outputs.words.telling import Telling

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

__all__ = ["FILES", "check_folder", "free_folder", "write_plan"]


def write_plan(
    plan: Plan, out: str | Path, *, lang: str = "zh", tell: Tell = in_silence
) -> tuple[Path, ...]:
    """
    Write every output of a plan into one folder, all or nothing.

    Parameters
    ----------
    plan
        A finished plan.
    out
        The folder; made with its parents where missing, replaced where it holds an earlier result
        of gridplan and nothing else.
    lang
        ``zh`` or ``en``: language of the map, the workbook and the styles.
    tell
        Called with what the planner should know though nothing went wrong: files of the earlier
        result that somebody had changed, and where they were put.

    Returns
    -------
    paths
        The files, in the order of :data:`FILES`; then :data:`ROWS_FILE`, which names every row that
        was repaired, where the sentences about them name fewer.

    Raises
    ------
    InputError
        If ``out`` is a file, holds anything that is not an earlier result, or cannot be written.
        Whatever happens, what was there before stays as it was.

    Notes
    -----
    1. The new result is written beside ``out`` and takes its place whole; on Linux and macOS no
       moment is without a result (:mod:`gridplan.outputs.disk.exchange`). Of two runs into one
       folder the one that ends last stays.
    2. Of the earlier result only files are deleted that are as gridplan wrote them, by the list of
       fingerprints that goes with every result. All else is put into ``OUT-earlier`` beside it.
    3. What a killed run left is removed at the next start
       (:func:`gridplan.outputs.disk.replacement.recover`).
    """
    target = _checked(out, tell)
    try:
        with replacing(target, tell) as fresh:
            telling = Telling(plan, lang)
            for name in WRITERS:
                writer_of(name)(telling, fresh / name)
            entries = entries_of(plan.district)
            if names_fewer(entries):
                (fresh / ROWS_FILE).write_bytes(rows_csv(entries, lang))
            write_manifest(fresh)
            names = [name for name in (*FILES, ROWS_FILE) if (fresh / name).exists()]
    except OSError as error:
        raise _unwritable(target, error) from error
    return tuple(target / name for name in names)


def writer_of(name: str) -> Callable[[Telling, Path], object]:
    """Give what writes a file of a plan, by the file's name."""
    writer: Callable[[Telling, Path], object] = import_module(WRITERS[name]).write
    return writer


def check_folder(out: str | Path, *, tell: Tell = in_silence) -> None:
    """
    Make sure that a result may be written to a folder, before the work begins.

    Parameters
    ----------
    out, tell
        As in :func:`write_plan`.

    Raises
    ------
    InputError
        If ``out`` is a file, or holds anything that is not an earlier result of gridplan.
    """
    _checked(out, tell)


def free_folder(out: str | Path) -> Path:
    """
    Give ``out``, or a folder beside it where something came into ``out`` while the plan was made.

    Parameters
    ----------
    out
        As in :func:`write_plan`; it was free when the work began.

    Returns
    -------
    folder
        ``out``, else the first of ``OUT-2``, ``OUT-3`` ... that may be written to: hours of work
        are not lost for a file that somebody put into the wrong place.
    """
    target = Path(out)
    number = 1
    while True:
        place = target.resolve()
        name = target if number == 1 else place.with_name(f"{place.name}-{number}")
        try:
            check_folder(name)
        except InputError:
            if number > 99:  # none of a hundred: the place itself is at fault
                return target
            number += 1
        else:
            return name


def _checked(out: str | Path, tell: Tell) -> Path:
    """Tidy up, and give the folder with its links followed; raise if it must not be replaced."""
    try:
        target = Path(out).resolve()
        recover(target, tell=tell)
        problem = _refusal(target)
    except (OSError, RuntimeError, ValueError) as error:  # links in a circle, a NUL
        raise _unwritable(Path(out), error) from error
    if problem is not None:
        raise InputError([problem])
    return target


def _unwritable(folder: Path, error: Exception) -> InputError:
    told = {"folder": str(folder), "reason": reason_of(error)}
    return InputError([Problem("out-not-writable", told)])


def _refusal(target: Path) -> Problem | None:
    """Say why ``target`` must not be replaced; None if it may be."""
    if not target.exists():
        return None
    if not target.is_dir():
        return Problem("out-not-a-folder", {"folder": str(target)})
    others = foreign(target)
    if others:
        shown = others[:5] + (["…"] if len(others) > 5 else [])
        return Problem("out-holds-other-files", {"folder": str(target), "files": shown})
    kept = [entry for entry in target.iterdir() if not is_trace(entry.name)]
    if kept and not is_result(target):
        return Problem("out-not-ours", {"folder": str(target)})
    return None
