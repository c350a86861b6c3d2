"""The table of grids, put together anew from the units and hospitals in them."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import sparse
from scipy.sparse import csgraph

from gridplan.audit.derived.layout.decided import Decided
from gridplan.audit.derived.ways.spread import spread
from gridplan.district.district import District
from gridplan.district.schema.labels import doubts, ranked


def pieces_of(graph: sparse.csr_array, here: np.ndarray) -> np.ndarray:
    """
    Give each of some units the number of its connected piece.

    Parameters
    ----------
    graph
        ``(n, n)``, an entry for each pair of neighbours.
    here
        Positions of the units.

    Returns
    -------
    piece
        ``(len(here),)``, from 0 in order of the units.
    """
    inside = sparse.csr_array(graph)[here][:, here]
    label = csgraph.connected_components(inside, directed=False)[1]
    return np.asarray(pd.factorize(label)[0])


def grids_of(
    district: District, decided: Decided, units: pd.DataFrame, hospitals: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """
    Put the table of grids together.

    Parameters
    ----------
    district, decided
        Units and who leads.
    units
        With ``minutes_to_lead``.
    hospitals
        With ``grid``.

    Returns
    -------
    grids
        Index ``grid``; empty where none were planned.
    """
    if decided.grid is None:
        none = pd.DataFrame(index=pd.Index([], name="grid", dtype=object))
        return gpd.GeoDataFrame(none, geometry=gpd.GeoSeries([], crs=district.units.crs))
    people = district.units["population"].to_numpy(dtype=float)
    minutes = units["minutes_to_lead"].to_numpy(dtype=float)
    shapes = district.units.geometry.to_numpy()
    mean = people.sum() / len(decided.leads)
    rows: dict[str, dict[str, Any]] = {}
    for grid in decided.leads:
        here = np.flatnonzero(decided.grid == grid)
        outline = shapely.union_all(shapes[here])
        residents = float(people[here].sum())
        count = int(pieces_of(district.contiguity, here).max()) + 1
        way = spread(minutes[here], people[here])
        rows[grid] = {
            "lead": decided.leads.get(grid),
            "population": residents,
            "units": len(here),
            "area_km2": outline.area / 1e6,
            "contiguous": count == 1,
            "pieces": count,
            "deviation": residents / mean - 1,
            "mean_minutes_to_lead": way.mean,
            "p90_minutes_to_lead": way.p90,
            "max_minutes_to_lead": way.largest,
            **shape_of(outline),
            **_made_of(district, decided.grid, grid),
            **_beds(hospitals[(hospitals["grid"] == grid).to_numpy()], residents),
            "geometry": outline,
        }
        if decided.names is not None:
            rows[grid]["drawn_name"] = decided.names.get(grid)
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("grid")
    lead = pd.Series([row["lead"] for row in rows.values()], table.index, dtype=object)
    return gpd.GeoDataFrame(table.assign(lead=lead), geometry="geometry", crs=district.units.crs)


def shape_of(outline: shapely.Geometry) -> dict[str, float]:
    """Tell how compact an outline is: its area in that of the circle of its length, and around."""
    circle = outline.length**2 / (4 * np.pi)
    around = np.pi * shapely.minimum_bounding_radius(outline) ** 2
    compact = {"polsby_popper": outline.area / circle, "reock": outline.area / around}
    return {"perimeter_km": outline.length / 1000, **compact}


def _made_of(district: District, grid: np.ndarray, one: str) -> dict[str, Any]:
    """Tell the boundary of a grid, its share of 65+, its streets and communities."""
    inside = grid == one
    shared = sparse.csr_array(district.adjacency)[np.flatnonzero(inside)][:, ~inside]
    people = district.units["population"].to_numpy(dtype=float)
    old = pd.to_numeric(district.units["population_65"]).to_numpy(dtype=float)
    residents = float(people[inside].sum())
    found: dict[str, Any] = {
        "boundary_km": float(shared.sum()) / 1000,
        "percent_65": 100 * float(old[inside].sum()) / residents if residents > 0 else np.nan,
    }
    for level, name in (("subdistrict", "subdistricts"), ("community", "communities")):
        found |= _parents(district.units[level].to_numpy(dtype=object), people, inside, name)
    return found


def _parents(
    parent: np.ndarray, people: np.ndarray, inside: np.ndarray, name: str
) -> dict[str, Any]:
    """Name the parents of which a grid holds residents, and those that others hold some of too."""
    peopled: dict[str, list[float]] = {}
    units: dict[str, list[int]] = {}
    for label, persons, here in zip(parent, people, inside, strict=True):
        if isinstance(label, str):
            peopled.setdefault(label, [0.0, 0.0])[0 if here else 1] += persons
            units.setdefault(label, [0, 0])[0 if here else 1] += 1
    if not peopled:
        return {name: None, f"{name}_cut": None, f"{name}_cut_population": None}
    # A parent without residents belongs to every grid that holds a unit of it.
    held = {label: sums if any(sums) else units[label] for label, sums in peopled.items()}
    own = sorted(label for label, (here, _) in held.items() if here > 0)
    cut = [label for label in own if held[label][1] > 0]
    return {
        name: ", ".join(own),
        f"{name}_cut": len(cut),
        f"{name}_cut_population": float(sum(peopled[label][0] for label in cut)),
    }


def _beds(hospitals: pd.DataFrame, residents: float) -> dict[str, Any]:
    """Count the beds that are told; a rate only where all are."""
    known = hospitals["beds"].notna()
    beds = float(hospitals["beds"][known].sum()) if known.any() else np.nan
    unsure = doubts(hospitals)
    speaks = unsure["about"].isin(["row", "beds"]) & unsure["row"].isin(hospitals.index[known])
    return {
        "beds": beds,
        "beds_unknown": int((~known).sum()),
        "beds_labels": ", ".join(ranked(unsure["label"][speaks])),
        "beds_per_1000": 1000 * beds / max(residents, 1.0) if known.all() else np.nan,
    }
