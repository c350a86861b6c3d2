"""说明书: data, method, proof and assumptions behind a plan, for those who check it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridplan.outputs.files.rows_file import ROWS_FILE, entries_of, names_fewer
from gridplan.outputs.report.blocks.parts import Paragraph, Part
from gridplan.outputs.report.blocks.tables import certificate_table, doubts_block, sources_block
from gridplan.outputs.tables.tables import sources_table
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.told_notes import told_notes
from gridplan.planning.grids.cuts import cut_prices
from gridplan.planning.ways.journeys import journeys_of
from gridplan.text import say
from gridplan.text.language import joined

if TYPE_CHECKING:
    from gridplan.outputs.words.telling import Telling
    from gridplan.planning.scenario.scenario import Scenario


def data_parts(telling: Telling) -> list[Part]:
    """Give what was read, how far each can be trusted, and what was repaired."""
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


def method_parts(telling: Telling) -> list[Part]:
    """Say how grids, centers and 1+N were planned."""
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


def certificate_parts(telling: Telling) -> list[Part]:
    """Say how far from the best possible each part can be."""
    if not telling.plan.certificates:
        return [Paragraph(telling.say("report.certificate-none"))]
    return [Paragraph(telling.say("report.certificate-text")), certificate_table(telling)]


def assumption_parts(telling: Telling) -> list[Part]:
    """List what was assumed, and what was noted on the way."""
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
