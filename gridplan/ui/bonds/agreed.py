"""Agreements on the page: groups and members, alliances, wishes; kept as they are typed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import streamlit as st

from gridplan.district.agreements import FILE, Agreements, agreements_in
from gridplan.district.agreements_text import agreements_toml
from gridplan.district.district import District
from gridplan.district.files.intake import Intake
from gridplan.district.schema.vocabulary import LABELS
from gridplan.outputs.words.names import word
from gridplan.planning.scenario.scenario import Scenario
from gridplan.ui.bonds import typed
from gridplan.ui.bonds.institutions import Institutions, institutions_of
from gridplan.ui.setup.district_choice import Reading
from gridplan.ui.shown.spoken import say
from gridplan.ui.shown.table_editor import table_editor
from gridplan.ui.shown.words import show_problems
from gridplan.ui.window.own_copy import Files, change_district

Rows = Literal["fixed", "dynamic"]


@dataclass(frozen=True, eq=False)
class Agreed:
    """
    The agreements of a district where they are typed.

    Parameters
    ----------
    reading, district
        What is open.
    scenario
        What the fields say.
    lang
        ``zh`` or ``en``.
    known
        Its institutions.
    """

    reading: Reading
    district: District
    scenario: Scenario | None
    lang: str
    known: Institutions

    @property
    def now(self) -> Agreements:
        """What is agreed, as the district has it."""
        return self.district.agreements

    def roles(self) -> dict[str, str]:
        """Name the roles in a group."""
        return {role: say(f"bonds.role-{role}", self.lang) for role in typed.ROLES}


def agreed_view(reading: Reading, scenario: Scenario | None, lang: str) -> None:
    """Draw the tables of what is agreed."""
    district = reading.district
    if district is None:
        return
    known = institutions_of(district, lang)
    here = Agreed(reading, district, scenario, lang, known)
    _source(here)
    _groups(here)
    _members(here)
    _alliances(here)
    _wishes(here)


def _heading(here: Agreed, part: str) -> None:
    st.markdown(f"#### {say(f'bonds.{part}', here.lang)}")
    st.caption(say(f"bonds.{part}-about", here.lang))


def _source(here: Agreed) -> None:
    """Ask what the agreements rest on, once there are some."""
    if not here.now:
        return
    lang, now = here.lang, here.now
    left, right = st.columns([1, 3], vertical_alignment="bottom")
    codes = list(LABELS)
    label = left.selectbox(
        say("bonds.label", lang),
        codes,
        index=codes.index(now.label) if now.label in codes else 0,
        format_func=lambda code: word("trust", code, lang),
        help=say("bonds.label-help", lang),
        key=f"bonds-label-{here.reading.folder}-{now.label}",
    )
    source = right.text_input(
        say("bonds.source", lang),
        value=now.source,
        max_chars=500,
        help=say("bonds.source-help", lang),
        key=f"bonds-source-{here.reading.folder}-{now.source}",
    )
    text = " ".join(source.split())
    if text and (label, text) != (now.label, now.source):
        _keep(here, dataclasses.replace(now, label=str(label), source=text))


def _groups(here: Agreed) -> None:
    _heading(here, "groups")
    config = {
        "name_zh": _text(here, "name-zh"),
        "name_en": _text(here, "name-en"),
        "lead": _choice(here, "lead", list(here.known.hospitals.values())),
    }
    table = typed.groups_table(here.now, here.known)
    _typed(here, "groups", table, config, typed.with_groups)


def _members(here: Agreed) -> None:
    _heading(here, "members")
    names = typed.group_names(here.now, here.lang)
    if not names:
        st.info(say("bonds.no-groups", here.lang))
        return
    roles = here.roles()
    config = {
        "name": _text(here, "institution"),
        "about": _text(here, "about"),
        "street": _text(here, "street"),
        "group": _choice(here, "group", names),
        "role": _choice(here, "role", list(roles.values())),
        "collaborates": _several(here, "collaborates", names),
    }
    table = typed.members_table(here.now, here.known, roles, here.lang)

    def take(now: Agreements, edited: pd.DataFrame, _: Institutions) -> Agreements:
        return typed.with_members(now, edited, roles, here.lang)

    _typed(here, "members", table, config, take, rows="fixed", disabled=["name", "about", "street"])


def _alliances(here: Agreed) -> None:
    _heading(here, "alliances")
    config = {
        "name_zh": _text(here, "name-zh"),
        "name_en": _text(here, "name-en"),
        "lead": _choice(here, "lead", list(here.known.hospitals.values())),
        "members": _several(here, "members-of", list(here.known.names.values())),
    }
    table = typed.alliances_table(here.now, here.known)
    _typed(here, "alliances", table, config, typed.with_alliances)


def _wishes(here: Agreed) -> None:
    _heading(here, "wishes")
    config = {
        "institution": _choice(here, "institution", list(here.known.names.values())),
        "lead": _choice(here, "wished-lead", list(here.known.hospitals.values())),
        "note": _text(here, "note"),
    }
    table = typed.wishes_table(here.now, here.known)
    _typed(here, "wishes", table, config, typed.with_wishes)


def _typed(
    here: Agreed,
    name: str,
    table: pd.DataFrame,
    config: dict[str, Any],
    take: Callable[[Agreements, pd.DataFrame, Institutions], Agreements],
    *,
    rows: Rows = "dynamic",
    disabled: bool | list[str] = False,
) -> None:
    """Draw one table and keep what was typed into it."""
    edited = table_editor(
        f"bonds-{name}-{here.lang}", table, columns=config, rows=rows, disabled=disabled,
        height=480 if len(table) > 12 else "content",
    )  # fmt: skip
    if edited is None:
        return
    wanted = take(here.now, edited, here.known)
    if wanted == here.now:
        st.caption(say("bonds.waiting", here.lang))
        return
    _keep(here, wanted)


def _keep(here: Agreed, wanted: Agreements) -> None:
    """Write agreements into the district, unless they contradict each other."""
    if not wanted.label:
        source = say("bonds.source-typed", here.lang)
        wanted = dataclasses.replace(wanted, label="derived", source=source)

    def make(_: Path) -> Files:
        raw = agreements_toml(wanted).encode()
        intake = Intake()
        agreements_in(raw, here.district.hospitals, here.district.centers, intake)
        intake.close()
        return {FILE: raw}

    problems = change_district(here.reading, here.scenario, here.lang, make)
    show_problems(problems, here.lang, title="app.tables-problems")
    if not problems:
        st.rerun()


def _text(here: Agreed, name: str) -> Any:  # noqa: ANN401  # Streamlit keeps the type to itself
    return st.column_config.TextColumn(say(f"bonds.column-{name}", here.lang), max_chars=200)


def _choice(here: Agreed, name: str, options: list[str]) -> Any:  # noqa: ANN401  # as above
    title, about = say(f"bonds.column-{name}", here.lang), say(f"bonds.about-{name}", here.lang)
    return st.column_config.SelectboxColumn(title, options=options, help=about)


def _several(here: Agreed, name: str, options: list[str]) -> Any:  # noqa: ANN401  # as above
    title, about = say(f"bonds.column-{name}", here.lang), say(f"bonds.about-{name}", here.lang)
    return st.column_config.MultiselectColumn(title, options=options, help=about, width="large")
