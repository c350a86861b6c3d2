"""What a figure makes of its rule, drawn anew."""

from __future__ import annotations

from dataclasses import dataclass

from gridplan.policy.rule import Rule
from gridplan.policy.sensitivity import Sensitivity

Reach = tuple[float, float]


@dataclass(frozen=True)
class Judged:
    """
    What one figure comes to.

    Parameters
    ----------
    state
        ``passed``, ``failed``, ``borderline``, ``expired``, ``pending``, ``figure``, ``waiting``.
    passed
        True and False for the first two, else None.
    within
        Whether the figure lies within the bounds; None without figure or bounds.
    """

    state: str
    passed: bool | None
    within: bool | None


def judged(
    bounds: tuple[float | None, float | None],
    days: tuple[str, str],
    as_of: str,
    figure: float | None,
    reach: Reach | None,
) -> Judged:
    """
    Judge one figure.

    Parameters
    ----------
    bounds
        Lower and upper, both allowed values; None for none.
    days
        First and last day in force, ISO 8601; empty for none.
    as_of
        Day of the verdict.
    figure
        Rounded to six decimals; None where it is not known.
    reach
        Least and greatest figure that may be.
    """
    within = None
    if figure is not None and bounds != (None, None):
        within = inside(figure, bounds)
    if days[1] and as_of > days[1]:
        return Judged("expired", None, within)
    if days[0] and as_of < days[0]:
        return Judged("pending", None, within)
    if figure is None:
        return Judged("waiting", None, None)
    if within is None:
        return Judged("figure", None, None)
    if reach is not None:
        ends = [round(end, 6) for end in reach]
        meets = inside(ends[1], (bounds[0], None)) and inside(ends[0], (None, bounds[1]))
        if meets and not all(inside(end, bounds) for end in ends):
            return Judged("borderline", None, within)
    return Judged("passed" if within else "failed", within, within)


def inside(figure: float, bounds: tuple[float | None, float | None]) -> bool:
    """Whether a figure lies within bounds."""
    lower, upper = bounds
    return (lower is None or figure >= lower) and (upper is None or figure <= upper)


def days_of(rule: Rule) -> tuple[str, str]:
    """Give the first and last day on which a rule is in force; empty where none is said."""
    source = rule.source
    return (
        rule.in_force_from or source.in_force_from,
        rule.in_force_to or source.in_force_to,
    )


def with_residents(value: float, unit: str, doubt: Sensitivity) -> list[float]:
    """
    Give a figure with fewer and with more residents.

    Parameters
    ----------
    value, unit
        The figure. Persons grow with residents and rates fall; of a share, those counted and the
        others may be off in opposite ways.
    doubt
        The factors.
    """
    factors = (doubt.lower, doubt.upper)
    if unit == "percent":
        found = []
        for counted, others in (factors, factors[::-1]):
            near, far = value * counted, (100.0 - value) * others
            found.append(100.0 * near / (near + far) if near + far > 0 else value)
        return found
    if unit.startswith("per-"):
        return [value / factor for factor in factors]
    return [value * factor for factor in factors]
