"""
Many districts at a time: what a batch costs, and that nothing is lost or done twice.

``python -m benchmarks.batch --districts 60`` plans generated districts in processes of this
machine and on a two-worker Dask cluster, and compares the results byte by byte, timings apart; the
first batch is killed and started again, in the second a worker is killed. ``--counties 126`` sums
up a province of so many. ``--stand-in 2800 --scenarios 3 --kills 20`` replaces planning by 10 ms
of sleep, kills the whole batch at that many moments, and counts what ran.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import shapely

from gridplan.batch.record import DONE, Record, read_record
from gridplan.batch.roll_up import roll_up
from gridplan.batch.run import Batch, Where, run_batch
from gridplan.batch.store import partition, read_store
from gridplan.batch.summary.files import FILES, write_roll_up
from gridplan.batch.tasks import Task, tasks_of
from gridplan.batch.work import Order

TOML = """\
code = "{code}"
name_zh = "生成区{number}"
name_en = "Generated {number}"
vintage = "2024"

[layers.units]
file = "units.csv"
crs = "EPSG:4547"
cell_metres = 200
label = "modelled"
source = "generated"

[layers.hospitals]
file = "hospitals.csv"
crs = "EPSG:4547"
label = "modelled"
source = "generated"

[layers.centers]
file = "centers.csv"
crs = "EPSG:4547"
label = "modelled"
source = "generated"
"""
SIDE = 200
TIMINGS = re.compile(rb'"(seconds|made|date)": [^,\n}]+')


def generate(folder: Path, count: int, seed: int) -> Path:
    """Write districts of 36 to 64 cells, 60 to a city and 10 cities to a province."""
    for number in range(count):
        random = np.random.default_rng([seed, number])
        code = f"{44 + number // 600}{1 + number // 60 % 10:02d}{1 + number % 60:02d}"
        columns, rows = (int(value) for value in random.integers(6, 9, 2))
        place = folder / f"d{code}"
        place.mkdir(parents=True)
        told = TOML.format(code=code, number=number + 1)
        (place / "district.toml").write_text(told, encoding="utf-8")
        # Twelve to a row: all lie within the zone of their coordinates.
        west, south = 400_000 + 8_000 * (number % 12), 2_400_000 + 8_000 * (number // 12)
        centre = random.uniform(0.2, 0.8, 2) * (columns, rows)
        lines = ["unit,x,y,population,community,subdistrict"]
        for column in range(columns):
            for row in range(rows):
                near = np.exp(-np.hypot(column - centre[0], row - centre[1]) / 8)
                people = 300 + round(3_000 * near)
                x, y = west + SIDE * (column + 0.5), south + SIDE * (row + 0.5)
                street = f"{2 * column // columns}{2 * row // rows}"
                lines.append(f"u{column}-{row},{x},{y},{people},c{column // 5}{row // 5},s{street}")
        (place / "units.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        hospitals = ["hospital,name,level,kind,ownership,beds,eligible,x,y"]
        for lead in range(2):
            x = west + SIDE * (columns * (1 + 2 * lead) // 4) + 90
            y = south + SIDE * (rows // 2) + 90
            hospitals.append(f"h{lead},第{lead + 1}人民医院,三级甲等,综合,区级,800,是,{x},{y}")
        (place / "hospitals.csv").write_text("\n".join(hospitals) + "\n", encoding="utf-8")
        centers = ["center,name,class,capacity,x,y"]
        for own in range(4):
            x = west + SIDE * (columns * (1 + 2 * (own % 2)) // 4) + 50
            y = south + SIDE * (rows * (1 + 2 * (own // 2)) // 4) + 50
            centers.append(f"c{own},社康中心{own + 1},区域,,{x},{y}")
        (place / "centers.csv").write_text("\n".join(centers) + "\n", encoding="utf-8")
    return folder


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """Start a scheduler and its workers as processes of their own."""
    port = 18_786
    address = f"tcp://127.0.0.1:{port}"
    home = str(Path(__file__).parents[1])
    environment = {
        **os.environ,
        "PYTHONPATH": home,
        "DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "error",
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
    }
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    started = [
        subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"],
            env=environment,
            stderr=subprocess.DEVNULL,
        )
    ]
    time.sleep(5)
    for _ in range(workers):
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1"]
        started.append(
            subprocess.Popen(
                [*worker, "--no-dashboard"], env=environment, stderr=subprocess.DEVNULL
            )
        )
    try:
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()


def digests(out: Path) -> dict[str, str]:
    """Give the digest of each file of a batch's plans and store, timings left out."""
    found = {}
    for path in sorted([*(out / "plans").rglob("*"), *(out / "store").rglob("*")]):
        if path.is_file() and path.name != "files.sha256":
            content = path.read_bytes()
            if path.suffix == ".json":
                content = TIMINGS.sub(b"", content)
            found[str(path.relative_to(out))] = hashlib.sha256(content).hexdigest()
    return found


