"""Hold the district folder a plan was made from against the fingerprints the plan carries."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from gridplan.audit.derived.again import ASSESSMENT
from gridplan.audit.derived.rules.rules import NONE_OWN
from gridplan.audit.differences.difference import Check, Difference
from gridplan.audit.retraced import retraced
from gridplan.district.files.given_file import LAYER_BYTES, path_inside, read_inside
from gridplan.district.files.reason import UnreadableError
from gridplan.district.folder.read import read_district
from gridplan.district.folder.read_files import read_files
from gridplan.district.growth import grown
from gridplan.district.sources.container import look
from gridplan.errors import InputError
from gridplan.outputs.reading.written import Written
from gridplan.policy.assessment import FILE as ASSESSMENT_FILE
from gridplan.policy.assessment import read_assessment


def inputs_compared(
    plan: Written, folder: Path, *, own_profiles: Mapping[str, Path] = NONE_OWN
) -> list[Check]:
    """
    Compare a plan with the district folder it was made from.

    Parameters
    ----------
    plan
        As :func:`gridplan.outputs.reading.written.read_written` gives it.
    folder
        The district folder.
    own_profiles
        Where the planner's own profiles lie that are not in it, by their name.

    Returns
    -------
    checks
        ``fingerprints`` of every input, ``answers``, and what
        :func:`gridplan.audit.retraced.retraced` compares.

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
    # A layer may lie in a subfolder.
    places = {path.name: path for path in (read_files(folder) if folder.is_dir() else ())}
    places |= dict(own_profiles)
    told = []
    for name, sha256 in given:
        path = places.get(name, folder / name)
        found = _sha256(path.parent, path.name)
        if found != sha256:
            told.append(Difference(name, "sha256", found, sha256, "inputs"))
    prints = Check("fingerprints", len(given), tuple(told))

    unread: tuple[Difference, ...] = ()
    try:
        read_assessment(folder)
    except InputError as error:
        unread = (Difference(ASSESSMENT_FILE, "–", error.problems[0], "", "unreadable"),)
    district = grown(read_district(folder), dict(plan.scenario.growth))
    return [prints, Check("answers", 1, unread), *retraced(plan, district, folder, own_profiles)]


def _sha256(folder: Path, name: str) -> str | None:
    """Take the fingerprint of a file the plan names; None if the folder has no such file."""
    try:
        if name.lower().endswith(".shp"):  # one of several files that make the layer
            return look(path_inside(folder, name)).sha256
        return hashlib.sha256(read_inside(folder, name, most=LAYER_BYTES)).hexdigest()
    except (UnreadableError, InputError):
        return None
