"""The files a planner wrote beside the layers: rules of their own, and the self-assessment."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from gridplan.district.district import LayerSource
from gridplan.district.files.given_file import TOML_BYTES, read_inside
from gridplan.district.files.reason import UnreadableError
from gridplan.planning.scenario.scenario import Scenario
from gridplan.policy.assessment import FILE
from gridplan.policy.rule import Rule

ASSESSMENT, PROFILE = "assessment", "profile"
KINDS = (PROFILE, ASSESSMENT)
"""What such a file is; stands where a layer's name stands."""

LABEL = "own"
"""Neither real nor modelled: the planner's own word."""


def policy_files(
    scenario: Scenario,
    folder: Path | None,
    rules: Iterable[Rule],
    own_profiles: Mapping[str, Path],
) -> tuple[LayerSource, ...]:
    """
    Take the fingerprint of every file of rules and answers behind a plan.

    Parameters
    ----------
    scenario
        Names the profiles of the planner's own.
    folder
        Of the district, where they and ``assessment.toml`` lie; None for one made in memory.
    rules
        As read, for the titles of the documents.
    own_profiles
        As in :func:`gridplan.planning.checks.checks.scenario_rules`.

    Returns
    -------
    files
        Profiles in the scenario's order, then the assessment; one that is not there is left out.
    """
    titles = {rule.profile: rule.source for rule in rules}
    found = []
    for name in scenario.profile_files:
        about = titles.get(Path(name).stem)
        source = f"{about.title_zh} / {about.title_en}" if about else ""
        path = own_profiles.get(name)
        content = _content(path.parent, path.name) if path else _content(folder or Path(), name)
        if content is not None:
            found.append(_entry(PROFILE, name, content, source))
    answers = None if folder is None else _content(folder, FILE)
    if answers is not None:
        found.append(assessment_file(answers))
    return tuple(found)


def assessment_file(content: bytes) -> LayerSource:
    """Describe a self-assessment by the bytes of its file."""
    return _entry(ASSESSMENT, FILE, content, "规划者自评 / the planner's self-assessment")


def _content(folder: Path, name: str) -> bytes | None:
    try:
        return read_inside(folder, name, most=TOML_BYTES)
    except UnreadableError:
        return None


def _entry(kind: str, file: str, content: bytes, source: str) -> LayerSource:
    return LayerSource(
        layer=kind,
        file=file,
        crs="",
        source=source,
        label=LABEL,
        sha256=hashlib.sha256(content).hexdigest(),
        vintage="",
    )
