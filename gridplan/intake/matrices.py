"""Travel matrices on their way into a district folder: as they are, declared there, and checked."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from gridplan.district.files.given_file import LAYER_BYTES, read_given
from gridplan.district.files.reason import UnreadableError
from gridplan.district.folder.matrix_file import SUFFIXES
from gridplan.district.folder.read import read_district
from gridplan.district.folder.write import quoted
from gridplan.district.manifest.layer_entry import FILE
from gridplan.district.sources.container import look
from gridplan.district.sources.sheets import workbook_cells
from gridplan.district.sources.source import refuse
from gridplan.errors import InputError, Problem
from gridplan.intake.files.opening import split
from gridplan.intake.opened import Opened


@dataclass(frozen=True)
class Matrix:
    """
    One matrix as it was handed in.

    Parameters
    ----------
    name
        One of :data:`gridplan.district.matrix.MATRICES`.
    file
        Its file.
    content
        Bytes of a CSV.
    lines
        What its table in ``district.toml`` says besides.
    """

    name: str
    file: str
    content: bytes
    lines: tuple[str, ...]


def open_matrices(opened: Opened) -> list[Matrix]:
    """
    Open the matrices of an intake; nothing in them is judged yet.

    Parameters
    ----------
    opened
        Its inputs, and the answers ``walk_matrix.measured_in``, ``walk_matrix.beyond`` and so on.

    Raises
    ------
    InputError
        If a file is not there or holds no table; all at once.
    """
    found: list[Matrix] = []
    problems: list[Problem] = []
    for name, path in opened.inputs.matrices():
        answers = {
            key: opened.decisions.value(f"{name}.{key}") for key in ("measured_in", "beyond")
        }
        try:
            file, content, digest = _content(path)
        except InputError as error:
            problems += error.problems
            continue
        lines = []
        if answers["measured_in"]:
            lines.append(f"measured_in = {quoted(answers['measured_in'])}")
        if answers["beyond"]:
            lines.append(f"beyond = {_number(answers['beyond'])}")
        opened.files[name] = (file, digest)
        found.append(Matrix(name, file, content, tuple(lines)))
    if problems:
        raise InputError(problems)
    return found


def _number(text: str) -> str:
    """Write a number as it is; what is none is quoted, for the reader to refuse in words."""
    try:
        return f"{float(text):g}"
    except ValueError:
        return quoted(text)


def _content(path: Path) -> tuple[str, bytes, str]:
    """Give name, CSV and sha256: a text file as it is, a sheet as the table it holds."""
    place, sheet = split(path)
    if place.suffix.lower() in SUFFIXES:
        try:
            raw = read_given(place, most=LAYER_BYTES)
        except UnreadableError as error:
            if error.reason.code == "not-found":
                raise refuse(str(place), "intake-missing") from error
            raise refuse(place.name, "intake-broken", reason=error.reason) from error
        return place.name, raw, hashlib.sha256(raw).hexdigest()
    container = look(place)
    if container.kind != "excel":
        raise refuse(container.name, "intake-no-matrix", formats=[*SUFFIXES, ".xlsx"])
    found = workbook_cells(container, sheet=sheet)
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(
        ["" if cell is None else str(cell) for cell in row] for row in found.cells
    )
    name = f"{container.name}[{found.name}]"
    return name, text.getvalue().encode("utf-8-sig"), container.sha256


def write_matrices(matrices: list[Matrix], opened: Opened, out: Path) -> None:
    """
    Put matrices into a district folder, and read it with them.

    Parameters
    ----------
    matrices
        Opened.
    opened
        Told how many ways there are.
    out
        A district folder, written.

    Raises
    ------
    InputError
        As :func:`gridplan.district.folder.matrix_read.read_matrices` finds fault with them.
    """
    if not matrices:
        return
    told = []
    for matrix in matrices:
        (out / f"{matrix.name}.csv").write_bytes(matrix.content)
        digest = opened.files[matrix.name][1]
        told += [
            "",
            f"[layers.{matrix.name}]",
            f"file = {quoted(matrix.name + '.csv')}",
            'label = "real"',
            f"source = {quoted(f'{matrix.file} (sha256 {digest[:12]})')}",
            *matrix.lines,
        ]
    with (out / FILE).open("a", encoding="utf-8", newline="\n") as file:
        file.write("\n".join([*told, ""]))
    district = read_district(out)
    for matrix in matrices:
        opened.ledger.add(
            "read",
            matrix.name,
            "intake-matrix",
            file=matrix.file,
            ways=f"{getattr(district, matrix.name).cost.nnz:,}",
        )
