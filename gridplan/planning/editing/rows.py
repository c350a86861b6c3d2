"""The table of revisions (修订对照表): each thing that is another, what it was, and its price."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridplan.planning.editing.edited import Edited

COLUMNS = (
    "kind",
    "place",
    "place_kind",
    "before",
    "after",
    "units",
    "residents",
    "walk_metres",
    "drive_minutes",
    "demanded",
)
"""
Columns of :func:`revision_rows`.

``kind`` is ``grid``, ``center``, ``opened``, ``closed``, ``moved``, ``named``, ``room``, ``lead``,
``regional`` or ``managed``; ``place`` what changed (a community, a street, a unit, a center or a
grid, as ``place_kind`` says); ``before`` and ``after`` ids or figures. ``walk_metres`` and
``drive_minutes`` are more a resident of it, mean; ``demanded`` whether it was asked for.
"""


def revision_rows(before: Edited, after: Edited, *, demanded: Edited | None = None) -> pd.DataFrame:
    """
    List every change between two layouts of one district.

    Parameters
    ----------
    before, after
        The layouts.
    demanded
        The layout after the demands alone; what is another there already was demanded. None: all.

    Returns
    -------
    rows
        Columns :data:`COLUMNS`; units that went the same way are one row for each community.
    """
    asked = demanded or after
    rows = [
        *_of_units(before, after, asked, "grid"),
        *_of_units(before, after, asked, "center"),
        *_of_centers(before, after, asked),
        *_of_leads(before, after, asked),
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def _names(edited: Edited, column: str) -> np.ndarray:
    return edited.units[column].astype(object).to_numpy()


def _of_units(before: Edited, after: Edited, asked: Edited, column: str) -> list[dict[str, object]]:
    """Sum the units that went from one grid or center to another, by community."""
    old, new, wanted = (_names(one, column) for one in (before, after, asked))
    moved = np.flatnonzero(old != new)
    if not len(moved):
        return []
    units = after.ground.district.units
    level = next((n for n in ("community", "subdistrict") if units[n].notna().all()), None)
    place = units.index if level is None else units[level]
    table = pd.DataFrame(
        {
            "place": place.to_numpy(dtype=object)[moved],
            "before": old[moved],
            "after": new[moved],
            "demanded": (wanted == new)[moved],
            "people": after.ground.people[moved],
            "walk": _more(before, after, "metres_to_center")[moved],
            "drive": _more(before, after, "minutes_to_lead")[moved],
        }
    )
    rows = []
    for key, some in table.groupby(["place", "before", "after", "demanded"], sort=True):
        people = some["people"].to_numpy()
        rows.append(
            {
                "kind": column,
                "place": key[0],
                "place_kind": level or "unit",
                "before": key[1],
                "after": key[2],
                "units": len(some),
                "residents": float(people.sum()),
                "walk_metres": _mean(some["walk"].to_numpy(), people),
                "drive_minutes": _mean(some["drive"].to_numpy(), people),
                "demanded": bool(key[3]),
            }
        )
    return rows


def _more(before: Edited, after: Edited, column: str) -> np.ndarray:
    one, other = (edited.units[column].to_numpy(dtype=float) for edited in (before, after))
    return np.asarray(other - one)


def _mean(more: np.ndarray, people: np.ndarray) -> float | None:
    known = np.isfinite(more) & (people > 0)
    return float(np.average(more[known], weights=people[known])) if known.any() else None


def _of_centers(before: Edited, after: Edited, asked: Edited) -> list[dict[str, object]]:
    """List centers opened, closed, moved, named, enlarged, and those with another manager."""
    old, new, wanted = before.centers, after.centers, asked.centers
    rows = [_row("closed", key, key, None, old.loc[key, "population"], key not in wanted.index)
            for key in old.index.difference(new.index, sort=False)]  # fmt: skip
    rows += [_row("opened", key, None, new.loc[key, "unit"], new.loc[key, "population"],
                  key in wanted.index)
             for key in new.index.difference(old.index, sort=False)]  # fmt: skip
    told = {"moved": "unit", "named": "name", "room": "capacity", "regional": "class",
            "managed": "regional_center"}  # fmt: skip
    for key in new.index.intersection(old.index, sort=False):
        for kind, column in told.items():
            one, other = old.loc[key, column], new.loc[key, column]
            same = one == other or (pd.isna(one) and pd.isna(other))
            if not same:
                was = key in wanted.index and wanted.loc[key, column] == other
                rows.append(_row(kind, key, one, other, new.loc[key, "population"], was))
    return rows


def _of_leads(before: Edited, after: Edited, asked: Edited) -> list[dict[str, object]]:
    rows = []
    for grid in after.grids.index.intersection(before.grids.index, sort=False):
        one, other = before.grids.loc[grid, "lead"], after.grids.loc[grid, "lead"]
        if one != other:
            people = after.grids.loc[grid, "population"]
            row = _row("lead", grid, one, other, people, asked.grids.loc[grid, "lead"] == other)
            rows.append({**row, "place_kind": "grid"})
    return rows


def _row(
    kind: str, place: object, before: object, after: object, people: float, demanded: object
) -> dict[str, object]:
    return {
        "kind": kind,
        "place": place,
        "place_kind": "center",
        "before": None if pd.isna(before) else before,
        "after": None if pd.isna(after) else after,
        "units": None,
        "residents": float(people),
        "walk_metres": None,
        "drive_minutes": None,
        "demanded": bool(demanded),
    }
