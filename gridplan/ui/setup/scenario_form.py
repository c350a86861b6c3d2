"""The planner's choices as fields of the page, and back into a scenario."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from gridplan.district.district import District
from gridplan.errors import InputError, Problem
from gridplan.outputs.words.safe import plain
from gridplan.planning.scenario.file import scenario_from
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.scenario.values import CHOICES
from gridplan.text import say
from gridplan.ui.setup.limits import Limits
from gridplan.ui.setup.number_field import number_field
from gridplan.ui.setup.offered import choices

Kind = Literal["whole", "number", "percent", "choice", "ids", "derived", "table"]


@dataclass(frozen=True)
class Field:
    """
    How one scenario key is asked for.

    Parameters
    ----------
    key
        Of :class:`~gridplan.planning.scenario.scenario.Scenario`.
    kind
        ``whole`` and ``number``; ``percent``, a share shown times 100; ``derived``, a whole number
        that may be left empty; ``choice``; ``ids``, several of a list; ``table``, numbers by id,
        written as ``c1 = 30000, c2 = 25000``.
    step
        Of its buttons, in what is shown.
    """

    key: str
    kind: Kind
    step: float = 1


GROUPS: dict[str, tuple[Field, ...]] = {
    "grids": (
        Field("grids", "whole"),
        Field("grid_tolerance", "percent"),
        Field("grid_grain", "choice"),
    ),
    "centers": (
        Field("center_lower", "whole", 1000),
        Field("center_upper", "whole", 1000),
        Field("centers", "derived"),
        Field("center_max_minutes", "number", 1),
        Field("center_objective", "choice"),
    ),
    "regional": (
        Field("regional_min", "whole"),
        Field("regional_max", "whole"),
    ),
}
ADVANCED = (
    Field("grid_leads", "ids"),
    Field("close", "ids"),
    Field("enlarge", "table"),
    Field("band_exempt", "ids"),
    Field("profiles", "ids"),
    Field("regional_street_population", "whole", 10_000),
    Field("regional_population_min", "whole", 10_000),
    Field("walk_by", "choice"),
    Field("walk_kmh", "number", 0.5),
    Field("walk_detour", "number", 0.1),
    Field("drive_by", "choice"),
    Field("drive_kmh", "number", 5),
    Field("road_speeds", "table"),
    Field("grid_compactness", "number", 0.1),
    Field("grid_split_price", "number", 1000),
    Field("center_coverage_target", "number", 1),
    Field("center_max_metres", "derived", 100),
    Field("center_equity", "number", 0.1),
    Field("candidates_per_community", "whole"),
    Field("seed", "whole"),
    Field("work_limit", "number", 5),
    Field("time_limit", "number", 30),
)
FIELDS = {field.key: field for field in (*(f for g in GROUPS.values() for f in g), *ADVANCED)}
# What the words of a choice begin with in the catalogue, where it is not the key.
# Largest whole number that JavaScript tells from the next one.
_LARGEST = 2**53 - 1
# Not asked for, but kept from an uploaded file: the names, and any key without a field.
CARRIED = tuple(key.name for key in dataclasses.fields(Scenario) if key.name not in FIELDS)


def widget(key: str) -> str:
    """Name the session's entry that holds the field of a scenario key."""
    return f"scenario-{key}"


def shown(field: Field, value: Any) -> Any:  # noqa: ANN401  # a scenario's value is one of several
    """Turn a scenario's value into what its field shows."""
    if field.kind == "ids":
        return list(value)
    if field.kind == "percent":
        return round(100.0 * value, 6)
    if field.kind == "table":
        return ", ".join(f"{name} = {number:.10g}" for name, number in value)
    if field.kind == "number":
        return float(value)
    return value if value is None or field.kind == "choice" else int(value)


