"""Rules as rows that are typed: each measures what one of the bundled rules measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from gridplan.outputs.words.names import word
from gridplan.outputs.words.safe import plain
from gridplan.policy.percent import PERCENT
from gridplan.policy.profile import profile_names, read_profile
from gridplan.policy.rule import LEVELS, Rule
from gridplan.text.language import in_language
from gridplan.text.toml_text import toml_line
from gridplan.ui.shown.table_editor import cells

LIKE = "like"
COLUMNS = ("title", LIKE, "level", "lower", "upper", "clause", "section")
Shape = tuple[str, str, str, tuple[float, ...], str]
"""Measure, subject, unit, parameters and institution of a rule."""


@dataclass(frozen=True)
class Document:
    """
    What typed rules come from.

    Parameters
    ----------
    title, issuer
        Of the document; empty where it is not named.
    """

    title: str = ""
    issuer: str = ""

    @classmethod
    def of(cls, rules: tuple[Rule, ...]) -> Document:
        """Give the document of rules that were kept."""
        return cls(rules[0].source.title_zh, rules[0].source.issuer_zh) if rules else cls()


@lru_cache(maxsize=4)
def shapes(lang: str) -> Mapping[str, Shape]:
    """Give what can be measured, by the title of the bundled rule and its unit."""
    found: dict[str, Shape] = {}
    seen: set[Shape] = set()
    for profile in profile_names():
        for rule in read_profile(profile):
            shape = _shape(rule)
            if not rule.measure or shape in seen or rule.institution or rule.parameters:
                continue
            seen.add(shape)
            unit = word("unit", rule.unit, lang) if rule.unit != "count" else ""
            title = plain(in_language(rule, "title", lang), limit=60)
            named = f"{title} [{unit}]" if unit.strip() else title
            found.setdefault(named, shape)
    return found


def _shape(rule: Rule) -> Shape:
    return rule.measure, rule.subject, rule.unit, tuple(rule.parameters), rule.institution


def rules_table(rules: Iterable[Rule], lang: str) -> pd.DataFrame:
    """Give rules as the table shows them."""
    titles = {shape: title for title, shape in shapes(lang).items()}
    rows = [
        {
            "title": rule.title_zh,
            LIKE: titles.get(_shape(rule)),
            "level": word("rule-level", rule.level, lang),
            "lower": rule.lower,
            "upper": rule.upper,
            "clause": rule.clause,
            "section": rule.section,
        }
        for rule in rules
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
    return table.astype({"lower": float, "upper": float})


def rules_toml(typed: pd.DataFrame, document: Document, lang: str) -> tuple[bytes, int]:
    """
    Write what was typed as a profile.

    Parameters
    ----------
    typed
        Columns :data:`COLUMNS`. A row that says not yet what it measures is left out.
    document
        Where the rules come from.
    lang
        Of the table's words.

    Returns
    -------
    content, count
        Of the file, and how many rules it has.
    """
    known = shapes(lang)
    levels = {word("rule-level", code, lang): code for code in LEVELS}
    title = document.title or "–"
    source = {
        "title_zh": title,
        "title_en": title,
        "issuer_zh": document.issuer or "–",
        "issuer_en": document.issuer or "–",
        "date": "",
    }
    blocks = [["[source]", *(toml_line(key, value) for key, value in source.items())]]
    for row in cells(typed):
        if row[LIKE] in known and row["title"]:
            blocks.append(_rule(row, known[row[LIKE]], levels, len(blocks)))
    count = len(blocks) - 1
    if not count:
        blocks.insert(0, ["rules = []"])
    lines = "\n\n".join("\n".join(block) for block in blocks)
    return f"{lines}\n".encode(), count


def _rule(
    row: Mapping[str, Any], shape: Shape, levels: Mapping[str, str], number: int
) -> list[str]:
    measure, subject, unit, _, _ = shape
    title, clause = str(row["title"]), str(row["clause"] or row["title"])
    values: dict[str, Any] = {
        "id": f"local-{number}",
        "level": levels.get(str(row["level"]), LEVELS[1]),
        "measure": measure,
        "subject": subject,
        "unit": unit,
        "title_zh": title,
        "title_en": title,
        "clause": clause,
        "clause_en": clause,
        "section": str(row["section"] or ""),
    }
    for bound in ("lower", "upper"):
        if row[bound] is not None:
            number_of = f"{row[bound]:.10g}"
            values[bound] = f"{number_of}%" if unit == PERCENT else float(row[bound])
    return ["[[rules]]", *(toml_line(key, value) for key, value in values.items())]
