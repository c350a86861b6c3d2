"""
What a city costs as it grows: seconds and memory of every stage, and the exponent.

``python -m benchmarks.growth --units 10000 50000`` draws the cities of
:mod:`benchmarks.city_plans`, runs ``gridplan plan`` on each in a process of its own, and fits
processor seconds to the units to the power of the exponent, stage by stage. What is measured is
kept in ``--kept FILE`` (JSON by size), also of a run that does not end, so that sizes can be
measured on different days and fitted together. ``--time-limit`` is generous by default: work ends
the searches, whatever else the machine does.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.city_plans import cities
from benchmarks.machine import machine
from benchmarks.planned_cities import write_city
from benchmarks.stage_times import REST, Spent, Stopwatch, timed_plan

GOAL = 1.2
"""Exponent that no stage should exceed."""
LEAST = 0.5
"""Processor seconds below which a stage is noise."""
ALL = "all"


def measured(units: int, folder: Path, time_limit: float, kept: Path) -> dict[str, Any]:
    """Plan one city in this process; give seconds, memory and sizes by stage."""
    (asked,) = cities([units])
    place = write_city(folder / "in", asked.ground)
    keys = {"grids": asked.grids, "grid_tolerance": asked.tolerance, "time_limit": time_limit}
    lines = "".join(f"{key} = {value}\n" for key, value in keys.items())
    (place / "scenario.toml").write_text(lines, encoding="utf-8")

    def tell(spent: dict[str, Spent]) -> None:
        told = {name: asdict(one) for name, one in spent.items()}
        keep(kept, units, {"stages": told, "ended": False})

    watch = Stopwatch(tell=tell)
    timed_plan(place, folder / "out", watch)
    stages = watch.end()
    plan = json.loads((folder / "out" / "plan.json").read_text(encoding="utf-8"))
    return {
        "stages": stages,
        "ended": True,
        "machine": machine(),
        "files": {
            path.name: round(path.stat().st_size / 1e6, 2)
            for path in sorted((folder / "out").iterdir())
        },
        "centers": len(plan["centers"]) if "centers" in plan else None,
        "gaps": {name: proof.get("gap") for name, proof in plan["certificate"].items()},
    }


def keep(kept: Path, units: int, told: dict[str, Any]) -> None:
    """Write what is known of one size beside that of the others."""
    known = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    known[str(units)] = told
    kept.write_text(json.dumps(known, indent=1), encoding="utf-8")


def exponent(units: list[int], seconds: list[float]) -> float | None:
    """Fit seconds to a power of the units; None where there is nothing to fit."""
    found = [(n, s) for n, s in zip(units, seconds, strict=True) if s >= LEAST]
    if len(found) < 2:
        return None
    x, y = np.log(np.array(found)).T
    return float(np.polyfit(x, y, 1)[0])


def table(known: dict[int, dict[str, Any]]) -> str:
    """Give the stages by size, the whole of each, and the exponents."""
    sizes = sorted(known)
    heads = "".join(f" {size:,} units: cpu s | clock s | MB |" for size in sizes)
    lines = [f"| stage |{heads} exponent of cpu s |", "|---" * (3 * len(sizes) + 2) + "|"]
    names = dict.fromkeys(name for size in sizes for name in known[size]["stages"])
    for name in (*names, ALL):
        row = [_spent(known[size], name) for size in sizes]
        there = [(size, one) for size, one in zip(sizes, row, strict=True) if one is not None]
        power = exponent([size for size, _ in there], [one.cpu for _, one in there])
        told = "-" if power is None else f"{power:.2f}{'' if power <= GOAL else ' **over**'}"
        lines.append(f"| {name} |{''.join(map(_cells, row))} {told} |")
    for size in sizes:
        one = known[size]
        if not one["ended"]:
            lines.append(f"\n{size:,} units: not ended.")
            continue
        files = ", ".join(f"{name} {mb}" for name, mb in one["files"].items())
        gaps = ", ".join(f"{name} {100 * gap:.2f} %" for name, gap in one["gaps"].items() if gap)
        lines.append(f"\n{size:,} units: {gaps}. Files, MB: {files}. {one['machine']}")
    return "\n".join(lines)


def _spent(one_size: dict[str, Any], name: str) -> Spent | None:
    """Give what a stage took; None where it was not reached, or the run did not end."""
    stages = one_size["stages"]
    if name in (ALL, REST) and not one_size["ended"]:
        return None
    every = [Spent(**one) for one in stages.values()]
    if name == ALL:
        return Spent(
            sum(one.clock for one in every),
            sum(one.cpu for one in every),
            max(one.megabytes for one in every),
        )
    return Spent(**stages[name]) if name in stages else None


def _cells(one: Spent | None) -> str:
    if one is None:
        return " - | - | - |"
    return f" {one.cpu:,.1f} | {one.clock:,.1f} | {one.megabytes:,.0f} |"


def main() -> None:
    """Measure the sizes asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, nargs="*", default=[])
    parser.add_argument("--kept", type=Path, default=Path("growth.json"))
    parser.add_argument("--time-limit", type=float, default=6_000.0, help="seconds of each plan")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        with tempfile.TemporaryDirectory() as folder:
            told = measured(given.one, Path(folder), given.time_limit, given.kept)
        keep(given.kept, given.one, told)
        return
    options = ["--kept", str(given.kept), "--time-limit", str(given.time_limit)]
    for units in given.units:
        command = [sys.executable, "-m", "benchmarks.growth", "--one", str(units), *options]
        subprocess.run(command, check=True)
    known = json.loads(given.kept.read_text(encoding="utf-8")) if given.kept.exists() else {}
    print(table({int(size): one for size, one in known.items()}))


if __name__ == "__main__":
    main()
