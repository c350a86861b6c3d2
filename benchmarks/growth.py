"""
What a city costs as it grows: processor seconds and memory of every step, and the exponent.

``python -m benchmarks.growth --units 10000 50000`` draws the cities of
:mod:`benchmarks.city_plans`, plans each in a process of its own, and fits seconds to units to the
power of the exponent, step by step. What is measured is kept in ``--kept FILE`` (JSON by size), so
that sizes can be measured on different days and fitted together.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.city_plans import cities
from benchmarks.machine import machine
from benchmarks.planned_cities import write_city

GOAL = 1.2
"""Exponent that no step should exceed."""


def measured(units: int, folder: Path) -> dict[str, Any]:
    """Plan one city in this process; give seconds, memory and sizes by step."""
    from gridplan.district.folder.read import read_district
    from gridplan.optimise.budget import Progress
    from gridplan.outputs.disk.own_files import WRITERS
    from gridplan.outputs.files.folder import writer_of
    from gridplan.outputs.words.telling import Telling
    from gridplan.planning.plan import plan
    from gridplan.planning.scenario.scenario import Scenario

    (asked,) = cities([units])
    place = write_city(folder / "in", asked.ground)
    clock = [time.process_time()]
    steps: dict[str, dict[str, float]] = {}

    def step(name: str) -> None:
        now, peak = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        known = steps.setdefault(name, {"seconds": 0.0, "megabytes": 0.0})
        known["seconds"] = round(known["seconds"] + now - clock[0], 2)
        known["megabytes"] = round(peak / 1024)
        clock[0] = now

    def tell(stage: str, _: Progress) -> None:
        step(f"plan: {stage}")

    district = read_district(place)
    step("read")
    _ = district.adjacency
    step("neighbours")
    made = plan(district, Scenario(grids=asked.grids, grid_tolerance=asked.tolerance),
                progress=tell)  # fmt: skip
    step("plan: layout and rules")
    telling = Telling(made, "zh")
    (folder / "out").mkdir()
    for name in WRITERS:
        writer_of(name)(telling, folder / "out" / name)
        step(f"write {name}")
    files = {name: round((folder / "out" / name).stat().st_size / 1e6, 2)
             for name in WRITERS if (folder / "out" / name).exists()}  # fmt: skip
    return {"steps": steps, "megabytes written": files, "centers": len(made.layout.centers),
            "gaps": {key: proof.gap for key, proof in made.certificates.items()}}  # fmt: skip


def exponent(units: list[int], seconds: list[float]) -> float | None:
    """Fit seconds to a power of the units; None where there is nothing to fit."""
    if len(units) < 2 or min(seconds) < 0.5:  # noise below half a second
        return None
    return float(np.polyfit(np.log(units), np.log(seconds), 1)[0])


def table(known: dict[int, dict[str, Any]]) -> str:
    """Give the steps by size, the whole of each, and the exponents."""
    sizes = sorted(known)
    heads = "".join(f" {size:,} units, cpu s | MB |" for size in sizes)
    lines = [f"| step |{heads} exponent |", "|---" * (2 * len(sizes) + 2) + "|"]
    names = dict.fromkeys(name for size in sizes for name in known[size]["steps"])
    nothing = {"seconds": 0.0, "megabytes": 0.0}
    for name in (*names, "all"):
        row = []
        for size in sizes:
            steps = known[size]["steps"]
            total = {
                "seconds": sum(one["seconds"] for one in steps.values()),
                "megabytes": max(one["megabytes"] for one in steps.values()),
            }
            row.append(total if name == "all" else steps.get(name, nothing))
        power = exponent(sizes, [one["seconds"] for one in row])
        cells = "".join(f" {one['seconds']:,.1f} | {one['megabytes']:,.0f} |" for one in row)
        told = "-" if power is None else f"{power:.2f}{'' if power <= GOAL else ' (!)'}"
        lines.append(f"| {name} |{cells} {told} |")
    for size in sizes:
        files = ", ".join(f"{n} {mb}" for n, mb in known[size]["megabytes written"].items())
        lines.append(f"\nFiles of {size:,} units, MB: {files}.")
    return "\n".join(lines)


def main() -> None:
    """Measure the sizes asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, nargs="*", default=[])
    parser.add_argument("--kept", type=Path, default=Path("growth.json"))
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measured(given.one, Path(folder))))
        return
    known: dict[str, Any] = {}
    if given.kept.exists():
        known = json.loads(given.kept.read_text(encoding="utf-8"))
    for units in given.units:
        command = [sys.executable, "-m", "benchmarks.growth", "--one", str(units)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        known[str(units)] = json.loads(done.stdout.splitlines()[-1])
        given.kept.write_text(json.dumps(known, indent=1), encoding="utf-8")
    print(machine())
    print(table({int(size): one for size, one in known.items()}))


if __name__ == "__main__":
    main()
