"""How many residents each center may serve, and how many centers a part of the district can have.

Each site has its own band: the scenario's, narrowed by what its house holds, lifted for those that
are exempt. From these bands follow the fewest and the most centers of each grid by counting alone.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.planning.centers.candidates import kept_sites
from gridplan.planning.duty.reading import reading_of
from gridplan.planning.premises.site_columns import holds as most_held
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sites.stations import is_station, station_upper

NEED_COLUMNS = ("residents", "kept", "sites", "room", "load", "fewest", "most")
"""Of :func:`center_needs`."""
MANY = 10_000_000
"""Centers, where their number has no bound."""


def with_band(sites: gpd.GeoDataFrame, district: District, scenario: Scenario) -> gpd.GeoDataFrame:
    """
    Add the residents each site may serve.

    1. The scenario's band. 2. A house serves no more than it holds; one that holds less than the
    lower bound has none, since whole units seldom fill it to the last place. 3. An exempt center
    serves whoever comes, as far as its house holds them. 4. A center in an exempt unit may serve
    all residents of that unit. 5. Where the band binds no single center (``band_reading``), each
    serves whoever comes: as far as its house holds them where the band is a mean, and without any
    bound where there is none. 6. A center that is regional today has the band of regional ones, if
    there is one; which new ones become regional is chosen later, among centers of the usual band.
    7. A station has no lower bound, and an upper one of its own.

    Parameters
    ----------
    sites
        Of :func:`gridplan.planning.centers.candidates.possible_sites`.
    district, scenario
        Residents; band and exemptions.

    Returns
    -------
    sites
        With ``capacity_lower`` and ``capacity_upper``, residents.
    """
    holds = most_held(sites).fillna(np.inf).to_numpy(dtype=float)
    reading, post = reading_of(district, scenario), is_station(sites)
    few = np.minimum(holds, float(station_upper(scenario)))
    if reading != "center":
        every = np.full(len(sites), district.population)
        most = every if reading == "none" else np.minimum(holds, every)
        return sites.assign(capacity_upper=np.where(post, few, most), capacity_lower=0.0)
    least, most = bands(sites, scenario)
    upper = np.minimum(most, holds)
    lower = np.where(holds < least, 0.0, least)
    exempt = sites.index.isin(scenario.band_exempt) & (sites["status"] == "existing").to_numpy()
    upper = np.where(exempt, np.minimum(holds, district.population), upper)
    lower = np.where(exempt, 0.0, lower)
    inside = sites["unit"].isin(scenario.band_exempt).to_numpy()
    living = district.units["population"].loc[sites["unit"]].to_numpy(dtype=float)
    upper = np.where(inside, np.maximum(upper, np.minimum(holds, living)), upper)
    return sites.assign(
        capacity_upper=np.where(post & ~exempt, few, upper),
        capacity_lower=np.where(post, 0.0, lower),
    )


def bands(sites: pd.DataFrame, scenario: Scenario) -> tuple[np.ndarray, np.ndarray]:
    """Give the least and the most residents of each site: those regional today have their own."""
    head = np.zeros(len(sites), dtype=bool)
    if "class" in sites:
        head |= ((sites["class"] == "regional") & (sites["status"] == "existing")).to_numpy()
    lower, upper = scenario.center_lower, scenario.center_upper
    own = scenario.regional_lower, scenario.regional_upper
    return (
        np.where(head, lower if own[0] is None else own[0], lower).astype(float),
        np.where(head, upper if own[1] is None else own[1], upper).astype(float),
    )


def center_needs(
    district: District, scenario: Scenario, sites: gpd.GeoDataFrame, grid: pd.Series | None
) -> pd.DataFrame:
    """
    Count, grid by grid, the centers that the bands of the sites allow.

    Parameters
    ----------
    district, scenario
        Residents; exempt units.
    sites
        With ``grid`` and the band of each.
    grid
        Grid of each unit, or None for the district as one.

    Returns
    -------
    needs
        Index grid (``""`` for the whole): ``residents``; ``kept`` centers; possible ``sites``;
        ``room``, residents they could serve if all were opened; ``load``, residents that the kept
        ones must serve at least; ``fewest`` centers with room for all (more than ``sites`` if there
        is none); ``most`` centers that all residents can fill (fewer than ``kept`` if they cannot
        fill those). Stations count nowhere: they only take what they can.
    """
    people = district.units["population"]
    exempt = people.index.isin(scenario.band_exempt)
    # Who lives in an exempt unit goes to one center: they fill no other.
    crowd = people.where(exempt & (people > scenario.center_upper))
    at = crowd.reindex(sites["unit"]).to_numpy(dtype=float)
    post = is_station(sites)
    again = sites["unit"].where(~post).duplicated().to_numpy()
    every = _Sites(
        post=post,
        exists=(sites["status"] == "existing").to_numpy(),
        kept=kept_sites(sites, scenario),
        upper=sites["capacity_upper"].to_numpy(dtype=float),
        lower=sites["capacity_lower"].to_numpy(dtype=float),
        crowd=np.where(again, np.nan, at),
    )
    total = people.groupby(pd.Series("", index=people.index) if grid is None else grid).sum()
    of_site = np.full(len(sites), "") if grid is None else grid.loc[sites["unit"]].to_numpy()
    rows = {
        name: _need(float(residents), every.where(of_site == name), scenario.center_stations)
        for name, residents in total.items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(NEED_COLUMNS))
    return table.rename_axis("grid")


class _Sites(NamedTuple):
    """
    What is counted of sites, a value a site.

    ``crowd``: residents of an exempt unit too many for any other center, at the first site in it;
    NaN elsewhere.
    """

    post: np.ndarray
    exists: np.ndarray
    kept: np.ndarray
    upper: np.ndarray
    lower: np.ndarray
    crowd: np.ndarray

    def where(self, which: np.ndarray) -> _Sites:
        return _Sites(*(values[which] for values in self))


def _need(total: float, sites: _Sites, stations: int) -> tuple[float, ...]:
    # What stations can take at the most, others need not.
    room, exists = sites.upper[sites.post], sites.exists[sites.post]
    taken = float(room[exists].sum()) + float(np.sort(room[~exists])[::-1][:stations].sum())
    _, _, kept, upper, lower, crowd = sites.where(~sites.post)
    most_room = np.cumsum([float(upper[kept].sum()), *np.sort(upper[~kept])[::-1]])
    enough = np.flatnonzero(most_room >= (total - taken) * (1 - 1e-12))
    fewest = kept.sum() + (enough[0] if len(enough) else len(upper) + 1)
    own = ~np.isnan(crowd)
    there = np.where(own, crowd, lower)
    order = np.lexsort((there[~kept], ~own[~kept]))
    least_load = np.cumsum([float(there[kept].sum()), *there[~kept][order]])
    filled = np.flatnonzero(least_load <= total * (1 + 1e-12))
    most = kept.sum() + filled[-1] if len(filled) else -1
    load = float(lower[kept].sum())
    return total, int(kept.sum()), len(upper), float(upper.sum()), load, int(fewest), int(most)


def mean_numbers(residents: float, scenario: Scenario) -> tuple[int, int]:
    """
    Count the fewest and the most centers whose mean lies in the band.

    Parameters
    ----------
    residents
        Of the street or the district.
    scenario
        Its band.

    Returns
    -------
    fewest, most
        The first above the second where there is no such number.
    """
    fewest = math.ceil(residents / scenario.center_upper * (1 - 1e-12))
    lower = scenario.center_lower
    return fewest, math.floor(residents / lower * (1 + 1e-12)) if lower else MANY


def number_of_centers(
    district: District,
    scenario: Scenario,
    sites: gpd.GeoDataFrame,
    needs: pd.DataFrame,
    *,
    least: int,
) -> int:
    """
    Derive how many centers the district needs.

    The scenario's own number, which is the most where the fewest are sought; else residents
    divided by the middle of the band, rounded, what small houses and exempt units take counted
    apart, kept within what the bands allow in each grid, and not below ``least``. Where no band
    binds, no more than ``least``, or one for each street if nothing else tells.

    Parameters
    ----------
    district, scenario
        Residents; ``centers`` and the band.
    sites
        With the band of each.
    needs
        Of :func:`center_needs`.
    least
        Centers there are in any case: those kept, or the streets' minimum.

    Returns
    -------
    number
    """
    most_asked = scenario.centers
    if most_asked is not None and scenario.center_objective != "fewest":
        return most_asked
    reading = reading_of(district, scenario)
    if reading == "none":
        number = least or min(len(sites), max(1, len(district.subdistricts)))
        return number if most_asked is None else min(max(number, 1), most_asked)
    middle = (scenario.center_lower + scenario.center_upper) / 2
    small = sites[
        (sites["status"] == "existing")
        & (sites["capacity_upper"] < scenario.center_lower)
        & ~sites.index.isin(scenario.band_exempt)
    ]
    people = district.units["population"]
    crowded = people[people.index.isin(scenario.band_exempt) & (people > scenario.center_upper)]
    rest = district.population - float(small["capacity_upper"].sum()) - float(crowded.sum())
    wanted = len(small) + len(crowded) + round(max(rest, 0.0) / middle)
    fewest = int(np.minimum(needs["fewest"], needs["sites"]).sum())
    most = int(np.maximum(needs["most"], needs["kept"]).sum())
    if reading != "center":
        low, high = mean_numbers(district.population, scenario)
        fewest, most = max(fewest, low), min(most, high)
    number = max(least, 1, min(max(wanted, fewest), most))
    number = min(number, max(len(sites), 1))
    return number if most_asked is None else min(number, most_asked)
