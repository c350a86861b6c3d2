"""The report's table of what was tried for the rules that fail."""

from __future__ import annotations

from gridplan.outputs.report.blocks.parts import Heading, Paragraph, Part, table
from gridplan.outputs.tables.variants import heads, variants_table, verdict_text
from gridplan.outputs.words.names import is_missing
from gridplan.outputs.words.telling import Telling
from gridplan.planning.layout.variant import NONE

_SHOWN = ("letter", "variant", "judged", "must_failing", "should_failing", "mended", "moved")


def variant_parts(telling: Telling) -> list[Part]:
    """Give what was tried, one row a variant; nothing where no rule fails."""
    plan = telling.plan
    if not plan.variants:
        return []
    columns = _SHOWN
    rows = []
    made = variants_table(telling, plan.variants).to_dict(orient="records")
    for one, row in zip(plan.variants, made, strict=True):
        cells = ["\u2014" if is_missing(row[name]) else _told(row[name]) for name in columns]
        if one.judged == NONE:
            cells[_SHOWN.index("judged")] = verdict_text(one, telling.lang)
        rows.append(cells)
    return [
        Heading(2, telling.say("variants.table")),
        Paragraph(telling.say("variants.report-text")),
        table(
            telling.say("variants.table"),
            heads(telling.lang, columns),
            rows,
            widths=(8, 24, 14, 10, 10, 22, 12),
            numeric=(3, 4, 6),
        ),
    ]


def _told(value: object) -> str:
    return f"{value:,}" if isinstance(value, (int, float)) else str(value) or "\u2014"
