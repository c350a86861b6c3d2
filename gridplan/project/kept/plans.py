"""Plans of a project's scenarios, and whether each is of what is decided and known today."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from gridplan.errors import Problem
from gridplan.outputs.disk.own_files import MANIFEST, is_trace, unchanged
from gridplan.project.kept.place import Place, revision_of
from gridplan.project.kept.scenarios import Kept, decisions_of

FOLDER, DISTRICT = "plans", "district"
CURRENT, STALE, NONE = "current", "stale", "none"

_STALE = {
    "district": "plan-stale-district",
    "decisions": "plan-stale-decisions",
    "edits": "plan-stale-edits",
    "name": "plan-stale-name",
}


@dataclass(frozen=True)
class PlanState:
    """
    Whether a scenario's plan may be shown as its plan.

    Parameters
    ----------
    state
        ``current``; ``stale`` where something it was made from is another by now; ``none``.
    reasons
        What is another, as data; empty unless stale.
    made
        When, UTC (ISO 8601); empty where nobody noted it.
    """

    state: str
    reasons: tuple[Problem, ...] = ()
    made: str = ""


def plan_folder(name: str) -> str:
    """Give the folder of a scenario's plan by its name in the project."""
    return f"{FOLDER}/{name}"


def mark_of(name: str) -> str:
    """Give the file that tells what a plan was made from."""
    return f"{FOLDER}/{name}.json"


def district_fingerprint(folder: Path) -> str:
    """Give one fingerprint of all files of a district folder, by their names inside it."""
    parts = []
    for base, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.startswith(".") or is_trace(name):
                continue
            path = Path(base) / name
            found = path.stat()
            told = _fingerprint(str(path), found.st_size, found.st_mtime_ns)
            parts.append(f"{told}  {path.relative_to(folder).as_posix()}\n")
    return revision_of("".join(sorted(parts)).encode())


@lru_cache(maxsize=10_000)
def _fingerprint(path: str, _size: int, _changed: int) -> str:
    return revision_of(Path(path).read_bytes())


def write_mark(place: Place, kept: Kept, *, district: str, edits: str, made: str) -> None:
    """Note what the plan in a scenario's folder was made from; the folder is locked."""
    values = {
        "district": district,
        "decisions": decisions_of(kept.scenario),
        "name": kept.name,
        "edits": edits,
        "files": place.read(f"{plan_folder(kept.name)}/{MANIFEST}")[1],
        "made": made,
    }
    content = json.dumps(values, ensure_ascii=False, indent=1).encode()
    place.write(mark_of(kept.name), content, revision=None)


def read_mark(place: Place, name: str) -> dict[str, Any]:
    """Read what a plan was made from; empty where nothing can be read."""
    try:
        values = json.loads(place.read(mark_of(name))[0] or b"{}")
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def plan_state(place: Place, kept: Kept, *, edits: str) -> PlanState:
    """
    Say whether a scenario's plan is of today's district, decisions and edits.

    Parameters
    ----------
    place, kept
        The project and the scenario.
    edits
        Fingerprint of the edits that hold now; empty for none.
    """
    folder = place.path(plan_folder(kept.name))
    if not (folder / MANIFEST).is_file():
        return PlanState(NONE)
    mark = read_mark(place, kept.name)
    made = str(mark.get("made", ""))
    if mark.get("files") != place.read(f"{plan_folder(kept.name)}/{MANIFEST}")[1]:
        return PlanState(STALE, (Problem("plan-stale-unknown"),), made)
    now = {
        "district": district_fingerprint(place.path(DISTRICT)),
        "decisions": decisions_of(kept.scenario),
        "edits": edits,
        "name": kept.name,
    }
    reasons = [
        Problem(_STALE[key], {"before": str(mark.get(key, ""))})
        for key, value in now.items()
        if mark.get(key) != value
    ]
    changed = sorted({path.name for path in folder.iterdir()} - unchanged(folder))
    changed = [name for name in changed if not is_trace(name)]
    if changed:
        reasons.append(Problem("plan-stale-files", {"files": changed[:5]}))
    return PlanState(STALE if reasons else CURRENT, tuple(reasons), made)
