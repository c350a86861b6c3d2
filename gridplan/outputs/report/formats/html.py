"""The report as one page that needs nothing else and prints well: style and maps are in it."""

from __future__ import annotations

import base64
from html import escape
from pathlib import Path

from gridplan.outputs.report.asked import Asked
from gridplan.outputs.report.blocks.fitting_widths import fitted
from gridplan.outputs.report.blocks.parts import (
    Heading,
    PageBreak,
    Paragraph,
    Part,
    Picture,
    Report,
    Table,
)
from gridplan.outputs.style import fonts
from gridplan.outputs.words.safe import inert
from gridplan.text import say
from gridplan.text.language import joined

MIME = "text/html"
OFFERED = True
_LIMIT = 5000
TEXT_MM, CELL_POINTS = 164.0, 9.0
# Nothing may be fetched and nothing may run: not even a mistake above lets text act.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
# A frame keeps to the policy of the page around it, so that this must allow what maps need.
_POLICY_FRAMED = f"{_POLICY}; script-src 'unsafe-inline'"
_STYLE = """\
@page { size: A4; margin: 25mm 22mm 22mm 24mm;
  @bottom-center { content: counter(page); font-size: 10pt; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 12mm 8mm; max-width: 186mm; color: #000; background: #fff;
  font: 12pt/1.75 FangSong, "FangSong_GB2312", "仿宋_GB2312", "仿宋", STFangsong,
    "Noto Serif CJK SC", "Times New Roman", serif; }
h1, h2, h3, .caption, th { font-family: SimHei, "黑体", "Heiti SC", "Noto Sans CJK SC",
  "WenQuanYi Micro Hei", Arial, sans-serif; }
body:lang(en) { font-family: "Times New Roman", "Liberation Serif", "Noto Serif CJK SC", serif; }
:lang(en) :is(h1, h2, h3, .caption, th) { font-family: Arial, "Liberation Sans",
  "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
h1 { margin: 0 0 4mm; text-align: center; font-size: 21pt; line-height: 1.4; font-weight: bold; }
h2 { margin: 8mm 0 2mm; font-size: 15pt; break-after: avoid; }
h3 { margin: 6mm 0 2mm; font-size: 13pt; break-after: avoid; }
p { margin: 0 0 2mm; text-align: justify; overflow-wrap: anywhere; }
:lang(zh) p { text-indent: 2em; }
p.line { text-align: center; text-indent: 0; }
p.strong { font-weight: bold; border-left: 1mm solid #b2182b; padding-left: 3mm; text-indent: 0; }
.caption { margin: 4mm 0 1.5mm; text-align: center; text-indent: 0; font-size: 11pt;
  break-after: avoid; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; font-size: 9pt;
  line-height: 1.4; margin-bottom: 4mm; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { border: 0.25mm solid #555; padding: 0.8mm 1.2mm; vertical-align: top; text-align: left;
  overflow-wrap: anywhere; }
th { background: #dce6f1; text-align: center; print-color-adjust: exact; }
td.number { text-align: right; white-space: nowrap; }
tr.failed td { background: #f7e9e3; print-color-adjust: exact; }
tr.section td { background: #eef3f8; font-weight: bold; break-after: avoid;
  print-color-adjust: exact; }
td.fill { background: #fff2cc; print-color-adjust: exact; }
p.plain, p.right { text-indent: 0 !important; }
p.right { text-align: right; padding-right: 2em; }
.page { break-after: page; }
tr.leading td { background: #eef3f8; print-color-adjust: exact; }
figure { margin: 4mm 0; text-align: center; break-inside: avoid; }
figure img { max-width: 100%; max-height: 235mm; }
figcaption { font: 11pt SimHei, "Noto Sans CJK SC", "WenQuanYi Micro Hei", Arial, sans-serif; }
iframe { display: block; width: calc(100vw - 16mm); height: 720px; margin: 4mm 0;
  margin-left: calc(50% - 50vw + 8mm); border: 0.25mm solid #555; }
@media print { iframe { display: none; } body { padding: 0; max-width: none; } }
"""


