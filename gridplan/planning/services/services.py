"""What the documents ask per center, as far as district and rules give the numbers; all derived."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from gridplan.planning.layout.layout import Layout
from gridplan.planning.measures.hospitals import inside
from gridplan.planning.measures.measure import column, numbers
from gridplan.planning.measures.service.services import SHARED
from gridplan.planning.measures.service.workload import service_share
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.services.apportioned import apportioned
from gridplan.planning.services.hosts import HOST_COLUMNS, PROPOSED, STATED, hosts_of
from gridplan.policy.rule import Rule

HANDED_DOWN = {
    "slots": ("outpatient_share_down", "outpatient_slots"),
    "expert_slots": ("expert_share_down", "expert_slots"),
    "examinations": ("examinations_share_down", "examinations"),
    "beds": ("beds_share_down", "beds"),
}
"""What a lead hands down: the measure whose rule says how much of it, and the hospitals' column."""

CENTER_COLUMNS = (
    *HOST_COLUMNS,
    *("target_year", "target_month", "daily_visits", "visits_how", "grade"),
    *(f"{name}_given" for name in HANDED_DOWN),
    "teams",
)
SHARED_COLUMNS = ("grid", "service", "hospital", "how")


def _none(columns: Sequence[str], index: str = "") -> pd.DataFrame:
    rows = pd.Index([], name=index or None, dtype=object)
    return pd.DataFrame(columns=list(columns), index=rows, dtype=object)


@dataclass(frozen=True, eq=False)
class Services:
    """
    What is asked of each center, and by whom it is run. All derived; None where a number lacks.

    Parameters
    ----------
    centers
        Index ``center``: ``host`` and ``host_how`` (:mod:`gridplan.planning.services.hosts`);
        ``target_year``, ``target_month``, services; ``daily_visits`` with ``visits_how``
        (``stated`` or ``expected``) and the ``grade`` they give; what the lead of its group hands
        down to it, ``slots_given``, ``expert_slots_given``, ``examinations_given``,
        ``beds_given``; ``teams`` of family doctors.
    shared
        One row a group and shared center: ``grid``, ``service``, ``hospital``, ``how``.
    """

    centers: pd.DataFrame = field(default_factory=lambda: _none(CENTER_COLUMNS, "center"))
    shared: pd.DataFrame = field(default_factory=lambda: _none(SHARED_COLUMNS))


def services_of(layout: Layout, scenario: Scenario, rules: Sequence[Rule]) -> Services:
    """
    Work out what is asked of each center.

    1. Targets: the streets' ``services_year`` added up, shared out by the weights of the rule on
    ``service_share``; a twelfth a month. 2. Visits: as the layer tells; of the others as many for
    each resident as those see; grades by the limits of the rule on ``grade_by_visits``. 3. Hosts.
    4. Of the lead's slots, examinations and beds the share that the rules ask for, to the centers
    of its group by signed residents where the units tell them, else by residents. 5. Teams: one for
    so many residents as the rule on ``teams_of_center`` names. Without weights, norms or columns
    there is no number.

    Parameters
    ----------
    layout
        Centers and groups.
    scenario
        For the measures.
    rules
        Those of the plan.

    Returns
    -------
    Services
    """
    if layout.centers.empty:
        return Services()
    table = hosts_of(layout)
    yearly = _targets(layout, scenario, rules)
    table["target_year"] = yearly
    table["target_month"] = [None if value is None else value / 12 for value in yearly]
    visits, how = _visits(layout)
    table["daily_visits"], table["visits_how"] = visits, how
    table["grade"] = [_grade(value, _parameters(rules, "grade_by_visits")) for value in visits]
    for name, (measure, source) in HANDED_DOWN.items():
        table[f"{name}_given"] = _handed_down(layout, _asked(rules, measure), source)
    norm = _parameters(rules, "teams_of_center")
    people = layout.centers["population"].astype(float)
    table["teams"] = [math.ceil(one / norm[0] - 1e-9) if norm else None for one in people]
    return Services(table[list(CENTER_COLUMNS)].astype(object), _shared(layout))


