"""The planner's choices as fields of the page, and back into a scenario.

Which keys have a field, of what kind and under which heading, is what their declarations say in
:class:`~gridplan.planning.scenario.scenario.Scenario`; this file names no key.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from gridplan.district.district import District
from gridplan.errors import InputError, Problem
from gridplan.outputs.pages.scenario_page import clause_of
from gridplan.outputs.words.names import section_text
from gridplan.outputs.words.safe import plain
from gridplan.planning.scenario.file import scenario_from
from gridplan.planning.scenario.kinds import Choice, Key, Number, Table, Texts, Whole
from gridplan.planning.scenario.scenario import GROUPS, KEYS, Scenario
from gridplan.text.language import in_language
from gridplan.ui.setup.limits import Limits
from gridplan.ui.setup.number_field import number_field
from gridplan.ui.setup.offered import choices
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say

FIELDS: Mapping[str, Key] = {name: key for name, key in KEYS.items() if not key.no_field}
# Largest whole number that JavaScript tells from the next one.
_LARGEST = 2**53 - 1
# Not asked for, but kept from an uploaded file.
CARRIED = tuple(name for name, key in KEYS.items() if key.no_field)


def widget(key: str) -> str:
    """Name the session's entry that holds the field of a scenario key."""
    return f"scenario-{key}"


def shown(key: Key, value: Any) -> Any:  # noqa: ANN401  # a scenario's value is one of several
    """Turn a scenario's value into what the field of its key shows."""
    match key:
        case Texts():
            return list(value)
        case Table():
            return ", ".join(f"{name} = {number:.10g}" for name, number in value)
        case Whole():
            return value if value is None else int(value)
        case Number(share=True):
            return round(100.0 * value, 6)
        case Number():
            return value if value is None else float(value)
    return value


def meant(key: Key, value: Any) -> Any:  # noqa: ANN401  # as above
    """Turn what a field shows into the scenario's value; the inverse of :func:`shown`."""
    if isinstance(key, Number) and key.share and value is not None:
        return round(value / 100, 8)
    return _pairs(value) if isinstance(key, Table) else value


def _pairs(text: str) -> tuple[tuple[str, float], ...] | str:
    """Read numbers by id; a text that is none comes back as it is, for the scenario to refuse."""
    pairs = []
    for entry in filter(str.strip, re.split(r"[,，;；\n]", text)):
        name, mark, number = entry.rpartition("=")
        given = number.strip()
        if not mark or not name.strip() or not re.fullmatch(r"[0-9]+(\.[0-9]+)?", given):
            return text
        pairs.append((name.strip(), float(given) if "." in given else int(given)))
    return tuple(sorted(pairs))


def fill_form(scenario: Scenario) -> None:
    """
    Put a scenario into the fields; before they are drawn.

    Raises
    ------
    InputError
        If a number is beyond what a browser's field can show; no field is changed then.
    """
    beyond = [
        Problem("number-beyond-field", {"key": name, "value": f"{value:.3g}"})
        for name, key in FIELDS.items()
        if isinstance(key, Number)
        and (value := getattr(scenario, name)) is not None
        and abs(shown(key, value)) > _LARGEST
    ]
    if beyond:
        raise InputError(beyond)
    for name, key in FIELDS.items():
        st.session_state[widget(name)] = shown(key, getattr(scenario, name))
    for name in CARRIED:
        st.session_state[widget(name)] = getattr(scenario, name)


def form_values(entries: Mapping[Any, Any]) -> dict[str, Any]:
    """Collect the scenario's values from the session's entries."""
    values = {name: meant(key, entries[widget(name)]) for name, key in FIELDS.items()}
    return values | {name: entries[widget(name)] for name in CARRIED}


def fill_next(scenario: Scenario) -> None:
    """Put a scenario into the fields when the page is drawn again: they are drawn already."""
    st.session_state["scenario-next"] = scenario


def fill_waiting() -> None:
    """Fill the fields with what waits for it; before they are drawn."""
    waiting = st.session_state.pop("scenario-next", None)
    if waiting is not None:
        fill_form(waiting)


def keep_fields() -> None:
    """Keep every field's entry: one that is not drawn, or is in a part drawn alone, is lost."""
    kept = st.session_state.setdefault("scenario-fields", {})
    for name in (*FIELDS, *CARRIED):
        entry = widget(name)
        if entry in st.session_state:
            kept[entry] = st.session_state[entry]
        if entry in kept:
            st.session_state[entry] = kept[entry]


