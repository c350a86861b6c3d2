"""What someone could bring about: a hospital upgraded, turned to continuing care, or recognised."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import pandas as pd

from gridplan.planning.layout.groups import form_groups, hospital_roles, ownership_of
from gridplan.planning.layout.layout import Layout
from gridplan.planning.layout.variant import Supposition
from gridplan.planning.measures.hospitals import (
    CONTINUING,
    GENERAL,
    PROVINCIAL,
    PUBLIC_LOCAL,
    public_tertiary_rows,
)

OF_LEADS = "tertiary_public_leads"
TERTIARY = ("tertiary_public_hospitals", "share_in_complete_grids", OF_LEADS)
"""Measures that a public tertiary hospital more would raise."""

MEMBERS = ("continuing_members",)
"""Measures that a member for continuing care would raise."""

UPGRADED, TURNED, RECOGNISED = "tertiary-b", "rehabilitation", "municipal"
"""What a hospital is supposed to become: the lowest tertiary grade, a place of continuing care, a
hospital of the city."""


def suppositions(
    layout: Layout, failing: Iterable[tuple[str, str]]
) -> dict[str, list[Supposition]]:
    """
    List the facts that, if they changed, may mend rules that fail.

    Parameters
    ----------
    layout
        Of the plan.
    failing
        Measure and subject (a grid) of each finding that fails.

    Returns
    -------
    supposed
        By kind (``upgraded``, ``turned``, ``recognised``), one for each grid that needs it.
    """
    found: dict[str, list[Supposition]] = {"upgraded": [], "turned": [], "recognised": []}
    for measure, grid in sorted(set(failing)):
        here = layout.hospitals[layout.hospitals["grid"] == grid]
        if measure in TERTIARY:
            if measure != OF_LEADS and public_tertiary_rows(here).any():
                continue  # another grid is what fails
            found["upgraded"] += _upgraded(here)
            found["recognised"] += _recognised(here)
        elif measure in MEMBERS:
            found["turned"] += _turned(layout, grid)
    return {kind: list(dict.fromkeys(some)) for kind, some in found.items()}


def _upgraded(here: pd.DataFrame) -> list[Supposition]:
    """Upgrade the largest general or TCM hospital of the district; a campus has no grade."""
    level = here["level"].astype(str)
    fit = here["ownership"].isin(PUBLIC_LOCAL) & here["kind"].isin(GENERAL)
    fit &= ~level.str.startswith("tertiary") & ~_campus(here)
    return [Supposition(key, "level", UPGRADED) for key in _largest(here[fit])]


def _recognised(here: pd.DataFrame) -> list[Supposition]:
    """Recognise a tertiary hospital of a province or a university, the lead first."""
    fit = here["level"].astype(str).str.startswith("tertiary")
    fit &= here["kind"].isin(GENERAL) & ownership_of(here).isin(PROVINCIAL)
    fit &= ~public_tertiary_rows(here)
    leads_first = sorted(here.index[fit], key=lambda key: here["role"][key] != "lead")
    return [Supposition(str(key), "ownership", RECOGNISED) for key in leads_first[:1]]


def _turned(layout: Layout, grid: str) -> list[Supposition]:
    """Turn a secondary or ungraded member of the group, the smallest."""
    members = {key for group in layout.groups if group.grid == grid for key in group.members}
    some = layout.hospitals[layout.hospitals.index.isin(members)]
    fit = ~some["level"].astype(str).str.startswith("tertiary")
    fit &= some["ownership"].isin(PUBLIC_LOCAL) & ~some["kind"].isin(CONTINUING)
    some = some[fit].sort_values("beds", kind="stable", na_position="first")
    return [Supposition(str(key), "kind", TURNED) for key in some.index[:1]]


def _largest(some: pd.DataFrame) -> list[str]:
    order = some.sort_values("beds", ascending=False, kind="stable", na_position="last")
    return [str(key) for key in order.index[:1]]


def _campus(hospitals: pd.DataFrame) -> pd.Series:
    if "campus_of" not in hospitals:
        return pd.Series(data=False, index=hospitals.index)
    return hospitals["campus_of"].notna()


def supposed(layout: Layout, facts: Iterable[Supposition]) -> Layout:
    """
    Give the layout as it would be with other facts: roles and groups follow, places do not.

    Parameters
    ----------
    layout
        Of the plan.
    facts
        What is supposed.
    """
    hospitals = layout.district.hospitals.copy()
    for fact in facts:
        hospitals.loc[fact.hospital, fact.column] = fact.value
    district = dataclasses.replace(layout.district, hospitals=hospitals)
    leads = layout.grids["lead"]
    grid = layout.units["grid"]
    own = hospital_roles(hospitals, grid, leads, district.agreements)
    groups = form_groups(leads, own, layout.centers, district.agreements)
    return dataclasses.replace(layout, district=district, hospitals=own, groups=groups)
