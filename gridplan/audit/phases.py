"""Audit the folder of phases: every phase as a plan, and each within the next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gridplan.audit.differences.difference import Check, Difference, same
from gridplan.audit.verification import Verification
from gridplan.audit.verify import verify
from gridplan.errors import GridplanError, InputError
from gridplan.outputs.reading.content import read_values
from gridplan.version import VERSION

FILE = "phases.json"


def holds_phases(out: str | Path) -> bool:
    """Whether a folder is one of phases."""
    return (Path(out) / FILE).is_file()


def verify_phases(
    out: str | Path,
    *,
    district: str | Path | None = None,
    own_profiles: Sequence[Path] = (),
) -> tuple[Verification, ...]:
    """
    Audit a folder of phases.

    Parameters
    ----------
    out
        The folder.
    district, own_profiles
        As for :func:`gridplan.audit.verify.verify`.

    Returns
    -------
    found
        Of the folder itself first: that each phase has the centers of the one before, in the same
        places, that its numbers and residents are those that ``phases.json`` tells, and that the
        centers it says are opened are those that are new; then of every phase.
    """
    folder = Path(out)
    try:
        told = read_values(folder / FILE)
        version = str(told["provenance"].get("version"))
        years = [int(row["year"]) for row in told["phases"] if row["year"]]
        plans = {year: read_values(folder / str(year) / "plan.json") for year in years}
        nested = _nested(told, plans)
    except (GridplanError, KeyError, TypeError, ValueError, AttributeError) as error:
        reason = error.problems[0] if isinstance(error, InputError) else type(error).__name__
        found = Difference(FILE, "phases", reason, "", "unreadable", "damaged")
        return (Verification(folder, (Check("phases", 1, (found,)),)),)
    if version != VERSION:
        return (Verification(folder, (), version=version),)
    each = [
        verify(folder / str(year), district=district, own_profiles=own_profiles) for year in years
    ]
    return (Verification(folder, (nested,)), *each)


def _nested(told: dict[str, Any], plans: dict[int, dict[str, Any]]) -> Check:
    """Hold the phases against each other and against what is told of them."""
    found: list[Difference] = []
    compared = 0

    def hold(file: str, place: str, there: object, expected: object, how: str = "others") -> None:
        nonlocal compared
        compared += 1
        if not same(there, expected, within=0.01):
            found.append(Difference(file, place, there, expected, how))

    rows = {int(row["year"]): row for row in told["phases"]}
    opened = {str(row["center"]): int(row["year"]) for row in told["openings"]}
    before: dict[str, str] | None = None
    for year in sorted(plans):
        file = f"{year}/plan.json"
        centers = {str(row["center"]): row for row in plans[year]["centers"]}
        at = {name: str(row["unit"]) for name, row in centers.items()}
        people = sum(float(row["population"] or 0) for row in centers.values())
        hold(FILE, f"phases[{year}].centers", rows[year]["centers"], len(centers))
        hold(FILE, f"phases[{year}].population", rows[year]["population"], people)
        for name, unit in (before or {}).items():
            hold(file, f"centers[{name}].unit", at.get(name), unit)
        kept = set(before) if before is not None else set()
        new = {
            name
            for name, row in centers.items()
            if name not in kept and (before is not None or row["status"] == "new")
        }
        hold(FILE, f"phases[{year}].new_centers", rows[year]["new_centers"], len(new))
        for name in sorted(new | {name for name, when in opened.items() if when == year}):
            hold(FILE, f"openings[{name}].year", opened.get(name), year if name in new else None)
        before = at
    return Check("phases", compared, tuple(found))
