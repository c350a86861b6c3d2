"""The shapes of one layer: found, placed in their declared CRS, mended where that is safe."""

from __future__ import annotations

from collections import Counter

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gridplan.district.files.intake import Intake, sample
from gridplan.district.folder.column import read_field
from gridplan.district.folder.layer import RawLayer
from gridplan.district.geometry.crs import SHIFTED, check_extent, name_of, parse_crs
from gridplan.district.geometry.lattice import fit_lattice
from gridplan.district.geometry.metric import is_metric
from gridplan.district.schema.field import Field
from gridplan.district.schema.headers import COORDINATES, coordinate_headers
from gridplan.district.schema.schema import LAYERS
from gridplan.errors import InputError, Problem

LINES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)
AREAS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def read_shapes(raw: RawLayer, intake: Intake) -> gpd.GeoSeries | None:
    """
    Find and check the shapes of a layer.

    Parameters
    ----------
    raw
        The layer as its file holds it.
    intake
        Collects problems and repairs.

    Returns
    -------
    shapes
        One a row, in the declared CRS (WGS-84 axes for ``gcj02`` and ``bd09``, still displaced);
        polygons for area layers, points for the others. None if a problem stands in the way.
    """
    before = len(intake.problems)
    crs = intake.attempt(lambda: declared_crs(raw))
    shapes = raw.shapes if raw.shapes is not None else _from_coordinates(raw, intake)
    if shapes is None or crs is None:
        return None
    where = {"layer": raw.entry.layer, "file": raw.entry.file}
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    empty |= ~np.isfinite(shapely.bounds(shapes)).all(axis=1)
    if empty.any():
        intake.wrong("empty-shape", **where, **sample(raw.rows[empty]))
    if not empty.all():
        bounds = shapely.total_bounds(shapes[~empty])
        intake.problems.extend(check_extent(bounds, crs, layer=raw.entry.layer))
    if len(intake.problems) > before:
        return None
    shapes = _fitting(shapes, raw, crs, intake)
    if shapes is None or len(intake.problems) > before:
        return None
    return gpd.GeoSeries(shapes, index=raw.table.index, crs=crs)


def declared_crs(raw: RawLayer) -> CRS:
    """
    Settle the CRS of a layer between ``district.toml`` and its file.

    Raises
    ------
    InputError
        ``no-crs``, ``unknown-crs`` or ``crs-conflict``.
    """
    declared = raw.entry.crs
    where = {"layer": raw.entry.layer, "file": raw.entry.file}
    if not declared and not raw.crs:
        raise InputError([Problem("no-crs", where)])
    crs = parse_crs(declared or raw.crs, layer=raw.entry.layer)
    if declared and raw.crs:
        own = parse_crs(raw.crs, layer=raw.entry.layer)
        shifted = declared.lower() in SHIFTED and own.is_geographic
        # CRS84 is WGS-84 with longitude first, which is how every file here is read anyway.
        same = crs.equals(own, ignore_axis_order=True) or (
            crs == CRS(4326) and own.to_authority() == ("OGC", "CRS84")
        )
        if not (shifted or same):
            raise InputError(
                [Problem("crs-conflict", {**where, "crs": declared, "own": name_of(own)})]
            )
    return crs


def _from_coordinates(raw: RawLayer, intake: Intake) -> NDArray[np.object_] | None:
    """Points from the coordinate columns of a CSV."""
    pair = coordinate_headers([str(name) for name in raw.table.columns])
    where = {"layer": raw.entry.layer, "file": raw.entry.file}
    if not pair:
        intake.wrong(
            "no-coordinates", **where, aliases=[a for v in COORDINATES.values() for a in v]
        )
        return None
    before = len(intake.problems)
    values = []
    for axis, header in pair.items():
        field = Field(axis, "number", required=True)
        column = read_field(field, raw.table[header], raw, intake)
        blank = ~np.isfinite(column.to_numpy(dtype=float))
        if blank.any():
            chosen = sample(raw.rows[blank])
            intake.wrong("missing-coordinate", **where, column=header, **chosen)
        values.append(column.to_numpy(dtype=float))
    if len(intake.problems) > before:
        return None
    return np.asarray(shapely.points(values[0], values[1]), dtype=object)


