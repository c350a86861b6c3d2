"""What a worker does: plan one task and keep what came of it."""

from __future__ import annotations

import dataclasses
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridplan.batch.across.books import write_books
from gridplan.batch.across.homes import HomePart, home_parts
from gridplan.batch.across.joined import joined_code, write_joined
from gridplan.batch.figures import figures_of, rules_of
from gridplan.batch.record import (
    DONE,
    FAULT,
    REFUSED,
    Record,
    blank_record,
    codes_of,
    home_folder,
    is_finished,
    joined_folder,
    list_fingerprint,
    plan_folder,
    read_record,
    write_record,
)
from gridplan.batch.store import drop_partitions, write_partitions
from gridplan.batch.tasks import Task
from gridplan.district.district import District
from gridplan.district.folder.read import read_district
from gridplan.errors import GridplanError, InputError, Problem
from gridplan.outputs.files.folder import write_plan
from gridplan.planning.plan import plan
from gridplan.planning.scenario.derived import scenario_of
from gridplan.planning.scenario.file import read_scenario
from gridplan.planning.scenario.scenario import Scenario
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
    record = blank_record(task, REFUSED, order.fingerprint)
    drop_partitions(order.out, task, codes_of(read_record(order.out, task)))
    try:
        members = _read(task)
        record = dataclasses.replace(record, **_named(members))
        drop_partitions(order.out, task, codes_of(record))
        district = _joined(order, members)
        asked = scenario_of(district) if task.scenario is None else read_scenario(task.scenario)
        if task.scenario is not None and not task.own:
            record = dataclasses.replace(record, **_called(asked))
        made = plan(district, asked)
        parts = home_parts(made, members, asked) if len(members) > 1 else ()
        folder = plan_folder(order.out, task)
        folder.parent.mkdir(parents=True, exist_ok=True)
        write_plan(made, folder, lang=order.lang)
        for part in parts:
            own = home_folder(order.out, part.home, task)
            write_books(part, made, asked, own, order.lang)
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
        rules=[] if parts else rules_of(made),
        homes=[_home(part) for part in parts],
        files=list_fingerprint(folder),
    )
    write_partitions(made, order.out, task, record, parts)
    return record


def _read(task: Task) -> dict[str, District]:
    """Read the districts, by the names of their folders; all that is wrong with any, at once."""
    members: dict[str, District] = {}
    problems: list[Problem] = []
    for folder in task.districts:
        try:
            members[folder.name] = read_district(folder)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return members


def _called(asked: Scenario) -> dict[str, Any]:
    """Give the names that a scenario's file gives it; those every scenario has tell nothing."""
    usual = Scenario()
    names = {lang: getattr(asked, f"name_{lang}") for lang in LANGUAGES}
    return {
        f"scenario_{lang}": "" if name == getattr(usual, f"name_{lang}") else name
        for lang, name in names.items()
    }


def _named(members: Mapping[str, District]) -> dict[str, Any]:
    """Name the district; of several, each, so that what becomes of them is told of all."""
    if len(members) == 1:
        (one,) = members.values()
        return _names(one)
    homes = [{"place": home, **_names(one)} for home, one in members.items()]
    return {
        "code": joined_code([one.code for one in members.values()]),
        "name_zh": "、".join(one.name_zh for one in members.values()),
        "name_en": " + ".join(one.name_en for one in members.values()),
        "homes": homes,
    }


def _names(district: District) -> dict[str, str]:
    return {"code": district.code, "name_zh": district.name_zh, "name_en": district.name_en}


def _joined(order: Order, members: Mapping[str, District]) -> District:
    if len(members) == 1:
        (one,) = members.values()
        return one
    folder = joined_folder(order.out, order.task)
    return read_district(write_joined(members, folder, dict(order.task.ways)))


def _home(part: HomePart) -> dict[str, Any]:
    """Tell what a joint plan is to one district."""
    groups = sum(group.grid in part.grids for group in part.plan.layout.groups)
    figures = figures_of(part.plan) | {
        "grids": len(part.grids),
        "groups": groups,
        "served_elsewhere": part.served_elsewhere,
        "from_elsewhere": part.from_elsewhere,
        "led_elsewhere": part.led_elsewhere,
    }
    names = {"place": part.home, **_names(part.plan.district)}
    return {**names, "figures": figures, "rules": rules_of(part.plan)}


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
    began, used = time.perf_counter(), time.process_time()
    try:
        record = work(order)
    except Exception as error:  # a fault in one task must not cost the others
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "-"
        fault = {"code": "fault", **dict.fromkeys(LANGUAGES, f"{type(error).__name__} ({place})")}
        record = blank_record(order.task, FAULT, order.fingerprint, problems=[fault])
    record = dataclasses.replace(
        record,
        seconds=round(time.perf_counter() - began, 3),
        processor_seconds=round(time.process_time() - used, 3),
        megabytes=_peak_megabytes(),
    )
    write_record(order.out, order.task, record)
    return record


def _peak_megabytes() -> float:
    """Tell the most memory this process ever held; 0 where the system does not say."""
    if sys.platform == "win32":  # pragma: no cover
        return 0.0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10), 1)
