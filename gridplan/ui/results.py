"""Finished plans and running jobs of this server, by fingerprint: a reload finds them again."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.outputs.figures import alternative_map
from gridplan.outputs.fonts import face
from gridplan.outputs.report import report_file
from gridplan.planning.policy_files import ASSESSMENT
from gridplan.planning.reassess import reassess
from gridplan.policy.assessment import Assessment, assessment_toml
from gridplan.ui.job import Job

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

# Sets of answers of one plan whose files are kept.
_KEEP_ANSWERED = 3
Writer = Callable[["Plan", Path, str], None]
MAP = "map.html"


def _write(plan: Plan, folder: Path, lang: str) -> None:
    from gridplan.outputs.folder import write_plan

    write_plan(plan, folder, lang=lang)


def _draw(plan: Plan, path: Path, lang: str) -> None:
    from gridplan.outputs.maps import plan_map

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
                path.write_bytes(alternative_map(self.plan, number, lang, face()))
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
    at_once
        Jobs that may run at the same time.
    """

    def __init__(self, *, keep: int = 8, at_once: int = 2) -> None:
        self._keep = keep
        self._at_once = at_once
        self._done: OrderedDict[str, Result] = OrderedDict()
        self._jobs: dict[str, Job] = {}
        self._lock = threading.RLock()

    def result(self, key: str) -> Result | None:
        """Give a finished plan."""
        with self._lock:
            if key in self._done:
                self._done.move_to_end(key)
            return self._done.get(key)

    def job(self, key: str) -> Job | None:
        """Give the job of a fingerprint, running or ended without a plan."""
        with self._lock:
            return self._jobs.get(key)

    def is_running(self, key: str) -> bool:
        """Whether a job of this fingerprint is under way."""
        job = self.job(key)
        return job is not None and job.poll() == "running"

    def has_room(self) -> bool:
        """Whether another job may start."""
        with self._lock:
            return sum(job.poll() == "running" for job in self._jobs.values()) < self._at_once

    def start(self, job: Job) -> None:
        """Keep an eye on a job just started."""
        with self._lock:
            self._jobs[job.key] = job

    def forget(self, key: str) -> None:
        """Drop a job that was cancelled, or whose failure has been shown."""
        with self._lock:
            job = self._jobs.pop(key, None)
        if job is not None:
            job.cancel()
            job.discard()

    def collect(self, key: str) -> Result | None:
        """Turn a job that is done into a result; None if it is not."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None or job.poll() != "done" or job.plan is None:
                return None
            asked = job.task.alternatives
            result = Result(key, job.plan, job.folder / "files", alternatives=asked)
            result.folder.mkdir()
            job.out.rename(result.folder / job.task.lang)
            del self._jobs[key]
            self._done[key] = result
            while len(self._done) > self._keep:
                _, old = self._done.popitem(last=False)
                shutil.rmtree(old.folder.parent, ignore_errors=True)
            return result

    def close(self) -> None:
        """Stop every job and delete every file; for the end of the server."""
        with self._lock:
            for key in list(self._jobs):
                self.forget(key)
            for result in self._done.values():
                shutil.rmtree(result.folder.parent, ignore_errors=True)
            self._done.clear()
