"""The tables of a report on data, grids, groups, streets, centers, proofs and fingerprints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridplan.district.schema.labels import below
from gridplan.outputs.report.blocks.parts import Paragraph, Part, Table, table
from gridplan.outputs.tables.scenario_rows import scenario_rows
from gridplan.outputs.tables.sentences import certificate_text
from gridplan.outputs.tables.tables import (
    sources_table,
    subdistricts_table,
)
from gridplan.outputs.words.names import (
    figure,
    given_names,
    grid_word,
    method_text,
)
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.trust import layer_trust, of_language, row_note, row_trust
from gridplan.text import say

if TYPE_CHECKING:
    pass


SHOWN = 60
"""Rows with labels of their own listed one by one; the workbook holds them all."""


def _heads(lang: str, *keys: str) -> list[str]:
    """Say column heads: of the report's own, else of the summary's."""
    return [say(key if "." in key else f"report.head-{key}", lang) for key in keys]


def sources_block(telling: Telling) -> Table:
    """One row a layer: how far it can be trusted, its date and its source."""
    lang = telling.lang
    rows = [
        [
            telling.fitting(f"outputs.layer-{row['layer'].replace('_', '-')}"),
            layer_trust(row, lang),
            plain(row["vintage"]),
            of_language(plain(row["source"], limit=600), lang),
            plain(row["file"]),
        ]
        for row in sources_table(telling.plan).to_dict(orient="records")
    ]
    return table(
        telling.say("report.table-data"),
        _heads(lang, "layer", "label", "vintage", "source", "file"),
        rows,
        widths=(16, 13, 10, 43, 18),
    )


def doubts_block(telling: Telling) -> list[Part]:
    """One row each that can be trusted less than its layer; nothing where there is none."""
    plan, lang = telling.plan, telling.lang
    names = telling.names
    label_of = {layer.layer: layer.label for layer in plan.district.layers}
    stations = given_names(plan.layout.stations, "center", lang)
    rows = []
    for layer, frame, known in (
        ("hospitals", plan.layout.hospitals, names.hospitals),
        ("centers", plan.layout.centers, names.centers),
        ("stations", plan.layout.stations, stations),
    ):
        if not len(frame) or layer not in label_of:
            continue
        worse = frame[frame.index.isin(below(frame, label_of[layer])["row"])]
        for key, series in worse.iterrows():
            row = {str(name): value for name, value in series.items()}
            told = plain(known.get(key, key)), row_trust(row, lang), plain(row_note(row, lang))
            rows.append([telling.fitting(f"outputs.layer-{layer}"), *told])
    if not rows:
        return []
    heads = _heads(lang, "layer", "name", "label", "note")
    parts: list[Part] = [
        Paragraph(telling.say("report.doubts-text")),
        table(telling.say("report.table-doubts"), heads, rows[:SHOWN], widths=(14, 30, 24, 32)),
    ]
    if len(rows) > SHOWN:
        parts.append(Paragraph(telling.say("report.more-doubts", count=len(rows) - SHOWN)))
    return parts


def streets_block(telling: Telling) -> list[Part]:
    """One row a street; nothing where the district has none."""
    plan = telling.plan
    streets = subdistricts_table(plan)
    if not len(streets):
        return []
    names, how = telling.names, telling.manner
    status = plan.layout.centers.groupby(["subdistrict", "status"]).size()
    comma = telling.say("language.comma")
    rows = []
    for name, row in streets.iterrows():
        grids = plan.layout.subdistricts["grids"][name] if "grids" in streets else []
        cells = [
            plain(names.subdistricts.get(name, name)),
            figure(row["population"], "count", telling.lang),
            str(row["centers"]),
            str(status.get((name, "existing"), 0)),
            str(status.get((name, "new"), 0)),
            str(row["regional_centers"]),
            comma.join(grid_word(grid, telling.lang) for grid in grids),
        ]
        rows.append([cell for at, cell in enumerate(cells) if not (how and at == _REGIONAL)])
    keys = ("street", "residents", "centers", "existing", "new", "regional", "grids")
    heads = [telling.fitting(f"summary.head-{key}") for key in keys]
    widths = [24, 16, 12, 11, 11, 11, 15]
    caption = telling.fitting("report.table-streets")
    if how:
        del heads[_REGIONAL], widths[_REGIONAL]
    numeric = (1, 2, 3, 4) if how else (1, 2, 3, 4, 5)
    return [table(caption, heads, rows, widths=widths, numeric=numeric)]


_REGIONAL = 5  # the column of regional centers, left out where none are planned


def certificate_table(telling: Telling) -> Table:
    """One row a part of the plan: how far from the best possible, in words."""
    lang = telling.lang
    rows = [
        [
            telling.fitting(f"summary.certificate-{part}"),
            certificate_text(proof, lang),
            method_text(proof.method, lang),
        ]
        for part, proof in telling.plan.certificates.items()
    ]
    heads = _heads(lang, "part", "proof", "method")
    return table(telling.say("report.table-certificate"), heads, rows, widths=(16, 58, 26))


def scenario_block(telling: Telling) -> Table:
    """Every decision behind the plan, in words; the workbook has the keys of a scenario file."""
    rows = [
        [label, plain(told, limit=600)]
        for label, _, told in scenario_rows(telling.plan.scenario, telling.lang)
    ]
    heads = _heads(telling.lang, "parameter", "setting")
    return table(telling.say("report.table-scenario"), heads, rows, widths=(50, 50))


def fingerprint_table(telling: Telling) -> Table:
    """SHA-256 of every input file."""
    plan = telling.plan
    rows = [["district.toml", plan.district.sha256]]
    files = (*plan.district.layers, *plan.policy_files)
    rows += [[plain(file.file), file.sha256] for file in files if file.sha256]
    heads = _heads(telling.lang, "file", "sha256")
    return table(telling.say("report.table-fingerprints"), heads, rows, widths=(18, 82))
