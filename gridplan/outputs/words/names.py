"""What things are called on screen and on paper, in Chinese and in English."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.outputs.words.columns import by_unit
from gridplan.planning.ways.journeys import journeys_of
from gridplan.text import catalogue, say
from gridplan.text.language import ORIGINAL, in_language, joined, twin

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

WALKED = ("metres_to_center", "metres_to_nearest_center", "metres_to_nearest_point")
"""Columns of walks; their headers say how these were measured."""


def by_way(column: str, plan: Plan) -> str:
    """Give a column of walked metres the code under which its header says how they were had."""
    told = journeys_of(plan.district, plan.scenario).walk_told if column in WALKED else ""
    return f"{column}_{told.replace('-', '_')}" if told else column


def word(kind: str, code: object, lang: str) -> str:
    """
    Give the word for a code.

    Parameters
    ----------
    kind
        Group of words: ``status``, ``class``, ``role``, ``label``, ``layer``, ``level``, ``kind``,
        ``ownership``, ``unit``, ``rule-level``, ``ended-by``, ``yes-no`` or ``column``.
    code
        The code; None and NaN become an empty string.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    word
        The code itself where the catalogue has no word for it.
    """
    if is_missing(code):
        return ""
    key = f"outputs.{kind}-{str(code).lower().replace('_', '-')}"
    return catalogue(lang).get(key, str(code))


def street_names(streets: pd.DataFrame, lang: str) -> dict[str, str]:
    """
    Name the streets (subdistricts) in a language.

    Parameters
    ----------
    streets
        Index ``subdistrict``, their Chinese names; ``name_en`` where it is known.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    names
        By index, in its order.
    """
    rows = pd.DataFrame(streets).to_dict(orient="index")
    return {key: in_language({**row, "name": str(key)}, "name", lang) for key, row in rows.items()}


def is_missing(value: object) -> bool:
    """Whether a table's entry is None, NaN or NA."""
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def figure(value: object, unit: str, lang: str) -> str:
    """
    Give a number with its unit of measure, as in ``12.3 minutes``.

    Parameters
    ----------
    value
        A number; None and NaN become a dash.
    unit
        Code of the unit, as in findings and certificates.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    text
    """
    if is_missing(value):
        return "—"
    number = float(value)  # type: ignore[arg-type]
    decimals = by_unit(unit).decimals
    # A share just short of its bound must not read as the bound: 99.97 % is not 100.0 %.
    if unit == "percent" and not number.is_integer():
        while round(number, decimals).is_integer() and decimals < 6:
            decimals += 1
    text = f"{number:,.{decimals}f}"
    if unit == "percent":
        return say("language.percent", lang, number=text)
    name = word("unit", unit, lang) if unit not in ("", "count") else ""
    return f"{text} {name}".strip()


def signed(value: float, decimals: int = 1) -> str:
    """Give a change with its sign, as in ``+1.5``; what rounds to nothing has none."""
    text = f"{value:+,.{decimals}f}"
    return text if text.strip("+-0.") else text[1:]


@dataclass(frozen=True)
class Names:
    """
    The display names of one plan in one language, by id.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.
    district
        Name of the district.
    centers, hospitals, grids, subdistricts
        Name by id. New centers are named by their community and a number; a grid by its number
        and its lead hospital.
    """

    lang: str
    district: str
    centers: dict[Any, str]
    hospitals: dict[Any, str]
    grids: dict[Any, str]
    subdistricts: dict[Any, str]

    @classmethod
    def of(cls, plan: Plan, lang: str) -> Names:
        """Name everything in ``plan``."""
        hospitals = given_names(plan.layout.hospitals, "hospital", lang)
        return cls(
            lang=lang,
            district=in_language(plan.district, "name", lang),
            centers=_center_names(plan, lang),
            hospitals=hospitals,
            grids={
                grid: grid_name(
                    grid,
                    lead_name(row["lead"], hospitals, lang),
                    lang,
                    drawn=_own_name(grid, row, plan),
                )
                for grid, row in pd.DataFrame(plan.layout.grids).iterrows()
            }
            if len(plan.layout.grids)
            else {},
            subdistricts=street_names(plan.layout.subdistricts, lang),
        )

    def subject(self, kind: str, subject: object) -> str:
        """Name what a finding is about."""
        by_kind = {
            "grid": self.grids,
            "group": self.grids,
            "center": self.centers,
            "subdistrict": self.subdistricts,
            "hospital": self.hospitals,
        }
        if kind in ("district", "city"):
            return self.district
        return by_kind.get(kind, {}).get(subject, str(subject))


def grid_name(grid: object, lead: str, lang: str, *, drawn: str = "") -> str:
    """Name a grid by its number and its lead hospital, and by what a drawing calls it."""
    number = str(grid).removeprefix("G")
    key = "grid-name-drawn" if drawn else "grid-name"
    if lead == say("outputs.grid-no-lead", lang):
        key += "-unled"
    return say(f"outputs.{key}", lang, number=number, drawn=drawn, lead=lead)


