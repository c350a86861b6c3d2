"""What is asked of the centers: possible sites with their bands, how many, and in which streets."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.planning.centers.band import center_needs, number_of_centers, with_band
from gridplan.planning.centers.candidates import kept_sites, possible_sites
from gridplan.planning.scenario.scenario import Scenario


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
        ``(m,)`` number of each site's street.
    street_names
        Names of the streets, in the order of these numbers.
    street_minimum
        Centers each street must have at least, so that it can have its regional ones.
    """

    sites: gpd.GeoDataFrame
    number: int
    needs: pd.DataFrame
    whole: pd.Series
    street: np.ndarray
    street_names: pd.Index
    street_minimum: np.ndarray


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
    street, names, minimum = _street_minimum(sites, district, scenario)
    needs = center_needs(district, scenario, sites, grid)
    kept = int(kept_sites(sites, scenario).sum())
    number = number_of_centers(
        district, scenario, sites, needs, least=max(kept, int(minimum.sum()))
    )
    return CenterQuestion(
        sites=sites,
        number=number,
        needs=needs,
        whole=center_needs(district, scenario, sites, None).iloc[0],
        street=street,
        street_names=names,
        street_minimum=minimum,
    )


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
    Give each site's street, the streets' names, and the centers each needs for its regional ones.

    A street without residents, or where no center can stand, needs none.
    """
    codes, names = pd.factorize(sites["subdistrict"], sort=True, use_na_sentinel=False)
    names = pd.Index(names)
    if not scenario.regional_max:
        return codes, names, np.zeros(len(names), dtype=int)
    residents = district.units.groupby("subdistrict")["population"].sum()
    peopled = names.isin(residents.index[residents > 0])
    return codes, names, np.where(peopled, scenario.regional_min, 0).astype(int)
