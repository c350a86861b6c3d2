"""A demand after the meeting is answered with few changes, each with its price."""

import numpy as np
import pytest

from gridplan.planning.editing import edit as edits
from gridplan.planning.editing.edited import replay
from gridplan.planning.editing.recentering import Prices
from gridplan.planning.editing.revising import revise
from gridplan.planning.editing.rows import COLUMNS, revision_rows
from tests.planning.conftest import TOWN

QUICK = Prices(work_limit=0.1, time_limit=5.0)


def in_band(edited):
    centers = edited.centers
    return centers["population"].between(centers["capacity_lower"], centers["capacity_upper"])


def test_a_site_that_is_gone(start):
    """Its residents find room within the band, and few others have to move for them."""
    gone = next(str(key) for key in start.centers.index if start.centers["status"][key] == "new")
    found = revise(start, [edits.close_center(gone)], QUICK)
    assert gone not in found.edited.centers.index
    assert in_band(found.edited).all()
    assert not found.notes
    # Nobody stands where the site was.
    place = start.centers.loc[gone, "unit"]
    assert place not in set(found.edited.centers["unit"])
    # Grids nobody spoke of stay.
    assert (found.edited.state.grid == start.state.grid).all()
    moved = start.ground.people[
        (found.edited.units["center"].astype(str) != start.units["center"].astype(str)).to_numpy()
    ].sum()
    served = float(start.centers.loc[gone, "population"])
    assert served <= moved <= served + 400
    again, conflicts = replay(start, found.edits)
    assert not conflicts
    assert (again.units["center"].astype(str) == found.edited.units["center"].astype(str)).all()


def test_a_demand_that_breaks_nothing_changes_nothing_else(start):
    found = revise(start, [edits.rename_center("e1", "新名")], QUICK)
    assert len(found.edits) == found.demanded == 1
    assert found.edited.moved_units == 0
    assert found.walk_metres == found.drive_minutes == 0


def test_units_that_move_take_the_grids_back_into_their_band(start):
    """What was demanded stays; others move until the grids are even and whole again."""
    grid = str(start.units.loc["c3r1", "grid"])
    other = next(name for name in start.state.grids if name != grid)
    inside = [f"c3r{row}" for row in range(4) if str(start.units.loc[f"c3r{row}", "grid"]) == grid]
    found = revise(start, [edits.move_units(inside, other)], QUICK)
    assert set(found.edited.units.loc[inside, "grid"].astype(str)) == {other}
    if not found.notes:
        assert (found.edited.grids["pieces"] == 1).all()
        assert (found.edited.grids["deviation"].abs() <= TOWN.grid_tolerance + 1e-9).all()


def test_the_table_of_revisions_holds_every_change(start):
    gone = next(str(key) for key in start.centers.index if start.centers["status"][key] == "new")
    demands = [edits.close_center(gone), edits.rename_center("e1", "新名"),
               edits.enlarge_center("e2", 900)]  # fmt: skip
    found = revise(start, demands, QUICK)
    asked, _ = replay(start, demands)
    rows = revision_rows(start, found.edited, demanded=asked)
    assert list(rows.columns) == list(COLUMNS)
    assert {"closed", "named", "room", "center"} <= set(rows["kind"])
    assert rows[rows["kind"] == "named"][["before", "after"]].to_numpy().tolist() == [
        ["Center 1", "新名"]
    ]
    changed = found.edited.units["center"].astype(str) != start.units["center"].astype(str)
    told = rows[rows["kind"] == "center"]
    assert told["residents"].sum() == start.ground.people[changed.to_numpy()].sum()
    assert told["units"].sum() == changed.sum()
    walked = (told["residents"] * told["walk_metres"]).sum()
    assert walked == pytest.approx(found.walk_metres)
    assert rows[rows["kind"].isin(["closed", "named", "room"])]["demanded"].all()
    # Nothing changed: no row.
    assert revision_rows(start, start).empty


def test_what_cannot_be_done_is_told(start):
    found = revise(start, [edits.close_center("nobody"), edits.close_center("e1")], QUICK)
    assert [(number, p.code) for number, p in found.conflicts] == [(0, "edit-center-gone")]
    assert "e1" not in found.edited.centers.index
    assert np.isfinite(found.walk_metres)
