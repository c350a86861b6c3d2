import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from gridplan.outputs.style.palette import (
    AREAS,
    NEW,
    RESIDENTS,
    ROLES,
    SERVICE,
    share_out,
    touching,
)
from gridplan.outputs.words.safe import colour


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.integers(1, 30), st.integers(0, 10_000))
def test_neighbours_differ_where_colours_suffice(areas, seed):
    random = np.random.default_rng(seed)
    links = np.triu(random.random((areas, areas)) < 0.15, 1)
    graph = sparse.csr_array((links | links.T).astype(float))
    most = int((graph > 0).sum(axis=1).max()) + 1
    numbers = share_out(graph, most)
    a, b = graph.nonzero()
    assert (numbers[a] != numbers[b]).all()
    assert ((numbers >= 0) & (numbers < most)).all()
    assert (share_out(graph, most) == numbers).all()


def test_more_areas_than_colours_still_get_one():
    full = sparse.csr_array(1.0 - np.eye(5))
    assert sorted(share_out(full, 2)) == [0, 0, 0, 1, 1]


def test_parts_touch_where_their_units_do():
    line = sparse.diags_array([np.ones(4), np.ones(4)], offsets=[-1, 1], shape=(5, 5))
    found = touching(line, np.array([0, 0, 1, -1, 2]), 3).toarray() > 0
    assert (found == np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]], bool)).all()


def test_colours_are_well_formed_and_differ():
    for palette in (AREAS, SERVICE, RESIDENTS, tuple(ROLES.values())):
        assert len({colour(entry) for entry in palette}) == len(palette)
    colour(NEW)


def test_residents_grow_darker():
    light = [
        sum(int(entry[k : k + 2], 16) * w for k, w in ((1, 0.3), (3, 0.59), (5, 0.11)))
        for entry in RESIDENTS
    ]
    assert light == sorted(light, reverse=True)
