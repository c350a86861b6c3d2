"""How far the data can be trusted, in words: a layer with its rows, a row with its figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gridplan.district.schema.labels import DOUBT, NOTE, PLACE, REAL, ROW, label_columns
from gridplan.outputs.words.names import is_missing, word
from gridplan.text import say
from gridplan.text.language import ORIGINAL, joined

_CHINESE = re.compile("[\u3400-\u9fff]")
SPLIT = " / "
"""What parts the Chinese from the English in a line written in both."""


def layer_trust(source: Mapping[str, Any], lang: str) -> str:
    """
    Say how far a layer can be trusted: ``real data, 3 of 4 rows estimated or planned``.

    Parameters
    ----------
    source
        Of :func:`gridplan.outputs.tables.tables.sources_table`: ``label`` of the whole layer,
        ``rows``, ``rows_below`` that can be trusted less than that, ``row_labels`` of those.
    lang
        ``zh`` or ``en``.
    """
    told = word("label", source["label"], lang)
    some = rows_below(source, lang)
    return say("outputs.trust-some", lang, label=told, some=some) if some else told


def rows_below(source: Mapping[str, Any], lang: str) -> str:
    """Say how many rows can be trusted less than their layer; empty where none."""
    below = source.get("rows_below")
    if is_missing(below) or not below:
        return ""
    words = [word("trust", code, lang) for code in str(source["row_labels"]).split(", ")]
    told = {
        "below": f"{below:,}",
        "rows": f"{source['rows']:,}",
        "labels": _alternatives(words, lang),
    }
    return say("outputs.trust-rows", lang, **told)


def _alternatives(words: list[str], lang: str) -> str:
    several = [joined(words[:-1], lang)] if words[:-1] else []
    return joined([*several, words[-1]], lang, "last-or")


def row_trust(row: Mapping[str, Any], lang: str) -> str:
    """
    Say what of a row is not real: ``unverified; place: estimated; beds: planned``.

    Parameters
    ----------
    row
        Of a table with label columns, as codes.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    text
        Empty where all of it is real, or nothing is said.
    """
    told = []
    for column, about in label_columns(row).items():
        label = row[column]
        if label not in DOUBT or label == REAL or (about in row and is_missing(row[about])):
            continue  # what is not there cannot be planned or estimated
        short = word("trust", label, lang)
        if column == ROW:
            told.append(short)
        else:
            name = say("outputs.place", lang) if column == PLACE else word("column", about, lang)
            told.append(say("outputs.trust-of", lang, name=name, label=short))
    return joined(told, lang, "semicolon")


def beds_note(grid: Mapping[str, Any], lang: str) -> str:
    """
    Say what is not known of a grid's beds, and how far those that are can be trusted.

    Parameters
    ----------
    grid
        ``beds``, ``beds_unknown`` and ``beds_labels`` of a grid.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    text
        ``without 1 hospital that tells none; planned``; empty where nothing is to be said.
    """
    unknown, labels = grid.get("beds_unknown"), grid.get("beds_labels")
    told = []
    if not is_missing(unknown) and unknown:
        told.append(say("outputs.beds-unknown", lang, count=int(unknown)))
    if not is_missing(labels) and labels:
        words = [word("trust", code, lang) for code in str(labels).split(", ")]
        told.append(say("outputs.beds-labels", lang, labels=words))
    return joined(told, lang, "semicolon")


def row_note(row: Mapping[str, Any], lang: str) -> str:
    """Give what the row says of its own labels, in one language where it has both."""
    note = row.get(NOTE)
    return "" if is_missing(note) else of_language(str(note), lang)


def trust_tips(row: Mapping[str, Any], lang: str) -> list[tuple[str, str | None]]:
    """Give the lines of a tooltip on a row's labels; a line without text is left out."""
    return [
        (say("maps.tip-trust", lang), row_trust(row, lang) or None),
        (say("maps.tip-note", lang), row_note(row, lang) or None),
    ]


def of_language(text: str, lang: str) -> str:
    """Keep one side of a line written as ``Chinese / English``."""
    left, mark, right = text.partition(SPLIT)
    chinese = bool(_CHINESE.search(left))
    if not mark or chinese == bool(_CHINESE.search(right)):
        return text
    return left if (lang == ORIGINAL) == chinese else right
