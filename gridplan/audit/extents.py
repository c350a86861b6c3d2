"""Measure the shape of each written grid again, and count again what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely
from scipy import sparse

from gridplan.audit.differences.ledger import Ledger
from gridplan.outputs.reading.written import Written
from gridplan.outputs.words.names import is_missing

_LEVELS = {"subdistricts": "subdistrict", "communities": "community"}
_KM = 0.0011  # a metre; outlines are joined from the units again
_SHARE = 2e-5


def extents_recounted(
    ledger: Ledger, plan: Written, grid: object, row: Mapping[Any, Any], within: float
) -> None:
    """
    Compare one grid's outline, boundary, 65+, streets and communities with its units.

    Parameters
    ----------
    ledger
        Where differences are noted.
    plan
        As :func:`gridplan.outputs.reading.written.read_written` gives it.
    grid, row
        Its id and its row.
    within
        How far a sum of residents may be off.
    """
    if "perimeter_km" not in row:
        return
    units, place = plan.district.units, f"grids[{grid}]"
    inside = (plan.layout.units["grid"] == grid).to_numpy()
    outline = shapely.union_all(np.asarray(units.geometry.array)[inside])
    circle = np.pi * shapely.minimum_bounding_radius(outline) ** 2
    graph = sparse.csr_array(plan.district.adjacency)
    shared = graph[np.flatnonzero(inside)][:, np.flatnonzero(~inside)].sum()
    figures = {
        "perimeter_km": (outline.length / 1000, _KM),
        "boundary_km": (float(shared) / 1000, _KM),
        "polsby_popper": (4 * np.pi * outline.area / max(outline.length, 1e-9) ** 2, _SHARE),
        "reock": (outline.area / max(circle, 1e-9), _SHARE),
    }
    for key, (value, loose) in figures.items():
        ledger.hold(f"{place}.{key}", row.get(key), float(value), within=loose)
    people = units["population"].to_numpy(dtype=float)
    if "population_65" in units and people[inside].sum() > 0:
        older = pd.to_numeric(units["population_65"]).to_numpy(dtype=float)[inside]
        share = None if np.isnan(older).any() else 100 * older.sum() / people[inside].sum()
        ledger.hold(f"{place}.percent_65", _told(row.get("percent_65")), share, within=_SHARE)
    for name, level in _LEVELS.items():
        _parents(ledger, plan, f"{place}.{name}", row, (name, level), inside, within)


def _parents(
    ledger: Ledger,
    plan: Written,
    place: str,
    row: Mapping[Any, Any],
    about: tuple[str, str],
    inside: np.ndarray,
    within: float,
) -> None:
    """Count the parents with residents inside, and those that have some outside too."""
    name, level = about
    units = plan.district.units
    if level not in units or units[level].isna().all():
        return
    people, parent = units["population"].to_numpy(dtype=float), units[level]
    own = people[inside]
    here = {key for key, count in zip(parent[inside], own, strict=True) if count > 0}
    there = {k for k, count in zip(parent[~inside], people[~inside], strict=True) if count > 0}
    bare = set(parent) - here - there  # nobody lives in it: it belongs to every grid it lies in
    outside = bare & set(parent[~inside])
    bare &= set(parent[inside])
    listed = sorted(str(key) for key in here | bare if not is_missing(key))
    ledger.hold(place, str(_told(row.get(name)) or ""), ", ".join(listed))
    both = {key for key in (here & there) | (bare & outside) if not is_missing(key)}
    ledger.hold(f"{place}_cut", row.get(f"{name}_cut"), len(both))
    residents = float(own[parent[inside].isin(both).to_numpy()].sum())
    ledger.hold(
        f"{place}_cut_population", row.get(f"{name}_cut_population"), residents, within=within
    )


def _told(value: object) -> object:
    return None if is_missing(value) else value
