"""What goes with the plan: 请示, 起草说明, 意见采纳情况表."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridplan.outputs.report.blocks.parts import Heading, Paragraph, Part, table
from gridplan.outputs.report.chapters.cells import failing, filled
from gridplan.outputs.report.chapters.general import BINDING, documents
from gridplan.outputs.report.chapters.summary import proposal
from gridplan.outputs.words.safe import plain

if TYPE_CHECKING:
    from gridplan.outputs.office.worded import Worded

_OPEN_ROWS = 8


def request_parts(told: Worded, title: str, date: str) -> list[Part]:
    """
    Give the one-page request for approval, in the layout of an official letter.

    Parameters
    ----------
    told
        The plan and what the office says.
    title
        Of the plan, as its books bear it.
    date
        As people write it.
    """
    office = told.office
    texts = [
        told.fitting("report.request-why", documents=documents(told, BINDING)[:3], title=title)
        if documents(told, BINDING)
        else told.fitting("report.request-why-bare", title=title),
        proposal(told),
    ]
    must = failing(told, "must")
    if must:
        texts.append(told.say("report.request-rules", count=len(must)))
    texts.append(told.say("report.request-attached", title=title))
    parts: list[Part] = [
        Paragraph(
            told.say("report.request-to", to=filled(told, office.text("bureau.to"))), plain=True
        ),
        *(Paragraph(text) for text in texts),
        Paragraph(told.say("report.request-closing")),
        Paragraph(filled(told, office.text("bureau.issuer")), right=True),
        Paragraph(date, right=True),
    ]
    contact = told.say(
        "report.request-contact",
        contact=filled(told, office.text("bureau.contact")),
        phone=filled(told, office.text("bureau.phone")),
    )
    return [*parts, Paragraph(contact)]


def drafting_parts(told: Worded) -> list[Part]:
    """Give the note on the draft: why, on which basis, what it holds, what is open."""
    bound = documents(told, BINDING)
    layout = told.plan.layout
    sections = {
        "why": [told.fitting("report.drafting-why-text")],
        "basis": [told.say("report.general-basis", documents=bound)]
        if bound
        else [told.say("report.drafting-no-basis")],
        "course": [told.say("report.drafting-course-text")],
        "content": [proposal(told)],
        "open": [
            told.say(
                "report.drafting-open-text",
                must=len(failing(told, "must")),
                new=int((layout.centers["status"] == "new").sum()) if len(layout.centers) else 0,
            )
        ],
    }
    parts: list[Part] = []
    for key, texts in sections.items():
        parts.append(Heading(1, told.say(f"report.drafting-{key}")))
        parts += [Paragraph(text) for text in texts]
    return parts


def opinions_parts(told: Worded) -> list[Part]:
    """Give the table of opinions and what became of them; open rows where there are none."""
    given = told.office.rows("opinions")
    keys = ("from", "opinion", "adopted", "reply")
    rows = [
        [str(at), *(filled(told, row.get(key)) for key in keys)] for at, row in enumerate(given, 1)
    ]
    rows += [[str(at), *[told.say("report.to-fill")] * 4] for at in range(1, _OPEN_ROWS + 1)] if (
        not given
    ) else []  # fmt: skip
    heads = [told.say(f"report.head-{key}") for key in ("number", *keys)]
    counts = {
        answer: sum(
            plain(row.get("adopted", "")) == told.say(f"report.adopted-{answer}") for row in given
        )
        for answer in ("yes", "partly", "no")
    }
    text = told.say("report.opinions-text", count=len(given), **counts)
    made = table(told.say("report.table-opinions"), heads, rows, widths=(7, 18, 35, 14, 26))
    return [Paragraph(text), made] if given else [Paragraph(told.say("report.opinions-none")), made]
