"""What the report says, section by section, in the order of an official document."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from gridplan.outputs.files.rows_file import ROWS_FILE, entries_of, names_fewer
from gridplan.outputs.report.figures import grid_map, overview_map
from gridplan.outputs.report.findings import (
    assessment_parts,
    conflict_parts,
    finding_parts,
)
from gridplan.outputs.report.groups import (
    alternatives_parts,
    groups_block,
    stations_parts,
    wishes_parts,
)
from gridplan.outputs.report.parts import Heading, Paragraph, Part, Picture, Report, Table
from gridplan.outputs.report.shape import shape_parts
from gridplan.outputs.report.tables import (
    center_tables,
    certificate_table,
    doubts_block,
    fingerprint_table,
    grids_block,
    scenario_block,
    sources_block,
    streets_block,
)
from gridplan.outputs.report.variants import variant_parts
from gridplan.outputs.style.fonts import Face
from gridplan.outputs.tables.tables import coverage, sources_table
from gridplan.outputs.tables.variants import headline
from gridplan.outputs.words.boundaries import boundary_text
from gridplan.outputs.words.manner import fitting, manner
from gridplan.outputs.words.moment import day
from gridplan.outputs.words.names import Names, figure, is_missing
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.told_notes import told_notes
from gridplan.outputs.words.verdicts import counts_text, rule_counts
from gridplan.planning.grids.cuts import cut_prices
from gridplan.planning.ways.journeys import journeys_of
from gridplan.text import say
from gridplan.text.language import in_language, joined, twin
from gridplan.version import VERSION

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan
    from gridplan.planning.scenario.scenario import Scenario


def report_of(plan: Plan, lang: str, face: Face) -> Report:
    """
    Put the report together.

    Parameters
    ----------
    plan
        As :func:`gridplan.outputs.reading.written.read_written` gives it.
    lang
        ``zh`` or ``en``.
    face
        What the maps' text is drawn with.

    Returns
    -------
    Report
        Sections, tables and figures numbered.
    """
    names = Names.of(plan, lang)
    planned, how = bool(len(plan.layout.grids)), manner(plan)
    sections: list[tuple[str, list[Part]]] = [
        ("purpose", _purpose(plan, lang)),
        ("data", _data(plan, lang)),
        ("method", _method(plan, lang)),
        ("overview", _overview(plan, lang, face)),
        ("grids", _grids(plan, lang, face)),
        ("streets", _streets(plan, lang)),
        ("findings", [*finding_parts(plan, lang), *variant_parts(plan, lang)]),
        ("conflicts", conflict_parts(plan, lang)),
        ("assessment", assessment_parts(plan, lang)),
        ("certificate", _certificate(plan, lang)),
        ("assumptions", _assumptions(plan, lang)),
    ]
    parts: list[Part] = [Paragraph(line, strong=True) for line in headline(plan, lang)]
    numerals = _numerals(lang)
    for number, (code, section) in enumerate(sections):
        told = {"number": numerals[number], "text": fitting(f"report.{code}", lang, how)}
        parts += [Heading(1, say("report.head-1", lang, **told)), *section]
    parts += [
        Heading(1, say("report.appendix", lang)),
        scenario_block(plan, lang),
        fingerprint_table(plan, lang),
        Paragraph(say("report.program", lang, version=VERSION)),
    ]
    scenario = in_language(plan.scenario, "name", lang)
    date = day()
    standing = say("report.standing", lang)
    return Report(
        lang=lang,
        title=fitting(
            "report.title" if planned else "report.title-centers",
            lang,
            how,
            district=plain(names.district),
        ),
        lines=(
            say("report.line-scenario", lang, name=plain(scenario)),
            say("report.line-date", lang, date=_date(date, lang), standing=standing),
        ),
        parts=_numbered(parts, lang),
        warnings=() if face.chinese else (say("report.no-chinese-font", lang),),
    )


def _numerals(lang: str) -> list[str]:
    return say("language.numerals", lang).split()


def _date(iso: str, lang: str) -> str:
    year, month, day = (int(part) for part in iso.split("-"))
    return say("language.date", lang, year=year, month=month, day=day)


def _numbered(parts: list[Part], lang: str) -> tuple[Part, ...]:
    """Give headings of level 2 their number in the section; number tables and maps throughout."""
    numerals = _numerals(lang)
    numbered: list[Part] = []
    counts = {"second": 0, "table": 0, "map": 0}
    for part in parts:
        if isinstance(part, Heading):
            counts["second"] = 0 if part.level == 1 else counts["second"] + 1
            if part.level == 2:
                number = numerals[min(counts["second"], len(numerals)) - 1]
                part = Heading(2, say("report.head-2", lang, number=number, text=part.text))  # noqa: PLW2901
        elif isinstance(part, Table):
            counts["table"] += 1
            told = {"number": counts["table"], "text": part.caption}
            caption = say("report.caption-table", lang, **told)
            part = dataclasses.replace(part, caption=caption)  # noqa: PLW2901
        elif isinstance(part, Picture):
            counts["map"] += 1
            told = {"number": counts["map"], "text": part.caption}
            caption = say("report.caption-map", lang, **told)
            part = Picture(caption, part.png, part.words)  # noqa: PLW2901
        numbered.append(part)
    return tuple(numbered)


def _purpose(plan: Plan, lang: str) -> list[Part]:
    layout, people, how = plan.layout, plan.district.units["population"], manner(plan)
    documents, consulted = (
        [say("report.document", lang, title=entry) for entry in _documents(plan, lang, kinds)]
        for kinds in (("policy",), ("article", "compiled"))
    )
    first = (
        fitting("report.purpose-text", lang, how, documents=documents)
        if documents
        else fitting("report.purpose-bare", lang, how)
    )
    residents = figure(people.sum(), "persons", lang)
    key = "result-grids" if len(layout.grids) else "result-none"
    told = {"residents": residents, "grids": len(layout.grids)}
    parts = [first, fitting(f"report.{key}", lang, how, **told)]
    if consulted:
        parts.insert(1, say("report.consulted", lang, documents=consulted))
    centers = layout.centers
    if len(centers):
        parts.append(
            fitting(
                "report.result-centers",
                lang,
                how,
                centers=len(centers),
                existing=int((centers["status"] == "existing").sum()),
                new=int((centers["status"] == "new").sum()),
                regional=int((centers["class"] == "regional").sum()),
                **{key: figure(share, "percent", lang) for key, share in coverage(plan).items()},
                minutes=f"{plan.scenario.center_max_minutes:g}",
                walk=f"{plan.scenario.walk_kmh:g}",
            )
        )
    if len(plan.findings):
        rules, counts = sum(rule_counts(plan).values()), counts_text(plan, lang)
        parts.append(say("report.result-findings", lang, rules=rules, counts=counts))
    return [Paragraph(text) for text in parts]


def _documents(plan: Plan, lang: str, kinds: tuple[str, ...]) -> list[str]:
    """Name each source of these kinds once; what a conflict joins is there already."""
    findings = plan.findings
    column = twin(findings, "source", lang)
    if column not in findings:
        return []
    if "source_kind" not in findings:
        findings = findings if "policy" in kinds else findings[:0]
    else:
        # Orders are put into practice; writing about them is consulted.
        findings = findings[findings["source_kind"].isin(kinds)]
    if "answered" in findings:
        findings = findings[findings["answered"] != "conflict"]
    return [plain(entry) for entry in dict.fromkeys(findings[column]) if not is_missing(entry)]


def _data(plan: Plan, lang: str) -> list[Part]:
    sources = sources_table(plan)
    modelled = [
        fitting(f"outputs.layer-{key.replace('_', '-')}", lang, manner(plan))
        for key in sources.loc[sources["label"] == "modelled", "layer"]
    ]
    parts: list[Part] = [Paragraph(say("report.data-text", lang))]
    if modelled:
        parts.append(Paragraph(say("report.caution", lang, layers=modelled), strong=True))
    parts += [sources_block(plan, lang), *doubts_block(plan, lang)]
    if plan.district.repairs:
        parts.append(Paragraph(say("report.repairs", lang)))
        parts += [Paragraph(plain(entry.text(lang), limit=600)) for entry in plan.district.repairs]
    if names_fewer(entries_of(plan.district)):
        parts.append(Paragraph(say("report.repairs-rows", lang, file=ROWS_FILE)))
    return parts


def _method(plan: Plan, lang: str) -> list[Part]:
    scenario, how = plan.scenario, manner(plan)
    by = journeys_of(plan.district, scenario)
    texts = []
    if len(plan.layout.grids):
        texts.append(
            fitting(
                _by("report.method-grids", by.drive_by),
                lang,
                how,
                units=f"{len(plan.district.units):,}",
                tolerance=f"{100 * scenario.grid_tolerance:g}%",
                drive=f"{scenario.drive_kmh:g}",
            )
        )
        prices = _prices(scenario, lang)
        if prices:
            told = joined(prices, lang, "semicolon")
            texts.append(say("report.method-prices", lang, prices=told))
    if len(plan.layout.centers):
        texts.append(
            fitting(
                _by("report.method-centers", by.walk_by),
                lang,
                how,
                lower=f"{scenario.center_lower:,}",
                upper=f"{scenario.center_upper:,}",
                detour=f"{scenario.walk_detour:g}",
                walk=f"{scenario.walk_kmh:g}",
                minutes=f"{scenario.center_max_minutes:g}",
            )
        )
    if "regional" in plan.certificates:
        texts.append(
            say(
                "report.method-regional",
                lang,
                lower=scenario.regional_min,
                upper=scenario.regional_max,
                people=f"{scenario.regional_subdistrict_population:,}",
            )
        )
    texts += [say("report.method-rules", lang), say("report.method-proof", lang)]
    return [Paragraph(text) for text in texts]


def _by(key: str, way: str) -> str:
    """Give the key of a text as it is worded for a way of travelling."""
    return f"{key}-{way}" if way in ("roads", "matrix") else key


def _prices(scenario: Scenario, lang: str) -> list[str]:
    """Say what a boundary and a split are worth; nothing where travel alone counts."""
    grain = say(f"keys.grid_grain.{scenario.grid_grain}", lang)
    return [
        say(f"report.price-{key}", lang, price=f"{price:,.10g}", grain=grain)
        for key, price in cut_prices(scenario).items()
    ]


def _overview(plan: Plan, lang: str, face: Face) -> list[Part]:
    district = plain(Names.of(plan, lang).district)
    caption = fitting("report.map-overview", lang, manner(plan), district=district)
    png = overview_map(plan, lang, face)
    return [Picture(caption, png, say("report.words-overview", lang))]


def _grids(plan: Plan, lang: str, face: Face) -> list[Part]:
    if not len(plan.layout.grids):
        return [Paragraph(say("report.grids-none", lang))]
    names = Names.of(plan, lang)
    parts: list[Part] = [
        grids_block(plan, lang),
        Paragraph(boundary_text(plan, lang)),
        *shape_parts(plan, lang),
        *alternatives_parts(plan, lang, face),
        groups_block(plan, lang),
        *wishes_parts(plan, lang),
        Paragraph(fitting("report.map-note", lang, manner(plan))),
    ]
    for grid in plan.layout.grids.index:
        name = plain(names.grids[grid])
        caption = say("report.map-grid", lang, grid=name)
        words = say("report.words-grid", lang, grid=name)
        parts += [Heading(2, name), Picture(caption, grid_map(plan, grid, lang, face), words)]
    return parts


def _streets(plan: Plan, lang: str) -> list[Part]:
    return [
        *streets_block(plan, lang),
        *center_tables(plan, lang),
        *stations_parts(plan, lang),
    ]


def _certificate(plan: Plan, lang: str) -> list[Part]:
    if not plan.certificates:
        return [Paragraph(say("report.certificate-none", lang))]
    return [Paragraph(say("report.certificate-text", lang)), certificate_table(plan, lang)]


def _assumptions(plan: Plan, lang: str) -> list[Part]:
    scenario, layout, how = plan.scenario, plan.layout, manner(plan)
    by = journeys_of(plan.district, scenario)
    texts = []
    if len(layout.centers):
        straight = by.walk_by == "straight"
        key = "report.assume-straight" if straight else _by("report.assume-walk", by.walk_by)
        texts.append(fitting(key, lang, how, detour=f"{scenario.walk_detour:g}"))
    if len(layout.grids):
        texts.append(
            fitting(
                _by("report.assume-drive", by.drive_by), lang, how, drive=f"{scenario.drive_kmh:g}"
            )
        )
    texts.append(fitting("report.assume-whole", lang, how))
    if (layout.centers["status"] == "new").any():
        texts.append(fitting("report.assume-new", lang, how))
    if len(layout.hospitals):
        texts.append(say("report.assume-beds", lang))
    if any(proof.ended_by == "time" for proof in plan.certificates.values()):
        texts.append(say("report.assume-time", lang))
    noted = told_notes(plan.notes, lang)
    texts += [say("report.assume-note", lang, note=note) for note in noted]
    return [
        Paragraph(say("language.numbered", lang, number=number, text=text))
        for number, text in enumerate(texts, start=1)
    ]