def meant(field: Field, value: Any) -> Any:  # noqa: ANN401  # as above
    """Turn what a field shows into the scenario's value; the inverse of :func:`shown`."""
    if field.kind == "percent" and value is not None:
        return round(value / 100, 8)
    return _pairs(value) if field.kind == "table" else value


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
        Problem("number-beyond-field", {"key": key, "value": f"{value:.3g}"})
        for key, field in FIELDS.items()
        if field.kind not in ("choice", "ids", "table")
        and (value := getattr(scenario, key)) is not None
        and abs(shown(field, value)) > _LARGEST
    ]
    if beyond:
        raise InputError(beyond)
    for key, field in FIELDS.items():
        st.session_state[widget(key)] = shown(field, getattr(scenario, key))
    for key in CARRIED:
        st.session_state[widget(key)] = getattr(scenario, key)


def form_values(entries: Mapping[Any, Any]) -> dict[str, Any]:
    """Collect the scenario's values from the session's entries."""
    values = {key: meant(field, entries[widget(key)]) for key, field in FIELDS.items()}
    return values | {key: entries[widget(key)] for key in CARRIED}


def scenario_form(
    district: District | None, lang: str, limits: Limits | None = None
) -> tuple[Scenario | None, tuple[Problem, ...]]:
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

    Returns
    -------
    scenario, problems
        The scenario, its ``time_limit`` within that of the server, or None and everything that is
        wrong with the values.
    """
    longest = (limits or Limits()).seconds
    for group, fields in GROUPS.items():
        st.markdown(f"**{say(f'app.group-{group}', lang)}**")
        _draw_pairs(fields, district, lang)
    with st.expander(say("app.group-advanced", lang)):
        for field in ADVANCED:
            _draw(field, district, lang)
        st.caption(say("app.time-limit-of-server", lang, seconds=f"{longest:,.0f}"))
    try:
        scenario = scenario_from(form_values(st.session_state), source="-")
    except InputError as error:
        return None, error.problems
    if scenario.time_limit > longest:
        asked = f"{scenario.time_limit:,.0f}"
        st.warning(say("app.time-limit-cut", lang, seconds=f"{longest:,.0f}", asked=asked))
        scenario = dataclasses.replace(scenario, time_limit=longest)
    return scenario, ()


def _draw_pairs(fields: Sequence[Field], district: District | None, lang: str) -> None:
    """Two fields a row; a choice takes a row of its own."""
    narrow = [field for field in fields if field.kind != "choice"]
    for start in range(0, len(narrow), 2):
        columns = st.columns(2, vertical_alignment="bottom")
        for column, field in zip(columns, narrow[start : start + 2], strict=False):
            with column:
                _draw(field, district, lang)
    for field in fields:
        if field.kind == "choice":
            _draw(field, district, lang)


def _draw(field: Field, district: District | None, lang: str) -> None:
    # The entry is set again on every run: a field not drawn for one run would lose it.
    st.session_state[widget(field.key)] = st.session_state[widget(field.key)]
    name = field.key.replace("_", "-")
    label = say(f"app.field-{name}", lang)
    note = f"{say(f'app.help-{name}', lang)}  \n`{field.key}`"
    if field.kind == "choice":
        words = "grain" if field.key == "grid_grain" else name
        st.selectbox(
            label,
            CHOICES[field.key],
            format_func=lambda word: say(f"app.{words}-{word}", lang),
            key=widget(field.key),
            help=note,
        )
    elif field.kind == "ids":
        names = choices(field.key, district, lang)
        # An id of an uploaded file that the district does not have stays, for the run to name.
        known = [*names, *(i for i in st.session_state[widget(field.key)] if i not in names)]
        st.multiselect(
            label,
            known,
            format_func=lambda key: plain(names.get(key, key), limit=60),
            key=widget(field.key),
            help=note,
            placeholder=say("app.choose", lang),
        )
    elif field.kind == "table":
        st.text_input(label, key=widget(field.key), help=note)
    else:
        number_field(label, field.kind, field.step, key=widget(field.key), note=note, lang=lang)
