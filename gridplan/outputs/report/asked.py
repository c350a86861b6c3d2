"""What is asked for: a plan, who hands it in, and which of its books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gridplan.outputs.office.worded import Worded
from gridplan.outputs.report.blocks.parts import Report
from gridplan.outputs.report.content import Material, book_of

if TYPE_CHECKING:
    from gridplan.outputs.style.fonts import Face
    from gridplan.planning.plan import Plan


@dataclass(frozen=True)
class Asked:
    """
    One thing to be handed in.

    Parameters
    ----------
    told
        The plan, its language and what the office says.
    book
        One of :data:`gridplan.outputs.report.content.BOOKS`; of no account for an atlas, a
        database or a workbook.
    subject
        The center or street a book is about, as a person names it.
    phases
        The plan of each phase by its year; empty where it was planned at once.
    """

    told: Worded
    book: str = "report"
    subject: str = ""
    phases: Mapping[int, Plan] = field(default_factory=dict)

    def report(self, face: Face) -> Report:
        """Put the book together."""
        return book_of(Material(self.told, face, self.phases, self.subject), self.book)
