"""The books of a plan, put together from one content: who reads what, in which order."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gridplan.outputs.office.office import Office
from gridplan.outputs.office.worded import Worded
from gridplan.outputs.report.blocks.findings import assessment_parts, conflict_parts, finding_parts
from gridplan.outputs.report.blocks.groups import (
    alternatives_parts,
    groups_block,
    stations_parts,
    wishes_parts,
)
from gridplan.outputs.report.blocks.parts import (
    Heading,
    PageBreak,
    Paragraph,
    Part,
    Picture,
    Report,
    Table,
)
from gridplan.outputs.report.blocks.reasons import reason_parts
from gridplan.outputs.report.blocks.services import service_parts
from gridplan.outputs.report.blocks.shape import shape_parts
from gridplan.outputs.report.blocks.tables import fingerprint_table, scenario_block, streets_block
from gridplan.outputs.report.blocks.variants import variant_parts
from gridplan.outputs.report.chapters.cells import filled
from gridplan.outputs.report.chapters.explained import (
    assumption_parts,
    certificate_parts,
    data_parts,
    method_parts,
)
from gridplan.outputs.report.chapters.general import general_parts
from gridplan.outputs.report.chapters.letters import (
    drafting_parts,
    opinions_parts,
    request_parts,
)
from gridplan.outputs.report.chapters.network import network_parts
from gridplan.outputs.report.chapters.present import Present, present_parts
from gridplan.outputs.report.chapters.projects import money_parts, projects_parts
from gridplan.outputs.report.chapters.safeguards import safeguards_parts
from gridplan.outputs.report.chapters.site import site_of, site_parts
from gridplan.outputs.report.chapters.sites import centers_by_street, levels_parts, sites_parts
from gridplan.outputs.report.chapters.street import street_parts, streets_of
from gridplan.outputs.report.chapters.summary import summary_parts
from gridplan.outputs.report.chapters.targets import targets_parts
from gridplan.outputs.words.moment import day
from gridplan.outputs.words.safe import plain
from gridplan.text import say
from gridplan.text.language import in_language
from gridplan.version import VERSION

if TYPE_CHECKING:
    from gridplan.outputs.style.fonts import Face
    from gridplan.outputs.words.telling import Telling
    from gridplan.planning.plan import Plan

Chapters = list[tuple[str, list[Part]]]


@dataclass(frozen=True)
class Material:
    """
    What books are made from.

    Parameters
    ----------
    told
        The plan, its language and what the office says.
    face
        What the maps' text is drawn with.
    phases
        The plan of each phase by its year; empty where it was planned at once.
    subject
        What a book is about: the id of a center; a street, empty for all.
    """

    told: Worded
    face: Face
    phases: Mapping[int, Plan] = field(default_factory=dict)
    subject: str = ""


def _plan_chapters(material: Material, present: Present) -> Chapters:
    """文本: what is decided."""
    told, face = material.told, material.face
    return [
        ("general", general_parts(told)),
        ("present", present_parts(told, present, face)),
        ("targets", targets_parts(told, present)),
        ("grids", network_parts(told, face)),
        ("streets", [*sites_parts(told), *stations_parts(told)]),
        ("projects", projects_parts(told, material.phases)),
        ("money", money_parts(told)),
        ("safeguards", safeguards_parts(told)),
    ]


def _explained_chapters(material: Material) -> Chapters:
    """说明书: why so, what else was tried, what is not met, what it rests on."""
    told = material.told
    tried = [*alternatives_parts(told, material.face), *variant_parts(told), *reason_parts(told)]
    tried += service_parts(told)
    return [
        ("method", method_parts(told)),
        ("tried", tried or [Paragraph(told.say("report.tried-none"))]),
        ("findings", finding_parts(told)),
        ("conflicts", conflict_parts(told)),
        ("shapes", [*_shapes(told), *wishes_parts(told)]),
        ("data", data_parts(told)),
        ("certificate", certificate_parts(told)),
        ("assumptions", assumption_parts(told)),
        ("assessment", assessment_parts(told)),
        ("appendix", _appendix(told)),
    ]


def _shapes(told: Worded) -> list[Part]:
    if not len(told.plan.layout.grids):
        return [Paragraph(told.say("report.grids-none"))]
    return [*shape_parts(told), groups_block(told)]


def _appendix(told: Worded) -> list[Part]:
    return [
        scenario_block(told),
        fingerprint_table(told),
        Paragraph(told.say("report.program", version=VERSION)),
    ]


def _report(material: Material) -> list[Part]:
    """Everything in one: a page of summary, the plan, then what explains it."""
    told, present = material.told, Present(material.told.plan)
    first: Chapters = _plan_chapters(material, present)
    parts: list[Part] = [*summary_parts(told, present), PageBreak()]
    parts += _headed(first, told, 0)
    return [*parts, *_headed(_explained_chapters(material), told, len(first))]


def _text(material: Material) -> list[Part]:
    present = Present(material.told.plan)
    return _headed(_plan_chapters(material, present), material.told, 0)


def _explanation(material: Material) -> list[Part]:
    return _headed(_explained_chapters(material), material.told, 0)


def _tables(material: Material) -> list[Part]:
    """表册: the tables alone, with every column."""
    told = material.told
    if not len(told.plan.layout.centers):
        return [Paragraph(told.fitting("report.present-none"))]
    parts: list[Part] = [
        *targets_parts(told, Present(told.plan)),
        *streets_block(told),
        centers_by_street(told, full=True),
    ]
    if not told.manner:
        parts += [part for part in levels_parts(told) if isinstance(part, Table)]
    parts += [part for part in projects_parts(told, material.phases) if isinstance(part, Table)]
    parts += [part for part in service_parts(told) if isinstance(part, Table)]
    return [*parts, *stations_parts(told)]


def _request(material: Material) -> list[Part]:
    told = material.told
    return request_parts(told, title_of(told).replace("\n", ""), date_of(told))


def _site(material: Material) -> list[Part]:
    told = material.told
    return site_parts(told, material.face, site_of(told, material.subject))


def _streets(material: Material) -> list[Part]:
    told = material.told
    streets = streets_of(told, material.subject)
    return street_parts(told, Present(told.plan), material.face, streets)


BOOKS: Mapping[str, Callable[[Material], list[Part]]] = {
    "report": _report,
    "text": _text,
    "explanation": _explanation,
    "tables": _tables,
    "request": _request,
    "drafting": lambda material: drafting_parts(material.told),
    "opinions": lambda material: opinions_parts(material.told),
    "site": _site,
    "streets": _streets,
}
"""What can be handed in, and what puts it together."""


def book_of(material: Material, name: str = "report") -> Report:
    """
    Put a book together.

    Parameters
    ----------
    material
        What it is made from.
    name
        One of :data:`BOOKS`.

    Returns
    -------
    Report
        Sections, tables and figures numbered.
    """
    told = material.told
    parts = BOOKS[name](material)
    key = f"report.book-{name}"
    title = told.fitting(key, **_titles(material, name))
    scenario = in_language(told.plan.scenario, "name", told.lang)
    standing = told.told("bureau.standing", told.say("report.standing"))
    lines: tuple[str, ...] = (
        told.say("report.line-scenario", name=plain(scenario)),
        told.say("report.line-date", date=date_of(told), standing=standing),
    )
    if name == "site":
        lines = lines[1:]
    if name == "request":
        given = filled(told, told.office.text("bureau.number"))
        lines = (told.say("report.request-number", number=given),)
    return Report(
        lang=told.lang,
        title=title,
        lines=lines,
        parts=numbered(parts, told),
        warnings=() if material.face.chinese else (told.say("report.no-chinese-font"),),
        template=told.office.template,
    )


def _titles(material: Material, name: str) -> dict[str, str]:
    told = material.told
    titles = {"title": title_of(told), "district": plain(told.names.district)}
    if name == "site":
        center = site_of(told, material.subject)
        titles["subject"] = plain(told.names.centers[center])
    return titles


def report_of(telling: Telling, face: Face) -> Report:
    """
    Put the whole report together for a plan of which the office says nothing.

    Parameters
    ----------
    telling
        The plan and its language.
    face
        What the maps' text is drawn with.
    """
    told = telling
    if not isinstance(told, Worded):
        told = Worded(telling.plan, telling.lang, Office())
    return book_of(Material(told, face))


def title_of(told: Worded) -> str:
    """Give the title of the plan; a line break where a long one divides."""
    key = "report.title" if len(told.plan.layout.grids) else "report.title-centers"
    return told.told("project.name", told.fitting(key, district=plain(told.names.district)))


def date_of(told: Worded) -> str:
    """Give the day of the books as people write it: the office's, else today."""
    given = told.office.text("bureau.date") or day()
    year, _, rest = given.partition("-")
    month, _, date = rest.partition("-")
    if not (year.isdigit() and month.isdigit() and date.isdigit()):
        return plain(given, limit=40)
    return told.say("language.date", year=int(year), month=int(month), day=int(date))


