"""A report as a Word document in the shape of a Chinese official document.

Page, fonts and spacing follow the habits of GB/T 9704-2012: A4, a text block of 156 x 225 mm, the
title in 小标宋, headings in 黑体 and 楷体, text in 仿宋 of 16 points on lines of 28. Fonts are
named, not embedded; an office program puts in its own where one is missing. Where the office has a
template, its styles, header, footer and page take the place of all that.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Mm, Pt

from gridplan.outputs.report.blocks.parts import (
    Heading,
    PageBreak,
    Paragraph,
    Part,
    Picture,
    Report,
    Table,
)
from gridplan.outputs.report.word.styles import (
    describe,
    east,
    empty,
    script,
    set_up,
    text_mm,
)
from gridplan.outputs.report.word.tables import Grid

SMALL = {"han": (12.0, 20.0), "latin": (10.0, 14.0)}
"""Points of letters and of lines where a page must hold what it says."""


def write_docx(report: Report, path: Path) -> None:
    """
    Write the report.

    Parameters
    ----------
    report
        A book of :mod:`gridplan.outputs.report.books`.
    path
        A ``.docx`` file, replaced where it is there.
    """
    document = Document() if report.template is None else Document(str(report.template))
    if report.template is None:
        set_up(document, report)
    else:
        empty(document)
    describe(document, report)
    _title(document, report)
    fresh = False
    for at, part in enumerate(report.parts):
        made = _part(document, part, report.lang)
        if fresh and made is not None:
            made.paragraph_format.page_break_before = True
        fresh = isinstance(part, PageBreak)
        following = report.parts[at + 1] if at + 1 < len(report.parts) else None
        # Two tables in a row would run together.
        if isinstance(part, Table) and isinstance(following, Table):
            document.add_paragraph().paragraph_format.line_spacing = Pt(8)
    written = io.BytesIO()
    document.save(written)
    _dated(written, path)


def _part(document: Any, part: Part, lang: str) -> Any:  # noqa: ANN401  # python-docx's
    """Write a part; gives its first paragraph, which a page may begin with."""
    if isinstance(part, Heading):
        return document.add_heading(part.text, part.level)
    if isinstance(part, Paragraph):
        return _paragraph(document, part, lang)
    if isinstance(part, Table):
        return _table(document, part, lang)
    return _picture(document, part) if isinstance(part, Picture) else None


def _dated(written: io.BytesIO, path: Path) -> None:
    """Pack a document's parts anew, none with the moment it was packed at."""
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.infolist():
            part = zipfile.ZipInfo(entry.filename)  # dated 1980, the earliest a zip can say
            new.writestr(part, old.read(entry), zipfile.ZIP_DEFLATED)


def _title(document: Any, report: Report) -> None:  # noqa: ANN401
    title = document.add_heading(report.title, 0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for line in report.lines:
        paragraph = document.add_paragraph(line)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for run in paragraph.runs:
            east(run, "楷体_GB2312")


def _paragraph(document: Any, part: Paragraph, lang: str) -> Any:  # noqa: ANN401
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if part.right else WD_ALIGN_PARAGRAPH.JUSTIFY
    if script(lang) == "han" and not part.plain and not part.right:
        paragraph.paragraph_format.first_line_indent = Pt(32)
    elif script(lang) != "han":
        paragraph.paragraph_format.space_after = Pt(6)
    if part.right:
        paragraph.paragraph_format.right_indent = Pt(32)
    run = paragraph.add_run(part.text)
    run.bold = part.strong or None
    if part.strong:
        east(run, "黑体")
    if part.small:
        points, line = SMALL[script(lang)]
        run.font.size, paragraph.paragraph_format.line_spacing = Pt(points), Pt(line)
        if paragraph.paragraph_format.first_line_indent:
            paragraph.paragraph_format.first_line_indent = Pt(2 * points)
    return paragraph


def _picture(document: Any, part: Picture) -> Any:  # noqa: ANN401
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    spacing = paragraph.paragraph_format
    # An exact line would cut the map to one line.
    spacing.line_spacing_rule = WD_LINE_SPACING.SINGLE
    spacing.first_line_indent = Pt(0)
    spacing.keep_with_next = True
    shape = paragraph.add_run().add_picture(io.BytesIO(part.png), width=Mm(text_mm(document)))
    most = Mm(part.high)
    if shape.height > most:
        shape.width, shape.height = round(shape.width * most / shape.height), most
    shape._inline.docPr.set("descr", part.words)
    caption = document.add_paragraph(part.caption, style="Caption")
    caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def _table(document: Any, part: Table, lang: str) -> Any:  # noqa: ANN401
    caption = None
    if part.caption:
        caption = document.add_paragraph(part.caption, style="Caption")
        caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
        caption.paragraph_format.keep_with_next = True
        caption.paragraph_format.space_before = Pt(6)
    Grid(document, part, lang)
    return caption
