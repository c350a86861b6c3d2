"""What differs on the ground between two layouts: units, communities, centers."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.planning.comparing.matching import SAME_PLACE, same_centers, same_grids
from gridplan.planning.layout.layout import Layout

OPENED, DROPPED, CLOSED, KEPT = "opened", "dropped", "closed", "kept-open"
"""A new site of the second plan alone, of the first alone; an existing center that the second
closes, that only the first closes."""

UNIT_COLUMNS = (
    *("population", "subdistrict", "community", "grid_before", "grid_after", "lead_before"),
    *("lead_after", "center_before", "center_after", "grid_changed", "center_changed"),
    *("metres_before", "metres_after"),
)


def changed_units(one: Layout, other: Layout) -> gpd.GeoDataFrame:
    """
    Tell every unit whose grid or center differs.

    Parameters
    ----------
    one, other
        Layouts over the same units.

    Returns
    -------
    units
        Index ``unit``: :data:`UNIT_COLUMNS` and geometry. Grids and centers ``after`` go by their
        own ids; whether they changed is said after matching them with those before.
    """
    units = other.district.units
    grids, centers = same_grids(one, other), same_centers(one, other)
    before, after = one.units, other.units.reindex(one.units.index)
    table = pd.DataFrame(
        {
            "population": units["population"].reindex(before.index),
            "subdistrict": before["subdistrict"],
            "community": units["community"].reindex(before.index),
            "grid_before": before["grid"],
            "grid_after": after["grid"],
            "lead_before": before.get("lead"),
            "lead_after": after.get("lead"),
            "center_before": before["center"],
            "center_after": after["center"],
            "grid_changed": _differ(before["grid"], after["grid"], grids),
            "center_changed": _differ(before["center"], after["center"], centers),
            "metres_before": before.get("metres_to_center", np.nan),
            "metres_after": after.get("metres_to_center", np.nan),
        }
    )
    told = table[table["grid_changed"] | table["center_changed"]]
    shapes = units.geometry.reindex(told.index)
    return gpd.GeoDataFrame(told, geometry=shapes, crs=units.crs).rename_axis("unit")


def _differ(before: pd.Series, after: pd.Series, first: pd.Series) -> pd.Series:
    told = after.map(first)
    none = before.isna() & after.isna()
    # Where only one of the two plans has grids, nobody can be said to have changed them.
    if before.isna().all() or after.isna().all():
        return pd.Series(False, index=before.index)
    return ~none & (before.astype(object) != told.astype(object))


def changed_communities(units: gpd.GeoDataFrame, layout: Layout) -> pd.DataFrame:
    """
    Sum the changed units by community.

    Parameters
    ----------
    units
        Of :func:`changed_units`.
    layout
        For all residents of a community.

    Returns
    -------
    communities
        ``subdistrict``, ``community``, ``residents``, ``grid_residents`` and ``center_residents``
        (whose grid, whose center differs), and the pairs they go between, most residents first:
        ``grids`` and ``centers``, lists of (before, after, residents).
    """
    given = layout.district.units
    keys = [layout.units["subdistrict"], given["community"].reindex(layout.units.index)]
    everyone = given["population"].groupby(keys, dropna=False).sum()
    rows = []
    for key, part in units.groupby(["subdistrict", "community"], dropna=False, sort=False):
        people = part["population"]
        rows.append(
            {
                "subdistrict": key[0],
                "community": key[1],
                "residents": float(everyone.get(key, people.sum())),
                "grid_residents": float(people[part["grid_changed"]].sum()),
                "center_residents": float(people[part["center_changed"]].sum()),
                "grids": _pairs(part[part["grid_changed"]], "grid"),
                "centers": _pairs(part[part["center_changed"]], "center"),
            }
        )
    names = ["subdistrict", "community", "residents", "grid_residents", "center_residents"]
    table = pd.DataFrame(rows, columns=[*names, "grids", "centers"])
    order = table[["grid_residents", "center_residents"]].sum(axis=1)
    return table.iloc[np.argsort(-order.to_numpy(dtype=float), kind="stable")].reset_index(
        drop=True
    )


def _pairs(part: pd.DataFrame, what: str) -> list[tuple[object, object, float]]:
    ends = [f"{what}_before", f"{what}_after"]
    sums = part.groupby(ends, dropna=False, sort=False)["population"].sum()
    ordered = sums.sort_values(ascending=False, kind="stable")
    return [(before, after, float(count)) for (before, after), count in ordered.items()]


def changed_centers(one: Layout, other: Layout) -> gpd.GeoDataFrame:
    """
    Tell every center that only one of the layouts has.

    Parameters
    ----------
    one, other
        Layouts of one district.

    Returns
    -------
    centers
        Index ``center`` with the columns of :class:`~gridplan.planning.layout.layout.Layout` and
        ``change``: :data:`OPENED`, :data:`DROPPED`, :data:`CLOSED` or :data:`KEPT`.
    """
    first = same_centers(one, other)
    added = other.centers[first.isna().to_numpy()]
    gone = one.centers[~one.centers.index.isin(set(first.dropna()))]
    parts = []
    for rows, new, old in ((added, OPENED, KEPT), (gone, DROPPED, CLOSED)):
        if len(rows):
            parts.append(rows.assign(change=np.where(rows["status"] == "new", new, old)))
    if not parts:
        return other.centers.iloc[:0].assign(change=pd.Series(dtype=object))
    both = pd.concat(parts) if len(parts) > 1 else parts[0]
    return gpd.GeoDataFrame(both, geometry="geometry", crs=other.centers.crs).rename_axis("center")


def moved_centers(one: Layout, other: Layout) -> pd.DataFrame:
    """
    Pair the centers that only one layout has where they are one center at another place.

    An existing center that stands elsewhere now is moved. So is a new one of the first layout whose
    residents go, most of them, to one of the second that takes most of its own from it.

    Parameters
    ----------
    one, other
        Layouts over the same units.

    Returns
    -------
    moves
        ``before`` and ``after``, ids of the center in each layout, and ``metres`` between the two
        places; the farthest first.
    """
    first = same_centers(one, other)
    pairs = [
        (before, after)
        for after, before in first.dropna().items()
        if one.centers.geometry[before].distance(other.centers.geometry[after]) > SAME_PLACE
    ]
    gone = one.centers.index.difference(pd.Index(first.dropna()), sort=False)
    fresh = other.centers.index[first.isna().to_numpy()]
    pairs += _successors(one, other, gone, fresh)
    rows = [
        (a, b, float(one.centers.geometry[a].distance(other.centers.geometry[b]))) for a, b in pairs
    ]
    table = pd.DataFrame(rows, columns=["before", "after", "metres"])
    return table.sort_values("metres", ascending=False, kind="stable", ignore_index=True)


def _successors(
    one: Layout, other: Layout, gone: pd.Index, fresh: pd.Index
) -> list[tuple[object, object]]:
    """Pair centers of which each shares more than half of its residents with the other."""
    people = one.district.units["population"].reindex(one.units.index)
    before, after = one.units["center"], other.units["center"].reindex(one.units.index)
    had, has = people.groupby(before).sum(), people.groupby(after).sum()
    shared = people.groupby([before, after]).sum()
    return [
        (old, new)
        for (old, new), count in shared.items()
        if old in gone and new in fresh and 2 * count > had[old] and 2 * count > has[new]
    ]
