"""Every decision behind a plan in words: what it is called, its key in a file, what was chosen."""

from __future__ import annotations

from typing import Any

from gridplan.outputs.words.names import word
from gridplan.planning.scenario.kinds import Choice, Key, Number, Table, Text, Texts
from gridplan.planning.scenario.scenario import KEYS, Scenario
from gridplan.text import say
from gridplan.text.language import bracketed, joined
from gridplan.text.toml_text import toml_value


def scenario_rows(scenario: Scenario, lang: str) -> list[tuple[str, str, str]]:
    """
    Tell a scenario, one row a key.

    Parameters
    ----------
    scenario
        Of a plan.
    lang
        Code of the language.

    Returns
    -------
    rows
        Label, key, and the value with its unit; a dash for an empty list or table.
    """
    return [
        (say(f"keys.{name}.label", lang), name, _told(name, key, getattr(scenario, name), lang))
        for name, key in KEYS.items()
    ]


def _told(name: str, key: Key, value: Any, lang: str) -> str:  # noqa: ANN401  # of any kind
    match key:
        case _ if value is None:
            told = say(f"keys.{name}.none", lang)
        case Choice():
            told = say(f"keys.{name}.{value}", lang) + bracketed(value, lang)
        case Texts():
            told = joined(value, lang)
        case Table():
            told = joined((f"{entry} = {number:,.10g}" for entry, number in value), lang)
        case Number(share=True):
            told = f"{value:,.10g}" + bracketed(f"{100 * value:,.10g}%", lang)
        case Number():
            unit = word("unit", key.unit, lang) if key.unit else ""
            told = f"{value:,.10g} {unit}".strip()
        case Text():
            told = value
        case _:  # as a scenario file has it
            told = toml_value(key.plain(value)) if value else ""
    return told or "—"
