"""Which column of a file holds what: proposed from its header and from what stands in it.

Rules, the surest first: (1) the header is the field's name or one of its aliases; (2) the header
holds an alias and something beside it (``2020年常住人口（人）``); (3) its letters are the pinyin of
an alias; (4) the values speak: point-of-interest types, WKT, H3 ids, degrees. What is left open
is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from gridplan.district.schema.figures import read_numbers
from gridplan.district.schema.headers import COORDINATES
from gridplan.district.schema.schema import LAYERS
from gridplan.district.schema.vocabulary import fold, nearest
from gridplan.district.sources.source import Source
from gridplan.errors import InputError, Problem
from gridplan.intake.columns.aliases import EXTRA, PINYIN
from gridplan.intake.record.decisions import Decisions, Question
from gridplan.intake.record.inputs import LAYER_OF

DOUBT = 0.7
"""Confidence below which the one column that may hold residents is asked about."""

LAST = 0.9
"""Confidence at most where only the lower of two header rows speaks."""

_H3 = re.compile(r"^8[0-9a-f]{14}$", re.I)
_WKT = re.compile(r"^\s*(SRID=\d+;)?\s*(MULTI)?(POLYGON|POINT|LINESTRING)\s*(Z|M)?\s*\(", re.I)


@dataclass(frozen=True)
class Match:
    """
    One column and what it is taken for.

    Parameters
    ----------
    field, column
        Name in the schema; header in the file.
    confidence
        From 0 to 1.
    why
        ``alias``, ``contains``, ``pinyin``, ``values`` or ``answer``.
    """

    field: str
    column: str
    confidence: float
    why: str


def match_columns(source: Source, layer: str, role: str, decisions: Decisions) -> dict[str, Match]:
    """
    Find the columns of one source.

    Parameters
    ----------
    source
        As read.
    layer
        Of the schema: ``units``, ``hospitals``.
    role
        The option that gave the file, ``population``: the answers lie under ``role.columns``.
    decisions
        Answers ``[role.columns] field = "header"`` win over every rule.

    Returns
    -------
    matches
        By field. A column serves one field only.
    """
    columns = [str(column) for column in source.table.columns]
    chosen = _answered(source, layer, role, decisions)
    candidates = sorted(
        _candidates(source, layer),
        key=lambda match: (-match.confidence, columns.index(match.column)),
    )
    taken = {match.column for match in chosen.values()}
    for match in candidates:
        if match.field not in chosen and match.column not in taken:
            chosen[match.field] = match
            taken.add(match.column)
    for field, alternatives in _rivals(chosen, candidates).items():
        _ask(source, role, field, alternatives, chosen, decisions)
    return chosen


def columns_told(matches: Mapping[str, Match], layer: str) -> tuple[list[str], list[str]]:
    """
    Say which column was taken for which field, and how sure that is.

    Returns
    -------
    chinese, english
        For a sentence in Chinese, and in English.
    """
    chinese, english = [], []
    for field, match in matches.items():
        sure = f"({100 * match.confidence:.0f} %)"
        chinese.append(f"{match.column} → {chinese_name(field, layer)} {sure}")
        english.append(f"{match.column} → {field} {sure}")
    return chinese, english


def chinese_name(field: str, layer: str) -> str:
    """Call a field by the first of its aliases that is Chinese."""
    return next((name for name in _known(layer).get(field, ()) if not name.isascii()), field)


def _answered(source: Source, layer: str, role: str, decisions: Decisions) -> dict[str, Match]:
    """Take the columns the planner named; a field or a header that is none is a problem."""
    columns = [str(column) for column in source.table.columns]
    fields = list(_known(layer))
    chosen: dict[str, Match] = {}
    problems: list[Problem] = []
    near: dict[str, object]
    for field, column in decisions.values(f"{role}.columns").items():
        values = {"key": f"{role}.columns.{field}", "file": source.name, "value": column}
        if field not in fields:
            near = {"field": field, "near": nearest(field, fields)}
            problems.append(Problem("intake-no-such-field", {**values, **near}))
        elif column not in columns:
            met = process.extract(column, columns, scorer=fuzz.ratio, processor=fold, limit=3)
            near = {"near": [name for name, _, _ in met]}
            problems.append(Problem("intake-no-such-column", {**values, **near}))
        else:
            chosen[field] = Match(field, column, 1.0, "answer")
    if problems:
        raise InputError(problems)
    return chosen


def _rivals(chosen: dict[str, Match], candidates: Sequence[Match]) -> dict[str, list[Match]]:
    """Fields that two columns fit about equally; residents where the only column is in doubt."""
    rivals: dict[str, list[Match]] = {}
    for match in candidates:
        best = chosen.get(match.field)
        if best is None or best.why == "answer" or match.column == best.column:
            continue
        taken = any(other.column == match.column for other in chosen.values())
        if best.confidence - match.confidence < 0.02 and best.confidence < 1.0 and not taken:
            rivals.setdefault(match.field, [best]).append(match)
    residents = chosen.get("population")
    if residents is not None and residents.confidence < DOUBT:
        rivals.setdefault("population", [residents])
    return {
        field: found
        for field, found in rivals.items()
        if field in {"population", "name", "subdistrict"}
    }


def _ask(
    source: Source,
    role: str,
    field: str,
    rivals: Sequence[Match],
    chosen: dict[str, Match],
    decisions: Decisions,
) -> None:
    options = tuple(match.column for match in rivals)
    sums = []
    for name in options:
        numbers, _, _ = read_numbers(list(source.table[name]))
        total = np.nansum(numbers)
        sums.append(f"{name} ({total:,.0f})" if field == "population" else name)
    key = f"{role}.columns.{field}"
    names = {"field": chinese_name(field, LAYER_OF.get(role, role)), "field_en": field}
    told = Problem(
        "intake-which-column" if len(rivals) > 1 else "intake-sure-column",
        {"file": source.name, **names, "columns": sums, "key": key},
    )
    answer = decisions.settle(Question(key, options, told))
    if answer:
        chosen[field] = Match(field, answer, 1.0, "answer")


def _candidates(source: Source, layer: str) -> list[Match]:
    found: list[Match] = []
    known = _known(layer)
    for column in source.table.columns:
        head, last = fold(str(column)), fold((str(column).split() or [""])[-1])
        for field, aliases in known.items():
            confidence, why = _by_header(head, field, aliases)
            if last != head and confidence < LAST:
                # The lower of two header rows says it: 2020年人口 over 常住人口.
                below, _ = _by_header(last, field, aliases)
                confidence, why = max(confidence, min(below, LAST)), "contains"
            if confidence:
                found.append(Match(field, str(column), confidence, why))
        found += _by_values(str(column), source.table[column], layer)
    return found


def _known(layer: str) -> dict[str, tuple[str, ...]]:
    """Every field a column may stand for, with its aliases, those of the schema first."""
    known = {field.name: field.headers for field in LAYERS[layer].fields}
    known |= COORDINATES
    for name, aliases in EXTRA["units" if layer in {"units", "subdistricts"} else "places"].items():
        known[name] = (*known.get(name, ()), *aliases)
    return known


def _by_header(head: str, field: str, aliases: Sequence[str]) -> tuple[float, str]:
    folded = [fold(alias) for alias in aliases]
    if head == fold(field):
        return 1.0, "alias"
    if head in folded:
        # The order of aliases is the order of trust: 常住人口 before 人数.
        return 0.97 - 0.002 * folded.index(head), "alias"
    if head in PINYIN.get(field, ()):
        return 0.85, "pinyin"
    bare = re.sub(r"(19|20)\d\d年?(末|底)?|单位|\d+$", "", head)
    bare = re.sub(r"(人|万人|个|户)$", "", bare) or bare
    if bare in folded:
        return 0.93 - 0.002 * folded.index(bare), "contains"
    inside = [alias for alias in folded if len(alias) > 1 and not alias.isascii() and alias in head]
    if inside and field in {
        "population",
        "population_65",
        "community",
        "subdistrict",
        "name",
        "beds",
    }:
        return 0.6 + 0.2 * max(map(len, inside)) / len(head), "contains"
    return 0.0, ""


def _by_values(column: str, values: pd.Series, layer: str) -> list[Match]:
    texts = [value for value in values.head(200) if value]
    if not texts:
        return []
    share = {
        "h3": np.mean([bool(_H3.match(text)) for text in texts]),
        "wkt": np.mean([bool(_WKT.match(text)) for text in texts]),
    }
    if layer not in {"units", "subdistricts"}:
        share["type"] = np.mean(
            [";" in text and ("医" in text or "卫生" in text) for text in texts]
        )
    return [
        Match(field, column, 0.98 * float(part), "values")
        for field, part in share.items()
        if part > 0.9
    ]
