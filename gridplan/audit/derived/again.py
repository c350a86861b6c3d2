"""A plan put together anew: from the district's files, what it decided, and the rules."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.audit.derived.figures import Facts
from gridplan.audit.derived.layout.decided import Decided, decided_in
from gridplan.audit.derived.layout.grids import grids_of
from gridplan.audit.derived.layout.groups import parties, with_roles
from gridplan.audit.derived.layout.stations import stations_of
from gridplan.audit.derived.layout.units import centers_of, streets_of, units_of
from gridplan.audit.derived.layout.wishes import memberships_of, wishes_of
from gridplan.audit.derived.notes import Noted
from gridplan.audit.derived.rules.findings import findings_of
from gridplan.audit.derived.rules.rules import NONE_OWN
from gridplan.audit.derived.sites.possible import possible_sites
from gridplan.audit.derived.ways.drives import Link, proposed_links
from gridplan.audit.derived.ways.walks import Travel
from gridplan.audit.derived.worth.alternatives import priced
from gridplan.audit.derived.worth.objectives import Worth
from gridplan.audit.derived.worth.reasons import reasons_again
from gridplan.audit.derived.worth.services import services_again
from gridplan.district.district import District, LayerSource
from gridplan.district.files.given_file import TOML_BYTES, read_inside
from gridplan.district.files.reason import UnreadableError
from gridplan.outputs.reading.reasons import reasons_read, services_read
from gridplan.outputs.reading.written import Written
from gridplan.policy.assessment import FILE as ANSWERS
from gridplan.policy.assessment import Answer
from gridplan.policy.rule import Rule

ASSESSMENT, PROFILE = "assessment", "profile"
"""What stands in the place of a layer for the planner's own answers and rules."""


def sites_in(
    plan: Written, district: District, decided: Decided | None, *, own: bool = False
) -> gpd.GeoDataFrame:
    """
    List where the centers of a plan may stand.

    A drawn grid in which no center could stand got a site in its unit with most residents.

    Parameters
    ----------
    plan
        For its scenario and centers.
    district
        As read.
    decided
        For the grids of the sites; None leaves them out.
    own
        Leave out what a drawing added.
    """
    grid = None if decided is None else decided.grid
    sites = possible_sites(district, plan.scenario, grid=grid)
    centers = plan.layout.centers
    if not own and "drawn_name" in plan.layout.grids and not set(centers.index) <= set(sites.index):
        told = plan.layout.units["grid"].reindex(district.units.index).to_numpy(dtype=object)
        added = _busiest(district, told)
        sites = possible_sites(district, plan.scenario, grid=grid, added=added)
    return sites


def _busiest(district: District, grid: np.ndarray) -> list[str]:
    """Name the unit with most residents in each grid, the first of equals."""
    most: dict[object, tuple[float, str]] = {}
    for unit, one, persons in zip(
        district.units.index, grid, district.units["population"], strict=True
    ):
        if persons > most.get(one, (0.0, ""))[0]:
            most[one] = (float(persons), str(unit))
    return [unit for _, unit in most.values()]


def put_together(
    plan: Written,
    district: District,
    rules: tuple[Rule, ...],
    answers: Mapping[str, Answer],
    own_profiles: Mapping[str, Path] = NONE_OWN,
) -> tuple[Written, Facts]:
    """
    Put a plan together from what it decided.

    Parameters
    ----------
    plan
        Of it are taken: the scenario; ``grid`` and ``center`` of each unit, ``lead`` of each grid,
        ``regional_center`` of each center; grids and leads of its alternatives; bound, status,
        method, end and seconds of its certificates; what its wishes cost; notes of the search;
        of lengths halfway between two metres the one that is told.
    district
        As read from the files the plan was made from.
    rules, answers
        That its findings speak of.
    own_profiles
        Where profiles lie that are not in the district's folder, by their name.

    Returns
    -------
    again, facts
        The plan in the form of the one given, and what its figures were counted from.
    """
    travel = Travel(district, plan.scenario)
    links = proposed_links(district, plan.notes)
    decided = decided_in(plan, district)
    sites = sites_in(plan, district, decided)
    layout = _layout(plan, travel, decided, sites, links)
    facts = Facts(travel, layout)
    worth = Worth(travel, decided, links, layout.units, layout.centers, sites["class"].to_dict())
    noted = Noted(travel, decided, links, layout.units, layout.centers, layout.wishes)
    columns = list(plan.findings.columns)
    again = dataclasses.replace(
        plan,
        district=district,
        layout=layout,
        findings=pd.DataFrame(findings_of(facts, rules, answers), columns=columns, dtype=object),
        certificates=_certificates(plan, worth),
        notes=plan.notes if decided.drawn else noted.notes(plan.notes),
        alternatives=priced(plan, travel, links),
        policy_files=_policy_files(plan, district.folder, rules, own_profiles),
        reasons=reasons_read(
            reasons_again(facts, sites_in(plan, district, decided, own=True), rules), district.crs
        ),
        services=services_read(services_again(facts, rules)),
    )
    return again, facts