def sleep_task(order: Order) -> Record:
    """Stand in for planning: 10 ms, and a mark of having run."""
    marks = order.out / "marks" / order.task.place
    marks.mkdir(parents=True, exist_ok=True)
    with (marks / order.task.name).open("a", encoding="utf-8") as file:
        file.write("x")
    time.sleep(0.01)
    figures = {"residents": 1.0, "grids": 1.0, "centers": 1.0}
    return Record(order.task.key, DONE, order.fingerprint, code=order.task.place, figures=figures)


def stand_in(
    folder: Path, districts: int, scenarios: int, kills: int, seed: int
) -> dict[str, object]:
    """Run tasks that sleep, kill the batch at random moments, and count."""
    source = folder / "in"
    for number in range(districts):
        place = source / f"{110_000 + number}"
        place.mkdir(parents=True)
        (place / "district.toml").write_text(f"code = '{place.name}'\n", encoding="utf-8")
    files = [folder / f"s{number}.toml" for number in range(scenarios)]
    for file in files:
        file.write_text(f"name_en = '{file.stem}'\n", encoding="utf-8")
    tasks, out = tasks_of(source, files), folder / "out"
    random = np.random.default_rng(seed)
    command = [sys.executable, "-m", "benchmarks.batch", "--one-run", str(folder)]
    command += ["--scenarios", str(scenarios)]
    began = time.perf_counter()
    for _ in range(kills):
        with subprocess.Popen(command, start_new_session=True) as process:
            known = len(list(out.glob("tasks/*/*.json")))
            goal = known + int(random.integers(1, max(2, len(tasks) // kills)))
            while process.poll() is None and len(list(out.glob("tasks/*/*.json"))) < goal:
                time.sleep(0.25)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    finished = {task.key for task in tasks if read_record(out, task) is not None}
    made = run_batch(tasks, out, work=sleep_task)
    marks = [len(path.read_text()) for path in (out / "marks").rglob("*") if path.is_file()]
    rolled = time.perf_counter()
    roll_up(made.records)
    return {
        "tasks": len(tasks),
        "finished before the last run": len(finished),
        "of these run again": len(finished & set(made.ran)),
        "lost": sum(record.state != DONE for record in made.records),
        "begun twice, killed before they were finished": sum(mark > 1 for mark in marks),
        "seconds": round(time.perf_counter() - began, 1),
        "seconds of the roll-up": round(time.perf_counter() - rolled, 1),
    }


def both_ways(folder: Path, count: int, seed: int) -> dict[str, object]:
    """Plan the same districts twice, one batch killed, the other with a worker killed; compare."""
    tasks = tasks_of(generate(folder / "in", count, seed))
    told: dict[str, object] = {"districts": count}
    began = time.perf_counter()
    finished = _killed_after(folder, "local", len(tasks) // 3)
    local = run_batch(tasks, folder / "local", lang="en")
    told["local, killed and started again, seconds"] = round(time.perf_counter() - began, 1)
    told["finished before it was killed"] = len(finished)
    told["of these run again"] = len(finished & set(local.ran))
    began = time.perf_counter()
    with cluster(2) as address:
        known: list[str] = []

        def done(record: Record, finished: int, _count: int) -> None:
            known.append(record.state)
            if finished == len(tasks) // 3:
                told["worker killed"] = _kill_a_worker(address)

        there = run_batch(tasks, folder / "there", where=Where(address), lang="en", done=done)
    told["cluster of two workers, one killed, seconds"] = round(time.perf_counter() - began, 1)
    told["planned"] = [sum(one.state == DONE for one in made.records) for made in (local, there)]
    first, second = digests(folder / "local"), digests(folder / "there")
    told["files"] = len(first)
    differ = [name for name in sorted(first | second) if first.get(name) != second.get(name)]
    told["files that differ"] = len(differ)
    told["of these, by kind"] = sorted({Path(name).name for name in differ})[:9]
    used = sum(record.processor_seconds for record in local.records)
    told["processor seconds a district"] = round(used / count, 2)
    told["largest process, MB"] = max(record.megabytes for record in local.records)
    sizes = {
        name: sum(path.stat().st_size for path in (folder / "local" / name).rglob("*.*"))
        for name in ("plans", "store")
    }
    told["MB a district"] = {name: round(size / 1e6 / count, 2) for name, size in sizes.items()}
    began = time.perf_counter()
    write_roll_up(local, folder / "local", lang="en")
    told["seconds of the roll-up"] = round(time.perf_counter() - began, 1)
    return told


def _killed_after(folder: Path, name: str, count: int) -> set[str]:
    """Start a batch as a process of its own, kill it, and give what it had finished."""
    out = folder / name
    command = [sys.executable, "-m", "gridplan", "batch", str(folder / "in"), "--lang", "en"]
    with subprocess.Popen(
        [*command, "--out", str(out)], start_new_session=True, stderr=subprocess.DEVNULL
    ) as process:
        while process.poll() is None and len(list(out.glob("tasks/*/*.json"))) < count:
            time.sleep(0.5)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    tasks = tasks_of(folder / "in")
    return {task.key for task in tasks if read_record(out, task) is not None}


def _kill_a_worker(address: str) -> str:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        worker, process = next(iter(sorted(client.run(os.getpid).items())))
    os.kill(process, signal.SIGKILL)
    return str(worker)


def roll_up_of(folder: Path, counties: int, cells: int) -> dict[str, object]:
    """Sum up a province whose plans are there: records and outlines as a batch leaves them."""
    drawn = generate(folder / "in", 1, 1)
    (task,) = tasks_of(drawn)
    one = run_batch((task,), folder / "one", lang="zh").records[0]
    shapes = read_store(folder / "one", "districts")
    random = np.random.default_rng(1)
    tasks, records = [], []
    for number in range(counties):
        code = f"44{1 + number // 6:02d}{21 + number % 6:02d}"
        own = Task((folder / "in" / code,))
        record = dataclasses.replace(one, task=own.key, code=code, name_zh=f"{code}县")
        side = round(cells**0.5)
        west, south = 110 + 0.5 * (number % 12), 21 + 0.5 * (number // 12)
        lattice = shapely.box(
            *np.meshgrid(
                west + 0.004 * np.arange(side), south + 0.004 * np.arange(side), indexing="ij"
            ),
            *np.meshgrid(
                west + 0.004 * np.arange(1, side + 1),
                south + 0.004 * np.arange(1, side + 1),
                indexing="ij",
            ),
        ).ravel()
        outline = shapely.union_all(lattice[random.random(len(lattice)) < 0.9])
        table = shapes.drop(columns="adcode").assign(district=code)
        table = table.set_geometry([outline], crs=4326)
        path = partition(folder / "out", "districts", code, own)
        path.parent.mkdir(parents=True)
        table.to_parquet(path)
        tasks.append(own)
        records.append(record)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, clock = time.process_time(), time.perf_counter()
    write_roll_up(Batch(tuple(tasks), tuple(records), ()), folder / "out", lang="zh")
    return {
        "counties": counties,
        "cells a county": cells,
        "corners of the outlines": int(
            shapely.get_num_coordinates(
                read_store(folder / "out", "districts").geometry.array
            ).sum()
        ),
        "processor seconds": round(time.process_time() - began, 1),
        "seconds": round(time.perf_counter() - clock, 1),
        "MB, before": round(before / 1024),
        "MB, most": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "MB written": {
            name: round((folder / "out" / name).stat().st_size / 1e6, 2) for name in FILES
        },
    }


def _one_run(folder: Path, scenarios: int) -> None:
    files = [folder / f"s{number}.toml" for number in range(scenarios)]
    tasks: tuple[Task, ...] = tasks_of(folder / "in", files)
    run_batch(tasks, folder / "out", work=sleep_task)


def main() -> None:
    """Run what is asked for and print it as JSON."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--districts", type=int, default=0)
    reader.add_argument("--stand-in", type=int, default=0)
    reader.add_argument("--scenarios", type=int, default=3)
    reader.add_argument("--kills", type=int, default=20)
    reader.add_argument("--counties", type=int, default=0)
    reader.add_argument("--cells", type=int, default=3_600)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--one-run", type=Path, help=argparse.SUPPRESS)
    given = reader.parse_args()
    if given.one_run:
        _one_run(given.one_run, given.scenarios)
        return
    told = {}
    with tempfile.TemporaryDirectory() as name:
        if given.districts:
            told["planned"] = both_ways(Path(name) / "plans", given.districts, given.seed)
        if given.counties:
            told["roll-up"] = roll_up_of(Path(name) / "up", given.counties, given.cells)
        if given.stand_in:
            told["stand-in"] = stand_in(
                Path(name) / "sleep", given.stand_in, given.scenarios, given.kills, given.seed
            )
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
