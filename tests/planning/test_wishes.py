"""Wishes and memberships on districts small enough to draw."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from gridplan.district.agreements import Agreements, Alliance, NamedGroup, Wish
from gridplan.planning.grids.grids import plan_grids
from gridplan.planning.grids.wishes import memberships, plan_wished_grids, wish_notes
from gridplan.planning.scenario.scenario import Scenario

SCENARIO = Scenario(profiles=(), grids=2, grid_tolerance=0.2, work_limit=2.0)


@pytest.fixture
def town(lattice):
    """Ten columns, two rows, a lead at either end, centers in columns 1, 4, 5 and 8."""
    return lattice(10, 2, leads=((0, 0), (9, 0)), centers=((1, 1), (4, 1), (5, 1), (8, 1)))


def agreed(district, **parts):
    return dataclasses.replace(district, agreements=Agreements(**parts))


def lead_of(grids, district, institution):
    return grids.leads[grids.grid[district.centers.loc[institution, "unit"]]]


def test_without_wishes_the_grids_are_those_without_wishes(town):
    plain = plan_grids(town, SCENARIO)
    wished = plan_wished_grids(town, SCENARIO)
    assert wished.outcomes.empty
    assert wished.grids.grid.equals(plain.grid)


def test_wish_that_is_met_already_costs_nothing(town):
    wished = plan_wished_grids(agreed(town, wishes=(Wish("e1", "h1"),)), SCENARIO)
    (row,) = wished.outcomes.to_dict(orient="records")
    assert row["kept"]
    assert row["residents"] == row["person_metres"] == 0
    assert wished.grids.grid.equals(plan_grids(town, SCENARIO).grid)


def test_wish_moves_the_grids_and_tells_what_it_costs(town):
    plain = plan_grids(town, SCENARIO)
    assert lead_of(plain, town, "e3") == "h2"
    district = agreed(town, wishes=(Wish("e3", "h1"),))
    wished = plan_wished_grids(district, SCENARIO)
    assert lead_of(wished.grids, town, "e3") == "h1"
    (row,) = wished.outcomes.to_dict(orient="records")
    assert row["kept"]
    people = town.units["population"]
    # Worked out again from the written figures alone: metres from minutes, residents from leads.
    pace = SCENARIO.drive_metres_per_minute
    metres = [(g.minutes_to_lead * pace * people).sum() for g in (plain, wished.grids)]
    assert row["person_metres"] == pytest.approx(metres[1] - metres[0])
    assert row["person_metres"] > 0
    leads = [g.grid.map(g.leads) for g in (plain, wished.grids)]
    assert row["residents"] == people[leads[0] != leads[1]].sum() > 0
    assert wished.held == {town.centers.loc["e3", "unit"]: "h1"}
    (note,) = wish_notes(district, wished.grids, wished.outcomes)
    assert note.code == "wish-honoured"
    assert note.values["person_metres"] == f"{metres[1] - metres[0]:+,.0f}"
    assert note.values["percent"] == f"{100 * (metres[1] - metres[0]) / metres[1]:+.2f}"


def test_a_wish_is_paid_in_travel_whatever_a_boundary_is_worth(town):
    priced = dataclasses.replace(SCENARIO, grid_compactness=50.0)
    wished = plan_wished_grids(agreed(town, wishes=(Wish("e3", "h1"),)), priced)
    (row,) = wished.outcomes.to_dict(orient="records")
    pace, people = priced.drive_metres_per_minute, town.units["population"]
    metres = [
        (g.minutes_to_lead * pace * people).sum() for g in (plan_grids(town, priced), wished.grids)
    ]
    assert row["person_metres"] == pytest.approx(metres[1] - metres[0])


def test_one_row_leaves_no_way_round(lattice):
    line = lattice(10, 1, leads=((0, 0), (9, 0)), centers=((1, 0), (8, 0)))
    wishes = (Wish("e2", "h1"), Wish("e1", "h1"))
    district = agreed(line, wishes=wishes)
    wished = plan_wished_grids(district, SCENARIO)
    assert list(wished.outcomes["kept"]) == [False, True]
    assert wished.outcomes["reason"].iloc[0] == "hard-rules"
    assert wished.grids.grid.equals(plan_grids(line, SCENARIO).grid)
    (note,) = wish_notes(district, wished.grids, wished.outcomes)
    assert note.code == "wish-hard-rules"


def test_earlier_wishes_come_before_later_ones(lattice):
    line = lattice(10, 1, leads=((0, 0), (9, 0)), centers=((5, 0), (4, 0)))
    both = (
        Wish("e1", "h1"),
        Wish("e2", "h2"),
    )
    first = plan_wished_grids(agreed(line, wishes=both), SCENARIO)
    assert list(first.outcomes["kept"]) == [True, False]
    second = plan_wished_grids(agreed(line, wishes=both[::-1]), SCENARIO)
    assert list(second.outcomes["institution"]) == ["e2", "e1"]
    assert list(second.outcomes["kept"]) == [True, False]
    assert lead_of(second.grids, line, "e2") == "h2"


def test_wish_for_a_hospital_that_may_not_lead(town):
    closed = town.hospitals.assign(eligible=[True, True])
    third = closed.iloc[[0]].assign(eligible=False, unit="c4r0", name="third")
    third.index = pd.Index(["h3"], name="hospital")
    district = dataclasses.replace(town, hospitals=pd.concat([closed, third]))
    district = agreed(district, wishes=(Wish("e2", "h3"),))
    wished = plan_wished_grids(district, SCENARIO)
    assert list(wished.outcomes["reason"]) == ["not-a-lead"]
    (note,) = wish_notes(district, wished.grids, wished.outcomes)
    assert note.code == "wish-not-a-lead"


def test_membership_is_kept_and_the_border_it_crosses_is_told(town):
    group = NamedGroup("西", "West", "h1", ("e1", "e4"), ("e3",))
    district = agreed(town, groups=(group,), alliances=(Alliance("A", "A", "h2", ("e2",)),))
    grids = plan_grids(town, SCENARIO)
    centers = town.centers.assign(population=[500.0, 600.0, 700.0, 800.0])
    table = memberships(district, SCENARIO, grids, centers).set_index("institution")
    assert list(table["relation"]) == ["member", "member", "supported", "alliance"]
    assert list(table["kept"].astype(bool)) == [True, False, False, False]
    assert list(table["residents"]) == [0, 800, 700, 600]
    # From column 8 in the upper row: 9 steps of 100 m to h1, 2 to h2.
    pace = SCENARIO.drive_metres_per_minute
    assert table.loc["e4", "minutes_more"] == pytest.approx((900 - 200) / pace)
    assert table.loc["e4", "person_metres"] == pytest.approx(800 * 700)
    notes = wish_notes(district, grids, table.reset_index())
    assert [n.code for n in notes] == ["groups-member-elsewhere", "groups-supported-elsewhere"]


def test_a_lead_nearer_than_its_own_is_no_negative_distance(town):
    """Columns 0 and 9 to h1, the rest to h2: the center in column 1 lies nearer to h1."""
    group = NamedGroup("西", "West", "h1", ("e1",), ("e2",))
    district = agreed(town, groups=(group,))
    grids = plan_grids(town, SCENARIO)
    grid = pd.Series("G2", index=town.units.index, dtype=object)
    grid[["c0r0", "c0r1"]] = "G1"
    far = dataclasses.replace(
        grids, grid=grid, minutes_to_lead=grids.minutes_to_lead.where(grid == "G1", 9.0)
    )
    centers = town.centers.assign(population=500.0)
    table = memberships(district, SCENARIO, far, centers)
    notes = wish_notes(district, far, table)
    assert [note.code for note in notes] == [
        "groups-member-elsewhere-nearer",
        "groups-supported-elsewhere-nearer",
    ]
    assert all("-" not in note.values["minutes"] for note in notes)
    unled = dataclasses.replace(far, leads=far.leads.where(far.leads != "h2", None))
    codes = [n.code for n in wish_notes(district, unled, table)]
    assert codes[-2:] == ["groups-member-elsewhere-unled", "groups-supported-elsewhere-unled"]


def test_an_island_has_a_way_to_the_lead_of_its_group(lattice):
    people = np.full((2, 10), 100.0)
    people[:, 7] = np.nan  # water
    town = lattice(10, 2, people=people, leads=((0, 0), (9, 0)), centers=((9, 1),))
    district = agreed(town, groups=(NamedGroup("西", "West", "h1", ("e1",)),))
    grids = plan_grids(district, dataclasses.replace(SCENARIO, grid_tolerance=0.8))
    table = memberships(district, SCENARIO, grids, town.centers.assign(population=500.0))
    assert np.isfinite(table["minutes_more"]).all()
    (note,) = wish_notes(district, grids, table)
    assert note.code == "groups-member-elsewhere"


def test_lead_without_a_grid_is_told(town):
    district = agreed(town, groups=(NamedGroup("西", "West", "h1"),))
    alone = dataclasses.replace(SCENARIO, grids=1, grid_leads=("h2",))
    grids = plan_grids(district, alone)
    table = memberships(district, alone, grids, town.centers.assign(population=0.0))
    (note,) = wish_notes(district, grids, table)
    assert note.code == "groups-lead-without-grid"


def test_memberships_without_grids_are_listed_and_nothing_is_told(town):
    district = agreed(town, groups=(NamedGroup("西", "West", "h1", ("e1",)),))
    table = memberships(district, SCENARIO, None, town.centers.assign(population=1.0))
    assert list(table["reason"]) == ["no-grids"]
    assert np.isnan(table["minutes_more"]).all()
    assert wish_notes(district, None, table) == ()
