"""What turns where a plan's facts are otherwise: table, sentences, page, JSON."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.outputs.comparing.tables import figure_label
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.report.blocks.parts import Paragraph, Part, Report, table
from gridplan.outputs.report.formats.html import report_html
from gridplan.outputs.tables.variants import rule_titles
from gridplan.outputs.words.names import figure
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.text_table import text_table
from gridplan.planning.comparing.figures import FIGURES, figures_of
from gridplan.planning.sensitivity.cases import LOST
from gridplan.text import say
from gridplan.text.language import joined
from gridplan.version import PROGRAM, VERSION

if TYPE_CHECKING:
    from gridplan.planning.sensitivity.cases import Case, Sensitive

SHOWN = ("near", "near-own", "walk", "least", "most", "must", "should")


def case_name(case: Case, telling: Telling) -> str:
    """Say what is supposed."""
    if case.what == LOST:
        name = plain(telling.names.centers.get(case.value, case.value))
        return telling.say("sensitivity.lost", center=name)
    percent = f"{100 * (float(str(case.value)) - 1):+.0f}"
    return telling.say(f"sensitivity.{case.what.replace('_', '-')}", percent=percent)


def sensitivity_rows(found: Sensitive, lang: str) -> tuple[list[str], list[list[str]]]:
    """Give header and rows: the plan itself first, then each case and the rules that turn."""
    telling = Telling(found.plan, lang)
    header = [
        say("sensitivity.case", lang),
        *(figure_label(code, lang) for code in SHOWN),
        say("sensitivity.turned", lang),
    ]
    base = figures_of(found.plan)
    rows = [[say("sensitivity.as-planned", lang), *_figures(base, lang), ""]]
    for case in found.cases:
        parts = []
        for turn in ("gained", "mended", "silent"):
            titles = rule_titles(telling, getattr(case.rules, turn))
            if titles:
                parts.append(say(f"sensitivity.{turn}", lang, titles=titles))
        told = joined(parts, lang, "semicolon") or say("sensitivity.nothing", lang)
        rows.append([case_name(case, telling), *_figures(case.figures, lang), told])
    return header, rows


def _figures(figures: dict[str, float], lang: str) -> list[str]:
    return [figure(figures[code], FIGURES[code].unit, lang) for code in SHOWN]


def sensitivity_lines(found: Sensitive, lang: str) -> list[str]:
    """Say what was kept, how many cases turn a rule, and what was left out."""
    turning = sum(bool(one.rules.gained or one.rules.mended) for one in found.cases)
    lines = [
        say("sensitivity.kept", lang),
        say("sensitivity.counted", lang, cases=len(found.cases), turning=turning),
    ]
    if found.left_out:
        lines.append(say("sensitivity.left-out", lang, files=list(found.left_out)))
    return lines


def sensitivity_told(found: Sensitive, lang: str) -> str:
    """Say it for a terminal: the table, then for each case the rules that turn."""
    header, rows = sensitivity_rows(found, lang)
    short = [[*row[:-1]] for row in [header, *rows]]
    title = _title(found, lang)
    lines = [title, "", *text_table(short, header=True), "", *sensitivity_lines(found, lang)]
    lines += [f"  {row[0]}: {row[-1]}" for row in rows[1:]]
    return "\n".join(lines)


def _title(found: Sensitive, lang: str) -> str:
    return say("sensitivity.title", lang, district=plain(Telling(found.plan, lang).names.district))


def sensitivity_html(found: Sensitive, lang: str) -> str:
    """Give the page."""
    header, rows = sensitivity_rows(found, lang)
    marked = [at for at, case in enumerate(found.cases, start=1) if case.rules.gained]
    widths = [16, *[8] * len(SHOWN), 28]
    parts: list[Part] = [Paragraph(line) for line in sensitivity_lines(found, lang)]
    parts.append(table(_title(found, lang), header, rows, widths=widths, marked=marked))
    return report_html(Report(lang, _title(found, lang), (), tuple(parts)))


def sensitivity_json(found: Sensitive) -> str:
    """Give every case with its figures and the rules that turn."""
    content = {
        "district": found.plan.district.code,
        "left_out": list(found.left_out),
        "cases": [
            {
                "what": case.what,
                "value": case.value if isinstance(case.value, float) else str(case.value),
                "figures": {
                    code: None if math.isnan(value) else round(value, 6)
                    for code, value in case.figures.items()
                },
                "gained": list(case.rules.gained),
                "mended": list(case.rules.mended),
                "silent": list(case.rules.silent),
            }
            for case in found.cases
        ],
        "provenance": {"program": PROGRAM, "version": VERSION},
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def write_sensitivity(found: Sensitive, path: Path, *, lang: str) -> Path:
    """Write the page, whole or not at all."""
    text = sensitivity_html(found, lang)
    write_whole(path, lambda fresh: fresh.write_text(text, encoding="utf-8", newline="\n"))
    return path
