"""Edits by hand: each gives at once what working everything out anew gives, and loses nobody."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.district.agreements import Agreements
from gridplan.errors import InputError
from gridplan.planning.checks.checks import check
from gridplan.planning.editing import edit as edits
from gridplan.planning.editing.edit import FIELDS, Edit, edit_from
from gridplan.planning.editing.edited import (
    DOES,
    apply,
    apply_or_refuse,
    at,
    begin,
    begin_from,
    conflict_of,
    replay,
)
from gridplan.planning.editing.whole import layout_of, plan_of
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario
from gridplan.policy.profile import profile_names
from tests.planning.conftest import build_lattice

SCENARIO = Scenario(
    grids=2,
    grid_tolerance=0.3,
    center_lower=300,
    center_upper=900,
    work_limit=0.02,
    profiles=profile_names(),
)


@pytest.fixture(scope="module")
def start():
    """Plan a lattice of 6 x 4 units with two centers open today, ready for edits."""
    people = np.random.default_rng(5).integers(0, 5, (4, 6)) * 50.0 + 25
    leads, centers = [(0, 0), (5, 0), (2, 3)], [(1, 1), (4, 2)]
    district = build_lattice(6, 4, people=people, leads=leads, centers=centers)
    made = plan(district, SCENARIO)
    return begin(made.layout, made.scenario)


UNITS = [f"c{c}r{r}" for c in range(6) for r in range(4)]
GRIDS = st.sampled_from(["G1", "G2", "G2", "G1", "G9"])
CENTERS = st.sampled_from(["e1", "e2", "N001", "N002", "X1", "X2", "nobody"])
SEVERAL = st.lists(st.sampled_from([*UNITS, "gone"]), min_size=1, max_size=9, unique=True)
UNIT = st.sampled_from([*UNITS, "gone"])
ANY_EDIT = st.one_of(
    st.builds(edits.move_units, SEVERAL, GRIDS),
    st.builds(edits.move_community, st.sampled_from(["west-0", "east-1", "none"]), GRIDS),
    st.builds(edits.move_street, st.sampled_from(["west", "east"]), GRIDS),
    st.builds(lambda u, h: edits.hold_units(u, held=h), SEVERAL, st.booleans()),
    st.builds(lambda g, h: edits.hold_grid(g, held=h), GRIDS, st.booleans()),
    st.builds(edits.open_center, CENTERS, UNIT),
    st.builds(edits.close_center, CENTERS),
    st.builds(edits.move_center, CENTERS, UNIT),
    st.builds(edits.rename_center, CENTERS, st.sampled_from(["", "新社康"])),
    st.builds(edits.enlarge_center, CENTERS, st.integers(1, 2000)),
    st.builds(edits.set_lead, GRIDS, st.sampled_from(["h1", "h2", "h3", "h9"])),
    st.builds(edits.assign_units, SEVERAL, CENTERS),
    st.builds(lambda c, r: edits.set_regional(c, regional=r), CENTERS, st.booleans()),
    st.builds(edits.manage, CENTERS, CENTERS),
)


def same(one, other):
    """Whether two cells tell the same: figures to a billionth."""
    if one is None or other is None or isinstance(one, (str, bool)):
        return one == other or (pd.isna(one) and pd.isna(other))
    if isinstance(one, (list, tuple)):
        return list(one) == list(other)
    if pd.isna(one) or pd.isna(other):
        return bool(pd.isna(one) and pd.isna(other))
    if isinstance(one, (int, float, np.number)):
        return bool(abs(float(one) - float(other)) <= 1e-9 * max(1.0, abs(float(one))))
    return bool(one == other)


def assert_same_table(one, other):
    assert list(one.index) == list(other.index)
    common = [name for name in one.columns if name in other.columns and name != "geometry"]
    for name in common:
        pairs = zip(one[name].astype(object), other[name].astype(object), strict=True)
        assert all(same(a, b) for a, b in pairs), name


def assert_as_anew(edited):
    """What was kept by halves is what laying out and judging everything anew gives."""
    full, _ = layout_of(edited)
    ground = edited.ground
    for name in ("units", "grids", "centers", "subdistricts", "hospitals"):
        assert_same_table(getattr(edited.layout, name), getattr(full, name))
    assert edited.layout.groups == full.groups
    anew = check(full, ground.rules, ground.scenario, assessment=ground.assessment, quick=True)
    assert_same_table(edited.findings, anew)
    extents = full.grids["boundary_km"].sum() / 2
    assert edited.boundary_km == pytest.approx(extents)


def assert_sound(edited):
    """Nobody is without a grid or a center, and everybody is counted once."""
    state, people = edited.state, edited.ground.people
    assert ((state.grid >= 0) & (state.grid < len(state.grids))).all()
    assert ((state.center >= 0) & (state.center < len(state.sites))).all()
    assert set(state.grid) == set(range(len(state.grids)))
    for table in (edited.grids, edited.centers):
        assert table["population"].sum() == people.sum()
    # Within one's own grid, where that has a center.
    home = state.home
    inside = home[state.center] == state.grid
    assert all(inside[n] or state.grid[n] not in home for n in range(len(inside)))
    managers = state.manager[state.manager >= 0]
    assert state.regional[managers].all()


@settings(max_examples=12)
@given(st.lists(ANY_EDIT, min_size=1, max_size=7))
def test_any_edits_come_to_what_working_it_out_anew_comes_to(start, changes):
    edited = start
    for edit in changes:
        before = edited
        edited = apply(edited, edit)
        assert_sound(edited)
        assert edited.conflicts or edited.state is not before.state
        columns = [
            edited.units[n].to_numpy() != before.units[n].to_numpy() for n in ("grid", "center")
        ]
        moved = np.logical_or(*columns)
        assert edited.moved_units == moved.sum()
        assert edited.moved_residents == edited.ground.people[moved].sum()
        old = {(r["rule"], r["subject"]): r["state"] for r in before.findings.to_dict("records")}
        new = {(r["rule"], r["subject"]): r["state"] for r in edited.findings.to_dict("records")}
        states = {key for key in old | new if old.get(key) != new.get(key)}
        states = {key for key in states if not key[0].startswith("conflict:")}
        turned = {(t.rule, t.subject) for t in edited.turned if t.before != t.after}
        assert states <= turned
    assert_as_anew(edited)


@settings(max_examples=15)
@given(st.lists(ANY_EDIT, min_size=1, max_size=8))
def test_undo_comes_back_byte_for_byte_and_a_replay_is_the_same(start, changes):
    district = start.ground.district

    def written(edited):
        return json.dumps(edited.state.as_dict(district), sort_keys=True, ensure_ascii=False)

    states = [start.state]
    edited = start
    for edit in changes:
        edited = apply(edited, edit)
        states.append(edited.state)
    last = written(edited)
    # Through a file and back.
    kept = [edit_from(json.loads(json.dumps(edit.as_dict()))) for edit in changes]
    assert kept == list(changes)
    again, _ = replay(start, kept)
    assert written(again) == last
    for state in reversed(states[:-1]):
        edited = at(edited, state)
    assert written(edited) == written(start)
    assert edited.findings.equals(start.findings)
    read = begin_from(json.loads(last), district, start.ground.scenario)
    assert written(read) == last
    assert not read.conflicts


def test_every_kind_of_edit_is_done():
    assert set(DOES) == set(FIELDS)


@pytest.mark.parametrize(
    "values",
    [
        {"do": "move-units", "units": [], "grid": "G1"},
        {"do": "move-units", "units": "c0r0", "grid": "G1"},
        {"do": "move-units", "units": ["c0r0"]},
        {"do": "move-units", "units": ["c0r0"], "grid": "G1", "more": 1},
        {"do": "fly", "units": ["c0r0"]},
        {"do": "enlarge-center", "center": "e1", "residents": -5},
        {"do": "enlarge-center", "center": "e1", "residents": True},
        {"do": "hold-grid", "grid": "G1", "held": "yes"},
        {"do": "move-area", "area": [[1, 2], [3, 4]], "grid": "G1"},
        {"do": "move-area", "area": [[1, 2], [3, 4], ["a", 5]], "grid": "G1"},
        {"do": 5},
        {},
    ],
)
def test_an_edit_that_says_nothing_sensible_is_refused(values):
    with pytest.raises(InputError, match="not written as it should be"):
        edit_from(values)


def test_an_edit_that_changes_nothing_is_refused_with_its_reason(start):
    with pytest.raises(InputError, match="There is no grid G9"):
        apply_or_refuse(start, edits.move_units(["c0r0"], "G9"))
    grid = start.units["grid"].iloc[0]
    with pytest.raises(InputError, match="already"):
        apply_or_refuse(start, edits.move_units([start.units.index[0]], str(grid)))


def test_locked_units_stay(start):
    grid = str(start.units.loc["c0r0", "grid"])
    other = next(name for name in start.state.grids if name != grid)
    held = apply(start, edits.hold_units(["c0r0", "c0r1"]))
    moved = apply(held, edits.move_street("west", other))
    assert str(moved.units.loc["c0r0", "grid"]) == grid
    assert any(problem.code == "edit-units-held" for problem in moved.conflicts)
    locked = apply(start, edits.hold_grid(other))
    assert apply(locked, edits.move_units(["c0r0"], other)).state is locked.state
    left = [str(unit) for unit in start.units.index[(start.units["grid"] == other).to_numpy()]]
    assert apply(locked, edits.move_units(left[:1], grid)).state is locked.state


def test_an_area_takes_the_units_whose_middle_it_holds(start):
    units = start.ground.district.units
    grid = str(start.units.loc["c0r0", "grid"])
    other = next(name for name in start.state.grids if name != grid)
    box = units.loc[["c0r0", "c0r1"]].geometry.union_all().buffer(10).envelope
    degrees = pd.Series([box]).pipe(lambda s: units.iloc[:1].set_geometry(list(s), crs=units.crs))
    corners = list(degrees.to_crs("EPSG:4326").geometry.iloc[0].exterior.coords)
    moved = apply(start, edits.move_area(corners, other))
    changed = moved.units.index[(moved.units["grid"] != start.units["grid"].to_numpy()).to_numpy()]
    assert set(changed) <= {"c0r0", "c0r1"}
    assert "c0r0" in set(changed)
    bow = [(corners[0]), (corners[2]), (corners[1]), (corners[3])]
    assert apply(start, edits.move_area(bow, other)).conflicts is not None


def test_a_plan_of_edits_claims_no_optimum(start):
    edited, _ = replay(
        start, [edits.move_units(["c2r0"], "G2"), edits.open_center("X1", "c0r3", name="新")]
    )
    made = plan_of(edited)
    assert {proof.status for proof in made.certificates.values()} == {"drawn"}
    assert made.notes[0].code == "plan-edited"
    assert made.layout.centers.loc["X1", "name"] == "新"
    assert "X1" in set(made.layout.units["center"])


def test_edits_on_a_district_that_has_changed(start):
    """Units that are gone are told; the rest is done, and nobody is without a grid."""
    district = start.ground.district
    changes = [
        edits.move_units(["c0r0", "c5r3"], "G2"),
        edits.open_center("X1", "c5r3"),
        edits.rename_center("e1", "西站"),
    ]
    kept = start.state.as_dict(district)
    gone = district.units.drop(index=["c5r3"]).rename(index={"c4r3": "new"})
    smaller = dataclasses.replace(district, units=gone.rename_axis("unit"), agreements=Agreements())
    begun = begin_from(kept, smaller, start.ground.scenario)
    assert [p.code for p in begun.conflicts] == ["edit-units-gone", "edit-units-new"]
    after, conflicts = replay(begun, changes)
    assert_sound(after)
    assert [(number, problem.code) for number, problem in conflicts] == [
        (0, "edit-units-gone"),
        (1, "edit-unit-gone"),
    ]
    assert after.centers.loc["e1", "name"] == "西站"
    told = conflict_of(*conflicts[0])
    assert told.text("en").startswith("Edit 1 could not be done as it stands: 1 units are no")
    assert told.text("zh").startswith("第 1 步编辑未能照做：1 个基本单元")
    assert_as_anew(after)


def test_the_last_center_and_the_last_unit_stay(start):
    edited = start
    for center in list(start.centers.index[1:]):
        edited = apply(edited, edits.close_center(str(center)))
    last = str(edited.centers.index[0])
    assert apply(edited, edits.close_center(last)).state is edited.state
    assert_as_anew(edited)
    everything = Edit("move-units", {"units": tuple(UNITS), "grid": "G1"})
    assert [p.code for p in apply(start, everything).conflicts] == ["edit-grid-empty"]


def test_edits_without_grids_streets_or_regional_centers(lattice):
    """A district that has neither grids nor 1+N is edited all the same."""
    district = lattice(4, 2, leads=[(0, 0)], centers=[(0, 0), (3, 1)], people=500.0)
    scenario = dataclasses.replace(SCENARIO, grids=0, regional_max=0, center_upper=4000)
    made = plan(district, scenario)
    begun = begin(made.layout, made.scenario)
    edited, _ = replay(
        begun, [edits.open_center("X", "c1r1"), edits.assign_units(["c3r0"], "X"),
                edits.close_center("e1")]
    )  # fmt: skip
    assert len(edited.centers) == len(begun.centers)
    assert edited.centers["population"].sum() == 4000
    assert set(edited.units["center"]) <= set(edited.centers.index)
    assert apply(begun, edits.move_units(["c0r0"], "G1")).state is begun.state
    assert_as_anew(edited)
