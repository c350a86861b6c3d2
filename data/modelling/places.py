"""Modelled places of communities or villages where only their number or their names are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from modelling.boundaries import grow, nearest_cell, travel_graph
from modelling.institutions import cluster
from modelling.outline import Lattice, Projection

if TYPE_CHECKING:
    from pathlib import Path

    import shapely


def read_streets(file: Path, outline: shapely.Geometry, projection: Projection) -> pd.DataFrame:
    """Read the streets or towns a district is made of.

    Parameters
    ----------
    file : Path
        CSV with subdistrict, name_en, code, lon, lat, area_km2 and what else is known.
    outline : Geometry
        Of the district, metres; what no street's area accounts for is that of the one left blank.
    projection : Projection
        To metres.

    Returns
    -------
    DataFrame
        Index subdistrict, with x and y (metres) of the middle.
    """
    streets = pd.read_csv(file, dtype={"code": str}).set_index("subdistrict")
    streets["x"], streets["y"] = projection.to_metric(streets[["lon", "lat"]].to_numpy()).T
    rest = outline.area / 1e6 - streets["area_km2"].sum()
    streets["area_km2"] = streets["area_km2"].fillna(rest).round(2)
    return streets


def spread_places(
    lattice: Lattice, streets: pd.DataFrame, *, rng: np.random.Generator
) -> pd.DataFrame:
    """Spread each street's communities over it, closer together about its middle.

    Parameters
    ----------
    lattice : Lattice
        The n cells.
    streets : DataFrame
        Index subdistrict: x and y (metres) of the middle, area_km2, count of communities,
        core_metres of a typical one and centre_metres of the first, which is the middle's.
    rng : Generator
        Source of everything drawn.

    Returns
    -------
    DataFrame
        subdistrict, x, y, core_metres, area_share; the first of each street is nearest its middle.
    """
    even = travel_graph(lattice, np.ones(lattice.x.size))
    middles = streets[["x", "y"]].to_numpy(dtype=float)
    target = streets["area_km2"].to_numpy(dtype=float)
    target = target / target.sum() * lattice.x.size
    street = grow(even, [np.array([c]) for c in nearest_cell(lattice, middles)], target)
    points = np.column_stack([lattice.x, lattice.y])
    rows = []
    for number, (name, row) in enumerate(streets.iterrows()):
        here = points[street == number]
        gap = np.hypot(*(here - middles[number]).T)
        reach = np.sqrt(row["area_km2"]) * 500.0
        weight = 0.12 + np.exp(-((gap / reach) ** 2))
        places = cluster(here, weight, int(row["count"]), rng=rng)
        # The middle of a bent area can fall outside it: the nearest of its cells stands for it.
        squared = ((places[:, None] - here[None]) ** 2).sum(axis=2)
        places = here[squared.argmin(axis=1)]
        order = np.argsort(np.hypot(*(places - middles[number]).T), kind="stable")
        places = places[order]
        core = row["core_metres"] * rng.uniform(0.8, 1.2, size=len(places))
        core[0] = row["centre_metres"]
        share = rng.uniform(0.75, 1.25, size=len(places))
        rows += [(name, x, y, c, s) for (x, y), c, s in zip(places, core, share, strict=True)]
    return pd.DataFrame(rows, columns=["subdistrict", "x", "y", "core_metres", "area_share"])


def lively_cell(
    lattice: Lattice, units: pd.DataFrame, subdistrict: str, point: np.ndarray, taken: list[int]
) -> int:
    """Find where an institution may stand: the nearest well peopled free cell of its street.

    Parameters
    ----------
    lattice : Lattice
        The n cells, in the order of ``units``.
    units : DataFrame
        population, subdistrict.
    subdistrict : str
        Its street or town.
    point : ndarray, shape (2,)
        About where it is thought to be, metres.
    taken : list of int
        Cells that already hold one.
    """
    people = units["population"].to_numpy(dtype=float)
    here = np.flatnonzero((units["subdistrict"] == subdistrict).to_numpy() & (people > 0))
    lively = here[people[here] >= np.median(people[here])]
    lively = lively[~np.isin(lively, taken)]
    squared = (lattice.x[lively] - point[0]) ** 2 + (lattice.y[lively] - point[1]) ** 2
    return int(lively[squared.argmin()])
