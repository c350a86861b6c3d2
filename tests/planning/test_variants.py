"""Variants: nothing is named that was not tried; what is named is what planning it gives."""

import dataclasses
from functools import cache

import pandas as pd
import pytest
from drawn import hospital_row, with_columns, with_hospitals

from gridplan.errors import InputError
from gridplan.planning.layout.variant import (
    ALL,
    GRIDS,
    LETTERS,
    NONE,
    Variant,
    best_of,
    variant_from,
)
from gridplan.planning.plan import plan as make_plan
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.variants.elsewhere import Order, plan_all
from gridplan.planning.variants.passing import TrialParams, with_variants
from gridplan.planning.variants.proposals import NAMED, OF_GRIDS, PROPOSED, Asked, proposals
from gridplan.planning.variants.proposing import adopted, adopted_alternative, plan_adopted
from gridplan.planning.variants.side_by_side import chosen_of, side_by_side
from gridplan.planning.variants.suppositions import supposed
from gridplan.planning.variants.trying import failing

SCENARIO = Scenario(
    grids=2,
    grid_tolerance=0.5,
    center_lower=4_000,
    center_upper=20_000,
    regional_max=0,
    work_limit=0.2,
    profiles=("national-trial-2023",),
)


@cache
def led_by_a_university(lattice):
    """Two leads, one of a university: its grid has no tertiary hospital of the city."""
    plain = lattice(6, 4, people=1_000.0, leads=((0, 0), (5, 0)))
    return with_columns(plain, "hospitals", ownership=["district", "university"])


@cache
def planned(district):
    return with_variants(make_plan(district, SCENARIO))


@pytest.fixture
def district(lattice):
    return led_by_a_university(lattice)


@pytest.fixture
def plan(district):
    return planned(district)


def of(plan, code):
    return next(one for one in plan.variants if one.code == code)


def test_one_grid_passes_and_is_what_planning_it_gives(plan, district):
    assert failing(plan.findings, "must")
    one = of(plan, "one-grid")
    assert one.letter == "B"
    assert one.judged == ALL
    assert one.must == ()
    assert one.should == ("national-trial-2023/continuing-member",)  # no member there is
    again = make_plan(district, dataclasses.replace(SCENARIO, grids=1, work_limit=0.02))
    assert failing(again.findings, "must") == one.must
    assert one.figures["grids"] == 1
    moved = (again.layout.units["lead"] != plan.layout.units["lead"]).to_numpy()
    assert one.figures["moved"] == district.units["population"].to_numpy()[moved].sum()
    assert "national-trial-2023/grids-per-city" in one.unanswered
    assert best_of(plan.variants) is one


def test_once_the_time_is_up_variants_say_that_they_were_not_tried(plan):
    """What the time limit leaves them is used up: no cut, no plan; facts ask for no search."""
    late = with_variants(dataclasses.replace(plan, variants=()), params=TrialParams(time=0.0))
    assert [one.code for one in late.variants] == [one.code for one in plan.variants]
    for one in late.variants:
        if one.changes:
            assert one.judged == NONE
            assert [reason.code for reason in one.reasons] == ["variant-not-tried"]
            assert one.reasons[0].text("en") == "Not tried: the time limit was up"


def test_every_variant_that_is_judged_fails_what_planning_it_fails(plan, district):
    for one in plan.variants:
        if not one.changes:
            continue
        assert one.judged in (ALL, GRIDS)
        changed = dataclasses.replace(SCENARIO, **one.changes, work_limit=0.02)
        again = make_plan(district, changed)
        for level, told in (("must", one.must), ("should", one.should)):
            assert set(told) <= set(failing(again.findings, level))
            if one.judged == ALL:
                assert told == failing(again.findings, level)
        lead = again.layout.units["lead"]
        travel = (district.units["population"] * again.layout.units["minutes_to_lead"]).sum()
        own = (district.units["population"] * plan.layout.units["minutes_to_lead"]).sum()
        assert one.figures["travel_percent"] == pytest.approx(100 * (travel / own - 1), abs=2e-3)
        assert lead.notna().all()


def test_a_supposed_fact_gives_the_findings_it_would_have(plan, district):
    told = of(plan, "recognised")
    assert told.supposes[0].hospital == "h2"
    assert told.figures["moved"] == 0
    assert {"national-trial-2023/tertiary-in-grid", "national-trial-2023/criterion-01"} <= set(
        told.mended
    )
    owners = ["district", "municipal"]
    real = make_plan(with_columns(district, "hospitals", ownership=owners), SCENARIO)
    assert failing(real.findings, "must") == told.must
    assert failing(real.findings, "should") == told.should
    layout = supposed(plan.layout, told.supposes)
    assert plan.layout.hospitals["ownership"]["h2"] == "university"  # nothing is changed in place
    assert layout.hospitals["ownership"]["h2"] == "municipal"


