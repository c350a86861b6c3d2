"""
Greedy cover: a first siting for cover questions, always the site that adds most.

Chvátal, *Mathematics of Operations Research* 4(3), 1979: within a logarithm of the fewest sites
where nothing is ever full. With capacities it guarantees nothing; what it returns keeps every rule.
"""

from __future__ import annotations

import numpy as np

from gridplan.optimise.siting.answer import check
from gridplan.optimise.siting.program.assignment import Links
from gridplan.optimise.siting.question.case import Case


def greedy_cover(case: Case, links: Links, *, cover: bool) -> tuple[np.ndarray, np.ndarray] | None:
    """
    Open sites one by one, each taking the units within reach that fit, largest first.

    Parameters
    ----------
    case, links
        The question and the arcs within reach.
    cover
        Whether units may stay uncovered (then the number of sites is used up).

    Returns
    -------
    tuple or None
        Sites and assignment if all rules hold, else None.
    """
    order = np.lexsort((links.unit, -case.demand[links.unit], links.site))
    unit, site = links.unit[order], links.site[order]
    begin = np.searchsorted(site, np.arange(case.m + 1))
    weight = np.where(case.demand[unit] > 0, case.demand[unit], 0.0 if cover else 1e-9)
    weight = weight if cover else weight * 0 + 1.0
    assignment = np.full(case.n, -1, dtype=np.int64)
    opened: list[int] = []
    count = np.zeros(len(case.group_min), dtype=np.int64)
    usable = ~case.closed
    waiting = list(np.flatnonzero(case.kept & usable))
    while len(opened) < case.high:
        open_unit = assignment[unit] < 0
        gain = np.bincount(site, weights=weight * open_unit, minlength=case.m)
        gain = np.minimum(gain, case.capacity) if cover else gain
        allowed = usable & (count < case.group_max)[case.group]
        allowed &= case.spend <= case.budget - case.spend[opened].sum()
        short = count < case.group_min
        spare = case.high - len(opened) - int((case.group_min - count)[short].sum())
        if spare <= 0 and not waiting:
            allowed &= short[case.group]
        if waiting:
            j = int(waiting.pop(0))
        else:
            if not allowed.any():
                break
            j = int(np.argmax(np.where(allowed, gain, -1.0)))
            if gain[j] <= 0 and len(opened) >= case.low and not short.any():
                break
        usable[j] = False
        opened.append(j)
        count[case.group[j]] += 1
        room = case.capacity[j]
        for i in unit[begin[j] : begin[j + 1]]:
            if assignment[i] < 0 and case.demand[i] <= room:
                assignment[i] = j
                room -= case.demand[i]
    sites = np.sort(np.array(opened, dtype=np.int64))
    if check.faults(case, sites, assignment, cover=cover):
        return None
    return sites, assignment
