"""The plan as plain tables, one a subject, from which sheets, JSON and layers are written.

Columns have stable English names; :func:`gridplan.outputs.words.names.word` says them in the
planner's language. Numbers are rounded once, here, so that every file shows the same figure.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridplan.district.schema.labels import NOTE, label_columns
from gridplan.outputs.words.boundaries import boundary_pairs
from gridplan.outputs.words.columns import unit_of
from gridplan.outputs.words.names import Names, figure, is_missing, lead_name, word
from gridplan.outputs.words.telling import Telling
from gridplan.planning.measures.access import (
    share_near_center,
    share_near_point,
    share_within_walk,
)
from gridplan.text.language import in_language, twin

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

LON_LAT = "EPSG:4326"
BELOW = ("rows", "rows_below", "row_labels")
"""How many rows a layer has, how many can be trusted less than its label says, and how far."""

_EXACT = 9
"""Decimals to which sums of the same numbers agree in any order."""


def rounded(value: object, column: str) -> Any:  # noqa: ANN401  # a number or what was given
    """
    Round a number as its column asks; whole numbers become ``int``, NaN becomes None.

    Parameters
    ----------
    value
        A table's entry.
    column
        Name of its column, which tells the unit.

    Returns
    -------
    value
        Anything but a number comes back unchanged.
    """
    if is_missing(value):
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if not isinstance(value, (int, float, np.number)):
        return value
    if not np.isfinite(value):
        return None
    return _kept(float(value), unit_of(column).kept)


def _kept(value: float, decimals: int) -> float | int:
    # What differs by the order of a sum alone must not fall on either side of a half.
    number = round(round(value, _EXACT), decimals)
    return int(number) if number.is_integer() else number


def rounded_table(table: pd.DataFrame) -> pd.DataFrame:
    """Round every column; entries become Python values, None where missing."""
    columns = {
        name: pd.Series(_rounded_column(table[name], str(name)), table.index, dtype=object)
        for name in table.columns
    }
    return pd.DataFrame(columns, index=table.index)


def _rounded_column(values: pd.Series, column: str) -> list[Any]:
    """Round as :func:`rounded` does, entry by entry: those of a city are many."""
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "fiu":
        decimals = unit_of(column).kept
        return [_kept(v, decimals) if math.isfinite(v) else None for v in map(float, values)]
    return [value if type(value) is str else rounded(value, column) for value in values]


def grids_table(plan: Plan) -> pd.DataFrame:
    """
    One row a grid.

    Returns
    -------
    table
        Index ``grid``; ``name`` and ``name_en``, ``lead_name`` and ``lead_name_en`` beside the
        layout's figures and the number of centers.
    """
    grids = pd.DataFrame(plan.layout.grids.drop(columns="geometry", errors="ignore"))
    for suffix, names in _both(plan):
        grids.insert(0, f"name{suffix}", [names.grids.get(key, str(key)) for key in grids.index])
        if "lead" in grids:
            lead = [lead_name(key, names.hospitals, names.lang) for key in grids["lead"]]
            grids[f"lead_name{suffix}"] = lead
    if len(plan.layout.centers):
        counts = plan.layout.centers["grid"].value_counts()
        grids["centers"] = counts.reindex(grids.index, fill_value=0)
    return rounded_table(grids.rename_axis("grid"))


def centers_table(plan: Plan) -> pd.DataFrame:
    """
    One row a center, with its place in WGS-84 degrees.

    Returns
    -------
    table
        Index ``center``; ``name`` and ``name_en`` filled for new centers too, ``lon``, ``lat``
        with 6 decimals.
    """
    layout = plan.layout
    centers = pd.DataFrame(
        layout.centers.drop(columns=["geometry", "name", "name_en"], errors="ignore")
    )
    for suffix, names in reversed(_both(plan)):
        centers.insert(0, f"name{suffix}", [names.centers[key] for key in centers.index])
    points = layout.centers.geometry.to_crs(LON_LAT)
    centers["lon"], centers["lat"] = points.x, points.y
    return rounded_table(centers.rename_axis("center"))


def units_table(plan: Plan) -> pd.DataFrame:
    """
    One row a unit: its residents, and the grid, center and lead that serve them.

    Returns
    -------
    table
        Index ``unit``.
    """
    given = plan.district.units
    known = ("population", "population_65", "community")
    brought = [key for key in (*known, *label_columns(given), NOTE) if key in given]
    # "subdistrict" comes from the layout, which knows it even where the layer was derived.
    units = pd.DataFrame(given[brought]).join(plan.layout.units)
    return rounded_table(units.rename_axis("unit"))


def subdistricts_table(plan: Plan) -> pd.DataFrame:
    """One row a street (subdistrict): residents, centers, regional centers, its grids in a list."""
    table = pd.DataFrame(plan.layout.subdistricts.drop(columns="geometry", errors="ignore"))
    if "grids" in table:
        table["grids"] = [", ".join(map(str, entry)) for entry in table["grids"]]
    return rounded_table(table.rename_axis("subdistrict"))


def hospitals_table(plan: Plan) -> pd.DataFrame:
    """One row a hospital with its grid and role."""
    table = pd.DataFrame(plan.layout.hospitals.drop(columns="geometry", errors="ignore"))
    return rounded_table(table.rename_axis("hospital"))


def findings_table(plan: Plan) -> pd.DataFrame:
    """One row a finding, with ``subject_name`` and ``subject_name_en`` beside the id."""
    findings = plan.findings.reset_index(drop=True)
    for suffix, names in _both(plan):
        pairs = zip(findings["subject_kind"], findings["subject"], strict=True)
        findings[f"subject_name{suffix}"] = [names.subject(kind, key) for kind, key in pairs]
    return rounded_table(findings)


def groups_table(telling: Telling) -> pd.DataFrame:
    """
    One row for each hospital and center of each group, named in ``lang``.

    Returns
    -------
    table
        ``grid``, ``role``, ``id``, ``name``; ``group``, what the group or alliance is called.
    """
    names = telling.names
    both = {**names.centers, **names.hospitals}
    rows = []
    proposed = telling.plan.layout.proposed
    for group in telling.plan.layout.groups:
        title = in_language(group, "name", telling.lang)
        parts = [
            ("lead", (group.lead,), title),
            ("member", [key for key in group.members if key not in proposed], title),
            ("proposed", [key for key in group.members if key in proposed], title),
            ("collaborator", group.collaborators, title),
            ("campus", group.campuses, title),
            ("center", group.centers, title),
            ("branch", group.branches, title),
            ("supported", group.supported, title),
        ]
        for bond in group.alliances:
            named = in_language(bond, "name", telling.lang)
            parts.append(("alliance", (bond.lead, *bond.members), named))
        for role, ids, called in parts:
            rows += [(group.grid, role, key, both.get(key, str(key)), called) for key in ids]
    return pd.DataFrame(rows, columns=["grid", "role", "id", "name", "group"])


def wishes_table(telling: Telling) -> pd.DataFrame:
    """
    One row for each settled membership and each wish: what became of it and what it costs.

    Returns
    -------
    table
        ``institution`` and ``group`` named in ``lang``, ``relation``, ``grid``, ``group_grid``,
        ``kept``, ``residents``, ``minutes_more``, ``person_metres``, ``reason``. Empty where
        nothing is settled or wished.
    """
    lang = telling.lang
    table = telling.plan.layout.wishes
    if not len(table):
        return pd.DataFrame()
    names = telling.names
    both = {**names.centers, **names.hospitals}
    group = table[twin(table, "group", lang)]
    named = table.assign(
        institution=[both.get(key, str(key)) for key in table["institution"]],
        group=group,
        relation=[word("relation", code, lang) for code in table["relation"]],
        kept=[word("yes-no", bool(kept), lang) for kept in table["kept"]],
        reason=[word("reason", code, lang) if code else "" for code in table["reason"]],
    )
    return rounded_table(named.drop(columns=["group_en", "lead"]))


def stations_table(telling: Telling) -> pd.DataFrame:
    """One row a village station, named in ``lang``: town, grid, its center, residents, metres."""
    stations = telling.plan.layout.stations
    if not len(stations):
        return pd.DataFrame()
    names = telling.names
    given = [in_language(row, "name", telling.lang) for row in stations.to_dict(orient="records")]
    centers = stations["center"]
    table = pd.DataFrame(
        {
            "name": given,
            "subdistrict": [names.subdistricts.get(key, key) for key in stations["subdistrict"]],
            "grid": stations["grid"],
            "center": centers,
            "center_name": [names.centers.get(key, str(key)) for key in centers],
            "population": stations["population"],
            "metres_to_center": stations["metres_to_center"],
        },
        index=stations.index,
    )
    told = [name for name in (*label_columns(stations), NOTE) if name in stations]
    table = table.join(pd.DataFrame(stations[told]))
    return rounded_table(table.rename_axis("station"))


def sources_table(plan: Plan) -> pd.DataFrame:
    """
    One row a file read: each layer, then the planner's own rules and self-assessment.

    Returns
    -------
    table
        ``layer``; ``label``, whether it is real, derived or modelled, or the planner's own;
        ``rows``, ``rows_below`` that can be trusted less, ``row_labels`` of those; ``source``,
        ``vintage``, ``file``, ``crs``, ``sha256``.
    """
    columns = ["layer", "label", *BELOW, "source", "vintage", "file", "crs", "sha256"]
    files = (*plan.district.layers, *plan.policy_files)
    return pd.DataFrame(
        [[getattr(file, key) for key in columns] for file in files], columns=columns
    )


def certificates_table(plan: Plan) -> pd.DataFrame:
    """One row a part of the plan: how far from the best possible it can be."""
    columns = [
        "status",
        "objective",
        "bound",
        "gap",
        "unit",
        "seconds",
        "seed",
        "method",
        "ended_by",
    ]
    rows = {
        part: {key: rounded(getattr(proof, key, None), key) for key in columns}
        for part, proof in plan.certificates.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("part")


def coverage(plan: Plan) -> dict[str, float | None]:
    """
    Percent of residents within the scenario's walk, counted in three ways.

    Returns
    -------
    shares
        ``center``, to the nearest center, by which the rule is judged; ``point``, to the nearest
        medical point of any kind; ``assigned``, to the center they are assigned to. None without
        centers.
    """
    measures = {"center": share_near_center, "point": share_near_point}
    return {
        key: measure(plan.layout, plan.scenario)[plan.district.code]
        for key, measure in (*measures.items(), ("assigned", share_within_walk))
    }


def _coverage_pairs(telling: Telling) -> list[tuple[str, str]]:
    minutes = f"{telling.plan.scenario.center_max_minutes:g}"
    return [
        (
            f"walk-{key}",
            telling.say(
                "summary.walk-told", share=figure(share, "percent", telling.lang), minutes=minutes
            ),
        )
        for key, share in coverage(telling.plan).items()
    ]


def _money_pairs(telling: Telling) -> list[tuple[str, str]]:
    """Tell what the plan costs; nothing where no layer tells a cost."""
    money, lang = telling.plan.money, telling.lang
    if not money.told:
        return []
    if money.total_cost is None:
        known = sum(part or 0.0 for part in (money.opening_cost, money.closing_cost))
        told = {"known": figure(known, "wan-yuan", lang), "count": len(money.unknown)}
        return [("cost-total", telling.say("summary.cost-unknown", **told))]
    total = figure(money.total_cost, "wan-yuan", lang)
    if money.budget is not None:
        budget = figure(money.budget, "wan-yuan", lang)
        total = telling.say("summary.cost-of-budget", total=total, budget=budget)
    pairs = [("cost-total", total)]
    if money.yuan_per_newly_resident is not None:
        each = figure(money.yuan_per_newly_resident, "yuan", lang)
        newly = figure(money.newly_residents, "persons", lang)
        pairs.append(("cost-each", telling.say("summary.cost-each-told", each=each, newly=newly)))
    return pairs


def key_figures(telling: Telling) -> list[tuple[str, str]]:
    """
    Give the figures a planner looks for first.

    Returns
    -------
    pairs
        What the figure is called, and its text.
    """
    plan = telling.plan
    centers = plan.layout.centers
    how = telling.manner
    residents = plan.district.units["population"].sum()
    pairs = [
        ("residents", figure(residents, telling.say("summary.residents-unit"), telling.lang)),
        ("grids", str(len(plan.layout.grids))),
        *boundary_pairs(telling),
        ("centers", str(len(centers))),
    ]
    if len(centers):
        pairs += [
            ("centers-existing", str(int((centers["status"] == "existing").sum()))),
            ("centers-new", str(int((centers["status"] == "new").sum()))),
        ]
        if not how:
            regional = int((centers["class"] == "regional").sum())
            pairs.append(("regional-centers", str(regional)))
        pairs += [*_coverage_pairs(telling), *_money_pairs(telling)]
    return [(telling.fitting(f"summary.{code}"), text) for code, text in pairs]


def _both(plan: Plan) -> list[tuple[str, Names]]:
    return [("_en", Names.of(plan, "en")), ("", Names.of(plan, "zh"))]
