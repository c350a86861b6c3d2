"""Read and generate the instances of the partition benchmark."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pyproj import Geod, Transformer
from scipy import sparse
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay

DISTRICT_TOTALS = {  # residents, 2020 census, Shenzhen Statistics Bureau
    "宝安": 4_476_554, "龙岗": 3_979_037, "龙华": 2_528_872, "南山": 1_795_826, "福田": 1_553_225,
    "罗湖": 1_143_801, "光明": 1_095_289, "坪山": 551_333, "盐田": 214_225, "大鹏": 156_236,
}  # fmt: skip

BEST_KNOWN = {
    "zys_13a": 2755.73, "zys_14a": 2505.25, "zys_15a": 2196.24, "zys_16a": 1995.61,
    "zys_17a": 1972.27, "gys_37a": 76856.92, "gys_38a": 75941.88, "gys_39a": 75193.32,
    "gys_40a": 74046.95, "gys_41a": 73368.85, "zys_13b": 1897.42, "zys_14b": 1755.88,
    "zys_15b": 1656.53, "zys_16b": 1591.86, "zys_17b": 1536.53, "gys_37b": 75105.07,
    "gys_38b": 73943.37, "gys_39b": 72908.70, "gys_40b": 72166.58, "gys_41b": 71202.99,
    "zys_13c": 2822.23, "zys_14c": 2589.93, "zys_15c": 2405.40, "zys_16c": 2260.01,
    "zys_17c": 2250.94, "gys_37c": 79924.28, "gys_38c": 79514.67, "gys_39c": 78748.95,
    "gys_40c": 78402.60, "gys_41c": 79761.12, "zys_13d": 2050.88, "zys_14d": 1927.72,
    "zys_15d": 1874.58, "zys_16d": 1840.85, "zys_17d": 1841.48, "gys_37d": 76744.96,
    "gys_38d": 77792.10, "gys_39d": 79150.72, "gys_40d": 78572.69, "gys_41d": 80533.51,
    "OK_county": 8_408_524_436.39,
}  # fmt: skip
"""Best of CPLEX 12.6 (7,200 s) and HGA+ in Kong's AFSAP; Oklahoma: Buchanan (2020). For the table
only: the engine never sees them."""


@dataclass(frozen=True, eq=False)
class Instance:
    """Arguments of one call of the engine, with a name and the best value known (or None)."""

    name: str
    arguments: dict
    xy: np.ndarray
    known: float | None = None

    @property
    def tolerance(self) -> float | None:
        """Largest relative deviation from the mean that the call allows; None with capacities."""
        wanted = self.arguments.get("tolerance")
        upper = self.arguments.get("upper")
        if wanted is None and upper is not None and np.ndim(upper) == 0:
            mean = self.arguments["demand"].sum() / self.arguments["parts"]
            return float(upper / mean - 1)
        return wanted


def connectivity_of(path: Path) -> Path:
    """Name the file of pairs beside a service area file."""
    return path.with_name(path.name.split("_")[0] + "_connectivity.txt")


def service_area(path: Path) -> Instance:
    """Read a file of Kong's service area problem and the connectivity file beside it."""
    rows = [line.split() for line in path.read_text().splitlines()[1:] if line.strip()]
    table = np.array(rows, dtype=float)
    place = {int(number): row for row, number in enumerate(table[:, 0])}
    demand, xy, capacity = table[:, 1], table[:, 2:4], table[:, 6]
    centers = np.flatnonzero(capacity > 0)
    beside = connectivity_of(path)
    pairs = []
    for line in beside.read_text().splitlines()[1:]:
        cells = line.replace("\t", ",").split(",")
        ends = [place.get(int(float(cell))) for cell in cells[1:3]]
        if None not in ends and ends[0] != ends[1]:
            pairs.append(ends)
    graph = symmetric(np.array(pairs), np.ones(len(pairs)), len(demand))
    far = np.hypot(*(xy[:, None, :] - xy[None, centers, :]).transpose(2, 0, 1))
    arguments = {
        "adjacency": graph,
        "demand": demand,
        "cost": demand[:, None] * far / 1000,
        "centers": centers,
        "upper": capacity[centers],
    }
    return Instance(path.stem, arguments, xy, BEST_KNOWN.get(path.stem))


def symmetric(pairs: np.ndarray, lengths: np.ndarray, size: int) -> sparse.csr_array:
    """Store each pair once in both directions."""
    low, high = pairs.min(axis=1), pairs.max(axis=1)
    _, first = np.unique(low * size + high, return_index=True)
    half = sparse.coo_array((lengths[first], (low[first], high[first])), shape=(size, size))
    return sparse.csr_array(half + half.T)


