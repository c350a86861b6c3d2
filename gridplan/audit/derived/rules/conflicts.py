"""Rules that no layout of the district could meet together, found anew."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from gridplan.audit.derived.figures import Facts
from gridplan.audit.derived.figures.hospitals import public_tertiary
from gridplan.errors import Problem
from gridplan.policy.rule import LEVELS, Rule

Bound = float | None


@dataclass(frozen=True)
class Clash:
    """
    Two rules at odds.

    Parameters
    ----------
    pair
        The rules.
    code, values
        Of the sentences that say so: ``conflict-<code>-title`` and ``conflict-<code>``.
    unit, value, lower, upper
        What one leads to, and what the other allows.
    street
        Of which it is true; empty for the district.
    """

    pair: tuple[Rule, Rule]
    code: str
    values: dict[str, str]
    unit: str
    value: Bound = None
    lower: Bound = None
    upper: Bound = None
    street: str = ""

    def told(self, lang: str, *, title: bool = False) -> str:
        """Say it in ``zh`` or ``en``."""
        return Problem(f"conflict-{self.code}{'-title' * title}", self.values).text(lang)


def clashes(facts: Facts, rules: Sequence[Rule]) -> list[Clash]:
    """
    Find the pairs at odds, in the order in which findings tell them.

    Parameters
    ----------
    facts
        Residents, streets and hospitals.
    rules
        That are held against the layout.
    """
    bounded = [rule for rule in rules if rule.measure and (rule.lower, rule.upper) != (None, None)]
    every = [
        *_of_one_figure(bounded),
        *_number(facts, bounded),
        *_streets(facts, bounded),
        *_hospitals(facts, bounded),
    ]
    kept: list[Clash] = []
    told: set[tuple[str, ...]] = set()
    for clash in every:
        one, other = clash.pair
        if one.phrase and one.phrase == other.phrase:
            continue
        if one.level == other.level == "information":
            continue
        same = {
            ("clauses", *sorted((one.clause, other.clause)), clash.street),
            ("figures", clash.code, clash.told("en", title=True)),
        }
        if not same & told:
            kept.append(clash)
        told |= same
    return kept


def _of_one_figure(rules: Sequence[Rule]) -> Iterator[Clash]:
    for at, one in enumerate(rules):
        for other in rules[at + 1 :]:
            asked = [(rule.measure, rule.subject, rule.parameters) for rule in (one, other)]
            apart = _least(one) > _most(other) or _least(other) > _most(one)
            if asked[0] == asked[1] and apart:
                bands = {
                    "band": _band(one.lower, one.upper),
                    "other": _band(other.lower, other.upper),
                }
                values = {"first": one.key, "second": other.key, **bands}
                yield Clash((one, other), "same", values, one.unit, None, one.lower, one.upper)


def _number(facts: Facts, rules: Sequence[Rule]) -> Iterator[Clash]:
    people = facts.residents
    bands = [rule for rule in rules if rule.measure == "residents_per_center"]
    bands += [rule for rule in rules if rule.measure == "residents_of_center"]
    for rule in rules:
        if rule.measure != "centers":
            continue
        for band in bands:
            few = bool(rule.lower) and people / (rule.lower or 1.0) < _least(band)
            many = bool(rule.upper) and people / (rule.upper or 1.0) > _most(band)
            if not few and not many:
                continue
            at = rule.lower if few else rule.upper
            each = people / at if at else 0.0
            count = (
                math.ceil(people / band.upper) if band.upper else None,
                math.floor(people / band.lower) if band.lower else None,
            )
            values = {
                "count": f"{at:,.0f}",
                "population": f"{people:,.0f}",
                "each": f"{each:,.0f}",
                "band": _band(band.lower, band.upper),
                "centers": _band(*count),
            }
            yield Clash((rule, band), "centers", values, band.unit, each, band.lower, band.upper)


def _streets(facts: Facts, rules: Sequence[Rule]) -> Iterator[Clash]:
    table = facts.layout.subdistricts
    english = table["name_en"].to_dict() if "name_en" in table else {}
    once = "residents_of_regional_street"
    each = ("residents_per_regional_center", "residents_managed", once)
    for rule in rules:
        if rule.measure != "regional_centers" or not rule.lower:
            continue
        for need in rules:
            if need.measure not in each or not need.lower:
                continue
            wanted = need.lower * (1.0 if need.measure == once else rule.lower)
            for street, people in facts.of_street.items():
                if people >= wanted:
                    continue
                told = english.get(street)
                values = {
                    "street": street,
                    "street_en": street if pd.isna(told) else str(told),
                    "population": f"{people:,.0f}",
                    "centers": f"{rule.lower:,.0f}",
                    "each": f"{need.lower:,.0f}",
                }
                yield Clash(
                    (rule, need), "street", values, need.unit, people, wanted, street=street
                )


def _hospitals(facts: Facts, rules: Sequence[Rule]) -> Iterator[Clash]:
    if not len(facts.district.hospitals):
        return
    there = float(sum(public_tertiary(facts)))
    led = [
        rule
        for level in LEVELS
        for rule in rules
        if rule.level == level
        and rule.measure in ("tertiary_public_hospitals", "tertiary_public_leads")
        and rule.lower
    ]
    for rule in rules:
        if rule.measure != "grids_of_city" or not rule.lower:
            continue
        for each in led:
            wanted = rule.lower * (each.lower or 0.0)
            if there < wanted:
                values = {
                    "grids": f"{rule.lower:,.0f}",
                    "hospitals": f"{wanted:,.0f}",
                    "there": f"{there:,.0f}",
                }
                yield Clash((rule, each), "hospitals", values, "count", there, wanted)


def _least(rule: Rule) -> float:
    return -math.inf if rule.lower is None else rule.lower


def _most(rule: Rule) -> float:
    return math.inf if rule.upper is None else rule.upper


def _band(lower: Bound, upper: Bound) -> str:
    """Write a band as ``20,000–30,000``, ``≥ 4``, ``≤ 9`` or ``66``."""
    if upper is None:
        return f"≥ {lower:,.12g}"
    if lower is None:
        return f"≤ {upper:,.12g}"
    return f"{lower:,.12g}" if lower == upper else f"{lower:,.12g}–{upper:,.12g}"
