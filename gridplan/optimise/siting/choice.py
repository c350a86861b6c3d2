"""The cheapest set of sites when each has its own price: counts and groups decide."""

from __future__ import annotations

import numpy as np

from gridplan.optimise.siting.case import Case


def cheapest_sites(  # noqa: PLR0911  # one exit a rule
    case: Case, value: np.ndarray
) -> np.ndarray | None:
    """
    Choose the sites of least total value within all counts; None if no choice keeps them.

    Kept sites first, then each group's minimum, then the cheapest that groups still allow, up to
    ``low`` sites, and on to ``high`` as long as they cost less than nothing. Exact, because the
    groups are disjoint: the cost of a group is convex in its number of sites. Ties by index.
    """
    usable = ~case.closed & np.isfinite(value)
    if (case.kept & ~usable).any():
        return None
    order = np.argsort(value, kind="stable")
    order = np.concatenate([order[case.kept[order]], order[(usable & ~case.kept)[order]]])
    groups = len(case.group_min)
    if groups == 1 and case.group_min[0] <= case.low and case.group_max[0] >= case.high:
        picked = np.zeros(case.m, dtype=bool)
        picked[order[: case.low]] = True
        picked[case.kept] = True
        count = int(picked.sum())
        if count < case.low or count > case.high:
            return None
        rest = order[count : case.high]
        picked[rest[value[rest] < 0]] = True
        return np.flatnonzero(picked)
    rank = np.empty(len(order), dtype=np.int64)
    label = case.group[order]
    by_group = np.argsort(label, kind="stable")
    begin = np.searchsorted(label[by_group], np.arange(groups))
    rank[by_group] = np.arange(len(order)) - begin[label[by_group]]
    allowed = rank < case.group_max[label]
    must = case.kept[order] | (rank < case.group_min[label])
    if (must & ~allowed).any():
        return None
    if (np.bincount(label[allowed], minlength=groups) < case.group_min).any():
        return None
    count = int(must.sum())
    rest = order[allowed & ~must]
    rest = rest[np.argsort(value[rest], kind="stable")]
    low = max(0, case.low - count)
    if count > case.high or len(rest) < low:
        return None
    more = rest[low : max(low, case.high - count)]
    chosen = np.concatenate([order[must], rest[:low], more[value[more] < 0]])
    return np.sort(chosen)