def counties(path: Path, *, parts: int = 5, tolerance: float = 0.01) -> Instance:
    """Read a networkx adjacency file of counties: moment of inertia, centers free."""
    data = json.loads(path.read_text())
    nodes = data["nodes"]
    place = {node["id"]: row for row, node in enumerate(nodes)}
    pairs = np.array(
        [
            (row, place[other["id"]])
            for row, others in enumerate(data["adjacency"])
            for other in others
            if place[other["id"]] != row
        ]
    )
    demand = np.array([float(node["P0010001"]) for node in nodes])
    lat = np.array([float(node["INTPTLAT20"]) for node in nodes])
    lon = np.array([float(node["INTPTLON20"]) for node in nodes])
    n = len(nodes)
    grid = np.meshgrid(np.arange(n), np.arange(n), indexing="ij")
    i, j = grid[0].ravel(), grid[1].ravel()
    _, _, metres = Geod(ellps="WGS84").inv(lon[i], lat[i], lon[j], lat[j])
    miles = np.asarray(metres).reshape(n, n) / 1609.344
    arguments = {
        "adjacency": symmetric(pairs, np.ones(len(pairs)), n),
        "demand": demand,
        "cost": demand[:, None] * miles**2,
        "centers": np.arange(n),
        "parts": parts,
        "lower": np.ceil((1 - tolerance) * demand.sum() / parts),
        "upper": np.floor((1 + tolerance) * demand.sum() / parts),
    }
    xy = np.column_stack([lon * np.cos(np.radians(lat.mean())), lat]) * 111_320
    return Instance(path.stem, arguments, xy, BEST_KNOWN.get(path.stem))


def shenzhen(path: Path, parts: int) -> Instance:
    """Shenzhen's zones, population by area share of the district totals, any zone a center."""
    import geopandas as gpd

    zones = gpd.read_file(path)
    zones = zones.set_crs("EPSG:4326", allow_override=True).to_crs("EPSG:4547")
    zones["geometry"] = zones.geometry.make_valid()
    area = zones.geometry.area
    total = zones["district"].str[:2].map(DISTRICT_TOTALS)
    demand = (total * area / area.groupby(zones["district"]).transform("sum")).round().to_numpy()
    grown = zones.geometry.buffer(60)  # the zones leave slivers between them
    first, second = grown.sindex.query(grown, predicate="intersects")
    keep = first < second
    first, second = first[keep], second[keep]
    shared = grown.iloc[first].intersection(grown.iloc[second], align=False).area / 120
    pairs, lengths = np.column_stack([first, second]), shared.to_numpy()
    long = lengths > 30
    centre = zones.geometry.representative_point()
    xy = np.column_stack([centre.x, centre.y])
    graph = symmetric(pairs[long], lengths[long], len(zones))
    graph = joined(graph, xy)
    cost = demand[:, None] * travel(graph, xy, np.arange(len(zones)))
    arguments = {
        "adjacency": graph,
        "demand": demand,
        "cost": cost,
        "centers": np.arange(len(zones)),
        "parts": parts,
        "tolerance": 0.10,
    }
    return Instance(f"shenzhen_{parts}", arguments, xy)


def joined(graph: sparse.csr_array, xy: np.ndarray) -> sparse.csr_array:
    """Join pieces by the shortest links, one metre wide."""
    from gridplan.optimise.partition import suggest_links

    links = suggest_links(graph, xy)
    if not links:
        return graph
    pairs = np.array([link[:2] for link in links])
    return sparse.csr_array(graph + symmetric(pairs, np.ones(len(pairs)), graph.shape[0]))


def travel(graph: sparse.csr_array, xy: np.ndarray, sources: np.ndarray) -> np.ndarray:
    """Shortest paths over centroid distances, ``(n, sources)`` metres."""
    edges = sparse.coo_array(graph)
    far = np.hypot(*(xy[edges.row] - xy[edges.col]).T)
    roads = sparse.csr_array((np.maximum(far, 1e-6), (edges.row, edges.col)), shape=graph.shape)
    return dijkstra(roads, indices=sources).T


def generated(size: int = 5000, parts: int = 20, *, seed: int = 0) -> Instance:
    """Scattered units of lognormal population with centers drawn by population, tolerance 5 %."""
    rng = np.random.default_rng(seed)
    xy = rng.random((size, 2)) * 20_000
    mesh = Delaunay(xy).simplices
    pairs = np.vstack([mesh[:, [0, 1]], mesh[:, [1, 2]], mesh[:, [0, 2]]])
    far = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    pairs = pairs[far < 1500]
    graph = joined(symmetric(pairs, np.full(len(pairs), 100.0), size), xy)
    demand = np.round(rng.lognormal(5, 0.6, size))
    centers = rng.choice(size, parts, replace=False, p=demand / demand.sum())
    arguments = {
        "adjacency": graph,
        "demand": demand,
        "cost": demand[:, None] * travel(graph, xy, centers),
        "centers": centers,
        "tolerance": 0.05,
    }
    return Instance(f"generated_{size}_{parts}", arguments, xy)


def with_parents(instance: Instance, count: int = 200) -> Instance:
    """Group units into parents around seats; a split costs 0.02 % of the cheapest cost."""
    xy = instance.xy
    seats = np.linspace(0, len(xy) - 1, count).astype(int)
    far = travel(instance.arguments["adjacency"], xy, seats)
    cheap = float(instance.arguments["cost"].min(axis=1).sum())
    arguments = {
        **instance.arguments,
        "parents": far.argmin(axis=1),
        "split_price": 2e-4 * cheap,
    }
    return Instance(instance.name + "_parents", arguments, xy)


def projected(lon: np.ndarray, lat: np.ndarray, crs: str) -> np.ndarray:
    """Project degrees to metres, ``(n, 2)``."""
    return np.column_stack(
        Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon, lat)
    )