def _layout(
    plan: Written,
    travel: Travel,
    decided: Decided,
    sites: gpd.GeoDataFrame,
    links: list[Link],
) -> Any:  # noqa: ANN401  # the layout's own kind
    district = travel.district
    people = district.units["population"].to_numpy(dtype=float)
    units = units_of(travel, decided, sites, links)
    forced = {name for name, _ in plan.scenario.open_at}
    centers = centers_of(sites, units, people, decided, forced=forced)
    hospitals = with_roles(district.hospitals, decided.grid_of, decided.leads, district.agreements)
    told = plan.layout.wishes
    wishes = told[(told["relation"] == "wish").to_numpy()] if len(told) else told
    met = wishes_of(wishes, travel, decided)
    settled = memberships_of(travel, decided, centers, units, links)
    return dataclasses.replace(
        plan.layout,
        district=district,
        units=units,
        grids=grids_of(district, decided, units, hospitals),
        centers=centers,
        subdistricts=streets_of(district, units, centers),
        hospitals=hospitals,
        groups=cast("Any", parties(decided.leads, hospitals, centers, district.agreements)),
        stations=stations_of(travel, units, centers),
        wishes=pd.DataFrame(
            [*settled.to_dict("records"), *met.to_dict("records")], columns=settled.columns
        ),
    )


def _certificates(plan: Written, worth: Worth) -> dict[str, Any]:
    """Put what can be worked out into the certificates; bounds and ways are taken on trust."""
    found = {}
    values = worth.values()
    for part, told in plan.certificates.items():
        if part not in values:
            continue
        value, unit = values[part]
        gap = None
        if told.bound is not None and np.isfinite([value, told.bound]).all():
            gap = max(0.0, (value - told.bound) / max(abs(value), 1e-9))
        seed = plan.scenario.seed
        found[part] = dataclasses.replace(told, objective=value, gap=gap, seed=seed, unit=unit)
    return found


def _policy_files(
    plan: Written, folder: Path | None, rules: tuple[Rule, ...], own_profiles: Mapping[str, Path]
) -> tuple[LayerSource, ...]:
    """Take the fingerprints of the planner's own rules and answers."""
    sources = {rule.profile: rule.source for rule in rules}
    found = []
    for name in plan.scenario.profile_files:
        about = sources.get(Path(name).stem)
        title = f"{about.title_zh} / {about.title_en}" if about else ""
        own = own_profiles.get(name)
        place, file = (folder, name) if own is None else (own.parent, own.name)
        found += _source(PROFILE, name, title, place or Path(), file)
    if folder is not None:
        title = "规划者自评 / the planner's self-assessment"
        found += _source(ASSESSMENT, ANSWERS, title, folder, ANSWERS)
    return tuple(found)


def _source(kind: str, name: str, title: str, folder: Path, file: str) -> list[LayerSource]:
    try:
        content = read_inside(folder, file, most=TOML_BYTES)
    except UnreadableError:
        return []
    sha256 = hashlib.sha256(content).hexdigest()
    return [LayerSource(kind, name, "", title, "own", sha256, "")]
