"""Drawn grids are mended with a reason for each move; alternatives differ and have their price."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from gridplan.district.agreements import Agreements, Wish
from gridplan.errors import InfeasibleError, InputError
from gridplan.planning.grids.alternatives import alternative_grids, alternative_notes
from gridplan.planning.grids.cuts import cut_figures, cut_prices
from gridplan.planning.grids.drawing import Drawn
from gridplan.planning.grids.grids import plan_grids
from gridplan.planning.grids.mending import by_lead, kept_units, mend_grids
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario

SCENARIO = Scenario(
    grids=2,
    grid_tolerance=0.2,
    center_lower=1,
    center_upper=10_000,
    centers=4,
    regional_max=0,
    work_limit=0.5,
)


@pytest.fixture
def district(lattice):
    """Six columns, four rows of 100 residents, a lead in each lower corner."""
    return lattice(6, 4, leads=[(0, 0), (5, 0)])


def halves(district):
    west = district.units["subdistrict"] == "west"
    return pd.Series(np.where(west, "h1", "h2"), index=district.units.index, dtype=object)


def test_sound_grids_stay_as_drawn(district):
    mended = mend_grids(district, SCENARIO, halves(district))
    assert mended.moves.empty
    assert (mended.grids.grid.map(mended.grids.leads) == halves(district)).all()


def test_a_detached_unit_is_moved_and_the_reason_told(district):
    drawn = halves(district)
    drawn["c4r3"] = "h1"
    mended = mend_grids(district, SCENARIO, drawn)
    assert list(mended.moves.index) == ["c4r3"]
    move = mended.moves.loc["c4r3"].to_dict()
    # 4 columns and 3 rows of 100 m from h1, 1 and 3 from h2.
    assert move.pop("minutes_before") > move.pop("minutes_after") > 0
    assert move == {
        "before": "h1",
        "after": "h2",
        "residents": 100.0,
        "reason": "detached",
    }


def test_a_unit_left_out_gets_a_grid(district):
    drawn = halves(district)
    drawn["c0r3"] = None
    mended = mend_grids(district, SCENARIO, drawn)
    assert mended.moves.loc["c0r3", "reason"] == "unassigned"
    assert mended.moves.loc["c0r3", "before"] is None
    assert mended.grids.grid.notna().all()


def test_what_was_left_out_stays_none_beside_what_was_drawn(district):
    drawn = halves(district)
    drawn["c0r3"], drawn["c4r3"] = None, "h1"
    moves = mend_grids(district, SCENARIO, drawn).moves
    assert moves["before"].to_dict() == {"c0r3": None, "c4r3": "h1"}


def test_a_grid_too_full_gives_up_residents(district):
    drawn = pd.Series("h1", index=district.units.index, dtype=object)
    drawn[["c5r0", "c5r1", "c5r2", "c5r3"]] = "h2"
    mended = mend_grids(district, SCENARIO, drawn)
    people = district.units["population"].groupby(mended.grids.grid).sum()
    assert people.between(960, 1440).all()
    assert set(mended.moves["before"]) == {"h1"}
    assert mended.moves["residents"].sum() == 600
    assert set(mended.moves["reason"]) <= {"overload", "shortage", "follows"}


def test_grids_may_have_any_name_with_one_lead_inside(district):
    drawn = halves(district).map({"h1": "西网格", "h2": "东网格"})
    assert mend_grids(district, SCENARIO, drawn).moves.empty


def test_what_cannot_be_read_is_told_at_once(district):
    drawn = halves(district).replace({"h2": "h1 and more"})
    drawn["c5r0"] = "h1"
    drawn["nowhere"] = "h1"
    with pytest.raises(InputError) as error:
        mend_grids(district, SCENARIO, drawn)
    codes = [problem.code for problem in error.value.problems]
    assert codes == ["drawn-unknown-units", "drawn-without-lead"]


def steps_to_lead(grid, leads, standing):
    """Count steps from cell to cell, as on a lattice without holes."""
    places = {
        unit: (int(unit[1 : unit.index("r")]), int(unit.split("r")[1])) for unit in grid.index
    }
    at = {g: places[standing[lead]] for g, lead in leads.items()}
    return sum(
        abs(places[unit][0] - at[g][0]) + abs(places[unit][1] - at[g][1])
        for unit, g in grid.items()
    )


@pytest.mark.parametrize("price", [0.0, 2000.0])
def test_alternatives_begin_with_the_plan_and_tell_their_price(lattice, price):
    three = lattice(6, 4, leads=[(0, 0), (3, 3), (5, 0)])
    scenario = dataclasses.replace(SCENARIO, grid_compactness=price)
    grids = plan_grids(three, scenario)
    found = alternative_grids(three, scenario, 3, first=grids, held={})
    assert len(found) >= 2
    assert found[0].grid.equals(grids.grid)
    assert found[0].extra_percent == found[0].moved == found[0].share_percent == 0
    assert all(other.share_percent >= 10 - 1e-9 for other in found[1:])
    standing = three.hospitals["unit"]
    way = [steps_to_lead(other.grid, other.leads, standing) for other in found]
    for other, steps in zip(found, way, strict=True):
        people = three.units["population"].groupby(other.grid).sum()
        assert people.between(960, 1440).all()
        # Travel alone, whatever a boundary is worth: every cell has as many residents.
        assert other.extra_percent == pytest.approx(100 * (steps / way[0] - 1), abs=1e-9)
        assert other.boundary_km == cut_figures(three, other.grid)["boundary_km"]


def test_a_plan_brings_its_alternatives(district):
    assert plan(district, SCENARIO).alternatives == ()
    made = plan(district, SCENARIO, alternatives=2)
    assert made.alternatives[0].grid.equals(made.layout.units["grid"])
    few = [note for note in made.notes if note.code == "alternatives-few"]
    assert len(few) == (len(made.alternatives) < 2)


def test_fewer_alternatives_than_asked_for_are_told(lattice):
    row = lattice(4, 1, leads=[(0, 0), (3, 0)])
    tight = dataclasses.replace(SCENARIO, grid_tolerance=0.01, centers=2)
    made = plan(row, tight, alternatives=3)
    assert len(made.alternatives) == 1
    (note,) = (note for note in made.notes if note.code == "alternatives-few")
    assert note.values == {"found": 1, "asked": 3, "share": "10"}
    assert "Up to 3 ways to cut the grids were asked for and 1 found" in note.text("en")
    assert "找到 1 种" in note.text("zh")
    assert alternative_notes(3, 3) == []


def test_wishes_honoured_hold_in_every_alternative(lattice):
    town = lattice(6, 4, leads=[(0, 0), (5, 0)], centers=[(3, 3)])
    wished = dataclasses.replace(town, agreements=Agreements(wishes=(Wish("e1", "h1"),)))
    made = plan(wished, SCENARIO, alternatives=3)
    assert made.alternatives[0].grid.equals(made.layout.units["grid"])
    for other in made.alternatives:
        assert other.leads[other.grid["c3r3"]] == "h1"


def test_prices_are_told_only_where_they_count():
    assert cut_prices(SCENARIO) == {}
    priced = dataclasses.replace(SCENARIO, grid_compactness=5.0, grid_split_price=1e6)
    assert cut_prices(priced) == {"boundary": 5.0}
    whole = dataclasses.replace(priced, grid_grain="community")
    assert cut_prices(whole) == {"boundary": 5.0, "split": 1e6}


@pytest.mark.parametrize(("price", "unit"), [(0, "person-metres"), (5, "person-metres-and-prices")])
def test_the_certificate_says_what_its_objective_holds(district, price, unit):
    scenario = dataclasses.replace(SCENARIO, grid_compactness=float(price))
    grids = plan_grids(district, scenario)
    assert grids.certificate.unit == unit
    travel = grids.minutes_to_lead * district.units["population"]
    metres = travel.sum() * scenario.drive_metres_per_minute
    boundary = 1000 * cut_figures(district, grids.grid)["boundary_km"]
    assert grids.certificate.objective == pytest.approx(metres + price * boundary)


def test_cuts_count_what_the_boundary_cuts(district):
    made = plan(district, SCENARIO)
    grid = made.layout.units["grid"]
    figures = cut_figures(district, grid)
    cut = sum(
        grid[f"c{c}r{r}"] != grid[f"c{c + dc}r{r + dr}"]
        for c in range(6)
        for r in range(4)
        for dc, dr in ((1, 0), (0, 1))
        if c + dc < 6 and r + dr < 4
    )
    assert figures["cut_edges"] == cut
    assert figures["boundary_km"] == pytest.approx(cut / 10)
    streets = grid.groupby(district.units["subdistrict"]).nunique()
    assert figures["subdistricts_split"] == (streets > 1).sum()


def test_one_grid_cuts_nothing(district):
    alone = dataclasses.replace(SCENARIO, grids=1)
    figures = cut_figures(district, plan(district, alone).layout.units["grid"])
    assert figures == dict.fromkeys(figures, 0.0)
    assert len(figures) == 4


def test_what_is_kept_stays_and_has_its_price(district):
    drawn = halves(district)
    drawn[["c3r0", "c3r1", "c3r2", "c3r3", "c4r3"]] = "h1"  # 1,700 and 700: too far from even
    free = mend_grids(district, SCENARIO, drawn)
    moved = free.moves.index[0]
    kept = mend_grids(district, SCENARIO, drawn, keep={"one": [moved], "home": ["c0r0"]})
    assert moved not in kept.moves.index
    assert list(kept.wishes.index) == ["one", "home"]
    more = kept.moves["residents"].sum() - free.moves["residents"].sum()
    assert kept.wishes["residents"].sum() == more
    people = district.units["population"]
    longer = ((kept.grids.minutes_to_lead - free.grids.minutes_to_lead) * people).sum()
    assert kept.wishes["minutes"].sum() == pytest.approx(longer / people.sum())
    assert kept.wishes.loc["home"].to_dict() == {"units": 1.0, "residents": 0.0, "minutes": 0.0}
    assert kept.grids.grid.notna().all()


def test_what_cannot_be_kept_is_said(district):
    drawn = halves(district)
    drawn["c4r3"] = "h1"  # cut off from its grid: it cannot stay alone
    keep = kept_units(Drawn(drawn), ["h1", "c4r3"])
    assert set(keep) == {"h1", "c4r3"}
    assert set(keep["h1"]) == set(drawn.index[drawn == "h1"])
    drawn[["c3r0", "c3r1", "c3r2", "c3r3", "c4r0", "c4r1", "c4r2"]] = "h1"
    with pytest.raises(InfeasibleError, match="as drawn: h1"):
        mend_grids(district, SCENARIO, drawn, keep=kept_units(Drawn(drawn), ["h1"]))
    with pytest.raises(InputError, match="neither a unit nor a grid"):
        kept_units(Drawn(drawn), ["h3"])


def test_leads_of_a_drawing_name_its_grids(district):
    west = (district.units["subdistrict"] == "west").to_numpy()
    grid = pd.Series(np.where(west, "a", "b"), index=district.units.index, dtype=object)
    named = by_lead(Drawn(grid, leads={"a": "h1", "b": "h2"}))
    assert named.to_dict() == halves(district).to_dict()
