"""What a planning process of the app does in a folder with a task: it leaves there what it made."""

from __future__ import annotations

import dataclasses
import json
import pickle
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gridplan.district.district import District
from gridplan.errors import GridplanError
from gridplan.optimise.budget import Progress
from gridplan.planning.scenario.scenario import Scenario

if TYPE_CHECKING:
    from gridplan.planning.grids.drawing import Drawn
    from gridplan.planning.plan import Plan

TASK, MADE, PROBLEMS = "task.pickle", "made.pickle", "problems.pickle"
FIRST = "first.pickle"
"""A sound plan that is there early, while the work on the one that was asked for goes on."""
PROGRESS, LOG, STOP = "progress.jsonl", "log.txt", "stop"
# Lines of progress are written at most this often, seconds.
_PACE = 0.2
# What the early plan is made with, and the units from which waiting for the other is long.
_FIRST_WORK, _FIRST_UNITS = 0.5, 3_000
_PLANNED = ("grids", "centers", "regional")
Kind = Literal["plan", "passing", "variants", "phases"]


@dataclass(frozen=True, eq=False)
class Task:
    """
    What is to be planned.

    Parameters
    ----------
    district, scenario
        Of the plan.
    lang
        ``zh`` or ``en``: language in which it was asked for.
    alternatives
        How many ways to cut the grids to offer; 0 for the plan alone.
    kind
        ``plan``; ``passing``, what may mend the rules that fail in ``plan``; ``variants``, the
        named set side by side; ``phases`` of the scenario.
    plan
        A finished plan, for ``passing``.
    of
        Its fingerprint.
    drawn
        Grids that stay as they are; None where the plan cuts them.
    """

    district: District
    scenario: Scenario
    lang: str
    alternatives: int = 0
    kind: Kind = "plan"
    plan: Plan | None = None
    of: str = ""
    drawn: Drawn | None = None


def work(folder: Path) -> None:
    """
    Do the task in ``folder`` and leave there what came of it.

    Parameters
    ----------
    folder
        Holds :data:`TASK`. Afterwards it also holds :data:`MADE`, or :data:`PROBLEMS` where the
        demands clash or the input is wrong. Once it holds :data:`STOP`, every stage ends with the
        best that it has.
    """
    task: Task = pickle.loads((folder / TASK).read_bytes())
    tell = _teller(folder)
    try:
        if task.kind == "plan":
            _early(task, tell, folder)
        made = _made(task, tell)
    except GridplanError as error:
        _leave(folder / PROBLEMS, (type(error).__name__, error.problems))
    else:
        _leave(folder / MADE, made)


def _made(task: Task, tell: Callable[[str, Progress], bool]) -> object:
    # Imported here: the page takes the names above from this module, and starts faster without.
    from gridplan.planning.phases.phasing import plan_phases
    from gridplan.planning.plan import plan
    from gridplan.planning.variants.passing import with_variants
    from gridplan.planning.variants.proposals import NAMED
    from gridplan.planning.variants.side_by_side import side_by_side

    match task.kind:
        case "passing":
            tell("passing", Progress("passing", 0.0, None, None, 0.0))
            return task.plan and with_variants(task.plan)
        case "variants":
            count = len(NAMED) + 1
            done: list[str] = []

            def ready(letter: str) -> None:
                done.append(letter)
                tell("variants", Progress("variants", len(done) / count, None, None, 0.0))

            # Its own processes end with it.
            before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
            try:
                return side_by_side(task.district, task.scenario, done=ready)
            finally:
                signal.signal(signal.SIGTERM, before)
        case "phases":
            return plan_phases(task.district, task.scenario, progress=tell, drawn=task.drawn)
    # Grids that were drawn have no alternatives.
    others = task.alternatives if task.drawn is None else 0
    return plan(
        task.district,
        task.scenario,
        alternatives=others,
        progress=tell,
        drawn=task.drawn,
        patient=True,
    )


def _early(task: Task, tell: Callable[[str, Progress], bool], folder: Path) -> None:
    """Leave a plan made with little work, certified like any other; none where that is no use."""
    from gridplan.planning.plan import plan

    short = task.scenario.work_limit < 4 * _FIRST_WORK
    if short or len(task.district.units) < _FIRST_UNITS:
        return

    def told(stage: str, progress: Progress) -> bool:
        done = _PLANNED.index(stage) if stage in _PLANNED else 0
        share = (done + progress.fraction) / len(_PLANNED)
        return tell("first", dataclasses.replace(progress, fraction=share))

    scenario = dataclasses.replace(task.scenario, work_limit=_FIRST_WORK)
    try:
        made = plan(task.district, scenario, progress=told, drawn=task.drawn)
    except GridplanError:
        return  # what is wrong is told by the work that follows
    _leave(folder / FIRST, made)


def _teller(folder: Path) -> Callable[[str, Progress], bool]:
    told: dict[str, Any] = {"stage": "", "at": 0.0}
    began = time.monotonic()

    def tell(stage: str, progress: Progress) -> bool:
        now = time.monotonic()
        if stage != told["stage"] or now - told["at"] >= _PACE:
            told.update(stage=stage, at=now)
            line = {
                "stage": stage,
                "fraction": progress.fraction,
                "gap": progress.gap,
                "best": progress.incumbent,
                "bound": progress.bound,
                "seconds": now - began,
            }
            with (folder / PROGRESS).open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        return (folder / STOP).exists()

    return tell


def _leave(path: Path, value: object) -> None:
    leave(path, pickle.dumps(value))


def leave(path: Path, content: bytes) -> None:
    """Write a file that is either whole or not there."""
    fresh = path.with_suffix(".part")
    fresh.write_bytes(content)
    fresh.replace(path)
