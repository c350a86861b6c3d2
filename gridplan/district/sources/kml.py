"""KML -> rows and shapes: what Google Earth, Ovital and other map programs write.

Read without GDAL, whose driver for it that follows no other file leaves the attributes out. A file
with a document type or entities never comes here (:mod:`gridplan.district.sources.container`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

_GROUPS = ("Document", "Folder")


@dataclass(frozen=True, eq=False)
class Marks:
    """
    The placemarks of a document or folder that have a shape.

    Parameters
    ----------
    table
        ``Name``, ``Description`` and what their extended data hold, as text.
    shapes
        (k,) geometries, degrees in WGS-84.
    """

    table: pd.DataFrame
    shapes: NDArray[np.object_]


def read_marks(raw: bytes) -> dict[str, Marks]:
    """
    Read the placemarks of a KML file.

    Parameters
    ----------
    raw
        Its bytes.

    Returns
    -------
    layers
        By the name of the innermost document or folder they lie in; those without any are left out.

    Raises
    ------
    ValueError
        Where it is no XML, or a shape in it is none.
    """
    found: dict[str, list[tuple[dict[str, str], shapely.Geometry]]] = {}
    try:
        for group, mark in _marks(ElementTree.fromstring(raw), ""):
            shape = _shape(mark)
            if shape is not None:
                found.setdefault(group, []).append((_attributes(mark), shape))
    except (ElementTree.ParseError, IndexError) as error:
        raise ValueError(str(error)) from None
    return {
        group: Marks(
            pd.DataFrame([attributes for attributes, _ in marks], dtype=object),
            np.array([shape for _, shape in marks], dtype=object),
        )
        for group, marks in found.items()
    }


def _tag(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _marks(parent: ElementTree.Element, group: str) -> Iterator[tuple[str, ElementTree.Element]]:
    for child in parent:
        tag = _tag(child)
        if tag == "Placemark":
            yield group, child
        elif tag in _GROUPS:
            name = next((one.text for one in child if _tag(one) == "name"), None)
            yield from _marks(child, (name or "").strip() or group)


def _attributes(mark: ElementTree.Element) -> dict[str, str]:
    values: dict[str, str] = {}
    for child in mark:
        if _tag(child) in ("name", "description") and (child.text or "").strip():
            values[_tag(child).capitalize()] = str(child.text).strip()
    for entry in mark.iter():
        if _tag(entry) == "SimpleData" and entry.get("name"):
            values[str(entry.get("name"))] = (entry.text or "").strip()
        elif _tag(entry) == "Data" and entry.get("name"):
            text = next((one.text for one in entry if _tag(one) == "value"), "")
            values[str(entry.get("name"))] = (text or "").strip()
    return values


def _shape(mark: ElementTree.Element) -> shapely.Geometry | None:
    shapes = [_geometry(child) for child in mark if _tag(child) in _GEOMETRIES]
    return shapes[0] if shapes else None


def _geometry(element: ElementTree.Element) -> shapely.Geometry:
    return _GEOMETRIES[_tag(element)](element)


def _point(element: ElementTree.Element) -> shapely.Geometry:
    return shapely.Point(_corners(element)[0])


def _line(element: ElementTree.Element) -> shapely.Geometry:
    return shapely.LineString(_corners(element))


def _ring(element: ElementTree.Element) -> shapely.Geometry:
    return shapely.Polygon(_corners(element))


def _polygon(element: ElementTree.Element) -> shapely.Geometry:
    outer, inner = (
        [_corners(one) for one in element if _tag(one) == side]
        for side in ("outerBoundaryIs", "innerBoundaryIs")
    )
    return shapely.Polygon(outer[0], inner)


def _several(element: ElementTree.Element) -> shapely.Geometry:
    parts = [_geometry(child) for child in element if _tag(child) in _GEOMETRIES]
    if len(parts) == 1:
        return parts[0]
    flat = [piece for part in parts for piece in shapely.get_parts(part)]
    kinds = {piece.geom_type for piece in flat}
    if kinds == {"Polygon"}:
        return shapely.MultiPolygon(flat)
    return (
        shapely.MultiLineString(flat)
        if kinds == {"LineString"}
        else shapely.GeometryCollection(flat)
    )


_GEOMETRIES: dict[str, Callable[[ElementTree.Element], shapely.Geometry]] = {
    "Point": _point,
    "LineString": _line,
    "LinearRing": _ring,
    "Polygon": _polygon,
    "MultiGeometry": _several,
}


def _corners(element: ElementTree.Element) -> list[tuple[float, float]]:
    """Give the corners of the one ring or line inside; heights are left out."""
    for inner in element.iter():
        if _tag(inner) == "coordinates":
            pairs = [text.split(",") for text in (inner.text or "").split()]
            return [(float(pair[0]), float(pair[1])) for pair in pairs]
    return []
