"""What a report is made of, whatever file it is written to: headings, paragraphs, tables, maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (一、) or 2 (（一）)."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text; ``strong`` ones are cautions."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Table:
    """
    A table of text.

    Parameters
    ----------
    caption
        Above it.
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
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    numeric: frozenset[int] = frozenset()
    marked: frozenset[int] = frozenset()
    tone: str = "failed"


@dataclass(frozen=True)
class Picture:
    """A map as PNG bytes, its caption, and words for those who cannot see it."""

    caption: str
    png: bytes
    words: str


Part = Heading | Paragraph | Table | Picture


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
    """

    lang: str
    title: str
    lines: tuple[str, ...]
    parts: tuple[Part, ...]
    warnings: tuple[str, ...] = field(default=())


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
