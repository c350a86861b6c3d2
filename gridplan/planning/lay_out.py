"""Put the stages' answers together into the one layout that is checked, drawn and exported."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from gridplan.district.district import District
from gridplan.district.schema.labels import NOTE, ROW, doubts, ranked
from gridplan.optimise.siting import spread_of
from gridplan.planning.centers.centers import Centers
from gridplan.planning.grids.extents import EXTENT_COLUMNS, grid_extents
from gridplan.planning.grids.grids import Grids
from gridplan.planning.grids.wishes import memberships
from gridplan.planning.layout.groups import form_groups, hospital_roles
from gridplan.planning.layout.layout import Layout
from gridplan.planning.regional.regional import Regional
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sites.stations import CLASS, is_station
from gridplan.planning.ways.journeys import journeys_of
from gridplan.planning.ways.nearest import nearest_metres
from gridplan.planning.ways.stations import place_stations

GRID_COLUMNS = (
    "lead",
    "population",
    "units",
    "area_km2",
    "contiguous",
    "pieces",
    "deviation",
    "mean_minutes_to_lead",
    "p90_minutes_to_lead",
    "max_minutes_to_lead",
    *EXTENT_COLUMNS,
    "beds",
    "beds_unknown",
    "beds_labels",
    "beds_per_1000",
)
"""Columns of the table of grids, also where none are planned."""


def lay_out(
    district: District,
    scenario: Scenario,
    grids: Grids | None,
    centers: Centers,
    regional: Regional | None,
) -> Layout:
    """
    Join grids, centers and 1+N with the district's own tables.

    Parameters
    ----------
    district, scenario
        What was planned.
    grids
        None where none were planned.
    centers
        Sites and who goes where.
    regional
        None where no 1+N was planned.

    Returns
    -------
    Layout
    """
    ways = journeys_of(district, scenario)
    sites = _center_table(centers, regional)
    grid = None if grids is None else grids.grid
    leads = pd.Series(dtype=object).rename_axis("grid") if grids is None else grids.leads
    agreements = district.agreements
    hospitals = hospital_roles(district.hospitals, grid, leads, agreements)
    units = pd.DataFrame(
        {
            "grid": grid,
            "lead": None if grid is None else grid.map(leads),
            "center": centers.center,
            "regional_center": centers.center.map(sites["regional_center"]),
            "subdistrict": district.units["subdistrict"],
            "metres_to_center": centers.metres_to_center,
            "minutes_to_center": centers.metres_to_center / ways.walk_metres_per_minute,
            "minutes_to_lead": np.nan if grids is None else grids.minutes_to_lead,
        },
        index=district.units.index,
    ).join(nearest_metres(ways, sites))
    return Layout(
        district=district,
        units=units,
        grids=_grid_table(district, units, hospitals, grids),
        centers=sites,
        subdistricts=_subdistrict_table(district, units, sites),
        hospitals=hospitals,
        groups=form_groups(leads, hospitals, sites, agreements),
        stations=place_stations(ways, units, sites),
        wishes=memberships(district, scenario, grids, sites),
    )


def _center_table(centers: Centers, regional: Regional | None) -> gpd.GeoDataFrame:
    sites = centers.sites
    manager = (
        pd.Series(None, index=sites.index, dtype=object)
        if regional is None
        else regional.regional_center.reindex(sites.index)
    )
    is_regional = manager == sites.index.to_series()
    return sites.assign(
        regional_center=manager,
        **{
            "class": np.where(
                is_station(sites), CLASS, np.where(is_regional, "regional", "community")
            )
        },
    )


def _grid_table(
    district: District,
    units: pd.DataFrame,
    hospitals: gpd.GeoDataFrame,
    grids: Grids | None,
) -> gpd.GeoDataFrame:
    crs = district.units.crs
    if grids is None:
        empty = pd.DataFrame(columns=list(GRID_COLUMNS), index=pd.Index([], name="grid"))
        return gpd.GeoDataFrame(empty, geometry=gpd.GeoSeries([], crs=crs), crs=crs)
    shapes = district.units[["geometry"]].assign(grid=units["grid"]).dissolve("grid")
    shapes = shapes.loc[grids.leads.index]  # G2 before G10
    people = district.units["population"]
    graph = sparse.csr_array(district.contiguity)
    mean = district.population / len(grids.leads)
    rows = []
    for grid in shapes.index:
        inside = (units["grid"] == grid).to_numpy()
        residents = people.to_numpy()[inside]
        minutes = units["minutes_to_lead"].to_numpy()[inside]
        spread = spread_of(minutes, residents)[None]
        here = np.flatnonzero(inside)
        owned = hospitals[hospitals["grid"] == grid]
        beds = float(owned["beds"].sum(min_count=1))  # unknown beds are unknown, not none
        unsure = doubts(owned)
        unsure = unsure[unsure["about"].isin(["row", "beds"])]
        unsure = unsure[unsure["row"].isin(owned.index[owned["beds"].notna()])]
        count = csgraph.connected_components(graph[here][:, here], directed=False)[0]
        rows.append(
            {
                "lead": grids.leads[grid],
                "population": float(residents.sum()),
                "units": int(inside.sum()),
                "area_km2": shapes.geometry[grid].area / 1e6,
                "contiguous": count == 1,
                "pieces": int(count),
                "deviation": float(residents.sum()) / mean - 1,
                "mean_minutes_to_lead": spread.mean,
                "p90_minutes_to_lead": spread.p90,
                "max_minutes_to_lead": spread.largest,
                "beds": beds,
                "beds_unknown": int(owned["beds"].isna().sum()),
                "beds_labels": ", ".join(ranked(unsure["label"])),
                # A rate over hospitals some of which tell no beds would be too low.
                "beds_per_1000": 1000
                * (beds if owned["beds"].notna().all() else np.nan)
                / max(float(residents.sum()), 1.0),
            }
        )
    table = pd.DataFrame(rows, index=shapes.index)
    extents = grid_extents(district, units["grid"], shapes.geometry)
    columns = [name for name in GRID_COLUMNS if name in table or name in extents]
    table = table.join(extents)[columns]
    if grids.names is not None:
        table.insert(0, "drawn_name", grids.names.reindex(table.index))
        table["lead"] = grids.leads.reindex(table.index)  # as objects: a text column has no None
    return gpd.GeoDataFrame(table, geometry=shapes.geometry, crs=crs)


def _subdistrict_table(
    district: District, units: pd.DataFrame, sites: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    told = ("name_en", ROW, NOTE, "geometry")
    kept = [name for name in told if name in district.subdistricts]
    table = district.subdistricts[kept].copy()
    people = district.units["population"].groupby(units["subdistrict"]).sum()
    regional = sites[sites["class"] == "regional"]
    table["population"] = people.reindex(table.index).fillna(0.0)
    for column, some in (("centers", sites), ("regional_centers", regional)):
        counts = some["subdistrict"].value_counts()
        table[column] = counts.reindex(table.index).fillna(0).astype(int)
    found = units.dropna(subset=["grid", "subdistrict"]).groupby("subdistrict")["grid"]
    names = {name: sorted(set(part), key=lambda g: int(str(g)[1:])) for name, part in found}
    table["grids"] = [names.get(name, []) for name in table.index]
    return table
