"""What the boundaries of grids cut: leads from their grid, streets and communities in two."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridplan.errors import SHOWN, Problem
from gridplan.planning.layout.layout import Layout
from gridplan.planning.measures.measure import Values, column, measure, whole
from gridplan.planning.scenario.scenario import Scenario

_TOLD = {"subdistrict": "cut-subdistrict", "community": "cut-community"}


def _lead(layout: Layout, grid: str) -> str | None:
    lead = layout.grids["lead"].get(grid)
    return None if pd.isna(lead) or lead not in layout.hospitals.index else str(lead)


def _may_lead(layout: Layout, lead: str) -> bool:
    return bool(layout.district.hospitals["eligible"].get(lead, default=False))


def _lead_told(layout: Layout, grid: str) -> list[Problem]:
    """Say what is wrong with the lead of a grid."""
    lead = _lead(layout, grid)
    if lead is None:
        return [Problem("grid-without-lead")]
    row = layout.hospitals.loc[lead]
    name = str(row["name"])
    english = row.get("name_en")
    values = {"lead": name, "lead_en": name if pd.isna(english) or not english else str(english)}
    found = []
    if row["grid"] != grid:
        found.append(Problem("grid-led-from-outside", {**values, "grid": row["grid"]}))
    if not _may_lead(layout, lead):
        found.append(Problem("grid-lead-not-eligible", values))
    return found


@measure("grid", tells=_lead_told)
def leads_within_grid(layout: Layout, _scenario: Scenario) -> Values:
    """1 for each grid whose lead stands in it and may lead, else 0."""
    values: dict[str, float | None] = {}
    for grid in map(str, layout.grids.index):
        lead = _lead(layout, grid)
        inside = lead is not None and layout.hospitals["grid"].get(lead) == grid
        values[grid] = float(inside and _may_lead(layout, str(lead)))
    return values


def cut_parts(layout: Layout, level: str) -> pd.Series:
    """
    Find the streets or communities whose residents lie in two or more grids.

    Parameters
    ----------
    layout
        With grids.
    level
        ``subdistrict`` or ``community``.

    Returns
    -------
    residents
        Index: their names; residents outside the grid that holds most of each, largest first.
    """
    district = layout.district
    people = district.units["population"].to_numpy(dtype=float)
    labels = layout.units[level] if level in layout.units else column(district.units, level)
    known = labels.notna().to_numpy() & (people > 0)
    part, names = pd.factorize(labels[known])
    grid, grids = pd.factorize(layout.units["grid"][known])
    held = np.zeros((len(names), max(len(grids), 1)))
    np.add.at(held, (part, grid), people[known])
    out = held.sum(axis=1) - held.max(axis=1)
    cut = (held > 0).sum(axis=1) > 1
    found = pd.Series(out[cut], pd.Index(names)[cut], dtype=float)
    return found.sort_values(ascending=False, kind="stable")


def _cut_told(layout: Layout, level: str) -> list[Problem]:
    if layout.grids.empty:
        return []
    found = cut_parts(layout, level)
    if found.empty:
        return []
    layer = layout.subdistricts
    known = level == "subdistrict" and "name_en" in layer
    english = layer["name_en"].dropna().to_dict() if known else {}
    shown = found.head(SHOWN).items()
    values: dict[str, object] = {
        "count": len(found),
        "rows": [f"{name} {residents:,.0f}" for name, residents in shown],
        "residents": f"{found.sum():,.0f}",
    }
    if english:
        shown = found.head(SHOWN).items()
        values["rows_en"] = [f"{english.get(name, name)} {count:,.0f}" for name, count in shown]
    return [Problem(_TOLD[level], values)]


def _count(layout: Layout, level: str) -> Values:
    labels = layout.units[level] if level in layout.units else column(layout.district.units, level)
    if layout.grids.empty:
        return {}
    if labels.isna().all():
        return whole(layout, None)
    return whole(layout, float(len(cut_parts(layout, level))))


@measure(
    "district",
    needs=("units.subdistrict",),
    tells=lambda layout, _subject: _cut_told(layout, "subdistrict"),
)
def streets_cut(layout: Layout, _scenario: Scenario) -> Values:
    """Streets whose residents lie in two or more grids; None without streets."""
    return _count(layout, "subdistrict")


@measure(
    "district",
    needs=("units.community",),
    tells=lambda layout, _subject: _cut_told(layout, "community"),
)
def communities_cut(layout: Layout, _scenario: Scenario) -> Values:
    """Communities whose residents lie in two or more grids; None without communities."""
    return _count(layout, "community")
