"""A folder of files that is there whole or as it was before, with a list of what is in it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from gridplan.district.files.reason import reason_of
from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.exchange import put
from gridplan.outputs.disk.hidden_folder import HiddenFolder
from gridplan.outputs.disk.own_files import MANIFEST, is_trace
from gridplan.outputs.disk.replacement import PREFIX

_BLOCK = 1 << 20


def write_folder(path: Path, fill: Callable[[Path], object]) -> None:
    """
    Write a folder, all or nothing.

    Parameters
    ----------
    path
        The folder; missing ones above it are made. Replaced where it is empty or holds what was
        written there before, unchanged, and nothing else.
    fill
        Fills the empty folder it is given; folders may be in it.

    Raises
    ------
    InputError
        ``out-not-a-folder``, ``out-holds-other-files`` or ``file-not-writable``; what was there
        before stays.
    """
    if path.exists():
        _check(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        work = HiddenFolder.made(path.parent, prefix=PREFIX)
        try:
            fresh, aside = work.path / "new", work.path / "earlier"
            fresh.mkdir(mode=0o755)
            aside.mkdir()
            fill(fresh)
            (fresh / MANIFEST).write_text(listed(fresh), encoding="utf-8", newline="\n")
            put(fresh, path.resolve(), aside)
            # What was there had been checked: it is as it was written.
            for earlier in (fresh, *aside.iterdir()):
                if earlier.is_dir():
                    shutil.rmtree(earlier)
        finally:
            work.close()
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        told = {"file": str(path), "reason": reason_of(error)}
        raise InputError([Problem("file-not-writable", told)]) from error


def files_in(folder: Path) -> list[Path]:
    """Give every file of a folder and of those in it, sorted; its list is none of them."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in found if path != folder / MANIFEST)


def listed(folder: Path) -> str:
    """List every file of a folder with its SHA-256, as ``sha256sum`` does."""
    lines = [
        f"{_digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in files_in(folder)
    ]
    return "".join(lines)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _check(path: Path) -> None:
    """Refuse to replace what was not written here, or was changed since."""
    if not path.is_dir():
        raise InputError([Problem("out-not-a-folder", {"folder": str(path)})])
    try:
        known = (path / MANIFEST).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        known = []
    found = [line for line in listed(path).splitlines() if line not in known]
    other = [line.partition("  ")[2] for line in found]
    other = [name for name in other if not is_trace(Path(name).name)]
    if other:
        shown = other[:5] + (["…"] if len(other) > 5 else [])
        told = {"folder": str(path), "files": shown}
        raise InputError([Problem("out-holds-other-files", told)])
