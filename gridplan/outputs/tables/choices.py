"""Other ways to cut the grids, as tables and words a bureau can choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from gridplan.outputs.tables.tables import rounded
from gridplan.outputs.words.names import figure, signed
from gridplan.outputs.words.telling import Telling

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

COLUMNS = (
    "alternative",
    "grid",
    "lead",
    "population",
    "deviation",
    "extra_percent",
    "boundary_km",
    "moved_residents",
    "moved_percent",
)


def alternatives_layer(plan: Plan) -> gpd.GeoDataFrame:
    """
    Draw every grid of every alternative.

    Parameters
    ----------
    plan
        With or without alternatives.

    Returns
    -------
    layer
        One row a grid of an alternative, :data:`COLUMNS` and its outline in the district's CRS;
        ``extra_percent`` is how much longer residents travel to their leads than in the first,
        which is the plan; ``boundary_km`` the length of the boundaries between its grids.
    """
    units = plan.district.units
    parts = []
    for number, other in enumerate(plan.alternatives, start=1):
        shapes = units[["geometry", "population"]].assign(grid=other.grid)
        merged = shapes.dissolve("grid", aggfunc={"population": "sum"})
        merged = merged.loc[other.leads.index].rename_axis("grid").reset_index()  # G2 before G10
        mean = merged["population"].mean()
        parts.append(
            merged.assign(
                alternative=number,
                lead=merged["grid"].map(other.leads),
                deviation=merged["population"] / mean - 1,
                extra_percent=other.extra_percent,
                boundary_km=other.boundary_km,
                moved_residents=other.moved,
                moved_percent=other.share_percent,
            )[[*COLUMNS, "geometry"]]
        )
    if not parts:
        return gpd.GeoDataFrame(columns=[*COLUMNS, "geometry"], geometry="geometry", crs=units.crs)
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=units.crs)


def alternatives_table(telling: Telling) -> pd.DataFrame:
    """
    List every grid of every alternative.

    Parameters
    ----------
    telling
        With or without alternatives.

    Returns
    -------
    table
        As :func:`alternatives_layer` without outlines, ``lead_name`` in place of ``lead``.
    """
    names = telling.names
    people = telling.plan.district.units["population"]
    rows = []
    for number, other in enumerate(telling.plan.alternatives, start=1):
        residents = people.groupby(other.grid).sum()
        mean = float(residents.mean())
        for grid, lead in other.leads.items():
            row = {
                "alternative": number,
                "grid": str(grid),
                "lead_name": names.hospitals.get(lead, str(lead)),
                "population": float(residents[grid]),
                "deviation": float(residents[grid]) / mean - 1,
                "extra_percent": other.extra_percent,
                "boundary_km": other.boundary_km,
                "moved_residents": other.moved,
                "moved_percent": other.share_percent,
            }
            rows.append({key: rounded(value, key) for key, value in row.items()})
    return pd.DataFrame(rows, columns=[_NAMED.get(key, key) for key in COLUMNS], dtype=object)


_NAMED = {"lead": "lead_name"}


def alternatives_text(telling: Telling) -> list[str]:
    """
    Tell each alternative in a line: its price, how different it is, its grids.

    Returns
    -------
    lines
        Empty without alternatives.
    """
    plan = telling.plan
    if not plan.alternatives:
        return []
    names = telling.names
    people = plan.district.units["population"]
    lines = [telling.say("choices.head")]
    for number, other in enumerate(plan.alternatives, start=1):
        residents = people.groupby(other.grid).sum()
        grids = [
            telling.say(
                "choices.grid",
                lead=names.hospitals.get(other.leads[grid], other.leads[grid]),
                residents=figure(residents[grid], "persons", telling.lang),
            )
            for grid in other.leads.index
        ]
        key = "choices.plan" if number == 1 else "choices.other"
        lines.append(
            telling.say(
                key,
                number=number,
                extra=signed(other.extra_percent),
                boundary=f"{other.boundary_km:,.1f}",
                moved=figure(other.moved, "persons", telling.lang),
                share=f"{other.share_percent:.1f}",
                grids=grids,
            )
        )
    return lines
