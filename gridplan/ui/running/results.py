"""Finished plans and running jobs of this server, by fingerprint: a reload finds them again."""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gridplan.outputs.disk.hidden_folder import HiddenFolder
from gridplan.ui.hosting.audit import note
from gridplan.ui.running.job import Job
from gridplan.ui.running.jobs import Jobs
from gridplan.ui.running.result import Hand, Result
from gridplan.ui.running.work import Task
from gridplan.ui.running.worker import dismiss

if TYPE_CHECKING:
    from gridplan.planning.grids.drawing import Drawn
    from gridplan.planning.plan import Plan
    from gridplan.planning.scenario.scenario import Scenario

PASSING: Literal["passing"] = "passing"
_RESTED = 1_800.0  # seconds after which a process without a task is let go


@dataclass(frozen=True, eq=False)
class Piece:
    """
    What a job made that is no plan: variants side by side, or phases.

    Parameters
    ----------
    key
        Its fingerprint.
    made
        What was made.
    folder
        Where files of it may be kept.
    """

    key: str
    made: Any
    folder: Path


class Results:
    """
    The plans and jobs of one server process.

    Parameters
    ----------
    keep
        Finished plans kept, the least recently shown given up first.
    jobs
        The runs; None for runs with all defaults.
    home
        Folder for everything that is written, deleted at the end; None takes the system's folder
        for temporary files.
    """

    def __init__(
        self, *, keep: int = 8, jobs: Jobs | None = None, home: HiddenFolder | None = None
    ) -> None:
        self._keep = keep
        self.jobs = jobs or Jobs()
        self._home = home
        self._done: OrderedDict[str, Result] = OrderedDict()
        self._pieces: OrderedDict[str, Piece] = OrderedDict()
        self._asked: dict[str, Task] = {}
        self._lock = threading.RLock()
        self._closed = threading.Event()

    def result(self, key: str) -> Result | None:
        """Give a finished plan."""
        with self._lock:
            if key in self._done:
                self._done.move_to_end(key)
            return self._done.get(key)

    def start(self, key: str, task: Task, window: str) -> None:
        """Ask for a plan: made at once, or when its turn has come."""
        home = self._home.path if self._home else None
        with self._lock:
            waiting = [k for k in self._asked if self.jobs.state(k) == "waiting"]
            self._asked = {k: self._asked[k] for k in waiting} | {key: task}
        note("asked", kind=task.kind, district=task.district.code, key=key)
        self.jobs.ask(key, partial(Job, key, task, home), window, behind=task.kind == PASSING)

    def task(self, key: str) -> Task | None:
        """Give what a job under way or in the queue plans."""
        job = self.jobs.job(key)
        if job is not None:
            return job.task
        return self._asked.get(key) if self.jobs.state(key) == "waiting" else None

    def piece(self, key: str) -> Piece | None:
        """Give what another job than a plan's has made."""
        with self._lock:
            if key in self._pieces:
                self._pieces.move_to_end(key)
            return self._pieces.get(key)

    def try_passing(self, result: Result, lang: str, window: str) -> None:
        """Try, after a plan is there, what may mend the rules that fail in it."""
        key = f"{PASSING}-{result.key}"
        if result.tried or self.jobs.state(key) != "unknown":
            return
        plan = result.plan
        task = Task(plan.district, plan.scenario, lang, kind=PASSING, plan=plan, of=result.key)
        self.start(key, task, window)

    def collect(self, key: str) -> Result | None:
        """Turn a job that is done into a result; None if it is not, or made something else."""
        with self._lock:
            job = self.jobs.job(key)
            if job is None or job.poll() != "done" or job.made is None:
                return None
            self.jobs.take(key)
            note("ended", kind=job.task.kind, district=job.task.district.code, key=key)
            if job.task.kind == PASSING:
                plan = self._done.get(job.task.of)
                if plan is not None:
                    plan.improve(job.made)
                job.discard()
                return None
            if job.task.kind != "plan":
                self._keep_new(self._pieces, key, Piece(key, job.made, job.folder))
                return None
            files = job.folder / "files"
            files.mkdir(exist_ok=True)
            result = Result(
                key,
                job.made,
                files,
                alternatives=job.task.alternatives,
                tried=False,
                asked=job.task.scenario,
                drawn=job.task.drawn,
            )
            self._keep_new(self._done, key, result)
            return result

    def add(
        self,
        key: str,
        plan: Plan,
        asked: Scenario,
        *,
        of: str = "",
        hand: Hand | None = None,
        drawn: Drawn | None = None,
    ) -> Result:
        """Take a plan made in another way: a variant that is adopted, or one edited by hand."""
        home = self._home.path if self._home else None
        folder = Path(tempfile.mkdtemp(prefix="gridplan-", dir=home))
        (folder / "files").mkdir()
        with self._lock:
            tried = bool(of or plan.variants)
            files = folder / "files"
            result = Result(
                key, plan, files, tried=tried, asked=asked, of=of, hand=hand, drawn=drawn
            )
            self._keep_new(self._done, key, result)
        return result

    def _keep_new(self, kept: OrderedDict[str, Any], key: str, value: Result | Piece) -> None:
        """Keep one more, and give up the one that was not asked for longest."""
        kept[key] = value
        while len(kept) > self._keep:
            _, old = kept.popitem(last=False)
            shutil.rmtree(_home(old), ignore_errors=True)

    def tend(self, pace: float = 1.0) -> None:
        """
        Look after jobs until the server ends, also while no window is open.

        Parameters
        ----------
        pace
            Seconds between two looks.
        """
        while not self._closed.wait(pace):
            try:
                for key in self.jobs.ended():
                    self.collect(key)
                self.jobs.tend()
                dismiss(after=_RESTED)
            except Exception:  # the next look may go well
                logging.getLogger(__name__).exception("looking after the runs")

    def close(self) -> None:
        """Stop every job and delete every file; for the end of the server."""
        self._closed.set()
        self.jobs.close()
        with self._lock:
            every: list[Result | Piece] = [*self._done.values(), *self._pieces.values()]
            for kept in every:
                shutil.rmtree(_home(kept), ignore_errors=True)
            self._done.clear()
            self._pieces.clear()
        if self._home is not None:
            self._home.close()


def _home(kept: Result | Piece) -> Path:
    return kept.folder.parent if isinstance(kept, Result) else kept.folder
