"""What a report is made of, whatever file it is written to: headings, paragraphs, tables, maps."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (一、) or 2 (（一）)."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """
    A paragraph of running text.

    Parameters
    ----------
    text
        What it says.
    strong
        Whether it is a caution.
    plain
        Whether it begins at the margin: whom a letter is to.
    right
        Whether it stands at the right: who signs, and when.
    small
        Whether it is set closer, so that a page holds what it must.
    """

    text: str
    strong: bool = False
    plain: bool = False
    right: bool = False
    small: bool = False


@dataclass(frozen=True)
class PageBreak:
    """What follows begins a page."""


@dataclass(frozen=True)
class Table:
    """
    A table of text.

    Parameters
    ----------
    caption
        Above it; blank where the heading says it.
    header
        One entry a column.
    rows
        Each as long as the header.
    widths
        Share of each column.
    numeric
        Positions of the columns set to the right.
    marked
        Positions of the rows that stand out.
    tone
        Why: ``failed``, or ``leading`` for the regional centers above the others.
    sections
        Positions of the rows whose first entry is a heading across all columns.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    numeric: frozenset[int] = frozenset()
    marked: frozenset[int] = frozenset()
    tone: str = "failed"
    sections: frozenset[int] = frozenset()

    def with_sections(self, rows: Iterable[int]) -> Table:
        """Give the same with headings across at some rows."""
        return dataclasses.replace(self, sections=frozenset(rows))


@dataclass(frozen=True)
class Picture:
    """
    A map.

    Parameters
    ----------
    caption
        Below it.
    png
        Its bytes.
    words
        For those who cannot see it.
    high
        Millimetres it takes at most.
    """

    caption: str
    png: bytes
    words: str
    high: float = 118.0


Part = Heading | Paragraph | Table | Picture | PageBreak


@dataclass(frozen=True)
class Report:
    """
    A whole report.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.
    title
        Its title; a line break where a long one divides.
    lines
        Under the title: scenario, date, standing.
    parts
        In order.
    warnings
        What its writer should know, in words: that no Chinese font was found.
    template
        A Word document of the office's whose styles, header and footer a ``.docx`` takes.
    """

    lang: str
    title: str
    lines: tuple[str, ...]
    parts: tuple[Part, ...]
    warnings: tuple[str, ...] = field(default=())
    template: Path | None = None


def table(
    caption: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    widths: Sequence[float],
    numeric: Sequence[int] = (),
    marked: Sequence[int] = (),
    tone: str = "failed",
) -> Table:
    """Make a :class:`Table` from any sequences."""
    return Table(
        caption=caption,
        header=tuple(header),
        rows=tuple(tuple(row) for row in rows),
        widths=tuple(widths),
        numeric=frozenset(numeric),
        marked=frozenset(marked),
        tone=tone,
    )
