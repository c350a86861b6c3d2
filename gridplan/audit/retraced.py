"""Hold a written plan against the plan that its decisions come to, put together anew."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.audit.derived.again import put_together
from gridplan.audit.derived.decisions import broken_demands, strangers
from gridplan.audit.derived.figures import Facts
from gridplan.audit.derived.rules.rules import NONE_OWN, rules_again
from gridplan.audit.derived.sections import SECTIONS, sections_of
from gridplan.audit.differences.difference import Check, Difference, same
from gridplan.audit.differences.nested import walk
from gridplan.district.district import District
from gridplan.errors import GridplanError, InputError
from gridplan.outputs.files.plan_json import plan_dict
from gridplan.outputs.reading.written import Written
from gridplan.outputs.tables.tables import (
    centers_table,
    certificates_table,
    findings_table,
    grids_table,
    hospitals_table,
    sources_table,
    subdistricts_table,
    units_table,
)
from gridplan.outputs.words.names import is_missing
from gridplan.policy.assessment import read_assessment

Table = Callable[[Written], pd.DataFrame]
GEOPACKAGE = "plan.gpkg"
_NESTED = ("caveats", "other_readings")
# Sums and square roots may end in another last digit on another machine.
_ABSOLUTE, _RELATIVE = 1.5e-6, 1e-10
_METRES = 0.001


def retraced(
    plan: Written, district: District, folder: Path, own_profiles: Mapping[str, Path] = NONE_OWN
) -> list[Check]:
    """
    Work the plan out anew from its decisions, and compare everything it tells.

    Parameters
    ----------
    plan
        As :func:`gridplan.outputs.reading.written.read_written` gives it.
    district, folder
        As read, and where: its rules and answers lie there.
    own_profiles
        Where the planner's own profiles lie that are not in it, by their name.

    Returns
    -------
    checks
        ``decisions``: units, leads and centers that the district has, demands of the scenario;
        ``retraced``: every table, shape, finding and note. Without the second where the
        decisions cannot be.

    Raises
    ------
    InputError
        If the rules or answers in the folder cannot be read.
    """
    try:
        unknown = strangers(plan, district)
    except GridplanError as error:  # the scenario names what the district does not have
        told = [
            Difference("plan.json", "scenario", problem, None, "inputs", "scenario")
            for problem in error.problems
        ]
        return [Check("decisions", len(told), tuple(told))]
    count = len(plan.layout.units) + len(plan.layout.centers) + len(plan.layout.grids)
    if unknown:
        odd = (Difference(GEOPACKAGE, place, value, None, "unknown") for place, value in unknown)
        return [Check("decisions", count, tuple(odd))]
    rules, left_out = rules_again(plan, folder, own_profiles)
    again, facts = put_together(plan, district, rules, _answers(folder), own_profiles)
    broken = tuple(
        Difference(GEOPACKAGE, place, found, asked, "demands", "demand")
        for place, found, asked in broken_demands(again)
    )
    found, expected = (_without(one, left_out) for one in (plan, again))
    return [Check("decisions", count, broken), plans_compared(found, expected, facts)]


def _without(plan: Written, profiles: frozenset[str]) -> Written:
    """Leave out what rests on the planner's own rules that are not at hand."""
    if not profiles:
        return plan
    # A conflict names the profiles of both its rules.
    told = plan.findings["profile"].astype(str).str.split("+")
    findings = plan.findings[[profiles.isdisjoint(names) for names in told]]
    files = tuple(file for file in plan.policy_files if Path(file.file).stem not in profiles)
    # What breaks once a center is gone, and what is asked of one, may be told by these rules.
    reasons, services = type(plan.reasons)(), type(plan.services)()
    return dataclasses.replace(
        plan, findings=findings, policy_files=files, reasons=reasons, services=services
    )


def _answers(folder: Path) -> dict[str, Any]:
    try:
        return dict(read_assessment(folder))
    except InputError:  # told where the answers themselves are compared
        return {}


def plans_compared(plan: Written, again: Written, facts: Facts) -> Check:
    """
    Compare everything that two plans tell.

    Parameters
    ----------
    plan
        As read, or as made.
    again, facts
        The same put together anew, and what its figures were counted from.

    Returns
    -------
    check
        ``retraced``.
    """
    told: list[Difference] = []
    tables: dict[str, Table] = {
        "units": units_table,
        "grids": grids_table,
        "centers": centers_table,
        "subdistricts": subdistricts_table,
        "hospitals": hospitals_table,
        "findings": _findings,
        "certificates": certificates_table,
        "sources": _sources,
    }
    count = 0
    for name, table in tables.items():
        found, expected = table(plan), table(again)
        count += _nested_compared(name, found, expected, told)
        here, there = (
            one.drop(columns=list(_NESTED), errors="ignore") for one in (found, expected)
        )
        count += _table_compared(name, here, there, told)
    count += sum(_shapes_compared(name, plan, again, told) for name in list(tables)[:5])
    written = json.loads(json.dumps(plan_dict(plan)))
    sections = json.loads(json.dumps(sections_of(again, facts)))
    # One projection can be worded in several ways; where things stand is compared above.
    sections["district"]["crs"] = written["district"]["crs"]
    written["repairs"] = written["provenance"]["repairs"]
    for name in (*SECTIONS, "repairs"):
        count += walk(
            written[name], sections[name], "provenance.repairs" if name == "repairs" else name,
            told, file="plan.json", how="inputs", within=_ABSOLUTE,
        )  # fmt: skip
    return Check("retraced", count, tuple(told))


