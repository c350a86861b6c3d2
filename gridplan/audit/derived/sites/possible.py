"""Every place where a center of a plan may stand, with the residents it may serve there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.audit.derived.duty.band import band_reading, strict_band
from gridplan.audit.derived.sites.generated import generated_sites, open_to, parcels
from gridplan.audit.derived.sites.stations import most_of_station, station_units
from gridplan.audit.derived.ways.walks import Keys
from gridplan.district.district import District
from gridplan.district.schema.labels import NOTE, PLACE, ROW, label_columns
from gridplan.errors import InputError, Problem


def possible_sites(
    district: District,
    scenario: Keys,
    *,
    grid: np.ndarray | None,
    added: Iterable[str] = (),
) -> gpd.GeoDataFrame:
    """
    List where centers may stand: those that are kept, then ``N001`` and on.

    Parameters
    ----------
    district
        Its centers, candidates and residents.
    scenario
        ``close``, ``enlarge``, ``band_exempt``, ``open_at``, ``not_at``, the band, what generated
        sites rest on.
    grid
        Grid of each unit; None where there are none.
    added
        Units in which a drawing added a site.

    Returns
    -------
    sites
        Index ``center``: ``name``, ``status``, ``class``, ``capacity``, labels of the rows,
        ``unit``, ``grid``, ``subdistrict``, ``community``, ``capacity_lower``,
        ``capacity_upper``, points.

    Raises
    ------
    InputError
        If the scenario names centers or units that are not there.
    """
    _known(district, scenario)
    rows = _kept(district, scenario)
    labels = _labels(district.centers)
    taken = {row["unit"] for row in rows} | set(scenario.not_at)
    new: list[dict[str, Any]] = []
    if len(district.candidates) or scenario.candidates_at == "given":
        labels += [name for name in _labels(district.candidates) if name not in labels]
        known = any(layer.layer == "candidates" for layer in district.layers)
        new = [
            {**row, "site": row["candidate"] if known else None, "availability": row.get("status")}
            for row in _given(district, scenario)
            if row["unit"] not in taken
        ]
    else:
        new = [
            {"capacity": np.nan, "unit": district.units.index[at], "geometry": place}
            for at, place in generated_sites(district, scenario)
            if district.units.index[at] not in taken
        ]
    new += _exempt_units(district, {*scenario.band_exempt, *added}, [*rows, *new])
    new += _at_units(district, _without_site(scenario, new))
    for name, row in zip(_names(scenario, new), new, strict=True):
        row |= {"center": name, "name": None, "class": None, "status": "new"}
    brought = {*district.centers.columns, *(district.candidates.columns if new else ())}
    if len(district.candidates) and any(one.layer == "candidates" for one in district.layers):
        brought.add("site")
    more = [name for name, given in _BROUGHT.items() if given in brought]
    new += _stations(district, scenario, rows, new)
    columns = ["name", "status", "class", "capacity", *more, *labels, "unit", "geometry"]
    every = [*rows, *new]
    table = gpd.GeoDataFrame(
        {name: [_said(row.get(name)) for row in every] for name in columns},
        index=pd.Index([row["center"] for row in every], name="center", dtype=object),
        geometry="geometry",
        crs=district.units.crs,
    )
    for name in ("capacity", *(name for name in more if name in _NUMBERS)):
        table[name] = pd.to_numeric(table[name]).astype(float)
    return _with_band(_placed(table, district, grid), district, scenario)


def _given(district: District, scenario: Keys) -> list[dict[str, Any]]:
    """Give the candidates of the district that may be taken, by state and place."""
    rows = district.candidates.reset_index().to_dict(orient="records")
    if scenario.candidates_at == "given":
        return [rows[at] for at in parcels(district, scenario)]
    free = open_to(district, scenario)
    return [row for row in rows if row.get("status") != "rejected" and free[row["unit"]]]


def _stations(
    district: District, scenario: Keys, rows: list[dict[str, Any]], new: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Give the places for stations, called ``S01`` and on."""
    if not scenario.center_stations:
        return []
    taken = {row["unit"] for row in [*rows, *new]} | set(scenario.not_at)
    middles = shapely.centroid(district.units.geometry.to_numpy())
    called = {row["center"] for row in [*rows, *new]}
    names = (f"S{number:02d}" for number in range(1, 10_000))
    free = (name for name in names if name not in called)
    kept = shapely.centroid([row["geometry"] for row in rows]) if rows else []
    return [
        {
            "center": next(free),
            "name": None,
            "class": "station",
            "status": "new",
            "capacity": float(most_of_station(scenario)),
            "unit": district.units.index[at],
            "geometry": middles[at],
        }
        for at in station_units(district, scenario, list(kept), taken)
    ]


def _kept(district: District, scenario: Keys) -> list[dict[str, Any]]:
    """Give the centers that stay, with the room that they have once enlarged."""
    room = dict(scenario.enlarge)
    return [
        {
            **row._asdict(),
            "availability": getattr(row, "status", None),
            "status": "existing",
            "capacity": room.get(row.center, row.capacity),
            **_enlarged_most(row, room),
            "class": kind,
        }
        for row, kind in zip(
            district.centers.rename(columns={"class": "class_"}).reset_index().itertuples(),
            district.centers["class"],
            strict=True,
        )
        if row.center not in scenario.close
    ]


