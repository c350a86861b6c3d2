"""Peers anew, in one run: ``python -m benchmarks.peers --instances DIR --peer PYTHON``.

The same three siting and two partition questions to gridplan, to HiGHS and CP-SAT (OR-Tools) as the
textbook's integer program, and to spopt where it can be asked. PYTHON is an interpreter with
``scipy``, ``ortools`` and ``spopt``. One thread and the same seconds for each; ``--markdown FILE``
writes the table.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.instances import read_instance
from benchmarks.machine import machine
from benchmarks.partition_instances import counties, service_area
from benchmarks.siting_budget import budget_arrays
from gridplan.optimise.partition import partition
from gridplan.optimise.siting import capacitated_p_median, p_median
from gridplan.optimise.siting.program.assignment import Program, all_links, formulate
from gridplan.optimise.siting.question.case import read_case

HEAD = "| question | method | status | objective | bound | gap | building, s | s |"


@dataclass(frozen=True, eq=False)
class Question:
    """
    One question: its name, gridplan's answer, the program of the peers, and arrays for spopt.

    Parameters
    ----------
    name
        Of the question.
    ask
        Asks gridplan, given its limits.
    program
        Columns, rows and costs by the names that ``exact_peer.py`` reads.
    building
        Seconds that writing it took.
    plain
        What spopt is given; None where it has no such model.
    """

    name: str
    ask: Any
    program: dict[str, np.ndarray]
    building: float
    plain: dict[str, Any] | None = None


def questions(folder: Path) -> Iterator[Question]:
    """Read the five questions."""
    for name, p in (("pmed6", 5), ("SJC1", 10)):
        (path,) = [f for f in folder.rglob(f"{name}.*") if f.is_file()]
        instance = read_instance(path)
        cost, demand, room = instance.cost, instance.demand, instance.capacity
        began = time.perf_counter()
        case = read_case(cost, demand, room, p)
        program = written(formulate(case, all_links(case)))
        building = time.perf_counter() - began

        def ask(limits: dict[str, Any], parts: Any = (cost, demand, room, p)) -> Any:
            cost, demand, room, p = parts
            if room is None:
                return p_median(cost, demand, p, **limits)
            return capacitated_p_median(cost, demand, room, p, **limits)

        plain = {"cost": cost, "demand": demand, "p": p}
        plain["capacity"] = np.zeros(0) if room is None else room
        yield Question(f"{name}, p = {p}", ask, program, building, plain)
    (path,) = folder.rglob("geo_zy_cost.txt")
    people, km, money = budget_arrays(path)
    cost, bound = people[:, None] * km, {"opening_cost": money, "budget": 960.0}
    began = time.perf_counter()
    case = read_case(cost, people, None, (1, len(money)), **bound)
    program = written(formulate(case, all_links(case)))
    building = time.perf_counter() - began
    yield Question(
        "geo_zy_cost, budget 960",
        lambda limits: p_median(cost, people, (1, len(money)), **bound, **limits),
        program,
        building,
    )
    (path,) = folder.rglob("zys_16b.txt")
    yield cut("zys_16b, areas in one piece", service_area(path).arguments)
    (path,) = folder.rglob("OK_county.json")
    given = counties(path).arguments
    free = partition(**given, work_limit=120.0)
    if not free.feasible:
        print("OK_county: no cut found, so no centers to give to the peers")
        return
    centers = np.unique(given["centers"][free.assignment])
    parts = {**given, "centers": centers, "cost": given["cost"][:, centers]}
    del parts["parts"]
    yield cut("OK_county, 5 parts of given centers, 1 %", parts)


def cut(name: str, arguments: dict[str, Any]) -> Question:
    """Ask for parts around given centers, each in one piece."""
    began = time.perf_counter()
    program = tree_program(arguments)
    building = time.perf_counter() - began
    return Question(name, lambda limits: partition(**arguments, **limits), program, building)


def written(program: Program) -> dict[str, np.ndarray]:
    """Name the parts of a siting's program."""
    table = sparse.csr_matrix(program.matrix)
    return arrays(
        table, program.cost, (program.low, program.high), (program.col_low, program.col_high),
        program.integer,
    )  # fmt: skip


def arrays(
    table: sparse.csr_matrix,
    cost: np.ndarray,
    rows: tuple[np.ndarray, np.ndarray],
    columns: tuple[np.ndarray, np.ndarray],
    whole: np.ndarray,
) -> dict[str, np.ndarray]:
    """Put a program into arrays that can be saved."""
    return {
        "data": table.data, "indices": table.indices, "indptr": table.indptr,
        "shape": np.array(table.shape), "cost": cost, "low": rows[0], "high": rows[1],
        "least": columns[0], "most": columns[1], "whole": whole,
    }  # fmt: skip


