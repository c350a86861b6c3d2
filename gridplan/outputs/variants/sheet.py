"""Variants side by side: one table and one sheet of maps on a page that needs nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.outputs.disk.own_files import check_file
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.report.blocks.parts import Paragraph, Part, Picture, Report, Table, table
from gridplan.outputs.report.formats.html import report_html
from gridplan.outputs.style.fonts import Face, face
from gridplan.outputs.tables.summary import label_banner
from gridplan.outputs.tables.variants import (
    COLUMNS,
    headline_of,
    heads,
    variant_name,
    variants_table,
)
from gridplan.outputs.variants.maps import variant_maps
from gridplan.outputs.words.names import Names, is_missing
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.text_table import text_table
from gridplan.text import say
from gridplan.text.language import in_language

if TYPE_CHECKING:
    from gridplan.planning.variants.side_by_side import SideBySide


def variants_report(found: SideBySide, lang: str, look: Face) -> Report:
    """
    Put the page together.

    Parameters
    ----------
    found
        As :func:`gridplan.planning.variants.side_by_side.side_by_side` gives it.
    lang
        ``zh`` or ``en``.
    look
        What the maps' text is drawn with.
    """
    name = plain(Names.of(found.plan, lang).district)
    title = say("variants.sheet-title", lang, district=name)
    others = found.variants[1:]
    parts: list[Part] = [
        *(Paragraph(line, strong=True) for line in headline_of(Telling(found.plan, lang), others)),
        Paragraph(label_banner(Telling(found.plan, lang))),
        Paragraph(say("variants.sheet-note", lang)),
        _table(found, lang),
        Picture(title, variant_maps(found, lang, look), title),
    ]
    named = in_language(found.plan.scenario, "name", lang)
    line = say("report.line-scenario", lang, name=plain(named))
    return Report(lang=lang, title=title, lines=(line,), parts=tuple(parts))


def _cells(found: SideBySide, lang: str) -> tuple[list[str], list[list[str]]]:
    """One column a variant, one row a figure: as many as there are, without what none has."""
    made = variants_table(Telling(found.plan, lang), found.variants)
    names = [
        f"{one.letter} {variant_name(Telling(found.plan, lang), one)}" for one in found.variants
    ]
    rows = []
    for column, head in zip(COLUMNS[2:], heads(lang, COLUMNS[2:]), strict=True):
        told = [
            "" if is_missing(value) else f"{value:,}" if not isinstance(value, str) else value
            for value in made[column]
        ]
        if any(told):
            rows.append([head, *(entry or "\u2014" for entry in told)])
    return ["", *names], rows


def _table(found: SideBySide, lang: str) -> Table:
    header, rows = _cells(found, lang)
    widths = (16, *([84 / len(found.variants)] * len(found.variants)))
    return table(say("variants.side-by-side", lang), header, rows, widths=widths)


def variants_told(found: SideBySide, lang: str) -> str:
    """Say the same for a terminal: what fails first, then the table."""
    header, rows = _cells(found, lang)
    short = [[cell if len(cell) < 40 else f"{cell[:38]}\u2026" for cell in row] for row in rows]
    lines = headline_of(Telling(found.plan, lang), found.variants[1:])
    return "\n".join([*lines, "", *text_table([header, *short], header=True)])


def variants_json(found: SideBySide) -> str:
    """Give the variants as JSON, the plan itself first."""
    told = [one.as_dict() for one in found.variants]
    return json.dumps({"variants": told}, ensure_ascii=False, indent=2, default=str)


def write_variants(found: SideBySide, path: Path, *, lang: str) -> tuple[str, ...]:
    """
    Write the page.

    Parameters
    ----------
    found, lang
        As for :func:`variants_report`.
    path
        The file, none of a plan's own.

    Returns
    -------
    warnings
        That no font of this machine can show Chinese.

    Raises
    ------
    InputError
        If the file is one of a plan's own, or cannot be written; an earlier one then stays.
    """
    check_file(path)
    look = face()
    text = report_html(variants_report(found, lang, look))
    write_whole(path, lambda fresh: fresh.write_text(text, encoding="utf-8", newline="\n"))
    return () if look.chinese else (say("report.no-chinese-font", lang),)
