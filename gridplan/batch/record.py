"""What became of a task: kept beside the plans, so that what is finished never runs again."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from gridplan.batch.tasks import Task
from gridplan.outputs.disk.own_files import MANIFEST
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.project.kept.plans import district_fingerprint
from gridplan.version import VERSION

DONE, REFUSED, FAULT, LOST = "done", "refused", "fault", "lost"
"""Planned; refused in words; a fault of gridplan; its worker died twice."""
STATES = (DONE, REFUSED, FAULT, LOST)
SETTLED = (DONE, REFUSED)
"""States that the same inputs give again: such a task is not run a second time."""
TASKS, PLANS, JOINED, HOMES = "tasks", "plans", "joined", "homes"


@dataclass(frozen=True)
class Record:
    """
    What became of one task.

    Parameters
    ----------
    task
        Its key.
    state
        One of :data:`STATES`.
    fingerprint
        Of everything that it was made from.
    code, name_zh, name_en
        Of the district; empty where it could not be read.
    scenario_zh, scenario_en
        Of the scenario's file; empty where the district has its own, or nothing was read of it.
    figures
        As :func:`gridplan.batch.figures.figures_of`.
    rules
        As :func:`gridplan.batch.figures.rules_of`.
    problems
        Why it was refused: code, and the sentence by language.
    homes
        Of districts that were planned as one: what the plan is to each of them, as a record of its
        own without state (``place``, ``code``, names, ``figures``, ``rules``).
    files
        Fingerprint of the plan's list of files; empty without a plan.
    seconds, processor_seconds, megabytes
        By the clock; of its process alone, which is what a task costs whatever else runs; the most
        memory of its process.
    """

    task: str
    state: str
    fingerprint: str = ""
    code: str = ""
    name_zh: str = ""
    name_en: str = ""
    scenario_zh: str = ""
    scenario_en: str = ""
    figures: dict[str, Any] = field(default_factory=dict)
    rules: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)
    homes: list[dict[str, Any]] = field(default_factory=list)
    files: str = ""
    seconds: float = 0.0
    processor_seconds: float = 0.0
    megabytes: float = 0.0

    @property
    def place(self) -> str:
        """Name of the district's folder."""
        return self.task.rpartition("/")[0]

    @property
    def scenario(self) -> str:
        """Name of the scenario."""
        return self.task.rpartition("/")[2]


def blank_record(task: Task, state: str, fingerprint: str, **more: Any) -> Record:  # noqa: ANN401  # fields
    """Give the record of a task of which nothing is known but what it is."""
    several = len(task.districts) > 1
    homes = [{"place": folder.name} for folder in task.districts] if several else []
    return Record(task.key, state, fingerprint, homes=homes, **more)


def codes_of(record: Record | None) -> set[str]:
    """Give the codes of the districts that a record tells of."""
    return {one.code for one in records_by_home([record]) if one.code} if record else set()


def records_by_home(records: Iterable[Record]) -> list[Record]:
    """Give one record a district: what was planned for several as one is told to each of them."""
    told = []
    for record in records:
        if not record.homes:
            told.append(record)
        for home in record.homes:
            own = {key: value for key, value in home.items() if key != "place"}
            task = f"{home['place']}/{record.scenario}"
            told.append(dataclasses.replace(record, task=task, homes=[], **own))
    return told


def joined_folder(out: Path, task: Task) -> Path:
    """Give the folder of the district that several are joined to."""
    return out / JOINED / task.place / task.name


def home_folder(out: Path, home: str, task: Task) -> Path:
    """Give the folder of what one district of a joint plan is told of it."""
    return out / HOMES / home / task.name


def plan_folder(out: Path, task: Task) -> Path:
    """Give the folder of a task's plan."""
    return out / PLANS / task.place / task.name


def record_file(out: Path, task: Task) -> Path:
    """Give the file that tells what became of a task."""
    return out / TASKS / task.place / f"{task.name}.json"


def fingerprint_of(task: Task, lang: str) -> str:
    """Give one fingerprint of all that a task's plan is made from, the program included."""
    scenario = task.scenario.read_bytes() if task.scenario else b""
    parts = [
        VERSION,
        lang,
        *(district_fingerprint(folder) for folder in task.districts),
        hashlib.sha256(scenario).hexdigest(),
        *(f"{name} {hashlib.sha256(file.read_bytes()).hexdigest()}" for name, file in task.ways),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def list_fingerprint(folder: Path) -> str:
    """Give the fingerprint of a plan's own list of files; empty where there is none."""
    path = folder / MANIFEST
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def write_record(out: Path, task: Task, record: Record) -> None:
    """Write what became of a task, all or nothing; the last thing that is done for it."""
    text = json.dumps(asdict(record), ensure_ascii=False, indent=1)
    write_whole(
        record_file(out, task), lambda fresh: fresh.write_text(text, encoding="utf-8", newline="\n")
    )


def read_record(out: Path, task: Task) -> Record | None:
    """Read what became of a task; None where nothing is known of it, or what is there is broken."""
    try:
        values = json.loads(record_file(out, task).read_text(encoding="utf-8"))
        return Record(**values)
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def is_finished(out: Path, task: Task, record: Record | None, fingerprint: str) -> bool:
    """Say whether a task need not run: the same inputs, and its plan is there as it was written."""
    if record is None or record.state not in SETTLED or record.fingerprint != fingerprint:
        return False
    return record.files == list_fingerprint(plan_folder(out, task))
