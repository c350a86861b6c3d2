"""Plans held against each other: counted by hand, and whatever they are called."""

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest
from drawn import SCENARIO, layout_of
from hypothesis import given
from hypothesis import strategies as st

from gridplan.errors import InputError
from gridplan.planning.checks.checks import FINDING_COLUMNS
from gridplan.planning.comparing.changes import (
    changed_centers,
    changed_communities,
    changed_units,
    moved_centers,
)
from gridplan.planning.comparing.comparison import compare_plans
from gridplan.planning.comparing.figures import FIGURES, better, figures_of
from gridplan.planning.comparing.front import pareto_front
from gridplan.planning.comparing.matching import same_centers, same_grids
from gridplan.planning.comparing.turned import rules_turned, turned_findings
from gridplan.planning.plan import Plan

NOTHING = pd.DataFrame(columns=list(FINDING_COLUMNS), dtype=object)


def plan_of(layout, findings=NOTHING, **scenario):
    return Plan(
        district=layout.district,
        scenario=dataclasses.replace(SCENARIO, **scenario),
        layout=layout,
        findings=findings,
        certificates={},
        notes=(),
    )


def moved(layout, units, grid):
    table = layout.units.copy()
    table.loc[units, "grid"] = grid
    return dataclasses.replace(layout, units=table)


@pytest.fixture
def district(lattice):
    return lattice(4, 2, people=1000.0, leads=((0, 0), (3, 0)), centers=((0, 0), (3, 0)))


@pytest.fixture
def layout(district):
    made = layout_of(district)
    units = made.units.assign(
        metres_to_center=100.0, lead=made.units["grid"].map(made.grids["lead"])
    )
    centers = made.centers.assign(community=None, mean_metres=100.0)
    centers = centers.set_geometry(centers.geometry.centroid)
    grids = made.grids.assign(deviation=0.0)
    return dataclasses.replace(made, units=units, centers=centers, grids=grids)


def test_nothing_differs_from_itself(layout):
    found = compare_plans([plan_of(layout), plan_of(layout)])
    (one,) = found.differences
    assert one.units.empty
    assert one.communities.empty
    assert one.centers.empty
    assert one.findings.empty
    assert one.grid_residents == one.center_residents == 0
    assert not found.better.to_numpy().any()
    assert found.front.all()


@given(st.permutations(["G1", "G2"]))
def test_names_of_grids_do_not_count(district, names):
    one = layout_of(district)
    called = dict(zip(("G1", "G2"), names, strict=True))
    units = one.units.assign(grid=one.units["grid"].map(called))
    grids = one.grids.rename(index=called).sort_index()
    other = dataclasses.replace(one, units=units, grids=grids)
    assert same_grids(one, other).to_dict() == {called[name]: name for name in called}
    assert changed_units(one, other).empty


def test_who_moves_is_counted_by_unit_and_community(layout):
    other = moved(layout, ["c1r0", "c1r1"], "G2")
    units = changed_units(layout, other)
    assert list(units.index) == ["c1r0", "c1r1"]
    assert units["grid_changed"].all()
    assert not units["center_changed"].any()
    people = layout.district.units["population"]
    table = changed_communities(units, layout)
    assert table["grid_residents"].sum() == people[["c1r0", "c1r1"]].sum()
    assert table["grids"].iloc[0][0][:2] == ("G1", "G2")


@given(st.lists(st.integers(0, 7), unique=True))
def test_moved_residents_are_what_the_best_matching_leaves(district, rows):
    one = layout_of(district)
    names = district.units.index[rows]
    turned = np.where(one.units.loc[names, "grid"] == "G1", "G2", "G1")
    other = moved(one, names, turned)
    people = district.units["population"]
    found = changed_units(one, other)
    counted = found.loc[found["grid_changed"], "population"].sum()
    least = min(
        people[
            one.units["grid"] != other.units["grid"].map(dict(zip(("G1", "G2"), way, strict=True)))
        ].sum()
        for way in itertools.permutations(("G1", "G2"))
    )
    assert counted == least


def test_new_centers_are_the_same_by_place_and_existing_ones_by_id(layout):
    new = layout.centers.assign(status="new")
    one = dataclasses.replace(layout, centers=new)
    renamed = new.rename(index={"e1": "n7", "e2": "n9"})
    near = renamed.set_geometry(renamed.geometry.translate(0.3, 0.3))
    assert same_centers(one, dataclasses.replace(one, centers=near)).to_dict() == {
        "n7": "e1",
        "n9": "e2",
    }
    far = renamed.set_geometry(renamed.geometry.translate(3.0, 0.0))
    assert same_centers(one, dataclasses.replace(one, centers=far)).isna().all()
    changes = changed_centers(one, dataclasses.replace(one, centers=far))["change"]
    assert changes.to_dict() == {"n7": "opened", "n9": "opened", "e1": "dropped", "e2": "dropped"}
    old = layout.centers.assign(status="existing")
    both = dataclasses.replace(layout, centers=old)
    fewer = dataclasses.replace(layout, centers=old.loc[["e2"]])
    assert changed_centers(both, fewer)["change"].to_dict() == {"e1": "closed"}
    assert changed_centers(fewer, both)["change"].to_dict() == {"e1": "kept-open"}


