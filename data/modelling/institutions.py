"""Hospitals (real, mostly located by address) and existing centers (modelled)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import ndimage

from modelling.outline import Lattice, wgs84_from_gcj02

_WALK = 8  # cells: 800 m
_NEIGHBOURS = 9_000  # residents within that distance of a center


def hospitals(facts: pd.DataFrame) -> pd.DataFrame:
    """Bring every hospital's point to WGS-84 degrees, five decimals; drop the ``crs`` column."""
    table = facts.copy()
    shifted = wgs84_from_gcj02(table[["lon", "lat"]].to_numpy(dtype=float))
    gcj02 = (table["crs"] == "gcj02").to_numpy()[:, None]
    points = np.where(gcj02, shifted, table[["lon", "lat"]].to_numpy(dtype=float))
    table["lon"], table["lat"] = np.round(points, 5).T
    return table.drop(columns="crs")


def shares(totals: pd.Series, count: int) -> pd.Series:
    """Share the centers among the streets by residents (largest remainder, at least two each)."""
    exact = totals / totals.sum() * count
    number = np.floor(exact).astype(int).clip(lower=2)
    order = (exact - number).sort_values(ascending=False, kind="stable").index
    for name in order[: count - int(number.sum())]:
        number[name] += 1
    return number


def cluster(
    points: np.ndarray, weights: np.ndarray, count: int, *, rng: np.random.Generator
) -> np.ndarray:
    """Return the middles of weighted k-means clusters, shape (count, 2).

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        Metres.
    weights : ndarray, shape (n,)
        Residents.
    count : int
        Clusters.
    rng : Generator
        Chooses the first middles (each far from those before, by weight).
    """
    middles = points[[rng.choice(len(points), p=weights / weights.sum())]]
    while len(middles) < count:
        gap = np.min(((points[:, None] - middles[None]) ** 2).sum(axis=2), axis=1)
        odds = gap * weights
        middles = np.vstack([middles, points[[rng.choice(len(points), p=odds / odds.sum())]]])
    for _ in range(60):
        own = ((points[:, None] - middles[None]) ** 2).sum(axis=2).argmin(axis=1)
        mass = np.bincount(own, weights=weights, minlength=count)
        sums = [np.bincount(own, weights=weights * points[:, k], minlength=count) for k in (0, 1)]
        middles = np.column_stack(sums) / np.maximum(mass, 1e-9)[:, None]
    return middles


def centers(
    lattice: Lattice,
    units: pd.DataFrame,
    table: pd.DataFrame,
    count: int,
    *,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Model the existing centers: spread like the residents, then misplaced as history does.

    Parameters
    ----------
    lattice : Lattice
        The n cells, in the order of ``units``.
    units : DataFrame
        population, community, subdistrict.
    table : DataFrame
        Communities: community, subdistrict, x, y.
    count : int
        Existing centers.
    rng : Generator
        Source of the noise.

    Returns
    -------
    DataFrame
        center, name, name_en, class, capacity (blank: not published), community, subdistrict,
        lon, lat.
    """
    points = np.column_stack([lattice.x, lattice.y])
    people = units["population"].to_numpy(dtype=float)
    street = units["subdistrict"].to_numpy()
    totals = units.groupby("subdistrict")["population"].sum().reindex(table["subdistrict"].unique())
    # A center stands where people live around it, not in a lone hamlet.
    disc = np.hypot(*np.ogrid[-_WALK : _WALK + 1, -_WALK : _WALK + 1]) <= _WALK
    around = ndimage.convolve(lattice.grid_of(people), disc.astype(float), mode="constant")
    lively_cells = (people >= 60.0) & (around[lattice.mask] >= _NEIGHBOURS)
    rows = []
    for name, own in shares(totals, count).items():
        here = np.flatnonzero((street == name) & (people > 0))
        middles = cluster(points[here], people[here], int(own), rng=rng)
        old = table.loc[table["subdistrict"] == name, ["x", "y"]].to_numpy()
        gaps = np.hypot(*(middles[:, None] - old[None]).transpose(2, 0, 1))
        # Centers grew in the old villages: each is drawn a third of the way to the nearest one.
        pull = old[gaps.argmin(axis=1)] - middles
        length = np.maximum(np.hypot(pull[:, 0], pull[:, 1]), 1.0)[:, None]
        middles = middles + pull / length * np.minimum(0.33 * length, 350.0)
        middles = middles + rng.normal(0.0, 120.0, size=middles.shape)
        lively = here[lively_cells[here]]
        taken: list[int] = []
        for middle in middles:
            gap = ((points[lively] - middle) ** 2).sum(axis=1)
            gap[np.isin(lively, taken)] = np.inf
            taken.append(int(lively[gap.argmin()]))
        load = np.array(
            [
                np.exp(-(((points[here] - points[t]) ** 2).sum(axis=1)) / 8e5) @ people[here]
                for t in taken
            ]
        )
        regional = int(load.argmax())
        rows += [
            (cell, name, "regional" if i == regional else "community")
            for i, cell in enumerate(taken)
        ]
    cells = np.array([r[0] for r in rows])
    lonlat = np.round(
        lattice.projection.to_wgs84(points[cells] + rng.uniform(-30.0, 30.0, size=(len(rows), 2))),
        5,
    )
    result = pd.DataFrame(
        {
            "community": units["community"].to_numpy()[cells],
            "subdistrict": [r[1] for r in rows],
            "class": [r[2] for r in rows],
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
        }
    )
    return named(result, table)


def named(result: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Name and number centers by community, in the order of the communities' codes.

    The names say that they are modelled: 模拟社康 (modelled center).
    """
    place = {c: i for i, c in enumerate(table["community"])}
    english = dict(zip(table["community"], table["name_en"], strict=True))
    result = result.assign(order=result["community"].map(place))
    result = result.sort_values(["order", "lat"], ascending=[True, False], kind="stable")
    number = result.groupby("community").cumcount() + 1
    many = result.groupby("community")["community"].transform("size") > 1
    suffix = number.astype(str).where(many, "")
    short = result["community"].str.removesuffix("社区")
    result["center"] = [f"c{i:02d}" for i in range(1, len(result) + 1)]
    result["name"] = short + "社康中心" + suffix + "（模拟）"
    latin = result["community"].map(english)
    result["name_en"] = latin + " center" + (" " + suffix).where(many, "") + " (modelled)"
    result["capacity"] = ""
    columns = ["center", "name", "name_en", "class", "capacity", "community", "subdistrict"]
    return result[[*columns, "lon", "lat"]].reset_index(drop=True)


def check_inside(lattice: Lattice, lonlat: np.ndarray) -> bool:
    """Tell whether every point, shape (k, 2) in WGS-84 degrees, lies in a cell of the lattice."""
    metres = lattice.projection.to_metric(lonlat)
    column = ((metres[:, 0] - lattice.west) // lattice.cell).astype(int)
    row = ((metres[:, 1] - lattice.south) // lattice.cell).astype(int)
    return bool(lattice.mask[row, column].all())
