"""The layers of a modelled district as tables and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from modelling.outline import Lattice, geojson_geometry, write_geojson

if TYPE_CHECKING:
    from pathlib import Path


def unit_table(
    lattice: Lattice, table: pd.DataFrame, community: np.ndarray, people: np.ndarray
) -> pd.DataFrame:
    """Assemble the cells; a unit's id is its column and row on the lattice."""
    column = np.round((lattice.x - lattice.west) / lattice.cell - 0.5).astype(int)
    row = np.round((lattice.y - lattice.south) / lattice.cell - 0.5).astype(int)
    return pd.DataFrame(
        {
            "unit": [f"u{c:03d}{r:03d}" for c, r in zip(column, row, strict=True)],
            "x": lattice.x.astype(int),
            "y": lattice.y.astype(int),
            "population": people,
            "community": table["community"].to_numpy()[community],
            "subdistrict": table["subdistrict"].to_numpy()[community],
        }
    )


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write UTF-8 with plain line ends on every system."""
    frame.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def write_communities(
    folder: Path,
    lattice: Lattice,
    table: pd.DataFrame,
    shapes: list[shapely.Geometry],
    units: pd.DataFrame,
) -> None:
    """Write the modelled communities as GeoJSON in WGS-84; ``shapes`` are in metres."""
    people = units.groupby("community")["population"].sum()
    features = []
    for row, shape, metric in zip(
        table.itertuples(), _degrees(lattice, shapes), shapes, strict=True
    ):
        properties = {
            "community": row.community,
            "name_en": row.name_en,
            "code": str(row.code),
            "subdistrict": row.subdistrict,
            "area_modelled_km2": round(metric.area / 1e6, 3),
            "population_modelled": int(people[row.community]),
            "label": "modelled",
        }
        geometry = geojson_geometry(shape)
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    write_geojson(folder / "communities.geojson", features)


def write_subdistricts(
    folder: Path,
    lattice: Lattice,
    table: pd.DataFrame,
    streets: pd.DataFrame,
    shapes: list[shapely.Geometry],
    units: pd.DataFrame,
) -> None:
    """Write the modelled streets as GeoJSON in WGS-84: each the union of its communities.

    ``area_km2`` and ``population`` hold published figures only; what is modelled stands beside.
    """
    lonlat = _degrees(lattice, shapes)
    people = units.groupby("subdistrict")["population"].sum()
    features = []
    for row in streets.itertuples():
        mine = np.flatnonzero((table["subdistrict"] == row.Index).to_numpy())
        area = sum(shapes[i].area for i in mine) / 1e6
        properties = {
            "subdistrict": row.Index,
            "name_en": row.name_en,
            "code": str(row.code),
            "area_km2": row.area_km2 if row.area_label == "real" else None,
            "area_label": row.area_label,
            "population": int(row.population) if row.population_label == "real" else None,
            "population_label": row.population_label,
            "area_modelled_km2": round(area, 3),
            "population_modelled": int(people[row.Index]),
            "label": "modelled",
            "note": "" if pd.isna(row.note) else row.note,
        }
        geometry = geojson_geometry(shapely.union_all([lonlat[i] for i in mine]))
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    write_geojson(folder / "subdistricts.geojson", features)


def _degrees(lattice: Lattice, shapes: list[shapely.Geometry]) -> list[shapely.Geometry]:
    # Rounded vertex by vertex: neighbours then still share theirs, and no sliver opens.
    to_wgs84 = lattice.projection.to_wgs84
    return [shapely.transform(s, lambda xy: np.round(to_wgs84(xy), 6)) for s in shapes]
