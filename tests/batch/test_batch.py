"""Many tasks: each runs once, whatever happens to the others or to the batch."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from stand_ins import districts, quick, ran, troubled

from gridplan.batch.record import DONE, FAULT, LOST, read_record
from gridplan.batch.run import Where, run_batch
from gridplan.batch.tasks import tasks_of
from gridplan.errors import InputError

HERE = Path(__file__).parent


def test_a_bad_task_costs_no_other_and_what_is_finished_never_runs_again(tmp_path, two):
    source, out = districts(tmp_path / "in", 6), tmp_path / "out"
    tasks = tasks_of(source)
    told = []

    def done(record, finished, count):
        told.append((finished, count, record.task))

    made = run_batch(tasks, out, where=two, work=troubled, done=done)
    states = {record.place: record.state for record in made.records}
    assert states == dict.fromkeys(states, DONE) | {"440302": FAULT, "440303": LOST}
    assert [entry[:2] for entry in told] == [(number, 6) for number in range(1, 7)]
    # A task that ended its worker was given to another once.
    assert ran(out) == {f"44030{n}.own": 2 if n == 3 else 1 for n in (0, 1, 3, 4, 5)}
    assert {problem["code"] for problem in made.records[3].problems} == {"lost"}

    (source / "440301" / "district.toml").write_text("code = '440301'\n# new\n", encoding="utf-8")
    again = run_batch(tasks, out, where=two, work=quick)
    assert again.ran == ("440301/own", "440302/own", "440303/own")
    assert {record.state for record in again.records} == {DONE}
    assert run_batch(tasks, out, where=two, work=quick).ran == ()

    (out / "tasks" / "440304" / "own.json").write_text('{"task": "440304', encoding="utf-8")
    assert read_record(out, tasks[4]) is None
    assert run_batch(tasks, out, where=two, work=quick).ran == ("440304/own",)


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_a_batch_that_is_killed_goes_on_where_it_was(tmp_path, two):
    source, out = districts(tmp_path / "in", 40), tmp_path / "out"
    tasks = tasks_of(source)
    script = textwrap.dedent(
        f"""
        import sys
        from pathlib import Path
        sys.path.insert(0, {str(HERE)!r})
        from stand_ins import quick
        from gridplan.batch.run import Where, run_batch
        from gridplan.batch.tasks import tasks_of

        if __name__ == "__main__":
            tasks = tasks_of(Path({str(source)!r}))
            run_batch(tasks, Path({str(out)!r}), where=Where(processes=1), work=quick)
        """
    )
    file = tmp_path / "batch.py"
    file.write_text(script, encoding="utf-8")
    home = str(HERE.parents[1])
    with subprocess.Popen(
        [sys.executable, str(file)], env={**os.environ, "PYTHONPATH": home}, start_new_session=True
    ) as process:
        until = time.monotonic() + 300
        while len(list(out.glob("tasks/*/*.json"))) < 3 and process.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.005)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    finished = {task.key for task in tasks if read_record(out, task) is not None}
    assert len(finished) >= 3
    made = run_batch(tasks, out, where=two, work=quick)
    assert finished.isdisjoint(made.ran)
    assert len(made.ran) + len(finished) == 40
    assert {record.state for record in made.records} == {DONE}


def test_no_scheduler_is_said_in_words(tmp_path, monkeypatch):
    monkeypatch.setattr("gridplan.batch.run.CONNECT_SECONDS", 1)
    tasks = tasks_of(districts(tmp_path / "in", 1))
    with pytest.raises(InputError) as caught:
        run_batch(tasks, tmp_path / "out", where=Where(scheduler="tcp://127.0.0.1:9"), work=quick)
    assert [problem.code for problem in caught.value.problems] == ["batch-no-scheduler"]
