"""Audit a written plan: read its files again, count everything anew, name what does not agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.errors import GridplanError
from gridplan.outputs.difference import Check, Difference
from gridplan.outputs.safe import plain
from gridplan.outputs.verify_figures import recounted
from gridplan.outputs.verify_files import compared, map_compared
from gridplan.outputs.verify_inputs import inputs_compared
from gridplan.outputs.verify_rows import rows_compared
from gridplan.outputs.written import read_written
from gridplan.planning.checks import own_by_name
from gridplan.text import say
from gridplan.text.shown import brief

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

SHOWN = 40
"""Differences a terminal is told one by one before they are only counted."""


@dataclass(frozen=True)
class Verification:
    """
    What an audit looked at and what it found.

    Parameters
    ----------
    folder
        That was read.
    checks
        What was compared, in order, each with the number of values and its differences.
    """

    folder: Path
    checks: tuple[Check, ...]

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Everything that does not agree; empty for a sound folder."""
        return tuple(entry for check in self.checks for entry in check.differences)

    @property
    def sound(self) -> bool:
        """Whether everything agrees."""
        return not self.differences

    def text(self, lang: str) -> str:
        """Say what was checked and what differs, in ``zh`` or ``en``."""
        lines = [say("verify.title", lang, folder=plain(self.folder))]
        for check in self.checks:
            mark = "✗" if check.differences else "✓" if check.count else "·"
            key = f"verify.check-{check.code}"
            lines.append(f"  {mark} {say(key, lang, count=f'{check.count:,}')}")
        found = self.differences
        if not found:
            return "\n".join([*lines, say("verify.sound", lang)])
        lines.append(say("verify.unsound", lang, count=f"{len(found):,}"))
        lines += [f"  - {entry.text(lang)}" for entry in found[:SHOWN]]
        if len(found) > SHOWN:
            lines.append(say("verify.more", lang, count=f"{len(found) - SHOWN:,}"))
        return "\n".join(lines)


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
        The district folder the plan was made from; its files are then held against the
        fingerprints and tables of the plan.
    own_profiles
        Files of the planner's own rules that do not lie in it.

    Returns
    -------
    Verification
        A file that is missing or damaged is a difference too.

    Notes
    -----
    1. Loads, coverage, contiguity, 1+N, sums, certificates and findings are counted again from
       the units, hospitals and centers of ``plan.gpkg``.
    2. ``plan.json``, the three GeoJSON files and every sheet of ``plan.xlsx`` are made again in
       memory from what was read and compared value by value with the files; ``map.html`` is
       drawn again and compared letter by letter.
    3. With ``district``: SHA-256 of every input, the planner's own rules and self-assessment
       included; residents, institutions and their places; every answer.
    """
    folder = Path(out)
    own = own_by_name(own_profiles)
    try:
        plan = read_written(folder)
    except GridplanError as error:
        return Verification(folder, (_unreadable("readable", error),))
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
    return Verification(folder, tuple(checks))


def _told(step: Callable[[], list[Check]], plan: Plan) -> list[Check]:
    """Run a step; an altered key can make any table impossible to put together: say so."""
    try:
        return step()
    except GridplanError as error:
        return [_unreadable("possible", error)]
    except Exception as error:  # what an altered file may lead to has no end
        reason = f"{type(error).__name__}: {brief(str(error))}"
        found = Difference("plan.gpkg", plan.district.code, reason, "", "impossible")
        return [Check("possible", 1, (found,))]


def _unreadable(code: str, error: GridplanError) -> Check:
    found = tuple(
        Difference(str(problem.values.get("file", "")), problem.code, problem, "", "unreadable")
        for problem in error.problems
    )
    return Check(code, len(found), found)
