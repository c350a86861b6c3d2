"""All runs of a plan end together, and plan with the same work however much time is left."""

import pytest

from gridplan.optimise import budget
from gridplan.optimise.budget import Run, seconds_left, within


@pytest.fixture
def clock(monkeypatch):
    at = [100.0]
    monkeypatch.setattr(budget, "now", lambda: at[0])
    return at


def test_runs_are_cut_short_together_and_plan_as_if_alone(clock):
    with within(8.0):
        clock[0] += 5.0
        run = Run(work_limit=10.0, time_limit=6.0)
        assert run.seconds_left == pytest.approx(3.0)
        assert run.planned == Run(work_limit=10.0, time_limit=6.0).planned == 4.5
        part = run.part(0.5)
        assert part.ended_by is None
        clock[0] += 3.0
        assert run.ended_by == part.ended_by == "time"
    assert seconds_left() == float("inf")
    assert Run(work_limit=1.0).seconds_left == float("inf")


def test_the_earlier_end_counts(clock):
    with within(2.0):
        with within(9.0):
            assert seconds_left() == pytest.approx(2.0)
        with within(1.0):
            assert Run(work_limit=1.0).seconds_left == pytest.approx(1.0)
        assert seconds_left() == pytest.approx(2.0)
        clock[0] += 2.5
        assert seconds_left() == 0.0


def test_a_first_answer_has_its_work_however_little_is_left():
    run = Run(work_limit=4.0)
    assert run.at_least(3.0) is run
    run.spend(3.5)
    first = run.at_least(3.0)
    assert first.work_left == pytest.approx(3.0)
    first.spend(2.9)
    assert first.ended_by is None
    run.book(first)
    assert run.ended_by == "work"
    assert run.work == pytest.approx(6.4)
