"""Measure the partition engine: ``python -m benchmarks.partition --instances DIR --time-limit S``.

DIR, searched to any depth, holds service areas (a text file with ``<prefix>_connectivity.txt``
beside it) and counties (``*county*.json``); any further file of these formats is measured too.
Zones of Shenzhen are read with ``--zones FILE``, planners' own districts with ``--district
FOLDER``, generated units with ``--generated`` and a lattice of any size with ``--cells N PARTS``.
``--areas`` measures areas of many cells instead, made of the sitings in DIR. On a busy machine
``--work-limit UNITS`` ends runs on work, which a clock would cut short.
``--peer PYTHON`` names an interpreter that has GerryChain and spopt: it runs the same units in the
same run. An instance never gets more seconds than its goal. ``--markdown FILE`` writes the whole
table: machine, goals met and missed, rows, peers.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.cell_areas import cell_areas
from benchmarks.goals import Goal, clock, verdict_line, verdicts
from benchmarks.machine import machine
from benchmarks.partition_instances import (
    Instance,
    connectivity_of,
    counties,
    generated,
    service_area,
    shenzhen,
    with_parents,
)
from benchmarks.partition_lattices import lattice, led, planned
from benchmarks.partition_peers import PEER_HEAD, peer_line, side_by_side
from gridplan.optimise.partition import partition
from gridplan.optimise.partition.answer.measures import deviation


def instances(arguments: argparse.Namespace) -> Iterator[Instance]:
    """Yield every instance asked for, in a fixed order."""
    if arguments.zones is not None:
        for parts in (5, 10, 19):
            if arguments.only in f"shenzhen_{parts}":  # reading the zones takes seconds
                yield shenzhen(arguments.zones, parts)
    yield from made(arguments)
    if arguments.instances is not None and arguments.areas:
        yield from cell_areas(arguments.instances)
    elif arguments.instances is not None:
        for path in sorted(arguments.instances.rglob("*county*.json")):
            yield counties(path)
        for path in sorted(arguments.instances.rglob("*.txt")):
            if not path.stem.endswith("connectivity") and connectivity_of(path).exists():
                yield service_area(path)


def made(arguments: argparse.Namespace) -> Iterator[Instance]:
    """Yield what is generated and the planners' own districts."""
    if arguments.generated:
        yield generated()
        yield with_parents(generated())
        for parts in (4, 5, 6):
            yield lattice(14_400, parts)
    for own in arguments.district:
        yield planned(own, grain="community")
        yield planned(own, grain="unit")
        for leads in (4, 5, 6):
            yield led(own, leads)
    for cells, parts in arguments.cells:
        yield lattice(cells, parts)


def measure(
    instance: Instance, *, seconds: float, gap: float, seed: int, work: float | None = None
) -> dict[str, Any]:
    """Run the engine once, for so many seconds or for so much work, and tell what came out."""
    began, cpu = time.perf_counter(), time.process_time()
    limit = None if work is not None else seconds
    got = partition(
        **instance.arguments, time_limit=limit, work_limit=work or 10 * seconds, gap=gap, seed=seed
    )
    row: dict[str, Any] = {
        "instance": instance.name,
        "units": len(instance.arguments["demand"]),
        "status": got.status,
        "objective": got.objective,
        "bound": got.bound,
        "gap": got.gap,
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "work": got.work,
        "method": got.method,
        "splits": got.splits,
        "known": instance.known,
        "over_known": None,
        "deviation": None,
        "within": got.assignment is not None,
    }
    if got.assignment is None:
        return row
    if instance.known:
        row["over_known"] = got.objective / instance.known - 1
    if instance.tolerance is not None:
        labels = np.unique(got.assignment, return_inverse=True)[1]
        row["deviation"] = float(np.abs(deviation(labels, instance.arguments["demand"])).max())
        row["within"] = row["deviation"] <= instance.tolerance + 1e-6
    return row


