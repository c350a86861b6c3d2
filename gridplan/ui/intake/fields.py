"""The columns of a layer as a table on the page shows them: words for codes, limits, help."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from gridplan.district.folder.institutions import ALL
from gridplan.district.schema.field import Field
from gridplan.district.schema.schema import LAYERS
from gridplan.outputs.words.names import is_missing, word
from gridplan.text.language import in_language
from gridplan.ui.shown.spoken import say

_WORDS = {
    "level": "hospital-level",
    "kind": "hospital-kind",
    "ownership": "ownership",
    "recognised_as": "ownership",
    "class": "class",
    "status": "site-state",
}
"""What the catalogue calls the words of a column; all others are yes and no."""
_HOSPITALS = ("campus_of", "host")
_SEVERAL = "serves"
_DAY = "recognised_on"
FIRST: Mapping[str, tuple[str, ...]] = {
    "hospitals": ("level", "kind", "ownership", "beds", "eligible"),
    "centers": ("class", "capacity", "host", "floor_area"),
    "candidates": ("capacity", "status", "status_reason", "ready", "cost_open"),
    "subdistricts": ("name_en", "population", "services_year"),
    "stations": ("name", "name_en"),
    "outside_centers": ("name", "name_en"),
}
"""Columns shown at once; the others, which only some rules ask for, when they are asked for."""


@dataclass(frozen=True)
class Cells:
    """
    How the cells of a layer's table are shown and meant.

    Parameters
    ----------
    layer
        Of the district.
    lang
        ``zh`` or ``en``.
    hospitals
        What each hospital is called, by its id, no two alike.
    """

    layer: str
    lang: str
    hospitals: Mapping[str, str] = field(default_factory=dict)

    def columns(self, names: Sequence[str] | None = None) -> list[Field]:
        """List the columns of those names; all that say something of a row where None."""
        schema = LAYERS[self.layer]
        own = [one for one in schema.fields if one.kind != "id" and not one.of]
        if self.layer == "subdistricts":
            own = own[1:]  # the name is what its rows go by
        return own if names is None else [one for one in own if one.name in names]

    def shown(self, column: Field, value: Any) -> Any:  # noqa: ANN401  # a table's entry
        """Turn a cell of the district into what the table shows."""
        if column.name == _SEVERAL:
            return self._several(value)
        if is_missing(value):
            return False if column.kind == "answer" else None
        if column.name in _HOSPITALS:
            return self.hospitals.get(str(value), str(value))
        if column.kind == "answer":
            return bool(value)
        if column.kind == "number":
            return float(value)
        return self.words(column).get(str(value), str(value))

    def _several(self, value: Any) -> list[str]:  # noqa: ANN401  # as above
        ids = [] if is_missing(value) else [one for one in str(value).split(";") if one]
        return [self._all if one == ALL[0] else self.hospitals.get(one.strip(), one) for one in ids]

    @property
    def _all(self) -> str:
        return say("fields.all-grids", self.lang)

    def meant(self, column: Field, value: Any) -> str:  # noqa: ANN401  # as above
        """Turn what the table shows into the text of the file."""
        ids: dict[str, str] = {name: key for key, name in self.hospitals.items()}
        ids[self._all] = ALL[0]
        if isinstance(value, (list, tuple)):
            return ";".join(ids.get(str(name), str(name)) for name in value)
        if is_missing(value) or value == "":
            return ""
        if column.kind == "answer":
            return "yes" if value else "no"
        if column.kind == "number":
            return re.sub(r"\.0$", "", f"{float(value):.12g}")
        if column.name in _HOSPITALS:
            return ids.get(str(value), str(value))
        codes = {said: code for code, said in self.words(column).items()}
        return str(codes.get(str(value), value)).strip()

    def words(self, column: Field) -> dict[str, str]:
        """Give the words of a column by their code; none for free text."""
        if column.words is None:
            return {}
        if column.name in _WORDS:
            return {code: word(_WORDS[column.name], code, self.lang) for code in column.words}
        truth = {"yes": True, "no": False}
        return {code: word("yes-no", truth[code], self.lang) for code in column.words}

    def options(self, column: Field) -> list[str]:
        """List what a cell can say; empty where anything may be typed."""
        if column.name in _HOSPITALS:
            return list(self.hospitals.values())
        return list(self.words(column).values())

    def config(self, column: Field) -> Any:  # noqa: ANN401  # Streamlit keeps the type to itself
        """Give Streamlit's configuration of a column."""
        title = field_title(column.name, self.lang)
        about = say(f"schema.{self.layer}-{column.name}", self.lang)
        if column.kind == "number":
            return st.column_config.NumberColumn(
                _with_unit(title, column, self.lang),
                min_value=column.lower,
                max_value=column.upper,
                format="%d" if column.name == "ready" else "localized",
                help=about,
            )
        if column.kind == "answer":
            return st.column_config.CheckboxColumn(title, help=about)
        if column.name == _SEVERAL:
            options = [self._all, *self.hospitals.values()]
            return st.column_config.MultiselectColumn(title, options=options, help=about)
        options = self.options(column)
        if options:
            return st.column_config.SelectboxColumn(
                title, options=options, help=about, required=column.required
            )
        rule = r"^\d{4}-\d{2}-\d{2}$" if column.name == _DAY else None
        return st.column_config.TextColumn(
            title, help=about, validate=rule, required=column.required, max_chars=200
        )


def field_title(name: str, lang: str) -> str:
    """Name a column of a layer as tables that are typed into do."""
    return say(f"fields.{name.replace('_', '-')}", lang)


def _with_unit(title: str, column: Field, lang: str) -> str:
    known = column.unit and column.unit != "count"
    unit = word("unit", column.unit, lang) if known else ""
    return say("fields.with-unit", lang, title=title, unit=unit) if unit.strip() else title


def names_of(frame: pd.DataFrame, lang: str) -> dict[str, str]:
    """Name the rows of a layer by their id; the id stands behind a name that two have."""
    rows = frame.drop(columns="geometry", errors="ignore").to_dict(orient="index")
    told = {str(key): in_language(row, "name", lang) or str(key) for key, row in rows.items()}
    twice = _twice(list(told.values()))
    return {
        key: say("fields.name-and-id", lang, name=name, id=key) if name in twice else name
        for key, name in told.items()
    }


def _twice(names: Sequence[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}
