"""What a result was made from, as one short text: equal inputs give equal results."""

from __future__ import annotations

import hashlib
import json

from gridplan.district.district import District
from gridplan.planning.scenario import Scenario
from gridplan.version import VERSION

SCENARIO = "scenario.toml"


def fingerprint(district: District, scenario: Scenario) -> str:
    """
    Name the plan that a district and a scenario lead to.

    Parameters
    ----------
    district
        As read; the checksums of its files stand for it.
    scenario
        Every decision.

    Returns
    -------
    fingerprint
        32 hexadecimal digits. The language does not enter: a plan is the same in both.
    """
    files = [district.sha256, *(f"{layer.layer} {layer.sha256}" for layer in district.layers)]
    # What the planner writes beside the layers (groups, own assessments, own rules) counts too.
    if district.folder is not None:
        others = [path for path in sorted(district.folder.glob("*.toml")) if path.name != SCENARIO]
        files += [f"{p.name} {hashlib.sha256(p.read_bytes()).hexdigest()}" for p in others]
    told = json.dumps([VERSION, district.code, files, scenario.as_dict()], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:32]
