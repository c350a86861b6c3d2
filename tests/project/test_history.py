"""Edits kept with a scenario: every step is on the disk, and what is replaced is not lost."""

import json
import subprocess
import sys

import pytest

from gridplan.errors import InputError
from gridplan.outputs.reading.written import read_written
from gridplan.planning.editing import edit as edits
from gridplan.project.history import open_history
from gridplan.project.kept.place import ChangedMeanwhileError
from gridplan.project.project import Project
from gridplan.project.running import run


def grids_of(history):
    return dict(
        zip(history.edited.units.index, history.edited.units["grid"].astype(str), strict=True)
    )


def base_of(history):
    return json.dumps(history.states[0].as_dict(history.edited.ground.district), sort_keys=True)


def state_of(history):
    return json.dumps(history.edited.state.as_dict(history.edited.ground.district), sort_keys=True)


def test_edits_are_kept_undone_and_redone(planned):
    start = open_history(planned, "基准")
    west = grids_of(start)["u20"]
    other = next(name for name in start.edited.state.grids if name != west)
    first = start.do(edits.move_units(["u20"], other))
    second = first.do(edits.rename_center("c1", "新名"))
    assert grids_of(open_history(planned, "基准"))["u20"] == other
    assert state_of(open_history(planned, "基准")) == state_of(second)
    back = second.undo().undo()
    assert state_of(back) == state_of(start)
    read = open_history(planned, "基准")
    assert state_of(read) == state_of(start)
    assert [edit.do for edit in read.undone] == ["rename-center", "move-units"]
    assert state_of(read.redo().redo()) == state_of(second)
    with pytest.raises(InputError, match="no edit to redo"):
        open_history(planned, "基准").redo()
    with pytest.raises(InputError, match="no edit to undo"):
        start.undo()


def test_a_branch_becomes_a_scenario_of_its_own(planned):
    start = open_history(planned, "基准")
    assert start.branch == ""
    other = next(g for g in start.edited.state.grids if g != grids_of(start)["u20"])
    long_way = start.do(edits.move_units(["u20"], other)).do(edits.rename_center("c1", "甲"))
    new = long_way.undo().undo().do(edits.rename_center("c1", "乙"))
    assert new.branch == "基准-2"
    assert [edit.do for edit in new.edits] == ["rename-center"]
    branch = open_history(planned, "基准-2")
    assert state_of(branch) == state_of(long_way)
    assert planned.scenario("基准-2").parent == "基准"
    assert state_of(open_history(planned, "基准")) == state_of(new)


def test_two_windows_edit_one_scenario(planned):
    mine, theirs = open_history(planned, "基准"), open_history(planned, "基准")
    mine = mine.do(edits.rename_center("c1", "甲"))
    before = planned.journal("基准")
    with pytest.raises(ChangedMeanwhileError):
        theirs.do(edits.rename_center("c1", "乙"))
    assert planned.journal("基准") == before
    assert [edit.do for edit in mine.edits] == ["rename-center"]
    assert "基准-2" not in planned.scenarios()


def test_edits_make_the_plan_stale_and_run_lays_them_over_it(planned):
    start = open_history(planned, "基准")
    other = next(g for g in start.edited.state.grids if g != grids_of(start)["u20"])
    edited = start.do(edits.move_units(["u20"], other))
    assert [p.code for p in planned.plan_state("基准").reasons] == ["plan-stale-edits"]
    made, _ = run(planned, "基准")
    assert planned.plan_state("基准").state == "current"
    assert {proof.status for proof in made.certificates.values()} == {"drawn"}
    written = read_written(planned.plan_folder("基准")).layout.units["grid"]
    assert dict(written) == grids_of(edited)
    # Undone: the plan that was edited is still known.
    again = open_history(planned, "基准").undo()
    assert state_of(again) == state_of(start)
    run(planned, "基准")
    written = read_written(planned.plan_folder("基准")).layout.units["grid"]
    assert dict(written) == grids_of(start)


def test_edits_are_done_again_on_a_changed_district(planned):
    start = open_history(planned, "基准")
    other = next(g for g in start.edited.state.grids if g != grids_of(start)["u20"])
    start.do(edits.move_units(["u20", "u53"], other)).do(edits.rename_center("c2", "东站"))
    units = planned.district_folder / "units.csv"
    lines = units.read_text(encoding="utf-8").splitlines(keepends=True)
    units.write_text("".join(x for x in lines if not x.startswith("u53")), encoding="utf-8")
    read = open_history(planned, "基准")
    assert read.conflicts[0][1].code == "edit-stale-base"
    assert (0, "edit-units-gone") in [(n, p.code) for n, p in read.conflicts]
    notes = []
    made, _ = run(planned, "基准", tell=notes.append)
    assert [note.code for note in notes if note.code.startswith("edit")] == ["edit-conflict"]
    assert made.layout.centers.loc["c2", "name"] == "东站"
    assert len(made.layout.units) == 23
    again = open_history(planned, "基准")
    assert [(number, p.code) for number, p in again.conflicts] == [(0, "edit-units-gone")]
    assert planned.plan_state("基准").state == "current"


def test_the_rest_is_planned_anew_and_what_is_held_stays(planned):
    start = open_history(planned, "基准")
    own = grids_of(start)
    other = next(g for g in start.edited.state.grids if g != own["u20"])
    held = start.do(edits.move_units(["u20"], other)).do(edits.hold_units(["u20", "u21"]))
    kept = held.rest("其余重排")
    changed = {one.key for one in planned.difference("其余重排")}
    assert "fix" in changed
    assert planned.journal("其余重排").done == ()
    made, _ = run(planned, kept.name)
    lead = made.layout.units["lead"]
    leads = dict(zip(held.edited.state.grids, held.edited.state.leads, strict=True))
    now = grids_of(held)
    assert lead["u20"] == leads[now["u20"]]
    assert lead["u21"] == leads[now["u21"]]


def test_without_a_plan_there_is_nothing_to_edit(project, planned):
    with pytest.raises(InputError, match="no plan yet"):
        open_history(project, "基准")
    planned.save(planned.scenario("基准").changed(seed=2))
    with pytest.raises(InputError, match="stale"):
        open_history(planned, "基准")


SCRIPT = """
import sys
from gridplan.planning.editing import edit as edits
from gridplan.project.history import open_history
from gridplan.project.project import Project
history = open_history(Project.open(sys.argv[1]), "基准")
turn = len(history.edits)
while True:
    history = history.do(edits.rename_center("c1", f"名{turn}"))
    turn += 1
    print(turn, flush=True)
"""


def test_kills_while_editing_lose_no_edit(planned):
    told = 0
    for _ in range(2):
        window = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(planned.folder)], stdout=subprocess.PIPE, text=True
        )
        lines = [window.stdout.readline() for _ in range(4)]
        window.kill()
        lines += window.stdout.read().split()
        window.stdout.close()
        window.wait()
        told = max(told, *(int(line) for line in lines if str(line).strip()))
        history = open_history(Project.open(planned.folder), "基准")
        assert told <= len(history.edits) <= told + 1
        names = [edit.values["name"] for edit in history.edits]
        assert names == [f"名{turn}" for turn in range(len(names))]