def scenario_now(limits: Limits) -> tuple[Scenario | None, tuple[Problem, ...]]:
    """
    Give what the fields say, whether they are drawn or not.

    Parameters
    ----------
    limits
        Of the server.

    Returns
    -------
    scenario, problems
        The scenario, its ``time_limit`` within that of the server, or None and everything that is
        wrong with the values.
    """
    try:
        scenario = scenario_from(form_values(st.session_state), source="-")
    except InputError as error:
        return None, error.problems
    return dataclasses.replace(scenario, time_limit=min(scenario.time_limit, limits.seconds)), ()


def scenario_form(district: District | None, lang: str, limits: Limits | None = None) -> None:
    """
    Draw the fields.

    Parameters
    ----------
    district
        Brings the hospitals and centers to choose from; None while there is none.
    lang
        ``zh`` or ``en``.
    limits
        Of the server; its longest ``time_limit`` is said where the field asks for more.
    """
    longest = (limits or Limits()).seconds
    for group, names in _grouped(first=True):
        st.markdown(f"**{say(f'app.group-{group}', lang)}**")
        _draw_pairs(names, district, lang)
    with st.expander(say("app.group-advanced", lang)):
        for group, names in _grouped(first=False):
            st.markdown(f"**{say(f'app.group-{group}', lang)}**")
            for name in names:
                _draw(name, district, lang)
        st.caption(say("app.time-limit-of-server", lang, seconds=f"{longest:,.0f}"))
    asked = float(st.session_state[widget("time_limit")])
    if asked > longest:
        told = {"seconds": f"{longest:,.0f}", "asked": f"{asked:,.0f}"}
        st.warning(say("app.time-limit-cut", lang, **told))


def _grouped(*, first: bool) -> Iterable[tuple[str, list[str]]]:
    """Give the fields of each heading, those shown at once or those folded away."""
    for group in GROUPS:
        names = [name for name, key in FIELDS.items() if (key.group, key.first) == (group, first)]
        if names:
            yield group, names


def _draw_pairs(names: Sequence[str], district: District | None, lang: str) -> None:
    """Two fields a row; a choice takes a row of its own."""
    narrow = [name for name in names if not isinstance(FIELDS[name], Choice)]
    narrow.sort(key=lambda name: FIELDS[name].default is None)  # what may stay empty comes last
    for start in range(0, len(narrow), 2):
        columns = st.columns(2, vertical_alignment="bottom")
        for column, name in zip(columns, narrow[start : start + 2], strict=False):
            with column:
                _draw(name, district, lang)
    for name in names:
        if isinstance(FIELDS[name], Choice):
            _draw(name, district, lang)


def _draw(name: str, district: District | None, lang: str) -> None:
    # The entry is set again on every run: a field not drawn for one run would lose it.
    st.session_state[widget(name)] = st.session_state[widget(name)]
    label = say(f"keys.{name}.label", lang)
    told: dict[str, Any] = {"key": widget(name)}
    told["help"] = _help(name, lang)
    match FIELDS[name]:
        case Choice(words=words):
            spoken = {word: say(f"keys.{name}.{word}", lang) for word in words}
            st.selectbox(label, words, format_func=lambda word: spoken[word], **told)
        case Texts(offered=layer):
            names = choices(layer, district, lang)
            # An id of an uploaded file that the district does not have stays, for the run to name.
            known = [*names, *(i for i in st.session_state[widget(name)] if i not in names)]
            st.multiselect(
                label,
                known,
                format_func=lambda key: plain(names.get(key, key), limit=60),
                placeholder=say("app.choose", lang),
                **told,
            )
        case Number() as key:
            number_field(label, key, lang, **told)
        case _:
            st.text_input(label, **told)


def _help(name: str, lang: str) -> str:
    """Say what a field is for, and word for word the clause it comes from."""
    return say(f"keys.{name}.help", lang) + clause_help(name, lang)


def clause_help(name: str, lang: str) -> str:
    """Give the clause a key comes from, word for word, to stand under its help; empty for none."""
    rule = clause_of(KEYS[name])
    if rule is None:
        return ""
    clause = literal(in_language(rule, "clause", lang))
    return f"  \n{clause}{literal(section_text(vars(rule), lang))}"
