"""Parts of a plan as its files tell them: groups, alternatives, proofs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from gridplan.district.agreements import Alliance
from gridplan.district.district import District
from gridplan.outputs.reading.frames import whole
from gridplan.planning.grids.alternatives import GridAlternative
from gridplan.planning.grids.cuts import cut_figures
from gridplan.planning.layout.certificate import Certificate
from gridplan.planning.layout.layout import Group


def group_read(entry: Mapping[str, Any]) -> Group:
    """Take the fields a group has; those a later version adds are left where they are."""
    return Group(
        grid=entry["grid"],
        lead=entry["lead"],
        members=tuple(entry["members"]),
        collaborators=tuple(entry["collaborators"]),
        centers=tuple(entry["centers"]),
        name_zh=entry.get("name", ""),
        name_en=entry.get("name_en", ""),
        branches=tuple(entry.get("branches", ())),
        supported=tuple(entry.get("supported", ())),
        alliances=tuple(
            Alliance(bond["name"], bond["name_en"], bond["lead"], tuple(bond["members"]))
            for bond in entry.get("alliances", ())
        ),
        campuses=tuple(entry.get("campuses", ())),
    )


def alternatives_read(
    rows: list[dict[str, Any]], units: gpd.GeoDataFrame, district: District
) -> tuple[GridAlternative, ...]:
    """Take each alternative's price from its rows and its grids from the units."""
    found = []
    for number in sorted({row["alternative"] for row in rows}):
        own = [row for row in rows if row["alternative"] == number]
        grid = units[f"alternative_{number}"].rename("grid")
        # Folders of an earlier version do not tell the boundary.
        length = own[0].get("boundary_km")
        if length is None:
            length = cut_figures(district, grid)["boundary_km"]
        found.append(
            GridAlternative(
                grid=grid,
                leads=pd.Series({row["grid"]: row["lead"] for row in own}).rename_axis("grid"),
                extra_percent=own[0]["extra_percent"],
                boundary_km=length,
                moved=own[0]["moved_residents"],
                share_percent=own[0]["moved_percent"],
            )
        )
    return tuple(found)


def certificates_read(
    table: pd.DataFrame | None, told: Mapping[str, Any]
) -> dict[str, Certificate]:
    """Read the proofs; how long they took stands in ``plan.json`` alone."""
    if table is None:
        return {}
    rows = whole(table).to_dict(orient="records")
    return {
        str(row["part"]): Certificate(
            status=row["status"],
            objective=row["objective"],
            bound=row["bound"],
            gap=row["gap"],
            seconds=told[str(row["part"])]["seconds"],
            seed=row["seed"],
            method=row["method"],
            unit=row["unit"],
            ended_by=row["ended_by"],
        )
        for row in rows
    }
