"""GerryChain and spopt beside the engine: the same units, tolerance and objective, in one run."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.partition_instances import Instance, counties, shenzhen
from benchmarks.partition_peer import inertia
from gridplan.optimise.partition import partition
from gridplan.optimise.partition.answer.measures import deviation

PEERS = {
    "recom": "GerryChain recursive tree + ReCom",
    "maxp": "spopt MaxP",
    "skater": "spopt Skater",
}

PEER_HEAD = (
    "| units | parts, tolerance | method | seconds to its best | parts | worst deviation "
    "| inertia, person-km2 | gridplan as good after, s | verdict |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def questions(zones: Path | None, folder: Path | None) -> list[tuple[Instance, int, float]]:
    """List the units that are cut, with the number of parts and the tolerance."""
    out = []
    if folder is not None:
        out += [(counties(path), 5, 0.01) for path in sorted(folder.rglob("*county*.json"))]
    if zones is not None:
        out.append((shenzhen(zones, 10), 10, 0.10))
    return out


def side_by_side(
    peer: Path, zones: Path | None, folder: Path | None, seconds: float
) -> list[dict[str, Any]]:
    """Run the engine and every peer on the same units; each has ``seconds``."""
    rows: list[dict[str, Any]] = []
    for instance, parts, tolerance in questions(zones, folder):
        graph, demand = instance.arguments["adjacency"], instance.arguments["demand"]
        xy = instance.xy
        square = ((xy[:, None] - xy[None]) ** 2).sum(axis=2)
        got = partition(
            graph, demand, parts=parts, tolerance=tolerance, xy=xy, time_limit=seconds,
            work_limit=10 * seconds,
        )  # fmt: skip
        trace = [(at, value / 1e6) for at, value, _ in got.trace if value is not None]
        best_at = min((at for at, v in trace if v <= trace[-1][1] * (1 + 1e-9)), default=np.nan)
        told: list[tuple[str, float, Any]] = [("gridplan", best_at, got.assignment)]
        told += [
            (name, *ask(peer, method, instance, parts, tolerance, seconds))
            for method, name in PEERS.items()
        ]
        for name, spent, assignment in told:
            row = row_of(instance.name, name, parts, tolerance, spent)
            if assignment is not None:
                labels = np.unique(np.asarray(assignment), return_inverse=True)[1]
                row["parts_found"] = int(labels.max()) + 1
                row["deviation"] = float(np.abs(deviation(labels, demand)).max())
                row["inertia"] = inertia(labels, demand, square)
                row["pieces"] = loose(graph, labels)
            judge(row, trace)
            rows.append(row)
    return rows


def row_of(units: str, name: str, parts: int, tolerance: float, spent: float) -> dict[str, Any]:
    """Begin a row."""
    return {
        "units": units, "method": name, "parts": parts, "tolerance": tolerance, "seconds": spent,
        "parts_found": None, "deviation": None, "inertia": None, "pieces": 0, "after": None,
        "verdict": "none found",
    }  # fmt: skip


def loose(graph: sparse.csr_array, labels: np.ndarray) -> int:
    """Count pieces beyond one a part."""
    edges = sparse.coo_array(graph)
    same = labels[edges.row] == labels[edges.col]
    ends = (edges.row[same], edges.col[same])
    kept = sparse.coo_array((np.ones(int(same.sum())), ends), shape=graph.shape)
    count = sparse.csgraph.connected_components(kept.tocsr(), directed=False)[0]
    return int(count) - int(labels.max()) - 1


def judge(row: dict[str, Any], trace: list[tuple[float, float]]) -> None:
    """Say when the engine had an answer as good, and whether that was better and sooner."""
    if row["inertia"] is None:
        return
    after = [at for at, value in trace if value <= row["inertia"] * (1 + 1e-9)]
    row["after"] = min(after) if after else None
    if row["method"] == "gridplan":
        row["verdict"] = "sound" if row["deviation"] <= row["tolerance"] + 1e-9 else "unsound"
    elif row["parts_found"] != row["parts"] or row["deviation"] > row["tolerance"] + 1e-9:
        row["verdict"] = "outside the tolerance or with another number of parts: not comparable"
    elif row["after"] is not None and row["after"] < row["seconds"]:
        row["verdict"] = "gridplan better and sooner"
    else:
        row["verdict"] = "gridplan better" if after else "peer better"


def peer_line(row: dict[str, Any]) -> str:
    """Write one row of the table."""
    number = lambda x, form: "-" if x is None else format(x, form)  # noqa: E731
    return (
        f"| {row['units']} | {row['parts']}, {row['tolerance']:.0%} | {row['method']} "
        f"| {row['seconds']:.1f} | {number(row['parts_found'], 'd')} "
        f"| {number(row['deviation'], '.1%')} | {number(row['inertia'], ',.0f')} "
        f"| {number(row['after'], '.1f')} | {row['verdict']} |"
    )


def ask(
    peer: Path, method: str, instance: Instance, parts: int, tolerance: float, seconds: float
) -> tuple[float, list[int] | None]:
    """Hand the arrays to a peer in its interpreter; read the best it wrote until it was stopped."""
    edges = sparse.coo_array(sparse.triu(instance.arguments["adjacency"], k=1))
    script = Path(__file__).with_name("partition_peer.py")
    with tempfile.TemporaryDirectory() as folder:
        units, answer = Path(folder) / "units.npz", Path(folder) / "answer.json"
        np.savez(
            units, row=edges.row, col=edges.col, demand=instance.arguments["demand"],
            xy=instance.xy, parts=parts, tolerance=tolerance, seconds=seconds,
        )  # fmt: skip
        began = time.perf_counter()
        try:
            told = subprocess.run(
                [str(peer), "-W", "ignore", str(script), method, str(units), str(answer)],
                capture_output=True,
                text=True,
                check=False,
                timeout=2 * seconds + 30,
            )
            if told.returncode:
                print(told.stderr[-500:])
        except subprocess.TimeoutExpired:
            print(f"{PEERS[method]}: stopped after {2 * seconds + 30:.0f} s")
        if not answer.exists():
            return time.perf_counter() - began, None
        got = json.loads(answer.read_text())
        return got["seconds"], got["assignment"]
