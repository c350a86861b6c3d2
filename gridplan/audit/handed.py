"""What is handed in as one zip: written with the audit of its plan, and audited file by file."""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from gridplan.audit.differences.difference import Check, Difference
from gridplan.audit.phases import holds_phases, verify_phases
from gridplan.audit.verification import Verification
from gridplan.audit.verify import verify
from gridplan.errors import GridplanError, InputError, Problem
from gridplan.outputs.disk.own_files import MANIFEST
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.disk.whole_folder import files_in, listed
from gridplan.outputs.office.office import FILE as OFFICE_FILE
from gridplan.outputs.office.office import Office, read_office
from gridplan.outputs.office.worded import Worded
from gridplan.outputs.report.asked import Asked
from gridplan.outputs.report.bundle import CONTENT, fill_bundle, prefix_of
from gridplan.outputs.report.report import read_handed_in, write_asked

MOST_BYTES, MOST_FILES = 4 << 30, 100_000
"""Of a zip that is opened; more is no bundle of ours."""

_PICTURE = re.compile(rb"data:image/png;base64,[A-Za-z0-9+/=]+")


def write_all(
    out: str | Path,
    *,
    file: str | Path | None = None,
    lang: str = "zh",
    office: str | Path | None = None,
) -> tuple[Path, tuple[str, ...]]:
    """
    Write everything that is handed in as one zip.

    Parameters
    ----------
    out
        Folder of a plan, or of phases.
    file
        The zip; None puts it beside ``out``, named by district, scenario and date.
    lang
        ``zh`` or ``en``.
    office
        ``report.toml`` of the bureau; None takes the one beside ``out``, if it is there.

    Returns
    -------
    path
        The zip: books, atlas, database, public edition, the plan's own files, the scenario, the
        audit of the plan in words, and a list of all with their SHA-256.
    warnings
        Sentences in ``lang``.

    Raises
    ------
    InputError
        As :func:`gridplan.outputs.report.report.write_report` does.
    """
    folder = Path(out)
    beside = folder.resolve().parent / OFFICE_FILE
    given = Path(office) if office is not None else beside if beside.is_file() else None
    plan, phases = read_handed_in(folder)
    told = Worded(plan, lang, Office() if given is None else read_office(given))
    name = f"{prefix_of(told)}.zip"
    path = Path(file) if file is not None else folder.resolve().parent / name
    with tempfile.TemporaryDirectory() as place:
        fresh = Path(place) / "all"
        fresh.mkdir()
        warnings = fill_bundle(told, phases, folder, given, fresh)
        found = _audited(folder)
        if not all(one.checked and one.sound for one in found):
            warnings = (*warnings, told.say("report.all-unsound"))
        audited = "\n\n".join(one.text(lang) for one in found)
        told_audit = audited.replace(str(folder), folder.name)
        target = fresh / f"{prefix_of(told)}_{told.say('report.all-audit')}.txt"
        target.write_text(told_audit + "\n", encoding="utf-8", newline="\n")
        (fresh / MANIFEST).write_text(listed(fresh), encoding="utf-8", newline="\n")
        write_whole(path, lambda target: _pack(fresh, target))
    return path, warnings


def _audited(folder: Path) -> tuple[Verification, ...]:
    return verify_phases(folder) if holds_phases(folder) else (verify(folder),)


def _pack(fresh: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for path in [*files_in(fresh), fresh / MANIFEST]:
            entry = zipfile.ZipInfo(path.relative_to(fresh).as_posix())
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            made.writestr(entry, path.read_bytes())


def is_handed_in(path: Path) -> bool:
    """Whether a path is a zip as :func:`write_all` writes it."""
    return path.suffix.lower() == ".zip" and path.is_file()


def verify_all(path: str | Path) -> tuple[Verification, ...]:
    """
    Audit a zip.

    Parameters
    ----------
    path
        As :func:`write_all` left it.

    Returns
    -------
    found
        Of the zip first: that it holds every file of its list, unchanged, and no other; that each
        book, made again from the plan in it, says the same. Then of the plan in it.

    Raises
    ------
    InputError
        ``zip-unreadable`` if it is no zip, or none of ours.
    """
    path = Path(path)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _unpack(path, folder)
        try:
            content = json.loads((folder / CONTENT).read_text(encoding="utf-8"))
            plan_folder = folder / str(content["plan"])
            files = _files(folder)
            books = _books(folder, plan_folder, content)
        except GridplanError:
            raise
        except Exception as error:  # what an altered file may hold has no end
            told = {"file": str(path), "detail": type(error).__name__}
            raise InputError([Problem("zip-unreadable", told)]) from error
        plans = _audited(plan_folder)
        named = tuple(replace(one, folder=path / plan_folder.name) for one in plans)
    return (Verification(path, (files, books)), *named)


def _unpack(path: Path, folder: Path) -> None:
    """Take a zip apart; nothing of it comes to lie outside the folder."""
    try:
        with zipfile.ZipFile(path) as given:
            entries = [entry for entry in given.infolist() if not entry.is_dir()]
            names = [PurePosixPath(entry.filename) for entry in entries]
            strange = any(name.is_absolute() or ".." in name.parts for name in names)
            if strange or len(entries) > MOST_FILES:
                raise zipfile.BadZipFile(path.name)
            if sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise zipfile.BadZipFile(path.name)
            for entry in entries:
                given.extract(entry, folder)
    except (OSError, ValueError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        told = {"file": str(path), "detail": type(error).__name__}
        raise InputError([Problem("zip-unreadable", told)]) from error


def _files(folder: Path) -> Check:
    """Compare every file with the list."""
    known = _lines((folder / MANIFEST).read_text(encoding="utf-8"))
    found = _lines(listed(folder))
    told = []
    for name in [*known, *(name for name in found if name not in known)]:
        here, there = found.get(name), known.get(name)
        if here != there:
            sort = "changed" if here and there else "added" if here else "missing"
            told.append(Difference(name, MANIFEST, here, there, "others", f"file-{sort}"))
    return Check("handed", len(known), tuple(told))


def _lines(text: str) -> dict[str, str]:
    pairs = [line.partition("  ") for line in text.splitlines()]
    return {name: digest for digest, _, name in pairs if name}


def _books(folder: Path, plan_folder: Path, content: dict[str, Any]) -> Check:
    """Make each book again and compare what it says; pictures depend on the fonts there are."""
    plan, phases = read_handed_in(plan_folder)
    given = folder / OFFICE_FILE
    office = read_office(given) if given.is_file() else Office()
    office = replace(office, texts={**office.texts, "bureau.date": str(content["date"])})
    told = Worded(plan, str(content["language"]), office)
    differences = []
    with tempfile.TemporaryDirectory() as place:
        for name, one in content["books"].items():
            if not (folder / name).is_file():  # its absence is told with the files
                continue
            again = Path(place) / f"again.{one['form']}"
            write_asked(Asked(told, str(one["book"]), "", phases), again, form=str(one["form"]))
            if _said(folder / name) != _said(again):
                where = str(one["book"])
                differences.append(Difference(name, where, "", "", "others", "book"))
    return Check("books", len(content["books"]), tuple(differences))


def _said(path: Path) -> list[bytes]:
    """Give what a book says, without its pictures."""
    if path.suffix == ".html":
        return [_PICTURE.sub(b"", path.read_bytes())]
    with zipfile.ZipFile(path) as given:
        names = sorted(name for name in given.namelist() if name.endswith(".xml"))
        parts = [name for name in names if name.startswith(("word/document", "xl/"))]
        return [given.read(name) for name in parts]
