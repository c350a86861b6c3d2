"""The roads of an intake: those near the district, with crossings that lack a corner told."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from gridplan.district.schema.figures import read_numbers
from gridplan.district.schema.schema import LAYERS
from gridplan.errors import InputError, Problem
from gridplan.intake.opened import Opened
from gridplan.travel.crossings import missing_corners
from gridplan.travel.network import road_networks
from gridplan.travel.ways import class_of

AROUND = 2_000.0
"""Metres around the district within which roads are kept: a way may leave it and come back."""

NEITHER = frozenset({"", "no", "n", "false", "f", "0", "0.0", "none", "nan", "否", "无"})
"""What a column says of a road that is no bridge, or no tunnel."""

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
    west, south, east, north = whole.bounds
    around = shapely.box(west - AROUND, south - AROUND, east + AROUND, north + AROUND)
    near = shapely.intersects(shapes, around)
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
    """Add the corners of ends; those of crossings where the layer was drawn without them."""
    missing, ledger = missing_corners(shapes, _levels(table)), opened.ledger
    drawn_without = missing.crossings > MISSING_CORNERS * len(shapes)
    if missing.ends:
        ledger.add("repaired", "roads", "intake-ends-joined", count=f"{missing.ends:,}", file=file)
    if missing.crossings:
        action, code = (
            ("repaired", "intake-corners-added")
            if drawn_without
            else ("checked", "intake-crossings")
        )
        ledger.add(action, "roads", code, count=f"{missing.crossings:,}", file=file)
    return missing.put_into(shapes, crossings=drawn_without)


def _levels(table: pd.DataFrame) -> np.ndarray:
    """Read how many levels above the ground each road runs; by its bridge or tunnel if unsaid."""
    level = np.zeros(len(table), dtype=np.int64)
    for name, step in (("bridge", 1), ("tunnel", -1)):
        if name in table:
            words = table[name].astype(object).where(table[name].notna(), "")
            there = [str(word).strip().lower() not in NEITHER for word in words]
            level = np.where(there, step, level)
    if "layer" in table:
        written = pd.to_numeric(table["layer"], errors="coerce").fillna(0).to_numpy(dtype=np.int64)
        level = np.where(written != 0, written, level)
    return level


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
