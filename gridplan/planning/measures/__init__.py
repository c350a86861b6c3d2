"""The figures that rules are held against, in one table by name."""

from __future__ import annotations

from gridplan.planning.demands import measures as demands
from gridplan.planning.measures import (
    access,
    agreements,
    catchment,
    centers,
    contiguity,
    coverage,
    cuts,
    hospitals,
    hosts,
)
from gridplan.planning.measures.measure import Measure, Values
from gridplan.planning.measures.service import services, staff, visits, workload

_ROOMS = (
    coverage,
    contiguity,
    cuts,
    hospitals,
    hosts,
    centers,
    workload,
    access,
    catchment,
    services,
    visits,
    staff,
    agreements,
    demands,
)

MEASURES: dict[str, Measure] = {
    found.name: found
    for found in (
        *(entry for room in _ROOMS for entry in vars(room).values() if isinstance(entry, Measure)),
        *services.SHARED_CENTERS,
        *staff.CENTER_COLUMNS,
    )
}
"""Every measure by the name a rule gives it."""

GRID_MEASURES = frozenset(
    entry.name
    for room in (coverage, contiguity, cuts, hospitals, demands)
    for entry in vars(room).values()
    if isinstance(entry, Measure)
)
"""Those that read grids, leads and hospitals alone, and need no centers."""

__all__ = ["GRID_MEASURES", "MEASURES", "Measure", "Values"]
