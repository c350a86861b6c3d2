"""The planning process of the app: takes a folder with a task, leaves the plan and its files in it.

Run as ``python -m gridplan.ui.running.work FOLDER``. A process of its own, because only a process
can be stopped in the middle of a solver, and so that the page stays awake meanwhile.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridplan.district.district import District
from gridplan.errors import GridplanError
from gridplan.optimise.budget import Progress
from gridplan.planning.scenario.scenario import Scenario

TASK, PLAN, PROBLEMS = "task.pickle", "plan.pickle", "problems.pickle"
PROGRESS, LOG, OUT = "progress.jsonl", "log.txt", "out"
# Lines of progress are written at most this often, seconds.
_PACE = 0.2


@dataclass(frozen=True, eq=False)
class Task:
    """
    What is to be planned.

    Parameters
    ----------
    district, scenario
        Of the plan.
    lang
        ``zh`` or ``en``: language of the first set of files.
    alternatives
        How many ways to cut the grids to offer; 0 for the plan alone.
    """

    district: District
    scenario: Scenario
    lang: str
    alternatives: int = 0


def work(folder: Path) -> None:
    """
    Plan the task in ``folder`` and write what came of it there.

    Parameters
    ----------
    folder
        Holds :data:`TASK`. Afterwards it also holds :data:`PLAN` and the folder :data:`OUT`, or
        :data:`PROBLEMS` where the demands clash or the input is wrong.
    """
    # Imported here: the page takes the names above from this module, and starts faster without.
    from gridplan.outputs.files.folder import write_plan
    from gridplan.planning.plan import plan
    from gridplan.planning.variants.passing import with_variants

    task: Task = pickle.loads((folder / TASK).read_bytes())
    tell = _teller(folder / PROGRESS)
    try:
        made = plan(task.district, task.scenario, alternatives=task.alternatives, progress=tell)
        made = with_variants(made)
        tell("writing", Progress("writing", 0.0, None, None, 0.0))
        write_plan(made, folder / OUT, lang=task.lang)
    except GridplanError as error:
        _leave(folder / PROBLEMS, (type(error).__name__, error.problems))
    else:
        _leave(folder / PLAN, made)


def _teller(path: Path) -> Callable[[str, Progress], None]:
    told: dict[str, Any] = {"stage": "", "at": 0.0}

    def tell(stage: str, progress: Progress) -> None:
        now = time.monotonic()
        if stage == told["stage"] and now - told["at"] < _PACE:
            return
        told.update(stage=stage, at=now)
        line = {"stage": stage, "fraction": progress.fraction, "gap": progress.gap}
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    return tell


def _leave(path: Path, value: object) -> None:
    """Write a value so that its file is either whole or not there."""
    fresh = path.with_suffix(".part")
    fresh.write_bytes(pickle.dumps(value))
    fresh.replace(path)


def _end_with_parent() -> None:
    """End this process when the app that started it is gone, which closes our input."""
    # Not sys.stdin: its lock, held by this thread, would break the interpreter's shutdown.
    while os.read(0, 1024):
        pass
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        work(Path(sys.argv[1]))
    except Exception:  # whatever it is, the log has it and the page says so
        traceback.print_exc()
        sys.exit(1)
