"""``plan.json``: the whole plan but its geometry, the same bytes for the same plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridplan.district.schema.labels import NOTE, label_columns
from gridplan.outputs.reasons.reasons import reason_tables
from gridplan.outputs.reasons.services import service_tables
from gridplan.outputs.tables.choices import alternatives_layer
from gridplan.outputs.tables.matrix import matrices_told
from gridplan.outputs.tables.tables import (
    BELOW,
    centers_table,
    certificates_table,
    coverage,
    findings_table,
    grids_table,
    hospitals_table,
    rounded,
    sources_table,
    subdistricts_table,
)
from gridplan.outputs.words.caveats_told import caveat_text, caveats_of
from gridplan.outputs.words.names import is_missing
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.verdicts import other_readings, rule_counts
from gridplan.planning.access import access_table
from gridplan.planning.grids.cuts import cut_figures
from gridplan.planning.premises.money import money_told
from gridplan.planning.ways.journeys import journeys_of
from gridplan.version import PROGRAM, VERSION

if TYPE_CHECKING:
    from gridplan.errors import Problem
    from gridplan.planning.layout.layout import Group
    from gridplan.planning.plan import Plan

_ENDS = (("", "zh"), ("_en", "en"))
# Fields the readers of plan.json may rely on come first, in this order; others follow by name.
_FIRST = {
    "grids": [
        "grid",
        "lead",
        "population",
        "units",
        "area_km2",
        "contiguous",
        "mean_minutes_to_lead",
    ],
    "centers": [
        "center",
        "name",
        "status",
        "class",
        "regional_center",
        "grid",
        "subdistrict",
        "population",
        "lon",
        "lat",
    ],
    "hospitals": [
        "hospital",
        *("name", "name_en", "level", "kind", "ownership", "beds", "eligible"),
        *("grid", "role", "unit"),
    ],
    "inputs": ["file", "sha256", "label", "source"],
    "findings": [
        "rule",
        "subject",
        "value",
        "lower",
        "upper",
        "unit",
        "passed",
        "state",
        "kind",
        "clause",
        "source",
    ],
}


def plan_dict(plan: Plan) -> dict[str, Any]:
    """
    Give the plan as plain values.

    Parameters
    ----------
    plan
        A finished plan.

    Returns
    -------
    values
        ``district``, ``scenario``, ``travel`` (how walks and drives were measured, what the
        tables of matrices hold), ``grids``,
        ``centers``, ``hospitals``, ``subdistricts``, ``groups``, ``wishes``, ``stations``,
        ``access``, ``coverage``, ``outside_centers``, ``cuts``, ``alternatives``, ``variants``
        (what was tried for the rules that fail), ``findings``,
        ``rules`` (how many distinct rules came to what), ``reasons`` (what closing each center
        costs, standby sites, sites not taken with the exchange each needs), ``services`` (what
        is asked of each center, and by whom it is run), ``money`` (what it
        costs, in 10,000 yuan; empty where nobody tells), ``certificate``, ``notes``,
        ``provenance``. Lengths in metres, times in minutes, areas in
        km², places in WGS-84 degrees; a figure that could not be had is null. It does not depend
        on the language: names, clauses and notes come in Chinese and, under keys that end in
        ``_en``, in English.
    """
    findings = findings_table(plan).rename(columns={"source_zh": "source"})
    by = journeys_of(plan.district, plan.scenario)
    told = told_sections(plan)
    return {
        "district": told["district"],
        "scenario": plan.scenario.as_dict(),
        "travel": {"walk": by.walk_by, "drive": by.drive_by, **matrices_told(plan)},
        "grids": _records(grids_table(plan).reset_index(), "grids"),
        "centers": _records(centers_table(plan).reset_index(), "centers"),
        "hospitals": _records(_hospitals(plan), "hospitals"),
        "subdistricts": _records(subdistricts_table(plan).reset_index(), "subdistricts"),
        "groups": told["groups"],
        "wishes": told["wishes"],
        "stations": told["stations"],
        "access": _records(access_table(plan.layout, plan.scenario).reset_index(), "access"),
        "coverage": plain_value(coverage(plan), "percent"),
        "outside_centers": told["outside_centers"],
        "cuts": plain_value(cut_figures(plan.district, plan.layout.units["grid"]), ""),
        "alternatives": told["alternatives"],
        "variants": [plain_value(one.as_dict(), "") for one in plan.variants],
        "findings": [
            {
                **row,
                "other_readings": other_readings(row),
                "caveats": [
                    one.as_data() | {f"text{end}": caveat_text(one, lang) for end, lang in _ENDS}
                    for one in caveats_of(row)
                ],
            }
            for row in _records(findings, "findings")
        ],
        "rules": rule_counts(plan),
        "reasons": {
            name: _records(table, "reasons") for name, table in reason_tables(plan).items()
        },
        "services": {
            name: _records(table, "services") for name, table in service_tables(plan).items()
        },
        "money": plain_value(money_told(plan.money), ""),
        "certificate": {
            str(part): {key: plain_value(value, key) for key, value in row.items()}
            for part, row in certificates_table(plan).to_dict(orient="index").items()
        },
        "notes": told["notes"],
        "provenance": {
            "program": PROGRAM,
            "version": VERSION,
            "inputs": _inputs(plan),
            "repairs": told["repairs"],
        },
    }


def told_sections(plan: Plan) -> dict[str, Any]:
    """
    Give the sections of :func:`plan_dict` that tell what the plan holds, and count nothing.

    Returns
    -------
    sections
        ``district``, ``groups``, ``wishes``, ``stations``, ``outside_centers``, ``alternatives``,
        ``notes``, and the ``repairs`` of the provenance.
    """
    return {
        "district": _district(plan),
        "groups": [_group(plan, group) for group in plan.layout.groups],
        "wishes": _records(plan.layout.wishes, "wishes"),
        "stations": _records(_stations(plan), "stations"),
        "outside_centers": _records(_outside(plan), "outside_centers"),
        "alternatives": _records(
            pd.DataFrame(alternatives_layer(plan).drop(columns="geometry")), "alternatives"
        ),
        "notes": [_told(note) for note in plan.notes],
        "repairs": [_told(problem) for problem in plan.district.repairs],
    }


def _group(plan: Plan, group: Group) -> dict[str, Any]:
    return {
        "grid": group.grid,
        "lead": group.lead,
        "members": list(group.members),
        "proposed": [key for key in group.members if key in plan.layout.proposed],
        "collaborators": list(group.collaborators),
        "campuses": list(group.campuses),
        "centers": list(group.centers),
        "name": group.name_zh,
        "name_en": group.name_en,
        "branches": list(group.branches),
        "supported": list(group.supported),
        "alliances": [
            {
                "name": bond.name_zh,
                "name_en": bond.name_en,
                "lead": bond.lead,
                "members": list(bond.members),
            }
            for bond in group.alliances
        ],
    }


def _hospitals(plan: Plan) -> pd.DataFrame:
    """Give the hospitals with their place in WGS-84 degrees and their labels."""
    table = hospitals_table(plan)
    place = plan.layout.hospitals.geometry.to_crs(4326)
    told = [key for key in (*label_columns(table), NOTE) if key in table]
    keep = [key for key in _FIRST["hospitals"][1:] if key in table]
    placed = table[keep].assign(lon=place.x, lat=place.y).join(table[told])
    return placed.reset_index()


def _stations(plan: Plan) -> pd.DataFrame:
    """Give the village stations with their center and place in WGS-84 degrees."""
    stations = plan.layout.stations
    if not len(stations):
        return pd.DataFrame()
    lonlat = stations.geometry.to_crs(4326)
    keep = ["name", "name_en", "subdistrict", "grid", "center", "population", "metres_to_center"]
    keep += [key for key in (*label_columns(stations), NOTE) if key in stations]
    table = pd.DataFrame(stations[keep]).assign(lon=lonlat.x, lat=lonlat.y)
    return table.rename_axis("station").reset_index()


def _outside(plan: Plan) -> pd.DataFrame:
    """Give the centers of neighbouring districts with their place in WGS-84 degrees."""
    centers = plan.district.outside_centers
    if not len(centers):
        return pd.DataFrame()
    lonlat = centers.geometry.centroid.to_crs(4326)
    keep = ["name", "name_en"]
    keep += [key for key in (*label_columns(centers), NOTE) if key in centers]
    table = pd.DataFrame(centers[keep]).assign(lon=lonlat.x, lat=lonlat.y)
    return table.rename_axis("center").reset_index()


def plan_json(plan: Plan) -> str:
    """Give :func:`plan_dict` as JSON, the same bytes for the same plan but for its seconds."""
    return json.dumps(plan_dict(plan), ensure_ascii=False, indent=1, allow_nan=False)


def write(telling: Telling, path: Path) -> None:
    """Write :func:`plan_json` as UTF-8, lines ended as on Unix; the same in every language."""
    path.write_text(plan_json(telling.plan) + "\n", encoding="utf-8", newline="\n")


def plain_value(value: Any, column: str) -> Any:  # noqa: ANN401  # JSON is any of several types
    """
    Turn an entry of a table, a scenario or a problem into what JSON can hold.

    Parameters
    ----------
    value
        Any value; arrays, sets and tuples become lists, unknown kinds become text.
    column
        Its name, which tells how far a number is rounded.
    """
    if isinstance(value, dict):
        return {str(key): plain_value(entry, str(key)) for key, entry in value.items()}
    if isinstance(value, (list, tuple, np.ndarray, pd.Index, pd.Series)):
        return [plain_value(entry, column) for entry in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain_value(entry, column) for entry in value), key=str)
    if is_missing(value):
        return None
    value = rounded(value, column)
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _records(table: pd.DataFrame, kind: str) -> list[dict[str, Any]]:
    known = [key for key in _FIRST.get(kind, list(table.columns)) if key in table.columns]
    keys = [*known, *sorted(set(table.columns) - set(known))]
    rows = table[keys].to_dict(orient="records")
    return [{str(key): plain_value(row[key], str(key)) for key in keys} for row in rows]


def _district(plan: Plan) -> dict[str, Any]:
    district = plan.district
    area = float(district.units.geometry.area.sum()) / 1e6
    return {
        "code": district.code,
        "name_zh": district.name_zh,
        "name_en": district.name_en,
        "vintage": district.vintage,
        "population": rounded(district.units["population"].sum(), "population"),
        "units": len(district.units),
        "area_km2": rounded(area, "area_km2"),
        "crs": str(district.crs),
        "links": [list(link) for link in district.links],
        "snap_metres": district.snap_metres,
        "city_grids_elsewhere": district.city_grids_elsewhere,
        "city_grids_source": district.city_grids_source,
        "labels": {layer.layer: layer.label for layer in district.layers},
    }


def _told(problem: Problem) -> dict[str, Any]:
    return {
        **plain_value(problem.as_data(), ""),
        "text": problem.text("zh"),
        "text_en": problem.text("en"),
    }


def _inputs(plan: Plan) -> list[dict[str, Any]]:
    """Every file that was read, ``district.toml`` first."""
    order = ["file", "sha256", "label", *BELOW, "source", "layer", "crs", "vintage"]
    declared = dict.fromkeys(order) | {"file": "district.toml", "sha256": plan.district.sha256}
    return [declared, *_records(sources_table(plan)[order], "inputs")]