def _headed(chapters: Chapters, told: Worded, before: int) -> list[Part]:
    """Put a numbered heading before each chapter."""
    numerals = say("language.numerals", told.lang).split()
    parts: list[Part] = []
    for at, (code, chapter) in enumerate(chapters, start=before):
        text = told.fitting(f"report.{code}")
        number = numerals[min(at, len(numerals) - 1)]
        parts += [Heading(1, told.say("report.head-1", number=number, text=text)), *chapter]
    return parts


def numbered(parts: list[Part], told: Telling) -> tuple[Part, ...]:
    """Give headings of level 2 their number in the section; number tables and maps throughout."""
    numerals = say("language.numerals", told.lang).split()
    made: list[Part] = []
    counts = {"second": 0, "table": 0, "map": 0}
    for part in parts:
        if isinstance(part, Heading):
            counts["second"] = 0 if part.level == 1 else counts["second"] + 1
            if part.level == 2:
                number = numerals[min(counts["second"], len(numerals)) - 1]
                part = Heading(2, told.say("report.head-2", number=number, text=part.text))  # noqa: PLW2901
        elif isinstance(part, (Table, Picture)):
            kind = "table" if isinstance(part, Table) else "map"
            counts[kind] += 1
            values = {"number": counts[kind], "text": part.caption}
            caption = told.say(f"report.caption-{kind}", **values)
            part = dataclasses.replace(part, caption=caption)  # noqa: PLW2901
        made.append(part)
    return tuple(made)
