"""A server for several people: nobody sees another's work, and the log names nobody."""

import json
from functools import partial

import pytest

from gridplan.planning.plan import plan as make_plan
from gridplan.planning.scenario.derived import scenario_of
from gridplan.text import LANGUAGES, say
from gridplan.ui.hosting import audit, check
from gridplan.ui.hosting.person import alias
from gridplan.ui.page import shared_results
from gridplan.ui.running.queue import Queue
from gridplan.ui.setup.district_choice import read_folder

FIRST, SECOND = "li.si@example.org", "zhang.san@example.org"


@pytest.fixture
def shared(monkeypatch, tmp_path, page):
    """Give a function that opens the page as a person on a server for many."""
    monkeypatch.setenv("GRIDPLAN_USERS", "many")
    monkeypatch.setenv("GRIDPLAN_AUDIT", str(tmp_path / "log" / "audit.jsonl"))

    def opened(email, lang="zh", **query):
        return page(lang, user={"email": email} if email else {}, **query)

    yield opened
    for handler in audit._open.values():
        handler.close()
    audit._open.clear()


def titles(at):
    return [title.value for title in at.title]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_is_not_known_sees_nothing(shared, lang):
    at = shared("", lang)
    assert titles(at) == [say("app.title", lang)]
    assert [info.value for info in at.info] == [say("app.not-known", lang)]
    assert not at.selectbox


def test_each_person_has_a_folder_of_their_own(shared, workspace):
    first, second = shared(FIRST), shared(SECOND)
    for at, name in ((first, "甲案"), (second, "乙案")):
        at.text_input(key="scenario-name-").set_value(name)  # and the button pressed at once
        at.button(key="scenario-keep").click().run()
        assert not at.exception
    for at, own, other in ((first, "甲案", "乙案"), (second, "乙案", "甲案")):
        labels = [button.label for button in at.run().button]
        assert own in labels
        assert other not in labels
    folders = sorted(path.name for path in (workspace / "users").iterdir())
    assert folders == sorted((alias(FIRST), alias(SECOND)))
    assert all((workspace / "users" / name / "projects").is_dir() for name in folders)


def test_no_path_on_the_server_can_be_typed_where_many_work(shared):
    at = shared(FIRST)
    assert [box for box in at.selectbox if box.key == "district"]
    assert all(say("app.own", "zh") not in box.options for box in at.selectbox)
    assert not [field for field in at.text_input if field.key == "folder"]


def test_another_ones_address_opens_nothing_of_theirs(shared, tiny_writer, workspace):
    own = tiny_writer(workspace / "users" / alias(FIRST) / "own")
    plan = "0" * 32
    district = read_folder(own).district
    scenario = scenario_of(district)
    shared_results().add(plan, make_plan(district, scenario), scenario).tried = True
    mine, theirs = shared(FIRST, plan=plan), shared(SECOND, plan=plan)
    assert mine.selectbox(key="district").value == "own/own"
    assert mine.session_state["shown"] == plan
    assert "own/own" not in theirs.selectbox(key="district").options
    assert theirs.session_state["filled"] != str(own)
    assert not theirs.session_state["shown"]


def test_the_log_has_no_name_and_nothing_that_was_typed(shared, tmp_path):
    at = shared(FIRST)
    at.text_input(key="scenario-name-").set_value("机密方案").run()
    at.button(key="scenario-keep").click().run()
    text = (tmp_path / "log" / "audit.jsonl").read_text("utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    assert {"visit", "keep"} <= {line["what"] for line in lines}
    assert {line["who"] for line in lines} == {alias(FIRST)}
    assert "机密" not in text
    assert "example.org" not in text
    assert str(tmp_path) not in text


def test_without_the_option_nothing_is_logged(page, tmp_path):
    page("zh")
    assert not [*tmp_path.rglob("*.jsonl")]


def test_an_alias_is_the_same_on_one_server_and_another_on_the_next(monkeypatch, tmp_path):
    found = []
    for place in ("one", "one", "two"):
        monkeypatch.setenv("GRIDPLAN_WORKSPACE", str(tmp_path / place))
        found.append(alias(FIRST))
    assert found[0] == found[1] != found[2]
    assert (tmp_path / "one" / ".key").stat().st_mode & 0o077 == 0


def test_a_server_that_is_not_there_is_not_well():
    [only] = check.ailments("http://127.0.0.1:9")
    assert "does not answer" in only
    assert check.ailments("file:///etc/passwd") == [
        "not an address of a server: file:///etc/passwd"
    ]


def test_what_nobody_asked_for_goes_last():
    queue = Queue()
    for key, behind in (("a", False), ("try", True), ("b", False)):
        queue.add(key, partial(pytest.fail, key), behind=behind)
    assert [*queue] == ["a", "b", "try"]
    assert [queue.place(key) for key in ("a", "b", "try", "none")] == [1, 2, 3, 0]
    assert queue.first()[0] == "a"


def simulated(waiting, under_way, at_once, usual):
    """Play the runs second by second and give when each of those that wait starts."""
    ends, starts, now = [max(0, usual - each) for each in under_way], [], 0
    while len(starts) < waiting:
        ends = [end for end in ends if end > now]
        while len(ends) < at_once and len(starts) < waiting:
            starts.append(now)
            ends.append(now + usual)
        now += 1
    return starts


@pytest.mark.parametrize("under_way", [(), (3,), (0, 7), (12, 4)])
@pytest.mark.parametrize("usual", [5, 10])
def test_the_expected_wait_is_when_a_run_starts_if_all_take_as_long(under_way, usual):
    queue = Queue()
    for number in range(5):
        queue.add(str(number), partial(pytest.fail, str(number)))
    assert queue.expected("0", under_way, 2) is None
    for seconds in (usual, usual - 1, usual + 30):
        queue.learn(seconds)
    found = [queue.expected(str(number), under_way, 2) for number in range(5)]
    assert found == simulated(5, under_way, 2, usual)
