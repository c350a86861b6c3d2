"""The layout of a state, put together from the one before: only what an edit touched is new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.optimise.siting import spread_of
from gridplan.planning.editing.laid.ground import Ground
from gridplan.planning.editing.laid.state import COMMUNITY, State
from gridplan.planning.editing.laid.unit_columns import unit_columns
from gridplan.planning.evaluating import cuts_of, pieces_of
from gridplan.planning.layout.groups import form_groups, hospital_roles
from gridplan.planning.layout.layout import Group, Layout
from gridplan.planning.measures import Values
from gridplan.planning.sites.stations import CLASS, is_station


@dataclass(frozen=True, eq=False)
class Live:
    """
    A layout while it is edited.

    Parameters
    ----------
    state
        What it is of.
    layout
        Without outlines of the grids, village stations and wishes: these wait for the plan.
    columns
        Columns of its units by name.
    measured
        Figures by measure that are counted from arrays: ``pieces_of_grid``, ``streets_cut``,
        ``communities_cut``.
    boundary_km
        Length of the boundaries between grids.
    """

    state: State
    layout: Layout
    columns: Mapping[str, pd.Series]
    measured: Mapping[str, Values]
    boundary_km: float

    @property
    def parts(self) -> dict[str, object]:
        """Whatever a measure can read, by name: ``units.grid``, ``hospitals`` ..."""
        layout = self.layout
        whole = ("hospitals", "groups", "stations", "wishes")
        return {name: getattr(layout, name) for name in whole} | {
            f"units.{name}": column for name, column in self.columns.items()
        }

    def changed(self, before: Live) -> set[str]:
        """
        Name what is another than before: ``units.grid``, ``centers.index``, ``hospitals`` ...

        Columns of the small tables count as the same where they hold the same; a table of which
        any column is another is named as a whole too.
        """
        parts, earlier = self.parts, before.parts
        found = {name for name, part in parts.items() if part is not earlier.get(name)}
        found |= {"units"} if any(name.startswith("units.") for name in found) else set()
        for name in SMALL:
            found |= _differing(name, getattr(self.layout, name), getattr(before.layout, name))
        return found


SMALL = ("grids", "centers", "subdistricts")
"""Tables of a layout that are compared column by column."""


def _differing(name: str, one: pd.DataFrame, other: pd.DataFrame) -> set[str]:
    """Name the columns in which two tables differ."""
    if one is other:
        return set()
    if not one.index.equals(other.index):
        every = {f"{name}.{column}" for column in (*one.columns, *other.columns)}
        return {name, f"{name}.index", *every}
    found = {
        f"{name}.{column}"
        for column in (*one.columns, *(c for c in other.columns if c not in one))
        if column not in one or column not in other or not one[column].equals(other[column])
    }
    return {name, *found} if found else set()


def live_of(ground: Ground, state: State, before: Live | None = None) -> Live:
    """
    Lay a state out.

    Parameters
    ----------
    ground, state
        The district and who belongs where.
    before
        Of the state before it; whatever is the same is taken from there.
    """
    old = None if before is None else before.state
    columns = unit_columns(ground, state, old, {} if before is None else before.columns)
    regridded = old is None or state.grid is not old.grid
    if before is None or regridded or state.leads != before.state.leads:
        grids, measured, boundary = _grids(ground, state, columns["minutes_to_lead"], before)
        hospitals = _hospitals(ground, state, columns["grid"], before)
    else:
        grids, measured, boundary = before.layout.grids, before.measured, before.boundary_km
        hospitals = before.layout.hospitals
    centers = _centers(ground, state, columns["metres_to_center"], before)
    streets = _streets(ground, state, centers, before)
    layout = Layout(
        district=ground.district,
        units=pd.DataFrame(columns, index=ground.district.units.index, copy=False),
        grids=grids,
        centers=centers,
        subdistricts=streets,
        hospitals=hospitals,
        groups=_groups(ground, state, hospitals, centers, before),
    )
    return Live(state, layout, columns, measured, boundary)


def _grids(
    ground: Ground, state: State, minutes: pd.Series, before: Live | None
) -> tuple[gpd.GeoDataFrame, Mapping[str, Values], float]:
    """Sum by grid; times of grids that kept their units and lead are taken over."""
    count, code = len(state.grids), state.grid
    index = pd.Index(state.grids, name="grid", dtype=object)
    if not count:
        return gpd.GeoDataFrame({"lead": [], "population": []}, index=index), {}, 0.0
    population = np.bincount(code, weights=ground.people, minlength=count)
    pieces = pieces_of(ground.joined, code, count)
    times = [_spread(ground, state, minutes, at, before) for at in range(count)]
    table = pd.DataFrame(
        {
            "lead": pd.Series(state.leads, index, dtype=object),
            "population": population,
            "units": np.bincount(code, minlength=count),
            "area_km2": np.bincount(code, weights=ground.areas, minlength=count) / 1e6,
            "contiguous": pieces == 1,
            "pieces": pieces,
            "deviation": population / (ground.people.sum() / count) - 1,
            "mean_minutes_to_lead": [one[0] for one in times],
            "p90_minutes_to_lead": [one[1] for one in times],
            "max_minutes_to_lead": [one[2] for one in times],
        },
        index=index,
    )
    if state.names is not None:
        table.insert(0, "drawn_name", pd.Series(state.names, index, dtype=object))
    rows = np.repeat(np.arange(len(code)), np.diff(ground.graph.indptr))
    between = code[rows] != code[ground.graph.indices]
    measured: dict[str, Values] = {
        "pieces_of_grid": {str(grid): float(n) for grid, n in zip(index, pieces, strict=True)},
        **cuts_of(ground.district, ground.parents, code, count),
    }
    # Each pair of neighbours stands there twice.
    return gpd.GeoDataFrame(table), measured, float(ground.graph.data[between].sum()) / 2000


def _spread(
    ground: Ground, state: State, minutes: pd.Series, at: int, before: Live | None
) -> tuple[float, float, float]:
    names = ("mean_minutes_to_lead", "p90_minutes_to_lead", "max_minutes_to_lead")
    inside = state.grid == at
    if (
        before is not None
        and state.leads[at] == before.state.leads[at]
        and np.array_equal(inside, before.state.grid == at)
    ):
        row = before.layout.grids.iloc[at]
        return float(row[names[0]]), float(row[names[1]]), float(row[names[2]])
    spread = spread_of(minutes.to_numpy()[inside], ground.people[inside])[None]
    return spread.mean, spread.p90, spread.largest


def _hospitals(
    ground: Ground, state: State, grid: pd.Series, before: Live | None
) -> gpd.GeoDataFrame:
    """Give the hospitals their grid and role; the earlier table where none stands elsewhere now."""
    district = ground.district
    if (
        before is not None
        and state.leads == before.state.leads
        and np.array_equal(state.grid[ground.housed], before.state.grid[ground.housed])
    ):
        return before.layout.hospitals
    leads = pd.Series(state.leads, pd.Index(state.grids, name="grid"), dtype=object)
    own = grid.astype(object) if state.grids else None
    return hospital_roles(district.hospitals, own, leads, district.agreements)


def _centers(
    ground: Ground, state: State, metres: pd.Series, before: Live | None
) -> gpd.GeoDataFrame:
    """Count what each center serves, and say where it stands and who manages it."""
    standing = state.home
    if before is not None:
        old = before.state
        same = state.sites is old.sites and state.center is old.center
        if same and state.manager is old.manager and np.array_equal(standing, old.home):
            return before.layout.centers
    count = len(state.sites)
    load = np.bincount(state.center, weights=ground.people, minlength=count)
    walked = np.bincount(state.center, weights=ground.people * metres.to_numpy(), minlength=count)
    ids = np.array([*state.sites.index, None], dtype=object)
    index = state.sites.index
    return state.sites.assign(
        grid=pd.Series(np.array([*state.grids, None], dtype=object)[standing], index, dtype=object),
        population=load,
        mean_metres=walked / np.maximum(load, 1e-9),
        regional_center=pd.Series(ids[state.manager], index, dtype=object),
        **{
            "class": np.where(
                is_station(state.sites), CLASS, np.where(state.regional, "regional", COMMUNITY)
            )
        },
    )


def _streets(
    ground: Ground, state: State, centers: gpd.GeoDataFrame, before: Live | None
) -> gpd.GeoDataFrame:
    """Count the centers of each street, and list its grids."""
    streets = ground.district.subdistricts
    known = ground.street >= 0
    if before is None:
        people = np.bincount(
            ground.street[known], weights=ground.people[known], minlength=len(streets)
        )
        table = streets[[n for n in streets if n in ("name_en", "geometry")]].copy()
        table["population"] = people.astype(float)
    elif state.grid is before.state.grid and centers is before.layout.centers:
        return before.layout.subdistricts
    else:
        table = before.layout.subdistricts
    regional = centers[centers["class"] == "regional"]
    counts = {
        column: some["subdistrict"].value_counts().reindex(table.index).fillna(0).astype(int)
        for column, some in (("centers", centers), ("regional_centers", regional))
    }
    lists: list[list[str]] = [[] for _ in table.index]
    known &= state.grid >= 0
    count = max(len(state.grids), 1)
    for pair in np.unique(ground.street[known] * count + state.grid[known]):
        lists[pair // count].append(state.grids[pair % count])
    return table.assign(**counts, grids=pd.Series(lists, table.index, dtype=object))


def _groups(
    ground: Ground,
    state: State,
    hospitals: gpd.GeoDataFrame,
    centers: gpd.GeoDataFrame,
    before: Live | None,
) -> tuple[Group, ...]:
    """Form the groups anew where hospitals, leads or the centers of a grid are others."""
    if before is not None and hospitals is before.layout.hospitals:
        old = before.layout.centers
        same = centers is old or (
            centers.index.equals(old.index) and (centers["grid"] == old["grid"]).all()
        )
        if same and state.leads == before.state.leads:
            return before.layout.groups
    leads = pd.Series(state.leads, pd.Index(state.grids, name="grid"), dtype=object)
    return form_groups(leads, hospitals, centers, ground.district.agreements)
