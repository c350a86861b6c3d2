"""Two plans or more of one district: figures side by side, and what differs from the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from gridplan.errors import InputError, Problem
from gridplan.planning.comparing.changes import (
    changed_centers,
    changed_communities,
    changed_units,
)
from gridplan.planning.comparing.figures import FIGURES, better, figures_of
from gridplan.planning.comparing.front import USUAL, pareto_front
from gridplan.planning.comparing.matching import same_centers, same_grids
from gridplan.planning.comparing.turned import RulesTurned, rules_turned, turned_findings
from gridplan.planning.plan import Plan


@dataclass(frozen=True, eq=False)
class Difference:
    """
    What differs between the first plan and another.

    Parameters
    ----------
    units
        Whose grid or center differs: :func:`~gridplan.planning.comparing.changes.changed_units`.
    communities
        The same by community, most residents first.
    centers
        Opened, dropped, closed or kept open.
    findings
        That turned: :func:`~gridplan.planning.comparing.turned.turned_findings`.
    rules
        That turned as a whole.
    """

    units: gpd.GeoDataFrame
    communities: pd.DataFrame
    centers: gpd.GeoDataFrame
    findings: pd.DataFrame
    rules: RulesTurned

    @property
    def grid_residents(self) -> float:
        """Residents whose grid differs, persons."""
        return float(self.units.loc[self.units["grid_changed"], "population"].sum())

    @property
    def center_residents(self) -> float:
        """Residents whose center differs, persons."""
        return float(self.units.loc[self.units["center_changed"], "population"].sum())


@dataclass(frozen=True, eq=False)
class Compared:
    """
    Plans held against the first of them.

    Parameters
    ----------
    plans
        Two or more of one district.
    figures
        One row a plan, in their order; columns are the codes of
        :data:`~gridplan.planning.comparing.figures.FIGURES`, values numbers or NaN.
    better
        The same shape: 1 where a plan's figure is better than the first's, -1 worse, 0 neither.
    differences
        One for each plan but the first.
    measures
        Figures the Pareto front is over.
    front
        Index as ``figures``: whether no other plan is better in one of them and worse in none.
    labels
        What the plans are called, in their order; empty: by their scenarios.
    """

    plans: tuple[Plan, ...]
    figures: pd.DataFrame
    better: pd.DataFrame
    differences: tuple[Difference, ...]
    measures: tuple[str, ...]
    front: pd.Series
    labels: tuple[str, ...] = ()


def compare_plans(
    plans: Sequence[Plan], *, measures: Sequence[str] = USUAL, labels: Sequence[str] = ()
) -> Compared:
    """
    Hold plans of one district against the first of them.

    Parameters
    ----------
    plans
        Two or more, planned or read back.
    measures
        Codes of the figures the Pareto front is over.
    labels
        What to call the plans; empty: by their scenarios.

    Returns
    -------
    Compared

    Raises
    ------
    InputError
        If there is one plan only, they are of different districts or over different units, or a
        measure is unknown.
    """
    first = plans[0]
    problems = [problem for plan in plans[1:] for problem in _unlike(first, plan)]
    if len(plans) < 2:
        problems.append(Problem("compare-one"))
    if problems:
        raise InputError(problems)
    figures = pd.DataFrame([figures_of(plan) for plan in plans]).rename_axis("plan")
    front = pareto_front(figures, measures)
    verdicts = pd.DataFrame(
        {
            code: [better(code, figures[code].iloc[0], value) for value in figures[code]]
            for code in FIGURES
        }
    ).rename_axis("plan")
    return Compared(
        plans=tuple(plans),
        figures=figures,
        better=verdicts,
        differences=tuple(_difference(first, plan) for plan in plans[1:]),
        measures=tuple(measures),
        front=front,
        labels=tuple(labels),
    )


def _unlike(first: Plan, plan: Plan) -> list[Problem]:
    """Say why two plans cannot be compared."""
    one, other = first.district, plan.district
    values = {"first": one.name_zh or one.code, "other": other.name_zh or other.code}
    if one.code != other.code:
        return [Problem("compare-districts", values)]
    mine, theirs = set(first.layout.units.index), set(plan.layout.units.index)
    if mine != theirs:
        counts = {"only_first": len(mine - theirs), "only_other": len(theirs - mine)}
        return [Problem("compare-units", values | counts)]
    if one.crs != other.crs:
        return [Problem("compare-crs", values)]
    return []


def _difference(first: Plan, other: Plan) -> Difference:
    one, two = first.layout, other.layout
    units = changed_units(one, two)
    names = {"grid": same_grids(one, two), "center": same_centers(one, two)}
    return Difference(
        units=units,
        communities=changed_communities(units, one),
        centers=changed_centers(one, two),
        findings=turned_findings(
            first.findings,
            other.findings,
            renamed={kind: same.to_dict() for kind, same in names.items()},
        ),
        rules=rules_turned(first.findings, other.findings),
    )
