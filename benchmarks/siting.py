"""Measure the siting engine: ``python -m benchmarks.siting --instances DIR --time-limit S``.

Prints one row an instance: name, n, p, objective, best known, difference, bound, gap, seconds
(by the clock and of the processor). ``--city 5000 20000`` adds generated cities and the growth of
time with size; ``--peer PYTHON`` runs spopt in that interpreter on the same instances.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.city import build_city
from benchmarks.instances import Instance, read_instance
from benchmarks.known import known, questions
from gridplan.optimise.siting import Siting, capacitated_p_median, p_median

HEAD = (
    f"{'instance':14s} {'n':>6s} {'p':>5s} {'objective':>14s} {'best known':>14s} {'diff %':>8s} "
    f"{'bound':>14s} {'gap %':>7s} {'clock s':>8s} {'cpu s':>7s} {'status':9s}"
)


def solve_instance(instance: Instance, p: int, limits: dict[str, Any]) -> Siting:
    """Ask the engine the question of an instance."""
    if instance.capacity is None:
        return p_median(instance.cost, instance.demand, p, **limits)
    return capacitated_p_median(instance.cost, instance.demand, instance.capacity, p, **limits)


def row_of(name: str, n: int, p: int, siting: Siting, clock: float, cpu: float) -> dict[str, Any]:
    """Collect one row of the table."""
    best = known(name, p)
    return {
        "instance": name,
        "n": n,
        "p": p,
        "objective": siting.objective,
        "best": best,
        "difference": None if best is None else 100 * (siting.objective / best - 1),
        "bound": siting.bound,
        "gap": None if siting.gap is None else 100 * siting.gap,
        "clock": clock,
        "cpu": cpu,
        "work": siting.work,
        "status": siting.status,
        "ended_by": siting.ended_by,
    }


def line_of(row: dict[str, Any]) -> str:
    """Write one row."""
    best = "-" if row["best"] is None else f"{row['best']:.2f}"
    difference = "-" if row["difference"] is None else f"{row['difference']:.3f}"
    gap = "-" if row["gap"] is None else f"{row['gap']:.3f}"
    return (
        f"{row['instance']:14s} {row['n']:6d} {row['p']:5d} {row['objective']:14.2f} {best:>14s} "
        f"{difference:>8s} {row['bound']:14.2f} {gap:>7s} {row['clock']:8.1f} {row['cpu']:7.1f} "
        f"{row['status']:9s}"
    )


def measure(name: str, n: int, p: int, ask: Any) -> dict[str, Any]:
    """Time one question and print its row."""
    clock, cpu = time.perf_counter(), time.process_time()
    siting = ask()
    row = row_of(name, n, p, siting, time.perf_counter() - clock, time.process_time() - cpu)
    print(line_of(row), flush=True)
    return row


def measure_city(n: int, limits: dict[str, Any]) -> dict[str, Any]:
    """Generate a city of ``n`` units, as dense with sites as one of 200,000 and 1,000, and ask."""
    city = build_city(n, n // 200, n // 250, streets=max(2, 74 * n // 200_000))
    return measure(
        f"city{n}",
        n,
        city.p,
        lambda: capacitated_p_median(
            city.cost,
            city.people,
            city.capacity,
            city.p,
            lower=city.lower,
            group=city.street,
            group_min=city.street_min,
            group_max=city.street_max,
            **limits,
        ),
    )


def run_peer(python: str, path: Path, instance: Instance, p: int, limit: float) -> dict[str, Any]:
    """Ask spopt the same question in its own interpreter."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "question.npz"
        capacity = np.zeros(0) if instance.capacity is None else instance.capacity
        np.savez(file, cost=instance.cost, demand=instance.demand, capacity=capacity, p=p)
        script = Path(__file__).with_name("siting_peer.py")
        command = [python, str(script), str(file), str(limit)]
        began = time.perf_counter()
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=limit * 2 + 60, check=True
            )
            answer: dict[str, Any] = json.loads(done.stdout.strip().split("\n")[-1])
        except (subprocess.SubprocessError, ValueError) as error:
            answer = {"objective": None, "note": type(error).__name__}
        answer |= {"instance": path.stem, "total": time.perf_counter() - began}
    print(f"  spopt {path.stem}: {answer}", flush=True)
    return answer


def warm_up() -> float:
    """Compile the helpers (cached on disk afterwards); seconds it took."""
    began = time.perf_counter()
    rng = np.random.default_rng(0)
    limits: dict[str, Any] = {"work_limit": 0.2}
    capacitated_p_median(rng.random((60, 30)), np.ones(60), np.full(30, 10.0), 8, **limits)
    return time.perf_counter() - began


def growth(rows: list[dict[str, Any]]) -> str:
    """Fit seconds against size on a double logarithmic scale."""
    size = np.log([row["n"] for row in rows])
    slope = np.polyfit(size, np.log([row["cpu"] for row in rows]), 1)[0]
    return f"growth: processor seconds ~ n^{slope:.2f}"


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.siting", description=__doc__)
    parser.add_argument("--instances", type=Path, nargs="*", default=[], metavar="DIR_OR_FILE")
    parser.add_argument("--time-limit", type=float, default=None, help="seconds an instance")
    parser.add_argument("--work-limit", type=float, default=None, help="work units an instance")
    parser.add_argument("--gap", type=float, default=1e-6)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--p", type=int, nargs="*", default=[], help="sites, where no file says")
    parser.add_argument("--city", type=int, nargs="*", default=[], help="units of generated cities")
    parser.add_argument("--peer", default=None, help="python interpreter with spopt 0.7")
    parser.add_argument("--json", type=Path, default=None)
    return parser.parse_args(arguments)


def files_of(places: list[Path]) -> list[Path]:
    found: list[Path] = []
    for place in places:
        inside = sorted(place.rglob("*")) if place.is_dir() else [place]
        found += [f for f in inside if f.suffix in {".txt", ".dat"} and f.is_file()]
    return found


def main(arguments: list[str] | None = None) -> None:
    asked = parse(sys.argv[1:] if arguments is None else arguments)
    work = asked.work_limit
    if work is None:
        work = asked.time_limit or 60.0
    limits: dict[str, Any] = {
        "work_limit": work, "time_limit": asked.time_limit, "seed": asked.seed, "gap": asked.gap,
    }  # fmt: skip
    print(f"{platform.processor() or platform.machine()}, python {platform.python_version()}")
    print(f"first call (compiling): {warm_up():.1f} s\n{HEAD}", flush=True)
    rows, peers = [], []
    for path in files_of(asked.instances):
        try:
            instance = read_instance(path)
        except (ValueError, KeyError, IndexError):
            continue
        for p in instance.p or tuple(asked.p) or questions(path.stem):
            n = len(instance.demand)
            ask = partial(solve_instance, instance, p, limits)
            rows.append(measure(path.stem, n, p, ask))
            if asked.peer:
                peers.append(run_peer(asked.peer, path, instance, p, asked.time_limit or 300.0))
    cities = [measure_city(n, limits) for n in asked.city]
    if len(cities) > 1:
        print(growth(cities))
    if asked.json:
        asked.json.write_text(json.dumps({"rows": rows + cities, "peers": peers}, indent=1))


if __name__ == "__main__":
    main()
