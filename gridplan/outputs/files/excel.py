"""``plan.xlsx``: the plan's tables as sheets a planner can sort, filter and print."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from gridplan.outputs.files.sheet import Formats, heighten, line_count, table_sheet
from gridplan.outputs.reasons.reasons import candidates_told, closings_told, standbys_told
from gridplan.outputs.reasons.services import services_told, shared_told
from gridplan.outputs.tables.choices import alternatives_table
from gridplan.outputs.tables.own_language import own_language
from gridplan.outputs.tables.scenario_rows import scenario_rows
from gridplan.outputs.tables.sentences import certificate_text, finding_text
from gridplan.outputs.tables.tables import (
    centers_table,
    findings_table,
    grids_table,
    groups_table,
    hospitals_table,
    key_figures,
    sources_table,
    stations_table,
    subdistricts_table,
    units_table,
    wishes_table,
)
from gridplan.outputs.tables.variants import headline, variants_table
from gridplan.outputs.words.caveats_told import caveat_texts
from gridplan.outputs.words.columns import FIRST
from gridplan.outputs.words.moment import moment
from gridplan.outputs.words.names import WALKED, by_way, needs_text, section_text, word
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.told_notes import told_notes
from gridplan.outputs.words.trust import layer_trust
from gridplan.outputs.words.verdicts import reach_text, readings_text, rule_figures, state_word
from gridplan.planning.access import access_table
from gridplan.policy.verdict import state_of
from gridplan.text.language import in_language

# Text as Excel shows it: never a formula, a link or a number guessed from digits.
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
    "in_memory": True,
}


def write(telling: Telling, path: Path) -> None:
    """
    Write the workbook.

    Parameters
    ----------
    telling
        A finished plan, and the language.
    path
        Where to.

    Notes
    -----
    Sheets: summary, grids, centers, reasons, standby sites and sites not taken (where there are
    any), streets (subdistricts), hospitals, groups, memberships and
    wishes, village stations, other ways to cut the grids (these three only where there are any),
    findings, units, scenario, sources.
    Numbers are numbers, empty where unknown; text is text, also where it begins with ``=``.
    """
    plan = telling.plan
    # Made in memory: what a full disk interrupts inside a zip cannot be told in words.
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, OPTIONS) as book:
        stamp = datetime.fromisoformat(moment().removesuffix("Z"))
        names = telling.names
        book.set_properties({"title": plain(names.district), "created": stamp})
        formats = Formats(book)
        _summary_sheet(book, formats, telling)
        sheets = {
            "grids": _grids(telling),
            "centers": _centers(telling),
            "reasons": closings_told(telling),
            "standbys": standbys_told(telling),
            "candidates": candidates_told(telling),
            "services": services_told(telling),
            "shared": shared_told(telling),
            "subdistricts": _streets(telling),
            "hospitals": _hospitals(telling),
            "groups": groups_table(telling),
            "access": _access(telling),
            "wishes": wishes_table(telling),
            "stations": stations_table(telling).reset_index(),
            "alternatives": alternatives_table(telling),
            "variants": variants_table(telling, plan.variants).add_prefix("variant_"),
            "findings": _findings(telling),
            "units": units_table(plan).reset_index(),
            "scenario": _scenario(telling),
            "sources": _sources(telling),
        }
        # Not every plan has memberships, stations or alternatives: no empty sheet for the others.
        rare = {"wishes", "stations", "alternatives", "variants"}
        rare |= {"reasons", "standbys", "candidates", "services", "shared"}
        sheets = {name: t for name, t in sheets.items() if len(t) or name not in rare}
        coded = {column: by_way(column, plan) for column in WALKED}
        for name, table in sheets.items():
            title = telling.say(f"outputs.sheet-{name}")
            table_sheet(book, formats, title, table, telling.lang, coded=coded)
    path.write_bytes(made.getvalue())


def _grids(telling: Telling) -> pd.DataFrame:
    table = own_language(grids_table(telling.plan), telling.lang).reset_index()
    if "beds_labels" in table:
        codes = [str(entry or "").split(", ") for entry in table["beds_labels"]]
        comma = telling.say("language.comma")
        words = [
            comma.join(word("trust", code, telling.lang) for code in row if code) for row in codes
        ]
        table["beds_labels"] = words
    return _ordered(table.drop(columns="lead", errors="ignore"), FIRST["grids"])


def _centers(telling: Telling) -> pd.DataFrame:
    table = own_language(centers_table(telling.plan), telling.lang).reset_index()
    names = telling.names
    manager = [names.centers.get(key, key) for key in table["regional_center"]]
    table["regional_center"] = manager
    return _ordered(table.dropna(axis="columns", how="all"), FIRST["centers"])


def _streets(telling: Telling) -> pd.DataFrame:
    names = telling.names.subdistricts
    table = subdistricts_table(telling.plan).reset_index().drop(columns="name_en", errors="ignore")
    return table.assign(subdistrict=[names.get(key, key) for key in table["subdistrict"]])


def _access(telling: Telling) -> pd.DataFrame:
    plan = telling.plan
    names = telling.names
    known = {plan.district.code: names.district, **names.subdistricts}
    table = access_table(plan.layout, plan.scenario).reset_index()
    return table.assign(subject=[known.get(key, key) for key in table["subject"]])


def _hospitals(telling: Telling) -> pd.DataFrame:
    codes = {"level": "hospital_level", "kind": "hospital_kind"}
    table = (
        own_language(hospitals_table(telling.plan), telling.lang)
        .reset_index()
        .rename(columns=codes)
    )
    return _ordered(table, FIRST["hospitals"])


_CELLS: dict[str, Callable[[Mapping[str, Any], str], Any]] = {
    "result": state_word,
    "level": lambda row, _lang: row["level"],
    "title": lambda row, lang: in_language(row, "title", lang) or row["rule"],
    "subject": lambda row, lang: in_language(row, "subject_name", lang),
    "value": lambda row, _lang: row["value"],
    "lower": lambda row, _lang: row["lower"],
    "upper": lambda row, _lang: row["upper"],
    "unit_of_value": lambda row, _lang: row["unit"],
    "answered": lambda row, lang: word("answered", row.get("answered"), lang),
    "needs": lambda row, lang: needs_text(row.get("needs"), lang),
    "caveats": lambda row, lang: " ".join(caveat_texts([row], lang)),
    "assessed": lambda row, lang: word("answer", row.get("assessed"), lang),
    "evidence": lambda row, _lang: row.get("evidence") or "",
    "assessed_on": lambda row, _lang: row.get("assessed_on") or "",
    "clause": lambda row, lang: in_language(row, "clause", lang),
    "source_kind": lambda row, lang: word("source-kind", row.get("source_kind"), lang),
    "source": lambda row, lang: in_language(row, "source", lang),
    "section": section_text,
    "document_number": lambda row, lang: in_language(row, "document_number", lang) or "",
    "in_force_from": lambda row, _lang: row.get("in_force_from") or "",
    "in_force_to": lambda row, _lang: row.get("in_force_to") or "",
    "as_of": lambda row, _lang: row.get("as_of") or "",
    "sensitivity": reach_text,
    "other_readings": readings_text,
    "reading": lambda row, lang: in_language(row, "reading", lang) or "",
    "rule": lambda row, _lang: row["rule"],
}
"""What the sheet of findings says of one, column by column."""


def _findings(telling: Telling) -> pd.DataFrame:
    rows = findings_table(telling.plan).to_dict(orient="records")
    columns = {name: [cell(row, telling.lang) for row in rows] for name, cell in _CELLS.items()}
    return pd.DataFrame(columns, dtype=object)


def _sources(telling: Telling) -> pd.DataFrame:
    table = sources_table(telling.plan)
    comma = telling.say("language.comma")
    words = [
        comma.join(word("trust", code, telling.lang) for code in str(codes).split(", ") if code)
        for codes in table["row_labels"]
    ]
    return table.assign(row_labels=words)


def _scenario(telling: Telling) -> pd.DataFrame:
    """Every decision behind the plan, in words and by the key it has in a scenario file."""
    rows = scenario_rows(telling.plan.scenario, telling.lang)
    return pd.DataFrame(rows, columns=["parameter", "key", "setting"], dtype=object)


def _ordered(table: pd.DataFrame, first: Sequence[str]) -> pd.DataFrame:
    known = [key for key in first if key in table.columns]
    return table[[*known, *(key for key in table.columns if key not in known)]]


def _summary_sheet(book: xlsxwriter.Workbook, formats: Formats, telling: Telling) -> None:
    plan, lang = telling.plan, telling.lang
    sheet = book.add_worksheet(telling.say("outputs.sheet-summary"))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    names = telling.names
    sheet.write_string(0, 0, plain(names.district), formats.title)
    scenario = in_language(plan.scenario, "name", lang)
    rows = [
        *(("", line) for line in headline(telling)),
        ("", telling.say("maps.working-map")),
        (telling.say("summary.scenario"), plain(scenario)),
        (telling.say("summary.vintage"), plain(plan.district.vintage)),
        *key_figures(telling),
        *rule_figures(telling),
        *(
            (
                telling.fitting(f"summary.certificate-{part}"),
                certificate_text(proof, lang, timed=False),
            )
            for part, proof in plan.certificates.items()
        ),
        *(
            (telling.say("summary.failed"), plain(finding_text(row, lang)))
            for row in findings_table(plan).to_dict(orient="records")
            if state_of(row) == "failed"
        ),
        *((telling.say("summary.note"), told) for told in told_notes(plan.notes, lang)),
        *(
            (
                word("layer", row["layer"], lang),
                f"{layer_trust(row, lang)}: {plain(row['source'])}",
            )
            for row in sources_table(plan).to_dict(orient="records")
        ),
    ]
    for at, (name, text) in enumerate(rows, start=1):
        sheet.write_string(at, 0, name, formats.bold)
        sheet.write_string(at, 1, text, formats.text)
    heighten(sheet, {at: line_count(text, 90) for at, (_, text) in enumerate(rows, start=1)})
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