def _nested_compared(
    name: str, found: pd.DataFrame, expected: pd.DataFrame, told: list[Difference]
) -> int:
    """Compare what cells hold as JSON, entry by entry."""
    count = 0
    for column in (column for column in _NESTED if column in found):
        for key in found.index.intersection(expected.index).unique():
            here, there = (_parsed(table[column], key) for table in (found, expected))
            place = f"{name}[{key}].{column}"
            count += walk(here, there, place, told, file=GEOPACKAGE, how="inputs", within=_ABSOLUTE)
    return count


def _parsed(column: pd.Series, key: object) -> list[Any]:
    text = column[key]
    return [] if is_missing(text) or not text else list(json.loads(text))


def _findings(plan: Written) -> pd.DataFrame:
    """One row a finding, known by its rule and subject."""
    table = findings_table(plan)
    # Of two findings with one name the second is one too many.
    key = table["rule"].astype(str) + " " + table["subject"].astype(str)
    again = key.groupby(key).cumcount()
    return table.set_index(key.where(again == 0, key + " #" + (again + 1).astype(str)))


def _sources(plan: Written) -> pd.DataFrame:
    """One row a file; its fingerprint is compared by itself."""
    table = sources_table(plan).drop(columns="sha256")
    return table.set_index(table["layer"].astype(str) + " " + table["file"].astype(str))


def _table_compared(
    name: str, found: pd.DataFrame, expected: pd.DataFrame, told: list[Difference]
) -> int:
    """Compare rows by their ids, column by column; give the number of values seen."""

    def tell(place: str, left: object, right: object, sort: str = "") -> None:
        told.append(Difference(GEOPACKAGE, place, left, right, "inputs", sort))

    doubled = found.index[found.index.duplicated()].unique()
    for key in doubled:
        tell(f"{name}[{key}]", int((found.index == key).sum()), 1, "duplicate")
    found = found[~found.index.duplicated()]
    for key in found.index.symmetric_difference(expected.index, sort=False):
        here, there = (str(key) if key in table.index else None for table in (found, expected))
        tell(f"{name}[{key}]", here, there)
    shared = expected.index[expected.index.isin(found.index)]
    ours, theirs = found.loc[shared], expected.loc[shared]
    if list(found.index[found.index.isin(shared)]) != list(shared):
        tell(
            name,
            ", ".join(map(str, found.index[:9])),
            ", ".join(map(str, expected.index[:9])),
            "order",
        )
    for column in [*ours, *(column for column in theirs if column not in ours)]:
        left, right = (_column(table, column) for table in (ours, theirs))
        for at in np.flatnonzero(_apart(left, right)):
            if not _same(left[at], right[at]):
                tell(f"{name}[{shared[at]}].{column}", left[at], right[at])
    return ours.size


def _column(table: pd.DataFrame, column: str) -> np.ndarray:
    if column not in table:
        return np.full(len(table), None, dtype=object)
    return table[column].to_numpy(dtype=object)


def _apart(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.asarray(
        [one is not other and one != other for one, other in zip(left, right, strict=True)],
        dtype=bool,
    )


def _same(found: Any, expected: Any) -> bool:  # noqa: ANN401  # of a table
    if is_missing(found) or is_missing(expected):
        return (is_missing(found) or found == "") and (is_missing(expected) or expected == "")
    if isinstance(expected, (int, float)) and not isinstance(expected, bool):
        within = _ABSOLUTE + _RELATIVE * abs(expected)
        return same(found, expected, within=within)
    # A column of mixed kinds is written as text.
    return same(found, expected) or (isinstance(found, str) and found == str(expected))


def _shapes_compared(name: str, plan: Written, again: Written, told: list[Difference]) -> int:
    found, expected = (_layer(name, one) for one in (plan, again))
    shared = expected.index.intersection(found.index[~found.index.duplicated()])
    if not len(shared):
        return 0
    left, right = (
        np.asarray(layer[~layer.index.duplicated()].loc[shared].geometry.array)
        for layer in (found, expected)
    )
    apart = shapely.hausdorff_distance(left, right)
    for at in np.flatnonzero(~(apart <= _METRES) | shapely.has_z(left)):
        here, there = (_where(part[at]) for part in (left, right))
        place = f"{name}[{shared[at]}].geometry"
        told.append(Difference(GEOPACKAGE, place, here, there, "inputs"))
    return len(shared)


def _where(shape: shapely.Geometry | None) -> str | None:
    if shape is None or shape.is_empty:
        return None
    point = shape.centroid
    height = " Z" if shape.has_z else ""
    return f"{shape.geom_type}{height} ({point.x:.1f}, {point.y:.1f}), {shape.area:,.0f} m²"


def _layer(name: str, plan: Written) -> gpd.GeoDataFrame:
    if name == "units":
        return plan.district.units
    layers: Mapping[str, gpd.GeoDataFrame] = {
        "grids": plan.layout.grids,
        "centers": plan.layout.centers,
        "subdistricts": plan.layout.subdistricts,
        "hospitals": plan.layout.hospitals,
    }
    return layers[name]
