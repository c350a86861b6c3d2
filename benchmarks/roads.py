"""Roads against straight lines: ``python -m benchmarks.roads`` plans one district both ways.

The folder of Porto Alegre (an H3 table of residents and an OpenStreetMap extract) is prepared,
planned with walks along roads and again in straight lines, and the two plans are compared; then
walks are timed on its own network and on a generated one. ``--data DIR`` names the folder of the
two files, ``--markdown FILE`` writes the tables. Without the files only the generated net is timed.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.machine import machine
from gridplan.district.district import District
from gridplan.district.folder.read import read_district
from gridplan.intake.prepare import prepare
from gridplan.intake.record.inputs import Inputs
from gridplan.planning.plan import Plan, plan
from gridplan.planning.scenario.file import default_scenario
from gridplan.planning.scenario.scenario import Scenario
from gridplan.travel.network import Network, road_networks

DATA = Path(__file__).parents[2] / "shared" / "data" / "porto_alegre"
UNITS, EXTRACT = "poa_hexgrid.csv", "poa_osm.pbf"
CHANGED = 5.0
"""Minutes by which a walk must change to be counted."""
SAME = 200.0
"""Metres within which a center of one plan stands where one of the other does."""


def compared(roads: Plan, straight: Plan) -> list[tuple[str, str, str]]:
    """
    Compare two plans of one district.

    Parameters
    ----------
    roads, straight
        Walks along roads, and in straight lines times the detour.

    Returns
    -------
    rows
        What, on roads, on straight lines; a figure that compares the two stands in the second.
    """
    people = roads.district.units["population"].to_numpy(dtype=float)
    near = [
        one.layout.units["minutes_to_center"].to_numpy(dtype=float) for one in (roads, straight)
    ]
    rows = []
    for name, figure in (
        ("mean minutes to own center", lambda at: np.average(at, weights=people)),
        ("residents within 15 minutes of own center", lambda at: people[at <= 15].sum()),
        ("longest walk, minutes", lambda at: at[people > 0].max()),
    ):
        rows.append((name, *(f"{figure(at):,.1f}".removesuffix(".0") for at in near)))
    change = near[0] - near[1]
    rows += [
        (
            "residents whose minutes rise by more than 5",
            f"{people[change > CHANGED].sum():,.0f}",
            "",
        ),
        (
            "residents whose minutes fall by more than 5",
            f"{people[change < -CHANGED].sum():,.0f}",
            "",
        ),
    ]
    places = [
        np.column_stack([one.layout.centers.geometry.x, one.layout.centers.geometry.y])
        for one in (roads, straight)
    ]
    apart = np.hypot(*(places[0][:, None] - places[1][None]).transpose(2, 0, 1)).min(axis=1)
    moved = f"{(apart > SAME).sum()} of {len(apart)}"
    return [*rows, (f"centers more than {SAME:.0f} m from any of the other plan", moved, "")]


def both_ways(district: District, scenario: Scenario) -> tuple[Plan, Plan]:
    """Plan on roads and on straight lines."""
    by_road = dataclasses.replace(scenario, walk_by="roads")
    straight = dataclasses.replace(scenario, walk_by="straight")
    return plan(district, by_road), plan(district, straight)


def street_net(side: int, *, spacing: float = 100.0, seed: int = 1) -> gpd.GeoDataFrame:
    """Generate a street plan of ``side`` by ``side`` crossings, one street in ten left out."""
    random = np.random.default_rng(seed)
    node = np.arange(side * side).reshape(side, side)
    xy = np.column_stack([node.ravel() % side, node.ravel() // side]) * spacing
    xy = xy + random.uniform(-0.2, 0.2, xy.shape) * spacing
    pairs = np.concatenate(
        [
            np.column_stack([node[:, :-1].ravel(), node[:, 1:].ravel()]),
            np.column_stack([node[:-1].ravel(), node[1:].ravel()]),
        ]
    )
    pairs = pairs[random.random(len(pairs)) < 0.9]
    index = pd.Index([f"r{n}" for n in range(len(pairs))], name="road")
    lines = shapely.linestrings(xy[pairs])
    return gpd.GeoDataFrame({"class": "residential"}, index=index, geometry=lines, crs="EPSG:4547")


def timed(network: Network, places: int, sites: int, limit: float) -> tuple[float, int]:
    """Give the processor seconds of walks to the sites within a limit, and the pairs found."""
    random = np.random.default_rng(1)
    low, high = network.graph.xy.min(axis=0), network.graph.xy.max(axis=0)
    ends = [network.join(random.uniform(low, high, (count, 2))) for count in (places, sites)]
    begin = time.process_time()
    found = network.ways(*ends, limit=limit)
    return time.process_time() - begin, found.nnz


def measured(networks: dict[str, tuple[Network, int, int, float]]) -> list[str]:
    """Time walks on each network; rows of a table."""
    rows = [
        "| network | nodes | places | sites | within | pairs | cpu s |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, (network, places, sites, limit) in networks.items():
        seconds, pairs = timed(network, places, sites, limit)
        within = "any distance" if np.isinf(limit) else f"{limit / 1000:g} km"
        size = f"{len(network.graph.xy):,}"
        rows.append(
            f"| {name} | {size} | {places:,} | {sites:,} | {within} | {pairs:,} | {seconds:.1f} |"
        )
    return rows


def _walk(roads: gpd.GeoDataFrame) -> Network:
    network = road_networks(roads).walk
    assert network is not None, "none of the roads is walked along"
    return network


def main(arguments: list[str] | None = None) -> int:
    """Compare and time, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.roads", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--markdown", type=Path)
    given = parser.parse_args(arguments)
    told, networks = [machine(), ""], {}
    if (given.data / EXTRACT).exists():
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "porto_alegre"
            prepare(Inputs(population=given.data / UNITS, roads=given.data / EXTRACT), out)
            district, scenario = read_district(out), default_scenario(out)
            rows = compared(*both_ways(district, scenario))
        told += ["| Porto Alegre | on roads | on straight lines |", "|---|---|---|"]
        told += [f"| {' | '.join(row)} |" for row in rows]
        networks["Porto Alegre"] = (_walk(district.roads), 10_000, 300, np.inf)
    else:
        told.append(f"There is no {EXTRACT} in {given.data}: Porto Alegre is left out.")
    networks["generated"] = (_walk(street_net(450)), 200_000, 1_000, 3_000.0)
    text = "\n".join([*told, "", *measured(networks), ""])
    sys.stdout.write(text)
    if given.markdown:
        given.markdown.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
