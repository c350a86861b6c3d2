"""The tables of a report on data, grids, groups, streets, centers, proofs and fingerprints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gridplan.district.schema.labels import below
from gridplan.outputs.report.parts import Heading, Paragraph, Part, Table, table
from gridplan.outputs.tables.scenario_rows import scenario_rows
from gridplan.outputs.tables.summary import certificate_text
from gridplan.outputs.tables.tables import (
    centers_table,
    grids_table,
    sources_table,
    subdistricts_table,
)
from gridplan.outputs.words.names import (
    Names,
    figure,
    given_names,
    grid_word,
    is_missing,
    method_text,
    word,
)
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.trust import beds_note, layer_trust, of_language, row_note, row_trust
from gridplan.text import say
from gridplan.text.language import bracketed, in_language

if TYPE_CHECKING:
    import pandas as pd


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


def grids_block(telling: Telling) -> Table:
    """One row a grid."""
    lang = telling.lang
    rows = [
        [
            grid_word(row["grid"], lang),
            plain(in_language(row, "lead_name", lang)),
            figure(row["population"], "count", lang),
            f"{100 * row['deviation']:+.1f}%" if row.get("deviation") is not None else "—",
            figure(row["area_km2"], "", lang),
            word("yes-no", row["contiguous"], lang),
            figure(row.get("mean_minutes_to_lead"), "minutes", lang).split(" ")[0],
            figure(row.get("p90_minutes_to_lead"), "minutes", lang).split(" ")[0],
            _beds(row, lang),
            str(row.get("centers", "—")),
        ]
        for row in grids_table(telling.plan).reset_index().to_dict(orient="records")
    ]
    heads = _heads(lang, "summary.head-grid", "lead", "summary.head-residents")
    heads += _heads(lang, "summary.head-share", "summary.head-area", "summary.head-contiguous")
    heads += _heads(lang, "summary.head-mean", "p90", "beds")
    heads.append(telling.fitting("summary.head-centers"))
    return table(
        telling.fitting("report.table-grids"),
        heads,
        rows,
        widths=(8, 16, 11, 9, 9, 7, 8, 8, 15, 9),
        numeric=(2, 3, 4, 6, 7, 8, 9),
    )


def _beds(grid: Mapping[str, object], lang: str) -> str:
    told, note = figure(grid.get("beds"), "count", lang), beds_note(grid, lang)
    return told + bracketed(note, lang)


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


def center_tables(telling: Telling) -> list[Part]:
    """One table a street, each regional center above its N; without 1+N one table of all."""
    lang = telling.lang
    centers = centers_table(telling.plan).reset_index()
    if not len(centers):
        return []
    names = telling.names
    street_of = centers["subdistrict"].map(lambda name: "" if is_missing(name) else name)
    order = [name for name in telling.plan.layout.subdistricts.index if (street_of == name).any()]
    order += [name for name in dict.fromkeys(street_of) if name not in order]
    if telling.manner:
        return [_all_centers(telling, centers, street_of, order)]
    managed = centers["regional_center"].value_counts()
    parts: list[Part] = []
    for name in order:
        told = names.subdistricts.get(name, name) if name else telling.say("report.no-street")
        rows = centers[street_of == name].to_dict(orient="records")
        # Each regional center stands above those it manages, whichever street they are in.
        rows.sort(key=lambda row: (str(row["regional_center"]), row["class"] != "regional"))
        marked = [at for at, row in enumerate(rows) if row["class"] == "regional"]
        cells = [_center_row(row, names, managed.get(row["center"], 1) - 1, lang) for row in rows]
        caption = telling.say("report.table-centers", street=plain(told))
        heads = _heads(lang, "id", "name", "status", "class", "managed", "summary.head-grid")
        heads += _heads(lang, "summary.head-residents", "metres")
        made = table(
            caption,
            heads,
            cells,
            widths=(8, 24, 9, 15, 19, 8, 11, 10),
            numeric=(6, 7),
            marked=marked,
            tone="leading",
        )
        parts += [Heading(2, plain(told)), made]
    return parts


def _all_centers(
    telling: Telling, centers: pd.DataFrame, street_of: pd.Series, order: list[str]
) -> Table:
    """One row a center, by street."""
    lang = telling.lang
    names = telling.names
    rows = [
        [
            plain(names.subdistricts.get(name, name)) or telling.say("report.no-street"),
            plain(row["center"]),
            plain(names.centers.get(row["center"], row["center"])),
            word("status", row["status"], lang),
            grid_word(row["grid"], lang),
            figure(row["population"], "count", lang),
            figure(row["mean_metres"], "count", lang),
        ]
        for name in order
        for row in centers[street_of == name].to_dict(orient="records")
    ]
    heads = [telling.fitting("summary.head-street"), *_heads(lang, "id", "name", "status")]
    heads += _heads(lang, "summary.head-grid", "summary.head-residents", "metres")
    caption = telling.fitting("report.table-all-centers")
    widths = (18, 8, 34, 10, 9, 11, 10)
    return table(caption, heads, rows, widths=widths, numeric=(5, 6))


def _center_row(row: dict[str, object], names: Names, under: int, lang: str) -> list[str]:
    above = row["regional_center"]
    if is_missing(above):
        relation = "—"
    elif above == row["center"]:
        relation = say("report.manages", lang, count=under)
    else:
        relation = plain(names.centers.get(above, str(above)))
    return [
        plain(row["center"]),
        plain(names.centers.get(row["center"], row["center"])),
        word("status", row["status"], lang),
        word("class", row["class"], lang),
        relation,
        grid_word(row["grid"], lang),
        figure(row["population"], "count", lang),
        figure(row["mean_metres"], "count", lang),
    ]


def certificate_table(telling: Telling) -> Table:
    """One row a part of the plan: how far from the best possible, in words."""
    lang = telling.lang
    rows = [
        [
            telling.fitting(f"summary.certificate-{part}"),
            certificate_text(proof, lang),
            method_text(proof.method, lang),
            str(proof.seed),
        ]
        for part, proof in telling.plan.certificates.items()
    ]
    heads = _heads(lang, "part", "proof", "method", "seed")
    return table(telling.say("report.table-certificate"), heads, rows, widths=(15, 55, 20, 10))


def scenario_block(telling: Telling) -> Table:
    """Every decision behind the plan, by its key in a scenario file."""
    rows = [
        [label, key, plain(told, limit=600)]
        for label, key, told in scenario_rows(telling.plan.scenario, telling.lang)
    ]
    heads = _heads(telling.lang, "parameter", "key", "setting")
    return table(telling.say("report.table-scenario"), heads, rows, widths=(34, 28, 38))


def fingerprint_table(telling: Telling) -> Table:
    """SHA-256 of every input file."""
    plan = telling.plan
    rows = [["district.toml", plan.district.sha256]]
    files = (*plan.district.layers, *plan.policy_files)
    rows += [[plain(file.file), file.sha256] for file in files if file.sha256]
    heads = _heads(telling.lang, "file", "sha256")
    return table(telling.say("report.table-fingerprints"), heads, rows, widths=(30, 70))
