"""The tables of a Word document: headers repeated, rows whole, numbers in one line."""

from __future__ import annotations

from typing import Any

from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from gridplan.outputs.report.blocks.fitting_widths import fitted
from gridplan.outputs.report.blocks.parts import Table
from gridplan.outputs.report.word.styles import east, script, text_mm
from gridplan.text import say

_TONES = {"failed": "F7E9E3", "leading": "EEF3F8"}
_HEAD, _FILL = "DCE6F1", "FFF2CC"
CELL = {"han": (9.5, "仿宋_GB2312"), "latin": (8.5, "仿宋_GB2312")}


class Grid:
    """
    One table while it is written.

    Parameters
    ----------
    document
        python-docx's.
    part
        What stands in it.
    lang
        ``zh`` or ``en``.
    """

    def __init__(self, document: Any, part: Table, lang: str) -> None:  # noqa: ANN401
        self.part, self.script = part, script(lang)
        self.to_fill = say("report.to-fill", lang)
        points = CELL[self.script][0]
        self.widths = [Mm(one) for one in fitted(part, text_mm(document), points)]
        made = document.add_table(rows=0, cols=len(part.header))
        if "Table Grid" in {style.name for style in document.styles}:
            made.style = "Table Grid"
        made.alignment = WD_TABLE_ALIGNMENT.CENTER
        made.autofit = False
        for column, width in zip(made.columns, self.widths, strict=True):
            column.width = width
        self.made = made
        self._row(part.header, -1)
        for at, row in enumerate(part.rows):
            self._row(row, at)
        _margins(made)

    def _row(self, entries: tuple[str, ...], at: int) -> None:
        row = self.made.add_row()
        settings = row._tr.get_or_add_trPr()
        settings.append(OxmlElement("w:cantSplit"))
        if at < 0:
            settings.append(OxmlElement("w:tblHeader"))
        section = at in self.part.sections
        cells = row.cells
        if section:  # a heading goes across
            cells = [cells[0].merge(cells[-1])]
        # Neither the header nor a heading stands alone at the foot of a page.
        follow = at < 0 or section
        for place, cell in enumerate(cells):
            if not section:
                cell.width = self.widths[place]
            self._cell(cell, entries[place], place, at, follow=follow)

    def _cell(self, cell: Any, text: str, place: int, at: int, *, follow: bool) -> None:  # noqa: ANN401
        head, marked = at < 0, at in self.part.marked
        if text == self.to_fill:
            _shade(cell, _FILL)
        elif head or marked:
            _shade(cell, _HEAD if head else _TONES[self.part.tone])
        points, chinese = CELL[self.script]
        paragraph = cell.paragraphs[0]
        spacing = paragraph.paragraph_format
        spacing.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
        spacing.line_spacing = Pt(points + 3)
        spacing.keep_with_next = follow
        right = place in self.part.numeric and not head and at not in self.part.sections
        paragraph.alignment = (
            WD_ALIGN_PARAGRAPH.CENTER
            if head
            else WD_ALIGN_PARAGRAPH.RIGHT
            if right
            else WD_ALIGN_PARAGRAPH.LEFT
        )
        run = paragraph.add_run(text)
        section = at in self.part.sections
        run.font.size, run.font.bold = Pt(points), (head or section) and self.script == "latin"
        east(run, "黑体" if head or section else chinese)


def _shade(cell: Any, colour: str) -> None:  # noqa: ANN401  # python-docx's cell
    shade = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{key}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _margins(made: Any) -> None:  # noqa: ANN401  # python-docx's Table
    margins = OxmlElement("w:tblCellMar")
    for side, value in (("top", 25), ("left", 60), ("bottom", 25), ("right", 60)):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(value))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    made._tbl.tblPr.append(margins)
