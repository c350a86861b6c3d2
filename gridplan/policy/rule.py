"""A rule of policy as data: what is measured, the bounds, and the clause that says so."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from gridplan.policy.sensitivity import Sensitivity

LEVELS = ("must", "should", "target", "information")
SOURCE_KINDS = ("policy", "article", "compiled", "own")
AREAS = ("", "city", "county")
"""Whom a document speaks to: all, the districts of a city, or counties and county-level cities."""
SUBJECTS = ("city", "district", "grid", "subdistrict", "center", "group")


@dataclass(frozen=True, kw_only=True)
class Source:
    """
    The document a rule comes from.

    Parameters
    ----------
    title_zh, title_en
        Its title.
    issuer_zh, issuer_en
        Who issued or published it.
    date
        When, as printed.
    document_number, document_number_en
        Its number (文号) and how English writes it; empty where it bears none or none is known.
    in_force_from, in_force_to
        First and last day it is in force, ISO 8601; empty where the document does not say.
    kind
        One of :data:`SOURCE_KINDS`: ``policy``, an official document that is put into practice;
        ``article``, published writing on the practice of a place, a source but no order;
        ``compiled``, figures as several documents and bulletins tell them; ``own`` for what
        gridplan itself requires, which no document says.
    places
        Beginnings of the administrative codes (GB/T 2260) it speaks to; none for the whole country.
    area
        One of :data:`AREAS`.
    """

    title_zh: str
    title_en: str
    issuer_zh: str
    issuer_en: str
    date: str
    document_number: str = ""
    document_number_en: str = ""
    in_force_from: str = ""
    in_force_to: str = ""
    kind: str = "policy"
    places: tuple[str, ...] = ()
    area: str = ""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """
    One clause that a layout meets or not.

    Parameters
    ----------
    id
        Unique within its profile, and among the profiles a scenario names.
    level
        ``must`` | ``should`` | ``target`` | ``information``.
    measure
        Name of the figure, one of :data:`gridplan.planning.measures.MEASURES`; empty where no map
        can answer the clause and the planner assesses it.
    subject
        What the figure is of: ``city``, ``district``, ``grid``, ``subdistrict``, ``center`` or
        ``group``.
    unit
        Code of the figure's unit: ``percent``, ``count``, ``persons``; empty without a measure.
    lower, upper
        Bounds, both allowed values; None where one-sided. A figure without bounds is told alone:
        it neither passes nor fails.
    official_lower, official_upper
        What the document says, where a scenario overrides a bound; else the same as the bounds.
    title_zh, title_en
        The rule in a few words.
    clause
        The clause in Chinese; word for word where ``verbatim``.
    clause_en
        Its English rendering.
    section
        Where in the document it stands.
    section_en
        The same in English where its numerals alone do not say it.
    verbatim
        False where the wording is a rendering of figures read elsewhere.
    reading_zh, reading_en
        How an ambiguous clause is read here; empty where it is plain.
    number
        Its place in the document's own list of criteria, from 1; None where it is on no such list.
    district_code
        The one district it speaks of; empty for all.
    parameters
        Numbers the measure takes (weights, limits), in the order it names; empty for none.
    institution
        The one hospital a clause names; empty where it names none.
    document_number, document_number_en, in_force_from, in_force_to
        Where they differ from the document's: another document that is quoted, or a target that
        ends before it. Empty takes the document's.
    sensitivity
        Ranges over which the verdict must hold to be more than borderline; empty for none.
    phrase
        The phrase that this and other rules read in different ways; empty where there is one way.
    adopted
        Whether this is the reading that is held against the layout.
    profile
        Name of the profile it stands in.
    overridden
        Whether the scenario changed a bound.
    source
        The document.
    """

    id: str
    level: str
    subject: str
    title_zh: str
    title_en: str
    clause: str
    clause_en: str
    section: str
    source: Source
    measure: str = ""
    unit: str = ""
    lower: float | None = None
    upper: float | None = None
    verbatim: bool = True
    reading_zh: str = ""
    reading_en: str = ""
    section_en: str = ""
    number: int | None = None
    district_code: str = ""
    parameters: tuple[float, ...] = ()
    institution: str = ""
    document_number: str = ""
    document_number_en: str = ""
    in_force_from: str = ""
    in_force_to: str = ""
    sensitivity: tuple[Sensitivity, ...] = ()
    phrase: str = ""
    adopted: bool = False
    profile: str = ""
    official_lower: float | None = None
    official_upper: float | None = None
    overridden: bool = False

    @property
    def key(self) -> str:
        """Profile and id: how overrides and self-assessments name the rule."""
        return f"{self.profile}/{self.id}"

    def passes(self, value: float | None) -> bool | None:
        """Whether ``value`` lies within the bounds; None without a figure or without bounds."""
        if value is None or (self.lower is None and self.upper is None):
            return None
        return not (
            (self.lower is not None and value < self.lower)
            or (self.upper is not None and value > self.upper)
        )

    @property
    def of_document(self) -> dict[str, str]:
        """Number and days in force, the rule's own before the document's."""
        keys = ("document_number", "document_number_en", "in_force_from", "in_force_to")
        return {key: getattr(self, key) or getattr(self.source, key) for key in keys}

    def in_force(self, as_of: str) -> str:
        """Whether the rule is ``in-force`` on a day (ISO 8601), ``pending`` or ``expired``."""
        first, last = self.of_document["in_force_from"], self.of_document["in_force_to"]
        if last and as_of > last:
            return "expired"
        return "pending" if first and as_of < first else "in-force"

    def with_bounds(self, bounds: dict[str, float | None]) -> Rule:
        """Change ``lower`` or ``upper``; the official figures stay."""
        return dataclasses.replace(self, overridden=True, **bounds)  # type: ignore[arg-type]
