"""What a planner sees while all places are taken, and what no upload can do to the page."""

import html
from types import SimpleNamespace

import pytest

from gridplan.text import LANGUAGES, say
from gridplan.ui.page import shared_results


class EndlessJob:
    """A run that goes on until it is cancelled."""

    def __init__(self, key, task, home=None):
        self.key, self.task, self.home, self.status = key, task, home, "running"
        self.made = None
        self.is_finishing, self.lasted = False, 0.0

    def poll(self):
        return self.status

    def reached(self):
        return SimpleNamespace(stage="grids", fraction=0.5, overall=0.3, gap=None, seconds=200.0)

    def first(self):
        return None

    def history(self):
        return [(1.0, 30.0, 10.0), (2.0, 20.0, 15.0)]

    def cancel(self):
        self.status = "cancelled"

    def discard(self):
        pass

    finish = discard


@pytest.fixture
def windows(page, monkeypatch):
    """Give a function that opens a further window on a server with one place."""
    monkeypatch.setenv("GRIDPLAN_JOBS", "1")
    monkeypatch.setattr("gridplan.ui.running.results.Job", EndlessJob)

    def opened(name, lang="en"):
        at = page(lang)
        at.session_state["window"] = name
        return at

    return opened


def press(at, seed):
    [field] = [f for f in at.number_input if f.key == "scenario-seed"]
    field.set_value(seed)
    at.run()
    return at.button(key="run").click().run()


def said(at):
    kinds = ("markdown", "caption", "info", "error", "warning")
    text = "\n".join(str(found.value) for kind in kinds for found in at.get(kind))
    return html.unescape(text).replace("\u2060", "")


def keys(at):
    return {button.key for button in at.button}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_waits_is_told_the_place_and_can_make_room(windows, lang):
    first, second = windows("first", lang), windows("second", lang)
    press(first, 1)
    assert "cancel" in keys(first)
    press(second, 2)
    assert say("app.busy", lang, running=1, place=1, total=1) in said(second)
    time = say("app.minutes", lang, value="3")
    assert say("app.other-runs", lang, count=1, time=time) in said(second)
    assert keys(second) >= {"leave"}
    assert "cancel" not in keys(second)
    assert second.button(key="run").disabled
    first.run()
    assert say("app.others-wait", lang, count="1") in said(first)

    # The first asks for another plan: its own run is what it can give up for it.
    press(first, 3)
    assert say("app.busy", lang, running=1, place=2, total=2) in said(first)
    name = "小方案" if lang == "zh" else "Small scenario"
    assert name in said(first)
    first.button(key="cancel-own-0").click().run()
    assert say("app.busy", lang, running=1, place=1, total=1) in said(first)
    second.run()
    assert "cancel" in keys(second)

    first.button(key="leave").click().run()
    assert say("app.cancelled", lang) in said(first)
    assert shared_results().jobs.waiting == 0
    for at in (first, second):
        assert not at.exception


def test_a_reload_finds_its_place_in_the_queue(windows, page):
    press(windows("first"), 1)
    second = press(windows("second"), 2)
    again = page("en", plan=second.session_state["job"])
    assert "place 1 of 1" in said(again)
    assert next(f for f in again.number_input if f.key == "scenario-seed").value == 2


def test_who_comes_back_too_late_is_told(windows, page, monkeypatch):
    first = press(windows("first"), 1)
    key = first.session_state["job"]
    jobs = shared_results().jobs
    monkeypatch.setattr(jobs, "_is_open", lambda _: False)
    now = jobs._clock()
    monkeypatch.setattr(jobs, "_clock", lambda: now + 1000)
    jobs.tend()
    assert "was ended because no page looked at it" in said(page("en", plan=key))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_server_bounds_the_time_limit_and_says_so(windows, lang, monkeypatch):
    monkeypatch.setenv("GRIDPLAN_TIME_LIMIT", "90")
    at = windows("one", lang)
    assert say("app.time-limit-of-server", lang, seconds="90") in said(at)
    assert say("app.time-limit-cut", lang, seconds="90", asked="600") in said(at)
    at.button(key="run").click().run()
    [job] = shared_results().jobs.running()
    assert job.task.scenario.time_limit == 90
    [field] = [f for f in at.number_input if f.key == "scenario-time_limit"]
    field.set_value(60.0)
    at.run()
    assert say("app.time-limit-cut", lang, seconds="90", asked="60") not in said(at)


def test_wrong_options_of_the_server_are_a_sentence(page, monkeypatch):
    monkeypatch.setenv("GRIDPLAN_JOBS", "many")
    assert "GRIDPLAN_JOBS 的值“many”不对" in said(page("zh"))


UPLOADS = {
    "empty": b"",
    "binary": bytes(range(256)) * 4,
    "zip": b"PK\x03\x04" + bytes(60),
    "utf16": "grids = 1".encode("utf-16"),
    "gbk": "name_zh = '方案'".encode("gbk"),
    "nul": b"grids = 1\x00",
    "nul in text": b'name_zh = "a\\u0000b"',
    "deep array": b"close = " + b"[" * 5_000 + b"]" * 5_000,
    "deep table": b"[" + b".".join([b"a"] * 3_000) + b"]\n",
    "deep inline": b"grids = " + b"{a=" * 3_000 + b"1" + b"}" * 3_000,
    "long number": b"grids = " + b"9" * 5_000,
    "large number": b"seed = " + str(2**60).encode(),
    "larger number": b"center_upper = 10000000000000000000000",
    "huge number": b"work_limit = 1e308",
    "not a number": b"walk_kmh = nan",
    "infinite": b"time_limit = inf",
    "negative": b"grids = -1",
    "wrong kind": b"grids = 'two'\nclose = 7\nprofiles = [[1]]",
    "a date": b"grids = 2020-01-01",
    "markup": b"name_zh = '<script>alert(1)</script> **x** $x$ :red[x] ![x](y)'",
    "long text": b"name_zh = '" + b"x" * 100_000 + b"'",
    "many ids": b"close = [" + b",".join(b"'c%d'" % n for n in range(2_000)) + b"]",
    "path": b"profile_files = ['/etc/passwd', '../../x', '//host/share/x']",
    "unknown choice": b"grid_grain = 'house'",
    "no such profile": b"profiles = ['nowhere']",
    "json": b'{"grids": 2}',
    "table": b"[scenario]\ngrids = 2",
}


@pytest.fixture
def at(page):
    return page("en")


@pytest.mark.parametrize("kind", UPLOADS)
def test_no_upload_kills_the_page(at, kind):
    at.file_uploader(key="upload").upload("mine.toml", UPLOADS[kind], "text/plain").run()
    for _ in range(2):  # also when it is drawn again
        assert not at.exception
        assert say("app.failed", "en") not in said(at)
        assert at.number_input
        at.run()
    at.file_uploader(key="upload").upload("good.toml", b"grids = 1", "text/plain").run()
    assert not at.exception
    assert next(f for f in at.number_input if f.key == "scenario-grids").value == 1
    assert not at.button(key="run").disabled


def test_whatever_goes_wrong_with_an_upload_is_a_sentence(at, monkeypatch):
    def broken(*_, **__):
        raise MemoryError

    monkeypatch.setattr("gridplan.ui.setup.scenario_file.parse_scenario", broken)
    at.file_uploader(key="upload").upload("mine.toml", b"grids = 1", "text/plain").run()
    assert "mine.toml cannot be read (MemoryError)" in said(at)
    assert not at.exception
