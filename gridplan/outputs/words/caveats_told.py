"""The caveats of a finding in words: which rows lack a figure or are not real, what causes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gridplan.errors import Problem
from gridplan.outputs.words.names import is_missing, word
from gridplan.planning.checks.caveats import caveats_read
from gridplan.text import catalogue, say

Row = Mapping[str, Any]
LACKING = "rows-lack"
LABELLED = "rows-labelled"
OF_ROWS = (LACKING, LABELLED)


def caveats_of(row: Row) -> tuple[Problem, ...]:
    """Give the caveats of a finding."""
    text = row.get("caveats")
    return () if is_missing(text) or not text else caveats_read(str(text))


def caveat_texts(rows: Iterable[Row], lang: str) -> list[str]:
    """Say the caveats of some findings, each once."""
    return list(dict.fromkeys(caveat_text(one, lang) for row in rows for one in caveats_of(row)))


def causes(row: Row, lang: str) -> list[str]:
    """Say what a measure tells of its figure by itself: pieces, links, what the plan causes."""
    return [caveat_text(one, lang) for one in caveats_of(row) if one.code not in OF_ROWS]


def caveat_text(caveat: Problem, lang: str) -> str:
    """Say one caveat; layers, columns and labels in words."""
    told = dict(caveat.values)
    layer = told.get("layer")
    if "column" in told:
        told["column"] = _column(str(layer), str(told["column"]), lang)
    if "about" in told:
        told["about"] = _about(str(layer), str(told["about"]), lang)
    if "label" in told:
        told["label"] = word("trust", told["label"], lang)
    if layer is not None:
        told["layer"] = word("layer", layer, lang)
    return Problem(caveat.code, told).text(lang)


def _column(layer: str, column: str, lang: str) -> str:
    return catalogue(lang).get(f"schema.{layer}-{column}") or word("column", column, lang)


def _about(layer: str, about: str, lang: str) -> str:
    if about in ("row", "place"):
        return say(f"outputs.about-{about}", lang)
    return _column(layer, about, lang)


def rests_on(row: Row, lang: str) -> str:
    """Say in one line which layers' rows a figure rests on fall short; empty where none do."""
    marks: dict[str, dict[str, None]] = {}
    for one in caveats_of(row):
        if one.code == LABELLED:
            marks.setdefault(one.values["layer"], {})[one.values["label"]] = None
    if not marks:
        return ""
    told = []
    for layer, codes in marks.items():
        labels = [word("trust", code, lang) for code in codes]
        mark = say("rules.rests-mark", lang, layer=word("layer", layer, lang), labels=labels)
        told.append(mark)
    return say("rules.rests-line", lang, marks=told)


def lacking_texts(rows: Iterable[Row], lang: str) -> list[str]:
    """Say of each column with empty cells which rows lack it, by the finding that names most."""
    widest: dict[tuple[str, str], Problem] = {}
    for row in rows:
        for one in caveats_of(row):
            key = str(one.values.get("layer")), str(one.values.get("column"))
            if one.code == LACKING and (
                key not in widest or one.values["of"] > widest[key].values["of"]
            ):
                widest[key] = one
    return [caveat_text(one, lang) for one in widest.values()]


def lacking(rows: Iterable[Row]) -> set[str]:
    """Name the columns, ``layer.column``, that are there but have empty cells."""
    return {
        f"{one.values['layer']}.{one.values['column']}"
        for row in rows
        for one in caveats_of(row)
        if one.code == LACKING
    }
