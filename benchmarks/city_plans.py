"""
Generated cities and random districts through ``gridplan plan``, as a planner runs it.

``python -m benchmarks.city_plans [--cities 10000 50000 200000] [--districts 50] [--seed 1]
[--work FOLDER] [--kept FILE] [--jobs N] [--markdown FILE]`` writes each as a district folder, plans
it in a process of its own with the default keys but for grids and tolerance, and prints seconds,
memory, gaps and what ended the searches. Rows in ``--kept`` are not measured again, so that a run
that was ended goes on. Seeds were fixed before the first run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import machine
from benchmarks.planned_cities import Ground, write_city

RESIDENTS = {10_000: 3_700_000.0, 50_000: 8_475_000.0, 200_000: 17_500_000.0}
"""Residents of a city of so many cells; of any other, 85 a cell."""

LIMITS = {10_000: 600.0, 50_000: 600.0, 200_000: 1500.0}
"""Seconds in which a city is to be planned; a district has 60."""

HEAD = (
    "| district | units | grids | leads | tolerance | outcome | gap of grids | gap of centers "
    "| ended by | planning s | cpu s | seconds | peak MB |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|---|---|"
)

WIDE = 0.05
"""Gap of centers that is to be kept."""

STAGES = ("grids", "centers", "regional")


@dataclass(frozen=True)
class Asked:
    """
    One district to be planned.

    Parameters
    ----------
    name
        For the table.
    ground
        What is drawn.
    grids, tolerance
        Of the scenario; all other keys have their defaults.
    limit
        Seconds in which it is to be planned.
    """

    name: str
    ground: Ground
    grids: int
    tolerance: float
    limit: float


def cities(sizes: list[int]) -> Iterator[Asked]:
    """Give the cities: ten grids with a tolerance of 25 %."""
    for units in sizes:
        residents = RESIDENTS.get(units, 85.0 * units)
        limit = LIMITS.get(units, 600.0)
        yield Asked(f"city {units:,}", Ground(units, residents), 10, 0.25, limit)


def districts(count: int, seed: int) -> Iterator[Asked]:
    """Give random districts with clustered leads: 200 to 20,000 units, 2 to 20 grids."""
    for number in range(seed, seed + count):
        rng = np.random.default_rng(number)
        units = int(np.exp(rng.uniform(np.log(200), np.log(20_000))))
        grids = int(rng.integers(2, min(20, max(3, units // 40)) + 1))
        ground = Ground(
            units=units,
            # Four centers a grid and more; no cell above half of what a center may serve.
            residents=float(min(grids * rng.uniform(1e5, 3e5), 3_000.0 * units)),
            streets=int(rng.integers(3, max(4, min(40, units // 40)) + 1)),
            communities=int(rng.integers(3, 9)),
            leads=grids + int(rng.integers(0, 4)),
            near=float(rng.uniform(0.05, 0.3)),
            side=float(rng.choice([100.0, 200.0, 500.0])),
            most=15_000.0,
            seed=number,
        )
        yield Asked(f"seed {number}", ground, grids, float(rng.uniform(0.02, 0.25)), 60.0)


def planned(asked: Asked, folder: Path) -> dict[str, Any]:
    """
    Write and plan one district in a process of its own.

    Returns
    -------
    dict
        Name, outcome, gaps, what ended each stage, seconds of planning alone, processor seconds,
        seconds by the clock and the most memory.
    """
    place = write_city(folder / asked.name.replace(" ", "_"), asked.ground)
    lines = f"grids = {asked.grids}\ngrid_tolerance = {asked.tolerance:.4f}\n"
    (place / "scenario.toml").write_text(lines, encoding="utf-8")
    out = place / "out"
    begun = time.perf_counter()
    command = [sys.executable, "-m", "gridplan", "plan", str(place), "--lang", "en"]
    with (place / "log.txt").open("w", encoding="utf-8") as log:
        process = subprocess.Popen([*command, "--out", str(out)], stdout=log, stderr=log)
        _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    code = os.waitstatus_to_exitcode(status)
    done = (out / "plan.json").exists()
    proofs: dict[str, Any] = {}
    if done:
        proofs = json.loads((out / "plan.json").read_text(encoding="utf-8"))["certificate"]
    known = {stage: proofs[stage] for stage in STAGES if stage in proofs}
    return {
        "name": asked.name,
        "outcome": "planned" if done else _refusal(place / "log.txt", code),
        "gaps": {stage: proof.get("gap") for stage, proof in known.items()},
        "ended": [proof["ended_by"] for proof in known.values()],
        "planning": sum(proof["seconds"] for proof in known.values()) if done else None,
        "cpu": used.ru_utime + used.ru_stime,
        "seconds": seconds,
        "megabytes": used.ru_maxrss / 1024,
        "limit": asked.limit,
    }


def row_of(asked: Asked, measured: dict[str, Any]) -> str:
    """Tell one district as a row of the table."""
    ground, gaps = asked.ground, measured["gaps"]
    planning = measured["planning"]
    return (
        f"| {asked.name} | {ground.units:,} | {asked.grids} | {ground.leads} "
        f"| {100 * asked.tolerance:.1f} % | {measured['outcome']} | {_percent(gaps.get('grids'))} "
        f"| {_percent(gaps.get('centers'))} | {', '.join(measured['ended']) or '-'} "
        f"| {'-' if planning is None else f'{planning:.0f}'} | {measured['cpu']:.0f} "
        f"| {measured['seconds']:.0f} | {measured['megabytes']:,.0f} |"
    )


def summary(measured: list[dict[str, Any]]) -> str:
    """Sum up how many were planned, and how well; refusals over a proof are told apart."""
    done = [one for one in measured if one["outcome"] == "planned"]
    proven = sum(one["outcome"] == "refused over a proof" for one in measured)
    soon = sum(one["planning"] <= one["limit"] for one in done)
    wide = sum((one["gaps"].get("centers") or 0.0) > WIDE for one in done)
    return (
        f"{len(done)} of {len(measured)} planned, {soon} of them within their limit; {proven} "
        f"refused over a proof, {len(measured) - len(done) - proven} without one; {wide} with a "
        f"gap of centers above {100 * WIDE:.0f} %."
    )


def _percent(gap: float | None) -> str:
    return "-" if gap is None else f"{100 * gap:.2f} %"


def _refusal(log: Path, code: int) -> str:
    """Tell a refusal over a proof from one without."""
    told = log.read_text(encoding="utf-8")
    if code != 3:
        return f"failed ({code})"
    return "refused, not proven" if "not proven" in told else "refused over a proof"


def kept_rows(file: Path | None) -> dict[str, dict[str, Any]]:
    """Read what was measured before: one JSON object a line, by name."""
    if file is None or not file.exists():
        return {}
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {row["name"]: row for row in rows}


def measure(every: list[Asked], folder: Path, kept: Path | None, jobs: int) -> list[dict[str, Any]]:
    """Plan what is not kept yet, some side by side; rows in the order asked."""
    rows = kept_rows(kept)
    lock = threading.Lock()

    def one(asked: Asked) -> None:
        measured = planned(asked, folder)
        with lock:
            rows[asked.name] = measured
            print(row_of(asked, measured), flush=True)
            if kept is not None:
                with kept.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(measured) + "\n")

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, [asked for asked in every if asked.name not in rows]))
    return [rows[asked.name] for asked in every]


def main() -> None:
    """Plan all, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=int, nargs="*", default=[])
    parser.add_argument("--districts", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1, help="of the first district")
    parser.add_argument("--work", type=Path, help="folder of what is written; kept")
    parser.add_argument("--kept", type=Path, help="file of rows; those in it are not run again")
    parser.add_argument("--jobs", type=int, default=1, help="districts planned side by side")
    parser.add_argument("--markdown", type=Path, help="write the table here")
    given = parser.parse_args()
    every = [*cities(given.cities), *districts(given.districts, given.seed)]
    every.sort(key=lambda asked: asked.ground.units)
    print(f"{machine()}\n\n{HEAD}", flush=True)
    with tempfile.TemporaryDirectory() as spare:
        measured = measure(every, given.work or Path(spare), given.kept, given.jobs)
    print(f"\n{summary(measured)}")
    if given.markdown:
        rows = [row_of(asked, row) for asked, row in zip(every, measured, strict=True)]
        text = "\n".join([machine(), "", HEAD, *rows, "", summary(measured)])
        given.markdown.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
