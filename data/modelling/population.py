"""Modelled residents of every cell.

Published totals are kept to the person; where people live inside a street is modelled. Every
community has a dense old core; smaller settlements lie between them; parcels of a few hectares are
housing, urban village, factories or open ground; reservoirs and hills hold nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import spatial

from modelling.outline import Lattice

# Kinds of parcel: persons per hectare where it is fully built up, the deviation of its logarithm,
# and how likely it is in a core and at the edge of what is built up.
_KINDS = (
    ("urban village", 560.0, 0.25, 0.42, 0.12),
    ("housing estate", 330.0, 0.30, 0.26, 0.16),
    ("mixed", 110.0, 0.40, 0.17, 0.20),
    ("factories", 22.0, 0.60, 0.10, 0.34),
    ("open ground", 0.0, 0.0, 0.05, 0.18),
)


@dataclass(frozen=True, kw_only=True)
class Surface:
    """What the modelled residents of one district look like.

    Parameters
    ----------
    empty : tuple
        Hills, reservoirs and farmland as broad ellipses drawn by hand: lon, lat, half axes in
        metres (east, north), degrees of turn. They say "hardly anyone lives about here", no more.
    settlements : int
        Smaller settlements between the cores.
    spread : float
        How much wider apart things lie than in a city of 100 m cells.
    full : float
        Persons in a cell that the densest quarter approaches and does not pass.
    """

    empty: tuple[tuple[float, float, float, float, float], ...] = ()
    settlements: int = 46
    spread: float = 1.0
    full: float = 850.0

    @property
    def parcel(self) -> float:
        """Metres between the middles of parcels."""
        return 300.0 * self.spread


def emptiness(lattice: Lattice, surface: Surface) -> np.ndarray:
    """Return 1 in the middle of hills and water, falling to 0 outside; shape (n,)."""
    empty = np.zeros(lattice.x.size)
    for lon, lat, east, north, turn in surface.empty:
        (x, y) = lattice.projection.to_metric(np.array([[lon, lat]]))[0]
        c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
        dx, dy = lattice.x - x, lattice.y - y
        ring = np.hypot((dx * c + dy * s) / east, (dy * c - dx * s) / north)
        empty = np.maximum(empty, np.clip((1.15 - ring) / 0.3, 0.0, 1.0))
    return empty


def built_up(
    lattice: Lattice, table: pd.DataFrame, surface: Surface, *, rng: np.random.Generator
) -> np.ndarray:
    """Return how built up each cell is, 0 to 1, shape (n,).

    Parameters
    ----------
    lattice : Lattice
        The n cells.
    table : DataFrame
        Communities: x, y and core_metres.
    surface : Surface
        Of this district.
    rng : Generator
        Places the smaller settlements.
    """
    empty, count, spread = emptiness(lattice, surface), surface.settlements, surface.spread
    cores = table[["x", "y", "core_metres"]].to_numpy()
    near = np.min(
        np.hypot(lattice.x[:, None] - cores[:, 0], lattice.y[:, None] - cores[:, 1]), axis=1
    )
    odds = np.exp(-((near / (1400.0 * spread)) ** 2)) * (1.0 - empty) ** 2
    odds = odds * (near > 600.0 * spread)
    places = rng.choice(lattice.x.size, size=count, replace=False, p=odds / odds.sum())
    reach = spread * rng.uniform(260.0, 620.0, size=count)
    strength = rng.uniform(0.35, 0.85, size=count)

    x = np.concatenate([cores[:, 0], lattice.x[places]])
    y = np.concatenate([cores[:, 1], lattice.y[places]])
    wide = np.concatenate([cores[:, 2], reach])
    tall = np.concatenate([np.ones(len(cores)), strength])
    warp_x = 190.0 * spread * lattice.smooth_noise(rng, metres=450.0 * spread)
    warp_y = 190.0 * spread * lattice.smooth_noise(rng, metres=450.0 * spread)
    gap = np.hypot((lattice.x + warp_x)[:, None] - x, (lattice.y + warp_y)[:, None] - y)
    rise = tall * np.exp(-((gap / wide) ** 2))
    level = 1.0 - np.prod(1.0 - rise * 0.97, axis=1)
    return level * (1.0 - empty)


def parcels(
    lattice: Lattice, level: np.ndarray, size: float, *, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw parcels and what stands on them.

    Parameters
    ----------
    lattice : Lattice
        The n cells.
    level : ndarray, shape (n,)
        How built up a cell is.
    size : float
        Metres between the middles of parcels.
    rng : Generator
        Draws middles, kinds and densities.

    Returns
    -------
    tuple of ndarray, both shape (n,)
        Persons per hectare before scaling, and the kind's place in the list of kinds.
    """
    width = lattice.mask.shape[1] * lattice.cell
    height = lattice.mask.shape[0] * lattice.cell
    count = int(width * height / size**2)
    middles = rng.uniform((0.0, 0.0), (width, height), size=(count, 2))
    middles += (lattice.west, lattice.south)
    _, parcel = spatial.cKDTree(middles).query(np.column_stack([lattice.x, lattice.y]))
    total = np.bincount(parcel, weights=level, minlength=count)
    mean = total / np.maximum(np.bincount(parcel, minlength=count), 1)
    core = np.array([k[3] for k in _KINDS])
    edge = np.array([k[4] for k in _KINDS])
    odds = mean[:, None] * core + (1.0 - mean[:, None]) * edge
    odds = np.cumsum(odds / odds.sum(axis=1, keepdims=True), axis=1)
    kind = (rng.uniform(size=(count, 1)) > odds).sum(axis=1).clip(max=len(_KINDS) - 1)
    middle = np.array([k[1] for k in _KINDS])[kind]
    spread = np.array([k[2] for k in _KINDS])[kind]
    density = middle * np.exp(spread * rng.standard_normal(count))
    return density[parcel], kind[parcel]


