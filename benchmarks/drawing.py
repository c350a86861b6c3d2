"""
How long it takes to judge a drawing: figures and findings of the grids, without placing centers.

``python -m benchmarks.drawing [--district FOLDER] [--runs N]`` draws streets, halves and scattered
pieces on a district, prepares it once, and prints one row a drawing: the goal is 50 ms at 16,000
units, and 100 ms still serves a pen.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.district.folder.read import read_district
from gridplan.planning.evaluating import board_of, evaluate
from gridplan.planning.grids.drawing import Drawn
from gridplan.planning.scenario.file import default_scenario
from gridplan.planning.scenario.scenario import Scenario

GOAL_MS, STILL_MS = 50.0, 100.0
SEED = 20


def drawings(district: District) -> dict[str, pd.Series]:
    """Draw a sound pair, the streets, and what no planner would draw."""
    index, places = district.units.index, district.centroids
    chance = np.random.default_rng(SEED)
    left = places[:, 0] < np.median(places[:, 0])
    halves = pd.Series(np.where(left, "west", "east"), index, dtype=object)
    torn = halves.copy()
    torn[chance.random(len(index)) < 0.1] = "scattered"
    streets = district.units["subdistrict"].astype(object).fillna("none")
    bare = halves.copy()
    bare[chance.random(len(index)) < 0.05] = None
    return {"halves": halves, "streets": streets, "scattered": torn, "left out": bare}


def measured(district: District, scenario: Scenario, drawn: pd.Series, runs: int) -> list[float]:
    """Time each run, milliseconds of processor; the first of a process warms up and is left out."""
    evaluate(district, scenario, Drawn(drawn))
    times = []
    for _ in range(runs):
        begun = time.process_time()
        evaluate(district, scenario, Drawn(drawn))
        times.append(1000.0 * (time.process_time() - begun))
    return times


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--district", type=Path, default=Path("data/guangming"))
    parser.add_argument("--runs", type=int, default=20)
    given = parser.parse_args()
    district, scenario = read_district(given.district), default_scenario(given.district)
    begun = time.process_time()
    board_of(district, scenario)
    print(f"prepared in {time.process_time() - begun:.1f} s of processor\n")
    print("| drawing | units | grids | median ms | slowest ms | goal |")
    print("|---|---|---|---|---|---|")
    for name, drawn in drawings(district).items():
        times = measured(district, scenario, drawn, given.runs)
        middle = statistics.median(times)
        met = "met" if middle <= GOAL_MS else "closes" if middle <= STILL_MS else "missed"
        print(
            f"| {name} | {len(drawn):,} | {drawn.nunique()} | {middle:.0f} | {max(times):.0f} "
            f"| {GOAL_MS:.0f} ms: {met} |"
        )


if __name__ == "__main__":
    main()
