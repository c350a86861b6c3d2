"""Groups: who leads, who joins, who collaborates, who serves across grids."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from gridplan.errors import Problem
from gridplan.planning.layout.groups import ACROSS, ownership_of, served_grids
from gridplan.planning.layout.layout import Group, Layout
from gridplan.planning.measures.measure import Values, column, measure, share, whole
from gridplan.planning.scenario.scenario import Scenario

# Ownerships whose hospitals the trial plan lets lead without further agreement. A hospital that
# is only told to be public is taken for one of the city or the district; the reader lists it.
PUBLIC_LOCAL = ("municipal", "district", "public")
PUBLIC = (*PUBLIC_LOCAL, "town")
# Owners of provincial rank and above: their hospitals collaborate, or lead by agreement.
PROVINCIAL = ("provincial", "university")
GENERAL = ("general", "tcm")
CONTINUING = ("rehabilitation", "nursing")
# What the standing of a hospital is told by, and where it stands.
RANKED = ("hospitals.level", "hospitals.kind", "hospitals.ownership", "hospitals.place")


def public_tertiary(layout: Layout) -> pd.Series:
    """Whether each hospital is a municipal or district tertiary general (or TCM) hospital."""
    return public_tertiary_rows(layout.hospitals)


def public_tertiary_rows(hospitals: pd.DataFrame) -> pd.Series:
    """Say the same of any table of hospitals."""
    return (
        hospitals["level"].astype(str).str.startswith("tertiary")
        & hospitals["kind"].isin(GENERAL)
        & ownership_of(hospitals).isin(PUBLIC_LOCAL)
    )


def by_grid(layout: Layout, fit: pd.DataFrame) -> Values:
    """Count some hospitals by the grid they stand in."""
    if layout.grids.empty:
        return {}
    return {str(grid): float((fit["grid"] == grid).sum()) for grid in layout.grids.index}


def inside(layout: Layout, group: Group) -> pd.DataFrame:
    """Give the hospitals within a group: its lead and its members."""
    ids = [group.lead, *group.members]
    return layout.hospitals.loc[[key for key in ids if key in layout.hospitals.index]]


def _tier(hospitals: pd.DataFrame, tier: str) -> pd.Series:
    return hospitals["level"].astype(str).str.startswith(tier)


@measure("grid", reads=("hospitals.ownership",))
def leads(layout: Layout, _scenario: Scenario) -> Values:
    """Hospitals that lead each grid."""
    return by_grid(layout, layout.hospitals[layout.hospitals["role"] == "lead"])


def _by_agreement(layout: Layout) -> pd.Series:
    """Whether each hospital is a tertiary general one of a province or university with a say-so."""
    hospitals = layout.hospitals
    return (
        (column(hospitals, "lead_agreement") == "yes")
        & _tier(hospitals, "tertiary")
        & hospitals["kind"].isin(GENERAL)
        & ownership_of(hospitals).isin(PROVINCIAL)
    )


def _lead_told(layout: Layout, grid: str) -> list[Problem]:
    """Say that a lead leads by agreement, which this clause allows and no other does."""
    some = _by_agreement(layout) & (layout.hospitals["role"] == "lead")
    here = layout.hospitals[some & (layout.hospitals["grid"] == grid)]
    told = [Problem("led-by-agreement", _names(row)) for _, row in here.iterrows()]
    return [*told, *_recognised_told(layout, grid, leads=True)]


def _recognised_told(layout: Layout, grid: str, *, leads: bool = False) -> list[Problem]:
    """Name the document by which a hospital, or a lead, is one of the city or the district."""
    hospitals = layout.hospitals
    hospitals = hospitals[hospitals["role"] == "lead"] if leads else hospitals
    if "recognised_as" not in hospitals:
        return []
    here = hospitals[(hospitals["grid"] == grid) & hospitals["recognised_as"].notna()]
    return [
        Problem(
            "recognised-by-document",
            _names(row) | {"number": row["recognised_number"], "day": row["recognised_on"]},
        )
        for _, row in here.iterrows()
    ]


def _names(row: pd.Series) -> dict[str, str]:
    name, english = str(row["name"]), row.get("name_en")
    return {
        "hospital": name,
        "hospital_en": name if pd.isna(english) or not english else str(english),
    }


@measure("grid", reads=RANKED, tells=_lead_told)
def tertiary_public_leads(layout: Layout, _scenario: Scenario) -> Values:
    """
    Leads of each grid that are municipal or district tertiary general (or TCM) hospitals.

    A tertiary general hospital of a province or university that leads by agreement counts too: the
    clause speaks in principle (原则上).
    """
    lead = layout.hospitals["role"] == "lead"
    return by_grid(
        layout, layout.hospitals[(public_tertiary(layout) | _by_agreement(layout)) & lead]
    )


@measure("district", reads=RANKED, named=True)
def named_tertiary_a_lead(layout: Layout, _scenario: Scenario, institution: str) -> Values:
    """
    Whether the hospital a clause names leads a grid as a tertiary grade-A general hospital, 1 or 0.

    None where no grids were planned, or the district lists no hospital of that name.
    """
    hospitals = layout.hospitals
    if not institution or layout.grids.empty or hospitals.empty:
        return whole(layout, None)
    names = hospitals["name"].astype(str)
    exact = names == institution
    # Its full name may begin with that of the city.
    meant = hospitals[exact if exact.any() else names.str.endswith(institution)]
    if meant.empty:
        return whole(layout, None)
    fit = (meant["level"] == "tertiary-a") & (meant["kind"] == "general")
    return whole(layout, float((fit & (meant["role"] == "lead")).any()))


@measure("grid", reads=RANKED, tells=_recognised_told)
def tertiary_public_hospitals(layout: Layout, _scenario: Scenario) -> Values:
    """
    Municipal or district tertiary general (or TCM) hospitals standing in each grid.

    Whom a dated document recognises as such counts; an agreement to lead makes nobody one.
    """
    return by_grid(layout, layout.hospitals[public_tertiary(layout)])


@measure("group", needs=("hospitals.continuing_care",), reads=("hospitals.level", "hospitals.kind"))
def continuing_members(layout: Layout, _scenario: Scenario) -> Values:
    """
    Members of each group that are secondary general hospitals or give continuing care.

    Secondary general and TCM hospitals, rehabilitation hospitals and nursing homes count by
    themselves, others as ``continuing_care`` says. None where no member counts and some cell of
    that column is empty.
    """
    values: dict[str, float | None] = {}
    for group in layout.groups:
        members = inside(layout, group)
        members = members[members.index != group.lead]
        says = column(members, "continuing_care")
        counts = _tier(members, "secondary") & members["kind"].isin(GENERAL)
        counts |= members["kind"].isin(CONTINUING) | (says == "yes")
        unsaid = says[~counts].isna().any()
        values[group.grid] = None if not counts.any() and unsaid else float(counts.sum())
    return values


@measure("grid", needs=("hospitals.lead_agreement",), reads=("hospitals.ownership",))
def leads_without_agreement(layout: Layout, _scenario: Scenario) -> Values:
    """
    Leads of provincial or university ownership without an agreement to lead, by grid.

    None where such a hospital leads and nobody said whether there is an agreement.
    """
    hospitals = layout.hospitals
    some = hospitals[(hospitals["role"] == "lead") & ownership_of(hospitals).isin(PROVINCIAL)]
    says = column(some, "lead_agreement")
    values: dict[str, float | None] = {}
    for grid in layout.grids.index:
        here = says[some["grid"] == grid]
        values[str(grid)] = None if here.isna().any() else float((here == "no").sum())
    return values


@measure("district", reads=("hospitals.ownership",))
def provincial_outside_groups(layout: Layout, _scenario: Scenario) -> Values:
    """Hospitals of provincial or university ownership that take part in no group."""
    if layout.grids.empty:
        return whole(layout, None)
    some = layout.hospitals.index[ownership_of(layout.hospitals).isin(PROVINCIAL)]
    return whole(layout, float(len(set(some) - _taking_part(layout.groups))))


@measure("grid", needs=("hospitals.cross_grid",), reads=("hospitals.kind",))
def bodies_serving_grid(layout: Layout, _scenario: Scenario) -> Values:
    """
    Kinds of maternal, public-health, rehabilitation and nursing bodies that serve each grid.

    0 to 4: those in the grid, and those elsewhere that ``cross_grid`` says serve across. None
    where an empty cell of that column would decide.
    """
    hospitals = layout.hospitals
    says = column(hospitals, "cross_grid")
    unsaid = says.isna() & column(hospitals, "serves").isna()
    serves = _served_by(layout)
    values: dict[str, float | None] = {}
    for grid in map(str, layout.grids.index):
        most = serves[grid] | (set(hospitals["kind"][unsaid]) & set(ACROSS))
        values[grid] = float(len(serves[grid])) if serves[grid] == most else None
    return values


def _served_by(layout: Layout) -> dict[str, set[str]]:
    """Give the kinds of body that serve each grid."""
    hospitals, leads = layout.hospitals, layout.grids.get("lead", pd.Series(dtype=object))
    kinds: dict[str, set[str]] = {str(grid): set() for grid in layout.grids.index}
    for kind, grids in zip(hospitals["kind"], served_grids(hospitals, leads), strict=True):
        for grid in grids if kind in ACROSS else ():
            kinds[grid].add(kind)
    return kinds


def _unserved(layout: Layout) -> dict[str, float]:
    """Count the residents whose grid no body of a kind serves, by kind."""
    serves = _served_by(layout)
    people = layout.grids["population"] if len(layout.grids) else {}
    return {
        kind: float(sum(people[grid] for grid, kinds in serves.items() if kind not in kinds))
        for kind in ACROSS
    }


def _unserved_told(layout: Layout, _subject: str) -> list[Problem]:
    """Say for each kind of body how many residents are without one."""
    if layout.grids.empty:
        return []
    told = {kind: f"{residents:,.0f}" for kind, residents in _unserved(layout).items()}
    return [Problem("bodies-unserved", {kind.replace("-", "_"): told[kind] for kind in ACROSS})]


@measure("district", reads=("hospitals.kind", "units.population"), tells=_unserved_told)
def residents_without_body(layout: Layout, _scenario: Scenario) -> Values:
    """
    Residents whose grid some kind of body that may serve across grids does not serve.

    Of the kinds maternal, public-health, rehabilitation and nursing; what is told beside says of
    which. A body serves its own grid and those that ``serves`` or ``cross_grid`` say.
    """
    if layout.grids.empty:
        return whole(layout, None)
    serves = _served_by(layout)
    people = layout.grids["population"]
    short = [grid for grid, kinds in serves.items() if len(kinds) < len(ACROSS)]
    return whole(layout, float(sum(people[grid] for grid in short)))


@measure("group", reads=("hospitals.kind",))
def tcm_hospitals_of_group(layout: Layout, _scenario: Scenario) -> Values:
    """TCM hospitals that lead or join each group."""
    return {
        group.grid: float((inside(layout, group)["kind"] == "tcm").sum()) for group in layout.groups
    }


@measure("district", reads=("hospitals.ownership",))
def public_in_groups(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of the public hospitals that take part in a group or in a close alliance."""
    if layout.grids.empty:
        return whole(layout, None)
    public = layout.hospitals.index[layout.hospitals["ownership"].isin(PUBLIC)]
    part = set(public) & _taking_part(layout.groups)
    return whole(layout, share(float(len(part)), float(len(public))))


def _taking_part(groups: Iterable[Group]) -> set[str]:
    found: set[str] = set()
    for group in groups:
        found |= {group.lead, *group.members, *group.collaborators, *group.branches}
        found |= {*group.campuses}
        found |= {key for bond in group.alliances for key in (bond.lead, *bond.members)}
    return found
