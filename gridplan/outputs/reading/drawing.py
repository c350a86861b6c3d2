"""A drawing from whatever a planner has: a table, polygons, or the folder of another plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.errors import ShapelyError

from gridplan.district.district import District
from gridplan.district.geometry.crs import WGS84
from gridplan.district.sources.source import Source
from gridplan.errors import SHOWN, InputError, Problem
from gridplan.intake.files.opening import open_source, split
from gridplan.intake.files.rasters import Raster
from gridplan.intake.places.placing import in_wgs84
from gridplan.outputs.reading.drawn import leads_of, read_drawn
from gridplan.outputs.reading.written import read_written
from gridplan.planning.grids.drawing import Drawn

GRID = (
    "grid",
    "网格",
    "网格名称",
    "网格编号",
    "grid_id",
    "drawn_name",
    "name",
    "名称",
    "id",
    "编号",
)
"""Headers that name the grids, the first that is there."""

UNIT = ("unit", "单元", "基本单元", "单元编号", "unit_id")
LEAD = ("lead", "牵头医院", "牵头医院编号")

SLIVER = 1e-6
"""Share of a unit's ground below which a polygon only touches it."""


def read_drawing(path: Path, district: District, *, crs: str = "") -> Drawn:
    """
    Read grids that a person drew, in any form.

    Parameters
    ----------
    path
        A table from unit to grid, with the lead hospital if it says (CSV, xlsx, xls, ods); polygons
        of the grids (GeoJSON, zipped shapefile, GeoPackage, .gdb, FlatGeobuf, KML); or a folder
        that gridplan wrote. ``FILE#LAYER`` names a layer or sheet.
    district
        Whose units they are.
    crs
        Of polygons that do not carry theirs; wins over what they carry.

    Returns
    -------
    drawn
        Of polygons each unit lies in the grid that covers most of its ground: residents are taken
        to be spread evenly within a unit. Units in two polygons or in none are told.

    Raises
    ------
    InputError
        If the file cannot be read as a drawing.
    """
    place, _ = split(path)
    if place.is_dir() and (place / "plan.gpkg").exists():
        return _of_plan(place)
    if place.is_dir() and place.suffix.lower() != ".gdb":
        raise InputError([Problem("drawn-no-plan", {"file": str(place)})])
    if not place.exists():
        raise InputError([Problem("drawn-missing", {"file": str(place)})])
    if place.suffix.lower() in (".csv", ".txt", ".tsv"):
        return read_drawn(place)
    source = open_source(path)
    if isinstance(source, Raster):
        raise InputError([Problem("drawn-no-areas", {"file": source.name})])
    return _of_table(source) if source.shapes is None else _of_areas(source, district, crs)


def _of_plan(folder: Path) -> Drawn:
    """Take the grids of another plan, with their leads and, where they were drawn, their names."""
    layout = read_written(folder).layout
    if layout.grids.empty:
        raise InputError([Problem("drawn-empty")])
    names = layout.grids.index.to_series()
    if "drawn_name" in layout.grids:
        names = layout.grids["drawn_name"].fillna(names)
    leads = layout.grids["lead"].dropna()
    return Drawn(
        layout.units["grid"].map(names),
        leads={str(names[grid]): str(lead) for grid, lead in leads.items()},
    )


def _header(headers: Sequence[str], words: Sequence[str]) -> str | None:
    lower = {str(header).strip().lower(): header for header in reversed(list(headers))}
    return next((str(lower[word]) for word in words if word in lower), None)


def _named(source: Source, words: Sequence[str]) -> str:
    found = _header(source.table.columns, words)
    if found is None:
        values = {"file": source.name, "headers": list(source.table.columns[:20]), "words": words}
        raise InputError([Problem("drawn-no-grid-column", values)])
    return found


def _of_table(source: Source) -> Drawn:
    """Take the rows of a sheet: unit, grid, and the lead where a column says it."""
    table, name = source.table, source.name
    unit, grid = _header(table.columns, UNIT), _header(table.columns, GRID)
    if unit is None or grid is None:
        values = {"file": name, "headers": list(table.columns[:20]), "unit": UNIT, "grid": GRID}
        raise InputError([Problem("drawn-columns", values)])
    problems = []
    nameless = source.rows[table[unit].isna().to_numpy()]
    if len(nameless):
        lines = [str(row) for row in nameless[:SHOWN]]
        missing = {"file": name, "count": len(nameless), "rows": lines}
        problems.append(Problem("drawn-nameless", missing))
    known = table[unit].dropna()
    twice = sorted(known[known.duplicated()].unique())
    if twice:
        found = {"file": name, "count": len(twice), "rows": twice[:SHOWN]}
        problems.append(Problem("drawn-twice", found))
    if problems:
        raise InputError(problems)
    lead = _header(table.columns, LEAD)
    leads = leads_of(table[grid], table[lead], name) if lead not in (None, grid) else {}
    drawn = pd.Series(table[grid].to_numpy(), pd.Index(table[unit], name="unit"), dtype=object)
    return Drawn(drawn, leads=leads)


