"""What would help, tried before it is said: each remedy is obeyed and planned with.

A remedy is named only where planning with it gives a plan, or leaves only causes that were named
with the first. Of each kind of change several sizes are tried, the smallest first.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from gridplan.district.district import District
from gridplan.errors import GridplanError, InfeasibleError, Problem, Remedy
from gridplan.optimise.budget import seconds_left
from gridplan.planning.refusal.proposals import Ladder, proposals
from gridplan.planning.scenario.scenario import Scenario

# Remedies named for one cause, at the most.
_NAMED = 3
# Work each optimisation of a trial may spend, less with many units: any plan is enough.
_TRIAL_WORK, _MANY_UNITS, _LARGE_TRIAL_WORK = 5.0, 3_000, 2.0
# Trials for one refusal: as many as a small district bears, fewer for a large one.
_UNITS_TRIED, _TRIALS_LEAST, _TRIALS_MOST = 60_000, 5, 30

Attempt = Callable[[Scenario], object]


def with_remedies(
    error: InfeasibleError, district: District, scenario: Scenario, attempt: Attempt
) -> InfeasibleError:
    """
    Add to each cause of a refusal what was tried and helps.

    Parameters
    ----------
    error
        The refusal.
    district, scenario
        What was refused.
    attempt
        Plans with another scenario; raises :class:`InfeasibleError` where that is refused too.

    Returns
    -------
    error
        The same causes with their remedies.
    """
    trials = _Trials(error, district, scenario, attempt)
    return InfeasibleError(
        [dataclasses.replace(cause, remedies=trials.of(cause)) for cause in error.problems]
    )


class _Trials:
    """Trials for one refusal, counted, none made twice."""

    def __init__(
        self, error: InfeasibleError, district: District, scenario: Scenario, attempt: Attempt
    ) -> None:
        self.named = {cause.code for cause in error.problems}
        self.district, self.scenario, self.attempt = district, scenario, attempt
        most = _UNITS_TRIED // max(1, len(district.units))
        self.left = min(max(most, _TRIALS_LEAST), _TRIALS_MOST)
        self.known: dict[str, frozenset[str] | None] = {}

    def of(self, cause: Problem) -> tuple[Remedy, ...]:
        """Give the remedies of one cause that work, each of another key."""
        found: list[Remedy] = []
        for ladder in proposals(cause, self.district, self.scenario):
            if len(found) == _NAMED:
                break
            remedy = self._first_that_works(ladder, cause)
            if remedy is not None and all(remedy.key != other.key for other in found):
                found.append(remedy)
        return tuple(found)

    def _first_that_works(self, ladder: Ladder, cause: Problem) -> Remedy | None:
        for remedy in ladder:
            left = self._left_by(remedy)
            if left is not None and left <= self.named - {cause.code}:
                return remedy
        return None

    def _left_by(self, remedy: Remedy) -> frozenset[str] | None:
        """Give the causes left once the remedy is obeyed; None where it cannot be or is untried.

        Untried are those beyond the number of trials, and beyond the time of the plan.
        """
        key = repr(sorted(remedy.changes.items()))
        if key not in self.known:
            if self.left <= 0 or seconds_left() <= 0.0:
                return None
            self.known[key] = self._try(remedy)
        return self.known[key]

    def _try(self, remedy: Remedy) -> frozenset[str] | None:
        try:
            changed = self.scenario.changed(remedy)
            if changed == self.scenario:
                return None
            large = len(self.district.units) > _MANY_UNITS
            work = min(changed.work_limit, _LARGE_TRIAL_WORK if large else _TRIAL_WORK)
            self.left -= 1
            self.attempt(dataclasses.replace(changed, work_limit=work))
        except InfeasibleError as error:
            return frozenset(problem.code for problem in error.problems)
        except GridplanError:
            return None  # no scenario of this district
        return frozenset()
