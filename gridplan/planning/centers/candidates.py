"""Where a center could stand: what exists, what the district proposes, or clusters of residents."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from gridplan.district.district import District
from gridplan.district.schema.labels import NOTE, PLACE, ROW, label_columns
from gridplan.errors import InputError, Problem
from gridplan.planning.scenario.kinds import nearest_word
from gridplan.planning.scenario.scenario import Scenario


def possible_sites(district: District, scenario: Scenario) -> gpd.GeoDataFrame:
    """
    List every place where a center may stand, kept ones first.

    Existing centers are kept unless the scenario closes them; a closed one is no candidate. New
    sites are the district's own candidates or, where it brings none, generated ones.

    Parameters
    ----------
    district
        Its centers, candidates and residents.
    scenario
        ``close``, ``enlarge``, ``band_exempt``, ``candidates_per_community``, ``seed``, the band.

    Returns
    -------
    sites
        Index ``center``: ``name`` (None for new), ``status`` (``existing`` | ``new``), ``class``
        (as it exists, else None), ``capacity`` (persons or NaN), what the layers say of how far
        their rows can be trusted, ``unit``, geometry (point).

    Raises
    ------
    InputError
        If the scenario closes, enlarges or exempts what does not exist, enlarges a center to less
        than it holds, or closes what it enlarges or exempts; all at once.
    """
    _check_named(district, scenario)
    kept = _enlarged(district.centers.drop(index=list(scenario.close)), scenario)
    if len(district.candidates):
        new = district.candidates.drop(columns="community", errors="ignore")
    else:
        new = generated_sites(district, scenario)
    new = new[~new["unit"].isin(kept["unit"])]
    new = pd.concat([new, _sites_of_exempt_units(district, scenario, kept, new)])
    new.index = [f"N{number:03d}" for number in range(1, len(new) + 1)]
    new = new.assign(name=None, status="new", **{"class": None})
    labels = dict.fromkeys(name for layer in (kept, new) for name in _labels(layer))
    columns = ["name", "status", "class", "capacity", *labels, "unit", "geometry"]
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
    return sites


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
    if problems:
        raise InputError(problems)


def _enlarged(kept: gpd.GeoDataFrame, scenario: Scenario) -> gpd.GeoDataFrame:
    """Give the centers the room they have once enlarged."""
    room = kept["capacity"].astype(float).copy()
    for name, residents in scenario.enlarge:
        room[name] = float(residents)
    return kept.assign(capacity=room)


def _sites_of_exempt_units(
    district: District, scenario: Scenario, kept: gpd.GeoDataFrame, new: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Add a site to each exempt unit that has none with room for all who live there."""
    people = district.units["population"]
    both = pd.concat([kept[["unit", "capacity"]], new[["unit", "capacity"]]])
    roomy = both[both["capacity"].fillna(np.inf).to_numpy() >= people[both["unit"]].to_numpy()]
    named = people.index.isin(scenario.band_exempt) & ~people.index.isin(roomy["unit"])
    at = np.flatnonzero(named)
    return gpd.GeoDataFrame(
        {"capacity": np.full(len(at), np.nan), "unit": people.index[at]},
        geometry=gpd.points_from_xy(*district.centroids[at].T),
        crs=district.units.crs,
    )


def generated_sites(district: District, scenario: Scenario) -> gpd.GeoDataFrame:
    """
    Cluster the residents of each community and snap each cluster to a populated unit.

    A community gets ``candidates_per_community`` clusters, or more where its residents fill more
    than half as many of the smallest centers to be expected; without communities the streets,
    without streets the whole district take their place. K-means is weighted by residents.

    Parameters
    ----------
    district
        Its units.
    scenario
        ``candidates_per_community``, the band and number of the centers, ``seed``.

    Returns
    -------
    candidates
        ``capacity`` (NaN), ``unit`` and geometry; at most one a unit.
    """
    # Imported where it is needed: what only reads a plan starts two seconds sooner without.
    from sklearn.cluster import KMeans

    units = district.units
    people = units["population"].to_numpy(dtype=float)
    places = district.centroids
    chosen: list[int] = []
    smallest = _smallest_center(district, scenario)
    for members in _neighbourhoods(district):
        wanted = max(
            scenario.candidates_per_community,
            int(2 * people[members].sum() // smallest),
        )
        spots = np.unique(places[members], axis=0)
        clusters = min(wanted, len(spots))
        model = KMeans(n_clusters=clusters, n_init=1, random_state=scenario.seed)
        # One thread: the order in which threads add up would decide the last digits.
        with threadpool_limits(limits=1):
            model.fit(places[members], sample_weight=people[members])
        for heart in np.round(model.cluster_centers_, 3):
            metres = np.hypot(*(places[members] - heart).T)
            chosen.append(int(members[np.argmin(np.round(metres, 3))]))
    chosen = sorted(set(chosen))
    rows = units.iloc[chosen]
    return gpd.GeoDataFrame(
        {"capacity": np.nan, "unit": rows.index.to_numpy()},
        geometry=gpd.points_from_xy(*places[chosen].T),
        crs=units.crs,
    )


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


def _smallest_center(district: District, scenario: Scenario) -> float:
    """
    Give the residents of the smallest center to be expected: the lower bound, if it says much.

    A bound that is low or none asks for no more candidates than centers a quarter full would, or
    centers as many as are asked for: a wider band must not drown the search in sites.
    """
    expected = scenario.center_upper / 4
    if scenario.centers:
        expected = min(expected, district.population / scenario.centers)
    return max(1.0, scenario.center_lower, expected)


def _neighbourhoods(district: District) -> list[np.ndarray]:
    """Positions of the populated units of each community (or street, or the whole)."""
    units = district.units
    populated = units["population"].to_numpy(dtype=float) > 0
    for level in ("community", "subdistrict"):
        if units[level].notna().any():
            labels = units[level].fillna("").to_numpy(dtype=str)
            break
    else:
        labels = np.zeros(len(units), dtype=str)
    parts = [np.flatnonzero((labels == label) & populated) for label in np.unique(labels)]
    return [part for part in parts if len(part)]
