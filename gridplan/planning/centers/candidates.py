"""Where a center could stand: what exists, what the district proposes, or clusters of residents."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridplan.district.district import District
from gridplan.district.schema.labels import NOTE, PLACE, ROW, label_columns
from gridplan.errors import InputError, Problem
from gridplan.planning.premises.site_columns import (
    columns_in,
    holds,
    offered,
    typed,
    with_state,
    wrong_sites,
)
from gridplan.planning.scenario.kinds import nearest_word
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sites.areas import may_stand, unknown_areas
from gridplan.planning.sites.generated import generated_sites
from gridplan.planning.sites.stations import CLASS, station_sites


def possible_sites(district: District, scenario: Scenario) -> gpd.GeoDataFrame:
    """
    List every place where a center may stand, kept ones first.

    Existing centers are kept unless the scenario closes them; a closed one is no candidate. New
    sites are the district's own candidates or, where it brings none, generated ones; where clusters
    are to stand at the candidates given (``candidates_at``), those nearest to one.

    Parameters
    ----------
    district
        Its centers, candidates and residents.
    scenario
        ``close``, ``enlarge``, ``band_exempt``, ``open_at``, ``not_at``,
        ``candidates_per_community``, ``seed``, the band.

    Returns
    -------
    sites
        Index ``center``: ``name`` (None for new), ``status`` (``existing`` | ``new``), ``class``
        (as it exists, else None; ``station`` of one), ``capacity`` (persons or NaN), of
        :data:`~gridplan.planning.premises.site_columns.SITE_COLUMNS` what the layers bring, what
        they say of how far their rows can be trusted, ``unit``, geometry (point). Rejected ones
        are not among them.

    Raises
    ------
    InputError
        If the scenario closes, enlarges or exempts what does not exist, enlarges a center to less
        than it holds, closes what it enlarges or exempts, or opens a center where there is no unit,
        where one stands or where none may; all at once.
    """
    return _listed(district, scenario).copy()


@lru_cache(maxsize=4)
def _listed(district: District, scenario: Scenario) -> gpd.GeoDataFrame:
    """Give the sites of :func:`possible_sites`; kept for the last few asked for."""
    _check_named(district, scenario)
    kept = _enlarged(with_state(district.centers.drop(index=list(scenario.close))), scenario)
    if len(district.candidates) and scenario.candidates_at != "given":
        new = offered(district)
        allowed = district.units.index[may_stand(district, scenario)]
        new = new[new["unit"].isin(allowed)]
    else:
        new = generated_sites(district, scenario)
    new = new[~new["unit"].isin([*kept["unit"], *scenario.not_at])]
    new = pd.concat([new, _sites_of_exempt_units(district, scenario, kept, new)])
    new = _with_forced(district, scenario, new)
    new = new.assign(name=None, status="new", **{"class": None})
    new = pd.concat([new, _stations(district, scenario, kept, new)])
    labels = dict.fromkeys(name for layer in (kept, new) for name in _labels(layer))
    more = columns_in(kept, new)
    columns = ["name", "status", "class", "capacity", *more, *labels, "unit", "geometry"]
    kept = kept.assign(status="existing").reindex(columns=columns)
    new = new.reindex(columns=columns)
    # Concatenated as plain columns: pandas warns where one side of a column is all missing.
    sites = gpd.GeoDataFrame(
        {name: [*kept[name], *new[name]] for name in columns},
        index=pd.Index([*kept.index, *new.index], name="center"),
        crs=district.units.crs,
    )
    sites["capacity"] = sites["capacity"].astype(float)
    for column in ("name", "class", *labels):
        sites[column] = sites[column].astype(object).where(sites[column].notna(), None)
    return typed(sites)


def _stations(
    district: District, scenario: Scenario, kept: gpd.GeoDataFrame, new: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Give the places for stations, named ``S01`` and on."""
    if not scenario.center_stations:
        return new.iloc[:0]
    found = station_sites(district, scenario, kept, {*kept["unit"], *new["unit"]})
    known = {*kept.index, *new.index}
    free = (name for number in itertools.count(1) if (name := f"S{number:02d}") not in known)
    found.index = [next(free) for _ in range(len(found))]
    return found.assign(name=None, status="new", **{"class": CLASS})


def kept_sites(sites: pd.DataFrame, scenario: Scenario) -> NDArray[np.bool_]:
    """Mark the sites where a center is in any case: existing ones, and those of ``open_at``."""
    forced = sites.index.isin([name for name, _ in scenario.open_at])
    return np.asarray(forced | (sites["status"] == "existing").to_numpy())


