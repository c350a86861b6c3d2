"""Measure the siting engine: ``python -m benchmarks.siting --instances DIR --time-limit S``.

Prints one row an instance: name, n, p, objective, best known, difference, bound, gap, seconds
(by the clock and of the processor), then the goals. ``--city 5000 20000`` adds generated cities and
the growth of time with size (with ``--gap 0.005`` the time to reach that gap); ``--tight 1 2``
cities of 6,752 cells whose 48 largest sites are 98.7 % full; ``--peer PYTHON``
runs spopt in that interpreter on the same instances. An instance never gets more seconds than its
goal. ``--markdown FILE`` writes the table.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.city import build_city
from benchmarks.goals import Goal, Row, clock, verdict_line, verdicts
from benchmarks.instances import Instance, filled, read_instance
from benchmarks.known import known, questions
from benchmarks.machine import machine
from benchmarks.siting_budget import budget_questions, has_budgets
from benchmarks.tight_city import tight_city
from gridplan.optimise.siting import Siting, capacitated_p_median, p_median

GOALS = (
    Goal("pmed(?!40).*", 60, gap=0, mean_over=0, worst_over=0),
    Goal("pmed40", 10, proven=1),
    Goal("cpmp.*", 20, mean_over=0, worst_over=0, proven=15),
    Goal("SJC.*", 60, mean_over=1e-4, worst_over=1e-4),
    Goal("geo_kf", 60, gap=0.003, mean_over=2e-4, worst_over=2e-4),
    Goal("lin318_.*", 120, mean_over=0.001, worst_over=0.001),
    Goal("p3038_600", 180, gap=0.02, mean_over=0.005, worst_over=0.005),
    Goal("p3038_1000", 180, gap=0.02, mean_over=0.01, worst_over=0.01),
    Goal("fnl4461_.*", 180, gap=0.01, mean_over=0.003, worst_over=0.003),
    Goal("city200000", 900, gap=0.02),
    Goal("geo_zy_cost_.*", 5, mean_over=1e-6, worst_over=1e-6, proven=16),
    Goal(".*_full|city_tight.*", 180, gap=0.01),
    # A twentieth of the least of the seconds published for any of them.
    Goal("geo_kf_cost_.*", 31, mean_over=1e-6, worst_over=1e-6, proven=16),
)

WIDTHS = (6, 5, 14, 14, 8, 14, 7, 8, 7)
HEAD = f"{'instance':14s} " + " ".join(
    f"{name:>{width}s}"
    for name, width in zip(
        ("n", "p", "objective", "best known", "diff %", "bound", "gap %", "clock s", "cpu s"),
        WIDTHS,
        strict=True,
    )
)


def solve_instance(instance: Instance, p: int, limits: dict[str, Any]) -> Siting:
    """Ask the engine the question of an instance."""
    if instance.capacity is None:
        return p_median(instance.cost, instance.demand, p, **limits)
    return capacitated_p_median(instance.cost, instance.demand, instance.capacity, p, **limits)


def row_of(
    name: str, n: int, p: int, siting: Siting, seconds: tuple[float, float], best: float | None
) -> Row:
    """Collect one row of the table; gap and difference are fractions; seconds by clock and cpu."""
    clock, cpu = seconds
    return {
        "instance": name,
        "n": n,
        "p": p,
        "objective": siting.objective,
        "best": best,
        "over_known": None if best is None else siting.objective / best - 1,
        "bound": siting.bound,
        "gap": siting.gap if siting.feasible else None,
        "within": siting.feasible,
        "seconds": clock,
        "cpu": cpu,
        "work": siting.work,
        "status": siting.status,
        "ended_by": siting.ended,
    }


def cells_of(row: Row) -> list[str]:
    """Write the figures of one row."""
    best = "-" if row["best"] is None else f"{row['best']:.2f}"
    over = "-" if row["over_known"] is None else f"{100 * row['over_known']:.3f}"
    gap = "-" if row["gap"] is None else f"{100 * row['gap']:.3f}"
    return [
        row["instance"], str(row["n"]), str(row["p"]), f"{row['objective']:.2f}", best, over,
        f"{row['bound']:.2f}", gap, f"{row['seconds']:.1f}", f"{row['cpu']:.1f}", row["status"],
    ]  # fmt: skip


def line_of(row: Row) -> str:
    """Write one row for the eye."""
    name, *figures, status = cells_of(row)
    return f"{name:14s} " + " ".join(
        f"{cell:>{width}s}" for cell, width in zip(figures, WIDTHS, strict=True)
    ) + f" {status}"  # fmt: skip


def table_of(rows: list[Row]) -> list[str]:
    """Write the rows as a table in Markdown."""
    head = ["instance", "n", "p", "objective", "best known", "diff %", "bound", "gap %"]
    head += ["clock s", "cpu s", "status"]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    return lines + ["| " + " | ".join(cells_of(row)) + " |" for row in rows]


def versus(rows: list[Row], peers: list[Row]) -> list[str]:
    """Compare with the peer, instance by instance and in total, where it answered."""
    lines = ["| instance | here | s | spopt | s | of which building |", "|---" * 6 + "|"]
    ours = theirs = 0.0
    mine = {row["instance"]: row for row in rows}
    for peer in peers:
        row = mine[peer["instance"]]
        other = "no answer" if peer["objective"] is None else f"{peer['objective']:.2f}"
        build = "-" if peer.get("build") is None else f"{peer['build']:.1f}"
        lines.append(
            f"| {row['instance']} | {row['objective']:.2f} | {row['seconds']:.1f} | {other} "
            f"| {peer['total']:.1f} | {build} |"
        )
        ours, theirs = ours + row["seconds"], theirs + peer["total"]
    if peers:
        ratio = f"{theirs / ours:.1f} times less" if theirs > ours else "more"
        lines += ["", f"In total {ours:.1f} s here, {theirs:.1f} s spopt: {ratio}."]
    return lines


def measure(name: str, n: int, p: int | None, ask: Any, best: float | None = None) -> Row:
    """Time one question and print its row; ``p`` None: as many sites as it opened."""
    clock, cpu = time.perf_counter(), time.process_time()
    siting = ask()
    spent = (time.perf_counter() - clock, time.process_time() - cpu)
    row = row_of(name, n, len(siting.sites) if p is None else p, siting, spent, best)
    print(line_of(row), flush=True)
    return row


def measure_city(n: int, limits: dict[str, Any]) -> Row:
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


def measure_tight(seed: int, asked: argparse.Namespace) -> Row:
    """Generate a city that its largest sites just hold, and ask."""
    city = tight_city(seed=seed)
    limits = limits_of(asked, city.name)
    return measure(
        f"{city.name}_{seed}", len(city.demand), city.p[0],
        partial(solve_instance, city, city.p[0], limits),
    )  # fmt: skip


def run_peer(python: str, path: Path, instance: Instance, p: int, limit: float) -> Row:
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
    capacitated_p_median(rng.random((500, 30)), np.ones(500), np.full(30, 110.0), 5, **limits)
    money = np.ones(30)
    p_median(rng.random((200, 30)), np.ones(200), (1, 9), opening_cost=money, budget=6, **limits)
    return time.perf_counter() - began


def growth(rows: list[Row]) -> str:
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
    parser.add_argument(
        "--full", type=int, nargs="*", default=[], help="sites, capacities scaled to 98.5 %% full"
    )
    parser.add_argument("--p", type=int, nargs="*", default=[], help="sites, where no file says")
    parser.add_argument("--city", type=int, nargs="*", default=[], help="units of generated cities")
    parser.add_argument(
        "--tight", type=int, nargs="*", default=[], help="seeds of tight cities, 98.7 %% full"
    )
    parser.add_argument("--peer", default=None, help="python interpreter with spopt 0.7")
    parser.add_argument("--json", type=Path, default=None)
    parser.add_argument("--markdown", type=Path, default=None, help="write the table here")
    return parser.parse_args(arguments)


def files_of(places: list[Path]) -> list[Path]:
    found: list[Path] = []
    for place in places:
        inside = sorted(place.rglob("*")) if place.is_dir() else [place]
        found += [f for f in inside if f.suffix in {".txt", ".dat"} and f.is_file()]
    return found


def limits_of(asked: argparse.Namespace, name: str) -> dict[str, Any]:
    """Limits of one instance: never more seconds than its goal; work lets the clock decide."""
    seconds = None if asked.time_limit is None else clock(GOALS, name, asked.time_limit)
    work = asked.work_limit or (60.0 if seconds is None else 4.0 * seconds)
    return {"work_limit": work, "time_limit": seconds, "seed": asked.seed, "gap": asked.gap}


def measured(path: Path, asked: argparse.Namespace) -> tuple[list[Row], list[Row]]:
    """Ask the questions of one file, here and of the peer."""
    if has_budgets(path):
        return [
            measure(
                one.name, one.units, None, partial(one.ask, limits_of(asked, one.name)), one.best
            )
            for one in budget_questions(path)
        ], []
    try:
        instance = read_instance(path)
    except (ValueError, KeyError, IndexError):
        print(f"{path.name}: not an instance of a known format")
        return [], []
    if asked.full:
        tight = [filled(instance, p) for p in asked.full]
        return [
            measure(
                one.name, len(one.demand), one.p[0],
                partial(solve_instance, one, one.p[0], limits_of(asked, one.name)),
            )
            for one in tight
        ], []  # fmt: skip
    asked_for = instance.p or tuple(asked.p) or questions(path.stem)
    if not asked_for:
        print(f"{path.name}: say how many sites with --p")
    rows: list[Row] = []
    peers: list[Row] = []
    for p in asked_for:
        ask = partial(solve_instance, instance, p, limits_of(asked, path.stem))
        rows.append(measure(path.stem, len(instance.demand), p, ask, known(path.stem, p)))
        if asked.peer:
            peers.append(run_peer(asked.peer, path, instance, p, asked.time_limit or 300.0))
    return rows, peers


def main(arguments: list[str] | None = None) -> None:
    """Run what was asked for, print the table."""
    asked = parse(sys.argv[1:] if arguments is None else arguments)
    where = machine()
    print(f"{where}\nfirst call (compiling): {warm_up():.1f} s\n{HEAD}", flush=True)
    rows: list[Row] = []
    peers: list[Row] = []
    for path in files_of(asked.instances):
        more, others = measured(path, asked)
        rows, peers = rows + more, peers + others
    cities = [measure_city(n, limits_of(asked, f"city{n}")) for n in asked.city]
    rows += cities
    rows += [measure_tight(seed, asked) for seed in asked.tight]
    end = [growth(cities), ""] if len(cities) > 1 else []
    end += ["| goal | reached | met |", "|---|---|---|"]
    end += [verdict_line(one) for one in verdicts(GOALS, rows)]
    end += ["", *versus(rows, peers)] if peers else []
    print("\n".join(["", *end]))
    if asked.json:
        asked.json.write_text(json.dumps({"rows": rows, "peers": peers}, indent=1))
    if asked.markdown:
        asked.markdown.write_text("\n".join([where, "", *table_of(rows), "", *end]) + "\n")


if __name__ == "__main__":
    main()
