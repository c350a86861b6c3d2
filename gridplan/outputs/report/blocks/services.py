"""The report on what is asked of each center, and by whom it is run."""

from __future__ import annotations

from gridplan.outputs.reasons.services import services_told, shared_told
from gridplan.outputs.report.blocks.parts import Heading, Paragraph, Part, table
from gridplan.outputs.report.blocks.tables import SHOWN
from gridplan.outputs.words.names import figure, is_missing, word
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling

_PARTS = ("target_month", "daily_visits")
"""Columns whose figures need not be whole."""
_WIDE = ("name", "host", "host_how", "visits_how")


def service_parts(telling: Telling) -> list[Part]:
    """Give tasks and hosts of the centers, and shared centers; nothing if none is known."""
    told = services_told(telling)
    if not len(told):
        return []
    columns = [name for name in told.columns if name != "center"]
    rows = [
        [_cell(row[name], name, telling.lang) for name in columns]
        for row in told.to_dict(orient="records")
    ]
    numeric = [at for at, name in enumerate(columns) if name not in _WIDE]
    parts: list[Part] = [
        Heading(2, telling.say("why.services-title")),
        Paragraph(telling.fitting("why.services-text")),
        table(
            telling.say("why.table-services"),
            [word("column", name, telling.lang) for name in columns],
            rows[:SHOWN],
            widths=[22 if name in _WIDE[:2] else 13 for name in columns],
            numeric=numeric,
        ),
    ]
    if len(rows) > SHOWN:
        told_of = {"count": len(rows) - SHOWN, "sheet": telling.say("outputs.sheet-services")}
        parts.append(Paragraph(telling.say("why.more-rows", **told_of)))
    shared = shared_told(telling)
    if len(shared):
        parts.append(
            table(
                telling.say("why.table-shared"),
                [word("column", name, telling.lang) for name in shared.columns],
                [[plain(str(cell)) for cell in row] for row in shared.to_numpy()],
                widths=(30, 20, 30, 20),
            )
        )
    return parts


def _cell(value: object, name: str, lang: str) -> str:
    if is_missing(value):
        return "—"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return figure(value, "" if name in _PARTS else "count", lang)
    return plain(str(value))
