"""Hold the district folder a plan was made from against the fingerprints the plan carries."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridplan.district.given_file import LAYER_BYTES, read_inside
from gridplan.district.read import read_district
from gridplan.district.reason import UnreadableError
from gridplan.errors import InputError
from gridplan.outputs.difference import Check, Difference, same
from gridplan.outputs.names import is_missing
from gridplan.outputs.tables import rounded
from gridplan.planning.checks import NONE_OWN
from gridplan.planning.finding import answered_by
from gridplan.planning.policy_files import ASSESSMENT
from gridplan.policy.assessment import FILE as ASSESSMENT_FILE
from gridplan.policy.assessment import read_assessment
from gridplan.policy.verdict import state_of

if TYPE_CHECKING:
    import geopandas as gpd

    from gridplan.planning.plan import Plan


def inputs_compared(
    plan: Plan, folder: Path, *, own_profiles: Mapping[str, Path] = NONE_OWN
) -> list[Check]:
    """
    Compare a plan with the district folder it was made from.

    Parameters
    ----------
    plan
        As :func:`gridplan.outputs.written.read_written` gives it.
    folder
        The district folder.
    own_profiles
        Where the planner's own profiles lie that are not in it, by their name.

    Returns
    -------
    checks
        ``fingerprints`` of every input; ``inputs``: residents, institutions and places as read.

    Raises
    ------
    InputError
        If the folder is no district.
    """
    given: list[tuple[str, str | None]] = [("district.toml", plan.district.sha256)]
    files = (*plan.district.layers, *plan.policy_files)
    given += [(file.file, file.sha256) for file in files if file.sha256]
    if not any(file.layer == ASSESSMENT for file in files):
        given.append((ASSESSMENT_FILE, None))  # answers written since would be missing
    told = []
    for name, sha256 in given:
        own = own_profiles.get(name)
        found = _sha256(folder, name) if own is None else _sha256(own.parent, own.name)
        if found != sha256:
            told.append(Difference(name, "sha256", found, sha256, "inputs"))
    prints = Check("fingerprints", len(given), tuple(told))

    district = read_district(folder)
    differences: list[Difference] = []
    count = _compared("units", plan.district.units, district.units, differences)
    count += _compared("hospitals", plan.district.hospitals, district.hospitals, differences)
    kept = district.centers[district.centers.index.isin(plan.district.centers.index)]
    existing = plan.district.centers.drop(columns=["class", "status", "subdistrict", "community"])
    count += _compared("centers", existing, kept, differences)
    count += _answers_compared(plan, folder, differences)
    return [prints, Check("inputs", count, tuple(differences))]


def _answers_compared(plan: Plan, folder: Path, told: list[Difference]) -> int:
    """Compare the answers among the findings with the self-assessment in the folder."""
    try:
        answers = read_assessment(folder)
    except InputError as error:
        told.append(Difference(ASSESSMENT_FILE, "–", error.problems[0], "", "unreadable"))
        return 1
    count = 0
    for row in plan.findings.to_dict(orient="records"):
        if row.get("answered") != "self-assessed":
            continue
        expected = answered_by(answers.get(f"{row['profile']}/{row['rule']}"), state_of(row))
        for key in ("assessed", "evidence", "assessed_on", "passed"):
            found = None if is_missing(row[key]) else row[key]
            count += 1
            if (found or None) != (expected[key] or None) or (found is False) != (
                expected[key] is False
            ):
                place = f"findings[{row['rule']}].{key}"
                told.append(Difference("plan.gpkg", place, found, expected[key], "inputs"))
    return count


def _sha256(folder: Path, name: str) -> str | None:
    """Take the fingerprint of a file the plan names; None if the folder has no such file."""
    try:
        return hashlib.sha256(read_inside(folder, name, most=LAYER_BYTES)).hexdigest()
    except UnreadableError:
        return None


def _compared(
    layer: str, written: gpd.GeoDataFrame, given: gpd.GeoDataFrame, told: list[Difference]
) -> int:
    """Compare the columns both tables have; give the number of values seen."""
    for key in written.index.symmetric_difference(given.index):
        here, there = (str(key) if key in part.index else None for part in (written, given))
        told.append(Difference("plan.gpkg", f"{layer}[{key}]", here, there, "inputs"))
    shared = written.index.intersection(given.index)
    count = 0
    for column in written.columns.intersection(given.columns):
        left, right = written.loc[shared, column], given.loc[shared, column]
        count += len(shared)
        if column == "geometry":
            apart = left.reset_index(drop=True).hausdorff_distance(right.reset_index(drop=True))
            for at in np.flatnonzero(apart.to_numpy() > 0.001):
                place = f"{layer}[{shared[at]}].geometry"
                found, expected = (part.iloc[at].centroid.wkt for part in (left, right))
                told.append(Difference("plan.gpkg", place, found, expected, "inputs"))
            continue
        for key, found, expected in _odd(left, right, str(column)):
            told.append(
                Difference("plan.gpkg", f"{layer}[{key}].{column}", found, expected, "inputs")
            )
    return count


def _odd(left: pd.Series, right: pd.Series, column: str) -> list[tuple[object, object, object]]:
    odd = []
    for key, found, given in zip(left.index, left, right, strict=True):
        expected = rounded(given, column)
        value = None if is_missing(found) else found
        if column == "name_en" and is_missing(given):
            continue  # written with the name itself where there is no translation
        if not same(value, expected) and str(value) != str(expected):
            odd.append((key, value, expected))
    return odd
