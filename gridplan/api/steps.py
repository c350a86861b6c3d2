"""Steps around a plan: judge a drawing, mend it, plan phases and variants."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from gridplan.api.districts import district_at
from gridplan.api.looking import read_plan
from gridplan.api.plans import DrawnGrids, drawn_at, scenario_at
from gridplan.district.district import District as DistrictValue
from gridplan.district.files.given_file import given_path
from gridplan.errors import InputError, Problem
from gridplan.outputs.reading.drawn import mended_text, write_mended
from gridplan.outputs.tables.variants import variants_table
from gridplan.outputs.variants.sheet import write_variants
from gridplan.outputs.words.telling import Telling
from gridplan.planning.evaluating import Evaluation
from gridplan.planning.evaluating import evaluate as evaluate_drawn
from gridplan.planning.grids.mending import Mended, by_lead, kept_units, mend_grids
from gridplan.planning.phases.phasing import Phased, plan_phases
from gridplan.planning.plan import Plan as PlannedValue
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sensitivity.cases import SHARE, Sensitive
from gridplan.planning.sensitivity.cases import sensitivity as try_cases
from gridplan.planning.variants.side_by_side import SideBySide, side_by_side
from gridplan.text.shown import brief

__all__ = [
    "Evaluation",
    "Phased",
    "Repaired",
    "Variants",
    "evaluate",
    "phase",
    "repair",
    "sensitivity",
    "variants",
]


def phase(
    district: DistrictValue | str | Path,
    scenario: Scenario | str | Path | None = None,
    *,
    drawn: DrawnGrids | None = None,
    **keys: Any,  # noqa: ANN401  # any key of a scenario
) -> Phased:
    """
    Plan the phases of a scenario; see :func:`gridplan.planning.phases.phasing.plan_phases`.

    Parameters
    ----------
    district, scenario, drawn, **keys
        As for :func:`plan`; the scenario lists ``phases``.

    Returns
    -------
    Phased
        ``phases``, each with its plan, its choice of sites and the gains of its new centers.

    Raises
    ------
    InputError, InfeasibleError
        As for :func:`plan`, and if there are no phases, they are out of order, or one cannot be.

    Examples
    --------
    >>> steps = gp.phase(district, phases=[{"year": 2027, "centers": 3}])
    >>> steps.phases[0].gains
    """
    read = district_at(district)
    return plan_phases(
        read,
        scenario_at(read, scenario, keys),
        drawn=None if drawn is None else drawn_at(drawn, read),
    )


def evaluate(
    district: DistrictValue | str | Path,
    scenario: Scenario | str | Path | None = None,
    *,
    drawn: DrawnGrids,
    **keys: Any,  # noqa: ANN401  # any key of a scenario
) -> Evaluation:
    """
    Judge grids you drew without placing centers; see :mod:`gridplan.planning.evaluating`.

    Parameters
    ----------
    district, scenario, **keys
        As for :func:`plan`. What depends on them alone is prepared at the first call for a district
        and a scenario; each further drawing takes a fraction of a second.
    drawn
        As for :func:`plan`.

    Returns
    -------
    Evaluation
        Figures and findings of the grids, the same as in a plan of the same drawing.

    Raises
    ------
    InputError
        If the folder, the drawing or the scenario cannot be read.

    Examples
    --------
    >>> gp.evaluate(district, drawn=plan.units["lead"]).grids
    """
    read = district_at(district)
    return evaluate_drawn(read, scenario_at(read, scenario, keys), drawn_at(drawn, read))


@dataclasses.dataclass(frozen=True, eq=False)
class Repaired(Mended):
    """
    Drawn grids after repair, that can tell and write themselves.

    ``grids.grid`` is the mended drawing, for ``plan(..., drawn=...)``; ``moves`` each unit that
    moved, with its reason.
    """

    district: DistrictValue | None = None

    def text(self, *, lang: str = "zh") -> str:
        """Tell every move with its reason."""
        assert self.district is not None  # repair gives it
        return mended_text(self.district, self, lang=lang)

    def write(self, file: str | Path, *, lang: str = "zh") -> Path:
        """Write the mended grids as CSV."""
        assert self.district is not None  # repair gives it
        path = given_path(file, argument="file")
        write_mended(self.district, self, path, lang=lang)
        return path


def repair(
    district: DistrictValue | str | Path,
    drawn: DrawnGrids,
    scenario: Scenario | str | Path | None = None,
    *,
    keep: Sequence[str] = (),
    **keys: Any,  # noqa: ANN401  # any key of a scenario
) -> Repaired:
    """
    Mend grids you drew: contiguous, balanced, led, few residents moved.

    Parameters
    ----------
    district, scenario, **keys
        As for :func:`plan`.
    drawn
        As for :func:`plan`. A grid is named by its lead's id, or by any name if one hospital that
        may lead stands in it.
    keep
        Units, or grids by their name in the drawing, that must stay as drawn.

    Returns
    -------
    Repaired
        That none could move fewer residents is not proven.

    Raises
    ------
    InputError, InfeasibleError
        If the drawing cannot be read or what is to stay leaves no sound grids.

    Examples
    --------
    >>> mended = gp.repair(district, drawn)
    >>> mended.moves[["before", "after", "reason"]]
    """
    read = district_at(district)
    given = drawn_at(drawn, read)
    found = mend_grids(
        read, scenario_at(read, scenario, keys), by_lead(given), keep=kept_units(given, keep)
    )
    return Repaired(found.grids, found.moves, found.wishes, district=read)


@dataclasses.dataclass(frozen=True, eq=False)
class Variants(SideBySide):
    """Variants of a plan that can show and write themselves."""

    def table(self, *, lang: str = "zh") -> pd.DataFrame:
        """Put them side by side, one row each."""
        return variants_table(Telling(self.plan, lang), self.variants)

    def write(self, file: str | Path, *, lang: str = "zh") -> Path:
        """Write the table and a sheet of maps as one page that opens offline."""
        path = given_path(file, argument="file")
        write_variants(self, path, lang=lang)
        return path


def variants(
    district: DistrictValue | str | Path,
    scenario: Scenario | str | Path | None = None,
    *,
    own_profiles: Sequence[str | Path] = (),
    processes: int | None = None,
    **keys: Any,  # noqa: ANN401  # any key of a scenario
) -> Variants:
    """
    Plan variants side by side; see :mod:`gridplan.planning.variants.side_by_side`.

    Parameters
    ----------
    district, scenario, own_profiles, **keys
        As for :func:`plan`.
    processes
        At a time; None for as many as there are processors.

    Returns
    -------
    Variants
        ``variants``, the plan itself first, and ``plans`` by letter.

    Raises
    ------
    InputError, InfeasibleError
        If the scenario itself cannot be planned.

    Examples
    --------
    >>> gp.variants(district).table(lang="en")
    """
    check_processes(processes)
    read = district_at(district)
    own = [given_path(path, argument="own_profiles") for path in own_profiles]
    found = side_by_side(
        read,
        scenario_at(read, scenario, keys),
        own_profiles=own,
        processes=processes and max(1, processes),
    )
    return Variants(found.plan, found.variants, found.plans)


def check_processes(processes: object) -> None:
    """Refuse what is no number of processes."""
    if processes is not None and (isinstance(processes, bool) or not isinstance(processes, int)):
        values = {"argument": "processes", "value": brief(processes)}
        raise InputError([Problem("argument-count", values)])


def sensitivity(plan: PlannedValue | str | Path, *, share: float = SHARE) -> Sensitive:
    """
    Tell which rules turn if what a plan rests on is otherwise; its decisions are kept.

    Parameters
    ----------
    plan
        A plan, or the folder of one.
    share
        How far residents, walking pace and detour are off: 0.1 for 10 %.

    Returns
    -------
    Sensitive
        ``cases``: residents, pace and detour less and more, then each new site lost, whose
        residents go to the nearest other center of their grid. Each has ``figures``, ``rules``
        that turn and ``findings``.

    Raises
    ------
    InputError
        If the plan has no centers, the share is none, or the folder cannot be read.

    Examples
    --------
    >>> [case.rules.gained for case in gp.sensitivity(plan).cases]
    """
    if isinstance(share, bool) or not isinstance(share, (int, float)):
        raise InputError([Problem("sensitivity-share", {"value": brief(share)})])
    read = plan if isinstance(plan, PlannedValue) else read_plan(plan)
    return try_cases(read, share=share)
