import dataclasses
import time

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.district.district import INDEXES, District
from gridplan.district.folder.shape import empty_layer
from gridplan.district.geometry.lattice import fit_lattice
from gridplan.errors import InputError

SIDE = 100.0


def lattice(cells: list[tuple[int, int]], links: tuple[tuple[str, str], ...] = ()) -> District:
    """Make a district in memory: one cell a pair of column and row, ten residents each."""
    column, row = np.array(cells, dtype=float).T
    fitted, problems = fit_lattice(480_000 + column * SIDE, 2_500_000 + row * SIDE, SIDE)
    assert not problems
    frames = {
        name: empty_layer(name, 4547).set_index(index).assign(unit=None)
        for name, index in INDEXES.items()
    }
    index = pd.Index([f"{c},{r}" for c, r in cells], name="unit")
    units = gpd.GeoDataFrame({"population": 10.0}, index=index, geometry=fitted.squares(), crs=4547)
    return District(
        code="0",
        name_zh="格",
        name_en="Lattice",
        vintage="",
        folder=None,
        **{**frames, "units": units},
        links=links,
    )


CELLS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=30, unique=True
)


@settings(max_examples=25)
@given(CELLS)
def test_pieces_are_the_components_networkx_finds(cells):
    district = lattice(cells)
    graph = nx.Graph()
    graph.add_nodes_from(cells)
    graph.add_edges_from(
        (a, b) for a in cells for b in ((a[0] + 1, a[1]), (a[0], a[1] + 1)) if b in graph
    )
    expected = sorted(map(len, nx.connected_components(graph)), reverse=True)
    assert district.pieces["units"].tolist() == expected
    assert district.pieces["population"].sum() == district.population
    assert district.components[0] == 0
    assert np.unique(district.components).tolist() == list(range(len(expected)))
    for piece in nx.connected_components(graph):
        rows = [cells.index(cell) for cell in piece]
        assert len(set(district.components[rows])) == 1


@settings(max_examples=25)
@given(CELLS)
def test_paths_run_between_centroids_of_neighbours(cells):
    district = lattice(cells)
    assert np.array_equal(district.path_edges.indices, district.adjacency.indices)
    assert np.allclose(district.path_edges.data, SIDE)
    assert np.allclose(district.adjacency.data, SIDE)
    assert np.allclose(
        district.centroids,
        480_000 * np.eye(2)[0] + 2_500_000 * np.eye(2)[1] + SIDE * np.array(cells),
    )


def test_links_join_what_no_boundary_joins_and_count_a_metre():
    cells = [(0, 0), (1, 0), (5, 0)]
    district = lattice(cells, links=(("1,0", "5,0"), ("5,0", "1,0"), ("0,0", "1,0")))
    assert district.adjacency.toarray().tolist() == [[0, 100, 0], [100, 0, 1], [0, 1, 0]]
    assert district.path_edges[1, 2] == pytest.approx(400)
    assert district.pieces["units"].tolist() == [3]
    assert lattice(cells).pieces["units"].tolist() == [2, 1]


def test_a_layer_in_another_crs_or_without_its_index_is_refused(tiny_district):
    with pytest.raises(InputError, match="centers"):
        dataclasses.replace(tiny_district, centers=tiny_district.centers.to_crs(4546))
    with pytest.raises(InputError, match="index must be named hospital"):
        dataclasses.replace(tiny_district, hospitals=tiny_district.hospitals.rename_axis("h"))
    with pytest.raises(InputError, match="not in metres"):
        dataclasses.replace(tiny_district, units=tiny_district.units.to_crs(4326))


def test_a_city_of_sixteen_thousand_cells_takes_moments():
    cells = [(c, r) for c in range(128) for r in range(125)]
    start = time.perf_counter()
    district = lattice(cells)
    assert district.adjacency.nnz == 2 * (127 * 125 + 128 * 124)
    assert len(district.pieces) == 1
    assert time.perf_counter() - start < 4  # 0.2 s on an idle core
