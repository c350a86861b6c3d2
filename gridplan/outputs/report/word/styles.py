"""Page, fonts and spacing of an official document, after GB/T 9704-2012."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from gridplan.outputs.report.blocks.parts import Report
from gridplan.outputs.words.moment import moment
from gridplan.text import say

TEXT_MM = 156
LATIN = "Times New Roman"
# Style: Chinese font, points, points of a line, bold, in Chinese and in English.
LOOKS: dict[str, tuple[str, dict[str, tuple[float, float, bool]]]] = {
    "Title": ("方正小标宋简体", {"han": (22, 32, False), "latin": (20, 28, True)}),
    "Heading 1": ("黑体", {"han": (16, 28, False), "latin": (14, 24, True)}),
    "Heading 2": ("楷体_GB2312", {"han": (16, 28, False), "latin": (12.5, 22, True)}),
    "Normal": ("仿宋_GB2312", {"han": (16, 28, False), "latin": (11.5, 18, False)}),
    "Caption": ("黑体", {"han": (12, 20, False), "latin": (10.5, 16, True)}),
}
_FOOT = {"han": 14, "latin": 10}


def script(lang: str) -> str:
    """Say by which rules a language is set: ``han``, those of Chinese documents, or ``latin``."""
    return say("language.typography", lang)


def set_up(document: Any, report: Report) -> None:  # noqa: ANN401  # python-docx's Document
    """Give a new document its page, styles and page numbers."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(26)
    han = script(report.lang) == "han"
    for name, (chinese, looks) in LOOKS.items():
        points, line, bold = looks[script(report.lang)]
        style = document.styles[name]
        _font(style, chinese, points, bold=bold)
        spacing = style.paragraph_format
        spacing.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        spacing.line_spacing = Pt(line)
        spacing.space_before = spacing.space_after = Pt(0)
        spacing.widow_control = True
    indent = 2 * LOOKS["Normal"][1]["han"][0] if han else 0
    for name in ("Heading 1", "Heading 2"):
        document.styles[name].paragraph_format.first_line_indent = Pt(indent)
        document.styles[name].paragraph_format.keep_with_next = True
        if not han:
            document.styles[name].paragraph_format.space_before = Pt(8)
    border = document.styles["Title"].element.find(f".//{qn('w:pBdr')}")
    if border is not None:
        border.getparent().remove(border)
    _page_number(section, report.lang)


def empty(document: Any) -> None:  # noqa: ANN401
    """Take the text out of an office's template; its styles, header, footer and page stay."""
    body = document.element.body
    for part in list(body):
        if part.tag != qn("w:sectPr"):
            body.remove(part)
    known = {style.name for style in document.styles}
    for name in LOOKS:
        if name not in known:
            document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)


def text_mm(document: Any) -> float:  # noqa: ANN401
    """Give the width of the text, millimetres."""
    section = document.sections[0]
    width = section.page_width - section.left_margin - section.right_margin
    return float(width.mm if hasattr(width, "mm") else width / 36000)


def describe(document: Any, report: Report) -> None:  # noqa: ANN401
    """Fill in the document's properties; no name of a person, no moment of writing."""
    core = document.core_properties
    core.title, core.author, core.comments = report.title.replace("\n", ""), "", ""
    core.language = say("language.tag", report.lang)
    core.created = core.modified = datetime.fromisoformat(moment().removesuffix("Z"))


def _font(style: Any, chinese: str, points: float, *, bold: bool) -> None:  # noqa: ANN401  # a style
    style.font.name, style.font.size, style.font.bold = LATIN, Pt(points), bold
    style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{key}"), None)
    for key in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{key}"), LATIN)
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
        run.font.size = Pt(_FOOT[script(lang)])
        if kind in ("begin", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif kind == "instr":
            field = OxmlElement("w:instrText")
            field.text = text
            run._r.append(field)


def east(run: Any, chinese: str) -> None:  # noqa: ANN401  # python-docx's run
    """Set the Chinese font of a run."""
    run.font.name = LATIN
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), chinese)
