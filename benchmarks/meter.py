"""Measure the meter: ``python -m benchmarks.meter`` prints booked work against processor seconds.

Every step of the engine counts what it does in work units, each meant to be about one processor
second (:mod:`gridplan.optimise.weights`). Questions of all kinds are solved on one thread; whatever
processor time passes from one booking to the next is put down to the code that books it, so that
what nobody counts makes the step after it look undervalued. What passes before a run begins is
told as beside the engine. ``--planned UNITS...`` measures generated districts through planning,
stage by stage, ``--district FOLDER`` another one, ``--instances DIR`` published instances,
``--markdown FILE`` writes the table.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.city_plans import RESIDENTS
from benchmarks.machine import machine
from benchmarks.partition_instances import generated, service_area
from benchmarks.partition_lattices import lattice
from benchmarks.planned_cities import Ground, write_city
from benchmarks.siting import read_instance
from gridplan.district.district import District
from gridplan.district.folder.read import read_district
from gridplan.optimise.budget import Run
from gridplan.optimise.numeric import parallel
from gridplan.optimise.partition import partition
from gridplan.optimise.siting import capacitated_p_median, p_center, p_median, regional
from gridplan.planning.centers.centers import plan_centers
from gridplan.planning.grids.fit import ANY
from gridplan.planning.grids.wishes import plan_wished_grids
from gridplan.planning.regional.regional import plan_regional
from gridplan.planning.scenario.scenario import Scenario

Question = Callable[[], Any]
Rows = dict[str, list[float]]

HEAD = "| question | step | work units | cpu s | cpu s a unit |\n|---|---|---|---|---|"
LEAST = 0.2
"""Processor seconds of a step from which on it is told by itself."""

SHARE = 0.01
"""Share of a question's processor seconds from which on a step is told in any case."""

PASSED_ON = {"milp.solve"}
"""Code that books for its caller, which is told beside it."""

BESIDE = "beside the engine"


