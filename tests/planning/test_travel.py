"""Ways along units and straight lines, against plain re-computation."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from gridplan.optimise.siting import spread_of
from gridplan.planning.ways.travel import metres_along_units, straight_metres


def test_ways_along_units_are_shortest_paths(lattice):
    gap = np.nan
    district = lattice(4, 3, people=[[1, 1, 1, 1], [1, gap, gap, 1], [1, 1, gap, 1]])
    none = sparse.csr_array((len(district.units), len(district.units)))
    metres = metres_along_units(district, none, np.array([0, 4]))
    graph = nx.Graph()
    names = list(district.units.index)
    for i, one in enumerate(names):
        for j, other in enumerate(names):
            if district.units.geometry.iloc[i].distance(district.units.geometry.iloc[j]) == 0:
                (a, b), (c, d) = (tuple(map(int, n[1:].split("r"))) for n in (one, other))
                if abs(a - c) + abs(b - d) == 1:
                    graph.add_edge(i, j, weight=100)
    for column, origin in enumerate((0, 4)):
        wanted = nx.single_source_dijkstra_path_length(graph, origin)
        assert [wanted[i] for i in range(len(names))] == list(metres[:, column])


def test_a_link_is_a_way(lattice):
    district = lattice(3, 1, people=[[1, np.nan, 1]])
    links = sparse.csr_array(np.array([[0, 200.0], [200.0, 0]]))
    assert metres_along_units(district, links, np.array([0])).ravel().tolist() == [0, 200]
    apart = metres_along_units(district, sparse.csr_array((2, 2)), np.array([0]))
    assert np.isinf(apart[1, 0])


@given(
    n=st.integers(1, 12),
    m=st.integers(1, 6),
    nearest=st.integers(1, 8),
    seed=st.integers(0, 99),
)
def test_straight_lines_reach_the_nearest_of_the_own_label(n, m, nearest, seed):
    rng = np.random.default_rng(seed)
    places, sites = rng.random((n, 2)) * 1000, rng.random((m, 2)) * 1000
    sites[0] = places[0]  # a place on a site: its zero must stay a stored arc
    mine, theirs = rng.integers(0, 2, n), rng.integers(0, 2, m)
    theirs[0] = mine[0]
    metres = straight_metres(places, sites, place_label=mine, site_label=theirs, nearest=nearest)
    for i in range(n):
        stored = slice(metres.indptr[i], metres.indptr[i + 1])
        columns = metres.indices[stored]
        own = np.flatnonzero(theirs == mine[i])
        assert len(columns) == min(nearest, len(own))
        assert set(columns) <= set(own)
        every = np.sort(np.round(np.hypot(*(sites[own] - places[i]).T)))
        assert np.sort(metres.data[stored]).tolist() == every[: len(columns)].tolist()
    assert 0.0 in metres.data[metres.indptr[0] : metres.indptr[1]]


@pytest.mark.parametrize(("near", "p90"), [(89.0, 2.0), (90.0, 1.0), (91.0, 1.0)])
def test_the_ninth_tenth_counts_residents_not_units(near, p90):
    """Under, at and over nine tenths of 100 residents, in three units of whom one lives near."""
    spread = spread_of([3.0, 1.0, 2.0], [1.0, near, 99.0 - near])[None]
    assert spread.p90 == p90
    assert spread.largest == 3.0
