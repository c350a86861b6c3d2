"""Corners that a layer of roads lacks: which lines meet once they are there, and which never do."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csgraph

from gridplan.travel.crossings import missing_corners
from gridplan.travel.road_graph import road_graph

SIDE = 100.0


def drawn(*lines):
    return np.array([shapely.LineString(line) for line in lines], dtype=object)


def repaired(lines, level=None):
    level = np.zeros(len(lines), dtype=np.int64) if level is None else np.array(level)
    found = missing_corners(lines, level)
    return found, found.put_into(lines)


def pieces(lines):
    """How many parts the net falls into."""
    graph = road_graph(lines)
    one = np.ones(len(graph.tail))
    return csgraph.connected_components(graph.matrix(one, one), directed=False)[0]


ROAD = [(0, 0), (200, 0)]


@pytest.mark.parametrize(
    ("other", "level", "nodes", "crossings", "ends"),
    [
        ([(100, -100), (100, 100)], 0, 5, 1, 0),
        ([(100, -100), (100, 100)], 1, 4, 0, 0),
        ([(100, -100), (100, 100)], -1, 4, 0, 0),
        ([(100, -100), (100, 0)], 0, 4, 0, 1),
        ([(100, -100), (100, -0.3)], 0, 4, 0, 1),
        ([(100, -100), (100, 0.3)], 0, 4, 0, 1),
        ([(100, -100), (100, -2)], 0, 4, 0, 0),
        ([(100, -100), (100, 0)], 1, 4, 0, 1),
        ([(50, -50), (50, 0), (150, 0), (150, -50)], 0, 6, 2, 0),
        ([(0, 0), (0, 100)], 0, 3, 0, 0),
    ],
    ids=[
        "cross",
        "over",
        "under",
        "on it",
        "short of it",
        "beyond it",
        "far from it",
        "bridge comes down",
        "run together",
        "share a corner",
    ],
)
def test_a_road_and_what_comes_near_it(other, level, nodes, crossings, ends):
    lines = drawn(ROAD, other)
    found, met = repaired(lines, [0, level])
    assert (found.crossings, found.ends) == (crossings, ends)
    assert len(road_graph(met).xy) == nodes
    again, _ = repaired(met, [0, level])
    assert (again.crossings, again.ends) == (0, 0)


def test_a_road_that_ends_under_a_bridge_does_not_meet_it():
    found, met = repaired(drawn(ROAD, [(100, -100), (100, 0)]), [1, 0])
    assert not found.ends
    assert pieces(met) == 2


def test_a_bridge_in_two_pieces_does_not_meet_the_road_between_them():
    halves = [(100, -100), (100, 0)], [(100, 0), (100, 100)]
    found, met = repaired(drawn(ROAD, *halves), [0, 1, 2])
    assert not found.ends
    assert pieces(met) == 2


def test_one_line_of_several_parts_hinders_no_other_and_stays_one_row():
    lines = np.append(
        drawn(ROAD, [(100, -100), (100, 100)]),
        shapely.MultiLineString([[(50, 50), (50, 0)], [(150, -50), (150, 50)]]),
    )
    found, met = repaired(lines)
    assert (found.crossings, found.ends) == (2, 1)
    assert shapely.get_num_geometries(met).tolist() == [1, 1, 2]
    assert pieces(met) == 1
    assert sorted(np.unique(road_graph(met).road)) == [0, 1, 2]


def test_ends_alone_can_be_joined():
    lines = drawn(ROAD, [(100, -100), (100, 100)], [(50, 50), (50, 0)])
    found = missing_corners(lines, np.zeros(3, dtype=np.int64))
    assert pieces(found.put_into(lines, crossings=False)) == 2
    assert pieces(found.put_into(lines)) == 1


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_net_drawn_without_corners_is_the_one_drawn_with_them(seed):
    """Streets as long lines with bridges among them; the peer cuts each by hand where they meet."""
    random = np.random.default_rng(seed)
    wide, high = random.integers(2, 5, 2)
    turn = random.uniform(0, np.pi)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    across = random.random(high) < 0.3
    upright = random.random(wide) < 0.3
    # Each line begins on the first it meets, or before it, and so at its other end.
    over = random.choice([0.0, 30.0], (wide + high, 2))
    lines = [[(-over[r, 0], r), ((wide - 1) * SIDE + over[r, 1], r)] for r in range(high)]
    lines = [[(x, r * SIDE) for x, r in line] for line in lines]
    lines += [
        [(c * SIDE, -over[high + c, 0]), (c * SIDE, (high - 1) * SIDE + over[high + c, 1])]
        for c in range(wide)
    ]
    level = np.concatenate([across, upright]).astype(np.int64)
    moved = drawn(*[np.array(line) @ spin.T for line in lines])
    found, met = repaired(moved, level)
    graph = road_graph(met)
    wanted = 0
    for r in range(high):
        for c in range(wide):
            one, other = level[r], level[high + c]
            ends_r = (c == 0 and not over[r, 0]) or (c == wide - 1 and not over[r, 1])
            ends_c = (r == 0 and not over[high + c, 0]) or (r == high - 1 and not over[high + c, 1])
            if ends_r and ends_c:
                continue  # both end: they share a corner as drawn
            wanted += one == other or (ends_r and other == 0) or (ends_c and one == 0)
    assert found.crossings + found.ends == wanted
    assert graph.metres.sum() == pytest.approx(shapely.length(moved).sum(), abs=0.01)
    order = random.permutation(len(moved))
    shuffled, _ = repaired(moved[order], level[order])
    assert (shuffled.crossings, shuffled.ends) == (found.crossings, found.ends)
