"""What a result was made from, as one short text: equal inputs give equal results."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gridplan.district.district import District
from gridplan.district.files.given_file import TOML_BYTES, read_inside
from gridplan.district.files.reason import UnreadableError
from gridplan.planning.checks.policy_files import ASSESSMENT as ANSWERS
from gridplan.planning.checks.policy_files import policy_files
from gridplan.planning.grids.drawing import Drawn
from gridplan.planning.scenario.scenario import Scenario
from gridplan.policy.assessment import FILE as ASSESSMENT
from gridplan.version import VERSION

SCENARIO = "scenario.toml"


def fingerprint(
    district: District, scenario: Scenario, *, alternatives: int = 0, drawn: Drawn | None = None
) -> str:
    """
    Name the plan that a district and a scenario lead to.

    Parameters
    ----------
    district
        As read; the checksums of its files stand for it.
    scenario
        Every decision.
    alternatives
        How many ways to cut the grids are asked for.
    drawn
        Grids that stay as they are; None where the plan cuts them.

    Returns
    -------
    fingerprint
        32 hexadecimal digits. The language does not enter: a plan is the same in both.
    """
    files = [district.sha256, *(f"{layer.layer} {layer.sha256}" for layer in district.layers)]
    # What the planner writes beside the layers (groups, own rules) counts too; answers do not,
    # because they are put among the findings of a plan that is there.
    if district.folder is not None:
        apart = (SCENARIO, ASSESSMENT)
        others = [path for path in sorted(district.folder.glob("*.toml")) if path.name not in apart]
        files += [f"{path.name} {_sha256(district.folder, path.name)}" for path in others]
        own = policy_files(scenario, district.folder, (), {})
        files += [f"{p.layer} {p.file} {p.sha256}" for p in own if p.layer != ANSWERS]
    asked = [VERSION, district.code, files, _alike(scenario.as_dict()), alternatives]
    if drawn is not None:
        grid = {str(unit): str(name) for unit, name in dict(drawn.grid).items()}
        asked.append([grid, dict(drawn.leads)])
    told = json.dumps(asked, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _alike(value: Any) -> Any:  # noqa: ANN401  # values of any key
    """Write numbers alike: a file may say 1 where a field says 1.0."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {str(key): _alike(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_alike(one) for one in value]
    return value


def _sha256(folder: Path, name: str) -> str:
    """Take the fingerprint of a file; empty for what cannot be read, which no plan uses either."""
    try:
        return hashlib.sha256(read_inside(folder, name, most=TOML_BYTES)).hexdigest()
    except UnreadableError:
        return ""
