"""One planning run in the background: started, watched, cancelled."""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from gridplan.errors import Problem
from gridplan.ui.running.process import ENDED, GOES_ON
from gridplan.ui.running.work import (
    FIRST,
    LOG,
    MADE,
    PROBLEMS,
    PROGRESS,
    STOP,
    TASK,
    Task,
)
from gridplan.ui.running.worker import hired, rest

Status = Literal["running", "done", "refused", "failed", "cancelled"]
STAGES = {
    "plan": ("start", "first", "grids", "centers", "regional"),
    "passing": ("start", "passing"),
    "variants": ("start", "variants"),
    "phases": ("start", "grids", "order", "phases"),
}
"""What each kind of task goes through."""


@dataclass(frozen=True)
class Reached:
    """
    How far a run is.

    Parameters
    ----------
    stage
        One of :data:`STAGES`.
    fraction
        Share of that stage's budget spent, 0 to 1.
    overall
        Share of the whole run, each stage counted alike, 0 to 1.
    gap
        What may still be saved, as a share of the objective; None before there is a bound.
    seconds
        Since the run began.
    """

    stage: str
    fraction: float
    overall: float
    gap: float | None
    seconds: float


@dataclass(eq=False)
class Job:
    """
    A run of :mod:`gridplan.ui.running.process` in a temporary folder of its own.

    Parameters
    ----------
    key
        Fingerprint of what it plans.
    task
        What it plans.
    home
        Folder in which its own is made; None takes the system's for temporary files.
    """

    key: str
    task: Task
    home: Path | None = None
    problems: tuple[Problem, ...] = field(default=(), init=False)
    infeasible: bool = field(default=False, init=False)
    made: Any = field(default=None, init=False)
    lasted: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self.status: Status = "running"
        self.folder = Path(tempfile.mkdtemp(prefix="gridplan-", dir=self.home))
        (self.folder / TASK).write_bytes(pickle.dumps(self.task))
        self._began, self._look = time.monotonic(), threading.Lock()
        self._worker = hired(self.folder)

    def poll(self) -> Status:
        """Look whether the run has ended, and take over what it left."""
        with self._look:
            return self._looked()

    def _looked(self) -> Status:
        if self.status != "running":
            return self.status
        gone = not self._worker.is_alive()  # asked first: what it left is whole by then
        if gone or (self.folder / ENDED).exists():
            if (self.folder / MADE).exists():
                self.made = pickle.loads((self.folder / MADE).read_bytes())
                self.status = "done"
            elif (self.folder / PROBLEMS).exists():
                kind, self.problems = pickle.loads((self.folder / PROBLEMS).read_bytes())
                self.infeasible = kind == "InfeasibleError"
                self.status = "refused"
            else:
                self.status = "failed"
            self.lasted = time.monotonic() - self._began
            self._part(goes_on=not gone and (self.folder / ENDED).read_bytes() == GOES_ON)
        return self.status

    def reached(self) -> Reached:
        """Tell how far the run is."""
        stage, fraction, gap = "start", 0.0, None
        try:
            lines = (self.folder / PROGRESS).read_text(encoding="utf-8").splitlines()
            told = json.loads(lines[-1])
            stage, fraction, gap = told["stage"], float(told["fraction"]), told["gap"]
        except (OSError, IndexError, ValueError):
            pass  # nothing told yet, or a line half written: the next look will find it
        stages = STAGES[self.task.kind]
        known = stages.index(stage) if stage in stages else 0
        overall = min(1.0, (known + fraction) / len(stages))
        return Reached(stage, fraction, overall, gap, time.monotonic() - self._began)

    def history(self) -> list[tuple[float, float, float]]:
        """Give seconds, best value and bound of the stage under way, as far as both are known."""
        try:
            lines = (self.folder / PROGRESS).read_text(encoding="utf-8").splitlines()
            told = [json.loads(line) for line in lines]
        except (OSError, ValueError):
            return []
        stage = told[-1]["stage"] if told else ""
        return [
            (float(one["seconds"]), float(one["best"]), float(one["bound"]))
            for one in told
            if one["stage"] == stage and None not in (one["best"], one["bound"])
        ]

    def first(self) -> Any:  # noqa: ANN401  # a plan
        """Give the plan that is there early; None before it is, or where there is none."""
        path = self.folder / FIRST
        if self.task.kind != "plan" or not path.exists():
            return None
        return pickle.loads(path.read_bytes())

    def finish(self) -> None:
        """Ask the process to end every stage with the best that it has."""
        (self.folder / STOP).touch()

    @property
    def is_finishing(self) -> bool:
        """Whether it was asked to."""
        return (self.folder / STOP).exists()

    def cancel(self) -> None:
        """Stop the process, whatever it is doing, and leave nothing behind."""
        with self._look:
            if self.status != "running":
                return
            self.status = "cancelled"
        self._worker.stop()
        self.discard()

    def log(self) -> str:
        """Give what the process printed, for the one who mends the program."""
        path = self.folder / LOG
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def discard(self) -> None:
        """Delete the job's folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _part(self, *, goes_on: bool) -> None:
        if goes_on:
            rest(self._worker)
        else:
            self._worker.let_go()


def first_key(key: str) -> str:
    """Name the early plan of a run by the run's fingerprint."""
    return hashlib.sha256(f"first {key}".encode()).hexdigest()[:32]
