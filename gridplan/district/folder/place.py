"""How the layers of a district lie on one another: unit of every point, subdistrict of every unit.

All shapes are in the district's metric CRS here.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridplan.district.files.intake import Intake, sample
from gridplan.district.folder.column import clean_text
from gridplan.district.schema.characters import plain_ids
from gridplan.district.schema.vocabulary import nearest
from gridplan.errors import SHOWN

SLIVER = 100.0
"""Square metres under which an area is a trace of drawing, not a place."""

LEAST_REACH = 250.0
"""Metres outside the units at which a point is still taken to belong to the nearest one."""


def reach_of(units: gpd.GeoDataFrame) -> float:
    """Metres a point may lie outside the units: the side of a typical unit, at least 250 m."""
    return max(float(np.sqrt(units.geometry.area.median())), LEAST_REACH)


def _nearest(
    areas: NDArray[np.object_], points: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Position of the area each point lies in or is nearest to, the first of equals; metres."""
    (point, area), metres = shapely.STRtree(areas).query_nearest(
        points, return_distance=True, all_matches=True
    )
    order = np.lexsort((area, point))
    _, first = np.unique(point[order], return_index=True)
    chosen = order[first]
    return area[chosen].astype(np.int64), metres[chosen]


def unit_of_points(
    layer: str,
    points: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame,
    subdistricts: gpd.GeoDataFrame,
    intake: Intake,
) -> pd.Series:
    """
    Find the unit every point stands in.

    Parameters
    ----------
    layer
        Of the points, for messages.
    points
        Indexed by id.
    units
        Indexed by ``unit``.
    subdistricts
        May be empty. A point in a subdistrict belongs to the district though no unit covers it
        (a lattice often leaves out cells where nobody lives).
    intake
        Collects ``outside-district`` and the repair ``point-snapped``.

    Returns
    -------
    unit
        Same index as the points.
    """
    unit, metres = _nearest(units.geometry.to_numpy(), points.geometry.to_numpy())
    outside = metres > 0
    far = metres > reach_of(units)
    if far.any() and len(subdistricts):
        tree = shapely.STRtree(subdistricts.geometry.to_numpy())
        inside = tree.query(points.geometry.to_numpy()[far], predicate="intersects")[0]
        far[np.flatnonzero(far)[np.unique(inside)]] = False
    if far.any():
        names = points["name"] if "name" in points else points.index.to_series()
        intake.wrong(
            "outside-district",
            layer=layer,
            **_named(points.index[far]),
            names=[str(name) for name in names[far]][:SHOWN],
            metres=f"{metres[far].min():.0f}",
            most=f"{metres[far].max():.0f}",
        )
    snapped = outside & ~far
    if snapped.any():
        most = f"{metres[snapped].max():.0f}"
        intake.repaired("point-snapped", layer=layer, **_named(points.index[snapped]), metres=most)
    return pd.Series(units.index.to_numpy()[unit], index=points.index, dtype=object)


def _named(ids: pd.Index) -> dict[str, object]:
    return sample(ids)


def settle_subdistricts(
    units: gpd.GeoDataFrame, subdistricts: gpd.GeoDataFrame, intake: Intake
) -> pd.Series:
    """
    Give every unit the name of its subdistrict.

    Names a unit carries are kept (a code of the subdistricts layer counts as its name); where
    there is none, the subdistrict that holds the unit's inner point is taken and listed.

    Parameters
    ----------
    units
        Indexed by ``unit``.
    subdistricts
        Indexed by name; not empty.
    intake
        Collects ``unknown-subdistrict``, ``units-outside`` and the repair ``subdistrict-located``.

    Returns
    -------
    subdistrict
        Same index as the units.
    """
    given = units["subdistrict"]
    codes = _codes_of(subdistricts)
    given = given.map(lambda name: codes.get(name, name)).astype(object)
    known = given.isin(subdistricts.index)
    unknown = given.notna() & ~known
    for name in list(dict.fromkeys(given[unknown]))[:SHOWN]:
        intake.wrong(
            "unknown-subdistrict",
            layer="units",
            value=name,
            nearest=nearest(name, subdistricts.index),
            **_named(units.index[given == name]),
        )
    inner = shapely.point_on_surface(units.geometry.to_numpy())
    place, metres = _nearest(subdistricts.geometry.to_numpy(), inner)
    far = metres > reach_of(units)
    if far.any():
        most = f"{metres[far].max():.0f}"
        intake.wrong("units-outside", layer="units", **_named(units.index[far]), metres=most)
    blank = given.isna().to_numpy()
    people = units["population"].to_numpy(dtype=float)
    if blank.any():
        intake.repaired("subdistrict-located", layer="units", **_named(units.index[blank]))
    between = blank & (metres > 0) & ~far
    if between.any():
        intake.repaired(
            "units-in-no-subdistrict",
            layer="units",
            **_named(units.index[between]),
            residents=f"{people[between].sum():,.0f}",
            metres=f"{np.ceil(metres[between].max()):,.0f}",
        )
    _tell_overlaps(subdistricts, inner, np.where(blank, people, np.nan), units.index, intake)
    located = subdistricts.index.to_numpy()[place]
    return pd.Series(np.where(blank, located, given), index=units.index, dtype=object)