def test_a_hospital_upgraded_or_turned_is_named_where_it_stands(district):
    more = with_hospitals(
        district,
        hospital_row("s", unit="c5r3", level="secondary-a"),
        hospital_row("u", unit="c0r3", level="ungraded"),
    )
    more = with_columns(more, "hospitals", continuing_care="no")
    made = with_variants(make_plan(more, SCENARIO))
    assert [one.hospital for one in of(made, "upgraded").supposes] == ["s"]
    assert [one.hospital for one in of(made, "turned").supposes] == ["u"]
    kinds = [one.code for one in made.variants]
    assert kinds == sorted(kinds, key=list(LETTERS).index)


def test_a_plan_that_fails_nothing_tries_nothing(lattice):
    district = lattice(6, 4, people=1_000.0, leads=((0, 0), (5, 0)))
    scenario = dataclasses.replace(SCENARIO, profiles=())
    made = make_plan(district, scenario)
    assert with_variants(made) is made


def test_the_same_plan_gives_the_same_variants(plan):
    again = with_variants(dataclasses.replace(plan, variants=()))
    assert [one.as_dict() for one in again.variants] == [one.as_dict() for one in plan.variants]


def test_a_variant_is_read_back_as_it_was_written(plan):
    for one in plan.variants:
        assert variant_from(one.as_dict()).as_dict() == one.as_dict()
    refused = Variant("target", {"centers": 9}, reasons=tuple(plan.notes))
    assert variant_from(refused.as_dict()).as_dict() == refused.as_dict()


def test_what_would_change_nothing_is_not_proposed(district):
    asked = Asked(district, dataclasses.replace(SCENARIO, grids=1), ("h1",), ())
    assert set(proposals(asked, PROPOSED)) <= {"coverage"}
    whole = dataclasses.replace(SCENARIO, grid_grain="subdistrict")
    assert "streets" not in proposals(Asked(district, whole, ("h1", "h2"), ()), OF_GRIDS)


def test_letters_stand_for_one_thing_each():
    assert len(set(LETTERS.values())) == len(LETTERS)
    assert set(NAMED) | set(PROPOSED) <= set(LETTERS)


@pytest.mark.parametrize("choice", ["B", "b", "one-grid", " One-Grid "])
def test_a_variant_is_adopted_by_letter_or_name(choice, district):
    scenario = adopted(district, SCENARIO, choice)
    assert scenario.grids == 1
    assert scenario.name_en.endswith("· B")
    assert adopted(district, SCENARIO, "A") == SCENARIO


@pytest.mark.parametrize(
    ("choice", "told"), [("Z", "no variant Z"), ("H", "no variant H"), ("L", "rests on a fact")]
)
def test_what_cannot_be_adopted_is_said(choice, told, district):
    with pytest.raises(InputError, match=told):
        adopted(district, SCENARIO, choice)


def test_an_alternative_is_adopted_as_it_was_offered(district):
    offered = make_plan(district, SCENARIO, alternatives=2)
    number = len(offered.alternatives)
    drawn = adopted_alternative(district, SCENARIO, number, alternatives=2)
    made = plan_adopted(district, SCENARIO, str(number), alternatives=2)
    chosen = offered.alternatives[number - 1]
    pd.testing.assert_series_equal(drawn.grid, chosen.grid)
    leads = chosen.grid.map(chosen.leads)
    assert (made.layout.units["lead"] == leads).all()
    with pytest.raises(InputError, match="no variant 0"):
        plan_adopted(district, SCENARIO, "0", alternatives=2)
    with pytest.raises(InputError, match=f"no variant {number + 1}"):
        adopted_alternative(district, SCENARIO, number + 1, alternatives=number)


@pytest.mark.thorough
def test_side_by_side_is_the_same_however_many_processes(district):
    scenario = dataclasses.replace(SCENARIO, work_limit=0.05)
    alone = side_by_side(district, scenario, processes=1)
    ready = []
    both = side_by_side(district, scenario, processes=2, done=ready.append)
    assert [one.as_dict() for one in alone.variants] == [one.as_dict() for one in both.variants]
    assert sorted(ready) == sorted(one.letter for one in both.variants if not one.supposes)
    assert both.variants[0].code == "scenario"
    assert both.variants[0].figures["moved"] == 0
    for one in both.variants:
        if one.letter in both.plans:
            grid = both.plans[one.letter].layout.units["grid"]
            assert grid.equals(alone.plans[one.letter].layout.units["grid"])
    chosen = chosen_of(both, "one-grid")
    assert len(chosen.layout.grids) == 1
    assert chosen.scenario.name_zh.endswith("· B")
    with pytest.raises(InputError, match="no variant Q"):
        chosen_of(both, "Q")


def test_a_process_that_breaks_is_told_with_its_reason(district):
    orders = {"sound": Order(district, Scenario(work_limit=1)), "broken": Order(None, Scenario())}
    with pytest.raises(RuntimeError, match="AttributeError"):
        plan_all(orders, 2, print)