def tree_program(arguments: dict[str, Any]) -> dict[str, np.ndarray]:
    """
    Write contiguous parts as an integer program with a tree in each.

    Every unit but the centers has one parent beside it in its own part, and stands one level above
    it (Miller, Tucker and Zemlin, *Journal of the ACM* 7(4), 1960).
    """
    demand, cost, centers = (arguments[key] for key in ("demand", "cost", "centers"))
    n, k = cost.shape
    edge = sparse.coo_array(arguments["adjacency"])
    child = ~np.isin(edge.row, centers)
    i, j = edge.row[child], edge.col[child]
    arcs, m = len(i), n * k
    wide = m + arcs + n
    cell = np.arange(m).reshape(n, k)
    blocks: list[sparse.csr_matrix] = []
    low: list[np.ndarray] = []
    high: list[np.ndarray] = []

    def add(row: Any, column: Any, value: Any, least: Any, most: Any) -> None:
        count = int(np.max(row)) + 1
        shape = (count, wide)
        blocks.append(
            sparse.csr_matrix((np.ravel(value), (np.ravel(row), np.ravel(column))), shape)
        )
        low.append(np.broadcast_to(np.asarray(least, float), count))
        high.append(np.broadcast_to(np.asarray(most, float), count))

    add(np.repeat(np.arange(n), k), cell, np.ones(m), 1, 1)
    load = np.repeat(demand, k)
    add(np.tile(np.arange(k), n), cell, load, arguments.get("lower", 0.0), arguments["upper"])
    _, own = np.unique(i, return_inverse=True)
    at = np.arange(arcs)
    add(own, m + at, np.ones(arcs), 1, 1)
    # A child's part is its parent's.
    row = np.arange(arcs * k).reshape(arcs, k)
    arc = np.repeat(m + at, k).reshape(arcs, k)
    ones = np.ones((arcs, k))
    add([row, row, row], [cell[i], cell[j], arc], [ones, -ones, ones], -np.inf, 1)
    level = m + arcs
    add([at, at, at], [level + i, level + j, m + at], [ones[:, 0], -ones[:, 0], -n * ones[:, 0]],
        1 - n, np.inf)  # fmt: skip
    least = np.zeros(wide)
    least[cell[centers, np.arange(k)]] = 1.0
    most = np.concatenate([np.ones(m + arcs), np.full(n, n - 1.0)])
    priced = np.concatenate([cost.ravel(), np.zeros(arcs + n)])
    whole = np.concatenate([np.ones(m + arcs, bool), np.zeros(n, bool)])
    table = sparse.vstack(blocks, format="csr")
    return arrays(table, priced, (np.concatenate(low), np.concatenate(high)), (least, most), whole)


def asked(python: str, script: str, saved: dict[str, Any], *words: str) -> dict[str, Any]:
    """Run one peer on what is saved for it; empty where it said nothing in time."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "question.npz"
        np.savez(file, **saved)
        path = Path(__file__).with_name(script)
        method, limit = words[:-1], words[-1]
        command = [python, "-W", "ignore", str(path), *method, str(file), limit]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=True, timeout=2 * float(limit) + 60
            )
            told: dict[str, Any] = json.loads(done.stdout.strip().split("\n")[-1])
        except (subprocess.SubprocessError, ValueError) as error:
            print(f"  {script} {' '.join(method)}: {type(error).__name__}", flush=True)
            return {}
        return told


def line_of(name: str, method: str, told: dict[str, Any]) -> str:
    """Write one row of the table."""
    value, bound = told.get("objective"), told.get("bound")
    some = value is not None and bound is not None and np.isfinite(value) and np.isfinite(bound)
    gap = f"{100 * (value - bound) / abs(value):.3f} %" if some and value else "-"
    figures = [
        f"{figure:,.2f}" if figure is not None and np.isfinite(figure) else "-"
        for figure in (value, bound)
    ]
    build = "-" if told.get("building") is None else f"{told['building']:.1f}"
    seconds = "-" if told.get("seconds") is None else f"{told['seconds']:.1f}"
    cells = [name, method, told.get("status", "no answer"), *figures, gap, build, seconds]
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Ask everyone, print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--instances", type=Path, required=True, metavar="DIR")
    parser.add_argument("--peer", required=True, metavar="PYTHON")
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--markdown", type=Path, default=None)
    asked_for = parser.parse_args()
    limit = asked_for.time_limit
    lines = [HEAD, "|---" * 8 + "|"]
    print("\n".join([machine(), *lines]), flush=True)
    for question in questions(asked_for.instances):
        began = time.perf_counter()
        found = question.ask({"time_limit": limit, "work_limit": 4 * limit})
        told = {"status": found.status, "objective": found.objective, "bound": found.bound}
        rows = [("gridplan", told | {"seconds": time.perf_counter() - began})]
        for method, name in (("highs", "HiGHS"), ("cpsat", "CP-SAT")):
            answer = asked(asked_for.peer, "exact_peer.py", question.program, method, str(limit))
            rows.append((name, answer | {"building": question.building}))
        if question.plain is not None:
            answer = asked(asked_for.peer, "siting_peer.py", question.plain, str(limit))
            # What spopt calls solved may be what it had when it was stopped: it tells no bound.
            rows.append(("spopt", answer | {"status": "solved"} if answer else {}))
            rows[-1][1]["building"] = answer.get("build")
        for method, answer in rows:
            lines.append(line_of(question.name, method, answer))
            print(lines[-1], flush=True)
    if asked_for.markdown:
        asked_for.markdown.write_text("\n".join([machine(), "", *lines]) + "\n")


if __name__ == "__main__":
    main()
