"""
Run many tasks at a time, on the cores of one machine or on a cluster.

Tasks are futures of Dask distributed: local processes are a cluster too, so that there is one way
only. A task that lost its worker is given to another once; which tasks are finished is read from
their records, so that a batch that was stopped at any moment goes on where it was.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.batch.record import (
    LOST,
    Record,
    blank_record,
    fingerprint_of,
    is_finished,
    read_record,
    write_record,
)
from gridplan.batch.tasks import Task
from gridplan.batch.work import Order, Work, plan_task, run_task
from gridplan.errors import InputError, Problem
from gridplan.text import LANGUAGES, say

if TYPE_CHECKING:
    from distributed import Client, Future

DEATHS = 1
"""Workers that a task may cost and still be given to another."""
CONNECT_SECONDS = 20
WATCH_SECONDS = 60
"""How often it is seen to that there are workers."""
PATIENCE = "600s"
"""How long processes of a machine that has much else to do may keep one another waiting."""
STARTS = 3
"""Schedulers that a batch may lose, but for one, before it gives up."""
# A port of the system's choice: several batches may run on one machine at a time.
_NO_DASHBOARD = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}


@dataclass(frozen=True)
class Where:
    """
    Where tasks run.

    Parameters
    ----------
    scheduler
        Address of a Dask scheduler (``tcp://host:8786``); empty for processes on this machine. Its
        workers have gridplan installed and see the district folders and the result folder under
        the same paths.
    processes
        On this machine, at a time; 0 for as many as there are processors.
    memory
        Most memory of one process on this machine, as ``4GB``; a task that needs more ends its
        worker, and after a second try is told as lost. Empty: the machine's, shared out.
    """

    scheduler: str = ""
    processes: int = 0
    memory: str = ""


@dataclass(frozen=True)
class Batch:
    """
    What became of all tasks.

    Parameters
    ----------
    tasks
        Of the batch.
    records
        One a task, in the order of the tasks.
    ran
        Keys of the tasks that ran now; the others were finished before.
    """

    tasks: tuple[Task, ...]
    records: tuple[Record, ...]
    ran: tuple[str, ...]


def run_batch(
    tasks: Sequence[Task],
    out: Path,
    *,
    where: Where | None = None,
    lang: str = "zh",
    done: Callable[[Record, int, int], object] | None = None,
    work: Work = plan_task,
) -> Batch:
    """
    Run the tasks that are not finished yet.

    Parameters
    ----------
    tasks
        Of one batch.
    out
        Its folder; what is there of other tasks stays.
    where
        None for processes on this machine.
    lang
        Language of the plans' files.
    done
        Told each record with how many are finished and how many there are.
    work
        Does one task; may be replaced by whatever a worker can import.

    Returns
    -------
    Batch
        A task that cannot be planned is a record too: one bad district costs no other.

    Raises
    ------
    InputError
        ``batch-no-scheduler`` if there is none at the address; ``batch-scheduler-lost`` if none
        stays: what was finished is kept, and the next run goes on from there.
    """
    out = out.resolve()
    orders = [Order(task, out, fingerprint_of(task, lang), lang) for task in tasks]
    known: dict[str, Record] = {}
    waiting = []
    for order in orders:
        record = read_record(out, order.task)
        if record is not None and is_finished(out, order.task, record, order.fingerprint):
            known[order.task.key] = record
        else:
            waiting.append(order)
    for record in _made(waiting, where or Where(), work):
        known[record.task] = record
        if done is not None:
            done(record, len(known), len(orders))
    ran = tuple(order.task.key for order in waiting)
    return Batch(tuple(tasks), tuple(known[task.key] for task in tasks), ran)


class _GoneError(Exception):
    """The scheduler does not answer any more, or has no worker left on this machine."""


def _made(orders: Sequence[Order], where: Where, work: Work) -> Iterator[Record]:
    """Give each record as it is made, on a second scheduler where the first was lost."""
    left = {order.task.key: order for order in orders}
    for _ in range(STARTS):
        if not left:
            return
        try:
            for record in _made_by_one(tuple(left.values()), where, work):
                del left[record.task]
                yield record
        except _GoneError:
            continue  # what was finished meanwhile is known by its record
    if left:
        told = {"value": where.scheduler or "127.0.0.1", "count": len(left)}
        raise InputError([Problem("batch-scheduler-lost", told)])


def _made_by_one(orders: Sequence[Order], where: Where, work: Work) -> Iterator[Record]:
    from distributed import Client

    with _quiet(), workers(where, len(orders)) as address:
        try:
            client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            told = {"value": where.scheduler}
            raise InputError([Problem("batch-no-scheduler", told)]) from error
        with client:
            of = {
                client.submit(run_task, order, work, key=order.task.key, pure=False): order
                for order in orders
            }
            while of:
                yield from _ready(client, of)
                here = not where.scheduler
                if of and here and not client.scheduler_info(n_workers=-1)["workers"]:
                    raise _GoneError


def _ready(client: Client, of: dict[Future, Order]) -> Iterator[Record]:
    """Give the records that are made while one watches; their futures leave ``of``."""
    from distributed import as_completed
    from distributed.scheduler import KilledWorker

    try:
        for future in as_completed(list(of), loop=client.loop, timeout=WATCH_SECONDS):
            if future.status not in ("finished", "error"):  # the scheduler forgot it
                raise _GoneError
            order = of.pop(future)
            failed = future.exception() if future.status == "error" else None
            if failed is None:
                yield future.result()
            elif isinstance(failed, KilledWorker):
                yield _lost(order)
            else:
                raise failed
            future.release()
    except TimeoutError:
        return
    except CancelledError as error:
        raise _GoneError from error


def _lost(order: Order) -> Record:
    told = {lang: say("batch.lost", lang) for lang in LANGUAGES}
    problems = [{"code": "lost", **told}]
    record = blank_record(order.task, LOST, order.fingerprint, problems=problems)
    write_record(order.out, order.task, record)
    return record


@contextmanager
def workers(where: Where, tasks: int) -> Iterator[str]:
    """
    Give the address of a scheduler with workers: the one named, or one of this machine's own.

    Parameters
    ----------
    where
        Where tasks run.
    tasks
        No more processes are started on this machine.

    Yields
    ------
    address
        Processes of this machine end with the block.
    """
    if where.scheduler:
        yield where.scheduler
        return
    import dask
    from distributed import LocalCluster

    settings = {
        "distributed.scheduler.allowed-failures": DEATHS,
        "distributed.worker.daemon": False,
        "distributed.comm.timeouts.connect": PATIENCE,
        "distributed.comm.timeouts.tcp": PATIENCE,
    }
    with (
        dask.config.set(settings),
        LocalCluster(
            n_workers=max(1, min(where.processes or os.cpu_count() or 1, tasks)),
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            scheduler_kwargs=_NO_DASHBOARD,
            memory_limit=where.memory or "auto",
            silence_logs=logging.CRITICAL,
        ) as cluster,
    ):
        yield cluster.scheduler_address


@contextmanager
def _quiet() -> Iterator[None]:
    # Workers that die are told in words; the library's own lines would hide them.
    names = ("distributed", "distributed.nanny", "distributed.scheduler", "distributed.core")
    loggers = [logging.getLogger(name) for name in names]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
