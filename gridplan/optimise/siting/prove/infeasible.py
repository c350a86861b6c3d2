"""
Why no siting can exist: certificates that follow from sums and counts alone.

Codes, each with its figures: ``clashing-bounds``, ``group-too-few-sites``,
``group-too-many-sites``, ``too-few-sites``, ``too-many-sites``, ``unit-too-large``,
``unit-without-arc``, ``total-capacity``, ``total-lower``, ``total-budget``. Guarantee: each is a
proof by itself; that none is found proves nothing.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.siting.answer.result import Conflict
from gridplan.optimise.siting.question.arcs import Arcs
from gridplan.optimise.siting.question.case import Case


def plain_conflicts(case: Case, arcs: Arcs, *, cover: bool = False) -> list[Conflict]:
    """
    List the contradictions that need no search.

    Parameters
    ----------
    case, arcs
        The question and its arcs (of units that fit the site).
    cover
        Whether units may stay uncovered.

    Returns
    -------
    list
        Empty where none of them is in the way.
    """
    found = _counts(case)
    if not cover:
        found += _units(case, arcs) + _totals(case)
    return found


def _counts(case: Case) -> list[Conflict]:
    """Clashes of counts: kept, closed, groups, and the number of sites."""
    found: list[Conflict] = []
    both = np.flatnonzero(case.kept & case.closed)
    if len(both):
        found.append(Conflict("clashing-bounds", {"what": "kept-and-closed", "sites": both}))
    usable = ~case.closed
    groups = len(case.group_min)
    have = np.bincount(case.group[usable], minlength=groups)
    kept = np.bincount(case.group[case.kept], minlength=groups)
    for g in np.flatnonzero(have < case.group_min):
        need = int(case.group_min[g])
        found.append(_short("group-too-few-sites", need, int(have[g]), group=int(g)))
    for g in np.flatnonzero(kept > case.group_max):
        most = int(case.group_max[g])
        found.append(_short("group-too-many-sites", int(kept[g]), most, group=int(g)))
    for g in np.flatnonzero(case.group_min > case.group_max):
        values = {
            "what": "group",
            "group": int(g),
            "relax": int((case.group_min - case.group_max)[g]),
        }
        found.append(Conflict("clashing-bounds", values))
    most = int(np.minimum(have, case.group_max).sum())
    if most < case.low:
        found.append(_short("too-few-sites", case.low, most))
    least = int(np.maximum(kept, case.group_min).sum())
    if least > case.high:
        found.append(_short("too-many-sites", least, case.high))
    return found if found else _money(case)


def _money(case: Case) -> list[Conflict]:
    """Hold the cheapest choice that counts allow against the budget."""
    if not np.isfinite(case.budget):
        return []
    need = _extreme(case, case.spend, most=False)
    if need is None or need <= case.budget + 1e-9 * float(np.abs(case.spend).sum()):
        return []
    values = {"need": need, "have": case.budget, "relax": need - case.budget}
    return [Conflict("total-budget", values)]


def _short(code: str, need: int, have: int, **more: int) -> Conflict:
    return Conflict(code, {"need": need, "have": have, "relax": need - have, **more})


def _units(case: Case, arcs: Arcs) -> list[Conflict]:
    """Units no usable site can take."""
    usable = ~case.closed
    reached = np.bincount(arcs.unit[usable[arcs.site]], minlength=case.n) > 0
    lost = np.flatnonzero(~reached & ~np.isfinite(arcs.beyond))
    if not len(lost):
        return []
    largest = float(case.capacity[usable].max(initial=0.0))
    big = lost[case.demand[lost] > largest]
    other = np.setdiff1d(lost, big)
    found = []
    if len(big):
        need = float(case.demand[big].max())
        worst = int(big[np.argmax(case.demand[big])])
        values = {"unit": worst, "units": big, "need": need, "have": largest}
        values["relax"] = need - largest
        found.append(Conflict("unit-too-large", values))
    if len(other):
        values = {"unit": int(other[0]), "units": other, "relax": len(other)}
        found.append(Conflict("unit-without-arc", values))
    return found


def _totals(case: Case) -> list[Conflict]:
    """Total demand against the capacities and lower bounds that counts allow to open."""
    total = float(case.demand.sum())
    slack = 1e-9 * max(1.0, total)
    room = _extreme(case, case.capacity, most=True)
    found = []
    if room is not None and room < total - slack:
        values = {"need": total, "have": room, "relax": total - room, "p": case.high}
        found.append(Conflict("total-capacity", values))
    floor = _extreme(case, case.lower, most=False)
    if floor is not None and floor > total + slack:
        values = {"need": floor, "have": total, "relax": floor - total, "p": case.low}
        found.append(Conflict("total-lower", values))
    return found


def _extreme(case: Case, size: np.ndarray, *, most: bool) -> float | None:
    """Largest total of upper (or least of lower) bounds over all choices counts allow."""
    from gridplan.optimise.siting.bound.site_choice import cheapest_sites

    value = np.where(np.isfinite(size), size, float(case.demand.sum()))
    chosen = cheapest_sites(case, -value if most else value)
    return None if chosen is None else float(value[chosen].sum())
