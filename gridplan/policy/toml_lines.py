"""On which line of a TOML text each key stands, so that a message can point there."""

from __future__ import annotations

import re

_HEADER = re.compile(r"^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r'^\s*("[^"]*"|[A-Za-z0-9_-]+)\s*=')
_PART = re.compile(r'"([^"]*)"|([^.\s]+)')

Lines = dict[tuple[str, ...], int]


def key_lines(text: str) -> Lines:
    """
    Find the lines of tables and keys.

    Parameters
    ----------
    text
        Sound TOML. Values that run over several lines are passed over.

    Returns
    -------
    lines
        Line, from 1, by path: ``("source",)``, ``("rules", "3")`` for the third ``[[rules]]``,
        ``("rules", "3", "lower")``, ``("national-trial-2023", "criterion-02", "answer")``.
    """
    found: Lines = {}
    counts: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    quote = ""
    for number, line in enumerate(text.splitlines(), start=1):
        quote, inside = _quoted(line, quote)
        if inside:
            continue
        header = _HEADER.match(line)
        if header:
            table = tuple(a or b for a, b in _PART.findall(header[2]))
            if header[1] == "[[":
                counts[table] = counts.get(table, 0) + 1
                table = (*table, str(counts[table]))
            found[table] = number
            continue
        key = _KEY.match(line)
        if key:
            found.setdefault((*table, key[1].strip('"')), number)
    return found


def _quoted(line: str, quote: str) -> tuple[str, bool]:
    """Whether the line begins inside a text of several lines, and which quotes it leaves open."""
    inside = bool(quote)
    for mark in ('"""', "'''"):
        if quote in ("", mark) and line.count(mark) % 2:
            return ("" if quote else mark), inside
    return quote, inside