def _with_forced(district: District, scenario: Scenario, new: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Name the new sites; those that must open carry the name the scenario gives them."""
    forced = {unit: name for name, unit in scenario.open_at}
    missing = [unit for unit in forced if unit not in set(new["unit"])]
    new = pd.concat([new, _at_units(district, missing)])
    taken = set(forced.values())
    free = (name for number in itertools.count(1) if (name := f"N{number:03d}") not in taken)
    new.index = [forced.get(unit) or next(free) for unit in new["unit"]]
    return new


def _at_units(district: District, units: Sequence[str]) -> gpd.GeoDataFrame:
    """Give a site in the middle of each of these units."""
    at = district.units.index.get_indexer(units)
    return gpd.GeoDataFrame(
        {"capacity": np.full(len(at), np.nan), "unit": district.units.index[at]},
        geometry=gpd.points_from_xy(*district.centroids[at].T),
        crs=district.units.crs,
    )


def _labels(layer: pd.DataFrame) -> list[str]:
    known = ("capacity", ROW, PLACE, NOTE)
    told = (*label_columns(name for name in layer if name in (*known, "capacity_label")), NOTE)
    return [name for name in told if name in layer]


def _check_named(district: District, scenario: Scenario) -> None:
    """Refuse a scenario that names centers or units that are not there, or are closed too."""
    centers = [str(name) for name in district.centers.index]
    problems = [
        Problem("close-unknown", {"center": name, "near": nearest_word(name, centers or ["-"])})
        for name in scenario.close
        if name not in centers
    ]
    for name, room in scenario.enlarge:
        values: dict[str, object] = {"key": "enlarge", "center": name}
        if name not in centers:
            near = nearest_word(name, centers or ["-"])
            problems.append(Problem("enlarge-unknown", {"center": name, "near": near}))
        elif name in scenario.close:
            problems.append(Problem("closed-too", values))
        elif room < district.centers.loc[name, "capacity"]:
            values["holds"] = round(float(district.centers.loc[name, "capacity"]))
            problems.append(Problem("enlarge-shrinks", values | {"room": room}))
    known = {*centers, *map(str, district.units.index)}
    for name in scenario.band_exempt:
        if name not in known:
            near = nearest_word(name, sorted(known))
            problems.append(Problem("exempt-unknown", {"name": name, "near": near}))
        elif name in scenario.close:
            problems.append(Problem("closed-too", {"key": "band_exempt", "center": name}))
    problems += [*_wrong_places(district, scenario, centers), *unknown_areas(district, scenario)]
    problems += wrong_sites(district)
    if problems:
        raise InputError(problems)


def _wrong_places(district: District, scenario: Scenario, centers: list[str]) -> list[Problem]:
    """Tell the places named by ``open_at`` and ``not_at`` that cannot be meant."""
    units = [str(name) for name in district.units.index]
    known, problems = set(units), []
    at = [(f"open_at.{name}", unit) for name, unit in scenario.open_at]
    for key, unit in [*at, *(("not_at", unit) for unit in scenario.not_at)]:
        if unit not in known:
            told = {"key": key, "unit": unit, "near": nearest_word(unit, units)}
            problems.append(Problem("place-unknown", told))
    open_centers = district.centers.drop(index=[n for n in scenario.close if n in centers])
    stands = dict(zip(open_centers["unit"], open_centers.index, strict=True))
    for name, unit in scenario.open_at:
        values = {"center": name, "unit": unit}
        if name in centers:
            problems.append(Problem("open-named-as-existing", values))
        if unit in stands:
            problems.append(Problem("open-where-one-is", values | {"there": str(stands[unit])}))
        if unit in scenario.not_at:
            problems.append(Problem("open-where-barred", values))
    twice = {
        unit for _, unit in scenario.open_at if [u for _, u in scenario.open_at].count(unit) > 1
    }
    problems += [Problem("open-twice", {"unit": unit}) for unit in sorted(twice)]
    return problems


def _enlarged(kept: gpd.GeoDataFrame, scenario: Scenario) -> gpd.GeoDataFrame:
    """Give the centers the room they have once enlarged."""
    room = kept["capacity"].astype(float).copy()
    for name, residents in scenario.enlarge:
        room[name] = float(residents)
    if "capacity_max" in kept:
        most = kept["capacity_max"].astype(float)
        kept = kept.assign(capacity_max=most.where(~(most < room), room))
    return kept.assign(capacity=room)


def _sites_of_exempt_units(
    district: District, scenario: Scenario, kept: gpd.GeoDataFrame, new: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Add a site to each exempt unit that has none with room for all who live there."""
    if not scenario.band_exempt:
        return _at_units(district, [])
    people = district.units["population"]
    both = pd.concat([part[["unit"]].assign(holds=holds(part)) for part in (kept, new)])
    roomy = both[both["holds"].fillna(np.inf).to_numpy() >= people[both["unit"]].to_numpy()]
    named = people.index.isin(scenario.band_exempt) & ~people.index.isin(roomy["unit"])
    return _at_units(district, list(people.index[named]))


def with_candidates(district: District, scenario: Scenario) -> District:
    """Give the district the candidates that are generated for a scenario, where it brings none."""
    if len(district.candidates):
        return district
    found = generated_sites(district, scenario)
    found.index = pd.Index([str(at) for at in range(len(found))], name="candidate")
    return dataclasses.replace(district, candidates=found)


def busiest(district: District, grid: pd.Series) -> list[str]:
    """Name the unit with most residents in each grid that has any."""
    people = district.units["population"]
    top = people.groupby(grid).idxmax()
    return [str(unit) for unit in top if people[unit] > 0]
