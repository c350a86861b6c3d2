"""The report as a Word document in the shape of a Chinese official document.

Page, fonts and spacing follow the habits of GB/T 9704-2012: A4, a text block of 156 x 225 mm, the
title in 小标宋, headings in 黑体 and 楷体, text in 仿宋 of 16 points on lines of 28. Fonts are
named, not embedded; an office program puts in its own where one is missing.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from gridplan.outputs.report.content import report_of
from gridplan.outputs.report.parts import Heading, Paragraph, Picture, Report, Table
from gridplan.outputs.style import fonts
from gridplan.outputs.words.moment import moment
from gridplan.outputs.words.telling import Telling
from gridplan.text import say

TEXT_MM = 156
_LATIN = "Times New Roman"
# Style: Chinese font, points, points of a line, bold, in Chinese and in English.
_LOOKS: dict[str, tuple[str, dict[str, tuple[float, float, bool]]]] = {
    "Title": ("方正小标宋简体", {"han": (22, 32, False), "latin": (20, 28, True)}),
    "Heading 1": ("黑体", {"han": (16, 28, False), "latin": (14, 24, True)}),
    "Heading 2": ("楷体_GB2312", {"han": (16, 28, False), "latin": (12.5, 22, True)}),
    "Normal": ("仿宋_GB2312", {"han": (16, 28, False), "latin": (11.5, 18, False)}),
    "Caption": ("黑体", {"han": (12, 20, False), "latin": (10.5, 16, True)}),
}
MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OFFERED = True
_TONES = {"failed": "F7E9E3", "leading": "EEF3F8"}
_CELL = {"han": (9.5, "仿宋_GB2312"), "latin": (8.5, "仿宋_GB2312")}
_FOOT = {"han": 14, "latin": 10}


def _script(lang: str) -> str:
    """Say by which rules a language is set: ``han``, those of Chinese documents, or ``latin``."""
    return say("language.typography", lang)


def write(telling: Telling, path: Path) -> tuple[str, ...]:
    """Write the report on a plan; gives its warnings."""
    report = report_of(telling, fonts.face())
    write_docx(report, path)
    return report.warnings


def write_docx(report: Report, path: Path) -> None:
    """
    Write the report.

    Parameters
    ----------
    report
        From :func:`gridplan.outputs.report.content.report_of`.
    path
        A ``.docx`` file, replaced where it is there.
    """
    document = Document()
    _set_up(document, report)
    _title(document, report)
    parts = report.parts
    for at, part in enumerate(parts):
        if isinstance(part, Heading):
            document.add_heading(part.text, part.level)
        elif isinstance(part, Paragraph):
            _paragraph(document, part, report.lang)
        elif isinstance(part, Table):
            _table(document, part, report.lang)
        else:
            _picture(document, part)
        # Two tables in a row would run together.
        if isinstance(part, Table) and at + 1 < len(parts) and isinstance(parts[at + 1], Table):
            _thin(document)
    written = io.BytesIO()
    document.save(written)
    _dated(written, path)


def _dated(written: io.BytesIO, path: Path) -> None:
    """Pack a document's parts anew, none with the moment it was packed at."""
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.infolist():
            part = zipfile.ZipInfo(entry.filename)  # dated 1980, the earliest a zip can say
            new.writestr(part, old.read(entry), zipfile.ZIP_DEFLATED)


def _set_up(document: Any, report: Report) -> None:  # noqa: ANN401  # python-docx's Document
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(26)
    for name, (chinese, looks) in _LOOKS.items():
        points, line, bold = looks[_script(report.lang)]
        style = document.styles[name]
        _font(style, chinese, points, bold=bold)
        spacing = style.paragraph_format
        spacing.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        spacing.line_spacing = Pt(line)
        spacing.space_before = spacing.space_after = Pt(0)
        spacing.widow_control = True
    han = _script(report.lang) == "han"
    indent = 2 * _LOOKS["Normal"][1]["han"][0] if han else 0
    for name in ("Heading 1", "Heading 2"):
        document.styles[name].paragraph_format.first_line_indent = Pt(indent)
        document.styles[name].paragraph_format.keep_with_next = True
        if not han:
            document.styles[name].paragraph_format.space_before = Pt(8)
    title = document.styles["Title"]
    border = title.element.find(f".//{qn('w:pBdr')}")
    if border is not None:
        border.getparent().remove(border)
    core = document.core_properties
    core.title, core.author, core.comments = report.title.replace("\n", ""), "", ""
    core.language = say("language.tag", report.lang)
    core.created = core.modified = datetime.fromisoformat(moment().removesuffix("Z"))
    _page_number(section, report.lang)


