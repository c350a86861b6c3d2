"""Who is not at the nearest center, what a density would change, who keeps to a town, told anew."""

from __future__ import annotations

import math
from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from gridplan.audit.derived.duty.band import band_reading, strict_band
from gridplan.audit.derived.duty.nearest import Nearest
from gridplan.audit.derived.layout.decided import Decided
from gridplan.audit.derived.ways.walks import Travel
from gridplan.errors import Problem, Reason

ALMOST = 1e-9
"""Share of a bound by which it may be missed."""


def beyond_band(travel: Travel, centers: gpd.GeoDataFrame) -> Iterator[Problem]:
    """Tell of centers outside a band that is kept by its mean, and of houses that hold less."""
    how = band_reading(travel.district, travel.scenario)
    loads = [float(load) for load in centers["population"]]
    if how != "none" and loads:
        lower, upper = travel.scenario.center_lower, travel.scenario.center_upper
        outside = outside_band(travel, centers)
        values = {
            "centers": len(loads),
            "mean": round(float(np.mean(loads))),
            "lower": lower,
            "upper": upper,
            "below": sum(load < lower * (1 - ALMOST) for load in loads),
            "above": sum(load > upper * (1 + ALMOST) for load in loads),
            "outside": round(outside),
            "least": round(min(loads)),
            "most": round(max(loads)),
        }
        yield Problem("band-by-street" if how == "street" else "band-by-district", values)
    for key, row in centers.iterrows():
        load, holds = float(row["population"]), float(row["capacity"])
        if math.isfinite(holds) and load > holds * (1 + ALMOST):
            values = {"center": key, "name": row["name"] or key}
            yield Problem(
                "center-holds-fewer", values | {"residents": round(load), "holds": round(holds)}
            )


def outside_band(travel: Travel, centers: gpd.GeoDataFrame) -> float:
    """Count the residents by which centers that are no stations are outside their band."""
    found = 0.0
    for key, row in centers[(centers["class"] != "station").to_numpy()].iterrows():
        least, most = strict_band(travel.district, travel.scenario, key, row)
        load = float(row["population"])
        found += max(0.0, least - load, load - most)
    return found


def duty_notes(
    travel: Travel,
    nearest: Nearest,
    centers: gpd.GeoDataFrame,
    decided: Decided,
    units: pd.DataFrame,
) -> Iterator[Problem]:
    """
    Tell of residents who are not at the nearest center.

    Parameters
    ----------
    travel, nearest
        How ways are measured, and the nearest center that each unit may belong to.
    centers, decided, units
        The tables, put together anew, and who belongs where.
    """
    people = travel.district.units["population"].to_numpy(dtype=float)
    total = float(people.sum())
    own = units["metres_to_center"].to_numpy(dtype=float)
    found, metres = nearest.find(own=True)
    past = metres < own
    if float(people[past].sum()):
        sent = float(people[past].sum())
        told = {"residents": round(sent), "percent": f"{100 * sent / total:.1f}"}
        yield Problem("sent-past-nearest", told)
        yield from _density(travel, centers, decided, own, (past, found, metres))
    kept = nearest.kept_to_own
    if kept.any():
        nearer = kept & (nearest.find(own=False)[1] < own)
        count = float(people[nearer].sum())
        told = {"residents": round(count), "percent": f"{100 * count / total:.1f}"}
        yield Problem("own-street-kept", told)
    yield from _splits(travel, decided)
    yield from _pieces(travel, centers, decided)


def further_centers(travel: Travel, decided: Decided) -> list[int]:
    """Count the centers of each community or street beyond its first, of those that have more."""
    units, grain = travel.district.units, travel.scenario.center_grain
    if grain == "unit":
        return []
    grid = decided.grid if decided.grid is not None else np.full(len(units), "")
    met: dict[tuple[str, str], set[str]] = {}
    rows = zip(units[grain], grid, decided.center, units["population"], strict=True)
    for name, where, center, persons in rows:
        if isinstance(name, str) and persons > 0:
            met.setdefault((name, where), set()).add(center)
    return [len(centers) - 1 for centers in met.values() if len(centers) > 1]


def _splits(travel: Travel, decided: Decided) -> Iterator[Problem]:
    """Tell how many communities or streets belong to several centers."""
    grain = travel.scenario.center_grain
    if grain != "unit" and travel.scenario.center_split_price:
        further = further_centers(travel, decided)
        told = {"grain": Reason(f"grain-{grain}"), "count": len(further), "further": sum(further)}
        yield Problem("grain-split", told)


def _pieces(travel: Travel, centers: gpd.GeoDataFrame, decided: Decided) -> Iterator[Problem]:
    """Name the catchments in several pieces, where each is to be in one."""
    if travel.scenario.center_contiguous != "yes":
        return
    graph = sparse.csr_array(travel.district.contiguity)
    rows = []
    for key in centers.index:
        here = np.flatnonzero(decided.center == key)
        if len(here) and csgraph.connected_components(graph[here][:, here])[0] > 1:
            rows.append(str(key))
    if rows:
        yield Problem("catchments-in-pieces", {"count": len(rows), "rows": rows})


def _density(
    travel: Travel,
    centers: gpd.GeoDataFrame,
    decided: Decided,
    own: np.ndarray,
    nearest: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> Iterator[Problem]:
    """Tell what the same centers come to where the band is kept by the mean alone."""
    scenario, (past, found, metres) = travel.scenario, nearest
    people = travel.district.units["population"].to_numpy(dtype=float)
    total, lower, upper = float(people.sum()), scenario.center_lower, scenario.center_upper
    full = np.flatnonzero((centers["class"] != "station").to_numpy())
    mean = total / max(1, len(full))
    if band_reading(travel.district, scenario) != "center" or not lower <= mean <= upper:
        return
    at = centers.index.get_indexer(decided.center)
    at = np.where(past, found, at)
    loads = [float(people[at == row].sum()) for row in full]
    near = np.where(past, metres, own)
    limit = scenario.center_max_minutes * travel.walked_a_minute
    values = {
        "centers": len(full),
        "mean": round(mean),
        "own": round(float(people @ own) / total),
        "nearest": round(float(people @ near) / total),
        "minutes": scenario.center_max_minutes,
        "near_own": f"{100 * float(people[own <= limit].sum()) / total:.1f}",
        "near_nearest": f"{100 * float(people[near <= limit].sum()) / total:.1f}",
        "lower": lower,
        "upper": upper,
        "below": sum(load < lower * (1 - ALMOST) for load in loads),
        "above": sum(load > upper * (1 + ALMOST) for load in loads),
        "least": round(min(loads)),
        "most": round(max(loads)),
    }
    yield Problem("density-would-gain", values)
