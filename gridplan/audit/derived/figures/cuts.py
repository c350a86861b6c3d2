"""Figures of what grids cut: leads from their grid, streets and communities in two."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from gridplan.audit.derived.figures.facts import Facts, Given, Values, Walk, figure
from gridplan.errors import SHOWN, Problem


def _lead(facts: Facts, grid: str) -> str | None:
    lead = facts.layout.grids["lead"].get(grid)
    return None if pd.isna(lead) or lead not in facts.hospitals.index else str(lead)


def _eligible(facts: Facts, lead: str) -> bool:
    given = facts.district.hospitals["eligible"]
    return bool(given[lead]) if lead in given.index else False


def _lead_told(facts: Facts, grid: str) -> list[Problem]:
    lead = _lead(facts, grid)
    if lead is None:
        return [Problem("grid-without-lead")]
    row = facts.hospitals.loc[lead]
    english = row.get("name_en")
    name = str(row["name"])
    values = {
        "lead": name,
        "lead_en": str(english) if isinstance(english, str) and english else name,
    }
    told = []
    if row["grid"] != grid:
        told.append(Problem("grid-led-from-outside", {**values, "grid": row["grid"]}))
    if not _eligible(facts, lead):
        told.append(Problem("grid-lead-not-eligible", values))
    return told


@figure("grid", tells=_lead_told)
def leads_within_grid(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """1 for each grid led from within by a hospital that may lead, else 0."""
    found: Values = {}
    for grid in facts.grids:
        lead = _lead(facts, grid)
        good = lead is not None and facts.hospitals["grid"][lead] == grid and _eligible(facts, lead)
        found[grid] = 1.0 if good else 0.0
    return found


def cut_parts(facts: Facts, level: str) -> list[tuple[str, float]]:
    """
    Find the streets or communities whose residents lie in two or more grids.

    Returns
    -------
    parts
        Name, and residents outside the grid that holds most of them; most first.
    """
    held: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for name, grid, persons in zip(facts.labels(level), facts.grid, facts.people, strict=True):
        if name is not None and persons > 0:
            held[name][grid] += persons
    found = [
        (name, sum(of.values()) - max(of.values())) for name, of in held.items() if len(of) > 1
    ]
    return sorted(found, key=lambda entry: -entry[1])


def _cut(facts: Facts, level: str) -> Values:
    if not facts.grids:
        return {}
    if all(name is None for name in facts.labels(level)):
        return facts.whole(None)
    return facts.whole(float(len(cut_parts(facts, level))))


def _cut_told(facts: Facts, level: str) -> list[Problem]:
    parts = cut_parts(facts, level) if facts.grids else []
    if not parts:
        return []
    english: dict[str, str] = {}
    if level == "subdistrict" and "name_en" in facts.layout.subdistricts:
        english = facts.layout.subdistricts["name_en"].dropna().to_dict()
    values: dict[str, object] = {
        "count": len(parts),
        "rows": [f"{name} {out:,.0f}" for name, out in parts[:SHOWN]],
        "residents": f"{sum(out for _, out in parts):,.0f}",
    }
    if english:
        values["rows_en"] = [f"{english.get(name, name)} {out:,.0f}" for name, out in parts[:SHOWN]]
    return [Problem(f"cut-{level}", values)]


@figure("district", needs=("units.subdistrict",), tells=lambda f, _: _cut_told(f, "subdistrict"))
def streets_cut(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Streets whose residents lie in two or more grids."""
    return _cut(facts, "subdistrict")


@figure("district", needs=("units.community",), tells=lambda f, _: _cut_told(f, "community"))
def communities_cut(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Communities whose residents lie in two or more grids."""
    return _cut(facts, "community")
