import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.district.geometry.lattice import fit_lattice


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


@settings(max_examples=60)
@given(
    spacing=st.sampled_from([100.0, 190.0, 250.0, 500.0, 1000.0]),
    declared=st.sampled_from([50.0, 100.0, 125.0, 190.0, 250.0, 400.0, 500.0, 1000.0]),
    share=st.floats(0.5, 1.0),
    seed=st.integers(0, 1000),
)
def test_a_declared_side_that_is_not_the_spacing_is_refused(spacing, declared, share, seed):
    column, row = (axis.ravel() for axis in np.meshgrid(np.arange(12), np.arange(12)))
    kept = np.random.default_rng(seed).random(144) < share
    x, y = 480_000 + spacing * column[kept], 2_500_000 + spacing * row[kept]
    _, problems = fit_lattice(x, y, declared)
    if declared == spacing:
        assert not problems
    else:
        (problem,) = problems
        assert problem.code == "cell-spacing"
        assert problem.values["measured"] == [f"{spacing:g}"]


def test_cells_that_are_no_squares_are_told_with_both_sides():
    column, row = (axis.ravel() for axis in np.meshgrid(np.arange(5), np.arange(5)))
    _, problems = fit_lattice(190.0 * column, 230.0 * row, 190.0)
    (problem,) = problems
    assert problem.code == "cell-oblong"
    assert problem.values["measured"] == ["190", "230"]


def test_the_spacing_of_a_few_scattered_cells_is_not_guessed():
    _, problems = fit_lattice(np.array([0.0, 600.0, 600.0]), np.array([0.0, 0.0, 900.0]), 100)
    assert not problems
