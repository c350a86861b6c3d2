"""Results are kept by fingerprint, in bounds, with files in each language asked for."""

import dataclasses
import io
import time
import zipfile
from functools import partial
from types import SimpleNamespace

import pytest

from gridplan.planning.scenario.scenario import Scenario
from gridplan.ui.running.jobs import Jobs
from gridplan.ui.running.result import Result
from gridplan.ui.running.results import Results
from gridplan.ui.setup.fingerprint import fingerprint
from gridplan.ui.views.downloads import zipped


def test_equal_inputs_have_one_fingerprint_and_every_key_changes_it(tiny_district):
    plain = fingerprint(tiny_district, Scenario())
    assert plain == fingerprint(tiny_district, Scenario())
    other = {
        fingerprint(tiny_district, dataclasses.replace(Scenario(), **change))
        for change in ({"seed": 2}, {"grids": 3}, {"name_en": "x"}, {"close": ("c1",)})
    }
    assert len(other | {plain}) == 5


def test_an_edited_file_changes_the_fingerprint(tiny_folder):
    from gridplan.district.folder.read import read_district

    before = fingerprint(read_district(tiny_folder), Scenario())
    path = tiny_folder / "units.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2500", "2600", 1), encoding="utf-8")
    assert fingerprint(read_district(tiny_folder), Scenario()) != before


def test_what_is_written_beside_the_layers_counts(tiny_folder, tiny_district):
    before = fingerprint(tiny_district, Scenario())
    (tiny_folder / "scenario.toml").write_text("grids = 1", encoding="utf-8")
    assert fingerprint(tiny_district, Scenario()) == before
    (tiny_folder / "assessment.toml").write_text("", encoding="utf-8")
    assert fingerprint(tiny_district, Scenario()) == before
    assert fingerprint(tiny_district, Scenario(), alternatives=2) != before
    (tiny_folder / "ours.toml").write_text("", encoding="utf-8")
    assert fingerprint(tiny_district, Scenario()) != before


class FakeJob:
    """A job that is whatever the test says."""

    def __init__(self, key, folder, status="running"):
        self.key, self.folder, self.status = key, folder, status
        self.made = "a plan" if status == "done" else None
        self.task = SimpleNamespace(
            lang="zh",
            alternatives=0,
            kind="plan",
            scenario=None,
            drawn=None,
            district=SimpleNamespace(code="000001"),
        )
        folder.mkdir(parents=True)
        self.ended, self.lasted = False, 0.0

    def poll(self):
        return self.status

    def cancel(self):
        self.ended = True

    discard = cancel


def test_so_many_finished_plans_are_kept(tmp_path):
    results = Results(keep=2, jobs=Jobs(at_once=1))
    for key in "abc":
        results.jobs.ask(key, partial(FakeJob, key, tmp_path / key, "done"), "window")
        assert results.collect(key).key == key
    assert results.result("a") is None
    assert not (tmp_path / "a").exists()
    assert results.result("b").folder == tmp_path / "b" / "files"
    results.close()
    assert not (tmp_path / "b").exists()


def test_a_job_that_failed_is_no_result(tmp_path):
    results = Results()
    results.jobs.ask("a", partial(FakeJob, "a", tmp_path / "a", "failed"), "window")
    assert results.collect("a") is None
    assert results.jobs.job("a").status == "failed"
    assert results.collect("unknown") is None


def test_files_of_a_language_are_written_once(tmp_path):
    written = []

    def write(plan, folder, lang):
        written.append((plan, lang))
        folder.mkdir(parents=True)

    result = Result("k", "plan", tmp_path / "files", write)
    assert not result.has_files("en")
    assert result.files("en") == result.files("en") == tmp_path / "files" / "en"
    assert written == [("plan", "en")]


def test_the_zip_holds_every_file_and_the_scenario(tmp_path):
    (tmp_path / "map.html").write_text("map", encoding="utf-8")
    (tmp_path / "plan.json").write_text("{}", encoding="utf-8")
    with zipfile.ZipFile(io.BytesIO(zipped(tmp_path, "grids = 2\n"))) as archive:
        assert sorted(archive.namelist()) == ["map.html", "plan.json", "scenario.toml"]
        assert archive.read("scenario.toml") == b"grids = 2\n"


@pytest.fixture
def job(tiny_district, tmp_path, monkeypatch):
    from gridplan.ui.running.job import Job
    from gridplan.ui.running.work import Task

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    job = Job("k", Task(tiny_district, Scenario(work_limit=1), "zh"))
    yield job
    job.cancel()
    job.discard()


def test_cancel_ends_the_process_and_leaves_nothing(job):
    worker = job._worker
    assert job.poll() == "running"
    began = time.monotonic()
    job.cancel()
    assert time.monotonic() - began < 5
    assert not worker.is_alive()
    assert job.poll() == "cancelled"
    assert not job.folder.exists()


def test_the_process_ends_when_the_app_is_gone(job):
    time.sleep(1.0)  # let it come up, so that it has begun to listen
    process = job._worker._process
    process.stdin.close()
    assert process.wait(20) is not None
    assert job.poll() in ("failed", "done", "refused")