def _font(style: Any, chinese: str, points: float, *, bold: bool) -> None:  # noqa: ANN401  # a style
    style.font.name, style.font.size, style.font.bold = _LATIN, Pt(points), bold
    style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{key}"), None)
    for key in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{key}"), _LATIN)
    fonts.set(qn("w:eastAsia"), chinese)


def _page_number(section: Any, lang: str) -> None:  # noqa: ANN401  # python-docx's Section
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, _, after = say("report.page", lang, page="\x00").partition("\x00")
    for kind, text in (
        ("text", before),
        ("begin", ""),
        ("instr", "PAGE"),
        ("end", ""),
        ("text", after),
    ):
        run = paragraph.add_run(text if kind == "text" else "")
        run.font.size = Pt(_FOOT[_script(lang)])
        if kind in ("begin", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif kind == "instr":
            field = OxmlElement("w:instrText")
            field.text = text
            run._r.append(field)


def _title(document: Any, report: Report) -> None:  # noqa: ANN401
    title = document.add_heading(report.title, 0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for line in report.lines:
        paragraph = document.add_paragraph(line)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for run in paragraph.runs:
            _east(run, "楷体_GB2312")
    document.add_paragraph()


def _paragraph(document: Any, part: Paragraph, lang: str) -> None:  # noqa: ANN401
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    if _script(lang) == "han":
        paragraph.paragraph_format.first_line_indent = Pt(32)
    else:
        paragraph.paragraph_format.space_after = Pt(6)
    run = paragraph.add_run(part.text)
    run.bold = part.strong or None
    if part.strong:
        _east(run, "黑体")


def _thin(document: Any) -> None:  # noqa: ANN401
    spacing = document.add_paragraph().paragraph_format
    spacing.line_spacing = Pt(8)


def _picture(document: Any, part: Picture) -> None:  # noqa: ANN401
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    spacing = paragraph.paragraph_format
    # An exact line would cut the map to one line.
    spacing.line_spacing_rule = WD_LINE_SPACING.SINGLE
    spacing.keep_with_next = True
    shape = paragraph.add_run().add_picture(io.BytesIO(part.png), width=Mm(TEXT_MM))
    shape._inline.docPr.set("descr", part.words)
    caption = document.add_paragraph(part.caption, style="Caption")
    caption.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _table(document: Any, part: Table, lang: str) -> None:  # noqa: ANN401
    caption = document.add_paragraph(part.caption, style="Caption")
    caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_before = Pt(6)
    made = document.add_table(rows=0, cols=len(part.header), style="Table Grid")
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    widths = [Mm(TEXT_MM * width / sum(part.widths)) for width in part.widths]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    _row(made, part.header, widths, part, lang, head=True)
    for at, row in enumerate(part.rows):
        _row(made, row, widths, part, lang, marked=at in part.marked)
    _margins(made)


def _row(
    made: Any,  # noqa: ANN401  # python-docx's Table
    entries: tuple[str, ...],
    widths: list[Any],
    part: Table,
    lang: str,
    *,
    head: bool = False,
    marked: bool = False,
) -> None:
    row = made.add_row()
    settings = row._tr.get_or_add_trPr()
    settings.append(OxmlElement("w:cantSplit"))
    if head:
        settings.append(OxmlElement("w:tblHeader"))
    script = _script(lang)
    points, chinese = _CELL[script]
    for at, (cell, text, width) in enumerate(zip(row.cells, entries, widths, strict=True)):
        cell.width = width
        if head or marked:
            _shade(cell, "DCE6F1" if head else _TONES[part.tone])
        paragraph = cell.paragraphs[0]
        spacing = paragraph.paragraph_format
        spacing.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
        spacing.line_spacing = Pt(points + 3)
        right = at in part.numeric and not head
        paragraph.alignment = (
            WD_ALIGN_PARAGRAPH.CENTER
            if head
            else WD_ALIGN_PARAGRAPH.RIGHT
            if right
            else WD_ALIGN_PARAGRAPH.LEFT
        )
        run = paragraph.add_run(text)
        run.font.size, run.font.bold = Pt(points), head and script == "latin"
        _east(run, "黑体" if head else chinese)


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


def _east(run: Any, chinese: str) -> None:  # noqa: ANN401  # python-docx's run
    run.font.name = _LATIN
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), chinese)
