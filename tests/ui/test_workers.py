"""Processes that plan for the app: used again after a task, and never one that is not sound."""

import time

import pytest

from gridplan.planning.scenario.scenario import Scenario
from gridplan.ui.running import worker
from gridplan.ui.running.job import Job
from gridplan.ui.running.work import Task


@pytest.fixture
def begin(tiny_district, tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "_RESTING", [])
    jobs = []

    def started(**scenario):
        task = Task(tiny_district, Scenario(work_limit=1, **scenario), "zh")
        jobs.append(Job("k", task, tmp_path))
        return jobs[-1]

    yield started
    for job in jobs:
        job.cancel()
        job._worker.stop()
    worker.dismiss()


def ended(job):
    until = time.monotonic() + 120
    while job.poll() == "running" and time.monotonic() < until:
        time.sleep(0.05)
    return job.status


def test_the_next_task_goes_to_the_same_process_and_gives_the_same_plan(begin):
    first = begin()
    assert ended(first) == "done"
    second = begin()
    assert second._worker is first._worker
    assert ended(second) == "done"
    plans = [job.made for job in (first, second)]
    assert plans[0].layout.units.equals(plans[1].layout.units)
    assert (
        plans[0]
        .layout.centers.drop(columns="geometry")
        .equals(plans[1].layout.centers.drop(columns="geometry"))
    )
    assert not second.log()


def test_while_it_is_at_work_another_takes_the_next(begin):
    first, second = begin(), begin()
    assert first._worker is not second._worker
    assert [ended(first), ended(second)] == ["done", "done"]
    assert [kept for kept, _ in worker._RESTING] == [first._worker]


def test_what_is_refused_ends_no_process_but_what_goes_wrong_does(begin, tmp_path):
    refused = begin(grids=2, centers=1)
    assert ended(refused) == "refused"
    assert refused.problems
    broken = Job("k", Task(None, Scenario(), "zh"), tmp_path)
    assert broken._worker is refused._worker
    assert ended(broken) == "failed"
    assert "Traceback" in broken.log()
    assert not broken._worker.is_alive()
    assert not worker._RESTING


def test_a_process_that_died_at_rest_is_not_asked(begin):
    first = begin()
    assert ended(first) == "done"
    first._worker.stop()
    second = begin()
    assert second._worker is not first._worker
    assert ended(second) == "done"


def test_who_has_rested_long_is_let_go(begin):
    first = begin()
    assert ended(first) == "done"
    worker.dismiss(after=1000)
    assert first._worker.is_alive()
    worker.dismiss()
    assert not first._worker.is_alive()
