"""Figures of hospitals and groups: who leads, who joins, what is shared and handed down."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from gridplan.audit.derived.figures.facts import (
    Facts,
    Given,
    Values,
    Walk,
    counted,
    figure,
    percent,
    said,
)
from gridplan.audit.derived.layout.groups import ACROSS, Party, owners, serving
from gridplan.errors import Problem

LOCAL = ("municipal", "district", "public")
OF_PROVINCE = ("provincial", "university")
GENERAL = ("general", "tcm")
AFTERCARE = ("rehabilitation", "nursing")
RANKED = ("hospitals.level", "hospitals.kind", "hospitals.ownership", "hospitals.place")


def public_tertiary(facts: Facts) -> list[bool]:
    """Tell of each hospital whether it is a local public tertiary general or TCM hospital."""
    return _tertiary(facts, LOCAL)


def _tertiary(facts: Facts, owned: tuple[str, ...]) -> list[bool]:
    owner = owners(facts.hospitals)
    return [
        str(row.level).startswith("tertiary") and row.kind in GENERAL and owner[row.Index] in owned
        for row in facts.hospitals.itertuples()
    ]


def _by_grid(facts: Facts, fit: list[bool]) -> Values:
    grids = [grid for grid, fits in zip(facts.hospitals["grid"], fit, strict=True) if fits]
    return {grid: float(grids.count(grid)) for grid in facts.grids}


def _leads(facts: Facts) -> list[bool]:
    return [role == "lead" for role in facts.hospitals["role"]]


def _both(one: list[bool], other: list[bool]) -> list[bool]:
    return [a and b for a, b in zip(one, other, strict=True)]


@figure("grid", reads=("hospitals.ownership",))
def leads(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Hospitals that lead each grid."""
    return _by_grid(facts, _leads(facts))


def _agreed(facts: Facts) -> list[bool]:
    """Tell which leads are tertiary general hospitals of a province or university by agreement."""
    says = [answer == "yes" for answer in said(facts.hospitals, "lead_agreement")]
    return _both(_leads(facts), _both(says, _tertiary(facts, OF_PROVINCE)))


def _lead_told(facts: Facts, grid: str) -> list[Problem]:
    """Name the leads by agreement, and the leads that a document recognises."""
    rows = zip(facts.hospitals.iterrows(), _agreed(facts), strict=True)
    told = [
        Problem("led-by-agreement", _both_names(row))
        for (_, row), agreed in rows
        if agreed and row["grid"] == grid
    ]
    leading = facts.hospitals[facts.hospitals["role"] == "lead"]
    return told + _recognised(leading, grid)


def _recognised_told(facts: Facts, grid: str) -> list[Problem]:
    return _recognised(facts.hospitals, grid)


def _recognised(hospitals: pd.DataFrame, grid: str) -> list[Problem]:
    """Name the documents that make hospitals of a grid local ones."""
    told = []
    for known, (_, row) in zip(said(hospitals, "recognised_as"), hospitals.iterrows(), strict=True):
        if known is not None and row["grid"] == grid:
            values = {"number": row["recognised_number"], "day": row["recognised_on"]}
            told.append(Problem("recognised-by-document", _both_names(row) | values))
    return told


def _both_names(row: pd.Series) -> dict[str, str]:
    english = row.get("name_en")
    name = str(row["name"])
    known = isinstance(english, str) and english
    return {"hospital": name, "hospital_en": str(english) if known else name}


