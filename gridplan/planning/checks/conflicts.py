"""Rules that cannot all be met here: told as such, not hidden in a failure of one of them.

Nothing is known of any document: two rules are at odds because of what they measure and bound.

1. Two rules bound the same figure of the same subject, and no figure meets both.
2. A number of centers, and the residents a center may serve: the district's residents over the
   number lie outside the band.
3. Regional centers a street must have, and residents each must have: the street has fewer than both
   demand.
4. Grids a city must have, and hospitals of one kind each must hold: the district has fewer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from gridplan.errors import Problem
from gridplan.planning.layout.layout import Layout
from gridplan.planning.measures.hospitals import public_tertiary
from gridplan.policy.rule import LEVELS, Rule

SERVED = ("residents_per_center", "residents_of_center")
OF_REGIONAL = ("residents_per_regional_center", "residents_managed")
OF_REGIONAL_STREET = "residents_of_regional_street"
LED_BY = ("tertiary_public_hospitals", "tertiary_public_leads")


@dataclass(frozen=True)
class Conflict:
    """
    Two rules that cannot both be met.

    Parameters
    ----------
    rules
        The two.
    title, reading
        What is at odds, in a few words and with all figures.
    subject_kind, subject
        ``district`` or ``subdistrict``, and its id; empty for the district.
    value, lower, upper, unit
        What one rule leads to and the other allows.
    """

    rules: tuple[Rule, Rule]
    title: Problem
    reading: Problem
    unit: str
    subject_kind: str = "district"
    subject: str = ""
    value: float | None = None
    lower: float | None = None
    upper: float | None = None


def conflicts(layout: Layout, rules: Iterable[Rule]) -> tuple[Conflict, ...]:
    """
    Find the rules that cannot all be met by any layout of this district.

    Parameters
    ----------
    layout
        For its district's residents, streets and hospitals.
    rules
        With the scenario's own bounds.

    Returns
    -------
    conflicts
        Of what several pairs of rules repeat, the same clauses or the same figures, the first pair;
        none between two rules that are both for information, or that read one phrase.
    """
    bounded = [
        rule
        for rule in rules
        if rule.measure and (rule.lower is not None or rule.upper is not None)
    ]
    found = [
        *_same_figure(bounded),
        *_number_and_band(layout, bounded),
        *_regional_and_street(layout, bounded),
        *_grids_and_hospitals(layout, bounded),
    ]
    kept: list[Conflict] = []
    told: set[tuple[str, ...]] = set()
    for conflict in found:
        first, second = conflict.rules
        readings = bool(first.phrase) and first.phrase == second.phrase
        if readings or all(rule.level == "information" for rule in conflict.rules):
            continue
        clauses = (*sorted(rule.clause for rule in conflict.rules), conflict.subject)
        figures = (conflict.title.code, conflict.title.text("en"))
        if clauses not in told and figures not in told:
            kept.append(conflict)
        told |= {clauses, figures}
    return tuple(kept)


def _same_figure(rules: Sequence[Rule]) -> Iterator[Conflict]:
    for a, b in combinations(rules, 2):
        same = (a.measure, a.subject, a.parameters) == (b.measure, b.subject, b.parameters)
        if same and (_above(a, b) or _above(b, a)):
            values = {"first": a.key, "second": b.key, **_bands(a, b)}
            yield Conflict(
                rules=(a, b),
                title=Problem("conflict-same-title", values),
                reading=Problem("conflict-same", values),
                unit=a.unit,
                lower=a.lower,
                upper=a.upper,
            )


def _number_and_band(layout: Layout, rules: Sequence[Rule]) -> Iterator[Conflict]:
    people = layout.district.population
    # The band of the district first: that of single centers only repeats it.
    served = [rule for name in SERVED for rule in rules if rule.measure == name]
    for number in (rule for rule in rules if rule.measure == "centers"):
        for band in served:
            most = people / number.lower if number.lower else math.inf
            least = people / number.upper if number.upper else 0.0
            if not (most < _low(band) or least > _high(band)):
                continue
            at = number.lower if most < _low(band) else number.upper
            each = people / at if at else 0.0
            values = {
                "count": f"{at:,.0f}",
                "population": f"{people:,.0f}",
                "each": f"{each:,.0f}",
                "band": _written(band),
                "centers": _whole_band(_fewest(people, band), _most(people, band)),
            }
            yield Conflict(
                rules=(number, band),
                title=Problem("conflict-centers-title", values),
                reading=Problem("conflict-centers", values),
                unit=band.unit,
                value=each,
                lower=band.lower,
                upper=band.upper,
            )


def _regional_and_street(layout: Layout, rules: Sequence[Rule]) -> Iterator[Conflict]:
    demands = [rule for rule in rules if rule.measure == "regional_centers" and rule.lower]
    needed = [
        rule for rule in rules if rule.measure in (*OF_REGIONAL, OF_REGIONAL_STREET) and rule.lower
    ]
    streets = layout.subdistricts
    english = streets["name_en"].dropna().to_dict() if "name_en" in streets else {}
    for demand in demands:
        for need in needed:
            times = 1.0 if need.measure == OF_REGIONAL_STREET else demand.lower or 0.0
            wanted = times * (need.lower or 0.0)
            for street, people in layout.subdistricts["population"].items():
                if people >= wanted:
                    continue
                values = {
                    "street": str(street),
                    "street_en": english.get(street, str(street)),
                    "population": f"{people:,.0f}",
                    "centers": f"{demand.lower:,.0f}",
                    "each": f"{need.lower:,.0f}",
                }
                yield Conflict(
                    rules=(demand, need),
                    title=Problem("conflict-street-title", values),
                    reading=Problem("conflict-street", values),
                    unit=need.unit,
                    subject_kind="subdistrict",
                    subject=str(street),
                    value=float(people),
                    lower=wanted,
                )


def _grids_and_hospitals(layout: Layout, rules: Sequence[Rule]) -> Iterator[Conflict]:
    if layout.district.hospitals.empty:
        return
    there = float(public_tertiary(layout).sum())
    strictest = sorted(rules, key=lambda rule: LEVELS.index(rule.level))
    for grids in (rule for rule in rules if rule.measure == "grids_of_city" and rule.lower):
        for each in (rule for rule in strictest if rule.measure in LED_BY and rule.lower):
            wanted = (grids.lower or 0.0) * (each.lower or 0.0)
            if there >= wanted:
                continue
            values = {
                "grids": f"{grids.lower:,.0f}",
                "hospitals": f"{wanted:,.0f}",
                "there": f"{there:,.0f}",
            }
            yield Conflict(
                rules=(grids, each),
                title=Problem("conflict-hospitals-title", values),
                reading=Problem("conflict-hospitals", values),
                unit="count",
                value=there,
                lower=wanted,
            )


def _low(rule: Rule) -> float:
    return -math.inf if rule.lower is None else rule.lower


def _high(rule: Rule) -> float:
    return math.inf if rule.upper is None else rule.upper


def _above(a: Rule, b: Rule) -> bool:
    return _low(a) > _high(b)


def _fewest(people: float, band: Rule) -> float | None:
    return math.ceil(people / band.upper) if band.upper else None


def _most(people: float, band: Rule) -> float | None:
    return math.floor(people / band.lower) if band.lower else None


def _bands(a: Rule, b: Rule) -> dict[str, str]:
    return {"band": _written(a), "other": _written(b)}


def _written(rule: Rule) -> str:
    return _whole_band(rule.lower, rule.upper)


def _whole_band(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"≥ {low:,.12g}" if high is None else f"≤ {high:,.12g}"
    return f"{low:,.12g}" if low == high else f"{low:,.12g}–{high:,.12g}"