def finding(rule, state, subject="000001", kind="district"):
    blank = dict.fromkeys(FINDING_COLUMNS)
    told = {"profile": "p", "rule": rule, "level": "must", "subject_kind": kind}
    return {**blank, **told, "subject": subject, "state": state, "unit": "count"}


def test_rules_turn_as_a_whole_and_findings_one_by_one():
    before = pd.DataFrame([finding("a", "passed"), finding("b", "failed"), finding("c", "failed")])
    after = pd.DataFrame([finding("a", "failed"), finding("b", "passed"), finding("c", "waiting")])
    turned = turned_findings(before, after)
    assert dict(zip(turned["rule"], turned["turn"], strict=True)) == {
        "a": "gained",
        "b": "mended",
        "c": "mended",
    }
    rules = rules_turned(before, after)
    assert (rules.gained, rules.mended, rules.silent) == (("p/a",), ("p/b",), ("p/c",))


def test_a_rule_that_fails_elsewhere_now_has_not_turned():
    one = pd.DataFrame(
        [finding("a", "failed", "e1", "center"), finding("a", "passed", "e2", "center")]
    )
    other = pd.DataFrame(
        [finding("a", "passed", "e1", "center"), finding("a", "failed", "e2", "center")]
    )
    assert len(turned_findings(one, other)) == 2
    assert rules_turned(one, other).gained == rules_turned(one, other).mended == ()


def test_subjects_are_followed_by_what_they_were_called():
    one = pd.DataFrame([finding("a", "failed", "G1", "grid")])
    other = pd.DataFrame([finding("a", "failed", "G2", "grid")])
    assert turned_findings(one, other, renamed={"grid": {"G2": "G1"}}).empty
    lost = turned_findings(one, other, renamed={"grid": {"G2": None}})
    assert set(lost["turn"]) == {"gained", "mended"}


@pytest.mark.parametrize("code", FIGURES)
def test_better_is_the_other_way_round_from_behind(code):
    assert better(code, 1.0, 2.0) == -better(code, 2.0, 1.0) == FIGURES[code].sense
    assert better(code, 1.0, 1.0) == better(code, float("nan"), 1.0) == 0


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=6))
def test_the_front_is_what_no_other_beats(rows):
    table = pd.DataFrame(rows, columns=["near", "walk"], dtype=float)
    for at, on in pareto_front(table, ("near", "walk")).items():
        near, walk = rows[at]
        beaten = any(n >= near and w <= walk and (n, w) != (near, walk) for n, w in rows)
        assert on != beaten


def test_figures_are_counted_from_the_layout(layout):
    told = figures_of(plan_of(layout, close=("e9",)))
    assert told["residents"] == 8000
    assert told["grids"] == 2
    assert told["drive"] == 20
    assert told["walk"] == 100
    assert told["centers-closed"] == 1
    assert set(told) == set(FIGURES)


def test_what_cannot_be_compared_is_refused(layout, district):
    plan = plan_of(layout)
    with pytest.raises(InputError, match="one plan only"):
        compare_plans([plan])
    elsewhere = dataclasses.replace(district, code="999999")
    with pytest.raises(InputError, match="different districts"):
        compare_plans([plan, dataclasses.replace(plan, district=elsewhere)])
    fewer = dataclasses.replace(layout, units=layout.units.iloc[1:])
    with pytest.raises(InputError, match="not over the same units"):
        compare_plans([plan, plan_of(fewer)])
    with pytest.raises(InputError, match="Not a figure"):
        compare_plans([plan, plan], measures=["residents"])


def test_a_center_that_took_the_residents_of_another_is_that_one_moved(layout):
    new = layout.centers.assign(status="new")
    before = dataclasses.replace(layout, centers=new)
    first, second = new.index
    away = new.geometry.translate(xoff=500.0)
    there = new.set_geometry(away.where(new.index == first, new.geometry))
    after = dataclasses.replace(layout, centers=there.rename(index={first: "N9"}))
    units = layout.units.assign(center=layout.units["center"].replace({first: "N9"}))
    after = dataclasses.replace(after, units=units)
    moves = moved_centers(before, after)
    assert moves.to_dict(orient="records") == [{"before": first, "after": "N9", "metres": 500.0}]
    assert moved_centers(before, before).empty
    # One that shares few residents with it is another center.
    shared = after.units.assign(center=second)
    shared.loc[shared.index[0], "center"] = "N9"
    assert moved_centers(before, dataclasses.replace(after, units=shared)).empty
