"""Spread of distances and the cost that trades efficiency for equity."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.optimise.siting import capacitated_p_median, envy_cost, spread_of


def test_gini_is_that_of_the_pairwise_definition():
    rng = np.random.default_rng(0)
    length, people = rng.random(50) * 900, rng.integers(1, 9, 50)
    each = np.repeat(length, people)
    pairwise = np.abs(each[:, None] - each[None]).mean() / (2 * each.mean())
    spread = spread_of(length, people)[None]
    assert spread.gini == pytest.approx(pairwise)
    assert spread.mean == pytest.approx(each.mean())
    assert spread.deviation == pytest.approx(each.std())
    assert spread.largest == each.max()
    assert spread.p90 == np.sort(each)[int(np.ceil(0.9 * len(each))) - 1]


def test_share_within_the_standard_by_group():
    found = spread_of([100, 900, 1500], [1, 1, 2], standard=1000, group=[0, 0, 1])
    assert found[None].within == 0.5
    assert found[0].within == 1.0
    assert found[1].within == 0.0


def test_nobody_travels_nothing():
    spread = spread_of([5.0], [0.0], standard=1.0)[None]
    assert (spread.mean, spread.gini, spread.people) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("form", ["envy", "threshold"])
def test_equity_shortens_the_long_ways(form):
    rng = np.random.default_rng(4)
    xy, places = rng.random((80, 2)) * 4000, rng.random((20, 2)) * 4000
    metres = np.hypot(*(xy[:, None] - places[None]).transpose(2, 0, 1))
    people = rng.integers(1, 9, 80).astype(float)
    beyond = []
    for weight in (0.0, 0.95):
        cost = envy_cost(metres, people[:, None], weight=weight, standard=600.0, form=form)
        siting = capacitated_p_median(cost, people, people.sum() / 3, 5, work_limit=0.3)
        way = metres[np.arange(80), siting.assignment]
        beyond.append(float(people @ np.maximum(0, way - 600.0)))
    assert beyond[1] <= beyond[0]


def test_weight_outside_its_range_is_refused():
    with pytest.raises(ValueError, match="weight 2"):
        envy_cost([1.0], [1.0], weight=2.0, standard=1.0)
