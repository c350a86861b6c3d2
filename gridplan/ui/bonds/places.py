"""Where new centers may stand and where not: streets and communities to choose, units by id."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import streamlit as st

from gridplan.district.district import District
from gridplan.errors import InputError
from gridplan.planning.scenario.scenario import Scenario
from gridplan.ui.setup.scenario_form import fill_form
from gridplan.ui.shown.spoken import say
from gridplan.ui.shown.words import show_problems

AREAS = ("candidates_inside", "candidates_outside")
UNITS = "not_at"
_BETWEEN = re.compile(r"[,，;；、\s]+")


def places_view(district: District, scenario: Scenario, lang: str) -> None:
    """
    Draw the fields.

    Parameters
    ----------
    district
        Brings streets, communities and units.
    scenario
        What the fields say.
    lang
        ``zh`` or ``en``.
    """
    units = district.units
    labels = [*units["subdistrict"].dropna(), *units["community"].dropna()]
    offered = sorted({str(label) for label in labels})
    wanted: dict[str, Any] = {}
    for key in AREAS:
        now = [*getattr(scenario, key)]
        wanted[key] = tuple(
            st.multiselect(
                say(f"keys.{key}.label", lang),
                [*offered, *(name for name in now if name not in offered)],
                default=now,
                placeholder=say("app.choose", lang),
                help=say(f"keys.{key}.help", lang),
                key=f"bonds-{key}-{hash(getattr(scenario, key))}",
            )
        )
    text = st.text_input(
        say(f"keys.{UNITS}.label", lang),
        value=", ".join(scenario.not_at),
        help=f"{say(f'keys.{UNITS}.help', lang)}  \n{say('bonds.help-units', lang)}",
        key=f"bonds-{UNITS}-{hash(scenario.not_at)}",
    )
    wanted[UNITS] = tuple(filter(None, _BETWEEN.split(text)))
    unknown = [name for name in wanted[UNITS] if name not in units.index]
    if unknown:
        st.error(say("bonds.no-units", lang, rows=", ".join(unknown[:8])))
        return
    if all(getattr(scenario, key) == value for key, value in wanted.items()):
        return
    try:
        fill_form(dataclasses.replace(scenario, **wanted))
    except InputError as error:
        show_problems(error.problems, lang, title="app.tables-problems")
    else:
        st.rerun()
