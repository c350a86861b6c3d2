"""The roads of an intake: those near the district, with crossings that lack a corner told."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from gridplan.district.schema import LAYERS
from gridplan.errors import InputError, Problem
from gridplan.intake.columns.values import read_numbers
from gridplan.intake.opened import Opened
from gridplan.travel.network import road_networks
from gridplan.travel.road_graph import with_crossings
from gridplan.travel.ways import class_of

AROUND = 2_000.0
"""Metres around the district within which roads are kept: a way may leave it and come back."""

MISSING_CORNERS = 0.2
"""Share of crossings without a corner from which a layer was drawn without them."""


def read_roads(opened: Opened, crs: CRS, whole: shapely.Geometry) -> gpd.GeoDataFrame | None:
    """
    Bring the roads into the columns of the schema.

    Parameters
    ----------
    opened
        The files; None comes back where there are no roads among them.
    crs
        Metric.
    whole
        Where residents live, metres.

    Raises
    ------
    InputError
        ``intake-not-lines``, ``intake-no-place`` or ``intake-roads-elsewhere``.
    """
    if "roads" not in opened.drawn:
        return None
    drawn, ledger = opened.drawn["roads"], opened.ledger
    source = drawn.source
    if drawn.shapes is None:
        raise InputError([Problem("intake-no-place", {"file": source.name})])
    shapes = opened.metres("roads", crs)
    line = np.isin(shapely.get_type_id(shapes), (1, 5))
    if not line.all():
        rows = [str(n) for n in source.rows[~line]]
        values = {"file": source.name, "rows": rows[:5], "count": len(rows)}
        raise InputError([Problem("intake-not-lines", values)])
    near = shapely.intersects(shapes, shapely.box(*shapely.buffer(whole, AROUND).bounds))
    if not near.any():
        raise InputError([Problem("intake-roads-elsewhere", {"file": source.name})])
    table = pd.DataFrame({"road": [str(n) for n in source.rows]})
    for field in LAYERS["roads"].fields[1:]:
        match = drawn.matches.get(field.name)
        if match is not None:
            texts = source.table[match.column]
            numbers = field.kind == "number"
            table[field.name] = read_numbers(list(texts))[0] if numbers else texts
    if "class" not in table:
        table["class"] = "road"
        ledger.add("assumed", "roads", "intake-no-class", file=source.name)
    table["class"] = [class_of(text) for text in table["class"]]
    table, shapes = table.loc[near].reset_index(drop=True), shapes[near]
    shapes = _with_corners(shapes, table, source.name, opened)
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs=crs)
    _tell(frame, source.name, len(near), opened)
    return frame


def _with_corners(shapes: np.ndarray, table: pd.DataFrame, file: str, opened: Opened) -> np.ndarray:
    """Add the corners of crossings where the layer was drawn without them."""
    if not (shapely.get_type_id(shapes) == 1).all():
        return shapes
    level = np.zeros(len(shapes), dtype=np.int64)
    for name, step in (("bridge", 1), ("tunnel", -1)):
        if name in table:
            set_ = table[name].notna() & ~table[name].isin(["no", "0", "否"])
            level = np.where(set_, step, level)
    if "layer" in table:
        written = pd.to_numeric(table["layer"], errors="coerce").fillna(0).to_numpy(dtype=np.int64)
        level = np.where(written != 0, written, level)
    cornered, count = with_crossings(shapes, level)
    if count <= MISSING_CORNERS * len(shapes):
        if count:
            opened.ledger.add("checked", "roads", "intake-crossings", count=f"{count:,}", file=file)
        return shapes
    opened.ledger.add("repaired", "roads", "intake-corners-added", count=f"{count:,}", file=file)
    return cornered


def _tell(frame: gpd.GeoDataFrame, file: str, before: int, opened: Opened) -> None:
    networks = road_networks(frame)
    km: dict[str, Any] = {}
    for name in ("walk", "drive"):
        network = getattr(networks, name)
        metres = 0.0 if network is None else network.graph.metres[network.usable].sum()
        km[name] = f"{metres / 1000:,.0f}"
    opened.ledger.add(
        "read",
        "roads",
        "intake-roads",
        rows=(before, len(frame)),
        file=file,
        kept=f"{len(frame):,}",
        **km,
    )
