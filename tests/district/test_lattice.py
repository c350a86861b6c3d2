import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridplan.district.lattice import fit_lattice


@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=30, unique=True
    ),
    st.sampled_from([30.0, 100.0, 250.0, 1000.0]),
    st.floats(-1e6, 4e6),
)
def test_cells_keep_their_centre_and_side_and_neighbours_share_corners(cells, side, origin):
    column, row = np.array(cells).T
    lattice, problems = fit_lattice(origin + column * side, origin + row * side, side)
    assert problems == []
    squares = lattice.squares()
    middle = shapely.centroid(squares)
    assert np.allclose(shapely.get_x(middle), origin + column * side, atol=1e-6)
    assert np.allclose(shapely.area(squares), side**2)
    corners = {tuple(xy) for xy in shapely.get_coordinates(squares)}
    places = {(c + i, r + j) for c, r in cells for i in (0, 1) for j in (0, 1)}
    assert len(corners) == len(places)


def test_centres_rounded_for_print_are_forgiven():
    x = np.array([50.4, 150.0, 249.7, 350.2])
    lattice, problems = fit_lattice(x, np.zeros(4), 100)
    assert problems == []
    assert lattice.column.tolist() == [0, 1, 2, 3]


def test_centres_off_the_lattice_are_named():
    x = np.array([0.0, 100.0, 230.0, 300.0])
    _, problems = fit_lattice(x, np.zeros(4), 100)
    assert [problem.code for problem in problems] == ["off-lattice"]
    assert problems[0].values["rows"].tolist() == [2]


def test_two_rows_in_one_cell_are_named():
    x = np.array([0.0, 100.0, 100.0])
    _, problems = fit_lattice(x, np.zeros(3), 100)
    assert [problem.code for problem in problems] == ["same-cell"]
    assert problems[0].values["rows"].tolist() == [2]
