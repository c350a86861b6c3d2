"""Sites within the parts: whole numbers of them are to open and share a part's demand.

A site takes no less and no more than so much demand once it is open, so not every total can be
served: with sites of 20 to 30 a part of 35 has one too few or one too many. Which sites serve
which unit is no matter here, only how many can open in each part.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from gridplan.optimise.partition.question.reading import (
    Complaints,
    Wanted,
    amounts,
    numbers,
    wholes,
)


@dataclass(frozen=True, eq=False)
class Sites:
    """
    Places where something may open that serves its own part alone.

    Parameters
    ----------
    unit
        ``(m,)`` unit each stands in.
    lower, upper
        ``(m,)`` demand each takes if it is open, at least and at most; finite.
    kept
        ``(m,)`` mask of those that are open in any case.
    group, group_min
        ``(m,)`` label of each (-1: none) and ``(groups,)`` how many are to open in each group.
    head_max
        ``(groups,)`` every part has an open site of some group at its head, and this is how many
        heads each group can have at most; None where parts need no heads.
    number
        How many are to open in all; None for any number.
    """

    unit: ArrayLike
    lower: ArrayLike
    upper: ArrayLike
    kept: ArrayLike | None = None
    group: ArrayLike | None = None
    group_min: ArrayLike | None = None
    head_max: ArrayLike | None = None
    number: int | None = None


@dataclass(frozen=True, eq=False)
class Kinds:
    """
    The sites by kind: those of one kind differ in their place alone.

    ``count`` ``(kinds, n)`` says how many stand in each unit; ``lower``, ``upper``, ``kept`` and
    ``group`` are ``(kinds,)``, ``group_min`` and ``head_max`` ``(groups,)``.
    """

    count: sparse.csr_array
    lower: np.ndarray
    upper: np.ndarray
    kept: np.ndarray
    group: np.ndarray
    group_min: np.ndarray
    head_max: np.ndarray | None
    number: int | None

    def inside(self, assignment: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Count the sites of each kind in the parts ``columns`` of an assignment ``(k, kinds)``."""
        place = np.full(max(int(assignment.max()), int(columns.max())) + 1, -1, dtype=np.int64)
        place[columns] = np.arange(len(columns))
        found = sparse.coo_array(self.count)
        part = place[assignment[found.col]]
        out = np.zeros((len(columns), len(self.lower)))
        np.add.at(out, (part[part >= 0], found.row[part >= 0]), found.data[part >= 0])
        return out

    def alike(self) -> Kinds:
        """Put kinds that differ in their group alone together, and ask nothing of groups."""
        table = np.column_stack([self.lower, self.upper, self.kept])
        kinds, code = np.unique(table, axis=0, return_inverse=True)
        member = sparse.csr_array(
            (np.ones(len(table)), (code.ravel(), np.arange(len(table)))),
            shape=(len(kinds), len(table)),
        )
        return replace(
            self,
            count=sparse.csr_array(member @ self.count),
            lower=kinds[:, 0],
            upper=kinds[:, 1],
            kept=kinds[:, 2] > 0,
            group=np.full(len(kinds), -1, dtype=np.int64),
            group_min=np.zeros(0, dtype=np.int64),
            head_max=None,
        )


def read_sites(wrong: Complaints, sites: object, size: int) -> Kinds | None:
    """Check the sites and sort them by kind; None where there are none or something is wrong."""
    if sites is None:
        return None
    if not isinstance(sites, Sites):
        wrong.add(f"sites is of type {type(sites).__name__}; give Sites")
        return None
    stands = Wanted((None,), "the unit of each site")
    unit = wholes(wrong, "sites.unit", sites.unit, stands, low=0, high=size)
    if unit is None:
        return None
    each = Wanted(unit.shape, f"one number for each of the {len(unit)} sites")
    low = amounts(wrong, "sites.lower", sites.lower, each)
    high = amounts(wrong, "sites.upper", sites.upper, each)
    if low is not None and high is not None and (low > high).any():
        wrong.add("sites.upper is below sites.lower; swap them")
    kept = np.zeros(len(unit), dtype=bool)
    if sites.kept is not None:
        wanted = Wanted(unit.shape, "a mask", masks=True)
        mask = numbers(wrong, "sites.kept", sites.kept, wanted)
        kept = kept if mask is None else mask.astype(bool)
    group, least = _read_groups(wrong, sites, len(unit))
    heads = _read_heads(wrong, sites, len(least))
    number = sites.number
    if number is not None and (isinstance(number, bool) or int(number) != number or number < 0):
        wrong.add(f"sites.number is {number!r}; give a whole number, or None for any")
    if low is None or high is None or (unit < 0).any():
        return None
    table = np.column_stack([low, high, kept, group])
    kinds, code = np.unique(table, axis=0, return_inverse=True)
    count = sparse.coo_array(
        (np.ones(len(unit)), (code.ravel(), unit)), shape=(len(kinds), size)
    ).tocsr()
    return Kinds(
        count=count,
        lower=kinds[:, 0],
        upper=kinds[:, 1],
        kept=kinds[:, 2] > 0,
        group=kinds[:, 3].astype(np.int64),
        group_min=least,
        head_max=heads,
        number=None if number is None else int(number),
    )


def _read_groups(wrong: Complaints, sites: Sites, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Read the labels of sites and the least number of each group."""
    none = np.full(count, -1, dtype=np.int64), np.zeros(0, dtype=np.int64)
    if sites.group is None or sites.group_min is None:
        if sites.group_min is not None:
            wrong.add("sites.group_min is given without sites.group; give both")
        return none
    wanted = Wanted((None,), "the least number of each group")
    least = wholes(wrong, "sites.group_min", sites.group_min, wanted, low=0, high=None)
    groups = None if least is None else len(least)
    wanted = Wanted((count,), "the group of each site")
    group = wholes(wrong, "sites.group", sites.group, wanted, low=-1, high=groups)
    return none if group is None or least is None else (group, least)


def _read_heads(wrong: Complaints, sites: Sites, groups: int) -> np.ndarray | None:
    """Read the most heads of each group; None where parts need none."""
    if sites.head_max is None:
        return None
    wanted = Wanted((groups,), "the most heads of each group in group_min")
    return wholes(wrong, "sites.head_max", sites.head_max, wanted, low=0, high=None)
