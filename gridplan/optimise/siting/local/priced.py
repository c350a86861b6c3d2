"""
Assignment among open sites with prices: on loads outside a band, and on splitting a group of units.

What is made least is the cost of the ways, plus a price on each unit of load by which a site falls
short of the band or exceeds it, plus a price for each site beyond the first at which the units of
one group are. Best improvement by shifts: of one unit, or of all units that a group has at a site.
Guarantee: none but that the answer is no worse than the start.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from gridplan.optimise.options import strict
from gridplan.optimise.sparse_rows import row_of


@dataclass(frozen=True, eq=False)
class Prices:
    """
    What is priced beside the ways.

    Parameters
    ----------
    lower, upper
        ``(m,)`` band of the sites.
    breach
        Price of each unit of load outside it.
    group
        ``(n,)`` number of each unit's group, -1 for none.
    split
        Price of each further site of a group.
    least, most
        ``(m,)`` loads that no site may leave, whatever the price.
    """

    lower: np.ndarray
    upper: np.ndarray
    breach: float
    group: np.ndarray
    split: float
    least: np.ndarray
    most: np.ndarray

    def of_loads(self, load: np.ndarray, site: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Give the price of so much load at each of some sites, all by default."""
        lower, upper = self.lower[site], self.upper[site]
        outside = np.clip(lower - load, 0.0, None) + np.clip(load - upper, 0.0, None)
        return np.asarray(self.breach * outside)

    def of(self, load: np.ndarray, own: np.ndarray) -> float:
        """Give all that is paid beside the ways."""
        return float(self.of_loads(load).sum()) + self.split * further_sites(self.group, own)


@strict()
def further_sites(group: np.ndarray, own: np.ndarray) -> int:
    """Count, over all groups, the sites beyond the first at which its units are."""
    some = group >= 0
    pairs = np.unique(np.stack([group[some], own[some]], axis=1), axis=0)
    return len(pairs) - len(np.unique(pairs[:, 0]))


@strict()
def shifted(
    cost: sparse.csr_array, demand: np.ndarray, own: np.ndarray, prices: Prices, *, rounds: int
) -> np.ndarray:
    """
    Improve an assignment shift by shift.

    Parameters
    ----------
    cost
        ``(n, m)`` CSR whose stored entries are the ways allowed.
    demand
        ``(n,)``.
    own
        ``(n,)`` site of each unit, along stored ways.
    prices
        What is priced.
    rounds
        Looks over all ways at the most.

    Returns
    -------
    own
        ``(n,)``; no dearer.
    """
    search = _Shifts(cost, demand, own.copy(), prices)
    for _ in range(rounds):
        moved = search.units()
        if prices.split:
            moved |= search.groups()
        if not moved:
            break
    return search.own


class _Shifts:
    """The assignment as it is, with loads and what each unit pays."""

    def __init__(
        self, cost: sparse.csr_array, demand: np.ndarray, own: np.ndarray, prices: Prices
    ) -> None:
        self.cost, self.demand, self.own, self.prices = cost, demand, own, prices
        self.row = row_of(cost)
        self.load = np.bincount(own, weights=demand, minlength=cost.shape[1])
        self.here = np.zeros((int(prices.group.max(initial=-1)) + 1, cost.shape[1]), dtype=int)
        some = prices.group >= 0
        np.add.at(self.here, (prices.group[some], own[some]), 1)

    @property
    def paid(self) -> np.ndarray:
        """Cost of each unit's own way."""
        mine = self.cost.indices == self.own[self.row]
        paid = np.zeros(len(self.own))
        paid[self.row[mine]] = self.cost.data[mine]
        return paid

    def units(self) -> bool:
        """Shift single units, those that gain most first; each is looked at anew before it goes."""
        unit, site = self.row, self.cost.indices
        gain = self._gain(unit, site, self.demand[unit], self.cost.data - self.paid[unit])
        best = np.flatnonzero(gain > 1e-6 * np.maximum(1.0, self.cost.data))
        moved = False
        for arc in best[np.argsort(-gain[best], kind="stable")]:
            i, j = np.array([unit[arc]]), np.array([site[arc]])
            now = self.cost.data[arc] - self._way(int(i[0]), int(self.own[i[0]]))
            if self._gain(i, j, self.demand[i], np.array([now]))[0] > 1e-6:
                self._move(i, int(j[0]))
                moved = True
        return moved

    def groups(self) -> bool:
        """Shift all units that a group has at a site to another of its sites."""
        moved = False
        for group in np.flatnonzero((self.here > 0).sum(axis=1) > 1):
            for a in np.flatnonzero(self.here[group]):
                units = np.flatnonzero((self.prices.group == group) & (self.own == a))
                others = np.setdiff1d(np.flatnonzero(self.here[group]), [a])
                better = [self._whole(units, int(a), int(b)) for b in others]
                if len(units) and better and max(better) > 1e-6:
                    self._move(units, int(others[int(np.argmax(better))]))
                    moved = True
        return moved

    def _whole(self, units: np.ndarray, a: int, b: int) -> float:
        """Gain of shifting the units of one group from a site to another of its own."""
        ways = np.array([self._way(int(i), b) for i in units])
        if not np.isfinite(ways).all() or not len(units):
            return -np.inf
        dearer = float(ways.sum()) - float(sum(self._way(int(i), a) for i in units))
        load, prices = float(self.demand[units].sum()), self.prices
        after = self.load[[a, b]] + np.array([-load, load])
        if after[0] < prices.least[a] or after[1] > prices.most[b]:
            return -np.inf
        now, then = prices.of_loads(self.load), self.load.copy()
        then[[a, b]] = after
        return float(now.sum() - prices.of_loads(then).sum()) + prices.split - dearer

    def _way(self, unit: int, site: int) -> float:
        cost = self.cost
        first, last = cost.indptr[unit], cost.indptr[unit + 1]
        at = np.flatnonzero(cost.indices[first:last] == site)
        return float(cost.data[first + at[0]]) if len(at) else np.inf

    def _gain(
        self, unit: np.ndarray, site: np.ndarray, load: np.ndarray, dearer: np.ndarray
    ) -> np.ndarray:
        """Gain of shifting each of some units to a site; -inf where it may not be."""
        prices, old = self.prices, self.own[unit]
        less, more = self.load[old] - load, self.load[site] + load
        gain = -dearer
        for at, after in ((old, less), (site, more)):
            gain = gain + prices.of_loads(self.load[at], at) - prices.of_loads(after, at)
        group = prices.group[unit]
        if prices.split and len(self.here):
            some = group >= 0
            left = some & (self.here[group, old] == 1)
            new = some & (self.here[group, site] == 0)
            gain = gain + prices.split * (left.astype(int) - new.astype(int))
        barred = (old == site) | (less < prices.least[old] - 1e-9)
        return np.where(barred | (more > prices.most[site] + 1e-9), -np.inf, gain)

    def _move(self, units: np.ndarray, site: int) -> None:
        for i in units:
            old, group = self.own[i], self.prices.group[i]
            self.load[old] -= self.demand[i]
            self.load[site] += self.demand[i]
            if group >= 0:
                self.here[group, old] -= 1
                self.here[group, site] += 1
            self.own[i] = site