def _tell_overlaps(
    subdistricts: gpd.GeoDataFrame,
    inner: NDArray[np.object_],
    people: NDArray[np.float64],
    ids: pd.Index,
    intake: Intake,
) -> None:
    """
    Name the subdistricts that cover the same ground, with the residents this leaves in doubt.

    ``inner`` are points in the units, ``people`` their residents, nan where the unit itself names
    its subdistrict and so is in no doubt.
    """
    shapes, names = subdistricts.geometry.to_numpy(), subdistricts.index.to_numpy()
    a, b, area = overlaps(shapes)
    tree = shapely.STRtree(inner)
    slivers = []
    for one, other, metres in zip(a, b, area, strict=True):
        both = shapely.intersection(shapes[one], shapes[other])
        inside = np.sort(tree.query(both, predicate="intersects"))
        doubtful = inside[np.isfinite(people[inside])]
        if metres < SLIVER and not len(doubtful):
            slivers.append(f"{names[one]}+{names[other]}")
            continue
        intake.repaired(
            "subdistricts-overlap",
            layer="subdistricts",
            first=names[one],
            other=names[other],
            area=f"{metres / 1e6:,.2f}",
            residents=f"{people[doubtful].sum():,.0f}",
            **_named(ids[doubtful]),
        )
    if slivers:
        _tell_slivers("subdistricts", slivers, float(area[area < SLIVER].sum()), intake)


def _tell_slivers(layer: str, pairs: list[str], area: float, intake: Intake) -> None:
    values = {"area": f"{area:,.0f}", "limit": f"{SLIVER:,.0f}"}
    intake.repaired("overlap-slivers", layer=layer, **sample(pairs), **values)


def overlaps(
    shapes: NDArray[np.object_],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """
    Find pairs of areas that cover the same ground.

    Parameters
    ----------
    shapes
        Areas, metres.

    Returns
    -------
    first, other
        Positions, first below other.
    area
        Square metres in common, above 1.
    """
    a, b = shapely.STRtree(shapes).query(shapes)
    a, b = a[a < b], b[a < b]
    box = shapely.bounds(shapes)
    # Boxes of lattice cells only touch; nothing is left to intersect.
    width = np.minimum(box[a, 2], box[b, 2]) - np.maximum(box[a, 0], box[b, 0])
    height = np.minimum(box[a, 3], box[b, 3]) - np.maximum(box[a, 1], box[b, 1])
    near = (width > 0.01) & (height > 0.01)
    a, b = a[near], b[near]
    area = shapely.area(shapely.intersection(shapes[a], shapes[b]))
    real = area > 1.0
    return a[real], b[real], area[real]


def _codes_of(subdistricts: gpd.GeoDataFrame) -> dict[str, str]:
    column = next((c for c in ("code", "代码", "编码", "street_code") if c in subdistricts), None)
    if column is None:
        return {}
    codes = plain_ids(clean_text(subdistricts[column]))
    known = codes.notna().to_numpy()
    return dict(zip(codes[known], subdistricts.index[known], strict=True))


def dissolve_units(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Derive subdistricts by joining the units that carry the same name.

    Returns
    -------
    subdistricts
        Index ``subdistrict``, sorted by name; population NaN (nothing was published), ``derived``.
    """
    shapes = {
        name: _joined(group.geometry.to_numpy())
        for name, group in units.groupby("subdistrict", sort=True)
    }
    index = pd.Index(list(shapes), name="subdistrict", dtype=object)
    return gpd.GeoDataFrame(
        {"population": np.nan, "label": "derived"},
        index=index,
        geometry=list(shapes.values()),
        crs=units.crs,
    )


def _joined(shapes: NDArray[np.object_]) -> shapely.Geometry:
    """Join polygons; a clean coverage takes the fast way."""
    if shapely.coverage_is_valid(shapes):
        return shapely.coverage_union_all(shapes)
    return shapely.union_all(shapes)


def check_overlaps(units: gpd.GeoDataFrame, intake: Intake) -> None:
    """
    Find units that cover the same ground: their residents would be counted twice.

    Overlaps of at least 5 % of the smaller unit are problems (``units-overlap``); smaller ones
    are slivers of drawing, noted (``overlaps-left``) and left as they are, like units that are
    slivers themselves (``units-slivers``: under :data:`SLIVER` and 1 % of the mean unit).
    """
    shapes = units.geometry.to_numpy()
    a, b, area = overlaps(shapes)
    smaller = np.minimum(shapely.area(shapes[a]), shapely.area(shapes[b]))
    serious = area >= 0.05 * smaller
    ids = units.index.to_numpy()
    if serious.any():
        pairs = [f"{ids[i]}+{ids[j]}" for i, j in zip(a[serious], b[serious], strict=True)]
        intake.wrong("units-overlap", layer="units", **sample(pairs))
    if not serious.all():
        pairs = [f"{ids[i]}+{ids[j]}" for i, j in zip(a[~serious], b[~serious], strict=True)]
        values = {"area": f"{area[~serious].sum():,.0f}"}
        intake.repaired("overlaps-left", layer="units", **sample(pairs), **values)
    own = shapely.area(shapes)
    small = own < min(SLIVER, 0.01 * float(own.mean()))
    if small.any():
        people = units["population"].to_numpy(dtype=float)[small].sum()
        values = {"limit": f"{SLIVER:,.0f}", "residents": f"{people:,.0f}"}
        intake.repaired("units-slivers", layer="units", **_named(units.index[small]), **values)
