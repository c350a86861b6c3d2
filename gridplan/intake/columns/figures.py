"""Figures whose dot may part thousands or decimals: asked about, as a district folder does."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from gridplan.district.folder.dots import dots_in
from gridplan.district.schema.figures import MYRIADS, bare
from gridplan.district.schema.headers import COORDINATES
from gridplan.district.schema.schema import LAYERS
from gridplan.district.sources.source import Figure, Source
from gridplan.errors import Problem
from gridplan.intake.columns.headers import Match
from gridplan.intake.record.decisions import Decisions, Question
from gridplan.intake.record.ledger import Ledger

MEANINGS = ("thousands", "decimal")


def settle_figures(
    source: Source, matches: Mapping[str, Match], role: str, layer: str, decisions: Decisions,
    ledger: Ledger,
) -> Source:  # fmt: skip
    """
    Settle what the dots of every column of figures mean.

    Parameters
    ----------
    source, matches
        The rows and what their columns hold.
    role, layer
        The answer lies under ``role.dot_means``, one for the whole file.
    decisions, ledger
        Asked where ``20.000`` may be twenty or twenty thousand; told where dots were taken out.

    Returns
    -------
    source
        Without dots of thousands; as it was where the planner must be asked first.
    """
    table = source.table.copy()
    for name, match in matches.items():
        if name in COORDINATES or not _is_number(name, layer):
            continue
        cells = list(table[match.column])
        found = dots_in([_doubtful(cell) for cell in cells], decisions.value(_key(role)) or "")
        if found is None:
            continue
        rows = source.rows[found.grouped]
        if not found.sure:
            values = {"file": source.name, "column": match.column, "count": f"{len(rows):,}"}
            told = Problem("intake-dots", {**values, "key": _key(role), **found.values()})
            decisions.settle(Question(_key(role), MEANINGS, told))
            continue
        pairs = zip(cells, found.without(), found.grouped, strict=True)
        table[match.column] = [new if grouped else old for old, new, grouped in pairs]
        ledger.add("repaired", layer, "intake-dots-read", subjects=rows, file=source.name,
                   column=match.column, example=found.example)  # fmt: skip
    return dataclasses.replace(source, table=table)


def _key(role: str) -> str:
    return f"{role}.dot_means"


def _is_number(name: str, layer: str) -> bool:
    kinds = {field.name: field.kind for field in LAYERS[layer].fields}
    return name == "density" or kinds.get(name) == "number"


def _doubtful(cell: str | None) -> str | None:
    """Leave out what is in no doubt: numbers of the file's own, and figures with 万 behind them."""
    if cell is None or isinstance(cell, Figure):
        return None
    plain = bare(cell)
    return None if plain and plain[-1] in MYRIADS else plain
