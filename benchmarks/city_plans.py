"""
Generated cities and random districts through ``gridplan plan``, as a planner runs it.

``python -m benchmarks.city_plans [--cities 10000 50000 200000] [--districts 50] [--seed 1]
[--work FOLDER] [--markdown FILE]`` writes each as a district folder, plans it in a process of its
own with the default keys but for grids and tolerance, and prints seconds, memory and gaps. Seeds
were fixed before the first run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.machine import machine
from benchmarks.planned_cities import Ground, write_city

RESIDENTS = {10_000: 3_700_000.0, 50_000: 8_475_000.0, 200_000: 17_500_000.0}
"""Residents of a city of so many cells; of any other, 85 a cell."""

LIMITS = {10_000: 600.0, 50_000: 600.0, 200_000: 1500.0}
"""Seconds in which a city is to be planned; a district has 60."""

HEAD = (
    "| district | units | residents | grids | tolerance | outcome | gap of grids | gap of centers "
    "| seconds | cpu s | peak MB |\n|---|---|---|---|---|---|---|---|---|---|---|"
)


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


def planned(asked: Asked, folder: Path) -> str:
    """Write and plan one district in a process of its own; give its row of the table."""
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
    cpu = used.ru_utime + used.ru_stime
    code = os.waitstatus_to_exitcode(status)
    gaps = {"grids": "-", "centers": "-"}
    outcome = "planned" if (out / "plan.json").exists() else _refusal(place / "log.txt", code)
    if outcome == "planned":
        proofs = json.loads((out / "plan.json").read_text(encoding="utf-8"))["certificate"]
        gaps = {name: _percent(proofs[name].get("gap")) for name in gaps if name in proofs}
    ground = asked.ground
    return (
        f"| {asked.name} | {ground.units:,} | {ground.residents:,.0f} | {asked.grids} "
        f"| {100 * asked.tolerance:.1f} % | {outcome} | {gaps['grids']} | {gaps['centers']} "
        f"| {seconds:.0f} | {cpu:.0f} | {used.ru_maxrss / 1024:,.0f} |"
    )


def _percent(gap: float | None) -> str:
    return "-" if gap is None else f"{100 * gap:.2f} %"


def _refusal(log: Path, code: int) -> str:
    """Tell a refusal over a proof from one without."""
    told = log.read_text(encoding="utf-8")
    if code != 3:
        return f"failed ({code})"
    return "refused, not proven" if "not proven" in told else "refused over a proof"


def main() -> None:
    """Plan all, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=int, nargs="*", default=[])
    parser.add_argument("--districts", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1, help="of the first district")
    parser.add_argument("--work", type=Path, help="folder of what is written; kept")
    parser.add_argument("--markdown", type=Path, help="write the table here")
    given = parser.parse_args()
    lines = [machine(), "", HEAD]
    print("\n".join(lines), flush=True)
    with tempfile.TemporaryDirectory() as spare:
        folder = given.work or Path(spare)
        for asked in [*cities(given.cities), *districts(given.districts, given.seed)]:
            lines.append(planned(asked, folder))
            print(lines[-1], flush=True)
    if given.markdown:
        given.markdown.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
