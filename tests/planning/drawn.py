"""Layouts drawn by hand on a lattice of four columns and two rows, so that every figure is known.

Columns 0 and 1 are grid G1 and street west, 2 and 3 are G2 and east; ``h1`` stands lower left and
leads G1, ``h2`` lower right and leads G2. Every unit has 1,000 residents unless said otherwise.
"""

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Point

from gridplan.planning.layout.layout import Group, Layout
from gridplan.planning.scenario.scenario import Scenario

SCENARIO = Scenario()
SIDE = 100.0


def with_columns(district, layer, **columns):
    """The district with more columns in one layer; a list, or one value for all rows."""
    frame = getattr(district, layer).assign(**columns)
    return dataclasses.replace(district, **{layer: frame})


def with_people(district, people):
    """The district with other residents, in the order of its units."""
    return with_columns(district, "units", population=np.asarray(people, dtype=float))


def hospital_row(name, **values):
    """One hospital more, a district secondary general one in the lower left corner."""
    row = {
        "name": name,
        "name_en": name,
        "level": "secondary-a",
        "kind": "general",
        "ownership": "district",
        "beds": 100.0,
        "eligible": False,
        "unit": "c0r0",
        "geometry": Point(50, 50),
    }
    return pd.Series(row | values, name=name)


def with_hospitals(district, *rows):
    """The district with more hospitals."""
    more = gpd.GeoDataFrame(pd.DataFrame(list(rows)), geometry="geometry", crs=district.crs)
    both = pd.concat([district.hospitals, more.rename_axis("hospital")])
    return dataclasses.replace(district, hospitals=both)


def layout_of(
    district, *, centers=(("e1", "c0r0"), ("e2", "c3r0")), regional=("e1", "e2"), grids=2
):
    """
    A layout without any optimiser.

    ``centers`` are (id, unit); residents go to the first center of their grid, else to the first.
    Every center is under the first regional center of its grid. Hospitals that do not lead are
    members where they stand, provincial and university ones collaborators.
    """
    units = district.units
    column = units.index.str[1].astype(int)
    grid = np.where(column < 2, "G1", "G2") if grids == 2 else np.array(["G1"] * len(units))
    grid = pd.Series(grid if grids else None, index=units.index, dtype=object)
    table = _centers(district, centers, regional, grid)
    first = {g: rows.index[0] for g, rows in table.groupby("grid", dropna=False)}
    center = pd.Series([first.get(g, table.index[0]) for g in grid], index=units.index)
    people = units["population"]
    table["population"] = people.groupby(center).sum().reindex(table.index).fillna(0.0)
    leads = {"G1": "h1", "G2": "h2"} if grids == 2 else {"G1": "h1"} if grids else {}
    hospitals = district.hospitals.assign(grid=grid.loc[district.hospitals["unit"]].to_numpy())
    across = hospitals["ownership"].isin(["provincial", "university"])
    role = np.where(across, "collaborator", "member")
    hospitals["role"] = np.where(hospitals.index.isin(list(leads.values())), "lead", role)
    return Layout(
        district=district,
        units=pd.DataFrame(
            {
                "grid": grid,
                "center": center,
                "regional_center": center.map(table["regional_center"]),
                "subdistrict": units["subdistrict"],
                "minutes_to_center": 10.0,
                "minutes_to_lead": 20.0,
            }
        ),
        grids=_grids(district, grid, leads),
        centers=table,
        subdistricts=_streets(district, table),
        hospitals=hospitals,
        groups=tuple(_group(g, lead, hospitals, table) for g, lead in leads.items()),
    )


def _centers(district, centers, regional, grid):
    units = [unit for _, unit in centers]
    table = gpd.GeoDataFrame(
        {
            "name": [key for key, _ in centers],
            "status": [
                "existing" if key in district.centers.index else "new" for key, _ in centers
            ],
            "class": ["regional" if key in regional else "community" for key, _ in centers],
            "grid": grid.loc[units].to_numpy(),
            "subdistrict": district.units.loc[units, "subdistrict"].to_numpy(),
        },
        index=pd.Index([key for key, _ in centers], name="center"),
        geometry=district.units.loc[units].geometry.to_numpy(),
        crs=district.crs,
    )
    first = {
        g: rows.index[0]
        for g, rows in table[table["class"] == "regional"].groupby("grid", dropna=False)
    }
    table["regional_center"] = [
        key if key in regional else first.get(row["grid"]) for key, row in table.iterrows()
    ]
    return table


def _grids(district, grid, leads):
    index = pd.Index(list(leads), name="grid", dtype=object)
    people = district.units["population"].groupby(grid).sum()
    # No measure looks at a grid's shape: one unit's stands for it.
    return gpd.GeoDataFrame(
        {"lead": list(leads.values()), "population": people.reindex(index)},
        index=index,
        geometry=list(district.units.geometry[: len(leads)]),
        crs=district.crs,
    )


def _streets(district, table):
    streets = district.subdistricts[["geometry"]].copy()
    people = district.units.groupby("subdistrict")["population"].sum()
    streets["population"] = people.reindex(streets.index)
    regional = table.loc[table["class"] == "regional", "subdistrict"].value_counts()
    streets["centers"] = table["subdistrict"].value_counts().reindex(streets.index).fillna(0)
    streets["regional_centers"] = regional.reindex(streets.index).fillna(0)
    return streets


def _group(grid, lead, hospitals, table):
    here = hospitals[hospitals["grid"] == grid]
    return Group(
        grid=grid,
        lead=lead,
        members=tuple(here.index[here["role"] == "member"]),
        collaborators=tuple(here.index[here["role"] == "collaborator"]),
        centers=tuple(table.index[table["grid"] == grid]),
    )