@figure("grid", reads=RANKED, tells=_lead_told)
def tertiary_public_leads(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Leads of each grid that are local public tertiary general hospitals, or lead by agreement."""
    local = _both(_leads(facts), public_tertiary(facts))
    return _by_grid(facts, [a or b for a, b in zip(local, _agreed(facts), strict=True)])


@figure("grid", reads=RANKED, tells=_recognised_told)
def tertiary_public_hospitals(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Local public tertiary general hospitals in each grid."""
    return _by_grid(facts, public_tertiary(facts))


@figure("district", reads=RANKED, named=True)
def named_tertiary_a_lead(facts: Facts, given: Given, _walk: Walk) -> Values:
    """Whether the hospital that is named leads as a tertiary grade-A general hospital."""
    rows = list(facts.hospitals.itertuples())
    if not given or not facts.grids or not rows:
        return facts.whole(None)
    meant = [row for row in rows if str(row.name) == given]
    meant = meant or [row for row in rows if str(row.name).endswith(given)]
    if not meant:
        return facts.whole(None)
    good = [r for r in meant if (r.level, r.kind, r.role) == ("tertiary-a", "general", "lead")]
    return facts.whole(1.0 if good else 0.0)


def _members(facts: Facts, group: Party) -> list[str]:
    return [key for key in (group.lead, *group.members) if key in facts.hospitals.index]


@figure("group", needs=("hospitals.continuing_care",), reads=("hospitals.level", "hospitals.kind"))
def continuing_members(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Members of each group that are secondary general hospitals or give continuing care."""
    hospitals = facts.hospitals
    care = dict(zip(hospitals.index, said(hospitals, "continuing_care"), strict=True))
    found: Values = {}
    for group in facts.layout.groups:
        count, unknown = 0, False
        for key in _members(facts, group):
            if key == group.lead:
                continue
            kind, level = hospitals["kind"][key], str(hospitals["level"][key])
            secondary = level.startswith("secondary") and kind in GENERAL
            if secondary or kind in AFTERCARE or care[key] == "yes":
                count += 1
            elif care[key] is None:
                unknown = True
        found[group.grid] = None if not count and unknown else float(count)
    return found


@figure("grid", needs=("hospitals.lead_agreement",), reads=("hospitals.ownership",))
def leads_without_agreement(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Leads of provincial or university ownership without an agreement to lead."""
    hospitals = facts.hospitals
    answers: dict[str, list[object]] = {grid: [] for grid in facts.grids}
    rows = zip(
        *(hospitals[name] for name in ("grid", "role")),
        owners(hospitals).values(),
        said(hospitals, "lead_agreement"),
        strict=True,
    )
    for grid, role, owner, answer in rows:
        if role == "lead" and owner in OF_PROVINCE and grid in answers:
            answers[grid].append(answer)
    return {
        grid: None if None in told else float(told.count("no")) for grid, told in answers.items()
    }


def _taking_part(facts: Facts) -> set[str]:
    found: set[str] = set()
    for group in facts.layout.groups:
        found.update((group.lead,), group.members, group.collaborators, group.branches)
        found.update(group.campuses)
        for bond in group.alliances:
            found.update((bond.lead,), bond.members)
    return found


@figure("district", reads=("hospitals.ownership",))
def provincial_outside_groups(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Hospitals of provincial or university ownership in no group."""
    if not facts.grids:
        return facts.whole(None)
    part = _taking_part(facts)
    of = owners(facts.hospitals)
    outside = [key for key, owner in of.items() if owner in OF_PROVINCE and key not in part]
    return facts.whole(float(len(outside)))


def _bodies(facts: Facts) -> dict[str, set[str]]:
    """Give the kinds of body that serve each grid."""
    lead = facts.layout.grids["lead"].to_dict() if facts.grids else {}
    kind = facts.hospitals["kind"]
    found: dict[str, set[str]] = {grid: set() for grid in facts.grids}
    for key, grids in serving(facts.hospitals, lead).items():
        for grid in grids if kind[key] in ACROSS else ():
            found[grid].add(kind[key])
    return found


@figure("grid", needs=("hospitals.cross_grid",), reads=("hospitals.kind",))
def bodies_serving_grid(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Kinds of maternal, public-health, rehabilitation and nursing bodies that serve each grid."""
    rows = zip(
        facts.hospitals["kind"],
        said(facts.hospitals, "cross_grid"),
        said(facts.hospitals, "serves"),
        strict=True,
    )
    perhaps = {kind for kind, *told in rows if kind in ACROSS and told == [None, None]}
    return {
        grid: float(len(sure)) if perhaps <= sure else None for grid, sure in _bodies(facts).items()
    }


def _unserved_told(facts: Facts, _subject: str) -> list[Problem]:
    """Say of each kind of body how many residents are without one."""
    if not facts.grids:
        return []
    bodies = _bodies(facts)
    without = {
        kind.replace("-", "_"): sum(
            residents for grid, residents in facts.of_grid.items() if kind not in bodies[grid]
        )
        for kind in ACROSS
    }
    values = {kind: f"{residents:,.0f}" for kind, residents in without.items()}
    return [Problem("bodies-unserved", values)]


@figure("district", reads=("hospitals.kind", "units.population"), tells=_unserved_told)
def residents_without_body(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Residents whose grid some kind of body does not serve."""
    if not facts.grids:
        return facts.whole(None)
    short = [grid for grid, kinds in _bodies(facts).items() if len(kinds) < len(ACROSS)]
    return facts.whole(float(sum(facts.of_grid[grid] for grid in short)))


@figure("group", reads=("hospitals.kind",))
def tcm_hospitals_of_group(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """TCM hospitals that lead or join each group."""
    kind = facts.hospitals["kind"]
    return {
        group.grid: float(sum(kind[key] == "tcm" for key in _members(facts, group)))
        for group in facts.layout.groups
    }


@figure("district", reads=("hospitals.ownership",))
def public_in_groups(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Percent of the public hospitals in a group or close alliance."""
    if not facts.grids:
        return facts.whole(None)
    part = _taking_part(facts)
    told = facts.hospitals["ownership"]
    public = [key for key, owner in told.items() if owner in (*LOCAL, "town")]
    return facts.whole(percent(float(sum(key in part for key in public)), float(len(public))))


def _shared(service: str) -> Callable[[Facts, Given, Walk], Values]:
    def count(facts: Facts, _given: Given, _walk: Walk) -> Values:
        runs = dict(zip(facts.hospitals.index, said(facts.hospitals, service), strict=True))
        found: Values = {}
        for group in facts.layout.groups:
            answers = [runs[key] for key in _members(facts, group)]
            some = answers.count("yes")
            found[group.grid] = None if not some and None in answers else float(some)
        return found

    return count


for _service in ("laboratory", "imaging", "ecg", "pathology", "sterile"):
    _column = f"shared_{_service}"
    figure("group", name=_column, needs=(f"hospitals.{_column}",))(_shared(_column))


def _down(part: str, total: str) -> Callable[[Facts, Given, Walk], Values]:
    def count(facts: Facts, _given: Given, _walk: Walk) -> Values:
        keys = list(facts.hospitals.index)
        parts, totals = counted(facts.hospitals, part), counted(facts.hospitals, total)
        return {
            group.grid: percent(parts[keys.index(group.lead)], totals[keys.index(group.lead)])
            if group.lead in keys
            else None
            for group in facts.layout.groups
        }

    return count


for _name, _part, _total in (
    ("outpatient_share_down", "outpatient_slots_down", "outpatient_slots"),
    ("beds_share_down", "beds_down", "beds"),
    ("expert_share_down", "expert_slots_down", "expert_slots"),
    ("examinations_share_down", "examinations_down", "examinations"),
    ("staff_sent_share", "staff_sent", "staff"),
):
    _needs = (f"hospitals.{_total}", f"hospitals.{_part}")
    figure("group", name=_name, needs=_needs)(_down(_part, _total))


@figure("district", needs=("hospitals.recommended_standard",))
def heads_at_standard(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Percent of the leads that meet the recommended standard of county hospitals."""
    every = zip(_leads(facts), said(facts.hospitals, "recommended_standard"), strict=True)
    answers = [answer for leading, answer in every if leading]
    if not answers or None in answers:
        return facts.whole(None)
    return facts.whole(percent(float(answers.count("yes")), float(len(answers))))


__all__ = ["RANKED", "public_tertiary"]
