"""Districts made in memory, small enough to draw."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import Point, box

from gridplan.district.district import District
from gridplan.planning.editing.edited import begin
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario

CRS = "EPSG:4547"
SIDE = 100.0


TOWN = Scenario(grids=2, grid_tolerance=0.2, center_lower=300, center_upper=700, work_limit=0.05)


@pytest.fixture(scope="module")
def start():
    """Begin edits of 8 x 4 units of 100 residents: two grids, a center for every 300 to 700."""
    district = build_lattice(8, 4, leads=[(0, 0), (7, 0)], centers=[(1, 1), (6, 2)])
    made = plan(district, TOWN)
    return begin(made.layout, made.scenario)


def points(rows, index):
    table = pd.DataFrame(rows)
    return gpd.GeoDataFrame(
        table.drop(columns=["x", "y"]).set_index(index),
        geometry=gpd.points_from_xy(table["x"], table["y"]),
        crs=CRS,
    )


def empty(index, columns):
    return gpd.GeoDataFrame(
        {column: [] for column in columns},
        index=pd.Index([], name=index, dtype=object),
        geometry=[],
        crs=CRS,
    )


def build_lattice(columns, rows, *, people=100.0, streets=None, leads=((0, 0),), centers=()):
    """
    Build a lattice district: cells of 100 m named by column and row, ``c0r0`` lower left.

    ``people`` is a number for all cells or an array (rows, columns) read as drawn, top row first;
    NaN leaves the cell out. ``streets`` gives the street of a column (default: west and east half).
    ``leads`` are (column, row) of eligible hospitals, ``centers`` of existing centers.
    """

    drawn = np.broadcast_to(np.asarray(people, dtype=float), (rows, columns))[::-1]
    cells = [(c, r) for r in range(rows) for c in range(columns) if not np.isnan(drawn[r, c])]
    names = streets or ["west" if c < columns / 2 else "east" for c in range(columns)]
    units = gpd.GeoDataFrame(
        {
            "population": [float(drawn[r, c]) for c, r in cells],
            "population_65": np.nan,
            "community": [f"{names[c]}-{r // 2}" for c, r in cells],
            "subdistrict": [names[c] for c, _ in cells],
        },
        index=pd.Index([f"c{c}r{r}" for c, r in cells], name="unit"),
        geometry=[box(c * SIDE, r * SIDE, (c + 1) * SIDE, (r + 1) * SIDE) for c, r in cells],
        crs=CRS,
    )
    streets_table = units[["subdistrict", "geometry"]].dissolve("subdistrict")
    streets_table = streets_table.assign(population=np.nan, label="modelled")
    hospitals = [
        {
            "hospital": f"h{number}",
            "name": f"Hospital {number}",
            "name_en": f"Hospital {number}",
            "level": "tertiary-a",
            "kind": "general",
            "ownership": "district",
            "beds": 500.0,
            "eligible": True,
            "unit": f"c{c}r{r}",
            "x": (c + 0.5) * SIDE,
            "y": (r + 0.5) * SIDE,
        }
        for number, (c, r) in enumerate(leads, start=1)
    ]
    existing = [
        {
            "center": f"e{number}",
            "name": f"Center {number}",
            "name_en": f"Center {number}",
            "class": None,
            "capacity": np.nan,
            "unit": f"c{c}r{r}",
            "x": (c + 0.5) * SIDE,
            "y": (r + 0.5) * SIDE,
        }
        for number, (c, r) in enumerate(centers, start=1)
    ]
    hospital_columns = ("name", "name_en", "level", "kind", "ownership", "beds", "eligible", "unit")
    center_columns = ("name", "name_en", "class", "capacity", "unit")
    return District(
        code="000000",
        name_zh="格子区",
        name_en="Lattice",
        vintage="2020",
        folder=None,
        units=units,
        subdistricts=streets_table[["population", "label", "geometry"]],
        hospitals=points(hospitals, "hospital")
        if hospitals
        else empty("hospital", hospital_columns),
        centers=points(existing, "center") if existing else empty("center", center_columns),
        candidates=empty("candidate", ("capacity", "community", "unit")),
    )


@pytest.fixture
def lattice():
    """Build a lattice district; see :func:`build_lattice`."""
    return build_lattice


@pytest.fixture(scope="session")
def lattice_builder():
    """Build a lattice district in a property test, which may not use narrower fixtures."""
    return build_lattice


@pytest.fixture
def at():
    """Centre of a cell."""
    return lambda c, r: Point((c + 0.5) * SIDE, (r + 0.5) * SIDE)
