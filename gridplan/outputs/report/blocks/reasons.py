"""The report on why centers stand where they do, and who could stand in."""

from __future__ import annotations

from gridplan.outputs.reasons.reasons import closings_told, standbys_told
from gridplan.outputs.reasons.why import price_text
from gridplan.outputs.report.blocks.parts import Heading, Paragraph, Part, table
from gridplan.outputs.report.blocks.tables import SHOWN
from gridplan.outputs.words.names import figure, is_missing
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.text.language import joined


def reason_parts(telling: Telling) -> list[Part]:
    """Give the standby sites of new centers and what closing each center costs; else nothing."""
    lang, closings = telling.lang, closings_told(telling)
    if not len(closings):
        return []
    parts: list[Part] = [Heading(2, telling.say("why.title")), *_standby_parts(telling)]
    column = telling.say("why.head-breaks")
    parts.append(Paragraph(telling.say("why.report-closing", column=column)))
    rows = [
        [
            plain(row["name"]),
            figure(row["population"], "count", lang),
            figure(row["only_near_residents"], "count", lang),
            figure(row["closing_person_km"], "count", lang),
            plain(row["closing_to"] or "—"),
            row["closing_breaks"] or "—",
        ]
        for row in closings.to_dict(orient="records")
    ]
    heads = [telling.say("report.head-name"), telling.say("summary.head-residents")]
    heads += [telling.say(f"why.head-{key}") for key in ("lost", "more", "to", "breaks")]
    parts.append(
        table(
            telling.say("why.table-closings"), heads, rows[:SHOWN],
            widths=(24, 11, 12, 13, 22, 18), numeric=(1, 2, 3),
        )
    )  # fmt: skip
    if len(rows) > SHOWN:
        sheet = telling.say("outputs.sheet-reasons")
        parts.append(Paragraph(telling.say("why.more-rows", count=len(rows) - SHOWN, sheet=sheet)))
    return parts


def _standby_parts(telling: Telling) -> list[Part]:
    lang, closings, ranked = telling.lang, closings_told(telling), standbys_told(telling)
    new = closings[closings["status"] == "new"].to_dict(orient="records")
    if not new:
        return []
    first = {}
    if len(ranked):
        first = ranked[ranked["rank"] == 1].set_index("center").to_dict(orient="index")
    rows, marked = [], []
    for at, row in enumerate(new):
        one = first.get(row["center"])
        if row["critical"]:
            marked.append(at)
        if one is None:
            rows.append([plain(row["name"]), "—", "—", "—", "—"])
            continue
        place = [str(one[key]) for key in ("community",) if not is_missing(one[key])]
        loss = price_text(one["person_km"], one["beyond_residents"], one.get("more_cost"), lang)
        rows.append(
            [
                plain(row["name"]),
                plain(joined([str(one["candidate"]), *place], lang)),
                figure(one["apart_metres"], "count", lang),
                loss + (telling.say("why.but", rules=one["breaks"]) if one["breaks"] else ""),
                str(row["standbys"]),
            ]
        )
    heads = [telling.say("report.head-name"), telling.say("why.head-standby")]
    heads += [telling.say("outputs.column-apart-metres")]
    heads += [telling.say(f"why.head-{key}") for key in ("loss", "count")]
    parts: list[Part] = [
        Paragraph(telling.say("why.report-text")),
        table(
            telling.say("why.table-standbys"), heads, rows[:SHOWN],
            widths=(24, 20, 10, 34, 12), numeric=(2, 4), marked=[at for at in marked if at < SHOWN],
        ),
    ]  # fmt: skip
    if marked:
        names = [plain(new[at]["name"]) for at in marked]
        parts.append(Paragraph(telling.say("why.report-critical", names=names), strong=True))
    return parts
