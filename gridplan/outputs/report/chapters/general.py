"""总则: what is planned, for which years, on which base; what binds and what was consulted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from gridplan.outputs.report.blocks.parts import Paragraph, Part
from gridplan.outputs.report.chapters.cells import filled, number
from gridplan.outputs.words.names import is_missing
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.trust import layer_trust
from gridplan.text.language import bracketed, in_language, twin

if TYPE_CHECKING:
    from gridplan.outputs.office.worded import Worded

BINDING, CONSULTED = ("policy", "standard"), ("article", "compiled", "study")
"""Kinds of sources: what is put into practice, and what was only consulted."""


def documents(told: Worded, kinds: tuple[str, ...]) -> list[str]:
    """Name each source of some kinds once, with the number of its document."""
    findings = told.plan.findings
    column = twin(findings, "source", told.lang)
    if column not in findings:
        return []
    if "source_kind" in findings:
        findings = findings[findings["source_kind"].isin(kinds)]
    elif kinds != BINDING:
        return []
    if "answered" in findings:
        findings = findings[findings["answered"] != "conflict"]  # its sources are there already
    named = {}
    for row in findings.to_dict(orient="records"):
        if is_missing(row[column]):
            continue
        given = in_language(row, "document_number", told.lang)
        given = "" if is_missing(given) else plain(given)
        title = plain(row[column])
        key = "document-bare" if title.startswith("《") else "document"
        named[title] = told.say(f"report.{key}", title=title) + bracketed(given, told.lang)
    return list(named.values())


def general_parts(told: Worded) -> list[Part]:
    """Give the chapter: scope, years, population base, basis and references."""
    plan = told.plan
    area = float(shapely.area(plan.district.units.geometry.to_numpy()).sum()) / 1e6
    streets = len(plan.layout.subdistricts)
    units = next((one for one in plan.district.layers if one.layer == "units"), None)
    residents = told.say(
        "report.general-base",
        residents=number(plan.district.population, "persons", told),
        vintage=plain(plan.district.vintage, limit=40),
        label=layer_trust(vars(units), told.lang) if units else "—",
    )
    key = "general-scope" if streets else "general-scope-bare"
    texts = [
        told.fitting(
            f"report.{key}",
            district=plain(told.names.district),
            area=number(area, "km2", told),
            streets=streets,
        ),
        told.say("report.general-years", years=filled(told, told.office.text("project.years"))),
        residents,
    ]
    bound, consulted = documents(told, BINDING), documents(told, CONSULTED)
    own = [plain(one.file) for one in plan.policy_files]
    if bound:
        texts.append(told.say("report.general-basis", documents=bound))
    if consulted:
        texts.append(told.say("report.general-consulted", documents=consulted))
    if own:
        texts.append(told.say("report.general-own", documents=own))
    return [Paragraph(text) for text in texts]
