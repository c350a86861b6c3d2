"""Place the centers: the planner's demands as arrays, the engine's answer as tables."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from gridplan.district.district import District
from gridplan.errors import InfeasibleError
from gridplan.optimise.run import Progress
from gridplan.optimise.siting import capacitated_p_median, envy_cost
from gridplan.planning.candidates import possible_sites
from gridplan.planning.certificate import Certificate, certificate_of
from gridplan.planning.explain import center_clashes, center_conflicts
from gridplan.planning.scenario import Scenario
from gridplan.planning.travel import straight_metres

# So many unit-to-site pairs the engine is given at the most; beyond it the nearest sites only.
_PAIRS = 6_000_000
_NEAREST_AT_LEAST = 40


@dataclass(frozen=True, eq=False)
class Centers:
    """
    The centers and who goes where, as labelled tables.

    Parameters
    ----------
    sites
        The opened ones, in the form of :func:`gridplan.planning.candidates.possible_sites`, with
        ``grid``, ``subdistrict``, ``community``, ``population``, ``capacity_lower``,
        ``capacity_upper`` and ``mean_metres``.
    center
        Index ``unit``: id of its center.
    metres_to_center
        Index ``unit``: straight line.
    certificate
        Of the siting.
    """

    sites: gpd.GeoDataFrame
    center: pd.Series
    metres_to_center: pd.Series
    certificate: Certificate


def number_of_centers(
    district: District, scenario: Scenario, grid: pd.Series | None, *, least: int
) -> int:
    """
    Derive how many centers the district needs.

    The scenario's own number, else residents divided by the middle of the band, rounded, kept
    within what the band allows in each grid, and not below ``least``.

    Parameters
    ----------
    district
        Its residents.
    scenario
        ``centers`` and the band.
    grid
        Grid of each unit, or None.
    least
        Centers there are in any case: those kept, or the streets' minimum.

    Returns
    -------
    number
    """
    if scenario.centers is not None:
        return scenario.centers
    people = district.units["population"]
    parts = [people.sum()] if grid is None else list(people.groupby(grid).sum())
    middle = (scenario.center_lower + scenario.center_upper) / 2
    fewest = sum(math.ceil(part / scenario.center_upper) for part in parts)
    lower = max(1, scenario.center_lower)
    most = sum(math.floor(part / lower) for part in parts)
    return max(least, 1, min(max(round(people.sum() / middle), fewest), most))


def plan_centers(
    district: District,
    scenario: Scenario,
    grid: pd.Series | None,
    *,
    progress: Callable[[Progress], bool | None] | None = None,
) -> Centers:
    """
    Choose the sites and assign every unit to one center of its own grid.

    Parameters
    ----------
    district
        Residents, existing centers, candidates.
    scenario
        Number, band, closed centers, streets' minimum, seed and limits.
    grid
        Index ``unit``: grid of each unit; None where no grids are planned.
    progress
        Told how far the run is; returning True stops it with the best so far.

    Returns
    -------
    Centers

    Raises
    ------
    InputError
        If the scenario closes a center that does not exist.
    InfeasibleError
        If the demands clash; says which, with the numbers and what would help.
    """
    sites = _with_band(_placed(possible_sites(district, scenario), district, grid), scenario)
    kept = (sites["status"] == "existing").to_numpy()
    groups = _street_minimum(sites, district, scenario)
    least = max(int(kept.sum()), int(groups[1].sum()))
    number = number_of_centers(district, scenario, grid, least=least)
    clashes = center_clashes(district, scenario, sites, number, grid)
    if clashes:
        raise InfeasibleError(clashes)

    populated = district.units["population"].to_numpy(dtype=float) > 0
    people = district.units["population"].to_numpy(dtype=float)[populated]
    labels = _grid_labels(sites, district, grid)
    metres = straight_metres(
        district.centroids[populated],
        np.column_stack([sites.geometry.x, sites.geometry.y]),
        place_label=labels[0][populated],
        site_label=labels[1],
        nearest=max(_NEAREST_AT_LEAST, _PAIRS // len(people)),
    )
    cost = metres.copy()
    cost.data = envy_cost(
        metres.data,
        np.repeat(people, np.diff(metres.indptr)),
        weight=scenario.center_equity,
        standard=scenario.center_max_minutes * scenario.walk_metres_per_minute,
    )
    answer = capacitated_p_median(
        cost,
        people,
        sites["capacity_upper"].to_numpy(dtype=float),
        number,
        lower=sites["capacity_lower"].to_numpy(dtype=float),
        group=groups[0],
        group_min=groups[1],
        kept=kept,
        seed=scenario.seed,
        work_limit=scenario.work_limit,
        time_limit=scenario.time_limit,
        progress=progress,
    )
    if not answer.feasible:
        whole = bool((labels[0] == labels[0][0]).all()) and metres.nnz == np.prod(metres.shape)
        raise InfeasibleError(
            center_conflicts(answer, district, scenario, sites, number, whole=whole)
        )
    site = _every_unit(np.asarray(answer.assignment), populated, district, sites, labels)
    proof = certificate_of(answer, seed=scenario.seed, unit="person-metres")
    return _tables(site, np.sort(np.asarray(answer.sites)), district, sites, proof)


def asked_sites(
    district: District, scenario: Scenario
) -> tuple[gpd.GeoDataFrame, np.ndarray, np.ndarray]:
    """
    List the possible sites with their bands, and what each street needs, before any grids.

    Parameters
    ----------
    district, scenario
        As for :func:`plan_centers`.

    Returns
    -------
    sites, street, least
        The sites, ``(m,)`` the number of each one's street, ``(streets,)`` centers it must have.
    """
    sites = _with_band(_placed(possible_sites(district, scenario), district, None), scenario)
    return sites, *_street_minimum(sites, district, scenario)


def _every_unit(
    assigned: np.ndarray,
    populated: np.ndarray,
    district: District,
    sites: gpd.GeoDataFrame,
    labels: tuple[np.ndarray, np.ndarray],
) -> np.ndarray:
    """Give empty units, which the engine never saw, to the nearest opened site of their grid."""
    site = np.full(len(populated), -1)
    site[populated] = assigned
    opened = np.unique(assigned)
    places = np.column_stack([sites.geometry.x, sites.geometry.y])
    empty = np.flatnonzero(~populated)
    near = straight_metres(
        district.centroids[empty],
        places[opened],
        place_label=labels[0][empty],
        site_label=labels[1][opened],
        nearest=1,
    )
    site[empty[np.diff(near.indptr) > 0]] = opened[near.indices]
    if (site < 0).any():  # a grid without residents and so without a center: nearest of all
        left = np.flatnonzero(site < 0)
        site[left] = opened[cKDTree(places[opened]).query(district.centroids[left])[1]]
    return site


def _placed(
    sites: gpd.GeoDataFrame, district: District, grid: pd.Series | None
) -> gpd.GeoDataFrame:
    """Add to each site where it stands: grid, subdistrict, community."""
    standing = district.units.loc[sites["unit"]]
    return sites.assign(
        grid=None if grid is None else grid.loc[sites["unit"]].to_numpy(),
        subdistrict=standing["subdistrict"].to_numpy(),
        community=standing["community"].to_numpy(),
    )


def _with_band(sites: gpd.GeoDataFrame, scenario: Scenario) -> gpd.GeoDataFrame:
    """Add the residents each site may serve: the band, narrowed by what its house can hold."""
    holds = sites["capacity"].fillna(np.inf)
    return sites.assign(
        capacity_upper=np.minimum(float(scenario.center_upper), holds),
        capacity_lower=np.minimum(float(scenario.center_lower), holds),
    )


def _grid_labels(
    sites: gpd.GeoDataFrame, district: District, grid: pd.Series | None
) -> tuple[np.ndarray, np.ndarray]:
    if grid is None:
        return np.zeros(len(district.units), dtype=int), np.zeros(len(sites), dtype=int)
    codes, names = pd.factorize(grid, sort=True)
    return codes, pd.Index(names).get_indexer(sites["grid"])


def _street_minimum(
    sites: gpd.GeoDataFrame, district: District, scenario: Scenario
) -> tuple[np.ndarray, np.ndarray]:
    """
    Give each site its street's number, and each street the centers it needs for its regional ones.

    A street without residents, or where no center can stand, needs none.
    """
    codes, names = pd.factorize(sites["subdistrict"], sort=True, use_na_sentinel=False)
    if not scenario.regional_max:
        return codes, np.zeros(len(names), dtype=int)
    residents = district.units.groupby("subdistrict")["population"].sum()
    peopled = pd.Index(names).isin(residents.index[residents > 0])
    return codes, np.where(peopled, scenario.regional_min, 0).astype(int)


def _tables(
    site: np.ndarray,
    opened: np.ndarray,
    district: District,
    sites: gpd.GeoDataFrame,
    proof: Certificate,
) -> Centers:
    index = district.units.index
    people = district.units["population"].to_numpy(dtype=float)
    places = np.column_stack([sites.geometry.x, sites.geometry.y])
    walked = np.round(np.hypot(*(district.centroids - places[site]).T))
    load = np.bincount(site, weights=people, minlength=len(sites))
    weighted = np.bincount(site, weights=people * walked, minlength=len(sites))
    table = sites.iloc[opened].assign(
        population=load[opened],
        mean_metres=weighted[opened] / np.maximum(load[opened], 1e-9),
    )
    return Centers(
        sites=table,
        center=pd.Series(sites.index.to_numpy(dtype=object)[site], index=index, name="center"),
        metres_to_center=pd.Series(walked, index=index, name="metres_to_center"),
        certificate=proof,
    )
