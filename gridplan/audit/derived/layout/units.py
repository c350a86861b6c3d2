"""The tables of units, centers and streets, put together anew from what was decided."""

from __future__ import annotations

from collections import Counter

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.audit.derived.layout.decided import Decided
from gridplan.audit.derived.ways.drives import Link, driven
from gridplan.audit.derived.ways.walks import Travel, places_of, settled
from gridplan.district.district import District
from gridplan.district.schema.labels import NOTE, ROW

TO_CENTER, TO_POINT = "metres_to_nearest_center", "metres_to_nearest_point"
"""Columns of the walks to what is nearest, whoever a unit is assigned to."""


def units_of(
    travel: Travel, decided: Decided, sites: gpd.GeoDataFrame, links: list[Link]
) -> pd.DataFrame:
    """
    Put the table of units together.

    Parameters
    ----------
    travel
        How ways are measured in the district.
    decided
        Who belongs where.
    sites
        Every place where a center may stand.
    links
        Further ways between units.

    Returns
    -------
    units
        Index ``unit``: who serves it, and how far that is.
    """
    district, index = travel.district, travel.district.units.index
    own = sites.index.get_indexer(decided.center)
    metres = settled(travel.to_own(places_of(sites), own), _told(decided, "metres_to_center"))
    to_lead = np.full(len(index), np.nan)
    if decided.grid is not None and len(district.hospitals):
        ways = driven(travel, district.hospitals, links)
        column = district.hospitals.index.get_indexer(decided.lead_of())
        led = column >= 0
        to_lead[led] = ways[np.flatnonzero(led), column[led]]
    manager = decided.manager
    units = pd.DataFrame(
        {
            "grid": decided.grid,
            "lead": decided.lead_of(),
            "center": decided.center,
            "regional_center": [manager.get(center) for center in decided.center],
            "subdistrict": district.units["subdistrict"].to_numpy(dtype=object),
            "metres_to_center": metres,
            "minutes_to_center": metres / travel.walked_a_minute,
            "minutes_to_lead": to_lead / travel.driven_a_minute,
        },
        index=index,
    )
    opened = sites.iloc[np.unique(own[own >= 0])]
    centers = [opened, district.outside_centers]
    every = [*centers, district.stations, district.hospitals]
    for name, layers in ((TO_CENTER, centers), (TO_POINT, every)):
        places = np.concatenate([places_of(layer) for layer in layers])
        units[name] = settled(travel.to_nearest(places), _told(decided, name))
    return units


def _told(decided: Decided, column: str) -> np.ndarray:
    if column not in decided.told:
        return np.full(len(decided.told), np.nan)
    return pd.to_numeric(decided.told[column], errors="coerce").to_numpy(dtype=float)


def centers_of(
    sites: gpd.GeoDataFrame,
    units: pd.DataFrame,
    people: np.ndarray,
    decided: Decided,
    *,
    forced: set[str],
) -> gpd.GeoDataFrame:
    """
    Put the table of centers together: those that stay open, and those that serve somebody.

    Parameters
    ----------
    sites
        Every place where a center may stand.
    units
        With ``center`` and ``metres_to_center``.
    people
        ``(n,)`` residents of the units.
    decided
        For who manages whom.
    forced
        Names of new centers that must open.

    Returns
    -------
    centers
        Index ``center``, in the order of the sites.
    """
    served = set(units["center"])
    stays = {key for key, status in sites["status"].items() if status == "existing"} | forced
    open_ = sites[[key in served or key in stays for key in sites.index]]
    loads: dict[str, float] = {}
    mean: dict[str, float] = {}
    centers = units["center"].to_numpy(dtype=object)
    metres = units["metres_to_center"].to_numpy(dtype=float)
    for key in open_.index:
        here = centers == key
        loads[key] = float(people[here].sum())
        mean[key] = float(people[here] @ metres[here]) / loads[key] if loads[key] else 0.0
    above = [decided.manager.get(key) for key in open_.index]
    return open_.assign(
        population=pd.Series(loads, dtype=float),
        mean_metres=pd.Series(mean, dtype=float),
        regional_center=pd.Series(above, open_.index, dtype=object),
        **{
            "class": [
                "station" if kind == "station" else "regional" if over == key else "community"
                for key, over, kind in zip(open_.index, above, open_["class"], strict=True)
            ]
        },
    )


def streets_of(
    district: District, units: pd.DataFrame, centers: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """
    Put the table of streets together.

    Parameters
    ----------
    district
        Its streets and residents.
    units, centers
        With ``grid`` and ``subdistrict``, ``class``.

    Returns
    -------
    streets
        Index ``subdistrict``: residents, centers, regional ones, the grids that it lies in.
    """
    told = [key for key in ("name_en", ROW, NOTE, "geometry") if key in district.subdistricts]
    table = district.subdistricts[told]
    residents: Counter[str] = Counter()
    grids: dict[str, set[str]] = {}
    people = district.units["population"].to_numpy(dtype=float)
    for street, grid, persons in zip(units["subdistrict"], units["grid"], people, strict=True):
        residents[street] += persons
        if isinstance(street, str) and isinstance(grid, str):
            grids.setdefault(street, set()).add(grid)
    every = Counter(centers["subdistrict"])
    regional = Counter(centers["subdistrict"][(centers["class"] == "regional").to_numpy()])
    names = [sorted(grids.get(key, ()), key=lambda grid: int(grid[1:])) for key in table.index]
    return table.assign(
        population=[float(residents[key]) for key in table.index],
        centers=[every[key] for key in table.index],
        regional_centers=[regional[key] for key in table.index],
        grids=pd.Series(names, table.index, dtype=object),
    )
