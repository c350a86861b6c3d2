"""Finished plans and running jobs of this server, by fingerprint: a reload finds them again."""

from __future__ import annotations

import dataclasses
import hashlib
import logging
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.outputs.disk.hidden_folder import HiddenFolder
from gridplan.outputs.report.figures import alternative_map
from gridplan.outputs.report.report import report_file
from gridplan.outputs.style.fonts import face
from gridplan.outputs.words.telling import Telling
from gridplan.planning.checks.policy_files import ASSESSMENT
from gridplan.planning.reassess import reassess
from gridplan.policy.assessment import Assessment, assessment_toml
from gridplan.ui.running.job import Job
from gridplan.ui.running.jobs import Jobs
from gridplan.ui.running.work import Task

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

# Sets of answers of one plan whose files are kept.
_KEEP_ANSWERED = 3
Writer = Callable[["Plan", Path, str], None]
MAP = "map.html"


def _write(plan: Plan, folder: Path, lang: str) -> None:
    from gridplan.outputs.files.folder import write_plan

    write_plan(plan, folder, lang=lang)


def _draw(plan: Plan, path: Path, lang: str) -> None:
    from gridplan.outputs.map.maps import plan_map

    plan_map(plan, lang).save(path)


@dataclass(eq=False)
class Result:
    """
    A finished plan and the files written of it.

    Parameters
    ----------
    key
        Its fingerprint.
    plan
        The plan.
    folder
        Where its files are kept, one folder a language.
    write, draw
        Write all files of a plan into a folder, and its map alone into a file.
    base
        The result of which this one only has other answers to what no map can answer.
    alternatives
        How many ways to cut the grids were asked for.
    """

    key: str
    plan: Plan
    folder: Path
    write: Writer = _write
    draw: Writer = _draw
    base: Result | None = None
    alternatives: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._answered: OrderedDict[str, Result] = OrderedDict()

    def has_files(self, lang: str) -> bool:
        """Whether the files of a language are written already."""
        return (self.folder / lang).is_dir()

    def files(self, lang: str) -> Path:
        """Give the folder of the files in ``lang``, written now if they are not yet."""
        with self._lock:
            if not self.has_files(lang):
                self.write(self.plan, self.folder / lang, lang)
        return self.folder / lang

    def with_answers(self, assessment: Assessment) -> Result:
        """Give the result with the planner's answers among its findings; itself without any."""
        text = assessment_toml(assessment)
        given = [file.sha256 for file in self.plan.policy_files if file.layer == ASSESSMENT]
        if not assessment and not given:
            return self
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        with self._lock:
            if digest not in self._answered:
                plan = reassess(self.plan, assessment)
                folder = self.folder / f"answers-{digest}"
                made = dataclasses.replace(self, plan=plan, folder=folder, base=self)
                self._answered[digest] = made
                while len(self._answered) > _KEEP_ANSWERED:
                    _, old = self._answered.popitem(last=False)
                    shutil.rmtree(old.folder, ignore_errors=True)
            return self._answered[digest]

    def alternative_map(self, number: int, lang: str) -> Path:
        """Give the picture of one way to cut the grids, from 1; drawn when first asked for."""
        if self.base is not None:
            return self.base.alternative_map(number, lang)
        path = self.folder / f"alternative-{lang}-{number}.png"
        with self._lock:
            if not path.exists():
                path.write_bytes(alternative_map(Telling(self.plan, lang), number, face()))
        return path

    def report(self, lang: str, form: str) -> Path:
        """Give the report in ``lang`` as ``docx`` or ``html``, written when first asked for."""
        path = self.folder / f"report-{lang}.{form}"
        with self._lock:
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                report_file(self.plan, path, form=form, lang=lang)
        return path

    def map_page(self, lang: str) -> Path:
        """Give the page of the map in ``lang``; the other files need not wait for one another."""
        if self.base is not None:
            return self.base.map_page(lang)  # answers are not on the map
        if self.has_files(lang):
            return self.folder / lang / MAP
        page = self.folder / f"{lang}-{MAP}"
        with self._lock:
            if not page.exists():
                self.draw(self.plan, page, lang)
        return page


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
        self.jobs.ask(key, partial(Job, key, task, home), window)

    def task(self, key: str) -> Task | None:
        """Give what a job under way or in the queue plans."""
        job = self.jobs.job(key)
        if job is not None:
            return job.task
        return self._asked.get(key) if self.jobs.state(key) == "waiting" else None

    def collect(self, key: str) -> Result | None:
        """Turn a job that is done into a result; None if it is not."""
        with self._lock:
            job = self.jobs.job(key)
            if job is None or job.poll() != "done" or job.plan is None:
                return None
            asked = job.task.alternatives
            result = Result(key, job.plan, job.folder / "files", alternatives=asked)
            result.folder.mkdir()
            job.out.rename(result.folder / job.task.lang)
            self.jobs.take(key)
            self._done[key] = result
            while len(self._done) > self._keep:
                _, old = self._done.popitem(last=False)
                shutil.rmtree(old.folder.parent, ignore_errors=True)
            return result

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
            except Exception:  # the next look may go well
                logging.getLogger(__name__).exception("looking after the runs")

    def close(self) -> None:
        """Stop every job and delete every file; for the end of the server."""
        self._closed.set()
        self.jobs.close()
        with self._lock:
            for result in self._done.values():
                shutil.rmtree(result.folder.parent, ignore_errors=True)
            self._done.clear()
        if self._home is not None:
            self._home.close()
