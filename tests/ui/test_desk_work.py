"""Edits of a plan in one window: taken back and done again, and kept for the next window."""

import dataclasses
from types import SimpleNamespace

import pytest
import streamlit as st

from gridplan.errors import InputError
from gridplan.planning.editing import edit as edits
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario
from gridplan.ui.desk.edit_mode import strokes_of
from gridplan.ui.desk.work import PROBLEMS, change, reset, work_now

SCENARIO = Scenario(grids=2, center_lower=10_000, center_upper=20_000, work_limit=1)


@pytest.fixture(scope="module")
def made():
    """A plan of the tiny district, made once."""
    kept = {}

    def of(district):
        if "plan" not in kept:
            kept["plan"] = plan(district, SCENARIO)
        return SimpleNamespace(key="0" * 32, plan=kept["plan"])

    return of


@pytest.fixture
def result(made, tiny_district, monkeypatch):
    monkeypatch.setattr(st, "session_state", {})
    return made(tiny_district)


def other_unit(result):
    units = result.plan.layout.units
    return units.index[units["grid"] == "G2"][0]


def test_undo_and_redo_lead_back_and_forth(result):
    first = work_now(result).edited.state
    unit = other_unit(result)
    change(result, lambda work: work.do(edits.move_units([unit], "G1")))
    moved = work_now(result)
    assert moved.edited.units.loc[unit, "grid"] == "G1"
    change(result, lambda work: work.undo())
    assert work_now(result).edited.state is first
    change(result, lambda work: work.redo())
    assert work_now(result).edited.state is moved.edited.state
    reset(result)
    assert work_now(result).edited.state is first
    assert len(work_now(result).undone) == 1


def test_what_cannot_be_done_is_said_and_changes_nothing(result):
    before = work_now(result)
    change(result, lambda work: work.do(edits.close_center("nowhere")))
    assert st.session_state[PROBLEMS]
    assert work_now(result) is before
    with pytest.raises(InputError):
        before.do(edits.close_center("nowhere"))


def test_another_window_finds_the_edits(result, workspace):
    unit = other_unit(result)
    change(result, lambda work: work.do(edits.move_units([unit], "G1")))
    assert [*workspace.glob("edits/*.json")]
    st.session_state.clear()
    again = work_now(result)
    assert [edit.as_dict() for edit in again.edits] == [edits.move_units([unit], "G1").as_dict()]
    assert again.edited.units.loc[unit, "grid"] == "G1"
    st.session_state.clear()
    other = SimpleNamespace(key="1" * 32, plan=dataclasses.replace(result.plan))
    assert not work_now(other).edits


def test_every_stroke_of_the_brush_counts_once(result):
    units, names = result.plan.layout.units["grid"], list(result.plan.district.units.index)
    some = [names.index(unit) for unit in units.index[units == "G2"][:2]]
    first = {"number": 7, "grid": 0, "units": some[:1]}
    # The second crosses the unit of the first, and comes along with it once more.
    second = {"number": 9, "grid": 0, "units": some}
    strange = [{"number": "x"}, {"number": 11, "grid": 99, "units": some}, {"number": 12}]
    found = []
    for strokes in ([first], [first, second], [second, *strange], "none"):
        found.append(strokes_of({"strokes": strokes}, work_now(result)))
        for edit in found[-1]:
            change(result, lambda work, edit=edit: work.do(edit))
    told = [[list(edit.values["units"]) for edit in edits_] for edits_ in found]
    assert told == [[[names[some[0]]]], [[names[some[1]]]], [], []]
    assert not st.session_state[PROBLEMS]
