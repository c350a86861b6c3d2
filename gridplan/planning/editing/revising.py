"""
The fewest changes that answer a demand: this site is gone, this community stays with that street.

1. What is demanded is done, as edits. 2. Where that leaves a grid in pieces or out of its band that
was not so before, units are moved, few residents at the price of a repair; what was demanded stays.
3. Where it leaves a center outside the band that was inside, residents of that grid go to other
centers, so that few change theirs; a further center is opened only where it cannot be done without.
4. A street left without enough regional centers gets the one that is nearest to its others. Each
step is an edit like any other: it can be seen, undone and kept.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from gridplan.errors import InfeasibleError, Problem
from gridplan.planning.centers.candidates import possible_sites
from gridplan.planning.editing import edit as edits
from gridplan.planning.editing.edit import Edit
from gridplan.planning.editing.edited import Edited, Said, apply, at
from gridplan.planning.editing.judging import Turned
from gridplan.planning.editing.laid.state import Mask, Numbers
from gridplan.planning.editing.recentering import Asked, Prices, answered, asked_of
from gridplan.planning.grids.mending import mend_grids
from gridplan.planning.scenario.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Revision:
    """
    A plan revised at the price of few changes.

    Parameters
    ----------
    before, edited
        The layout that was to be kept close to, and the revised one; its ``turned`` is against
        that.
    edits
        All that was done, the demands first.
    demanded
        How many of them were demanded.
    conflicts
        What of the demands could not be done, by number of the edit.
    notes
        What was not mended, and why.
    """

    before: Edited
    edited: Edited
    edits: tuple[Edit, ...]
    demanded: int
    conflicts: tuple[tuple[int, Problem], ...]
    notes: tuple[Problem, ...] = ()

    @property
    def turned(self) -> tuple[Turned, ...]:
        """Findings that are others than before."""
        return self.edited.turned

    @property
    def walk_metres(self) -> float:
        """Metres that residents walk more to their center, all together."""
        return _total(self.edited, "metres_to_center") - _total(self.before, "metres_to_center")

    @property
    def drive_minutes(self) -> float:
        """Minutes that residents drive more to their lead, all together."""
        return _total(self.edited, "minutes_to_lead") - _total(self.before, "minutes_to_lead")


def _total(edited: Edited, column: str) -> float:
    values = edited.units[column].to_numpy(dtype=float)
    return float(np.nansum(values * edited.ground.people))


def revise(before: Edited, demands: Sequence[Edit], prices: Prices | None = None) -> Revision:
    """
    Answer demands with few changes.

    Parameters
    ----------
    before
        The layout to stay close to.
    demands
        What must be, as edits.
    prices
        None for the usual ones.

    Returns
    -------
    Revision
        That no layout could do with fewer changes is not proven.
    """
    prices = prices or Prices()
    edited, conflicts = before, []
    for number, edit in enumerate(demands):
        edited = apply(edited, edit)
        conflicts += [(number, problem) for problem in edited.conflicts]
    done = list(demands)
    demanded = _touched(before, edited)
    notes: list[Problem] = []
    for mend in (_grids, _centers, _regional):
        more, told = mend(before, edited, demanded, prices)
        for edit in more:
            edited = apply(edited, edit)
        done += more
        notes += told
    return Revision(
        before=before,
        edited=at(before, edited.state),
        edits=tuple(done),
        demanded=len(demands),
        conflicts=tuple(conflicts),
        notes=tuple(notes),
    )


def _touched(before: Edited, edited: Edited) -> Mask:
    """Mark the units that the demands themselves moved to another grid or gave to a center."""
    one, other = before.state, edited.state
    return np.asarray((one.grid != other.grid) | (other.assigned & ~one.assigned))


Found = tuple[list[Edit], list[Problem]]


def _grids(before: Edited, edited: Edited, demanded: Mask, prices: Prices) -> Found:
    """Move few residents where a grid came apart or out of its band by the demands."""
    scenario, state = edited.ground.scenario, edited.state
    if state.grid is before.state.grid or len(state.grids) < 2 or None in state.leads:
        return [], []
    if not _worse(before.grids, edited.grids, scenario):
        return [], []
    units = edited.ground.district.units.index.to_numpy(dtype=object)
    lead = np.array(state.leads, dtype=object)
    drawn = pd.Series(lead[state.grid], units, dtype=object)
    held = [str(unit) for unit in units[demanded | state.held]]
    quick = dataclasses.replace(
        scenario, work_limit=prices.work_limit, time_limit=prices.time_limit
    )
    try:
        mended = mend_grids(edited.ground.district, quick, drawn, keep={"demanded": held})
    except InfeasibleError as error:
        return [], [Problem("revise-grids-kept", {"what": Said(error.problems[0])})]
    moves = mended.moves
    return [
        edits.move_units([str(unit) for unit in some.index], state.grids[state.leads.index(after)])
        for after, some in moves.groupby("after", sort=True)
        if after in state.leads
    ], []


def _worse(before: gpd.GeoDataFrame, now: gpd.GeoDataFrame, scenario: Scenario) -> bool:
    """Whether a grid is in pieces, or out of its band, that was not."""
    apart = (now["pieces"] > 1) & (before["pieces"] <= 1)
    band = scenario.grid_tolerance + 1e-9
    out = (now["deviation"].abs() > band) & (before["deviation"].abs() <= band)
    return bool((apart | out).any())


def _centers(before: Edited, edited: Edited, _demanded: Mask, prices: Prices) -> Found:
    """Give residents of a grid to other centers where one is out of its band by the demands."""
    state = edited.state
    out = _out_of_band(edited.centers)
    was = _out_of_band(before.centers)
    fresh = [key for key in edited.centers.index[out] if key not in set(before.centers.index[was])]
    grids = np.unique(state.home[state.sites.index.get_indexer(fresh)]) if fresh else ()
    done: list[Edit] = []
    notes: list[Problem] = []
    for grid in grids:
        more, told = _within(before, edited, int(grid), prices)
        done += more
        notes += told
    return done, notes


def _out_of_band(centers: gpd.GeoDataFrame) -> np.ndarray:
    load = centers["population"].to_numpy(dtype=float)
    low = centers["capacity_lower"].to_numpy(dtype=float) * (1 - 1e-9)
    high = centers["capacity_upper"].to_numpy(dtype=float) * (1 + 1e-9)
    return np.asarray((load < low) | (load > high))


def _within(before: Edited, edited: Edited, grid: int, prices: Prices) -> Found:
    """Assign residents of one grid anew, few of them to another center than they had."""
    state = edited.state
    home = np.flatnonzero(state.home == grid)
    out = _out_of_band(edited.centers)[home]
    places = np.column_stack([state.sites.geometry.x, state.sites.geometry.y])[home]
    far = cKDTree(places[out]).query(places)[0]
    every = _further(before, edited, grid)
    for size, opening in prices.rings:
        ring = home[np.sort(np.argsort(far, kind="stable")[:size])]
        further = every.iloc[:0]
        if opening and len(every):
            apart = cKDTree(places[out]).query(every[["x", "y"]].to_numpy())[0]
            further = every.iloc[np.argsort(apart, kind="stable")[: 2 * (size or len(every))]]
        asked = asked_of(before, edited, ring, further)
        assigned = answered(asked, prices)
        if assigned is not None:
            return _as_edits(edited, asked, assigned), []
    return [], [Problem("revise-centers-kept", {"grid": state.grids[grid]})]


def _further(before: Edited, edited: Edited, grid: int) -> pd.DataFrame:
    """
    List where a further center may open in a grid: ``id``, ``unit``, ``x``, ``y``, its band.

    Not where one was closed: that place is gone.
    """
    ground, state = edited.ground, edited.state
    sites = possible_sites(ground.district, ground.scenario)
    taken = {*state.sites["unit"], *before.state.sites["unit"], *ground.district.centers["unit"]}
    at = ground.district.units.index.get_indexer(sites["unit"])
    free = (sites["status"] == "new").to_numpy() & (state.grid[at] == grid)
    free &= ~sites["unit"].isin(taken).to_numpy()
    found = sites[free]
    holds = found["capacity"].fillna(np.inf).to_numpy(dtype=float)
    known = {*map(str, state.sites.index), *map(str, before.state.sites.index)}
    ids = [_free_id(str(key), known) for key in found.index]
    return pd.DataFrame(
        {
            "id": ids,
            "unit": found["unit"].to_numpy(),
            "x": found.geometry.x.to_numpy(),
            "y": found.geometry.y.to_numpy(),
            "lower": np.where(holds < ground.scenario.center_lower, 0.0,
                              float(ground.scenario.center_lower)),
            "upper": np.minimum(float(ground.scenario.center_upper), holds),
        }
    )  # fmt: skip


def _free_id(key: str, taken: set[str]) -> str:
    number, found = 1, key
    while found in taken:
        number += 1
        found = f"{key}-{number}"
    return found


def _as_edits(edited: Edited, asked: Asked, assigned: Numbers) -> list[Edit]:
    """Write down what changes: centers that open, then units by the center they go to."""
    own, further, units = asked.own, asked.further, asked.units
    names = edited.ground.district.units.index.to_numpy(dtype=object)
    ids = [*(str(key) for key in edited.state.sites.index[own]), *further["id"]]
    opened = sorted({int(one) - len(own) for one in assigned if one >= len(own)})
    done = [
        edits.open_center(further["id"].iloc[one], str(further["unit"].iloc[one])) for one in opened
    ]
    for edit in done:
        edited = apply(edited, edit)
    place = edited.state.sites.index.get_indexer(ids)  # -1 for those that do not open
    moved = edited.state.center[units] != place[assigned]
    return done + [
        edits.assign_units([str(unit) for unit in names[units[moved & (assigned == to)]]], ids[to])
        for to in np.unique(assigned[moved])
    ]


def _regional(before: Edited, edited: Edited, _demanded: Mask, _prices: Prices) -> Found:
    """Make a center regional in each street that lost one it needs."""
    if not before.state.regional.any():
        return [], []
    scenario, old, now = edited.ground.scenario, before.centers, edited.centers
    done: list[Edit] = []
    for street, some in now.groupby("subdistrict", sort=True):
        least = scenario.regional_min
        had = int((old[old["subdistrict"] == street]["class"] == "regional").sum())
        has = int((some["class"] == "regional").sum())
        others = some[some["class"] != "regional"]
        if has < min(had, least) and len(others):
            done.append(edits.set_regional(_middle(edited, others)))
    return done, []


def _middle(edited: Edited, centers: gpd.GeoDataFrame) -> str:
    """Find the center to which the residents of all of them have the shortest way together."""
    places = np.column_stack([centers.geometry.x, centers.geometry.y])
    apart = edited.ground.journeys.walked_between(places, places)
    load = centers["population"].to_numpy(dtype=float)
    return str(centers.index[int(np.argmin((load[:, None] * apart).sum(axis=0)))])
