"""A plan, or why there is none and what was tried and helps."""

from __future__ import annotations

from collections.abc import Callable

from gridplan.district.district import District
from gridplan.errors import InfeasibleError
from gridplan.optimise.budget import Progress, within
from gridplan.planning.patience import SEARCHING, rounds
from gridplan.planning.refusal.remedies import with_remedies
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.stages import Stage, Stages, plan_stages


def plan_with_advice(
    district: District,
    scenario: Scenario,
    *,
    patient: bool = False,
    progress: Callable[[Stage, Progress], bool | None] | None = None,
) -> Stages:
    """
    Plan grids, centers and 1+N; where that cannot be, try what would help.

    Parameters
    ----------
    district, scenario
        What is planned, and how.
    patient
        Whether to go on with more work, to the time limit, where no plan was found and none was
        proven impossible.
    progress
        Told the stage and how far it is; returning True ends that stage with its best so far.

    Returns
    -------
    Stages

    Raises
    ------
    InputError
        If the scenario names what the district does not have.
    InfeasibleError
        If there is no plan: every cause found, what is proven, and the remedies that work.
    """

    def attempt(changed: Scenario) -> Stages:
        return plan_stages(district, changed, lambda _stage: None)

    with within(scenario.time_limit):
        try:
            with within(SEARCHING * scenario.time_limit):
                return plan_patiently(district, scenario, patient=patient, progress=progress)
        except InfeasibleError as refused:
            raise with_remedies(refused, district, scenario, attempt) from None


def plan_patiently(
    district: District,
    scenario: Scenario,
    *,
    patient: bool = True,
    progress: Callable[[Stage, Progress], bool | None] | None = None,
) -> Stages:
    """
    Plan as :func:`plan_with_advice`, without trying what would help.

    Parameters
    ----------
    district, scenario, patient, progress
        As there.

    Returns
    -------
    Stages

    Raises
    ------
    InputError, InfeasibleError
        As there; no remedies.
    """

    def tell(stage: Stage) -> Callable[[Progress], bool | None] | None:
        return None if progress is None else lambda told: progress(stage, told)

    refused: InfeasibleError | None = None
    for tried in rounds(scenario) if patient else (scenario,):
        try:
            return plan_stages(district, tried, tell)
        except InfeasibleError as error:
            refused = error
        if refused.proven:
            break
    assert refused is not None
    raise refused