class Meter:
    """Work and processor seconds of each step, taken at every booking."""

    def __init__(self) -> None:
        self.rows: Rows = defaultdict(lambda: [0.0, 0.0])
        self._last = time.process_time()

    def take(self, work: float, step: str) -> None:
        """Put the processor seconds since the last booking down to a step."""
        now = time.process_time()
        row = self.rows[step]
        row[0] += work
        row[1] += now - self._last
        self._last = now

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch every booking, with one thread, so that none is beside another."""
        spend, begin, threads = Run.spend, Run.__init__, parallel.THREADS

        def spent(run: Run, work: float) -> None:
            spend(run, work)
            self.take(work, _step())

        def begun(run: Run, **limits: Any) -> None:
            begin(run, **limits)
            if sys._getframe(1).f_code.co_name != "part":
                self.take(0.0, BESIDE)

        Run.spend, Run.__init__, parallel.THREADS = spent, begun, 1  # type: ignore[method-assign]
        self._last = time.process_time()
        try:
            yield
        finally:
            Run.spend, Run.__init__, parallel.THREADS = spend, begin, threads  # type: ignore[method-assign]
            self.take(0.0, BESIDE)


def _step() -> str:
    """Name the code that books, with its caller where that does the step for it."""
    frame = sys._getframe(2)  # of the booking
    names = []
    while frame is not None:
        name = f"{frame.f_globals['__name__'].rpartition('.')[2]}.{frame.f_code.co_name}"
        if frame.f_globals["__name__"] not in {"gridplan.optimise.options", __name__}:
            names.append(name)
            if name not in PASSED_ON and frame.f_code.co_name != "solve":
                break
        frame = frame.f_back  # type: ignore[assignment]
    return " < ".join(names)


def questions(folder: Path | None, work: float) -> Iterator[tuple[str, Question]]:
    """Yield questions that together go through every step."""
    rng = np.random.default_rng(0)
    plain, few, many = generated(800, 40), generated(300, 6), generated(300, 15)
    yield "service area, 40 parts", partial(partition, **plain.arguments, work_limit=work)
    yield "few parts", partial(partition, **few.arguments, work_limit=work, gap=0.0)
    yield "chosen centers", partial(partition, **many.arguments, parts=6, work_limit=work)
    loose = {"xy": few.xy, "parts": 6, "tolerance": 0.05, "work_limit": work}
    around = (few.arguments["adjacency"], few.arguments["demand"])
    yield "free centers", partial(partition, *around, **loose)
    yield "lattice", partial(partition, **lattice(2_500, 5).arguments, work_limit=work)
    yield from _sitings(rng, work)
    if folder is not None:
        for path in sorted(folder.rglob("*.txt")):
            if path.stem in {"zys_15b", "gys_39b"}:
                asked = service_area(path).arguments
                yield path.stem, partial(partition, **asked, work_limit=work, gap=1e-6)
        for path in sorted(folder.rglob("*")):
            if path.stem in {"SJC3a", "lin318_040", "cpmp14"}:
                yield path.stem, partial(_published, path, work)


def stages(district: District, scenario: Scenario, name: str) -> Iterator[tuple[str, Question]]:
    """Yield the stages of a plan as questions, each from what the one before came to."""
    kept: dict[str, Any] = {}

    def cut() -> None:
        kept["grid"] = plan_wished_grids(district, scenario, fit=ANY).grids.grid

    def place() -> None:
        kept["centers"] = plan_centers(district, scenario, kept["grid"])

    def group() -> None:
        plan_regional(district, scenario, kept["centers"])

    yield f"{name}, grids", cut
    yield f"{name}, centers", place
    yield f"{name}, regional centers", group


def planned(sizes: list[int], folder: Path | None) -> Iterator[tuple[str, Question]]:
    """Yield the stages of generated districts, and of one at hand."""
    with tempfile.TemporaryDirectory() as spare:
        for units in sizes:
            ground = Ground(units, min(RESIDENTS.get(units, 600.0 * units), 6e6), streets=12)
            place = write_city(Path(spare) / str(units), ground)
            scenario = Scenario(grids=6, grid_tolerance=0.15)
            yield from stages(read_district(place), scenario, f"{units:,} cells")
        if folder is not None:
            yield from stages(read_district(folder), Scenario(), folder.name)


def _sitings(rng: np.random.Generator, work: float) -> Iterator[tuple[str, Question]]:
    for units, sites, p in ((300, 100, 25), (2_000, 120, 15)):
        place, stand = rng.random((units, 2)), rng.random((sites, 2))
        people = rng.integers(10, 100, units).astype(float)
        away = np.linalg.norm(place[:, None] - stand[None], axis=2)
        room = np.full(sites, 1.2 * people.sum() / p)
        cost = away * people[:, None]
        name = f"siting, {units} units, {p} of {sites} sites"
        yield name, partial(capacitated_p_median, cost, people, room, p, work_limit=work)
        yield f"{name}, no capacity", partial(p_median, cost, people, p, work_limit=work)
    place = rng.random((60, 2))
    people = rng.integers(10, 100, 60).astype(float)
    away = np.linalg.norm(place[:, None] - place[None], axis=2)
    yield "center, 60 units", partial(p_center, away, people, 6, work_limit=work)
    street = np.arange(60) // 10
    yield (
        "regional, 60 centers",
        partial(regional, away, people, street, least=300.0, members=12, work_limit=work),
    )


def _published(path: Path, work: float) -> object:
    instance = read_instance(path)
    limits = {"work_limit": work, "gap": 1e-6}
    return capacitated_p_median(
        instance.cost, instance.demand, instance.capacity, instance.p[0], **limits
    )


def measure(ask: Question) -> Rows:
    """Solve one question under watch; steps and their work and seconds."""
    meter = Meter()
    with meter.watching():
        ask()
    return meter.rows


def lines(name: str, rows: Rows) -> list[str]:
    """Tell the steps of a question that took long enough, and the whole."""
    whole = [sum(row[0] for row in rows.values()), sum(row[1] for row in rows.values())]
    told = sorted(rows.items(), key=lambda item: -item[1][1])
    least = min(LEAST, SHARE * whole[1])
    out = [_line(name, step, *row) for step, row in told if row[1] >= least]
    return [*out, _line(name, "**all**", *whole)]


def _line(name: str, step: str, work: float, cpu: float) -> str:
    each = f"{cpu / work:.2f}" if work else "-"
    return f"| {name} | {step} | {work:.2f} | {cpu:.2f} | {each} |"


def main() -> None:
    """Measure all questions, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instances", type=Path, help="folder of published instances")
    parser.add_argument("--work", type=float, default=5.0, help="work units a question")
    parser.add_argument("--planned", type=int, nargs="*", default=[], help="cells of districts")
    parser.add_argument("--district", type=Path, help="folder of a district to plan")
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument("--markdown", type=Path, help="write the table here")
    asked = parser.parse_args()
    text = [machine(), "", HEAD]
    for _, ask in questions(None, 0.05) if asked.work else ():  # compiles what numba has not yet
        ask()
    print("\n".join(text), flush=True)
    whole: Rows = defaultdict(lambda: [0.0, 0.0])
    plain = questions(asked.instances, asked.work)
    for name, ask in chain(plain, planned(asked.planned, asked.district)):
        if asked.only not in name:
            continue
        rows = measure(ask)
        for step, row in rows.items():
            whole[step][0] += row[0]
            whole[step][1] += row[1]
        text += lines(name, rows)
        print("\n".join(lines(name, rows)), flush=True)
    text += lines("every question", whole)
    print("\n".join(lines("every question", whole)))
    if asked.markdown:
        asked.markdown.write_text("\n".join(text) + "\n")


if __name__ == "__main__":
    main()
