"""Arguments as given: read into arrays, with every fault noted and raised with the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from reprlib import repr as short
from typing import Any

import numpy as np
from scipy import sparse

from gridplan.optimise.complaints import Complaints


@dataclass(frozen=True)
class ReadingParams:
    """
    How arguments are read.

    Parameters
    ----------
    named
        Wrong entries of one argument that a message names; the others are counted.
    uneven
        By how much the two directions of a boundary may differ, of the longest one or of a metre.
    """

    named: int = 3
    uneven: float = 1e-6


READING = ReadingParams()
"""Those in use."""


@dataclass(frozen=True)
class Wanted:
    """
    What an argument should be.

    Parameters
    ----------
    shape
        Wanted; None where any length will do.
    words
        The same in words: ``"one number for each of the 9 units"``.
    masks
        Whether booleans count as 0 and 1.
    labels
        Names of the entries along the first axis, if not their positions.
    remedy
        What to do about an entry that is wrong.
    """

    shape: tuple[int | None, ...]
    words: str
    masks: bool = False
    labels: Sequence[Any] | None = None
    remedy: str = ""


def numbers(wrong: Complaints, name: str, given: object, wanted: Wanted) -> np.ndarray | None:
    """Read an array of numbers; None, with a complaint, if it is none."""
    shape, want, labels = wanted.shape, wanted.words, wanted.labels
    if np.ma.is_masked(given):
        wrong.add(f"{name} has masked entries; fill or drop them")
        return None
    try:
        array = np.asarray(given)
    except (TypeError, ValueError):
        wrong.add(f"{name} has rows of unequal length; give {want}")
        return None
    if array.ndim != len(shape) or any(
        asked not in (None, got) for asked, got in zip(shape, array.shape, strict=True)
    ):
        told = f"has shape {array.shape}" if array.ndim else f"is {short(given)}"
        wrong.add(f"{name} {told}; give {want}")
        return None
    if array.dtype.kind == "O":
        real = [isinstance(x, (Real, Decimal)) for x in array.flat]
        strange = ~np.array(real, dtype=bool).reshape(array.shape)
        if strange.any():
            told = entries(name, array, strange, labels)
            wrong.add(f"{told}, but must be a number; give {want}")
            return None
        plain = np.array(array.tolist()).reshape(array.shape)
        array = plain if plain.dtype.kind in "iufb" else array.astype(float)
    if array.dtype.kind in ("iufb" if wanted.masks else "iuf") or not array.size:
        return array
    kind = "booleans" if array.dtype.kind == "b" else "no numbers"
    wrong.add(f"{name} holds {kind}, such as {array.flat[0].item()!r}; give {want}")
    return None


def amounts(
    wrong: Complaints, name: str, given: object, wanted: Wanted, *, negative: bool = False
) -> np.ndarray | None:
    """Read finite numbers, not negative unless told, as a copy; None if it is no such array."""
    array = numbers(wrong, name, given, wanted)
    if array is None:
        return None
    array = np.array(array, dtype=float)
    sound = np.isfinite(array) if negative else np.isfinite(array) & (array >= 0)
    if not sound.all():
        must = "finite" if negative else "finite and not negative"
        told = entries(name, array, ~sound, wanted.labels)
        wrong.add(f"{told}, but must be {must}{wanted.remedy and '; ' + wanted.remedy}")
    return array


def amount(
    wrong: Complaints,
    name: str,
    given: object,
    *,
    infinite: bool = False,
    remedy: str = "",
) -> float:
    """Read one number that is not negative; 0, with a complaint, if it is none."""
    if infinite and isinstance(given, Real) and given == np.inf:
        return np.inf
    value = amounts(wrong, name, given, Wanted((), "one number", remedy=remedy))
    return 0.0 if value is None else float(value)


def wholes(
    wrong: Complaints,
    name: str,
    given: object,
    wanted: Wanted,
    *,
    low: int | None,
    high: int | None,
) -> np.ndarray | None:
    """
    Read whole numbers from ``low`` to below ``high`` (None: no limit), -1 where they are not.

    None where there is no such array.
    """
    array = numbers(wrong, name, given, wanted)
    if array is None:
        return None
    least, most = -(2**63) if low is None else low, (2**63 if high is None else high) - 1
    sound = (array >= least) & (array <= most) & (array == np.floor(array))
    if not sound.all():
        limit = "" if low is None else f" of at least {low}"
        limit = limit if high is None else f" from {low} to {most}"
        must = f"must be a whole number{limit}{wanted.remedy and '; ' + wanted.remedy}"
        wrong.add(f"{entries(name, array, ~sound, wanted.labels)}, but {must}")
    out = np.full(array.shape, -1, dtype=np.int64)
    out[sound] = array[sound].astype(np.int64)
    return out


def listed(wrong: Complaints, name: str, given: object, want: str) -> list[Any]:
    """List what was given, so that an iterator is read once; empty for None."""
    if given is None:
        return []
    plain: Any = np.asarray(given) if hasattr(given, "__array__") else given
    if is_list(plain):
        return list(plain)
    wrong.add(f"{name} is {short(given)}; give {want}")
    return []


def rows(
    wrong: Complaints, name: str, given: object, *, lengths: tuple[int, ...], want: str
) -> tuple[list[tuple[Any, ...]], list[int]]:
    """List rows of the lengths wanted, with the position of each in what was given."""
    every = listed(wrong, name, given, f"a list of {want}")
    cells = [tuple(row) if is_list(row) else () for row in every]
    sound = np.array([len(cell) in lengths for cell in cells], dtype=bool)
    if not sound.all():
        at = np.flatnonzero(~sound)
        told = ", ".join(f"{name}[{i}] is {short(every[i])}" for i in at[: READING.named])
        wrong.add(f"{told}{further(len(at))}; give a list of {want}")
    kept = np.flatnonzero(sound).tolist()
    return [cells[i] for i in kept], kept


def is_list(given: object) -> bool:
    """Tell whether there is something to list (letters of a text and sparse rows are not)."""
    return np.iterable(given) and not isinstance(given, str) and not sparse.issparse(given)


def entries(
    name: str, array: np.ndarray, marked: np.ndarray, labels: Sequence[Any] | None = None
) -> str:
    """Name the entries marked with their values: ``demand[3] is nan, demand[7] is -1.0``."""
    where = np.argwhere(marked)
    told = []
    for at in where[: READING.named].tolist():
        own = at if labels is None else [labels[at[0]], *at[1:]]
        place = f"[{', '.join(str(x) for x in own)}]" if own else ""
        value = array[tuple(at)]
        told.append(f"{name}{place} is {short(value.item() if array.dtype != object else value)}")
    return ", ".join(told) + further(len(where))


def further(count: int) -> str:
    """Count the entries that are not named."""
    return f" and {count - READING.named} more" if count > READING.named else ""
