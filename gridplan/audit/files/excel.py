"""Hold a workbook against one made again: what its cells do not tell but its readers see."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

from gridplan.audit.differences.difference import Aside, Difference
from gridplan.audit.files.workbook import MAIN, open_workbook, part_of, sheet_parts

# Parts that programs add when they save and that show nothing.
_SILENT = re.compile(
    r"docProps/|xl/theme/|xl/calcChain|xl/printerSettings/|customXml/|.*_rels/|xl/metadata|"
    r"\[Content_Types\]"
)
# What lies over cells, changes how they look, or hides them.
_OVER = (
    *("conditionalFormatting", "drawing", "legacyDrawing", "picture", "oleObjects", "controls"),
    *("mergeCells", "hyperlinks", "extLst", "tableParts", "dataValidations", "webPublishItems"),
)
_GENERAL = "General"
_BUILT_IN = {0: _GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%"}
_THIN = 0.5


def workbook_looks(found: Path, fresh: Path) -> tuple[list[Difference], list[Aside]]:
    """
    Compare what two workbooks show beyond the values of their cells.

    Parameters
    ----------
    found, fresh
        The workbook, and the one made again.

    Returns
    -------
    differences, asides
        Differences: formulas (whatever value is kept with them), hidden sheets, rows and columns,
        number formats, cells given twice, parts and layers over the cells that were put in. Asides:
        any other change of looks, and parts that show nothing.

    Raises
    ------
    InputError
        If a workbook is missing or damaged.
    """
    with open_workbook(found) as left, open_workbook(fresh) as right:
        if _same_parts(left, right):
            return [], []
        told = _parts_compared(left, right, found.name)
        ours, theirs = sheet_parts(left), sheet_parts(right)
        hidden = [_hidden_sheets(book) for book in (left, right)]
        formats = [_formats(book) for book in (left, right)]
        for title in sorted(hidden[0] - hidden[1]):
            told.append(Difference(found.name, title, title, None, "others", "hidden"))
        for title in (title for title in ours if title in theirs):
            sheets = part_of(left, ours[title]), part_of(right, theirs[title])
            told += _sheet_compared(sheets, formats, title, found.name)
        changed = _changed(left, right)
    asides = [Aside(found.name, "looks", ", ".join(changed))] if changed else []
    return told, asides


def _same_parts(left: zipfile.ZipFile, right: zipfile.ZipFile) -> bool:
    names = left.namelist()
    return names == right.namelist() and all(left.read(name) == right.read(name) for name in names)


def _parts_compared(left: zipfile.ZipFile, right: zipfile.ZipFile, file: str) -> list[Difference]:
    names, known = left.namelist(), set(right.namelist())
    told = [
        Difference(file, name, names.count(name), 1, "others", "duplicate")
        for name in sorted(set(names))
        if names.count(name) > 1
    ]
    added = sorted(name for name in set(names) - known if not _SILENT.match(name))
    sheets = set(sheet_parts(left).values())  # a sheet put in is told by its title
    told += [
        Difference(file, name, name, None, "others", "part") for name in added if name not in sheets
    ]
    return told


def _changed(left: zipfile.ZipFile, right: zipfile.ZipFile) -> list[str]:
    """Name the parts that are not the same, cells and texts aside."""
    known = set(right.namelist())
    silent = [name for name in left.namelist() if name not in known and _SILENT.match(name)]
    shared = [
        name for name in left.namelist() if name in known and name.endswith((".xml", ".rels"))
    ]
    values = "xl/sharedStrings.xml"
    odd = [
        name
        for name in dict.fromkeys(shared)
        if name != values and _looks(left, name) != _looks(right, name)
    ]
    return [*odd, *silent]


def _looks(book: zipfile.ZipFile, name: str) -> str:
    root = part_of(book, name)
    for value in [*root.iter(f"{MAIN}v"), *root.iter(f"{MAIN}f"), *root.iter(f"{MAIN}is")]:
        value.clear()
    return ElementTree.canonicalize(ElementTree.tostring(root, encoding="unicode"))


def _hidden_sheets(book: zipfile.ZipFile) -> set[str]:
    sheets = part_of(book, "xl/workbook.xml").iter(f"{MAIN}sheet")
    return {s.attrib["name"] for s in sheets if s.attrib.get("state", "visible") != "visible"}


def _formats(book: zipfile.ZipFile) -> list[str]:
    """Give the number format of each style of a cell."""
    if "xl/styles.xml" not in book.namelist():
        return []
    root = part_of(book, "xl/styles.xml")
    own = {
        int(entry.attrib["numFmtId"]): entry.attrib["formatCode"]
        for entry in root.iter(f"{MAIN}numFmt")
    }
    styles = root.find(f"{MAIN}cellXfs")
    numbers = [int(entry.attrib.get("numFmtId", 0)) for entry in (() if styles is None else styles)]
    return [own.get(number, _BUILT_IN.get(number, str(number))) for number in numbers]


def _sheet_compared(
    sheets: tuple[ElementTree.Element, ElementTree.Element],
    formats: list[list[str]],
    title: str,
    file: str,
) -> list[Difference]:
    def tell(place: str, found: object, expected: object, sort: str) -> Difference:
        return Difference(file, f"{title}!{place}", found, expected, "others", sort)

    told = []
    shown = [dict(_shown(sheet, known)) for sheet, known in zip(sheets, formats, strict=True)]
    for place, code in shown[0].items():
        expected = shown[1].get(place, _GENERAL)
        if code != expected:
            told.append(tell(place, code, expected, "format"))
    seen: set[str] = set()
    for cell in sheets[0].iter(f"{MAIN}c"):
        place = cell.attrib.get("r", "")
        formula = cell.find(f"{MAIN}f")
        if formula is not None:
            told.append(tell(place, f"={formula.text or ''}", None, "formula"))
        if place in seen:
            told.append(tell(place, 2, 1, "duplicate"))
        seen.add(place)
    hidden = [set(_hidden(sheet)) for sheet in sheets]
    told += [tell(place, place, None, "hidden") for place in sorted(hidden[0] - hidden[1])]
    over = [{entry.tag.removeprefix(MAIN) for entry in sheet} & set(_OVER) for sheet in sheets]
    told += [tell(name, name, None, "over") for name in sorted(over[0] - over[1])]
    return told


def _shown(sheet: ElementTree.Element, formats: list[str]) -> Iterator[tuple[str, str]]:
    """Give the number format of each cell that holds something."""
    for cell in sheet.iter(f"{MAIN}c"):
        if len(cell):
            style = int(cell.attrib.get("s", 0))
            yield cell.attrib.get("r", ""), formats[style] if style < len(formats) else _GENERAL


def _hidden(sheet: ElementTree.Element) -> Iterator[str]:
    """Name the rows and columns that nobody sees."""
    for row in sheet.iter(f"{MAIN}row"):
        if _unseen(row.attrib, "ht"):
            yield f"row {row.attrib.get('r', '')}"
    for column in sheet.iter(f"{MAIN}col"):
        if _unseen(column.attrib, "width"):
            yield f"column {column.attrib.get('min', '')}-{column.attrib.get('max', '')}"


def _unseen(told: Mapping[str, str], size: str) -> bool:
    if told.get("hidden") in ("1", "true"):
        return True
    return size in told and float(told[size]) < _THIN
