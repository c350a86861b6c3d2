"""After the meeting: revisions, opinions with their answers, and versions that nobody changes."""

import pandas as pd
import pytest
from click.testing import CliRunner

from gridplan.cli import main
from gridplan.cli.projects.agreeing import ANSWERS as CLI_ANSWERS
from gridplan.cli.projects.agreeing import STAGES as CLI_STAGES
from gridplan.cli.projects.editing import edit_of
from gridplan.errors import InputError
from gridplan.planning.editing.edit import FIELDS
from gridplan.project.archive import open_zip, write_zip
from gridplan.project.history import open_history
from gridplan.project.opinions import ANSWERS, add_opinion, answer_opinion, opinions
from gridplan.project.versions import STAGES, freeze, versions


@pytest.fixture
def call(planned):
    """Call a command of the project, with its folder put in."""
    runner = CliRunner()

    def invoke(*arguments):
        words = [str(planned.folder) if word == "." else str(word) for word in arguments]
        return runner.invoke(main, ["project", *words])

    return invoke


def test_the_commands_know_the_words_of_the_project():
    assert (CLI_ANSWERS, CLI_STAGES) == (ANSWERS, STAGES)


def test_opinions_and_their_answers(planned):
    first = add_opinion(planned, "某社区应随西街道", source="西街道办", scenario="基准")
    add_opinion(planned, "再少一个网格")
    assert [one.number for one in opinions(planned)] == [1, 2]
    assert opinions(planned)[0] == first
    with pytest.raises(InputError, match="gives no reason"):
        answer_opinion(planned, 1, "adopted", reason=" ")
    with pytest.raises(InputError, match="no opinion 9"):
        answer_opinion(planned, 9, "declined", reason="x")
    with pytest.raises(InputError, match="no edit"):
        answer_opinion(planned, 1, "adopted", reason="x", revised="基准", edits=(1,))
    with pytest.raises(InputError, match="no answer to an opinion"):
        answer_opinion(planned, 1, "maybe", reason="x")
    with pytest.raises(InputError, match="says nothing"):
        add_opinion(planned, " ")
    open_history(planned, "基准").do(edit_of("rename-center center=c1 name=甲"))
    answer_opinion(planned, 1, "partly", reason="先试", revised="基准")
    answer_opinion(planned, 1, "adopted", reason="照办", revised="基准", edits=(1,))
    one, other = opinions(planned)
    assert (one.answer, one.reason, one.revised, one.edits) == ("adopted", "照办", "基准", (1,))
    assert one.text == first.text
    assert other.answer == "open"


def test_a_version_is_frozen_once(planned, tmp_path):
    made = freeze(planned, "基准", "consultation")
    assert made.name.startswith("征求意见稿-基准-")
    second = freeze(planned, "基准", "consultation", lang="en")
    assert [one.changed for one in versions(planned)] == [(), ()]
    with pytest.raises(InputError, match="no stage"):
        freeze(planned, "基准", "final")
    # What comes later changes no version.
    before = (planned.folder / "versions" / made.name / "plan" / "plan.json").read_bytes()
    planned.save(planned.scenario("基准").changed(seed=7))
    with pytest.raises(InputError, match="stale"):
        freeze(planned, "基准", "review")
    planned.rename("基准", "改名")
    frozen = planned.folder / "versions" / made.name
    assert (frozen / "plan" / "plan.json").read_bytes() == before
    # One that somebody changed is told.
    file = planned.folder / "versions" / second.name / "plan" / "map.html"
    file.chmod(0o644)
    file.write_text("x", encoding="utf-8")
    changed = {one.name: one.changed for one in versions(planned)}
    assert changed == {made.name: (), second.name: ("plan/map.html",)}
    again = open_zip(write_zip(planned, tmp_path / "p.zip"), tmp_path / "in")
    assert {one.name: one.changed for one in versions(again)} == changed


def test_nothing_is_frozen_without_a_plan(project):
    with pytest.raises(InputError, match="no plan yet"):
        freeze(project, "基准", "issued")


LINES = {
    "move-units": "units=u1,u2 grid=G2",
    "move-community": "community=x grid=G2",
    "move-street": "subdistrict=x grid=G2",
    "hold-units": "units=u1 held=yes",
    "hold-grid": "grid=G1 held=否",
    "open-center": "center=X1 unit=u1",
    "close-center": "center=c1",
    "move-center": "center=c1 unit=u1",
    "rename-center": 'center=c1 name="a b"',
    "enlarge-center": "center=c1 residents=30000",
    "set-lead": "grid=G1 lead=h1",
    "assign-units": "units=u1，u2 center=c1",
    "set-regional": "center=c1 regional=no",
    "manage": "center=c1 by=c2",
}


@pytest.mark.parametrize("kind", sorted(set(FIELDS) - {"move-area"}))
def test_every_edit_can_be_written_on_a_line(kind):
    edit = edit_of(f"{kind} {LINES[kind]}")
    assert edit.do == kind
    assert all(not isinstance(value, str) or value != "yes" for value in edit.values.values())


@pytest.mark.parametrize("line", ["", "fly", "close-center", "close-center c1", "x='",
                                  "enlarge-center center=c1 residents=many"])  # fmt: skip
def test_a_line_that_is_no_edit(line):
    with pytest.raises(InputError):
        edit_of(line)


def test_the_meeting_on_the_command_line(call, planned, tmp_path):
    done = call("edit", ".", "基准", "rename-center center=c1 name=西站", "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "edits in force: 1" in done.output
    assert call("undo", ".", "基准").exit_code == 0
    assert call("redo", ".", "基准").exit_code == 0
    table = tmp_path / "修订对照表.xlsx"
    done = call("revise", ".", "基准", "rename-center center=c2 name=东站", "--as", "会后",
                "--table", table)  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "修订前" in done.output
    assert "所提要求" in done.output
    rows = pd.read_excel(table, engine="openpyxl")
    assert list(rows["修订后"]) == ["东站"]
    assert "会后" in planned.scenarios()
    assert len(planned.journal("会后").done) == 2
    assert planned.scenario("会后").parent == "基准"
    csv = call("revise", ".", "基准", "rename-center center=c2 name=x", "--table", "x.doc")
    assert csv.exit_code == 2
    assert "会后-2" not in planned.scenarios()
    assert call("opinion", "add", ".", "改名", "--from", "东街道办").exit_code == 0
    answered = call("opinion", "answer", ".", 1, "adopted", "--reason", "照办", "--scenario",
                    "会后", "--edit", 2)  # fmt: skip
    assert answered.exit_code == 0, answered.output
    told = call("opinion", "list", ".").output
    assert "采纳" in told
    assert "会后" in told
    assert call("freeze", ".", "会后", "--as", "review").exit_code == 2
    assert call("run", ".", "基准").exit_code == 0
    assert call("freeze", ".", "基准", "--as", "review").exit_code == 0
    told = call("versions", ".", "--lang", "en").output
    assert "Draft for review" in told
    assert call("rest", ".", "基准", "其余").exit_code == 0
    listed = call("list", ".", "--lang", "en").output
    assert "其余" in listed
    assert call("show", ".", "其余").exit_code == 0
    assert call("list", ".", "--json").exit_code == 0
