"""The columns of a file found for the fields of a layer, and the check of the prepared table."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pandera.pandas as pa

from gridplan.district.schema.schema import LAYERS
from gridplan.district.schema.vocabulary import (
    fold,
)

COORDINATES = {
    "lon": ("lon", "lng", "long", "longitude", "经度"),
    "lat": ("lat", "latitude", "纬度"),
    "x": ("x", "x坐标", "横坐标", "东坐标", "easting"),
    "y": ("y", "y坐标", "纵坐标", "北坐标", "northing"),
}
"""Headers that hold coordinates in a CSV; x is east and y is north."""


def coordinate_headers(headers: Iterable[str]) -> dict[str, str]:
    """
    Find the two columns of a table that say where its rows lie.

    Parameters
    ----------
    headers
        As the file has them.

    Returns
    -------
    axes
        Header by axis, the easterly one first: ``x`` and ``y``, else ``lon`` and ``lat``; empty
        where neither pair is there.
    """
    folded = {fold(name): name for name in reversed(list(headers))}
    found = {
        axis: folded[fold(alias)]
        for axis, aliases in COORDINATES.items()
        for alias in reversed(aliases)
        if fold(alias) in folded
    }
    pair = next((p for p in (("x", "y"), ("lon", "lat")) if p[0] in found and p[1] in found), ())
    return {axis: found[axis] for axis in pair}


@cache
def pandera_schema(layer: str) -> pa.DataFrameSchema:
    """Build the schema that validates the prepared table of one layer."""
    columns = {field.name: field.column() for field in LAYERS[layer].fields}
    return pa.DataFrameSchema(columns, strict=False, coerce=False)


def match_headers(layer: str, headers: list[str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """
    Find the column that holds each field.

    Parameters
    ----------
    layer
        Name of the layer.
    headers
        As the file has them.

    Returns
    -------
    found
        Header of every field that was found, by field name. The name itself wins over aliases.
    ambiguous
        Fields for which several aliases are present and the name is not.
    """
    folded: dict[str, list[str]] = {}
    for header in headers:
        folded.setdefault(fold(header), []).append(header)
    found: dict[str, str] = {}
    ambiguous: dict[str, list[str]] = {}
    taken: set[str] = set()
    for field in LAYERS[layer].fields:
        if field.name in headers:
            found[field.name] = field.name
            taken.add(field.name)
    for field in LAYERS[layer].fields:
        if field.name in found:
            continue
        names = dict.fromkeys(fold(header) for header in field.headers)
        present = [h for name in names for h in folded.get(name, []) if h not in taken]
        if field.kind == "id":
            present = present[:1]  # 编号 and 代码 side by side are common: the first is meant
        if len(present) == 1:
            found[field.name] = present[0]
            taken.add(present[0])
        elif present:
            ambiguous[field.name] = present
    return found, ambiguous
