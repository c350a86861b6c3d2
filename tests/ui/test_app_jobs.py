"""Runs of a server: never too many, in their turn, and none that nobody watches."""

import threading
from functools import partial

import pytest

from gridplan.errors import InputError
from gridplan.ui.running.jobs import Jobs
from gridplan.ui.running.patience import Patience
from gridplan.ui.setup.limits import Limits, read_limits


class FakeJob:
    """A run that goes on until the test ends it."""

    def __init__(self, key):
        self.key, self.status, self.discarded = key, "running", False
        self.lasted = 0.0

    def poll(self):
        return self.status

    def cancel(self):
        if self.status == "running":
            self.status = "cancelled"

    def discard(self):
        self.discarded = True


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def closed():
    """Names of the windows that are closed."""
    return set()


@pytest.fixture
def jobs(clock, closed):
    return Jobs(at_once=2, clock=clock, is_open=lambda window: window not in closed)


def ask(jobs, key, window=None):
    jobs.ask(key, partial(FakeJob, key), window or f"window of {key}")


def states(jobs, keys):
    return [jobs.state(key) for key in keys]


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_ten_that_start_at_once_never_exceed_the_places(at_once):
    jobs = Jobs(at_once=at_once)
    start, made, most, lock = threading.Barrier(10), [], [], threading.Lock()

    def make(key):
        job = FakeJob(key)
        with lock:
            made.append(job)
            most.append(sum(one.status == "running" for one in made))
        threading.Event().wait(0.01)  # a process takes its time to start
        return job

    def press(key):
        start.wait()
        jobs.ask(key, partial(make, key), key)

    threads = [threading.Thread(target=press, args=(str(n),)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(jobs.running()) == at_once
    assert jobs.waiting == 10 - at_once
    while jobs.running():
        jobs.running()[0].status = "done"
        jobs.tend()
    assert sorted(job.key for job in made) == [str(n) for n in range(10)]
    assert max(most) == at_once


def test_who_waits_has_a_place_and_starts_in_turn(jobs):
    for key in "abcd":
        ask(jobs, key)
    assert states(jobs, "abcde") == ["running", "running", "waiting", "waiting", "unknown"]
    assert [jobs.place(key) for key in "abcd"] == [0, 0, 1, 2]
    jobs.job("b").status = "done"
    jobs.tend()
    assert states(jobs, "abcd") == ["running", "ended", "running", "waiting"]
    assert jobs.ended() == ["b"]
    assert jobs.place("d") == 1
    jobs.leave("d", "window of d")
    assert jobs.waiting == 0
    assert jobs.state("d") == "unknown"


def test_the_same_plan_is_made_once_however_many_ask(jobs):
    for window in ("one", "two"):
        ask(jobs, "a", window)
    assert len(jobs.running()) == 1
    job = jobs.job("a")
    jobs.leave("a", "one")
    assert job.status == "running"  # the other window still watches it
    jobs.leave("a", "two")
    assert job.status == "cancelled"
    assert job.discarded


def test_ones_own_run_can_make_room(jobs):
    ask(jobs, "a", "mine")
    ask(jobs, "b", "theirs")
    ask(jobs, "c", "mine")
    assert [job.key for job in jobs.own("mine")] == ["a"]
    jobs.leave("a", "mine")
    assert states(jobs, "abc") == ["unknown", "running", "running"]
    assert [job.key for job in jobs.own("mine")] == ["c"]


def test_what_nobody_watches_ends_after_a_quarter_of_an_hour(jobs, clock, closed):
    ask(jobs, "a", "one")
    ask(jobs, "b", "two")
    closed.add("one")
    clock.now += 899
    jobs.tend()
    assert states(jobs, "ab") == ["running", "running"]
    clock.now += 1
    jobs.tend()
    assert states(jobs, "ab") == ["unknown", "running"]
    assert jobs.was_given_up("a")
    clock.now += 100_000  # an open window may be looked at for days
    jobs.tend()
    assert jobs.state("b") == "running"


def test_what_nobody_watches_ends_after_a_minute_while_others_wait(jobs, clock, closed):
    ask(jobs, "a", "one")
    ask(jobs, "b", "two")
    closed.add("one")
    ask(jobs, "c", "three")
    clock.now += 59
    jobs.tend()
    assert states(jobs, "abc") == ["running", "running", "waiting"]
    clock.now += 1
    jobs.tend()
    assert states(jobs, "abc") == ["unknown", "running", "running"]


def test_who_comes_back_in_time_keeps_the_run(jobs, clock, closed):
    ask(jobs, "a", "one")
    closed.add("one")
    clock.now += 600
    jobs.watch("a", "after a reload")
    clock.now += 800
    jobs.tend()
    assert jobs.state("a") == "running"


def test_a_window_that_turns_to_another_plan_watches_that(jobs, clock):
    ask(jobs, "a", "one")
    clock.now += 10
    ask(jobs, "b", "one")
    clock.now += 890
    jobs.tend()
    assert states(jobs, "ab") == ["unknown", "running"]


def test_a_closed_window_loses_its_place_in_the_queue(jobs, clock, closed):
    for key in "abcd":
        ask(jobs, key)
    closed.add("window of c")
    clock.now += 30
    jobs.tend()
    assert states(jobs, "cd") == ["unknown", "waiting"]
    # One that is gone does not hurry others along.
    closed |= {"window of d", "window of a"}
    clock.now += 59
    jobs.tend()
    assert states(jobs, "abd") == ["running", "running", "unknown"]


def test_the_patience_can_be_set(clock):
    jobs = Jobs(clock=clock, patience=Patience(alone=5), is_open=lambda _: False)
    ask(jobs, "a")
    clock.now += 5
    jobs.tend()
    assert jobs.state("a") == "unknown"


def test_a_run_that_cannot_start_leaves_its_place(jobs, caplog):
    def broken():
        raise OSError(28, "No space left on device")

    jobs.ask("a", broken, "one")
    assert jobs.state("a") == "unknown"
    assert "could not be started" in caplog.text
    ask(jobs, "b")
    ask(jobs, "c")
    assert len(jobs.running()) == 2


def test_the_end_of_the_server_stops_all_and_starts_none(jobs):
    for key in "abc":
        ask(jobs, key)
    made = jobs.running()
    jobs.close()
    assert {job.status for job in made} == {"cancelled"}
    ask(jobs, "d")
    assert jobs.running() == []
    assert jobs.waiting == 0


def test_the_bounds_of_a_server_are_read_from_its_environment():
    assert read_limits({}) == Limits(2, 3600.0)
    given = {"GRIDPLAN_JOBS": "4", "GRIDPLAN_TIME_LIMIT": " 90.5 "}
    assert read_limits(given) == Limits(4, 90.5)


@pytest.mark.parametrize("value", ["0", "-1", "two", "nan", "inf", "1e309", "2.5"])
def test_bounds_that_are_no_positive_numbers_are_named_together(value):
    with pytest.raises(InputError) as refused:
        read_limits({"GRIDPLAN_JOBS": value, "GRIDPLAN_TIME_LIMIT": "x"})
    assert len(refused.value.problems) == 2
    assert f"GRIDPLAN_JOBS is ‘{value}’" in refused.value.text("en")


def test_a_run_given_up_while_it_starts_and_asked_for_again_goes_on(jobs):
    def make():
        jobs.leave("a", "window")
        jobs.ask("a", partial(FakeJob, "a"), "window")
        return FakeJob("a")

    jobs.ask("a", make, "window")
    assert jobs.state("a") == "running"
    assert not jobs.job("a").discarded
