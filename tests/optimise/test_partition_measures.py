"""Measures of a partition against hand-worked figures."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from gridplan.optimise.partition import measures


def test_deviation_and_loads():
    assert measures.loads([0, 1, 1], [1.0, 2, 3]).tolist() == [1, 5]
    assert measures.deviation([0, 1, 1], [1.0, 2, 3]) == pytest.approx([1 / 3 - 1, 5 / 3 - 1])


def test_a_circle_has_polsby_popper_one_and_a_square_less():
    assert measures.polsby_popper([np.pi], [2 * np.pi])[0] == pytest.approx(1)
    assert measures.polsby_popper([1.0], [4.0])[0] == pytest.approx(np.pi / 4)


def test_perimeter_takes_inner_borders_off():
    shared = sparse.csr_array(np.array([[0.0, 1, 0], [1, 0, 1], [0, 1, 0]]))
    assert measures.perimeters(shared, [0, 0, 1], [4.0, 4, 4]).tolist() == [6, 4]


def test_reock_of_a_square():
    corners = np.array([[0.0, 0], [1, 0], [1, 1], [0, 1]])
    assert measures.reock([1.0], [corners])[0] == pytest.approx(1 / (np.pi / 2))


@pytest.mark.parametrize("seed", range(5))
def test_the_enclosing_circle_holds_every_point_and_touches_two(seed):
    points = np.random.default_rng(seed).random((40, 2))
    x, y, radius = measures.enclosing_circle(points)
    far = np.hypot(points[:, 0] - x, points[:, 1] - y)
    assert far.max() <= radius * (1 + 1e-9)
    assert (far > radius * (1 - 1e-6)).sum() >= 2


def test_enclosing_circle_of_points_on_a_line():
    points = np.column_stack([np.arange(5.0), np.zeros(5)])
    assert measures.enclosing_circle(points) == pytest.approx((2.0, 0.0, 2.0))


def test_cut_edges_splits_travel_and_moves():
    graph = sparse.csr_array(np.array([[0.0, 1, 0], [1, 0, 2], [0, 2, 0]]))
    assert measures.cut_edges(graph, [0, 0, 1]).tolist() == [[1, 2]]
    assert measures.splits([0, 0, 1], [5, 6, 6]) == {6: 2}
    told = measures.travel([0, 0, 1], [1.0, 3, 0], [10.0, 20, 30])
    assert told["mean"][0] == pytest.approx(17.5)
    assert told["p90"][0] == 20
    assert np.isnan(told["max"][1])
    assert measures.moved([0, 0, 1], [0, 1, 1], [1.0, 3, 5]) == 3
    assert measures.per_thousand([0, 1], [5.0, 2], [1000.0, 0])[0] == 5
