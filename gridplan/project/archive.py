"""A project as one zip file: packed whole, and looked through before anything is unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from gridplan.district.files.given_file import LAYER_BYTES, given_path, read_given
from gridplan.district.files.reason import UnreadableError
from gridplan.district.sources.archive import BROKEN, open_archive
from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.own_files import is_trace
from gridplan.outputs.disk.replacement import replacing
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.reading.content import read_values
from gridplan.project.kept import log
from gridplan.project.kept.names import download_name
from gridplan.project.kept.place import not_writable
from gridplan.project.kept.plans import CURRENT, NONE
from gridplan.project.kept.scenarios import file_of
from gridplan.project.project import FILE, Project

_ALWAYS = (2000, 1, 1, 0, 0, 0)
_PARTS = {"district", "scenarios", "plans", "edits", "versions"}
_FILES = {FILE, "log.jsonl", "opinions.jsonl"}


def write_zip(project: Project, file: str | Path) -> Path:
    """
    Pack a project into one file, the same bytes for the same project.

    Parameters
    ----------
    project
        Open.
    file
        The zip; replaced whole.

    Raises
    ------
    InputError
        ``file-not-writable``, or ``project-zip-inside`` where it would lie in what it packs.
    """
    path = given_path(file, argument="file").absolute()
    if path.resolve().is_relative_to(project.folder.resolve()):
        raise InputError([Problem("project-zip-inside", {"file": str(path)})])
    names = sorted(
        found.relative_to(project.folder).as_posix()
        for found in project.folder.rglob("*")
        if found.is_file() and not found.is_symlink()
    )

    def fill(fresh: Path) -> None:
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in filter(_belongs, names):
                entry = zipfile.ZipInfo(name, _ALWAYS)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o100644 << 16
                archive.writestr(entry, (project.folder / name).read_bytes())

    write_whole(path, fill)
    return path


def write_plan_zip(project: Project, name: str, out: str | Path) -> Path:
    """
    Pack one scenario's plan with its decisions, to be handed out.

    Parameters
    ----------
    project, name
        Which; its plan must be current.
    out
        A folder, in which the file gets the name of district, scenario and day; or the file.

    Returns
    -------
    file

    Raises
    ------
    InputError
        ``handed-without-plan`` or ``handed-stale``; ``file-not-writable``.
    """
    kept, state = project.scenario(name), project.plan_state(name)
    if state.state != CURRENT:
        code = "handed-without-plan" if state.state == NONE else "handed-stale"
        raise InputError([Problem(code, {"name": kept.name}), *state.reasons])
    path = given_path(out, argument="out")
    if path.is_dir():
        folder = project.plan_folder(kept.name)
        code = str(read_values(folder / "plan.json").get("district", {}).get("code", ""))
        path /= download_name(code, kept.name, log.now()[:10], ".zip")
    plan = project.plan_folder(kept.name)

    def fill(fresh: Path) -> None:
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(plan.iterdir()):
                if file.is_file() and not is_trace(file.name):
                    archive.write(file, file.name)
            archive.write(project.place.path(file_of(kept.name)), "scenario.toml")

    write_whole(path, fill)
    return path


def _belongs(name: str) -> bool:
    """Whether a name is one that a project has; what other programs leave is not taken along."""
    parts = PurePosixPath(name).parts
    if any(part.startswith(".") or is_trace(part) for part in parts):
        return False
    return parts[0] in _PARTS if len(parts) > 1 else name in _FILES


def open_zip(file: str | Path, folder: str | Path, *, by: str = "") -> Project:
    """
    Unpack a project that somebody sent.

    Parameters
    ----------
    file
        Of :func:`write_zip`; one that was packed by hand with a folder around the project is read
        too.
    folder
        Where to; nothing may lie there yet.
    by
        As for :meth:`Project.open`.

    Returns
    -------
    Project

    Raises
    ------
    InputError
        If the archive is damaged, too large, leads outside, is locked or holds no project; nothing
        is written then. What is no part of a project is left in the archive.
    """
    path, target = given_path(file, argument="file"), given_path(folder, argument="folder")
    target = target.absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError([Problem("project-exists", {"folder": str(target)})])
    try:
        raw = read_given(path, most=LAYER_BYTES)
    except UnreadableError as error:
        values = {"file": str(path), "reason": error.reason}
        raise InputError([Problem("file-unreadable", values)]) from error
    with open_archive(path.name, raw) as archive:
        members = _members(archive, path)
        try:
            with replacing(target) as fresh:
                for name, entry in members.items():
                    inner = fresh / name
                    inner.parent.mkdir(parents=True, exist_ok=True)
                    inner.write_bytes(archive.read(entry))
                Project.open(fresh)  # what is no project is not put there
        except BROKEN as error:
            if isinstance(error, InputError):
                raise
            values = {"file": path.name}
            raise InputError([Problem("project-zip-broken", values)]) from error
        except OSError as error:
            raise not_writable(target, error) from error
    return Project.open(target, by=by)


def _members(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """Find the files of the project in an archive, by their names in the project."""
    entries = {e.filename.replace("\\", "/"): e for e in archive.infolist() if not e.is_dir()}
    around = [name for name in entries if PurePosixPath(name).name == FILE]
    top = min(around, key=lambda name: len(PurePosixPath(name).parts), default="")
    if not top or len(PurePosixPath(top).parts) > 2:
        raise InputError([Problem("project-zip-none", {"file": path.name})])
    before = top[: -len(FILE)]
    found = {name[len(before) :]: e for name, e in entries.items() if name.startswith(before)}
    return {name: entry for name, entry in found.items() if _belongs(name)}
