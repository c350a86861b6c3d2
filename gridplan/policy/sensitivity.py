"""How far what a figure rests on may be off: the range a rule's verdict must hold over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

QUANTITIES = ("walk_detour", "walk_pace", "residents")
"""
What a rule may be sensitive to.

``walk_detour``, the scenario's ratio of walked to straight-line distance, from one value to
another, where walks are straight lines; ``walk_pace``, factors of the walking speed, where they
follow roads and there is no detour to doubt; ``residents``, the number of residents, as factors of
what the district says.
"""


@dataclass(frozen=True)
class Sensitivity:
    """
    The range over which one quantity is tried.

    Parameters
    ----------
    quantity
        One of :data:`QUANTITIES`.
    lower, upper
        Ends of the range, both tried: ``1.2`` and ``1.5`` of the detour, ``0.9`` and ``1.1`` of
        the pace, ``0.95`` and ``1.05`` of the residents.
    """

    quantity: str
    lower: float
    upper: float

    @property
    def code(self) -> str:
        """Write it as a finding carries it: ``walk_detour 1.2-1.5``."""
        return f"{self.quantity} {self.lower:g}-{self.upper:g}"


def is_sensitivity(value: object) -> bool:
    """Whether a profile's value reads ``{walk_detour = [1.2, 1.5]}``, one or several of them."""
    return isinstance(value, dict) and all(
        key in QUANTITIES and _is_range(ends) for key, ends in value.items()
    )


def _is_range(ends: object) -> bool:
    if not (isinstance(ends, list) and len(ends) == 2):
        return False
    if not all(isinstance(end, (int, float)) and not isinstance(end, bool) for end in ends):
        return False
    return 0 < ends[0] <= ends[1] < float("inf")


def sensitivities(table: Mapping[str, list[float]]) -> tuple[Sensitivity, ...]:
    """
    Read the sensitivity of a rule from its profile.

    Parameters
    ----------
    table
        As :func:`is_sensitivity` allows it.

    Returns
    -------
    sensitivities
        In the order of :data:`QUANTITIES`.
    """
    return tuple(
        Sensitivity(quantity, float(table[quantity][0]), float(table[quantity][1]))
        for quantity in QUANTITIES
        if quantity in table
    )


def reach_of_residents(value: float, unit: str, range_: Sensitivity) -> tuple[float, float]:
    """
    Give the least and greatest figure if the residents are off by the range's factors.

    Parameters
    ----------
    value
        The figure as measured.
    unit
        Of the rule. A number of persons grows with the residents; a rate per 1,000 or 10,000
        falls with them; of a share, those counted and the others may be off in opposite ways.
    range_
        Of ``residents``.

    Returns
    -------
    least, most
    """
    low, high = range_.lower, range_.upper
    if unit == "percent":
        ends = [_share(value, low, high), _share(value, high, low)]
    elif unit.startswith("per-"):
        ends = [value / high, value / low]
    else:
        ends = [value * low, value * high]
    return min(ends), max(ends)


def _share(percent: float, counted: float, others: float) -> float:
    part = percent * counted
    whole = part + (100.0 - percent) * others
    return 100.0 * part / whole if whole > 0 else percent
