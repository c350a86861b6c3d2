"""Generated cities and districts as a planner has them: folders that ``gridplan plan`` reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from gridplan.district.folder.write import LayerTable, write_district

CRS, WEST, SOUTH = "EPSG:4547", 480_000.0, 2_500_000.0


@dataclass(frozen=True)
class Ground:
    """
    What is drawn.

    Parameters
    ----------
    units
        Cells, about: a lattice as near to square as their number allows.
    residents
        Of all cells, persons.
    streets, communities
        Subdistricts, and communities of each.
    leads
        Hospitals that may lead a grid.
    near
        Standard deviation of the hospitals around the two hubs they cluster at, as a share of the
        side of the lattice.
    side
        Metres of a cell.
    most
        Residents of a cell at the most: those above it are left out.
    seed
        Of everything random.
    """

    units: int
    residents: float
    streets: int = 74
    communities: int = 10
    leads: int = 10
    near: float = 0.2
    side: float = 200.0
    most: float = float("inf")
    seed: int = 1


def write_city(folder: Path, ground: Ground) -> Path:
    """
    Draw a city and write it as a district folder; the same for the same ground.

    Residents gather around hubs of density, over a thin spread of all cells. Streets are the cells
    nearest to seeds drawn where people live, communities the same within each street. Hospitals
    stand near two of the hubs, so that the loads of the nearest differ many times over. Candidates
    are left to planning.
    """
    rng = np.random.default_rng(ground.seed)
    columns = int(np.ceil(np.sqrt(ground.units)))
    at = np.arange(ground.units)
    xy = np.column_stack([at % columns + 0.5, at // columns + 0.5]) * ground.side
    extent = columns * ground.side
    people, hubs = _residents(rng, xy, extent, ground)
    share = people / people.sum()
    seeds = rng.choice(ground.units, size=min(ground.streets, ground.units), replace=False, p=share)
    street = cKDTree(xy[seeds]).query(xy)[1]
    community = _communities(rng, xy, people, street, ground.communities)
    units = pd.DataFrame(
        {
            "unit": [f"u{i:06d}" for i in at],
            "x": WEST + xy[:, 0],
            "y": SOUTH + xy[:, 1],
            "population": people.astype(int),
            "community": [
                f"{s + 1:02d}-{c + 1:02d}社区" for s, c in zip(street, community, strict=True)
            ],
            "subdistrict": [f"{s + 1:02d}街道" for s in street],
        }
    )
    place = WEST, SOUTH
    hospitals = _hospitals(rng, xy, hubs, extent, ground)
    hospitals[["x", "y"]] += np.array(place)
    source = f"drawn by benchmarks.planned_cities, seed {ground.seed}"
    layers = {
        "units": LayerTable(units, "modelled", source, crs=CRS, cell_metres=ground.side),
        "hospitals": LayerTable(hospitals, "modelled", source, crs=CRS),
    }
    name = f"{ground.units:,} units"
    return write_district(
        folder, layers, code="000000", name_zh=f"模拟城市（{name}）", name_en=f"City of {name}"
    )


def _residents(
    rng: np.random.Generator, xy: np.ndarray, extent: float, ground: Ground
) -> tuple[np.ndarray, np.ndarray]:
    """Draw whole residents of each cell, and the hubs they gather around, the greatest first."""
    count = max(3, ground.streets // 6)
    hubs = rng.random((count, 2)) * extent
    weight = np.sort(rng.lognormal(0.0, 0.7, count))[::-1]
    spread = extent * rng.uniform(0.03, 0.09, count)
    density = np.full(len(xy), 0.15 * weight.sum() / count)
    for hub, much, wide in zip(hubs, weight, spread, strict=True):
        density += much * np.exp(-((xy - hub) ** 2).sum(axis=1) / (2 * wide**2))
    people = density * rng.lognormal(0.0, 0.6, len(xy))
    return np.minimum(np.round(people * ground.residents / people.sum()), ground.most), hubs


def _communities(
    rng: np.random.Generator, xy: np.ndarray, people: np.ndarray, street: np.ndarray, each: int
) -> np.ndarray:
    """Divide every street among the cells nearest to seeds where its people live."""
    out = np.zeros(len(xy), dtype=int)
    for one in np.unique(street):
        inside = np.flatnonzero(street == one)
        chance = people[inside] + 1e-9
        pick = rng.choice(inside, min(each, len(inside)), replace=False, p=chance / chance.sum())
        out[inside] = cKDTree(xy[pick]).query(xy[inside])[1]
    return out


def _hospitals(
    rng: np.random.Generator, xy: np.ndarray, hubs: np.ndarray, extent: float, ground: Ground
) -> pd.DataFrame:
    """Stand the leads in cells of their own, near the first two hubs."""
    tree = cKDTree(xy)
    taken: set[int] = set()
    places: list[np.ndarray] = []
    while len(places) < ground.leads:
        hub = hubs[int(rng.random() < 0.35)]
        spot = np.clip(hub + rng.normal(0.0, ground.near * extent, 2), 0.0, extent)
        cell = int(tree.query(spot)[1])
        if cell not in taken:
            taken.add(cell)
            places.append(xy[cell])
    x, y = np.array(places).T
    return pd.DataFrame(
        {
            "hospital": [f"h{n}" for n in range(1, ground.leads + 1)],
            "name": [f"第{n}医院" for n in range(1, ground.leads + 1)],
            "name_en": [f"Hospital {n}" for n in range(1, ground.leads + 1)],
            "level": "三级甲等",
            "kind": "综合",
            "ownership": "区级",
            "beds": 800,
            "eligible": "是",
            "x": x,
            "y": y,
        }
    )
