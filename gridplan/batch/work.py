"""What a worker does: plan one task and keep what came of it."""

from __future__ import annotations

import dataclasses
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gridplan.batch.figures import figures_of, rules_of
from gridplan.batch.record import (
    DONE,
    FAULT,
    REFUSED,
    Record,
    is_finished,
    list_fingerprint,
    plan_folder,
    read_record,
    write_record,
)
from gridplan.batch.store import drop_partitions, write_partitions
from gridplan.batch.tasks import Task
from gridplan.district.folder.read import read_district
from gridplan.errors import GridplanError
from gridplan.outputs.files.folder import write_plan
from gridplan.planning.plan import plan
from gridplan.planning.scenario.derived import scenario_of
from gridplan.planning.scenario.file import read_scenario
from gridplan.text import LANGUAGES


@dataclass(frozen=True)
class Order:
    """
    What a worker is to do.

    Parameters
    ----------
    task
        The task.
    out
        Folder of the batch; on a cluster all machines see it under this path.
    fingerprint
        Of what the task is made from, as it was when the batch began.
    lang
        Language of the files.
    """

    task: Task
    out: Path
    fingerprint: str
    lang: str


Work = Callable[[Order], Record]


def plan_task(order: Order) -> Record:
    """
    Plan one task, write its plan and its part of the store.

    Returns
    -------
    record
        ``done``, or ``refused`` with the reasons in every language: a district that cannot be
        read or planned is a result too.
    """
    task = order.task
    record = Record(task.key, REFUSED, order.fingerprint)
    drop_partitions(order.out, task)
    try:
        district = read_district(task.district)
        record = dataclasses.replace(
            record, code=district.code, name_zh=district.name_zh, name_en=district.name_en
        )
        asked = scenario_of(district) if task.scenario is None else read_scenario(task.scenario)
        made = plan(district, asked)
        folder = plan_folder(order.out, task)
        folder.parent.mkdir(parents=True, exist_ok=True)
        write_plan(made, folder, lang=order.lang)
    except GridplanError as error:
        told = [
            {"code": one.code, **{lang: one.text(lang) for lang in LANGUAGES}}
            for one in error.problems
        ]
        return dataclasses.replace(record, problems=told)
    record = dataclasses.replace(
        record,
        state=DONE,
        figures=figures_of(made),
        rules=rules_of(made),
        files=list_fingerprint(folder),
    )
    write_partitions(made, order.out, task, record)
    return record


def run_task(order: Order, work: Work = plan_task) -> Record:
    """
    Do one task and keep its record, which is written last: who is killed before did nothing.

    Parameters
    ----------
    order
        What to do.
    work
        Does it.

    Returns
    -------
    record
        ``fault``, with the place in the program, if ``work`` raised what nobody foresaw.
    """
    known = read_record(order.out, order.task)
    if known is not None and is_finished(order.out, order.task, known, order.fingerprint):
        return known  # done by a worker that died before it could say so
    began = time.perf_counter()
    try:
        record = work(order)
    except Exception as error:  # a fault in one task must not cost the others
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "-"
        fault = {"code": "fault", **dict.fromkeys(LANGUAGES, f"{type(error).__name__} ({place})")}
        record = Record(order.task.key, FAULT, order.fingerprint, problems=[fault])
    seconds = round(time.perf_counter() - began, 3)
    record = dataclasses.replace(record, seconds=seconds, megabytes=_peak_megabytes())
    write_record(order.out, order.task, record)
    return record


def _peak_megabytes() -> float:
    """Tell the most memory this process ever held; 0 where the system does not say."""
    if sys.platform == "win32":  # pragma: no cover
        return 0.0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)
