"""The district of a plan as the plan's own files tell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from gridplan.district.district import INDEXES, District, LayerSource
from gridplan.district.geometry.adjacency import TOLERANCE
from gridplan.district.matrix import MATRICES, TravelMatrix
from gridplan.district.schema.labels import NOTE, label_columns
from gridplan.errors import problem_from
from gridplan.outputs.reading.frames import points_of
from gridplan.outputs.tables.matrix import matrix_read
from gridplan.planning.checks.policy_files import KINDS

_BROUGHT = ("population", "population_65", "community")
"""Columns of the units that a district brings, labels and notes apart."""


def district_read(
    values: Mapping[str, Any],
    units: gpd.GeoDataFrame,
    known: Mapping[str, gpd.GeoDataFrame],
    tables: Mapping[str, pd.DataFrame],
    *,
    carried: Mapping[str, gpd.GeoDataFrame],
    outside: gpd.GeoDataFrame | None,
) -> District:
    """
    Put the district of a plan together from the plan's own files.

    Parameters
    ----------
    values
        Of ``plan.json``.
    units
        The layer ``units``, indexed by ``unit``.
    known
        Subdistricts, centers and hospitals as they were written.
    tables
        Of the GeoPackage: matrices of travel and sources.
    carried
        Layers that the GeoPackage holds as they were read, where it has them.
    outside
        Centers of neighbours, where it has them.

    Returns
    -------
    District
        Without candidates, folder and declared layers: they are not written.
    """
    told = values["district"]
    crs = units.crs
    centers = known["centers"]
    existing = centers[centers["status"] == "existing"]
    given = units.copy()
    for key in (*_BROUGHT, "subdistrict"):
        if key not in given:
            given[key] = None
    inputs = values["provenance"]["inputs"]
    own: Mapping[str, Any] = next(
        (entry for entry in inputs if entry["file"] == "district.toml"), {}
    )
    matrices = _matrices(values, tables, {**known, "units": units})
    candidates = pd.DataFrame(
        {"capacity": [], "community": [], "unit": []}, index=pd.Index([], name="candidate")
    )
    return District(
        code=told["code"],
        name_zh=told["name_zh"],
        name_en=told["name_en"],
        vintage=told["vintage"],
        folder=None,
        units=given[[*brought(given), "subdistrict", "geometry"]],
        subdistricts=known["subdistricts"][["geometry"]],
        hospitals=known["hospitals"].drop(columns=["grid", "role"], errors="ignore"),
        centers=existing.drop(columns=["grid", "population"], errors="ignore"),
        candidates=gpd.GeoDataFrame(candidates, geometry=gpd.GeoSeries([], crs=crs), crs=crs),
        layers=sources_read(tables, own=False),
        repairs=tuple(problem_from(entry) for entry in values["provenance"].get("repairs", [])),
        links=tuple((str(a), str(b)) for a, b in told.get("links", [])),
        snap_metres=float(told.get("snap_metres", TOLERANCE)),
        outside_centers=_outside(values, outside, crs),
        city_grids_elsewhere=told.get("city_grids_elsewhere"),
        city_grids_source=told.get("city_grids_source") or "",
        **{name: frame.set_index(INDEXES[name]) for name, frame in carried.items()},
        walk_matrix=matrices["walk_matrix"],
        drive_matrix=matrices["drive_matrix"],
        sha256=own.get("sha256") or "",
    )


def brought(units: pd.DataFrame) -> list[str]:
    """Name the columns of the units that the district brought."""
    labels = [key for key in (*label_columns(units), NOTE) if key in units]
    return [*_BROUGHT, *labels]


def _matrices(
    values: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    known: Mapping[str, gpd.GeoDataFrame],
) -> dict[str, TravelMatrix | None]:
    crs = known["units"].crs
    places = {
        **known,
        "stations": points_of(values.get("stations", []), "station", crs),
        "outside_centers": points_of(values.get("outside_centers", []), "center", crs),
    }
    told = values.get("travel", {})
    return {name: matrix_read(told, tables, name, places) for name in MATRICES}


def _outside(
    values: Mapping[str, Any],
    exact: gpd.GeoDataFrame | None,
    crs: Any,  # noqa: ANN401
) -> gpd.GeoDataFrame:
    """Give the centers of neighbours, where the GeoPackage has them to the last digit."""
    told = points_of(values.get("outside_centers", []), "center", crs)
    if exact is None or not len(told):
        return told
    return told.set_geometry(exact.set_index("center").geometry.loc[told.index].set_crs(crs))


def sources_read(tables: Mapping[str, pd.DataFrame], *, own: bool) -> tuple[LayerSource, ...]:
    """Give the layers, or the planner's ``own`` rules and answers, with their fingerprints."""
    rows = tables.get("sources", pd.DataFrame()).to_dict(orient="records")
    return tuple(_source(row) for row in rows if (row["layer"] in KINDS) == own)


def _source(row: Mapping[str, Any]) -> LayerSource:
    told = ("layer", "file", "crs", "source", "label", "sha256", "vintage")
    return LayerSource(
        **{key: row[key] or "" for key in told},
        rows=int(row.get("rows") or 0),
        rows_below=int(row.get("rows_below") or 0),
        row_labels=row.get("row_labels") or "",
    )
