"""The tables of a report on data, grids, groups, streets, centers, proofs and fingerprints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from gridplan.outputs.names import Names, figure, is_missing, word
from gridplan.outputs.report_parts import Heading, Part, Table, table
from gridplan.outputs.safe import plain
from gridplan.outputs.summary import certificate_text
from gridplan.outputs.tables import centers_table, grids_table, sources_table, subdistricts_table
from gridplan.text import say

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan


def _heads(lang: str, *keys: str) -> list[str]:
    """Say column heads: of the report's own, else of the summary's."""
    return [say(key if "." in key else f"report.head-{key}", lang) for key in keys]


def sources_block(plan: Plan, lang: str) -> Table:
    """One row a layer: how far it can be trusted, its date and its source."""
    rows = [
        [
            word("layer", row["layer"], lang),
            word("label", row["label"], lang),
            plain(row["vintage"]),
            _of_language(plain(row["source"], limit=600), lang),
            plain(row["file"]),
        ]
        for row in sources_table(plan).to_dict(orient="records")
    ]
    return table(
        say("report.table-data", lang),
        _heads(lang, "layer", "label", "vintage", "source", "file"),
        rows,
        widths=(16, 13, 10, 43, 18),
    )


def _of_language(text: str, lang: str) -> str:
    """Keep one side of a line written as ``Chinese / English``."""
    left, mark, right = text.partition(" / ")
    if not mark or right.isascii() == left.isascii():
        return text
    return left if (lang == "zh") != left.isascii() else right


def grids_block(plan: Plan, lang: str) -> Table:
    """One row a grid."""
    end = "" if lang == "zh" else "_en"
    rows = [
        [
            plain(row["grid"]),
            plain(row[f"lead_name{end}"]),
            figure(row["population"], "count", lang),
            f"{100 * row['deviation']:+.1f}%" if row.get("deviation") is not None else "—",
            figure(row["area_km2"], "", lang),
            word("yes-no", row["contiguous"], lang),
            figure(row.get("mean_minutes_to_lead"), "minutes", lang).split(" ")[0],
            figure(row.get("p90_minutes_to_lead"), "minutes", lang).split(" ")[0],
            figure(row.get("beds"), "count", lang),
            str(row.get("centers", "—")),
        ]
        for row in grids_table(plan).reset_index().to_dict(orient="records")
    ]
    heads = _heads(lang, "summary.head-grid", "lead", "summary.head-residents")
    heads += _heads(lang, "summary.head-share", "summary.head-area", "summary.head-contiguous")
    heads += _heads(lang, "summary.head-mean", "p90", "beds", "summary.head-centers")
    return table(
        say("report.table-grids", lang),
        heads,
        rows,
        widths=(7, 19, 12, 10, 10, 8, 8, 10, 8, 8),
        numeric=(2, 3, 4, 6, 7, 8, 9),
    )


def groups_block(plan: Plan, lang: str) -> Table:
    """One row a group: who leads, who belongs, who helps."""
    names = Names.of(plan, lang)
    regional = plan.layout.centers.index[plan.layout.centers["class"] == "regional"]
    comma = "、" if lang == "zh" else ", "

    both = {**names.centers, **names.hospitals}

    def named(ids: Iterable[str], role: str = "") -> list[str]:
        told = [plain(both.get(key, key)) for key in dict.fromkeys(ids)]
        return [f"{name} ({word('role', role, lang)})" for name in told] if role else told

    def cell(entries: list[str]) -> str:
        return comma.join(entries) or say("report.none", lang)

    rows = [
        [
            plain(group.grid),
            plain(names.hospitals.get(group.lead, group.lead)),
            cell(named([*group.members, *group.branches])),
            cell(
                [
                    *named(group.collaborators),
                    *named(group.supported, "supported"),
                    *(
                        entry
                        for bond in group.alliances
                        for entry in named([bond.lead, *bond.members], "alliance")
                    ),
                ]
            ),
            say(
                "report.count-centers",
                lang,
                count=len(group.centers),
                regional=sum(key in regional for key in group.centers),
            ),
        ]
        for group in plan.layout.groups
    ]
    return table(
        say("report.table-groups", lang),
        _heads(lang, "summary.head-grid", "lead", "members", "collaborators", "group-centers"),
        rows,
        widths=(8, 24, 28, 22, 18),
    )


def streets_block(plan: Plan, lang: str) -> list[Part]:
    """One row a street; nothing where the district has none."""
    streets = subdistricts_table(plan)
    if not len(streets):
        return []
    names = Names.of(plan, lang)
    status = plan.layout.centers.groupby(["subdistrict", "status"]).size()
    rows = [
        [
            plain(names.subdistricts.get(name, name)),
            figure(row["population"], "count", lang),
            str(row["centers"]),
            str(status.get((name, "existing"), 0)),
            str(status.get((name, "new"), 0)),
            str(row["regional_centers"]),
            plain(row.get("grids")),
        ]
        for name, row in streets.iterrows()
    ]
    heads = [f"summary.head-{key}" for key in ("street", "residents", "centers", "existing")]
    heads += [f"summary.head-{key}" for key in ("new", "regional", "grids")]
    return [
        table(
            say("report.table-streets", lang),
            _heads(lang, *heads),
            rows,
            widths=(24, 16, 12, 12, 12, 12, 12),
            numeric=(1, 2, 3, 4, 5),
        )
    ]


def center_tables(plan: Plan, lang: str) -> list[Part]:
    """One table a street: each regional center, and below it the N it manages."""
    centers = centers_table(plan).reset_index()
    if not len(centers):
        return []
    names = Names.of(plan, lang)
    managed = centers["regional_center"].value_counts()
    parts: list[Part] = []
    street_of = centers["subdistrict"].map(lambda name: "" if is_missing(name) else name)
    order = [name for name in plan.layout.subdistricts.index if (street_of == name).any()]
    order += [name for name in dict.fromkeys(street_of) if name not in order]
    for name in order:
        told = names.subdistricts.get(name, name) if name else say("report.no-street", lang)
        rows = centers[street_of == name].to_dict(orient="records")
        # Each regional center stands above those it manages, whichever street they are in.
        rows.sort(key=lambda row: (str(row["regional_center"]), row["class"] != "regional"))
        marked = [at for at, row in enumerate(rows) if row["class"] == "regional"]
        cells = [_center_row(row, names, managed.get(row["center"], 1) - 1, lang) for row in rows]
        caption = say("report.table-centers", lang, street=plain(told))
        heads = _heads(lang, "id", "name", "status", "class", "managed", "summary.head-grid")
        heads += _heads(lang, "summary.head-residents", "metres")
        made = table(
            caption,
            heads,
            cells,
            widths=(8, 24, 9, 15, 19, 7, 11, 10),
            numeric=(6, 7),
            marked=marked,
            tone="leading",
        )
        parts += [Heading(2, plain(told)), made]
    return parts


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
        plain(row["grid"]),
        figure(row["population"], "count", lang),
        figure(row["mean_metres"], "count", lang),
    ]


def certificate_table(plan: Plan, lang: str) -> Table:
    """One row a part of the plan: how far from the best possible, in words."""
    rows = [
        [
            say(f"summary.certificate-{part}", lang),
            certificate_text(proof, lang),
            plain(proof.method),
            str(proof.seed),
        ]
        for part, proof in plan.certificates.items()
    ]
    heads = _heads(lang, "part", "proof", "method", "seed")
    return table(say("report.table-certificate", lang), heads, rows, widths=(15, 55, 20, 10))


def scenario_block(plan: Plan, lang: str) -> Table:
    """Every decision behind the plan, by its key in a scenario file."""
    rows = []
    for key, value in plan.scenario.as_dict().items():
        told = ", ".join(map(str, value)) if isinstance(value, list) else value
        rows.append([key, "—" if told in (None, "") else plain(told, limit=600)])
    heads = _heads(lang, "key", "setting")
    return table(say("report.table-scenario", lang), heads, rows, widths=(40, 60))


def fingerprint_table(plan: Plan, lang: str) -> Table:
    """SHA-256 of every input file."""
    rows = [["district.toml", plan.district.sha256]]
    files = (*plan.district.layers, *plan.policy_files)
    rows += [[plain(file.file), file.sha256] for file in files if file.sha256]
    heads = _heads(lang, "file", "sha256")
    return table(say("report.table-fingerprints", lang), heads, rows, widths=(30, 70))
