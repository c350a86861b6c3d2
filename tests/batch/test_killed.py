"""Killed at any moment: what is finished stays, what is not is done again, nothing is left over."""

import os
import signal
import sys
import warnings

import pytest
from stand_ins import districts, quick, ran

from gridplan.batch.record import DONE, fingerprint_of, is_finished, read_record
from gridplan.batch.tasks import tasks_of
from gridplan.batch.work import Order, run_task

EVENTS = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod"}


def orders_of(source, out):
    return [Order(task, out, fingerprint_of(task, "en"), "en") for task in tasks_of(source)]


def unfinished(orders):
    return [
        one
        for one in orders
        if not is_finished(one.out, one.task, read_record(one.out, one.task), one.fingerprint)
    ]


def killed_at(moment, orders, out):
    """Work in a process of its own that is killed before it touches a file for the n-th time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside threads
        child = os.fork()
    if child == 0:
        seen = 0

        def watch(event, args):
            nonlocal seen
            if event in EVENTS and isinstance(args[0], str) and args[0].startswith(str(out)):
                seen += 1
                if seen == moment:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        for order in orders:
            run_task(order, quick)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.skipif(sys.platform == "win32", reason="forks and kills by signal")
def test_killed_at_any_moment_nothing_is_lost_and_nothing_finished_is_repeated(tmp_path):
    source = districts(tmp_path / "in", 3)
    moments = 0
    for moment in range(1, 200):
        out = tmp_path / f"out{moment}"
        orders = orders_of(source, out)
        ended = killed_at(moment, orders, out)
        finished = {one.task.key for one in orders} - {one.task.key for one in unfinished(orders)}
        before = ran(out) if (out / "marks").is_dir() else {}
        for order in unfinished(orders):
            run_task(order, quick)
        for order in orders:
            name = f"{order.task.place}.{order.task.name}"
            again = ran(out)[name] - before.get(name, 0)
            assert again == (order.task.key not in finished), (moment, name)
            assert read_record(out, order.task).state == DONE
            if order.task.key not in finished:
                assert not list((out / "tasks" / order.task.place).glob(".gridplan-*")), moment
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        moments += 1
    assert moments >= 20