def _parameters(rules: Sequence[Rule], measure: str) -> tuple[float, ...]:
    """Give the numbers of the first rule on a measure; none without one."""
    return next((rule.parameters for rule in rules if rule.measure == measure), ())


def _asked(rules: Sequence[Rule], measure: str) -> float | None:
    """Give the highest share, percent, that a rule asks for."""
    bounds = [rule.lower for rule in rules if rule.measure == measure and rule.lower is not None]
    return max(map(float, bounds), default=None)


def _targets(layout: Layout, scenario: Scenario, rules: Sequence[Rule]) -> list[int | None]:
    """Share the district's yearly target out among the centers."""
    count = len(layout.centers)
    given = numbers(layout.district.subdistricts, "services_year")
    weights = _parameters(rules, "service_share")
    if given.empty or given.isna().any() or not weights or service_share.missing(layout):
        return [None] * count
    shares = service_share(layout, scenario, weights)
    parts = [shares[str(center)] for center in layout.centers.index]
    if any(part is None for part in parts):
        return [None] * count
    total = float(given.sum())
    return list(map(int, apportioned(total, np.array(parts, dtype=float))))


def _visits(layout: Layout) -> tuple[list[float | None], list[str | None]]:
    """Give the visits a day of each center, told or to be expected from its residents."""
    centers = layout.centers
    told = numbers(layout.district.centers, "daily_visits").reindex(centers.index)
    people = centers["population"].astype(float)
    known = told.notna() & (people > 0)
    rate = told[known].sum() / people[known].sum() if known.any() else np.nan
    expected = (people * rate).where(told.isna(), told)
    how = [
        None if pd.isna(value) else STATED if given else "expected"
        for value, given in zip(expected, told.notna(), strict=True)
    ]
    return [None if pd.isna(value) else float(value) for value in expected], how


def _grade(visits: float | None, limits: tuple[float, ...]) -> int | None:
    return None if visits is None or not limits else 1 + sum(visits < limit for limit in limits)


def _handed_down(layout: Layout, percent: float | None, source: str) -> list[int | None]:
    """Share out what the lead of each group hands down among the centers of its group."""
    found: dict[object, int | None] = dict.fromkeys(layout.centers.index)
    if percent is not None and len(layout.hospitals):
        total, weight = numbers(layout.hospitals, source), _weight(layout)
        for group in layout.groups:
            amount = total.get(group.lead, np.nan)
            own = [key for key in group.centers if key in layout.centers.index]
            if pd.isna(amount) or not own or not weight[own].sum() > 0:
                continue
            # A third is written 33.333333 %: what that is short of a whole number is no one more.
            parts = apportioned(round(percent * float(amount) / 100, 4), weight[own])
            found |= dict(zip(own, map(int, parts), strict=True))
    return list(found.values())


def _weight(layout: Layout) -> pd.Series:
    """Weigh the centers by their signed residents where all units tell them, else by residents."""
    signed = numbers(layout.district.units, "signed_residents")
    if len(signed) and signed.notna().all() and signed.sum() > 0:
        by = signed.groupby(layout.units["center"]).sum()
        return by.reindex(layout.centers.index).fillna(0.0)
    return layout.centers["population"].astype(float)


def _shared(layout: Layout) -> pd.DataFrame:
    """Place the shared centers of each group: where one runs them, else at the lead."""
    rows = []
    for group in layout.groups:
        hospitals = inside(layout, group)
        for service in SHARED:
            runs = hospitals.index[column(hospitals, f"shared_{service}") == "yes"]
            if len(runs):
                rows += [(group.grid, service, key, STATED) for key in runs]
            else:
                rows.append((group.grid, service, group.lead, PROPOSED))
    return pd.DataFrame(rows, columns=list(SHARED_COLUMNS), dtype=object)
