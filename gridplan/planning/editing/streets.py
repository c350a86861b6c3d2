"""
What a street demands, as edits: a number of centers, or that its residents keep theirs.

1. A street that is to have more centers gets each where its residents save most of their walk, one
after the other, at a place where a center may stand. 2. One that is to have fewer gives up first
the new ones, then those that serve fewest. 3. A street that keeps its centers has its residents
assigned to those they go to now, so that no later step of a revision moves them.
"""

from __future__ import annotations

import numpy as np

from gridplan.errors import Problem
from gridplan.planning.centers.candidates import possible_sites
from gridplan.planning.editing.edit import Edit, assign_units, close_center, open_center
from gridplan.planning.editing.edited import Edited, apply
from gridplan.planning.editing.laid.state import Numbers


def street_keeps(edited: Edited, street: str) -> list[Edit]:
    """
    Let the residents of a street keep the centers they go to.

    Parameters
    ----------
    edited
        The layout now.
    street
        Name of the subdistrict.

    Returns
    -------
    edits
        One for each center that serves some of them; none where nobody lives there.
    """
    units, state = edited.units, edited.state
    inside = (units["subdistrict"] == street).to_numpy() & (edited.ground.people > 0)
    inside &= state.grid == state.home[state.center]
    served = units["center"].astype(str).to_numpy()
    names = units.index.to_numpy(dtype=object)
    return [
        assign_units([str(unit) for unit in names[inside & (served == center)]], center)
        for center in dict.fromkeys(served[inside])
    ]


def street_centers(
    edited: Edited, street: str, count: int
) -> tuple[list[Edit], tuple[Problem, ...]]:
    """
    Give a street a number of centers.

    Parameters
    ----------
    edited
        The layout now, with what else was demanded done already.
    street
        Name of the subdistrict.
    count
        Centers that are to stand in it.

    Returns
    -------
    edits, problems
        ``revise-street-places`` where it has too few places for so many.
    """
    done: list[Edit] = []
    while _standing(edited, street) < count:
        edit = _opened(edited, street)
        if edit is None:
            told = {"street": street, "count": count, "found": _standing(edited, street)}
            return done, (Problem("revise-street-places", told),)
        edited = apply(edited, edit)
        done.append(edit)
    here = edited.centers[edited.centers["subdistrict"] == street]
    old = (here["status"] != "new").to_numpy()
    order = np.lexsort((here["population"].to_numpy(dtype=float), old))
    done += [close_center(str(here.index[at])) for at in order[: max(0, len(here) - count)]]
    return done, ()


def _standing(edited: Edited, street: str) -> int:
    return int((edited.centers["subdistrict"] == street).sum())


def _opened(edited: Edited, street: str) -> Edit | None:
    """Open one where the residents of the street save most of their walk; None for no place."""
    ground, state = edited.ground, edited.state
    district = ground.district
    sites = possible_sites(district, ground.scenario)
    taken = {*state.sites["unit"], *district.centers["unit"]}
    free = (sites["status"] == "new") & ~sites["unit"].isin(taken)
    at = district.units.index.get_indexer(sites["unit"])
    free &= (edited.units["subdistrict"].to_numpy()[at] == street) & (at >= 0)
    sites = sites[free]
    if sites.empty:
        return None
    inside = np.flatnonzero((edited.units["subdistrict"] == street).to_numpy())
    now = edited.units["metres_to_center"].to_numpy(dtype=float)[inside]
    saved = [
        _saved(edited, inside, now, ground.walked(point.x, point.y), int(stands))
        for point, stands in zip(sites.geometry, at[free], strict=True)
    ]
    best = int(np.argmax(saved))
    known = {*map(str, state.sites.index), *map(str, district.centers.index)}
    center, number = str(sites.index[best]), 1
    while center in known:
        number += 1
        center = f"{sites.index[best]}-{number}"
    return open_center(center, str(sites["unit"].iloc[best]))


def _saved(
    edited: Edited, inside: Numbers, now: np.ndarray, metres: np.ndarray, stands: int
) -> float:
    """Sum the metres that the residents of a street in the grid of a place would save."""
    own = edited.state.grid[inside] == edited.state.grid[stands]
    less = np.nan_to_num(now - metres[inside], nan=0.0, posinf=0.0, neginf=0.0)
    return float((edited.ground.people[inside] * np.maximum(less, 0.0) * own).sum())