def write(asked: Asked, path: Path) -> tuple[str, ...]:
    """Write the report on a plan; gives its warnings."""
    report = asked.report(fonts.face())
    path.write_text(report_html(report), encoding="utf-8", newline="\n")
    return report.warnings


def report_html(report: Report, *, framed: str = "") -> str:
    """
    Give the report as one HTML page.

    Parameters
    ----------
    report
        A book of :mod:`gridplan.outputs.report.content`.
    framed
        A page of maps to show at the end, as wide as the window. Its scripts are its own: a frame
        lies in a box of its own, from which nothing on this page can be reached.

    Returns
    -------
    html
        UTF-8; maps inline as PNG; no script, no address outside the page. Text of the district is
        shown as it is and never acts.
    """
    tag = say("language.tag", report.lang)
    lines = report.title.split("\n")
    title = "<br>".join(inert(line) for line in lines)
    tab = inert(joined(lines, report.lang, "gap"))
    body = [f"<h1>{title}</h1>"]
    body += [f'<p class="line">{inert(line)}</p>' for line in report.lines]
    body += [_part(part, report.lang) for part in report.parts]
    body += [_frame(framed)] if framed else []
    policy = _POLICY_FRAMED if framed else _POLICY
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{tag}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{tab}</title>",
            f"<style>\n{_STYLE}</style>",
            "</head>",
            "<body>",
            *body,
            "</body>",
            "</html>",
            "",
        ]
    )


def _frame(page: str) -> str:
    return f'<iframe srcdoc="{escape(page, quote=True)}" sandbox="allow-scripts"></iframe>'


def _part(part: Part, lang: str) -> str:
    if isinstance(part, Heading):
        return f"<h{part.level + 1}>{inert(part.text)}</h{part.level + 1}>"
    if isinstance(part, PageBreak):
        return '<div class="page"></div>'
    if isinstance(part, Paragraph):
        looks = [name for name in ("strong", "plain", "right") if getattr(part, name)]
        look = f' class="{" ".join(looks)}"' if looks else ""
        return f"<p{look}>{inert(part.text, limit=_LIMIT)}</p>"
    return _figure(part) if isinstance(part, Picture) else _table(part, lang)


def _figure(part: Picture) -> str:
    data = base64.b64encode(part.png).decode("ascii")
    image = f'<img src="data:image/png;base64,{data}" alt="{inert(part.words)}">'
    return f"<figure>{image}<figcaption>{inert(part.caption)}</figcaption></figure>"


def _table(part: Table, lang: str) -> str:
    widths = fitted(part, TEXT_MM, CELL_POINTS)
    total = sum(widths)
    columns = "".join(f'<col style="width:{100 * width / total:.2f}%">' for width in widths)
    heads = "".join(f'<th scope="col">{inert(entry)}</th>' for entry in part.header)
    rows = []
    to_fill = say("report.to-fill", lang)
    for at, row in enumerate(part.rows):
        if at in part.sections:
            head = inert(row[0], limit=_LIMIT)
            rows.append(f'<tr class="section"><td colspan="{len(row)}">{head}</td></tr>')
            continue
        looks = [
            _look(column in part.numeric, entry == to_fill) for column, entry in enumerate(row)
        ]
        told = [inert(entry, limit=_LIMIT) for entry in row]
        cells = "".join(f"<td{look}>{text}</td>" for look, text in zip(looks, told, strict=True))
        marked = f' class="{part.tone}"' if at in part.marked else ""
        rows.append(f"<tr{marked}>{cells}</tr>")
    caption = f'<p class="caption">{inert(part.caption)}</p>' if part.caption else ""
    return (
        f"{caption}<table><colgroup>{columns}</colgroup>"
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _look(numeric: bool, to_fill: bool) -> str:
    looks = [name for name, so in (("number", numeric), ("fill", to_fill)) if so]
    return f' class="{" ".join(looks)}"' if looks else ""
