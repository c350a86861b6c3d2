"""What a part may hold, as given: bounds on demand and on further resources."""

from __future__ import annotations

import numpy as np

from gridplan.optimise.partition.question.columns import Columns
from gridplan.optimise.partition.question.problem import Band, Resource, bounds_of
from gridplan.optimise.partition.question.reading import (
    READING,
    Complaints,
    Wanted,
    amount,
    amounts,
    entries,
    further,
    listed,
    numbers,
)


def check_limits(
    wrong: Complaints,
    lower: object,
    upper: object,
    tolerance: object,
    columns: Columns,
    *,
    of: str = "",
) -> None:
    """Check bounds on what a part holds; ``of`` stands before their names in complaints."""
    low = _read_bound(wrong, f"{of}lower", lower, columns)
    high = _read_bound(wrong, f"{of}upper", upper, columns)
    for name, bound, sound, must in (
        ("lower", low, low < np.inf, "a number below infinity; leave it out for no bound"),
        ("upper", high, high >= 0, "a number that is not negative; leave it out for no bound"),
    ):
        if not sound.all():
            wrong.add(f"{entries(of + name, bound, ~sound)}, but must be {must}")
    if tolerance is not None:
        amount(wrong, f"{of}tolerance", tolerance, infinite=True, remedy="0.1 allows 10 %")
    if low.ndim and high.ndim and low.shape != high.shape:
        return
    below = np.argwhere((high < low) & (high >= 0))
    if len(below):
        told = ", ".join(
            f"{_entry(of + 'upper', high, at)} but {_entry(of + 'lower', low, at)}"
            for at in below[: READING.named].tolist()
        )
        wrong.add(f"{told}{further(len(below))}; an upper bound must not be below the lower one")


def _entry(name: str, bound: np.ndarray, at: list[int]) -> str:
    return f"{name}{at} is {bound[tuple(at)]:g}" if bound.ndim else f"{name} is {bound:g}"


def _read_bound(wrong: Complaints, name: str, given: object, columns: Columns) -> np.ndarray:
    """Read a bound ``()`` or ``(k,)``; without one, or with a complaint, what binds nothing."""
    nothing = np.asarray(0.0 if name.endswith("lower") else np.inf)
    if given is None:
        return nothing
    many = "column" if columns.count is None else f"of the {columns.count} columns"
    want = f"one number, or one for each {many}"
    if columns.free:
        want += " (parts by xy have a column for each unit: the part around it)"
    shape = (columns.count,) if np.iterable(given) else ()
    read = numbers(wrong, name, given, Wanted(shape, want))
    return nothing if read is None else read.astype(float)


def check_resources(
    wrong: Complaints, resources: object, columns: Columns, size: int
) -> list[Resource]:
    """List the resources, each with amounts, bounds and price checked."""
    out = []
    for number, resource in enumerate(listed(wrong, "resources", resources, "a list of Resource")):
        of = f"resources[{number}]"
        if not isinstance(resource, Resource):
            wrong.add(f"{of} is of type {type(resource).__name__}; give a Resource")
            continue
        of += f" {resource.name!r}: " if resource.name else ": "
        want = f"one number for each of the {size} units"
        amounts(wrong, f"{of}values", resource.values, Wanted((size,), want, masks=True))
        if resource.price is not None:
            amount(wrong, f"{of}price", resource.price, remedy="None keeps the bounds hard")
        check_limits(wrong, resource.lower, resource.upper, resource.tolerance, columns, of=of)
        out.append(resource)
    return out


def bands_of(resources: list[Resource], columns: int, parts: int) -> tuple[Band, ...]:
    """Work out the bounds of each resource that was checked."""
    out = []
    for resource in resources:
        values = np.array(resource.values, dtype=float)
        low, high = bounds_of(
            values,
            columns,
            parts,
            lower=resource.lower,
            upper=resource.upper,
            tolerance=resource.tolerance,
        )
        price = None if resource.price is None else float(resource.price)
        out.append(Band(values, low, high, price, resource.name))
    return tuple(out)
