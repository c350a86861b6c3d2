"""Residents reach their cells to the person, whatever the areas."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.intake.places.cells import gathered, hexagons, lattice_cells, spacing_of
from gridplan.intake.places.coverage import areas_of, clean, overlaps_of
from gridplan.intake.residents.spreading import SpreadParams, choose_side, largest_remainder, spread

sizes = st.lists(st.floats(0.2, 9.0), min_size=1, max_size=6)


@given(st.integers(0, 10**7), st.lists(st.floats(0, 1e6), min_size=1, max_size=40))
def test_whole_persons_and_nobody_lost(total, weights):
    shares = largest_remainder(total, np.array(weights))
    assert shares.sum() == total
    assert (shares >= 0).all()
    assert (shares == np.floor(shares)).all()


@given(st.floats(0, 1e6), st.lists(st.floats(0.1, 1e3), min_size=2, max_size=40))
def test_shares_are_within_one_of_exact(total, weights):
    weights = np.array(weights)
    shares = largest_remainder(total, weights)
    assert shares.sum() == pytest.approx(total)
    assert np.abs(shares - total * weights / weights.sum()).max() < 2


@settings(max_examples=40, deadline=None)
@given(sizes, st.integers(0, 2**31), st.sampled_from([100.0, 300.0, 1000.0]))
def test_every_area_keeps_its_total(widths, seed, side):
    edges = np.concatenate([[0.0], np.cumsum(widths)]) * 333.3
    shapes = np.array([shapely.box(a, 0, b, 777.7) for a, b in pairwise(edges)])
    people = np.random.default_rng(seed).integers(0, 60_000, len(shapes)).astype(float)
    found = spread(shapes, people, side=side)
    assert found.people.sum() == people.sum()
    own = np.bincount(found.area, weights=found.people[:, 0], minlength=len(shapes))
    kept = np.setdiff1d(np.arange(len(shapes)), found.lent)
    if not len(found.lent):
        assert (own[kept] == people[kept]).all()
    inner = shapely.area(found.squares).sum()
    assert shapely.area(shapely.union_all(found.squares)) == pytest.approx(inner)


def test_a_crowded_cell_is_cut_until_a_center_can_take_it_in():
    shapes = np.array([shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)])
    found = spread(shapes, np.array([120_000.0, 10.0]), side=1000.0)
    assert found.people.max() <= SpreadParams().most_residents
    assert found.people.sum() == 120_010
    assert found.cut.any()
    assert not found.cut.all()


def test_weights_decide_where_people_live():
    shapes = np.array([shapely.box(0, 0, 1000, 1000)])
    west = shapely.box(0, 0, 500, 1000)

    def weigh(squares):
        return shapely.area(shapely.intersection(squares, west))

    found = spread(shapes, np.array([1000.0]), side=100.0, weigh=weigh)
    inside = shapely.get_x(shapely.centroid(found.squares)) < 500
    assert found.people[inside].sum() == 1000


def test_a_side_is_chosen_so_that_cells_stay_few():
    assert choose_side(150e6) == 100.0
    assert choose_side(82_421e6) == 2000.0
    for ground in (1e6, 1e9, 1e10, 1e11):
        assert ground / choose_side(ground) ** 2 <= 50_000


@given(st.integers(2, 12), st.integers(2, 12), st.floats(10, 500), st.floats(-1e5, 1e5))
def test_a_lattice_is_measured_from_its_points(columns, rows, step, origin):
    x, y = (
        a.ravel() for a in np.meshgrid(origin + np.arange(columns) * step, np.arange(rows) * step)
    )
    spacing = spacing_of(x, y)
    assert spacing is not None
    assert spacing.dx == pytest.approx(step)
    assert spacing.dy == pytest.approx(step)
    cells = lattice_cells(x, y, spacing)
    assert shapely.coverage_is_valid(cells)


def test_loose_points_lie_on_no_lattice():
    random = np.random.default_rng(1)
    x, y = random.uniform(0, 1000, (2, 200))
    assert spacing_of(x, y) is None
    people = random.integers(0, 9, (200, 1)).astype(float)
    squares, sums, cell = gathered(x, y, people, 100.0)
    assert sums.sum() == people.sum()
    assert shapely.intersects(squares[cell], shapely.points(x, y)).all()


def test_hexagons_are_drawn_and_wrong_ids_named():
    shapes, wrong = hexagons(["89a901291abffff", "no", None])
    assert wrong == [1, 2]
    assert shapes[0].area > 0


def test_gaps_close_and_no_ground_is_lost():
    left, right = shapely.box(0, 0, 1000, 1000), shapely.box(1001.5, 0, 2000, 1000)
    cleaned = clean(np.array([left, right, shapely.box(0, 1000, 2000, 2000)]))
    assert cleaned.area[1] == pytest.approx(2000 * 2000, rel=1e-3)
    assert not overlaps_of(cleaned.shapes)
    assert shapely.coverage_is_valid(cleaned.shapes)


def test_a_real_overlap_is_named_and_given_to_one():
    shapes = np.array([shapely.box(0, 0, 1000, 1000), shapely.box(800, 0, 2000, 1000)])
    cleaned = clean(shapes)
    assert [(a, b) for a, b, _ in cleaned.overlaps] == [(0, 1)]
    assert cleaned.overlaps[0][2] == pytest.approx(200_000)
    assert shapely.area(cleaned.shapes).sum() == pytest.approx(2e6)


def test_a_neck_is_not_cut_through():
    neck = shapely.union_all(
        [
            shapely.box(0, 0, 100, 100),
            shapely.box(100, 49.8, 140, 50.2),
            shapely.box(140, 0, 240, 100),
        ]
    )
    cleaned = clean(np.array([neck, shapely.box(240, 0, 400, 100)]))
    assert shapely.area(cleaned.shapes)[0] == pytest.approx(neck.area, rel=1e-6)
    assert shapely.get_num_geometries(cleaned.shapes).tolist() == [1, 1]
    assert cleaned.kept.tolist() == [True, False]


def test_a_shape_that_loses_ground_to_nobody_keeps_its_outline():
    comb = [shapely.box(10.0 * n, 0, 10.0 * n + 0.6, 400) for n in range(60)]
    shape = shapely.union_all([shapely.box(0, -200, 600, 0), *comb])
    cleaned = clean(np.array([shape, shapely.box(0, -500, 600, -200)]))
    assert shapely.area(cleaned.shapes).sum() == pytest.approx(600 * 500 + 60 * 0.6 * 400, rel=0.02)


def test_a_shape_that_a_neighbour_runs_through_is_told():
    lying, across = shapely.box(0, 0, 3000, 1000), shapely.box(1000, -4000, 2000, 4000)
    cleaned = clean(np.array([lying, across]))
    assert shapely.area(cleaned.shapes).sum() == pytest.approx(3e6 + 8e6 - 1e6)
    parts = shapely.get_num_geometries(cleaned.shapes)
    assert (cleaned.torn == (parts > 1)).all()


def test_weights_are_asked_for_once_of_every_cell():
    asked = []

    def weigh(squares):
        asked.append(len(squares))
        return shapely.area(squares)

    found = spread(np.array([shapely.box(0, 0, 3000, 1000)]), np.array([4000.0]), side=1000.0,
                   weigh=weigh)  # fmt: skip
    assert sum(asked) == len(found.squares) == 3
    shapes = np.array([shapely.box(0, 0, 1000, 1000), shapely.box(1000, 0, 2000, 1000)])
    asked.clear()
    found = spread(shapes, np.array([20_000.0, 10.0]), side=1000.0, weigh=weigh)
    assert asked == [2, int(found.cut.sum())]


def test_only_areas_are_left_of_a_collection():
    mixed = shapely.geometrycollections(
        [shapely.box(0, 0, 1, 1), shapely.linestrings([[0, 0], [5, 5]])]
    )
    bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    shapes, mended, hopeless = areas_of(
        np.array([mixed, bow, shapely.linestrings([[0, 0], [1, 1]]), None])
    )
    assert mended.tolist() == [True, True, False, False]
    assert hopeless.tolist() == [False, False, True, True]
    assert shapely.area(shapes[:2]).tolist() == [1.0, 2.0]
