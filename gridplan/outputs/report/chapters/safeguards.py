"""保障措施与责任分工: what must be done for the plan to come true, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridplan.outputs.report.blocks.parts import Paragraph, Part, table
from gridplan.outputs.report.chapters.cells import filled

if TYPE_CHECKING:
    from gridplan.outputs.office.worded import Worded

_MEASURES = ("lead", "premises", "people", "review")
_TASKS = ("groups", "premises", "money", "staff", "review")


def safeguards_parts(told: Worded) -> list[Part]:
    """Give the chapter; tasks and who answers for them come from the office where it names some."""
    texts = [told.fitting(f"report.safeguard-{key}") for key in _MEASURES]
    parts: list[Part] = [
        Paragraph(told.say("language.numbered", number=at, text=text))
        for at, text in enumerate(texts, start=1)
    ]
    given = told.office.rows("tasks")
    tasks = [row.get("task", "") for row in given] or [
        told.fitting(f"report.task-{key}") for key in _TASKS
    ]
    rows = [
        [
            str(at + 1),
            filled(told, task),
            filled(told, given[at].get("unit") if given else ""),
            filled(told, given[at].get("year") if given else ""),
        ]
        for at, task in enumerate(tasks)
    ]
    heads = [told.say(f"report.head-{key}") for key in ("number", "task", "responsible", "year")]
    made = table(told.say("report.table-tasks"), heads, rows, widths=(8, 52, 25, 15))
    return [*parts, made]
