"""The library as a notebook sees it: read a district, plan it, look at the plan, compare plans."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import pandas as pd

from gridplan.district.district import District
from gridplan.district.files.given_file import given_path
from gridplan.district.folder.read import read_district
from gridplan.errors import GridplanError, InfeasibleError, InputError, Problem
from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.map.maps import PlanMap, comparison_map, plan_map
from gridplan.outputs.reading.drawing import read_drawing as read_drawn_file
from gridplan.outputs.tables.comparison import comparison_table
from gridplan.outputs.tables.summary import summary
from gridplan.outputs.tables.variants import variants_table
from gridplan.outputs.tables.why import why as tell_why
from gridplan.outputs.variants.sheet import write_variants
from gridplan.outputs.words.telling import Telling
from gridplan.planning.evaluating import Evaluation
from gridplan.planning.evaluating import evaluate as evaluate_drawn
from gridplan.planning.grids.drawing import Drawn
from gridplan.planning.phases.phasing import Phased, plan_phases
from gridplan.planning.plan import Plan as PlannedValue
from gridplan.planning.plan import Tell
from gridplan.planning.scenario.derived import scenario_of
from gridplan.planning.scenario.file import read_scenario as read_scenario_file
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.variants.passing import with_variants
from gridplan.planning.variants.proposing import plan_adopted as make_plan
from gridplan.planning.variants.side_by_side import SideBySide, side_by_side
from gridplan.project.project import Project
from gridplan.text.shown import brief

__all__ = [
    "District",
    "Evaluation",
    "GridplanError",
    "InfeasibleError",
    "InputError",
    "Phased",
    "Plan",
    "Project",
    "Scenario",
    "compare",
    "comparison_map",
    "evaluate",
    "phase",
    "plan",
    "read_district",
    "read_drawing",
    "read_scenario",
    "variants",
]

Grids: TypeAlias = pd.Series | Mapping[str, object] | Drawn | str | Path
"""A drawing in any form."""


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Plan(PlannedValue):
    """A plan that can show and write itself; else :class:`gridplan.planning.plan.Plan`."""

    def map(self, *, lang: str = "zh") -> PlanMap:
        """Draw the plan; shows itself in a notebook and works without internet."""
        return plan_map(self, lang=lang)

    def summary(self, *, lang: str = "zh") -> str:
        """Tell the plan in words and small tables."""
        return summary(self, lang=lang)

    def write(self, out: str | Path, *, lang: str = "zh") -> tuple[Path, ...]:
        """Write every output to a folder, all or nothing."""
        return write_plan(self, Path(out), lang=lang)

    def why(self, place: str = "", *, lang: str = "zh") -> str:
        """
        Tell why a center stands where it does, or why a site was not taken.

        Parameters
        ----------
        place
            Id or name of a center, or id of a site; empty for all new centers in short. The
            tables behind it are ``reasons.centers``, ``reasons.standbys``, ``reasons.candidates``.
        lang
            ``zh`` or ``en``.

        Raises
        ------
        InputError
            If the plan has no such center or site; the message names the nearest.
        """
        return tell_why(Telling(self, lang), place)


def plan(
    district: District | str | Path,
    scenario: Scenario | str | Path | None = None,
    *,
    alternatives: int = 0,
    progress: Tell | None = None,
    own_profiles: Sequence[str | Path] = (),
    drawn: Grids | None = None,
    adopt: str | int = "",
) -> Plan:
    """
    Plan a district; see :func:`gridplan.planning.plan.plan`.

    Parameters
    ----------
    district
        As :func:`read_district` gives it, or the folder to read.
    scenario
        Every decision, or the TOML file that holds them. None takes ``scenario.toml`` of the
        district's folder, and what fits its size where there is none.
    alternatives
        Up to how many ways to cut the grids to offer, the plan's own included.
    progress
        Told stage and progress; returning True ends the stage with its best so far.
    own_profiles
        TOML files with rules of your own, anywhere; a scenario names only those in the folder.
    drawn
        Grids you drew, which stay as they are: a Series or dict from unit to grid, a file or folder
        as :func:`read_drawing` takes it, or what that gives.

    adopt
        Letter or name of a variant (:func:`variants`) to plan instead, or the number of an
        alternative.

    Returns
    -------
    Plan
        For must- and should-rules that fail, ``variants`` holds what was tried.

    Raises
    ------
    InputError, InfeasibleError
        If the folder, the drawing or the scenario cannot be read, the scenario does not fit the
        district, or its demands clash.

    Examples
    --------
    >>> two = gp.plan("data/guangming", gp.Scenario(grids=2))  # doctest: +SKIP
    """
    if isinstance(alternatives, bool) or not isinstance(alternatives, int) or alternatives < 0:
        values = {"argument": "alternatives", "value": brief(alternatives)}
        raise InputError([Problem("argument-count", values)])
    read = district if isinstance(district, District) else read_district(district)
    own = [given_path(path, argument="own_profiles") for path in own_profiles]
    made = make_plan(
        read,
        _scenario(read, scenario),
        choice=str(adopt),
        alternatives=alternatives,
        progress=progress,
        own_profiles=own,
        drawn=None if drawn is None else _drawn(drawn, read),
    )
    made = with_variants(made, own_profiles=own)
    fields = {field.name: getattr(made, field.name) for field in dataclasses.fields(made)}
    return Plan(**fields)


def phase(
    district: District | str | Path,
    scenario: Scenario | str | Path | None = None,
    *,
    drawn: Grids | None = None,
) -> Phased:
    """
    Plan the phases of a scenario; see :func:`gridplan.planning.phases.phasing.plan_phases`.

    Parameters
    ----------
    district, scenario, drawn
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
    >>> steps = gp.phase("data/guangming")  # doctest: +SKIP
    """
    read = district if isinstance(district, District) else read_district(district)
    return plan_phases(
        read, _scenario(read, scenario), drawn=None if drawn is None else _drawn(drawn, read)
    )


def evaluate(
    district: District | str | Path,
    scenario: Scenario | str | Path | None = None,
    *,
    drawn: Grids,
) -> Evaluation:
    """
    Judge grids you drew without placing centers; see :mod:`gridplan.planning.evaluating`.

    Parameters
    ----------
    district, scenario
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
    >>> gp.evaluate("data/guangming", drawn="out/guangming").grids  # doctest: +SKIP
    """
    read = district if isinstance(district, District) else read_district(district)
    return evaluate_drawn(read, _scenario(read, scenario), _drawn(drawn, read))


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
    district: District | str | Path,
    scenario: Scenario | str | Path | None = None,
    *,
    own_profiles: Sequence[str | Path] = (),
    processes: int | None = None,
) -> Variants:
    """
    Plan variants side by side; see :mod:`gridplan.planning.variants.side_by_side`.

    Parameters
    ----------
    district, scenario, own_profiles
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
    >>> gp.variants("data/guangming").table(lang="en")  # doctest: +SKIP
    """
    if processes is not None and (isinstance(processes, bool) or not isinstance(processes, int)):
        values = {"argument": "processes", "value": brief(processes)}
        raise InputError([Problem("argument-count", values)])
    read = district if isinstance(district, District) else read_district(district)
    own = [given_path(path, argument="own_profiles") for path in own_profiles]
    found = side_by_side(
        read, _scenario(read, scenario), own_profiles=own, processes=processes and max(1, processes)
    )
    return Variants(found.plan, found.variants, found.plans)


def read_drawing(path: str | Path, district: District, *, crs: str = "") -> Drawn:
    """
    Read grids you drew; see :func:`gridplan.outputs.reading.drawing.read_drawing`.

    Parameters
    ----------
    path
        A table from unit to grid, polygons, or the folder of another plan.
    district
        Whose units they are.
    crs
        Of polygons whose file does not say.

    Returns
    -------
    drawn
        For ``plan(..., drawn=...)``.
    """
    return read_drawn_file(given_path(path, argument="drawn"), district, crs=crs)


def _drawn(drawn: Grids, district: District) -> Drawn:
    if isinstance(drawn, Drawn):
        return drawn
    if isinstance(drawn, (str, Path)):
        return read_drawing(drawn, district)
    return Drawn(drawn)


def _scenario(district: District, scenario: Scenario | str | Path | None) -> Scenario:
    if isinstance(scenario, Scenario):
        return scenario
    if scenario is not None:
        return read_scenario(scenario)
    return scenario_of(district, tell=_warn)


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario; :func:`gridplan.planning.scenario.file.read_scenario`, notes as warnings."""
    return read_scenario_file(path, tell=_warn)


def _warn(problem: Problem) -> None:
    warnings.warn(problem.text("en"), FutureWarning, stacklevel=7)


def _planned(plans: Sequence[PlannedValue]) -> list[PlannedValue]:
    """Check that plans were given, at least one."""
    several = plans if isinstance(plans, (list, tuple)) else [plans]
    if several and all(isinstance(plan, PlannedValue) for plan in several):
        return list(several)
    values = {"argument": "plans", "value": brief(plans)}
    raise InputError([Problem("argument-plans", values)])


def compare(plans: Sequence[PlannedValue], *, lang: str = "zh") -> pd.DataFrame:
    """
    Put plans of one district side by side.

    Parameters
    ----------
    plans
        Two or more.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    table
        One row a figure, one column a plan, named by its scenario.
    """
    return comparison_table(_planned(plans), lang=lang)
