"""The cells of a workbook read back, without trusting the file."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from gridplan.errors import InputError, Problem, Reason
from gridplan.outputs.reading.content import read_content

Cells = dict[tuple[int, int], float | str]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})\Z")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
LARGEST = 500_000_000
"""Bytes a part of a workbook may unpack to."""


def read_workbook(path: Path) -> dict[str, Cells]:
    """
    Read the values of every cell.

    Parameters
    ----------
    path
        An ``.xlsx`` file.

    Returns
    -------
    sheets
        By title, in order: values by row and column, both from 0. Numbers are floats, everything
        else is text (a formula gives its stored value); empty cells are left out.

    Raises
    ------
    InputError
        ``written-missing``, or ``written-damaged`` where it is no workbook, or a part of it is too
        large or defines entities.
    """
    with open_workbook(path) as book:
        shared = _shared(book)
        return {
            title: _cells(part_of(book, part), shared) for title, part in sheet_parts(book).items()
        }


def sheet_titles(path: Path) -> list[str]:
    """
    Read the titles of the sheets alone.

    Raises
    ------
    InputError
        As :func:`read_workbook`.
    """
    with open_workbook(path) as book:
        return list(sheet_parts(book))


@contextmanager
def open_workbook(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a workbook, and say in words what is wrong with it."""
    try:
        with zipfile.ZipFile(io.BytesIO(read_content(path))) as book:
            yield book
    except InputError:
        raise
    except Exception as error:  # zip, zlib and XML each have their own; a password is one more
        told = {"file": str(path), "reason": Reason("damaged", {"detail": type(error).__name__})}
        raise InputError([Problem("written-damaged", told)]) from error


def part_of(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """Parse a part of a workbook; too large, or with entities, it raises a ValueError."""
    if book.getinfo(name).file_size > LARGEST:
        msg = f"{name}: too large"
        raise ValueError(msg)
    raw = book.read(name)
    # Entities are never part of a workbook; expanded, a few bytes can become gigabytes.
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        msg = f"{name}: document type"
        raise ValueError(msg)
    return ElementTree.fromstring(raw)  # no document type, so nothing to expand


def sheet_parts(book: zipfile.ZipFile) -> dict[str, str]:
    """Give the part that holds each sheet, by title, in order."""
    targets = {
        entry.attrib["Id"]: entry.attrib["Target"]
        for entry in part_of(book, "xl/_rels/workbook.xml.rels").iter(f"{_PACKAGE}Relationship")
    }
    sheets = {}
    for entry in part_of(book, "xl/workbook.xml").iter(f"{MAIN}sheet"):
        target = targets[entry.attrib[_RELATION]]
        sheets[entry.attrib["name"]] = (
            target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        )
    return sheets


def _shared(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    return [_text(entry) for entry in part_of(book, "xl/sharedStrings.xml").iter(f"{MAIN}si")]


def _text(entry: ElementTree.Element) -> str:
    text = "".join(part.text or "" for part in entry.iter(f"{MAIN}t"))
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _cells(sheet: ElementTree.Element, shared: list[str]) -> Cells:
    cells: Cells = {}
    for cell in sheet.iter(f"{MAIN}c"):
        value = _value(cell, shared)
        if value is not None:
            cells[_place(cell.attrib["r"])] = value
    return cells


def _value(cell: ElementTree.Element, shared: list[str]) -> float | str | None:
    kind = cell.attrib.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    stored = cell.find(f"{MAIN}v")
    if stored is None or stored.text is None:
        return None
    if kind == "s":
        return shared[int(stored.text)]
    return float(stored.text) if kind == "n" else stored.text


def _place(name: str) -> tuple[int, int]:
    found = _PLACE.match(name)
    if found is None:
        raise ValueError(name)
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def cell_name(row: int, column: int) -> str:
    """Name a cell as a spreadsheet does: ``B3`` for row 2, column 1."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