def _enlarged_most(row: Any, room: dict[str, int]) -> dict[str, float]:  # noqa: ANN401  # of a table
    """Raise what a house holds at most to the room that it is given."""
    most = getattr(row, "capacity_max", np.nan)
    if pd.isna(most):
        return {}
    capacity = room.get(row.center, row.capacity)
    return {"capacity_max": most if pd.isna(capacity) else max(float(most), float(capacity))}


def _held(row: Any) -> float:  # noqa: ANN401  # of a table
    """Give the most residents that a house may be made to hold."""
    most = row.get("capacity_max")
    given = row["capacity"] if most is None or pd.isna(most) else most
    return np.inf if pd.isna(given) else float(given)


def _without_site(scenario: Keys, new: list[dict[str, Any]]) -> list[str]:
    """Name the units in which a center must open, and that have no site yet."""
    there = {row["unit"] for row in new}
    return [unit for _, unit in scenario.open_at if unit not in there]


def _at_units(district: District, units: Iterable[str]) -> list[dict[str, Any]]:
    """Give a site in the middle of each of these units."""
    middles = shapely.centroid(district.units.geometry.to_numpy())
    at = {unit: place for place, unit in enumerate(district.units.index)}
    return [{"capacity": np.nan, "unit": unit, "geometry": middles[at[unit]]} for unit in units]


def _names(scenario: Keys, new: list[dict[str, Any]]) -> list[str]:
    """Give the new sites numbers, but for those that must open under a name of their own."""
    given = {unit: name for name, unit in scenario.open_at}
    numbers = (f"N{number:03d}" for number in range(1, len(new) + len(given) + 1))
    free = (name for name in numbers if name not in set(given.values()))
    return [given[row["unit"]] if row["unit"] in given else next(free) for row in new]


def _known(district: District, scenario: Keys) -> None:
    """Refuse a scenario that names what the district does not have."""
    centers = set(district.centers.index)
    named = {
        "close-unknown": [("center", key) for key in scenario.close if key not in centers],
        "enlarge-unknown": [("center", key) for key, _ in scenario.enlarge if key not in centers],
        "exempt-unknown": [
            ("name", key)
            for key in scenario.band_exempt
            if key not in centers and key not in district.units.index
        ],
        "place-unknown": [
            ("unit", unit)
            for unit in (*(unit for _, unit in scenario.open_at), *scenario.not_at)
            if unit not in district.units.index
        ],
    }
    problems = [
        Problem(code, {"key": "open_at", role: key, "near": "–"})
        for code, keys in named.items()
        for role, key in keys
    ]
    if problems:
        raise InputError(problems)


def _labels(layer: pd.DataFrame) -> list[str]:
    """Name the columns that say how far a site, its place and its room can be trusted."""
    said = [name for name in ("capacity", ROW, PLACE, NOTE, "capacity_label") if name in layer]
    return [*label_columns(name for name in layer if name in said), *([NOTE] * (NOTE in layer))]


def _said(value: Any) -> Any:  # noqa: ANN401  # of a table
    return None if not isinstance(value, shapely.Geometry) and pd.isna(value) else value


def _exempt_units(
    district: District, exempt: set[str], sites: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Add a site to each exempt unit that has none with room for all who live there."""
    roomy = set()
    for row in sites:
        if _held(row) >= district.units["population"][row["unit"]]:
            roomy.add(row["unit"])
    units = [unit for unit in district.units.index if unit in exempt and unit not in roomy]
    return _at_units(district, units)


def _placed(
    sites: gpd.GeoDataFrame, district: District, grid: np.ndarray | None
) -> gpd.GeoDataFrame:
    at = district.units.index.get_indexer(sites["unit"])
    told = {name: district.units[name].to_numpy(dtype=object)[at] for name in _PARENTS}
    return sites.assign(grid=None if grid is None else grid[at], **told)


_PARENTS = ("subdistrict", "community")
_NUMBERS = ("cost_open", "cost_close", "cost_per_place", "capacity_max", "floor_area", "ready")
# What a site is told of in a plan, and the column that tells it in the layers.
_BROUGHT = {
    **{name: name for name in (*_NUMBERS, "origin")},
    "availability": "status",
    "site": "site",
}


def _with_band(
    sites: gpd.GeoDataFrame,
    district: District,
    scenario: Keys,
) -> gpd.GeoDataFrame:
    """
    Say how many residents each site may serve.

    The scenario's band; no more than the house holds, and no least for one that holds less than
    it; an exempt center from nobody to all it holds; in an exempt unit at least all who live there.
    Where the band is a mean, whoever fits into the house; where there is none, whoever comes.
    """
    people = district.units["population"].astype(float)
    how = band_reading(district, scenario)
    lower, upper = [], []
    for center, row in sites.iterrows():
        holds = _held(row)
        freed = center in scenario.band_exempt and row["status"] == "existing"
        if row["class"] == "station" and not (freed and how == "center"):
            few = float(most_of_station(scenario))
            lower.append(0.0)
            upper.append(min(holds, few))
            continue
        if how != "center":
            lower.append(0.0)
            upper.append(float(people.sum() if how == "none" else min(holds, people.sum())))
            continue
        least, most = strict_band(district, scenario, center, row)
        lower.append(least)
        upper.append(most)
    return sites.assign(capacity_upper=upper, capacity_lower=lower)
