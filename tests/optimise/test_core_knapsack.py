"""Knapsacks by their core: against every subset, and where memory does not suffice."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.optimise.methods.core_knapsack import core_of, pack_core
from gridplan.optimise.numeric.compiled import compiled


@compiled
def packed(gain, weight, room, states, take):
    item = np.arange(len(gain))
    return pack_core(core_of(len(gain), states), gain, weight, item, len(gain), room, take)


ITEMS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 9)), max_size=9)


@settings(max_examples=150, deadline=None)
@given(items=ITEMS, room=st.integers(0, 40))
def test_no_subset_is_worth_more(items, room):
    gain = np.array([float(one) for one, _ in items])
    weight = np.array([own for _, own in items], dtype=np.int64)
    take = np.zeros(len(items), bool)
    found = packed(gain, weight, room, 1000, take)
    best = max(
        gain[list(chosen)].sum()
        for chosen in (np.flatnonzero(bits) for bits in product((0, 1), repeat=len(items)))
        if weight[list(chosen)].sum() <= room
    )
    assert found.bound == pytest.approx(best)
    assert gain[take].sum() == pytest.approx(best)
    assert weight[take].sum() <= room
    assert found.ceiling >= best - 1e-9


def test_without_memory_the_fractional_bound_is_given():
    rng = np.random.default_rng(3)
    weight = rng.integers(50, 100, 40)
    gain = weight * rng.uniform(0.9, 1.1, 40)
    room, take = int(weight.sum() // 2), np.zeros(40, bool)
    exact = packed(gain, weight, room, 20_000, take).bound
    take[:] = False
    found = packed(gain, weight, room, 2, take)
    assert exact <= found.bound == found.ceiling
    assert weight[take].sum() <= room
