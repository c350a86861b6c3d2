"""Audit a written plan: read its files again, count everything anew, name what does not agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from gridplan.audit.derived.rules.rules import own_by_name
from gridplan.audit.differences.difference import Check, Difference, unreadable
from gridplan.audit.figures import recounted
from gridplan.audit.files.files import compared, map_compared
from gridplan.audit.files.folder import folder_compared
from gridplan.audit.files.rows import rows_compared
from gridplan.audit.inputs import inputs_compared
from gridplan.audit.verification import Verification, rests_on
from gridplan.errors import GridplanError
from gridplan.outputs.reading.content import read_values
from gridplan.outputs.reading.written import Written, read_written
from gridplan.text.shown import brief
from gridplan.version import VERSION

__all__ = ["Verification", "verify"]


def verify(
    out: str | Path,
    *,
    district: str | Path | None = None,
    own_profiles: Sequence[Path] = (),
) -> Verification:
    """
    Audit a folder written by gridplan.

    Parameters
    ----------
    out
        The folder; only its files are used.
    district
        The district folder the plan was made from; everything but the search itself is then
        worked out anew from its files.
    own_profiles
        Files of the planner's own rules that do not lie in it.

    Returns
    -------
    Verification
        A file that is missing or damaged is a difference too. What another version of gridplan
        wrote is not checked: its rules and figures may rightly be others.

    Notes
    -----
    1. Loads, coverage, contiguity, 1+N, sums, certificates and the set of findings are counted
       again from the units, hospitals and centers of ``plan.gpkg``.
    2. ``plan.json``, the three GeoJSON files and every sheet of ``plan.xlsx`` are made again in
       memory from what was read and compared value by value with the files, with what a table
       does not show: keys and features given twice, heights, formulas, hidden sheets, formats,
       views, triggers. ``map.html`` is drawn again and compared letter by letter.
    3. With ``district``: SHA-256 of every input, the planner's own rules and self-assessment
       included; then the plan is worked out anew from what it decided
       (:func:`gridplan.audit.derived.again.put_together`), and every label, source, name, repair,
       minute, objective, finding and shape is compared.
    4. Lower bounds cannot be had without the search, so they and the gap from them rest on trust:
       :attr:`Verification.trusted`.
    """
    folder = Path(out)
    own = own_by_name(own_profiles)
    try:
        version = read_values(folder / "plan.json")["provenance"].get("version")
        if version != VERSION:
            return Verification(folder, (), version=str(version or "-"))
        plan = read_written(folder)
    except GridplanError as error:
        return Verification(folder, (unreadable("readable", error),))
    given = None if district is None else Path(district)
    steps: list[Callable[[], list[Check]]] = [
        lambda: recounted(plan, folder=given, own_profiles=own),
        lambda: compared(plan, folder),
        lambda: map_compared(plan, folder),
        lambda: rows_compared(plan, folder, given),
    ]
    if given is not None:
        steps.append(lambda: inputs_compared(plan, given, own_profiles=own))
    checks = [Check("readable", len(plan.district.units), ())]
    for step in steps:
        checks += _told(step, plan)
    touched = {entry.file for check in checks for entry in check.differences}
    touched |= {entry.file for check in checks for entry in check.asides}
    checks += _told(lambda: [folder_compared(folder, frozenset(touched))], plan)
    return Verification(folder, tuple(checks), trusted=rests_on(plan, given, own))


def _told(step: Callable[[], list[Check]], plan: Written) -> list[Check]:
    """Run a step; an altered key can make any table impossible to put together: say so."""
    try:
        return step()
    except GridplanError as error:
        return [unreadable("possible", error)]
    except Exception as error:  # what an altered file may lead to has no end
        reason = f"{type(error).__name__}: {brief(str(error))}"
        found = Difference("plan.gpkg", plan.district.code, reason, "", "impossible")
        return [Check("possible", 1, (found,))]
