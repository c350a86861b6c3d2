"""Measures of a partition against hand-worked figures."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.optimise.partition import measures


def test_deviation_and_loads():
    assert measures.loads([0, 1, 1], [1.0, 2, 3]).tolist() == [1, 5]
    assert measures.deviation([0, 1, 1], [1.0, 2, 3]) == pytest.approx([1 / 3 - 1, 5 / 3 - 1])


def test_a_circle_has_polsby_popper_one_and_a_square_less():
    assert measures.polsby_popper([np.pi], [2 * np.pi])[0] == pytest.approx(1)
    assert measures.polsby_popper([1.0], [4.0])[0] == pytest.approx(np.pi / 4)


def test_splits_and_moves():
    assert measures.splits([0, 0, 1], [5, 6, 6]) == {6: 2}
    assert measures.moved([0, 0, 1], [0, 1, 1], [1.0, 3, 5]) == 3
