"""What ties units to parts and to each other, as given: locks, bars, pairs, parents, kinds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from reprlib import repr as short
from typing import Any

import numpy as np

from gridplan.optimise.partition.question.reading import (
    Complaints,
    Wanted,
    entries,
    is_list,
    listed,
    rows,
    wholes,
)

PAIR = "pairs of two units"
BAR = "pairs (unit, part), or a boolean mask with a row for each unit and a column for each part"
KIND = "a list of kinds, each a boolean mask over the units or a list of unit indices"


def read_fixed(wrong: Complaints, fixed: object, size: int, parts: int | None) -> np.ndarray:
    """Read locks as ``(n,)``, -1 where free; ``parts`` is how many there are, None if unknown."""
    locks = np.full(size, -1, dtype=np.int64)
    want = f"{{unit: part}}, or one part for each of the {size} units, -1 for a free one"
    if fixed is None:
        return locks
    if not isinstance(fixed, Mapping):
        wanted = Wanted((size,), want, remedy="-1 leaves a unit free")
        read = wholes(wrong, "fixed", fixed, wanted, low=-1, high=parts)
        return locks if read is None else read
    keys = list(fixed)
    wanted = Wanted((len(keys),), want, labels=keys)
    units = wholes(wrong, "unit of fixed", keys, wanted, low=0, high=size)
    own = wholes(wrong, "fixed", list(fixed.values()), wanted, low=-1, high=parts)
    if units is not None and own is not None:
        sound = units >= 0
        locks[units[sound]] = own[sound]
    return locks


def read_barred(
    wrong: Complaints, barred: object, size: int, columns: int | None
) -> np.ndarray | None:
    """Read what is ruled out as a mask ``(n, k)``; empty if the columns are unknown."""
    if barred is None:
        return None
    mask = np.zeros((size, columns or 0), dtype=bool)
    listing = not hasattr(barred, "__array__")
    given = listed(wrong, "barred", barred, f"a list of {BAR}") if listing else barred
    table = _table(given)
    if table is not None and table.dtype == bool and table.size:
        if columns is not None and table.shape != mask.shape:
            wrong.add(f"barred has shape {table.shape}; give a mask of shape {mask.shape}")
        return table if table.shape == mask.shape else mask
    if table is not None and _is_disguised(table, (size, columns)):
        wrong.add(
            f"barred has shape {table.shape} and holds only 0 and 1; "
            "give a boolean mask (astype(bool)), or pairs (unit, part)"
        )
        return mask
    pairs, at = rows(wrong, "barred", given, lengths=(2,), want=BAR)
    wanted = Wanted((len(pairs),), BAR, labels=at)
    units = wholes(wrong, "unit of barred", [row[0] for row in pairs], wanted, low=0, high=size)
    parts = wholes(wrong, "part of barred", [row[1] for row in pairs], wanted, low=0, high=columns)
    if units is not None and parts is not None and columns is not None:
        sound = (units >= 0) & (parts >= 0)
        mask[units[sound], parts[sound]] = True
    return mask


def _table(given: object) -> np.ndarray | None:
    """Read numbers or booleans in a regular shape; None for anything else."""
    try:
        table = np.asarray(given)
    except (TypeError, ValueError):
        return None
    return table if table.dtype.kind in "iufb" else None


def _is_disguised(table: np.ndarray, shape: tuple[int | None, ...]) -> bool:
    """Tell whether numbers look like a mask: its shape, and nothing but 0 and 1."""
    if table.ndim != len(shape) or shape[0] != len(table):
        return False
    if len(shape) == 2 and shape[1] not in (None, table.shape[1]):
        return False
    # Two units or fewer may well be listed as indices or pairs of 0 and 1.
    listing = table.ndim == 1 or table.shape[1] == 2
    return not (listing and len(table) <= 2) and bool(np.isin(table, (0, 1)).all())


def read_pairs(
    wrong: Complaints, name: str, pairs: object, size: int, *, distinct: bool = False
) -> np.ndarray:
    """Read pairs of units as ``(m, 2)``; ``distinct`` refuses a unit with itself."""
    given, at = rows(wrong, name, pairs, lengths=(2,), want=PAIR)
    wanted = Wanted((len(given), 2), f"a list of {PAIR}", labels=at)
    none = np.zeros((0, 2), dtype=np.int64)
    read = wholes(wrong, name, given or none, wanted, low=0, high=size)
    if read is None:
        return none
    same = (read[:, 0] == read[:, 1]) & (read[:, 0] >= 0)
    if distinct and same.any():
        told = entries(name, read[:, 0], same, at)
        wrong.add(f"{told} twice: a unit cannot be apart from itself; drop the pair")
    return read


def read_parents(
    wrong: Complaints, parents: object, size: int
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """
    Give parents numbers from 0; a negative label is a unit without a parent, its own.

    Returns
    -------
    numbers, labels
        ``(n,)`` each, labels as given; None without parents.
    """
    if parents is None:
        return None, None
    wanted = Wanted(
        (size,),
        f"one whole number for each of the {size} units (pandas.factorize numbers names)",
        remedy="a negative number stands for no parent",
    )
    given = wholes(wrong, "parents", parents, wanted, low=None, high=None)
    if given is None:
        return None, None
    own = given >= 0
    numbers = np.empty(size, dtype=np.int64)
    labels, numbers[own] = np.unique(given[own], return_inverse=True)
    numbers[~own] = len(labels) + np.arange(int((~own).sum()))
    return numbers, given


def read_kinds(wrong: Complaints, kinds: object, size: int) -> tuple[np.ndarray, ...]:
    """Read each kind as a mask ``(n,)``, from a mask or from unit indices."""
    every = listed(wrong, "must_contain", kinds, KIND)
    bare = [number for number, kind in enumerate(every) if not is_list(kind)]
    if bare:
        wrong.add(
            f"must_contain[{bare[0]}] is {short(every[bare[0]])}, which is no kind; give {KIND}"
        )
        return ()
    return tuple(
        _read_kind(wrong, f"must_contain[{number}]", kind, size)
        for number, kind in enumerate(every)
    )


def _read_kind(wrong: Complaints, name: str, kind: Iterable[Any], size: int) -> np.ndarray:
    """Read one kind as a mask ``(n,)``."""
    mask = np.zeros(size, dtype=bool)
    given = kind if isinstance(kind, np.ndarray) else list(kind)
    table = _table(given)
    if table is not None and table.dtype == bool and table.shape != mask.shape:
        wrong.add(f"{name} is a mask of shape {table.shape}; give one of shape {mask.shape}")
    elif table is not None and not table.any() and (table.dtype == bool or not table.size):
        wrong.add(f"{name} has no unit; drop the kind, or say which units are of it")
    elif table is not None and table.dtype == bool:
        mask = table.copy()
    elif table is not None and _is_disguised(table, mask.shape):
        wrong.add(f"{name} holds only 0 and 1, {size} of them; "
                  "give a boolean mask (astype(bool)), or unit indices")  # fmt: skip
    else:
        wanted = Wanted((None,), "a boolean mask over the units or a list of unit indices")
        units = wholes(wrong, name, given, wanted, low=0, high=size)
        if units is not None:
            mask[units[units >= 0]] = True
    return mask


def unlabelled(
    locks: np.ndarray, together: np.ndarray, apart: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Turn locks to labels without meaning into pairs together and apart."""
    labels = np.unique(locks[locks >= 0])
    firsts: list[int] = []
    joined: list[tuple[Any, Any]] = []
    for label in labels:
        members = np.flatnonzero(locks == label)
        joined += [(members[0], other) for other in members[1:]]
        firsts.append(int(members[0]))
    parted = [(a, b) for x, a in enumerate(firsts) for b in firsts[x + 1 :]]
    return (
        np.vstack([together, np.asarray(joined, dtype=np.int64).reshape(-1, 2)]),
        np.vstack([apart, np.asarray(parted, dtype=np.int64).reshape(-1, 2)]),
    )
