"""The point layers of an intake: placed, suspected of displacement, without annexes and twins."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from gridplan.district.geometry.crs import WGS84
from gridplan.errors import InputError, Problem
from gridplan.intake.opened import Opened
from gridplan.intake.places.belonging import tell_branches, without_annexes, without_twins
from gridplan.intake.places.institutions import (
    Places,
    inside,
    proposed_leads,
    read_places,
    with_levels,
)
from gridplan.intake.places.located import placed
from gridplan.intake.places.placing import BESIDE_ROADS, Suspicion, displaced
from gridplan.intake.record.decisions import Question
from gridplan.intake.record.inputs import POINTS
from gridplan.intake.record.ledger import Ledger

NEARBY = 0.02
"""Degrees around points within which roads are looked at."""
REACH = 250.0
"""Metres outside the district at which a hospital or center is still taken to belong to it."""


def read_points(opened: Opened, crs: CRS, whole: shapely.Geometry) -> dict[str, Places]:
    """Read the point layers; community health centers in a list of hospitals go to the centers."""
    found: dict[str, Places] = {}
    for role in POINTS:
        if role not in opened.drawn:
            continue
        drawn = opened.drawn[role]
        if drawn.shapes is None:
            raise InputError([Problem("intake-no-place", {"file": drawn.source.name})])
        _suspect(opened, role, whole, crs)
        if opened.decisions.open:
            continue
        xy = shapely.get_coordinates(shapely.point_on_surface(opened.metres(role, crs)))
        places = read_places(drawn.source, drawn.matches, role, xy, opened.ledger)
        if role in {"hospitals", "centers"}:
            places = without_annexes(places, role, opened.ledger)
        places = without_twins(places, role, opened.ledger)
        found[role] = inside(places, whole, role, opened.ledger, reach=REACH)
    if "hospitals" in found and "centers" not in found:
        found = _parted(found, opened.ledger)
    if "hospitals" in found:
        tell_branches(found["hospitals"], "hospitals", opened.ledger)
        graded = with_levels(found["hospitals"], "hospitals", opened.ledger)
        found["hospitals"] = proposed_leads(graded, "hospitals", opened.ledger)
    return {role: places for role, places in found.items() if len(places.table)}


def _suspect(opened: Opened, role: str, whole: shapely.Geometry, crs: CRS) -> None:
    """Ask whether degrees are displaced where undoing it makes the points fit the residents."""
    declared = opened.crs[role]
    if declared.lower() in {"gcj02", "bd09"} or opened.inputs.crs.get(role):
        return
    if opened.decisions.given.get(f"{role}.crs"):
        return
    points = placed(opened.drawn[role], declared)
    xy = shapely.get_coordinates(shapely.point_on_surface(points))
    ground = gpd.GeoSeries([whole], crs=crs).to_crs(WGS84).iloc[0]
    suspicion, code = displaced(xy[:, 0], xy[:, 1], ground), "intake-displaced"
    if suspicion is None:
        suspicion, code = _off_roads(opened, xy), "intake-displaced-roads"
    if suspicion is None:
        return
    values = {
        "file": opened.drawn[role].source.name,
        "crs": {"gcj02": "GCJ-02", "bd09": "BD-09"}[suspicion.crs],
        "metres": f"{suspicion.metres:,.0f}",
        "before": f"{suspicion.before:,.0f}",
        "after": f"{suspicion.after:,.0f}",
        "key": f"{role}.crs",
        "answer": suspicion.crs,
        "kept": declared,
    }
    question = Question(f"{role}.crs", (), Problem(code, values))
    opened.decisions.taken.pop(f"{role}.crs", None)
    opened.decisions.settle(question)


def _off_roads(opened: Opened, xy: np.ndarray) -> Suspicion | None:
    """Compare points with the roads around them, where roads were handed in."""
    if "roads" not in opened.crs:
        return None
    lines = placed(opened.drawn["roads"], opened.crs["roads"])
    around = shapely.box(*(xy.min(axis=0) - NEARBY), *(xy.max(axis=0) + NEARBY))
    near = lines[shapely.intersects(lines, around)]
    if not len(near):
        return None
    known = shapely.geometrycollections(near)
    return displaced(xy[:, 0], xy[:, 1], known, evidence=BESIDE_ROADS)


def _parted(found: dict[str, Places], ledger: Ledger) -> dict[str, Places]:
    places = found["hospitals"]
    if not places.primary.any() or places.primary.all():
        return found
    centers = places.take(places.primary)
    columns = [c for c in ("name", "name_en") if c in centers.table]
    ledger.add("joined", "centers", "intake-parted", subjects=centers.table["name"],
               hospitals=int((~places.primary).sum()))  # fmt: skip
    moved = Places(centers.table[columns], centers.xy, centers.rows, centers.primary)
    return {**found, "hospitals": places.take(~places.primary), "centers": moved}
