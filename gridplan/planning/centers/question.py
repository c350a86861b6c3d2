"""What is asked of the centers: possible sites with their bands, how many, and in which streets."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.planning.centers.band import (
    center_needs,
    mean_numbers,
    number_of_centers,
    with_band,
)
from gridplan.planning.centers.candidates import kept_sites, possible_sites
from gridplan.planning.duty.cells import Cells
from gridplan.planning.duty.reading import keeps_to_own, reading_of
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sites.stations import is_station


@dataclass(frozen=True, eq=False)
class CenterQuestion:
    """
    The demands on the centers, as tables.

    Parameters
    ----------
    sites
        Index ``center``: possible sites in the form of
        :func:`gridplan.planning.centers.candidates.possible_sites`, with ``grid``, ``subdistrict``,
        ``community``, ``capacity_lower`` and ``capacity_upper``.
    number
        Centers to open.
    needs
        Of each grid: :func:`gridplan.planning.centers.band.center_needs`.
    whole
        The same of the district as one: one row.
    street
        ``(m,)`` number of each site's street; -1 for a station, which counts for none.
    street_names
        Names of the streets, in the order of these numbers.
    street_minimum
        Centers each street must have at least: for its regional ones, for those who keep to their
        own street, for the mean of the band.
    street_maximum
        The most it may have for the mean of the band; None where no street's mean is asked for.
    stations
        Stations to open beside the centers, those that exist included.
    """

    sites: gpd.GeoDataFrame
    number: int
    needs: pd.DataFrame
    whole: pd.Series
    street: np.ndarray
    street_names: pd.Index
    street_minimum: np.ndarray
    street_maximum: np.ndarray | None = None
    stations: int = 0


def has_1n(district: District, scenario: Scenario) -> bool:
    """Whether 1+N is planned: it goes street by street, so where streets are known."""
    return bool(scenario.regional_max) and not district.subdistricts.empty


def center_question(
    district: District, scenario: Scenario, grid: pd.Series | None
) -> CenterQuestion:
    """
    Turn district and scenario into what is asked of the centers.

    Parameters
    ----------
    district
        Residents, existing centers, candidates.
    scenario
        Number, band, who is closed, enlarged and exempt, streets' minimum.
    grid
        Index ``unit``: grid of each unit; None where none are planned, or not yet.

    Returns
    -------
    CenterQuestion

    Raises
    ------
    InputError
        If the scenario names centers or units that are not there.
    """
    sites = with_band(
        _placed(possible_sites(district, scenario), district, grid), district, scenario
    )
    post = is_station(sites)
    street, names, minimum = _street_minimum(sites[~post], district, scenario)
    maximum = None
    if reading_of(district, scenario) == "street":
        minimum, maximum = _street_mean(names, minimum, district, scenario)
    needs = center_needs(district, scenario, sites, grid)
    kept = int(kept_sites(sites[~post], scenario).sum())
    fresh = post & (sites["status"] == "new").to_numpy()
    number = number_of_centers(
        district, scenario, sites[~post], needs, least=max(kept, int(minimum.sum()))
    )
    return CenterQuestion(
        sites=sites,
        number=number,
        needs=needs,
        whole=center_needs(district, scenario, sites, None).iloc[0],
        street=_without_stations(street, post),
        street_names=names,
        street_minimum=minimum,
        street_maximum=maximum,
        stations=int((post & ~fresh).sum()) + min(scenario.center_stations, int(fresh.sum())),
    )


def _without_stations(street: np.ndarray, post: np.ndarray) -> np.ndarray:
    """Give stations the number of no street."""
    every = np.full(len(post), -1)
    every[~post] = street
    return every


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


def _street_minimum(
    sites: gpd.GeoDataFrame, district: District, scenario: Scenario
) -> tuple[np.ndarray, pd.Index, np.ndarray]:
    """
    Give each site's street, the streets' names, and the centers each needs.

    For its regional ones, and one where residents keep to their own street. A street without
    residents, or where no center can stand, needs none.
    """
    codes, names = pd.factorize(sites["subdistrict"], sort=True, use_na_sentinel=False)
    names = pd.Index(names)
    residents = district.units.groupby("subdistrict")["population"].sum()
    peopled = names.isin(residents.index[residents > 0])
    own = _own_minimum(codes, peopled, kept_sites(sites, scenario), district, scenario)
    if not scenario.regional_max:
        return codes, names, own
    minimum = np.where(peopled, scenario.regional_min, 0).astype(int)
    return codes, names, np.maximum(minimum, own)


def _street_mean(
    names: pd.Index, minimum: np.ndarray, district: District, scenario: Scenario
) -> tuple[np.ndarray, np.ndarray]:
    """Bound the centers of each street so that its residents for each lie in the band."""
    residents = district.units.groupby("subdistrict")["population"].sum()
    each = residents.reindex(names).fillna(0.0)
    counts = np.array([mean_numbers(value, scenario) for value in each]).reshape(-1, 2)
    return np.maximum(minimum, counts[:, 0]), counts[:, 1]


def _own_minimum(
    street: np.ndarray,
    peopled: np.ndarray,
    kept: np.ndarray,
    district: District,
    scenario: Scenario,
) -> np.ndarray:
    """Ask for one center in each peopled street that is to keep to its own, if there are enough."""
    none = np.zeros(len(peopled), dtype=int)
    if not keeps_to_own(district, scenario):
        return none
    bare = peopled & (np.bincount(street[kept], minlength=len(peopled)) == 0)
    most = scenario.centers
    if most is not None and kept.sum() + bare.sum() > most:
        return none
    return np.where(peopled, 1, none)


def cells_of(
    district: District, scenario: Scenario, asked: CenterQuestion, grid: pd.Series | None
) -> Cells:
    """
    Tell which sites each unit may be assigned to.

    Parameters
    ----------
    district, scenario, asked
        What is asked.
    grid
        Index ``unit``: grid of each unit, or None.

    Returns
    -------
    Cells
        Of all units of the district.
    """
    units, sites = district.units, asked.sites
    unit_grid = np.zeros(len(units), dtype=int)
    site_grid = np.zeros(len(sites), dtype=int)
    if grid is not None:
        unit_grid, names = pd.factorize(grid, sort=True)
        site_grid = pd.Index(names).get_indexer(sites["grid"])
    kept = kept_sites(sites, scenario)
    if not keeps_to_own(district, scenario):
        return Cells(unit_grid, site_grid, None, None, kept)
    own = asked.street_names.get_indexer(units["subdistrict"])
    standing = asked.street_names.get_indexer(sites["subdistrict"])
    whole = pd.Series(unit_grid).groupby(own).nunique().eq(1)
    uncut = whole.reindex(np.arange(len(asked.street_names)), fill_value=True).to_numpy()
    needed = (asked.street_minimum > 0) & uncut
    sure = kept | (needed[asked.street] & (asked.street >= 0))
    return Cells(unit_grid, site_grid, own, standing, sure)
