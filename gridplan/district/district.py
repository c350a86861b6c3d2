"""The district: everything known about a planning area as one frozen value in metres."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from gridplan.district.agreements import Agreements
from gridplan.district.files.intake import noted, sample
from gridplan.district.geometry.adjacency import TOLERANCE, shared_boundaries
from gridplan.district.geometry.barriers import Crossing, crossings_of, without_barred
from gridplan.district.geometry.crs import name_of
from gridplan.district.geometry.gaps import find_apart, values_of
from gridplan.district.geometry.metric import require_metric
from gridplan.district.matrix import TravelMatrix
from gridplan.errors import InputError, Problem
from gridplan.text.card import Card, Rows

INDEXES = {
    "units": "unit",
    "subdistricts": "subdistrict",
    "hospitals": "hospital",
    "centers": "center",
    "candidates": "candidate",
    "stations": "station",
    "outside_centers": "center",
    "roads": "road",
    "barriers": "barrier",
}
"""The layers of a district and the name of each one's index."""

CARRIED = ("roads", "barriers")
"""Layers that ``plan.gpkg`` holds with every column, as read, and that are read back from it."""

_APART = {
    "corners": "units-corners",
    "gaps": "units-gaps",
    "roads": "units-roads",
    "far": "units-far",
}

LINK_METRES = 1.0
"""What a declared link (bridge, ferry) counts for where boundary length is asked."""


