"""Walks and drives on a real extract of OpenStreetMap against networkx on the same ways."""

from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest

from gridplan.district.sources.container import look
from gridplan.intake.files.osm import read_osm
from gridplan.travel.network import MINUTES, road_networks
from gridplan.travel.ways import uses_of

EXTRACT = Path(__file__).parents[3] / "shared" / "data" / "porto_alegre" / "poa_osm.pbf"
PAIRS = 500

pytestmark = pytest.mark.skipif(not EXTRACT.exists(), reason=f"there is no {EXTRACT.name} here")


@pytest.fixture(scope="module")
def roads():
    source = read_osm(look(EXTRACT))
    frame = gpd.GeoDataFrame(source.table, geometry=source.shapes, crs=source.crs)
    return frame.to_crs(32722)


def peer(roads, ahead, back):
    """Join every corner of every way to the next."""
    graph = nx.DiGraph()
    for n, line in enumerate(roads.geometry):
        for p, q in pairwise(np.array(line.coords)):
            a, b = tuple(np.rint(p * 100)), tuple(np.rint(q * 100))
            metres = float(np.hypot(*(q - p)))
            for u, v, per in ((a, b, ahead[n]), (b, a, back[n])):
                known = graph.get_edge_data(u, v, {"cost": np.inf})["cost"]
                if np.isfinite(per) and metres * per < known:
                    graph.add_edge(u, v, cost=metres * per)
    return graph


@pytest.mark.parametrize("kind", ["walk", "drive"])
def test_five_hundred_pairs_agree_to_the_second(roads, kind):
    uses = uses_of(roads)
    with np.errstate(divide="ignore"):
        if kind == "walk":
            per_second = 4.5 / 3.6
            ahead = back = np.where(uses.walk > 0, 1 / uses.walk, np.inf) / per_second
        else:
            ahead = np.where(uses.ahead > 0, 60 * MINUTES / uses.ahead, np.inf)
            back = np.where(uses.back > 0, 60 * MINUTES / uses.back, np.inf)
    network = getattr(road_networks(roads), kind)
    graph = network.graph
    seconds = 3.6 / 4.5 if kind == "walk" else 60.0
    random = np.random.default_rng(1)
    nodes = np.unique(np.concatenate([graph.tail[network.usable], graph.head[network.usable]]))
    sites = random.choice(nodes, 20, replace=False)
    places = random.choice(nodes, PAIRS // 20, replace=False)
    found = network.ways(network.join(graph.xy[places]), network.join(graph.xy[sites])).toarray()
    other = peer(roads, ahead, back).reverse()
    for column, site in enumerate(sites):
        start = tuple(np.rint(graph.xy[site] * 100))
        there = nx.single_source_dijkstra_path_length(other, start, weight="cost")
        wanted = [there[tuple(np.rint(graph.xy[place] * 100))] for place in places]
        assert found[:, column] * seconds == pytest.approx(np.array(wanted), abs=1.0)