GOALS = (
    Goal("zys_.*", 60, gap=0.005, mean_over=0.0003, worst_over=0.0015),
    Goal("gys_.*", 60, gap=0.015, mean_over=0.0003, worst_over=0.0015),
    Goal("(zys|gys)_.*", 600, proven=20),
    Goal("cells_.*", 60, gap=0.001),
    Goal("cells_.*", 300, proven=8),
    Goal("shenzhen_5", 60, gap=0.01),
    Goal("shenzhen_10", 60, gap=0.01),
    Goal("shenzhen_19", 60, gap=0.01),
    Goal("generated_5000_20", 10, gap=0.001),
    Goal("generated_5000_20_parents", 180, gap=0.02),
    Goal("OK_county", 20, proven=1),
    Goal("guangming_community_.*", 20, gap=0.005),
    Goal("guangming_cells_.*", 20, gap=0.005),
    Goal("lattice_14400_.*", 20, gap=0.005),
    Goal(r"lattice_\d{6}_.*", 60),
)

HEAD = (
    "| instance | units | status | objective | best known | over best known | bound | gap "
    "| worst deviation | splits | seconds | cpu s | peak MB | method |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"
)


def line(row: dict[str, Any]) -> str:
    """One row of the table."""
    percent = lambda x: "-" if x is None else f"{x:.3%}"  # noqa: E731
    number = lambda x: "-" if x is None or not np.isfinite(x) else f"{x:,.2f}"  # noqa: E731
    return (
        f"| {row['instance']} | {row['units']} | {row['status']} | {number(row['objective'])} "
        f"| {number(row['known'])} | {percent(row['over_known'])} | {number(row['bound'])} "
        f"| {percent(row['gap'])} | {percent(row['deviation'])} | {row['splits']} "
        f"| {row['seconds']:.1f} | {row['cpu']:.1f} | {row['megabytes']:.0f} | {row['method']} |"
    )


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--instances", type=Path, help="folder with sap/ and oklahoma/")
    add("--zones", type=Path, help="Shenzhen's zones (GeoJSON)")
    add("--district", type=Path, action="append", default=[], help="a planner's folder")
    add("--generated", action="store_true", help="5,000 generated units, lattices of 14,400 cells")
    add("--cells", type=int, nargs=2, action="append", default=[], help="cells and parts")
    add("--areas", action="store_true", help="areas of many cells made of DIR's sitings, only")
    add("--time-limit", type=float, default=60.0, help="most seconds an instance")
    add("--work-limit", type=float, help="work units an instance, instead of seconds")
    add("--gap", type=float, default=1e-6, help="relative gap to stop at")
    add("--only", default="", help="names that contain this")
    add("--seed", type=int, default=0)
    add("--peer", type=Path, help="python with gerrychain and spopt")
    add("--json", type=Path, help="write the rows here")
    add("--markdown", type=Path, help="write the table here")
    return parser.parse_args()


def main() -> None:
    """Run what was asked for, print the table."""
    arguments = read_arguments()
    rows: list[dict[str, Any]] = []
    text = [machine(), "", HEAD]
    measure(generated(200, 3), seconds=20, gap=1e-3, seed=0)  # compiles what numba has not yet
    print("\n".join(text), flush=True)
    for instance in instances(arguments):
        if arguments.only not in instance.name:
            continue
        limit = clock(GOALS, instance.name, arguments.time_limit)
        rows.append(
            measure(
                instance, seconds=limit, gap=arguments.gap, seed=arguments.seed,
                work=arguments.work_limit,
            )
        )  # fmt: skip
        text.append(line(rows[-1]))
        print(text[-1], flush=True)
        if arguments.json:
            arguments.json.write_text(json.dumps(rows, indent=1))
    end = ["", "| goal | reached | met |", "|---|---|---|"]
    end += [verdict_line(one) for one in verdicts(GOALS, rows)]
    if arguments.peer:
        end += ["", PEER_HEAD]
        limit = min(60.0, arguments.time_limit)
        told = side_by_side(arguments.peer, arguments.zones, arguments.instances, limit)
        end += [peer_line(row) for row in told]
    end += ["", f"Ended {machine()}"]
    print("\n".join(end))
    if arguments.markdown:
        arguments.markdown.write_text("\n".join(text + end) + "\n")


if __name__ == "__main__":
    main()