@dataclass(frozen=True, eq=False)
class LayerSource:
    """
    Where one layer comes from and how far it can be trusted.

    Parameters
    ----------
    layer
        One of :data:`INDEXES` or of :data:`gridplan.district.matrix.MATRICES`, or ``groups`` for
        ``groups.toml``.
    file
        Name of the file in the district folder.
    crs
        As declared, ``gcj02`` and ``bd09`` included.
    source
        One line.
    label
        ``real``, ``derived`` or ``modelled``.
    sha256
        Of the file's bytes; empty for a layer that was derived while reading.
    vintage
        Date or year the figures speak of.
    rows
        Of the layer, of a matrix its ways; 0 for what is neither.
    rows_below
        Of these, rows that can be trusted less than ``label`` says: they, their place or one of
        their figures.
    row_labels
        The labels of those, the surest first, parted by commas.
    """

    layer: str
    file: str
    crs: str
    source: str
    label: str
    sha256: str
    vintage: str
    rows: int = 0
    rows_below: int = 0
    row_labels: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class District(Card):
    """
    A planning area, validated, in one metric CRS.

    Parameters
    ----------
    code, name_zh, name_en, vintage
        As ``district.toml`` gives them.
    folder
        Where it was read; None for a district made in memory.
    units
        Index ``unit`` (text). ``population`` (persons, at least 0), ``population_65`` (persons or
        NaN), ``community``, ``subdistrict`` (text or None), polygons. Further columns are kept.
    subdistricts
        Index ``subdistrict`` (its name). ``population`` (published persons or NaN), ``label``
        (``real``, ``derived``, ``modelled``), polygons. Empty if nothing is known of them.
    hospitals
        Index ``hospital``. ``name``, ``name_en``, ``level``, ``kind``, ``ownership``, ``beds``,
        ``eligible``, ``unit``, points. May be empty.
    centers
        Existing centers, index ``center``. ``name``, ``name_en``, ``class`` (``regional``,
        ``community`` or None), ``capacity`` (persons or NaN), ``unit``, points. May be empty.
    candidates
        Index ``candidate``. ``capacity``, ``community``, ``unit``, points. Empty: to be generated.
    layers
        One source a layer.
    repairs
        Everything the reader changed or derived, as data.
    links
        Pairs of units joined by declaration (bridge, ferry).
    sha256
        Of ``district.toml``.
    stations
        Village stations, the third level under the centers, index ``station``. ``name``,
        ``name_en``, ``unit``, points. Empty where there are none.
    roads
        Lines one can walk or drive along, index ``road``; ``class`` and the columns that say who
        may use them. They meet where they share a corner. Empty where there are none.
    barriers
        Rivers, railways and expressways that part neighbours, index ``barrier``: ``kind``,
        ``price`` (person-metres for each metre of boundary; NaN where they may not be crossed),
        lines. Empty where there are none.
    snap_metres
        Distance, edge to edge, within which units that face each other are neighbours. Shapes
        and areas stay as drawn.
    city_grids_elsewhere, city_grids_source
        Grids planned in the other districts of its city, and what says so; None where nobody does.
    agreements
        Named groups, alliances and wishes of ``groups.toml``; empty where there are none.
    outside_centers
        Centers of neighbouring districts, index ``center``. ``name``, ``name_en``, points. They
        count for what is nearest, never for assignment or capacity. Empty where none are known.
    walk_matrix, drive_matrix
        Ways as the planner measured them; None where none are brought.

    Raises
    ------
    InputError
        If a layer is not in one common metric CRS, or its index has another name.
    """

    code: str
    name_zh: str
    name_en: str
    vintage: str
    folder: Path | None
    units: gpd.GeoDataFrame
    subdistricts: gpd.GeoDataFrame
    hospitals: gpd.GeoDataFrame
    centers: gpd.GeoDataFrame
    candidates: gpd.GeoDataFrame
    layers: tuple[LayerSource, ...] = ()
    repairs: tuple[Problem, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    sha256: str = ""
    stations: gpd.GeoDataFrame = None  # None: there are none
    roads: gpd.GeoDataFrame = None  # None: there are none
    barriers: gpd.GeoDataFrame = None  # None: there are none
    snap_metres: float = TOLERANCE
    city_grids_elsewhere: int | None = None
    city_grids_source: str = ""
    agreements: Agreements = field(default_factory=Agreements)
    outside_centers: gpd.GeoDataFrame = None  # None: none are known
    walk_matrix: TravelMatrix | None = None
    drive_matrix: TravelMatrix | None = None

    def __post_init__(self) -> None:
        require_metric(self.units.geometry, layer="units")
        place = ["name", "name_en", "unit"]
        optional = {"stations": place, "outside_centers": place, "roads": ["class"]}
        optional["barriers"] = ["kind", "price"]
        for layer, columns in optional.items():
            if getattr(self, layer) is None:
                none = pd.Index([], name=INDEXES[layer], dtype=object)
                table = pd.DataFrame(index=none, columns=columns, dtype=object)
                empty = gpd.GeoDataFrame(table, geometry=[], crs=self.units.crs)
                object.__setattr__(self, layer, empty)
        problems = []
        for layer, index in INDEXES.items():
            frame = getattr(self, layer)
            if frame.index.name != index:
                problems.append(Problem("index-name", {"layer": layer, "index": index}))
            if frame.crs != self.units.crs:
                problems.append(Problem("crs-differs", {"layer": layer}))
        if problems:
            raise InputError(problems)

    def _card(self) -> tuple[str, Rows]:
        people = [f"{len(getattr(self, name)):,} {name}" for name in INDEXES]
        kinds = dict.fromkeys(f"{layer.layer} {layer.label}" for layer in self.layers)
        return f"District {self.code} {self.name_zh} / {self.name_en}", [
            ("residents", round(self.population)),
            ("layers", ", ".join(people)),
            ("labels", ", ".join(kinds) or "-"),
            ("crs", name_of(self.crs)),
            ("vintage", self.vintage or "-"),
            ("folder", str(self.folder or "in memory")),
            ("repairs", len(self.repairs)),
        ]

    @property
    def crs(self) -> CRS:
        """The metric CRS of every layer."""
        return CRS(self.units.crs)

    @cached_property
    def population(self) -> float:
        """Residents of the district, persons."""
        return float(self.units["population"].sum())

    @cached_property
    def centroids(self) -> NDArray[np.float64]:
        """Centroids of the units, (n, 2), metres, in the order of ``units``."""
        points = self.units.geometry.centroid
        return np.column_stack([points.x.to_numpy(), points.y.to_numpy()])

    @cached_property
    def boundaries(self) -> sparse.csr_array:
        """Shared boundary between units as :attr:`adjacency` has it, links left out."""
        return shared_boundaries(self.units.geometry.to_numpy(), snap_metres=self.snap_metres)

    @cached_property
    def adjacency(self) -> sparse.csr_array:
        """
        Shared boundary between units, (n, n), symmetric, metres; links count 1 metre.

        Units up to :attr:`snap_metres` apart share the length over which they face each other.
        """
        shared = self.boundaries
        if not self.links:
            return shared
        ends = self.units.index.get_indexer([unit for link in self.links for unit in link])
        a, b = ends[::2], ends[1::2]
        known = (a >= 0) & (b >= 0) & (a != b)
        a, b = a[known], b[known]
        apart = np.asarray(shared[a, b]).ravel() == 0
        a, b = a[apart], b[apart]
        extra = sparse.coo_array((np.ones(len(a)), (a, b)), shape=shared.shape).tocsr()
        extra = sparse.csr_array(((extra + extra.T) > 0).astype(float) * LINK_METRES)
        joined = sparse.csr_array(shared + extra)
        joined.sort_indices()
        return joined

    @cached_property
    def crossings(self) -> tuple[Crossing, ...]:
        """Neighbours that :attr:`barriers` part, with what a grid pays to hold both."""
        return crossings_of(self.units, self.centroids, self.boundaries, self.barriers, self.links)

    @cached_property
    def contiguity(self) -> sparse.csr_array:
        """Adjacency by which a grid hangs together: without what may not be crossed, (n, n)."""
        barred = [unit for one, other, price in self.crossings if price is None
                  for unit in (one, other)]  # fmt: skip
        pairs = self.units.index.get_indexer(barred).reshape(-1, 2)
        return without_barred(self.adjacency, pairs)

    @cached_property
    def path_edges(self) -> sparse.csr_array:
        """Metres between the centroids of units that share a boundary or a link, (n, n)."""
        edges = self.adjacency.tocoo()
        step = self.centroids[edges.row] - self.centroids[edges.col]
        # A distance of zero would read as "no edge" in a sparse matrix.
        metres = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-9)
        paths = sparse.csr_array((metres, (edges.row, edges.col)), shape=edges.shape)
        paths.sort_indices()
        return paths

    @cached_property
    def components(self) -> NDArray[np.int64]:
        """Number of the connected piece each unit belongs to, from 0 in order of the units."""
        labels = connected_components(self.adjacency, directed=False)[1]
        _, first = np.unique(labels, return_index=True)
        rank = np.empty(len(first), dtype=np.int64)
        rank[np.argsort(first, kind="stable")] = np.arange(len(first))
        return rank[labels]

    @cached_property
    def apart(self) -> tuple[Problem, ...]:
        """
        What keeps units from hanging together, by cause.

        ``units-corners``, ``units-gaps``, ``units-roads`` and ``units-far``, each with units,
        residents and metres edge to edge; empty where the district is in one piece. With
        ``snap`` where declaring :attr:`snap_metres` mends it.
        """
        people = self.units["population"].to_numpy(dtype=float)
        found = find_apart(self.units.geometry.to_numpy(), self.adjacency)
        return tuple(
            noted(
                _APART[one.cause],
                {**sample(self.units.index[one.units]), **values_of(one, people)},
            )
            for one in found
        )

    @cached_property
    def link_metres(self) -> tuple[float, ...]:
        """Metres between the two units of each declared link, edge to edge."""
        shapes = self.units.geometry
        return tuple(
            float(shapely.distance(shapes[one], shapes[other])) for one, other in self.links
        )

    @cached_property
    def pieces(self) -> pd.DataFrame:
        """Connected pieces, largest first: index ``piece``; units, population, area_km2."""
        table = pd.DataFrame(
            {
                "piece": self.components,
                "units": 1,
                "population": self.units["population"].to_numpy(),
                "area_km2": self.units.geometry.area.to_numpy() / 1e6,
            }
        )
        totals = table.groupby("piece").sum()
        return totals.sort_values("population", ascending=False, kind="stable")