def apportion(weights: np.ndarray, total: int) -> np.ndarray:
    """Share a whole number by weights: largest remainders, ties to the earlier cell.

    Shares are rounded to six digits first so that the last bit of a machine's arithmetic does
    not move a person.
    """
    exact = np.round(weights / weights.sum() * total, 6)
    whole = np.floor(exact).astype(int)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def residents(
    lattice: Lattice,
    table: pd.DataFrame,
    street: np.ndarray,
    totals: pd.Series,
    surface: Surface,
    *,
    rng: np.random.Generator,
) -> np.ndarray:
    """Model the residents of each cell; every street has its total to the person.

    Parameters
    ----------
    lattice : Lattice
        The n cells.
    table : DataFrame
        Communities with x, y and core_metres.
    street : ndarray of str, shape (n,)
        Subdistrict of each cell.
    totals : Series
        Residents by subdistrict.
    surface : Surface
        Of this district.
    rng : Generator
        Source of everything drawn.

    Returns
    -------
    ndarray of int, shape (n,)
    """
    level = built_up(lattice, table, surface, rng=rng)
    density, _ = parcels(lattice, level, surface.parcel, rng=rng)
    weight = density * np.clip((level - 0.10) / 0.75, 0.0, 1.0) ** 1.25
    weight *= np.exp(0.22 * rng.standard_normal(weight.size))
    people = np.zeros(weight.size, dtype=int)
    for name, total in totals.items():
        here = street == name
        scaled = weight[here] / weight[here].sum() * total
        for _ in range(60):
            squeezed = scaled / (1.0 + (scaled / surface.full) ** 3) ** (1.0 / 3.0)
            scaled = scaled * (total / squeezed.sum())
        scaled = scaled / (1.0 + (scaled / surface.full) ** 3) ** (1.0 / 3.0)
        scaled[scaled < 0.8] = 0.0
        people[here] = apportion(scaled, int(total))
    return people


def elderly(
    lattice: Lattice, people: np.ndarray, level: np.ndarray, total: int, *, rng: np.random.Generator
) -> np.ndarray:
    """Model the residents aged 65 and over: a smooth share, higher outside the densest cells.

    Parameters
    ----------
    lattice : Lattice
        The n cells.
    people : ndarray of int, shape (n,)
        Residents.
    level : ndarray, shape (n,)
        Not negative; a higher value means fewer old people among the residents.
    total : int
        Persons aged 65 and over in the district.
    rng : Generator
        Source of the smooth share.
    """
    share = np.exp(0.35 * lattice.smooth_noise(rng, metres=900.0)) / (1.0 + level)
    return np.minimum(apportion(people * share, total), people)
