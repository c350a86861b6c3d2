"""Count a written plan again from its units, hospitals and centers, and compare."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from scipy import sparse
from scipy.sparse import csgraph

from gridplan.audit.derived.rules.rules import NONE_OWN
from gridplan.audit.derived.ways.walks import Travel, places_of
from gridplan.audit.differences.difference import Check
from gridplan.audit.differences.ledger import Ledger
from gridplan.audit.extents import extents_recounted
from gridplan.audit.findings import findings_recounted
from gridplan.audit.places import places_recounted
from gridplan.outputs.reading.written import Written
from gridplan.outputs.words.names import is_missing

_PERSONS = 0.0006  # residents are written with 3 decimals
_MINUTES = 0.0101  # written with 2, and means of what is written with 2


def recounted(
    plan: Written, *, folder: Path | None = None, own_profiles: Mapping[str, Path] = NONE_OWN
) -> list[Check]:
    """
    Count everything again.

    Parameters
    ----------
    plan
        As :func:`gridplan.outputs.reading.written.read_written` gives it.
    folder
        Of the district, where profiles of the planner's own lie; None leaves their figures and
        bounds as they are written, and only their verdicts are drawn again.
    own_profiles
        Where the planner's own profiles lie that are not in it, by their name.

    Returns
    -------
    checks
        ``coverage``, ``contiguity``, ``sums``, ``loads``, ``one-n``, ``groups``, ``places``,
        ``certificates``, ``findings``.
    """
    steps = (_coverage, _contiguity, _sums, _loads, _one_n, _groups, places_recounted, _proofs)
    return [*(step(plan) for step in steps), findings_recounted(plan, folder, own_profiles)]


def _people(plan: Written) -> pd.Series:
    return plan.district.units["population"].astype(float)


def _loose(plan: Written) -> float:
    """How far a sum of residents may be off: not at all, where all are whole persons."""
    people = _people(plan).to_numpy()
    return _PERSONS if (people == np.round(people)).all() else _PERSONS * len(people)


def _coverage(plan: Written) -> Check:
    """Every unit once, in a grid and with a center that exist; the center in its own grid."""
    ledger = Ledger("coverage")
    layout = plan.layout
    units = layout.units
    for unit in units.index[units.index.duplicated()]:
        ledger.hold(f"units[{unit}]", 2, 1)
    ledger.count += len(units)
    for column, known in (("grid", layout.grids.index), ("center", layout.centers.index)):
        if not len(known):
            continue
        bad = units[~units[column].isin(known)]
        ledger.count += len(units)
        for unit, value in bad[column].items():
            ledger.hold(f"units[{unit}].{column}", value, ", ".join(map(str, known[:3])) + " …")
    if len(layout.grids) and len(layout.centers):
        peopled = units[(_people(plan) > 0).to_numpy()]
        ledger.all("units", "grid", peopled["grid"], peopled["center"].map(layout.centers["grid"]))
    return ledger.close()


def _contiguity(plan: Written) -> Check:
    """Pieces of each grid by the shared boundaries of its units; its outline is theirs."""
    ledger = Ledger("contiguity")
    graph = sparse.csr_array(plan.district.contiguity)
    shapes = np.asarray(plan.district.units.geometry.array)
    for grid, row in plan.layout.grids.iterrows():
        here = np.flatnonzero((plan.layout.units["grid"] == grid).to_numpy())
        if not len(here):
            ledger.hold(f"grids[{grid}].units", row["units"], 0)
            continue
        count = int(csgraph.connected_components(graph[here][:, here], directed=False)[0])
        ledger.hold(f"grids[{grid}].pieces", row["pieces"], count)
        ledger.hold(f"grids[{grid}].contiguous", bool(row["contiguous"]), count == 1)
        outline = shapely.union_all(shapes[here])
        apart = shapely.symmetric_difference(outline, row["geometry"]).area
        ledger.hold(f"grids[{grid}].geometry", apart, 0.0, within=0.01)
    return ledger.close()


def _sums(plan: Written) -> Check:
    """Figures of grids and streets from their units, centers and hospitals."""
    ledger = Ledger("sums")
    layout, people = plan.layout, _people(plan)
    area = plan.district.units.geometry.area.to_numpy()
    within = _loose(plan)
    if len(layout.grids):
        mean = float(people.sum()) / len(layout.grids)
        for grid, row in layout.grids.iterrows():
            inside = (layout.units["grid"] == grid).to_numpy()
            place = f"grids[{grid}]"
            residents = float(people.to_numpy()[inside].sum())
            ledger.hold(f"{place}.population", row["population"], residents, within=within)
            ledger.hold(f"{place}.units", row["units"], int(inside.sum()))
            ledger.hold(f"{place}.deviation", row["deviation"], residents / mean - 1, within=1e-5)
            ledger.hold(
                f"{place}.area_km2", row["area_km2"], area[inside].sum() / 1e6, within=0.00011
            )
            _minutes(ledger, plan, place, row, inside)
            extents_recounted(ledger, plan, grid, row, within)
            if "beds" in row:
                owned = layout.hospitals.loc[layout.hospitals["grid"] == grid, "beds"]
                beds = 0.0 if is_missing(row["beds"]) else row["beds"]
                ledger.hold(f"{place}.beds", beds, float(owned.astype(float).sum()))
                ledger.hold(f"{place}.beds_unknown", row.get("beds_unknown"), owned.isna().sum())
    _street_sums(ledger, plan, people, within)
    return ledger.close()


def _minutes(
    ledger: Ledger, plan: Written, place: str, row: Mapping[str, Any], inside: np.ndarray
) -> None:
    minutes = plan.layout.units["minutes_to_lead"].to_numpy(dtype=float)[inside]
    weights = _people(plan).to_numpy()[inside]
    if not weights.sum() > 0 or np.isnan(minutes).any():
        return
    figures = {
        "mean_minutes_to_lead": float(np.average(minutes, weights=weights)),
        "p90_minutes_to_lead": _ninth_tenth(minutes, weights),
        "max_minutes_to_lead": float(minutes[weights > 0].max()),
    }
    for key, value in figures.items():
        if key in row:
            ledger.hold(f"{place}.{key}", row[key], value, within=_MINUTES)


def _ninth_tenth(minutes: np.ndarray, weights: np.ndarray) -> float:
    """Give the least value that nine tenths of the weight do not exceed, counted independently."""
    order = np.argsort(minutes, kind="stable")
    reached = np.cumsum(weights[order])
    return float(minutes[order][np.searchsorted(reached, 0.9 * reached[-1] * (1 - 1e-12))])


def _street_sums(ledger: Ledger, plan: Written, people: pd.Series, within: float) -> None:
    layout = plan.layout
    street = layout.units["subdistrict"]
    for name, row in layout.subdistricts.iterrows():
        here = (street == name).to_numpy()
        centers = layout.centers[layout.centers["subdistrict"] == name]
        place = f"subdistricts[{name}]"
        residents = float(people.to_numpy()[here].sum())
        ledger.hold(f"{place}.population", row["population"], residents, within=within)
        ledger.hold(f"{place}.centers", row["centers"], len(centers))
        regional = int((centers["class"] == "regional").sum())
        ledger.hold(f"{place}.regional_centers", row["regional_centers"], regional)
        if "grids" in row and len(layout.grids):
            order = [
                grid for grid in layout.grids.index if (layout.units["grid"][here] == grid).any()
            ]
            ledger.hold(f"{place}.grids", sorted(row["grids"]), sorted(order))


def _loads(plan: Written) -> Check:
    """Residents and mean distance of each center from the units it serves."""
    ledger = Ledger("loads")
    layout, people = plan.layout, _people(plan)
    metres = pd.to_numeric(layout.units["metres_to_center"]).to_numpy(dtype=float)
    served = layout.units["center"].to_numpy()
    within = _loose(plan)
    for center, row in layout.centers.iterrows():
        here = served == center
        weights = people.to_numpy()[here]
        place = f"centers[{center}]"
        ledger.hold(f"{place}.population", row["population"], weights.sum(), within=within)
        if weights.sum() > 0 and "mean_metres" in row:
            mean = float((weights * metres[here]).sum() / weights.sum())
            ledger.hold(f"{place}.mean_metres", row["mean_metres"], mean, within=0.11)
    if len(layout.centers):
        travel = Travel(plan.district, plan.scenario)
        own = layout.centers.index.get_indexer(served)
        walked = pd.Series(travel.to_own(places_of(layout.centers), own), layout.units.index)
        # Ways are planned in whole metres.
        written = pd.Series(metres, layout.units.index)
        ledger.all("units", "metres_to_center", written, walked, within=0.56)
    return ledger.close()


def _one_n(plan: Written) -> Check:
    """Every center under one regional center of its grid; classes and units follow."""
    ledger = Ledger("one-n")
    centers, units = plan.layout.centers, plan.layout.units
    manager = centers["regional_center"]
    if not len(centers) or manager.isna().all():
        return ledger.close()
    regional = centers.index[centers["class"] == "regional"]
    for center, row in centers.iterrows():
        own = row["regional_center"] == center
        expected = "regional" if own else "community"
        expected = "station" if row["class"] == "station" and not own else expected
        ledger.hold(f"centers[{center}].class", row["class"], expected)
        above = row["regional_center"]
        ledger.hold(f"centers[{center}].regional_center", above in regional or above is None, True)
        if above in centers.index and len(plan.layout.grids):
            ledger.hold(f"centers[{center}].grid", row["grid"], centers["grid"][above])
    ledger.all("units", "regional_center", units["regional_center"], units["center"].map(manager))
    return ledger.close()


def _groups(plan: Written) -> Check:
    """Compare groups, roles and leads, which must say the same."""
    ledger = Ledger("groups")
    layout = plan.layout
    hospitals, centers = layout.hospitals, layout.centers
    for group in layout.groups:
        place = f"groups[{group.grid}]"
        known = group.grid in layout.grids.index
        ledger.hold(f"{place}.lead", group.lead, layout.grids["lead"].get(group.grid))
        ledger.hold(f"{place}.grid", known, True)
        ledger.hold(f"hospitals[{group.lead}].role", hospitals["role"].get(group.lead), "lead")
        if len(centers):
            own = sorted(centers.index[centers["grid"] == group.grid])
            ledger.hold(f"{place}.centers", sorted(group.centers), own)
        joined = ("proposed", "member")
        parts = (
            (joined, group.members),
            (("campus",), group.campuses),
        )
        for roles, ids in parts:
            # A member by agreement may play its part in another grid than its group's.
            for key in (key for key in ids if key not in group.branches):
                found = hospitals["role"].get(key)
                expected = found if found in roles else roles[0]
                ledger.hold(f"hospitals[{key}].role", found, expected)
    drawn = "drawn_name" in layout.grids  # as drawn, a lead may stand in another grid
    for key, row in hospitals[hospitals["role"] == "lead"].iterrows():
        led = layout.grids.index[layout.grids["lead"] == key]
        grid = row["grid"] if row["grid"] in led or not drawn or not len(led) else led[0]
        ledger.hold(f"hospitals[{key}].grid", key, layout.grids["lead"].get(grid))
    if len(layout.grids):
        leads = layout.units["grid"].map(layout.grids["lead"])
        ledger.all("units", "lead", layout.units["lead"], leads)
    return ledger.close()


def _proofs(plan: Written) -> Check:
    """Gap of each certificate, and the travel to centers it speaks of."""
    ledger = Ledger("certificates")
    for part, proof in plan.certificates.items():
        place = f"certificates[{part}]"
        if proof.gap is not None and proof.bound is not None and proof.objective:
            gap = max(0.0, (proof.objective - proof.bound) / abs(proof.objective))
            ledger.hold(f"{place}.gap", proof.gap, gap, within=2e-6)
        if part == "centers" and proof.unit in ("person-metres", "person-metres-last"):
            metres = pd.to_numeric(plan.layout.units["metres_to_center"]).to_numpy(dtype=float)
            travel = float((_people(plan).to_numpy() * metres).sum())
            ledger.hold(f"{place}.objective", proof.objective, travel, within=0.5 + travel * 1e-9)
    return ledger.close()
