"""A table in a text file -> its rows of text, whatever its encoding and what parts its cells."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass

from gridplan.district.files.broken_bytes import decode_marked, escaped, is_broken
from gridplan.district.files.reason import UnreadableError, reason_of
from gridplan.errors import Reason

SEPARATORS = (",", ";", "\t", "|", "，", "；")
"""What may part cells; the full-width ones are typed where a Chinese keyboard is left on."""

PLAIN = ("UTF-8", ",")
"""Encoding and separator a table is expected in; any other is worth a word."""

_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
# First bytes of what people rename or save by mistake.
_EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"SQLite format 3", b"7z\xbc\xaf")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_SEP = re.compile(r"\s*sep=(.)\s*\Z", re.IGNORECASE)
_SAMPLE = 20


@dataclass(frozen=True, eq=False)
class Delimited:
    """
    The rows of a table as they stand in its file.

    Parameters
    ----------
    header
        Cells of the first row that is not blank, spaces around them taken off.
    rows
        The others, blank ones left out; each as long as it is written.
    lines
        Line of the file each of them ends in, from 1.
    encoding, separator
        As found.
    broken
        Positions of the rows that hold bytes which are no text; escaped.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    encoding: str
    separator: str
    broken: tuple[int, ...] = ()

    @property
    def ragged(self) -> list[int]:
        """Lines of the rows that hold more than the header names."""
        width = len(self.header)
        return [
            line
            for row, line in zip(self.rows, self.lines, strict=True)
            if len(row) > width and any(cell.strip() for cell in row[width:])
        ]

    @property
    def form(self) -> dict[str, str] | None:
        """Encoding and separator for a sentence; None if they are what is expected."""
        if (self.encoding, self.separator) == PLAIN:
            return None
        name = self.separator.replace("\t", "Tab")
        return {"encoding": self.encoding, "separator": name}


def read_delimited(raw: bytes, *, lenient: bool = False) -> Delimited:
    """
    Read a table.

    Parameters
    ----------
    raw
        Bytes of the file.
    lenient
        Name the rows with broken bytes, and take quotation marks as they are, rather than refuse
        the file.

    Returns
    -------
    table
        Without a header if the file is blank.

    Raises
    ------
    UnreadableError
        ``excel``, ``not-text``, ``encoding``, or a reason of :mod:`csv` with its line.
    """
    text, encoding = decode(raw, lenient=lenient)
    first, _, rest = text.partition("\n")
    told = _SEP.match(first)
    separator = told[1] if told else separator_of(text)
    # The line stays, blank, so that lines keep their numbers.
    source = io.StringIO(f"\n{rest}" if told else text, newline="")
    reader = csv.reader(source, delimiter=separator, strict=not lenient)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append(tuple(row))
                lines.append(reader.line_num)
    except csv.Error as error:
        reason = reason_of(error)
        at = Reason(reason.code, {"line": reader.line_num})
        raise UnreadableError(at) from error
    broken = [n for n, row in enumerate(rows) if any(map(is_broken, row))]
    for n in broken:
        rows[n] = tuple(map(escaped, rows[n]))
    header = tuple(cell.strip() for cell in rows[0]) if rows else ()
    marked = tuple(n - 1 for n in broken if n)
    return Delimited(header, tuple(rows[1:]), tuple(lines[1:]), encoding, separator, marked)


def decode(raw: bytes, *, lenient: bool = False) -> tuple[str, str]:
    """
    Read bytes as text.

    Parameters
    ----------
    raw
        UTF-8, UTF-16 or UTF-32 with or without mark, or GB 18030 (which holds GBK and GB 2312).
    lenient
        Mark broken bytes (:mod:`gridplan.district.files.broken_bytes`) rather than refuse them.

    Returns
    -------
    text, encoding

    Raises
    ------
    UnreadableError
        ``excel``, ``not-text`` or ``encoding``.
    """
    if raw.startswith(_EXCEL):
        raise UnreadableError(Reason("excel"))
    if raw.startswith(_OTHERS):
        raise UnreadableError(Reason("not-text"))
    found = _decoded(raw)
    # Broken UTF-8 may be GB 18030 by chance, every character another.
    if lenient and (found is None or found[1] == "GB 18030"):
        found = decode_marked(raw)
    if found is None:
        raise UnreadableError(Reason("not-text" if b"\x00" in raw else "encoding"))
    if not _is_text(found[0]):
        raise UnreadableError(Reason("not-text"))
    return found


def _decoded(raw: bytes) -> tuple[str, str] | None:
    """Try what a mark says, else UTF-16 where its zeros betray it, else UTF-8, else GB 18030."""
    tried = [codec for mark, codec in _MARKS.items() if raw.startswith(mark)][:1]
    if not tried:
        # A stray zero stands in few cells; in UTF-16 every comma and digit brings one.
        wide = raw.count(b"\x00") * 8 >= len(raw) and len(raw) % 2 == 0
        tried = ["utf-16-le", "utf-16-be"] if wide else []
        tried += ["utf-8-sig", "gb18030"]
    for codec in tried:
        try:
            text = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        if not codec.startswith("utf-16-") or _is_text(text):
            return text.removeprefix("\ufeff"), _NAMES[codec]
    return None


_NAMES = {
    "utf-8-sig": "UTF-8",
    "gb18030": "GB 18030",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
}


def _is_text(text: str) -> bool:
    """Whether a text holds few control characters and few code points that no script has."""
    sample = text[:100_000]
    odd = len(_CONTROL.findall(sample))
    odd += sum(unicodedata.category(c) in {"Cn", "Co"} for c in sample if c > "\u07ff")
    return odd * 20 <= len(sample)


def separator_of(text: str) -> str:
    """
    Tell what parts the cells of a table.

    Parameters
    ----------
    text
        Of the file.

    Returns
    -------
    separator
        The one of :data:`SEPARATORS` that parts the first rows into as many cells each; with
        several, the most frequent in the header. Where a title stands above the header, or rows
        are ragged, the one that parts most rows alike.
    """
    lines = [line for line in text[:100_000].splitlines() if line.strip()][:_SAMPLE]
    if not lines:
        return ","
    there = [mark for mark in SEPARATORS if mark in lines[0]]
    even = [mark for mark in there if len(set(_widths(lines, mark))) == 1]
    if even:
        return max(even, key=lines[0].count)
    marks = [*there, *(mark for mark in SEPARATORS if mark not in there)]
    # The first of equals is one that the first line holds.
    return (
        max(marks, key=lambda mark: (_alike(lines, mark), lines[0].count(mark))) if lines else ","
    )


def _alike(lines: list[str], separator: str) -> int:
    """Count the rows that are parted into the same number of cells, more than one."""
    widths = [width for width in _widths(lines, separator) if width > 1]
    return max(map(widths.count, widths), default=0)


def _widths(lines: list[str], separator: str) -> list[int]:
    try:
        return [len(row) for row in csv.reader(lines, delimiter=separator)]
    except csv.Error:
        return [0, 1]
