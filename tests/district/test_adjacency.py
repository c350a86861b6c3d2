import networkx as nx
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.district.geometry.adjacency import TOLERANCE, shared_boundaries


def array(*shapes: shapely.Geometry) -> np.ndarray:
    return np.array(shapes, dtype=object)


def by_intersection(shapes: np.ndarray) -> np.ndarray:
    """Every pair asked of shapely, one by one."""
    n = len(shapes)
    shared = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i != j:
                shared[i, j] = shapely.length(
                    shapely.intersection(shapes[i].boundary, shapes[j].boundary)
                )
    return shared


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=20, unique=True)
)
def test_any_set_of_lattice_cells_shares_what_shapely_says(cells):
    shapes = array(*(shapely.box(100 * c, 100 * r, 100 * c + 100, 100 * r + 100) for c, r in cells))
    found = shared_boundaries(shapes)
    assert np.allclose(found.toarray(), by_intersection(shapes))
    assert (found.data > 0).all()


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_polygons_drawn_with_common_corners_share_what_shapely_says(seed):
    points = np.random.default_rng(seed).uniform(0, 1000, (12, 2))
    parts = shapely.voronoi_polygons(
        shapely.multipoints(points), extend_to=shapely.box(0, 0, 1000, 1000)
    )
    shapes = np.array(shapely.get_parts(parts), dtype=object)
    found = shared_boundaries(shapes).toarray()
    assert np.allclose(found, found.T)
    expected = by_intersection(shapes)
    clear = (expected > 2 * TOLERANCE) | (expected == 0)
    near = np.array([[shapely.distance(a, b) < 2 for b in shapes] for a in shapes])
    assert np.allclose(found[clear & near], expected[clear & near], atol=2 * TOLERANCE)
    assert not found[~near].any()


def test_a_contact_at_a_corner_does_not_connect():
    shapes = array(shapely.box(0, 0, 100, 100), shapely.box(100, 100, 200, 200))
    assert shared_boundaries(shapes).nnz == 0


def test_a_side_against_two_halves_is_shared_with_both():
    shapes = array(
        shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 40), shapely.box(100, 40, 200, 100)
    )
    found = shared_boundaries(shapes).toarray()
    assert np.allclose(found[0], [0, 40, 60])
    assert np.allclose(found[1], [40, 0, 100])


def test_gaps_and_overlaps_under_a_metre_are_bridged_and_wider_ones_not():
    for gap, metres in ((0.6, 100.0), (-0.6, 100.0), (1.5, 0.0)):
        shapes = array(shapely.box(0, 0, 100, 100), shapely.box(100 + gap, 0, 200, 100))
        assert np.isclose(shared_boundaries(shapes).sum() / 2, metres, atol=1.3), gap


def test_a_gap_does_not_turn_a_corner_into_a_side():
    shapes = array(shapely.box(0, 0, 100, 100), shapely.box(100.3, 100.3, 200, 200))
    assert shared_boundaries(shapes).nnz == 0


def test_a_corner_that_overlaps_a_corner_by_less_than_a_metre_is_no_side():
    shapes = array(shapely.box(0, 0, 100, 100), shapely.box(99.6, 100.2, 200, 200))
    assert shared_boundaries(shapes).nnz == 0


def test_a_tip_that_touches_a_side_is_no_common_side_however_finely_it_is_drawn():
    tip = shapely.Polygon([(50, 100), (134, 200), (-34, 200)])  # sides rise at 50 degrees
    shapes = array(shapely.box(0, 0, 100, 100), shapely.segmentize(tip, 0.5))
    assert shared_boundaries(shapes).nnz == 0


def test_a_unit_in_the_hole_of_another_is_its_neighbour():
    hole = shapely.box(40, 40, 60, 60)
    shapes = array(shapely.box(0, 0, 100, 100).difference(hole), hole)
    assert np.isclose(shared_boundaries(shapes)[0, 1], 80)


def test_parts_of_one_unit_are_no_neighbours_of_themselves():
    both = shapely.multipolygons([shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)])
    other = shapely.box(0, 100, 200, 200)
    found = shared_boundaries(array(both, other))
    assert found.diagonal().tolist() == [0, 0]
    assert np.isclose(found[0, 1], 200)


@given(st.permutations(range(12)))
def test_order_of_units_changes_nothing(order):
    cells = array(
        *(shapely.box(c * 10, r * 10, c * 10 + 10, r * 10 + 10) for c in range(4) for r in range(3))
    )
    plain = shared_boundaries(cells).toarray()
    turned = shared_boundaries(cells[list(order)]).toarray()
    assert np.array_equal(turned, plain[np.ix_(order, order)])


def test_the_graph_of_a_lattice_is_networkx_grid_graph():
    cells = [(c, r) for c in range(7) for r in range(5)]
    shapes = array(*(shapely.box(c, r, c + 1, r + 1) for c, r in cells))
    found = nx.relabel_nodes(
        nx.from_scipy_sparse_array(shared_boundaries(shapes)), dict(enumerate(cells))
    )
    assert nx.utils.graphs_equal(nx.Graph(found.edges()), nx.Graph(nx.grid_2d_graph(7, 5).edges()))
