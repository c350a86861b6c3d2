"""Ways along roads against an independent graph, rule by rule and as a whole."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.travel.road_graph import largest_component, road_graph
from gridplan.travel.shortest import EdgeCosts, shortest
from gridplan.travel.snapping import snap
from gridplan.travel.ways import class_of, uses_of


def streets(seed, size=5):
    """A crooked street plan: a lattice with corners moved, some streets left out, some one-way."""
    random = np.random.default_rng(seed)
    xy = {
        (a, b): np.array([a, b]) * 100.0 + random.uniform(-20, 20, 2)
        for a in range(size)
        for b in range(size)
    }
    lines, oneway = [], []
    for (a, b), here in xy.items():
        for there in ((a + 1, b), (a, b + 1)):
            if there in xy and random.random() < 0.85:
                middle = (here + xy[there]) / 2 + random.uniform(-10, 10, 2)
                lines.append(shapely.LineString([here, middle, xy[there]]))
                oneway.append(random.random() < 0.3)
    return np.array(lines, dtype=object), np.array(oneway)


class Peer:
    """Ways by networkx on a graph of every segment, each place joined to its nearest segment."""

    def __init__(self, lines, ahead, back, leg):
        self.ahead, self.back, self.leg = ahead, back, leg
        self.graph = nx.DiGraph()
        self.segments, self.met = [], {}
        for n, line in enumerate(lines):
            for p, q in pairwise(np.array(line.coords)):
                a, b = (tuple(np.rint(end / 0.01)) for end in (p, q))
                self.segments.append((a, b, shapely.LineString([p, q]), n))
                length = float(np.hypot(*(q - p)))
                self.join(a, b, length, ahead[n])
                self.join(b, a, length, back[n])
        self.drawn = [segment[2] for segment in self.segments]

    def join(self, a, b, metres, per_metre, extra=0.0):
        cost = extra + (0.0 if metres < 0.02 else metres * per_metre)
        if np.isfinite(cost) and cost < self.graph.get_edge_data(a, b, {"cost": np.inf})["cost"]:
            self.graph.add_edge(a, b, cost=cost)

    def add(self, kind, n, xy):
        gaps = shapely.distance(self.drawn, shapely.Point(xy))
        at = int(np.argmin(gaps))
        a, b, line, road = self.segments[at]
        along = shapely.line_locate_point(line, shapely.Point(xy))
        rest, out, node = line.length - along, gaps[at] * self.leg, (kind, n)
        self.met[node] = (at, along, gaps[at], road)
        if kind == "place":
            self.join(node, b, rest, self.ahead[road], out)
            self.join(node, a, along, self.back[road], out)
        else:
            self.join(b, node, rest, self.back[road], out)
            self.join(a, node, along, self.ahead[road], out)

    def costs(self, places, sites):
        for kind, points in (("place", places), ("site", sites)):
            for n, xy in enumerate(points):
                self.add(kind, n, xy)
        for p, (at, along, gap, road) in list(self.met.items()):
            for s, (there, far, off, _) in list(self.met.items()):
                if (p[0], s[0]) == ("place", "site") and at == there:
                    per = self.ahead[road] if far > along else self.back[road]
                    self.join(p, s, abs(far - along), per, (gap + off) * self.leg)
        cost = np.full((len(places), len(sites)), np.inf)
        for n in range(len(places)):
            found = nx.single_source_dijkstra_path_length(self.graph, ("place", n), weight="cost")
            for m in range(len(sites)):
                cost[n, m] = found.get(("site", m), np.inf)
        return cost


def dense(sparse_matrix):
    full = np.full(sparse_matrix.shape, np.inf)
    rows = np.repeat(np.arange(sparse_matrix.shape[0]), np.diff(sparse_matrix.indptr))
    full[rows, sparse_matrix.indices] = sparse_matrix.data
    return full


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_ways_are_those_of_an_independent_graph(seed):
    lines, oneway = streets(seed)
    random = np.random.default_rng(seed)
    ahead = random.uniform(0.5, 2.0, len(lines))
    back = np.where(oneway, np.inf, ahead * random.uniform(0.8, 1.2, len(lines)))
    places, sites = random.uniform(0, 400, (12, 2)), random.uniform(0, 400, (5, 2))
    graph = road_graph(lines)
    costs = EdgeCosts(ahead[graph.road], back[graph.road], 1.3)
    usable = np.ones(len(graph.tail), dtype=bool)
    found = shortest(graph, costs, snap(graph, places, usable), snap(graph, sites, usable))
    wanted = Peer(lines, ahead, back, 1.3).costs(places, sites)
    assert np.isfinite(wanted).any()
    assert dense(found) == pytest.approx(wanted, abs=0.05)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.floats(50, 400), st.integers(1, 4))
def test_limit_and_nearest_only_leave_pairs_out(seed, limit, nearest):
    lines, _ = streets(seed)
    random = np.random.default_rng(seed)
    graph = road_graph(lines)
    one = np.ones(len(graph.tail))
    usable = one > 0
    places = snap(graph, random.uniform(0, 400, (15, 2)), usable)
    sites = snap(graph, random.uniform(0, 400, (6, 2)), usable)
    costs = EdgeCosts(one, one, 1.0)
    every = dense(shortest(graph, costs, places, sites))
    some = dense(shortest(graph, costs, places, sites, limit=limit, nearest=nearest))
    kept = np.isfinite(some)
    assert some[kept] == pytest.approx(every[kept])
    assert (kept.sum(axis=1) == np.minimum((every <= limit).sum(axis=1), nearest)).all()
    worst = np.where(kept, some, -np.inf).max(axis=1)
    left = np.where(kept | (every > limit), np.inf, every).min(axis=1)
    assert (worst <= left + 1e-9).all()


def test_lines_are_cut_where_they_share_a_corner_and_lengths_are_kept():
    lines, _ = streets(3)
    graph = road_graph(lines)
    assert graph.metres.sum() == pytest.approx(shapely.length(lines).sum(), abs=1.0)
    assert shapely.length(graph.lines) == pytest.approx(graph.metres, abs=1e-6)


def test_a_ring_goes_round():
    ring = shapely.LineString([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)])
    graph = road_graph(np.array([ring]))
    one = np.ones(len(graph.tail))
    usable = one > 0
    places = snap(graph, np.array([[50.0, 0.0]]), usable)
    sites = snap(graph, np.array([[0.0, 90.0], [50.0, 100.0]]), usable)
    found = shortest(graph, EdgeCosts(one, one, 1.0), places, sites).toarray()
    assert found == pytest.approx(np.array([[140.0, 200.0]]))
    ahead = shortest(graph, EdgeCosts(one, np.full(len(one), np.inf), 1.0), places, sites)
    assert ahead.toarray() == pytest.approx(np.array([[260.0, 200.0]]))


def test_places_meet_the_part_that_reaches_all():
    island = shapely.LineString([(1000, 1000), (1010, 1000)])
    lines = np.append(streets(1)[0], island)
    graph = road_graph(lines)
    one = np.ones(len(graph.tail))
    inside = largest_component(graph.matrix(one * graph.metres, one * graph.metres))
    usable = inside[graph.tail] & inside[graph.head]
    met = snap(graph, np.array([[1005.0, 1001.0]]), usable)
    assert met.leg[0] > 500
    assert met.far(300.0).all()


@pytest.mark.parametrize(
    ("tags", "walk", "ahead", "back"),
    [
        ({"class": "residential"}, True, True, True),
        ({"class": "motorway"}, False, True, False),
        ({"class": "footway"}, True, False, False),
        ({"class": "steps"}, True, False, False),
        ({"class": "primary", "oneway": "yes"}, True, True, False),
        ({"class": "primary", "oneway": "-1"}, True, False, True),
        ({"class": "tertiary", "junction": "roundabout"}, True, True, False),
        ({"class": "service", "access": "private"}, False, False, False),
        ({"class": "trunk", "foot": "no"}, False, True, True),
        ({"class": "motorway", "foot": "yes"}, True, True, False),
        ({"class": "secondary", "motor_vehicle": "no"}, True, False, False),
        ({"class": "主干路"}, True, True, True),
        ({"class": "人行道"}, True, False, False),
        ({"class": ""}, True, True, True),
    ],
)
def test_who_may_use_a_road(tags, walk, ahead, back):
    uses = uses_of(pd.DataFrame([tags]))
    assert (uses.walk[0] > 0, uses.ahead[0] > 0, uses.back[0] > 0) == (walk, ahead, back)


def test_steps_are_slower_and_signs_win_over_the_class():
    uses = uses_of(pd.DataFrame({"class": ["steps", "primary"], "speed_kmh": [None, 70.0]}))
    assert uses.walk.tolist() == [0.5, 1.0]
    assert uses.ahead.tolist() == [0.0, 70.0]


def test_classes_are_read_from_chinese_words():
    assert class_of("城市主干道") == "primary"
    assert class_of(None) == "road"
