"""Measure the partition engine: ``python -m benchmarks.partition --instances DIR --time-limit S``.

DIR holds folders of instances (``sap/``, ``oklahoma/``) in the formats of the benchmark notes; any
further file of these formats is measured too. Zones of Shenzhen are read with ``--zones FILE``, a
planner's own district with ``--district FOLDER``. ``--peer PYTHON`` names an interpreter that has
GerryChain and spopt: it runs the same units in the same run.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.partition_instances import (
    Instance,
    counties,
    generated,
    service_area,
    shenzhen,
    with_parents,
)
from gridplan.optimise.partition import partition
from gridplan.optimise.partition.measures import deviation


def instances(arguments: argparse.Namespace) -> Iterator[Instance]:
    """Yield every instance asked for, in a fixed order."""
    folder = arguments.instances
    if folder is not None:
        for path in sorted(folder.rglob("*.txt")):
            if path.parent.name == "sap" and not path.stem.endswith("connectivity"):
                yield service_area(path)
        for path in sorted(folder.rglob("*county*.json")):
            yield counties(path)
    if arguments.zones is not None:
        for parts in (5, 10, 19):
            yield shenzhen(arguments.zones, parts)
    if arguments.generated:
        yield generated()
        yield with_parents(generated())


def measure(instance: Instance, *, seconds: float, gap: float, seed: int) -> dict:
    """Run the engine once and tell what came out."""
    began = time.perf_counter()
    got = partition(
        **instance.arguments, time_limit=seconds, work_limit=10 * seconds, gap=gap, seed=seed
    )
    row = {
        "instance": instance.name,
        "units": len(instance.arguments["demand"]),
        "status": got.status,
        "objective": got.objective,
        "bound": got.bound,
        "gap": got.gap,
        "seconds": time.perf_counter() - began,
        "work": got.work,
        "method": got.method,
        "splits": got.splits,
        "known": instance.known,
        "over_known": None,
        "deviation": None,
    }
    if got.assignment is not None and instance.known:
        row["over_known"] = got.objective / instance.known - 1
    if got.assignment is not None and np.ndim(instance.arguments.get("upper", 0.0)) == 0:
        load = deviation(
            np.unique(got.assignment, return_inverse=True)[1], instance.arguments["demand"]
        )
        row["deviation"] = float(np.abs(load).max())
    return row


def line(row: dict) -> str:
    """One row of the table."""
    percent = lambda x: "-" if x is None else f"{100 * x:.3f} %"  # noqa: E731
    value = "-" if row["gap"] is None else f"{row['objective']:,.2f}"
    return (
        f"| {row['instance']} | {row['units']} | {row['status']} | {value} | "
        f"{percent(row['over_known'])} | {percent(row['gap'])} | {percent(row['deviation'])} | "
        f"{row['splits']} | {row['seconds']:.1f} | {row['method']} |"
    )


HEAD = (
    "| instance | units | status | objective | over best known | gap | worst deviation | splits "
    "| seconds | method |\n|---|---|---|---|---|---|---|---|---|---|"
)


def main() -> None:
    """Read the command line, run, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instances", type=Path, help="folder with sap/ and oklahoma/")
    parser.add_argument("--zones", type=Path, help="Shenzhen's zones (GeoJSON)")
    parser.add_argument("--generated", action="store_true", help="5,000 generated units")
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds an instance")
    parser.add_argument("--gap", type=float, default=1e-5, help="relative gap to stop at")
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--peer", type=Path, help="python with gerrychain and spopt")
    parser.add_argument("--json", type=Path, help="write the rows here")
    arguments = parser.parse_args()
    rows = []
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    print(HEAD, flush=True)
    for instance in instances(arguments):
        if arguments.only not in instance.name:
            continue
        row = measure(
            instance, seconds=arguments.time_limit, gap=arguments.gap, seed=arguments.seed
        )
        rows.append(row)
        print(line(row), flush=True)
        if arguments.json:
            arguments.json.write_text(json.dumps(rows, indent=1))
    summary(rows)
    if arguments.peer:
        from benchmarks.partition_peers import side_by_side

        side_by_side(arguments.peer, arguments.zones, arguments.instances, arguments.time_limit)


def summary(rows: list[dict]) -> None:
    """Print the means by family."""
    for family in ("zys", "gys", "gy2", "zy"):
        own = [row for row in rows if row["instance"].split("_")[0] == family]
        if not own:
            continue
        over = [row["over_known"] for row in own if row["over_known"] is not None]
        gaps = [row["gap"] for row in own if row["gap"] is not None]
        print(
            f"{family}: {len(own)} run, {sum(r['gap'] is not None for r in own)} sound, "
            f"{sum(r['status'] == 'optimal' for r in own)} proven; over best known mean "
            f"{100 * np.mean(over) if over else np.nan:.3f} %, worst "
            f"{100 * max(over, default=np.nan):.3f} %; worst gap "
            f"{100 * max(gaps, default=np.nan):.3f} %"
        )


if __name__ == "__main__":
    main()
