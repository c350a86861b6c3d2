"""
What a node is split on: whether more than a number of some sites open, or no more.

One site is the plain case (open or shut), all of them is their number. Between the two are sites
that stand in for each other: shut one and the next takes its place at nearly the same bound, while
the sum over all of them settles the matter: branching on a constraint rather than a variable (Ryan
and Foster 1981, in Wren, *Computer Scheduling of Public Transport*). Guarantee: every siting is on
one side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gridplan.optimise.numeric.compiled import compiled
from gridplan.optimise.siting.bound.lagrangian import Relaxation
from gridplan.optimise.siting.bound.load_multipliers import LoadRelaxation
from gridplan.optimise.siting.question.arcs import Columns
from gridplan.optimise.siting.question.case import Case

Array = np.ndarray


@dataclass(frozen=True)
class PocketParams:
    """
    Which sites stand in for each other.

    Parameters
    ----------
    tried
        Sites whose likes are looked for, those first of which most hangs on whether they open.
    alike
        Shares of what a site saves its units that another has to save them, each in turn; above
        one, the site stays alone.
    least
        How far from whole a sum of sites has to be.
    favour
        By how much sums of several sites are preferred: both their sides settle more.
    """

    tried: int = 12
    alike: tuple[float, ...] = (0.1, 0.3, 0.6, 2.0)
    least: float = 0.05
    favour: float = 2.0


DEFAULT = PocketParams()


@dataclass(frozen=True, eq=False)
class Split:
    """
    An open question of a node: whether more than ``most`` of these sites open.

    Parameters
    ----------
    sites
        Indices, ascending.
    most
        Number that the one side exceeds and the other does not.
    """

    sites: Array
    most: int = 0

    def side(self, case: Case, *, more: bool) -> Case:
        """
        Take one side.

        Parameters
        ----------
        case
            The question of the node. Where the sites are neither one nor all, no bound of the
            groups they are in may bind (see :func:`unbound`).
        more
            Which side.
        """
        if len(self.sites) == case.m:
            return replace(case, low=self.most + 1) if more else replace(case, high=self.most)
        if not more and self.most == 0:
            return replace(case, closed=_with(case.closed, self.sites))
        if more and self.most == len(self.sites) - 1:
            return replace(case, kept=_with(case.kept, self.sites))
        group = case.group.copy()
        group[self.sites] = len(case.group_min)
        least = self.most + 1 if more else 0
        most = len(self.sites) if more else self.most
        return replace(
            case,
            group=group,
            group_min=np.append(case.group_min, least),
            group_max=np.append(case.group_max, most),
        )


def _with(mask: Array, sites: Array) -> Array:
    more = mask.copy()
    more[sites] = True
    return more


def unbound(case: Case) -> Array:
    """
    Mark the sites that may change groups, since no bound of theirs can ever bind.

    Parameters
    ----------
    case
        The question: groups whose kept sites are enough for their least, and whose most leaves room
        for as many more as may open at all.

    Returns
    -------
    mask
        ``(m,)``; no kept site among them.
    """
    number = len(case.group_min)
    kept = np.bincount(case.group[case.kept], minlength=number)
    size = np.bincount(case.group[~case.closed], minlength=number)
    more = case.high - int(case.kept.sum())
    loose = (kept >= case.group_min) & (np.minimum(size, kept + more) <= case.group_max)
    return np.asarray(loose[case.group] & ~case.kept)


def pocket_of(relaxation: Relaxation, free: Array, params: PocketParams = DEFAULT) -> Split | None:
    """
    Find the pocket on which a relaxation wavers, as :func:`pocket` does.

    Parameters
    ----------
    relaxation
        Once climbed; of bands, else it has no columns.
    free, params
        As there.

    Returns
    -------
    Split
        None where it does not waver.
    """
    now = relaxation.best
    if not isinstance(relaxation, LoadRelaxation) or now is None:
        return None
    return pocket(relaxation.columns, now.price, free, relaxation.openness, params)


def pocket(
    columns: Columns,
    price: Array,
    free: Array,
    openness: Array,
    params: PocketParams = DEFAULT,
) -> Split | None:
    """
    Find the sites, standing in for each other, on which most hangs and the relaxation wavers.

    What hangs on a site is what its units would save by it, at their prices.

    Parameters
    ----------
    columns
        Arcs site by site.
    price
        ``(n,)`` of units.
    free
        Indices of the sites in question.
    openness
        ``(m,)`` how far the relaxation opens each.
    params
        Tuning.

    Returns
    -------
    Split
        None where the relaxation does not waver.
    """
    found, score = None, 0.0
    shared, saved = np.zeros(len(openness)), np.zeros(len(openness))
    for j in free:
        saved[j] = saving(columns, price, j)
    wavers = np.minimum(openness, np.abs(1.0 - openness))
    order = free[np.argsort(-(wavers * saved)[free], kind="stable")]
    for j in order[: params.tried]:
        share(columns, price, j, free, shared)
        for alike in params.alike:
            sites = free[(shared[free] >= alike * saved[j]) | (free == j)]
            total = float(openness[sites].sum())
            apart = min(total % 1.0, 1.0 - total % 1.0)
            hangs = apart * saved[j] * (params.favour if len(sites) > 1 else 1.0)
            if apart >= params.least and hangs > score:
                found, score = Split(sites, int(total)), hangs
    return found


@compiled
def saving(columns: Columns, price: Array, site: int) -> float:
    """Sum what a site saves its units at their prices."""
    begin, unit, cost, _ = columns
    total = 0.0
    for a in range(begin[site], begin[site + 1]):
        total += max(0.0, price[unit[a]] - cost[a])
    return total


@compiled
def share(columns: Columns, price: Array, site: int, others: Array, shared: Array) -> None:
    """Sum, in ``shared``, what others would save of what a site saves its units."""
    begin, unit, cost, n = columns
    mine = np.zeros(n)
    for a in range(begin[site], begin[site + 1]):
        mine[unit[a]] = max(0.0, price[unit[a]] - cost[a])
    for j in others:
        both = 0.0
        for a in range(begin[j], begin[j + 1]):
            both += min(mine[unit[a]], max(0.0, price[unit[a]] - cost[a]))
        shared[j] = both
