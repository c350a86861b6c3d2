"""A sound plan is there early while the one that was asked for is worked on."""

import pickle
import re

import pytest

from gridplan.planning.plan import Plan, plan
from gridplan.planning.scenario.derived import scenario_of
from gridplan.ui.page import shared_results
from gridplan.ui.running import work
from gridplan.ui.running.job import first_key
from gridplan.ui.running.work import FIRST, MADE, PROGRESS, TASK, Task
from gridplan.ui.window import run_view
from gridplan.ui.window.bound_chart import _points


def test_an_early_plan_is_left_before_the_other(tiny_district, tmp_path, monkeypatch):
    monkeypatch.setattr(work, "_FIRST_UNITS", 1)
    monkeypatch.setattr(work, "_FIRST_WORK", 0.1)
    scenario = scenario_of(tiny_district)
    (tmp_path / TASK).write_bytes(pickle.dumps(Task(tiny_district, scenario, "zh")))
    work.work(tmp_path)
    early, made = (pickle.loads((tmp_path / name).read_bytes()) for name in (FIRST, MADE))
    assert isinstance(early, Plan)
    assert early.scenario.work_limit == 0.1
    assert made.scenario.work_limit == scenario.work_limit
    assert early.certificates
    assert '"stage": "first"' in (tmp_path / PROGRESS).read_text("utf-8")


def test_a_small_district_need_not_wait_for_one(tiny_district, tmp_path):
    scenario = scenario_of(tiny_district)
    (tmp_path / TASK).write_bytes(pickle.dumps(Task(tiny_district, scenario, "zh")))
    work.work(tmp_path)
    assert not (tmp_path / FIRST).exists()


def test_an_early_plan_has_a_name_of_its_own():
    key = "0" * 32
    assert re.fullmatch(r"[0-9a-f]{32}", first_key(key))
    assert first_key(key) != key


def test_two_lines_share_one_scale():
    best = _points([(0.0, 10.0, 0.0), (1.0, 6.0, 5.0)], 1)
    bound = _points([(0.0, 10.0, 0.0), (1.0, 6.0, 5.0)], 2)
    assert best.split()[0] == "0.0,2.0"
    assert bound.split()[0] == "0.0,54.0"
    assert float(best.split()[1].split(",")[1]) < float(bound.split()[1].split(",")[1])


class Running:
    """A run that has left an early plan."""

    def __init__(self, plan):
        self.task, self.plan = Task(plan.district, plan.scenario, "zh"), plan

    def first(self):
        return self.plan


@pytest.mark.usefixtures("data")
def test_a_window_shows_the_early_plan_once(tiny_district, monkeypatch):
    seen = {}
    monkeypatch.setattr(run_view.st, "session_state", seen)
    monkeypatch.setattr(run_view.st, "rerun", lambda: None)
    scenario = scenario_of(tiny_district)
    results, key = shared_results(), "0" * 32
    running = Running(plan(tiny_district, scenario))
    run_view._take_early(results, key, running)
    early = seen["shown"]
    assert early == first_key(key)
    assert results.result(early).of == key
    # Another plan that is looked at meanwhile is left in peace; a new window finds the early one.
    seen["shown"] = "another"
    run_view._take_early(results, key, running)
    assert seen["shown"] == "another"
    seen["shown"] = ""
    run_view._take_early(results, key, running)
    assert seen["shown"] == early