def lead_name(lead: object, hospitals: Mapping[Any, str], lang: str) -> str:
    """Name a lead; a drawn grid may have none."""
    if is_missing(lead):
        return say("outputs.grid-no-lead", lang)
    return hospitals.get(lead, str(lead))


def _own_name(grid: object, row: pd.Series, plan: Plan) -> str:
    """Give what a drawing calls a grid, where that says more than number and lead."""
    drawn = row.get("drawn_name")
    if is_missing(drawn):
        return ""
    said = [grid, str(grid).removeprefix("G"), row["lead"]]
    if row["lead"] in plan.layout.hospitals.index:
        hospital = plan.layout.hospitals.loc[row["lead"]]
        said += [hospital.get("name"), hospital.get("name_en")]
    return "" if drawn in map(str, said) else str(drawn)


def grid_word(grid: object, lang: str) -> str:
    """Name a grid by its number alone, for narrow columns."""
    if is_missing(grid):
        return ""
    return say("outputs.grid-short", lang, number=str(grid).removeprefix("G"))


def needs_text(needs: object, lang: str) -> str:
    """
    Say which columns or files a finding waits for.

    Parameters
    ----------
    needs
        Of a finding: ``layer.column`` or a file, several parted by commas.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    text
        Each in words, with what it is called in the district folder; empty where none is needed.
    """
    if is_missing(needs):
        return ""
    told = []
    for need in str(needs).split(", "):
        # A whole layer goes by its own name: what the schema says of it is a sentence.
        key = f"schema.{need.replace('.', '-')}" if "." in need else f"outputs.layer-{need}"
        words = catalogue(lang).get(key)
        told.append(say("outputs.need", lang, words=words, column=need) if words else need)
    return joined(told, lang)


def method_text(method: str, lang: str) -> str:
    """Say how a part of the plan was solved: ``lp+growth`` step by step in words."""
    steps = re.split(r"\s*[+,]\s*", str(method))
    told = [word("method", step.replace(" ", "-"), lang) for step in steps if step]
    return joined(told, lang)


_NUMERALS = {sign: number for number, sign in enumerate("一二三四五六七八九十", start=1)}
_CHINESE_NUMBER = re.compile("[一二三四五六七八九十]+")


def section_text(rule: Mapping[str, Any], lang: str) -> str:
    """
    Say where a clause stands: ``二、(一)1`` is ``2 (1) 1`` in English.

    Parameters
    ----------
    rule
        A finding, or a rule's fields: ``section``, ``section_en``.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    text
    """
    given = rule.get("section")
    text = "" if is_missing(given) else str(given)
    if lang == ORIGINAL:
        return text
    english = rule.get("section_en")
    text = text if is_missing(english) or not english else str(english)
    text = text.replace("；", "; ").replace("、", " ")
    return _CHINESE_NUMBER.sub(lambda found: str(_counted(found.group())), text)


def _counted(numeral: str) -> int:
    """Read a Chinese numeral up to 99."""
    tens, mark, ones = numeral.rpartition("十")
    return (_NUMERALS.get(tens, 1) * 10 if mark else 0) + _NUMERALS.get(ones, 0)


def given_names(table: pd.DataFrame, kind: str, lang: str) -> dict[Any, str]:
    """Names a table brings, in ``lang`` where it has them; an id where it has none."""
    names = {}
    for key, row in table.iterrows():
        given = in_language(row, "name", lang)
        names[key] = (
            say(f"outputs.unnamed-{kind}", lang, id=key)
            if is_missing(given) or not given
            else str(given)
        )
    return names


def _center_names(plan: Plan, lang: str) -> dict[Any, str]:
    existing = plan.district.centers
    centers = plan.layout.centers
    own = twin(existing.columns, "name", lang)
    if own in existing.columns and own not in centers.columns:
        centers = centers.assign(**{own: existing[own].reindex(centers.index)})
    names = given_names(centers, "center", lang)
    streets = {
        street: told
        for street, row in plan.layout.subdistricts.iterrows()
        if (told := in_language({**row, "name": ""}, "name", lang))
    }
    counted: Counter[str] = Counter()
    for center, row in centers.iterrows():
        if row["status"] != "new" or not is_missing(row["name"]):
            continue
        place = next(
            (str(row[key]) for key in ("community", "subdistrict") if not is_missing(row.get(key))),
            "",
        )
        if lang != ORIGINAL and row["subdistrict"] in streets:
            # Communities bring no names in other languages: the street's says where it is.
            place = streets[row["subdistrict"]]
        counted[place] += 1
        key = "outputs.new-center" if place else "outputs.new-center-nowhere"
        names[center] = say(key, lang, place=place, number=counted[place])
    return names