def _of_areas(source: Source, district: District, crs: str) -> Drawn:
    """Lay polygons over the units: each goes to the grid that covers most of it."""
    assert source.shapes is not None
    areal = np.isin(shapely.get_type_id(source.shapes), (3, 6))
    if not areal.any():
        raise InputError([Problem("drawn-no-areas", {"file": source.name})])
    source = source.take(areal)
    names, notes = _names(source)
    shapes, more = _placed(source, district, crs)
    share = shares(district, shapes, names)
    if share.empty:
        values = {"file": source.name, "crs": crs or source.crs}
        raise InputError([Problem("drawn-elsewhere", values)])
    # Of equal shares the first name: the order of the rows decides nothing.
    first = share.sort_values(["unit", "share", "grid"], ascending=[True, False, True])
    drawn = first.drop_duplicates("unit").set_index("unit")["grid"]
    grid = drawn.reindex(district.units.index).astype(object)
    lead = _header(source.table.columns, LEAD)
    leads = leads_of(names, source.table[lead], source.name) if lead else {}
    leads = {grid: lead for grid, lead in leads.items() if grid in set(names)}
    told = _doubts(district, share, grid)
    return Drawn(grid.where(grid.notna(), None), (*notes, *more, *told), leads)


def _names(source: Source) -> tuple[pd.Series, list[Problem]]:
    """Name the polygons; a nameless one by its row."""
    column = _named(source, GRID)
    names = source.table[column].copy()
    bare = names.isna().to_numpy()
    names[bare] = [str(row) for row in source.rows[bare]]
    if not bare.any():
        return names, []
    rows = [str(row) for row in source.rows[bare]]
    values = {"file": source.name, "count": len(rows), "rows": rows[:SHOWN]}
    return names, [Problem("drawn-unnamed", values)]


def _placed(source: Source, district: District, crs: str) -> tuple[np.ndarray, tuple[Problem, ...]]:
    """Bring the polygons into the district's CRS, valid."""
    declared = crs or source.crs
    if not declared:
        raise InputError([Problem("drawn-no-crs", {"file": source.name})])
    notes: tuple[Problem, ...] = ()
    shapes = np.asarray(source.shapes, dtype=object)
    wrong = ~shapely.is_valid(shapes)
    if wrong.any():
        rows = [str(row) for row in source.rows[wrong]]
        values = {"file": source.name, "count": len(rows), "rows": rows[:SHOWN]}
        notes = (Problem("drawn-invalid", values),)
        shapes = shapely.make_valid(shapes)
    try:
        straight = in_wgs84(shapes, declared, layer=source.name)
    except (ShapelyError, ValueError):
        values = {"file": source.name, "crs": declared}
        raise InputError([Problem("drawn-elsewhere", values)]) from None
    placed = np.asarray(gpd.GeoSeries(straight, crs=WGS84).to_crs(district.units.crs).array)
    if not np.isfinite(shapely.bounds(placed)).all():  # beyond what the projection can draw
        values = {"file": source.name, "crs": declared}
        raise InputError([Problem("drawn-elsewhere", values)])
    return np.asarray(shapely.make_valid(placed)), notes


def shares(district: District, shapes: np.ndarray, names: pd.Series) -> pd.DataFrame:
    """
    Measure how much of each unit's ground each grid covers.

    Parameters
    ----------
    district
        Its units.
    shapes
        Valid polygons in the district's CRS.
    names
        Of the grid of each; several polygons may bear one name.

    Returns
    -------
    shares
        Columns ``unit``, ``grid``, ``share`` (0 to 1); what only touches is left out.
    """
    units = np.asarray(district.units.geometry.array)
    at, over = shapely.STRtree(units).query(shapes, predicate="intersects")[::-1]
    common = shapely.area(shapely.intersection(units[at], shapes[over]))
    table = pd.DataFrame(
        {
            "unit": district.units.index.to_numpy()[at],
            "grid": names.to_numpy(dtype=object)[over],
            "share": common / shapely.area(units)[at],
        }
    )
    found = table.groupby(["unit", "grid"], as_index=False, sort=False)["share"].sum()
    # To nine digits: of equal shares no last digit decides.
    found["share"] = found["share"].round(9)
    return found[found["share"] > SLIVER].reset_index(drop=True)


def _doubts(district: District, share: pd.DataFrame, grid: pd.Series) -> list[Problem]:
    """List units in two polygons, and units in none."""
    people = district.units["population"]
    several = share["unit"][share["unit"].duplicated()].unique()
    lost = grid.index[grid.isna()]
    return [
        Problem(
            code,
            {
                "count": len(some),
                "residents": f"{people.loc[some].sum():,.0f}",
                "rows": [str(unit) for unit in some[:SHOWN]],
            },
        )
        for code, some in (("drawn-by-area", several), ("drawn-outside", lost))
        if len(some)
    ]
