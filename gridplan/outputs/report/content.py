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
from gridplan.outputs.report.reasons import reason_parts
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
from gridplan.outputs.words.moment import day
from gridplan.outputs.words.names import figure, is_missing
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.told_notes import told_notes
from gridplan.outputs.words.verdicts import counts_text, rule_counts
from gridplan.planning.grids.cuts import cut_prices
from gridplan.planning.ways.journeys import journeys_of
from gridplan.text import say
from gridplan.text.language import in_language, joined, twin
from gridplan.version import VERSION

if TYPE_CHECKING:
    from gridplan.planning.scenario.scenario import Scenario


def report_of(telling: Telling, face: Face) -> Report:
    """
    Put the report together.

    Parameters
    ----------
    telling
        As :func:`gridplan.outputs.reading.written.read_written` gives it.
    face
        What the maps' text is drawn with.

    Returns
    -------
    Report
        Sections, tables and figures numbered.
    """
    lang = telling.lang
    names = telling.names
    planned = bool(len(telling.plan.layout.grids))
    sections: list[tuple[str, list[Part]]] = [
        ("purpose", _purpose(telling)),
        ("data", _data(telling)),
        ("method", _method(telling)),
        ("overview", _overview(telling, face)),
        ("grids", _grids(telling, face)),
        ("streets", _streets(telling)),
        ("findings", [*finding_parts(telling), *variant_parts(telling)]),
        ("conflicts", conflict_parts(telling)),
        ("assessment", assessment_parts(telling)),
        ("certificate", _certificate(telling)),
        ("assumptions", _assumptions(telling)),
    ]
    parts: list[Part] = [Paragraph(line, strong=True) for line in headline(telling)]
    numerals = _numerals(lang)
    for number, (code, section) in enumerate(sections):
        told = {"number": numerals[number], "text": telling.fitting(f"report.{code}")}
        parts += [Heading(1, telling.say("report.head-1", **told)), *section]
    parts += [
        Heading(1, telling.say("report.appendix")),
        scenario_block(telling),
        fingerprint_table(telling),
        Paragraph(telling.say("report.program", version=VERSION)),
    ]
    scenario = in_language(telling.plan.scenario, "name", lang)
    date = day()
    standing = telling.say("report.standing")
    return Report(
        lang=lang,
        title=telling.fitting(
            "report.title" if planned else "report.title-centers", district=plain(names.district)
        ),
        lines=(
            telling.say("report.line-scenario", name=plain(scenario)),
            telling.say("report.line-date", date=_date(date, lang), standing=standing),
        ),
        parts=_numbered(parts, lang),
        warnings=() if face.chinese else (telling.say("report.no-chinese-font"),),
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


def _purpose(telling: Telling) -> list[Part]:
    plan = telling.plan
    layout, people = plan.layout, plan.district.units["population"]
    documents, consulted = (
        [telling.say("report.document", title=entry) for entry in _documents(telling, kinds)]
        for kinds in (("policy",), ("article", "compiled"))
    )
    first = (
        telling.fitting("report.purpose-text", documents=documents)
        if documents
        else telling.fitting("report.purpose-bare")
    )
    residents = figure(people.sum(), "persons", telling.lang)
    key = "result-grids" if len(layout.grids) else "result-none"
    told = {"residents": residents, "grids": len(layout.grids)}
    parts = [first, telling.fitting(f"report.{key}", **told)]
    if consulted:
        parts.insert(1, telling.say("report.consulted", documents=consulted))
    centers = layout.centers
    if len(centers):
        parts.append(
            telling.fitting(
                "report.result-centers",
                centers=len(centers),
                existing=int((centers["status"] == "existing").sum()),
                new=int((centers["status"] == "new").sum()),
                regional=int((centers["class"] == "regional").sum()),
                **{
                    key: figure(share, "percent", telling.lang)
                    for key, share in coverage(plan).items()
                },
                minutes=f"{plan.scenario.center_max_minutes:g}",
                walk=f"{plan.scenario.walk_kmh:g}",
            )
        )
    if len(plan.findings):
        rules, counts = sum(rule_counts(plan).values()), counts_text(telling)
        parts.append(telling.say("report.result-findings", rules=rules, counts=counts))
    return [Paragraph(text) for text in parts]


def _documents(telling: Telling, kinds: tuple[str, ...]) -> list[str]:
    """Name each source of these kinds once; what a conflict joins is there already."""
    findings = telling.plan.findings
    column = twin(findings, "source", telling.lang)
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


def _data(telling: Telling) -> list[Part]:
    plan = telling.plan
    sources = sources_table(plan)
    modelled = [
        telling.fitting(f"outputs.layer-{key.replace('_', '-')}")
        for key in sources.loc[sources["label"] == "modelled", "layer"]
    ]
    parts: list[Part] = [Paragraph(telling.say("report.data-text"))]
    if modelled:
        parts.append(Paragraph(telling.say("report.caution", layers=modelled), strong=True))
    parts += [sources_block(telling), *doubts_block(telling)]
    if plan.district.repairs:
        parts.append(Paragraph(telling.say("report.repairs")))
        parts += [
            Paragraph(plain(entry.text(telling.lang), limit=600)) for entry in plan.district.repairs
        ]
    if names_fewer(entries_of(plan.district)):
        parts.append(Paragraph(telling.say("report.repairs-rows", file=ROWS_FILE)))
    return parts


def _method(telling: Telling) -> list[Part]:
    plan = telling.plan
    scenario = plan.scenario
    by = journeys_of(plan.district, scenario)
    texts = []
    if len(plan.layout.grids):
        texts.append(
            telling.fitting(
                _by("report.method-grids", by.drive_by),
                units=f"{len(plan.district.units):,}",
                tolerance=f"{100 * scenario.grid_tolerance:g}%",
                drive=f"{scenario.drive_kmh:g}",
            )
        )
        prices = _prices(scenario, telling.lang)
        if prices:
            told = joined(prices, telling.lang, "semicolon")
            texts.append(telling.say("report.method-prices", prices=told))
    if len(plan.layout.centers):
        texts.append(
            telling.fitting(
                _by("report.method-centers", by.walk_by),
                lower=f"{scenario.center_lower:,}",
                upper=f"{scenario.center_upper:,}",
                detour=f"{scenario.walk_detour:g}",
                walk=f"{scenario.walk_kmh:g}",
                minutes=f"{scenario.center_max_minutes:g}",
            )
        )
    if "regional" in plan.certificates:
        texts.append(
            telling.say(
                "report.method-regional",
                lower=scenario.regional_min,
                upper=scenario.regional_max,
                people=f"{scenario.regional_subdistrict_population:,}",
            )
        )
    texts += [telling.say("report.method-rules"), telling.say("report.method-proof")]
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


def _overview(telling: Telling, face: Face) -> list[Part]:
    district = plain(telling.names.district)
    caption = telling.fitting("report.map-overview", district=district)
    png = overview_map(telling, face)
    return [Picture(caption, png, telling.say("report.words-overview"))]


def _grids(telling: Telling, face: Face) -> list[Part]:
    if not len(telling.plan.layout.grids):
        return [Paragraph(telling.say("report.grids-none"))]
    names = telling.names
    parts: list[Part] = [
        grids_block(telling),
        Paragraph(boundary_text(telling)),
        *shape_parts(telling),
        *alternatives_parts(telling, face),
        groups_block(telling),
        *wishes_parts(telling),
        Paragraph(telling.fitting("report.map-note")),
    ]
    for grid in telling.plan.layout.grids.index:
        name = plain(names.grids[grid])
        caption = telling.say("report.map-grid", grid=name)
        words = telling.say("report.words-grid", grid=name)
        parts += [Heading(2, name), Picture(caption, grid_map(telling, grid, face), words)]
    return parts


def _streets(telling: Telling) -> list[Part]:
    return [
        *streets_block(telling),
        *center_tables(telling),
        *stations_parts(telling),
        *reason_parts(telling),
    ]


def _certificate(telling: Telling) -> list[Part]:
    if not telling.plan.certificates:
        return [Paragraph(telling.say("report.certificate-none"))]
    return [Paragraph(telling.say("report.certificate-text")), certificate_table(telling)]


def _assumptions(telling: Telling) -> list[Part]:
    plan = telling.plan
    scenario, layout = plan.scenario, plan.layout
    by = journeys_of(plan.district, scenario)
    texts = []
    if len(layout.centers):
        straight = by.walk_by == "straight"
        key = "report.assume-straight" if straight else _by("report.assume-walk", by.walk_by)
        texts.append(telling.fitting(key, detour=f"{scenario.walk_detour:g}"))
    if len(layout.grids):
        texts.append(
            telling.fitting(
                _by("report.assume-drive", by.drive_by), drive=f"{scenario.drive_kmh:g}"
            )
        )
    texts.append(telling.fitting("report.assume-whole"))
    if (layout.centers["status"] == "new").any():
        texts.append(telling.fitting("report.assume-new"))
    if len(layout.hospitals):
        texts.append(telling.say("report.assume-beds"))
    if any(proof.ended_by == "time" for proof in plan.certificates.values()):
        texts.append(telling.say("report.assume-time"))
    noted = told_notes(plan.notes, telling.lang)
    texts += [telling.say("report.assume-note", note=note) for note in noted]
    return [
        Paragraph(telling.say("language.numbered", number=number, text=text))
        for number, text in enumerate(texts, start=1)
    ]
