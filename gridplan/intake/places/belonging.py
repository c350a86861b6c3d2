"""Rows of a list that belong to another row: buildings and gates, repeats, branches.

Rules: (1) gates and car parks are no institutions; (2) a building is one of the hospital whose name
it holds, where that stands within a kilometre; (3) the same name again within 300 m is the same
institution; (4) branches are institutions, and listed.
"""

from __future__ import annotations

import re

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gridplan.intake.columns.joining import core, normal
from gridplan.intake.columns.values import is_building, is_furniture
from gridplan.intake.places.institutions import Places
from gridplan.intake.record.ledger import Ledger

TWIN_METRES = 300.0
"""Two rows of one name nearer than this are one institution."""
ANNEX_METRES = 1_000.0
"""A building of a hospital stands nearer to it than this."""
BRANCH = re.compile(r"(分院|院区|分部|分中心)$")
"""What a branch of a hospital is called."""


def without_annexes(places: Places, layer: str, ledger: Ledger) -> Places:
    """
    Leave out gates, car parks and outpatient buildings, and list each with its hospital.

    A gate or a car park is none wherever it stands; a building is left out where the hospital that
    its name holds stands within :data:`ANNEX_METRES`, and listed as a row of its own elsewhere.
    """
    names = [normal(name) for name in places.table["name"]]
    furniture = np.array([is_furniture(name) for name in places.table["name"]], dtype=bool)
    annex = furniture | np.array([is_building(name) for name in places.table["name"]], dtype=bool)
    own = [n for n in np.flatnonzero(~annex) if names[n]]
    tree = cKDTree(places.xy[own]) if own else None
    drop = np.zeros(len(names), dtype=bool)
    told: list[str] = []
    alone: list[str] = []
    for at in np.flatnonzero(annex):
        near = [] if tree is None else tree.query_ball_point(places.xy[at], ANNEX_METRES)
        host = max((own[k] for k in near if names[own[k]] in names[at]),
                   key=lambda n: len(names[n]), default=None)  # fmt: skip
        shown = str(places.table["name"].iloc[at])
        if host is None:
            (told if furniture[at] else alone).append(shown)
            drop[at] = furniture[at]
            continue
        drop[at] = True
        metres = float(np.hypot(*(places.xy[at] - places.xy[host])))
        told.append(f"{shown} ({places.table['name'].iloc[host]}, {metres:,.0f} m)")
    if alone:
        ledger.add("checked", layer, "intake-annexes-kept", subjects=alone)
    if told:
        rows = (len(drop), int((~drop).sum()))
        where = shapely.points(places.xy[drop])
        ledger.add("dropped", layer, "intake-annexes", rows=rows, subjects=told, shapes=where)
    return places.take(~drop)


def tell_branches(places: Places, layer: str, ledger: Ledger) -> None:
    """List the branches with the hospital of the same name they may belong to."""
    names = [normal(name) for name in places.table["name"]]
    told = []
    for at, name in enumerate(names):
        if not BRANCH.search(name):
            continue
        hosts = [n for n, other in enumerate(names) if other and n != at and name.startswith(other)]
        metres = [float(np.hypot(*(places.xy[at] - places.xy[n]))) for n in hosts]
        shown = str(places.table["name"].iloc[at])
        if hosts:
            near = int(np.argmin(metres))
            host = places.table["name"].iloc[hosts[near]]
            shown = f"{shown} ({host}, {metres[near]:,.0f} m)"
        told.append(shown)
    if told:
        ledger.add("checked", layer, "intake-branches", subjects=told)


def without_twins(places: Places, layer: str, ledger: Ledger) -> Places:
    """Keep the first of rows that name one institution twice at one place; list the others."""
    if "name" not in places.table or len(places.table) < 2:
        return places
    cores = [core(name) for name in places.table["name"]]
    drop = np.zeros(len(cores), dtype=bool)
    told = []
    for one, other in sorted(cKDTree(places.xy).query_pairs(TWIN_METRES)):
        if cores[one] and cores[one] == cores[other] and not drop[one]:
            drop[other] = True
            metres = float(np.hypot(*(places.xy[one] - places.xy[other])))
            told.append(f"{places.table['name'].iloc[other]} ({metres:,.0f} m)")
    if not drop.any():
        return places
    rows = (len(drop), int((~drop).sum()))
    where = shapely.points(places.xy[drop])
    ledger.add("dropped", layer, "intake-twins", rows=rows, subjects=told, shapes=where)
    return places.take(~drop)