def _fitting(
    shapes: NDArray[np.object_], raw: RawLayer, crs: CRS, intake: Intake
) -> NDArray[np.object_] | None:
    """Areas where areas belong, points where points belong, or a problem."""
    where = {"layer": raw.entry.layer, "file": raw.entry.file}
    kinds = shapely.get_type_id(shapes)
    is_area = np.isin(kinds, AREAS)
    if LAYERS[raw.entry.layer].geometry == "area":
        if raw.entry.cell_metres is not None and (kinds == shapely.GeometryType.POINT).all():
            return _squares(shapes, raw, crs, intake)
        shapes = _areas_of(shapes, raw, intake)
        is_area = np.isin(shapely.get_type_id(shapes), AREAS)
        if not is_area.all():
            code = "no-cell-metres" if raw.shapes is None else "not-areas"
            intake.wrong(code, **where, **sample(raw.rows[~is_area]))
            return None
        return _mended(shapes, raw, intake)
    if LAYERS[raw.entry.layer].geometry == "line":
        drawn = np.isin(kinds, LINES)
        if not drawn.all():
            intake.wrong("not-lines", **where, **sample(raw.rows[~drawn]))
            return None
        return shapes
    points = shapes.copy()
    single = kinds == shapely.GeometryType.POINT
    if not single.all():
        points[~single] = shapely.point_on_surface(shapes[~single])
        intake.repaired("points-from-shapes", **where, **sample(raw.rows[~single]))
    return points


def _areas_of(shapes: NDArray[np.object_], raw: RawLayer, intake: Intake) -> NDArray[np.object_]:
    """Take the areas out of collections; what else is in them is listed."""
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    chosen = shapes.copy()
    taken = np.zeros(len(shapes), dtype=bool)
    left: Counter[str] = Counter()
    for i in np.flatnonzero(mixed):
        parts = _flat(shapes[i])
        areas = [part for part in parts if part.geom_type == "Polygon"]
        if areas:
            chosen[i] = areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas)
            taken[i] = True
            left.update(part.geom_type for part in parts if part.geom_type != "Polygon")
    if taken.any():
        intake.repaired(
            "areas-of-collections",
            layer=raw.entry.layer,
            file=raw.entry.file,
            points=left["Point"],
            lines=left["LineString"] + left["LinearRing"],
            **sample(raw.rows[taken]),
        )
    return chosen


def _flat(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """List the single parts of a collection, however deep it is nested."""
    parts, wait = [], [shape]
    while wait:
        inner = wait.pop()
        members = getattr(inner, "geoms", None)
        if members is None:
            parts.append(inner)
        else:
            wait.extend(reversed(list(members)))
    return [part for part in parts if not part.is_empty]


def _squares(
    shapes: NDArray[np.object_], raw: RawLayer, crs: CRS, intake: Intake
) -> NDArray[np.object_] | None:
    where = {"layer": raw.entry.layer, "file": raw.entry.file}
    if not is_metric(crs):
        intake.wrong("lattice-in-degrees", **where, crs=name_of(crs))
        return None
    cell = raw.entry.cell_metres
    lattice, problems = fit_lattice(shapely.get_x(shapes), shapely.get_y(shapes), float(cell or 0))
    for problem in problems:
        values = {**problem.values, **where}
        values |= sample(raw.rows[problem.values["rows"]])
        intake.wrong(problem.code, **values)
    return None if problems else lattice.squares()


def _mended(shapes: NDArray[np.object_], raw: RawLayer, intake: Intake) -> NDArray[np.object_]:
    """Make crossing outlines valid, keeping the area they enclose."""
    broken = ~shapely.is_valid(shapes)
    if not broken.any():
        return shapes
    where = {"layer": raw.entry.layer, "file": raw.entry.file}
    mended = shapes.copy()
    mended[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    hopeless = broken & (~np.isin(shapely.get_type_id(mended), AREAS) | (shapely.area(mended) <= 0))
    if hopeless.any():
        intake.wrong("hopeless-shape", **where, **sample(raw.rows[hopeless]))
    good = broken & ~hopeless
    if good.any():
        intake.repaired("shape-mended", **where, **sample(raw.rows[good]))
    return mended


def empty_layer(layer: str, crs: CRS) -> gpd.GeoDataFrame:
    """Make the frame of a layer nobody gave: all columns a plan may need, no rows."""
    dtypes = {"number": float, "answer": bool}
    data = {
        field.name: pd.Series([], dtype=dtypes.get(field.kind, object))
        for field in LAYERS[layer].fields
        if not field.extra
    }
    return gpd.GeoDataFrame(data, geometry=gpd.GeoSeries([], crs=crs), crs=crs)
