"""Drawn grids are mended with a reason for each move; alternatives differ and have their price."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from gridplan.errors import InputError
from gridplan.planning.alternatives import alternative_grids
from gridplan.planning.cuts import cut_figures
from gridplan.planning.mending import mend_grids
from gridplan.planning.plan import plan
from gridplan.planning.scenario import Scenario

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
    assert mended.moves.loc["c4r3"].to_dict() == {
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


def test_alternatives_differ_and_cost_more(lattice):
    three = lattice(6, 4, leads=[(0, 0), (3, 3), (5, 0)])
    found = alternative_grids(three, SCENARIO, 3, difference=0.1)
    assert len(found) >= 2
    assert found[0].extra_percent == 0
    assert all(other.share_percent >= 10 - 1e-9 for other in found[1:])
    assert all(other.extra_percent >= 0 for other in found)
    for other in found:
        people = three.units["population"].groupby(other.grid).sum()
        assert people.between(960, 1440).all()


def test_a_plan_brings_its_alternatives(district):
    assert plan(district, SCENARIO).alternatives == ()
    assert len(plan(district, SCENARIO, alternatives=2).alternatives) >= 1


def test_cuts_count_what_the_boundary_cuts(district):
    made = plan(district, SCENARIO)
    figures = cut_figures(made.layout)
    grid = made.layout.units["grid"]
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
    figures = cut_figures(plan(district, alone).layout)
    assert figures == dict.fromkeys(figures, 0.0)
    assert len(figures) == 4
