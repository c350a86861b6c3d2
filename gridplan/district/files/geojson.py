"""The text of a GeoJSON file -> its features as rows, without GDAL: no other file is followed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.errors import ShapelyError

from gridplan.district.files.reason import UnreadableError, reason_of
from gridplan.errors import Reason
from gridplan.text.shown import brief


@dataclass(frozen=True, eq=False)
class Features:
    """
    The features of one file.

    Parameters
    ----------
    table
        Their properties, the ``id`` of a feature among them; rows counted from 0.
    shapes
        One geometry a row; None where a feature has none.
    crs
        That the file names in the manner of 2008; empty if none.
    """

    table: pd.DataFrame
    shapes: NDArray[np.object_]
    crs: str


def read_features(text: str) -> Features:
    """
    Read a FeatureCollection.

    Raises
    ------
    UnreadableError
        ``json``, ``nested``, ``features`` or ``shapes``.
    """
    try:
        content: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(reason_of(error)) from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not all(isinstance(f, dict) for f in features):
        raise UnreadableError(Reason("features"))
    try:
        shapes = shapely.from_geojson(
            [json.dumps(f["geometry"]) if f.get("geometry") else None for f in features]
        )
    except (ShapelyError, ValueError, RecursionError) as error:
        raise UnreadableError(Reason("shapes")) from error
    table = pd.DataFrame(map(_row, features), index=range(len(features)), dtype=object)
    member = content.get("crs")
    named = member.get("properties") if isinstance(member, dict) else None
    crs = str(named.get("name", "")) if isinstance(named, dict) else ""
    return Features(table, np.asarray(shapely.force_2d(shapes), dtype=object), crs)


def _row(feature: dict[str, Any]) -> dict[str, Any]:
    found = feature.get("properties")
    row = {k: _plain(v) for k, v in found.items()} if isinstance(found, dict) else {}
    return {"id": _plain(feature["id"]), **row} if "id" in feature and "id" not in row else row


def _plain(value: Any) -> Any:  # noqa: ANN401  # JSON is any of several types
    """Give a property as a cell: what no number type holds, and what is nested, as text."""
    if isinstance(value, (dict, list)):
        return brief(value)
    if isinstance(value, str):
        value.encode()  # half of a character can be written nowhere
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return str(value)
    return value
