"""Rows of a scenario as tables show them, and back: what each entry offers, in the page's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from gridplan.district.district import District
from gridplan.outputs.words.names import word
from gridplan.planning.demands.found import NUMBERED
from gridplan.planning.scenario.rows import Entry, Row, RowForm
from gridplan.text import catalogue
from gridplan.ui.bonds.institutions import Institutions, institutions_of
from gridplan.ui.intake.fields import names_of
from gridplan.ui.shown.spoken import say
from gridplan.ui.shown.table_editor import cells

_BETWEEN = re.compile(r"[,，;；、\s]+")
_WORDS = {"kinds": "hospital-kind", "levels": "hospital-level"}
_SHARES = ("tolerance",)


@dataclass(frozen=True, eq=False)
class RowTable:
    """
    One key that holds rows, over one district.

    Parameters
    ----------
    form
        Of its rows.
    lang
        ``zh`` or ``en``.
    offered
        By entry: what each value is called; an entry without is typed freely.
    """

    form: RowForm
    lang: str
    offered: Mapping[str, Mapping[str, str]]

    @classmethod
    def over(cls, form: RowForm, district: District, lang: str) -> RowTable:
        """Make the table of a form over a district."""
        known = institutions_of(district, lang)
        return cls(form, lang, offered_by(district, known, lang))

    def shown(self, rows: tuple[Row, ...]) -> pd.DataFrame:
        """Give the rows as a table, their position as index."""
        table = pd.DataFrame(
            [
                {name: self._shown(name, row.get(name)) for name in self.form.entries}
                for row in rows
            ],
            columns=list(self.form.entries),
            dtype=object,
        )
        kinds = {"number": "float", "whole": "float", "answer": "bool"}
        for name, entry in self.form.entries.items():
            if entry.form in kinds:
                table[name] = table[name].astype(kinds[entry.form])
        return table

    def _shown(self, name: str, value: Any) -> Any:  # noqa: ANN401  # a table's entry
        entry, known = self.form.entries[name], self.offered.get(name, {})
        if value is None:
            return (
                False if entry.form == "answer" else [] if known and entry.form == "texts" else None
            )
        told: Any = value
        match entry.form:
            case "number" if name in _SHARES:
                told = round(100 * float(value), 6)
            case "corners":
                told = "; ".join(f"{lon:.6f} {lat:.6f}" for lon, lat in value)
            case "texts":
                told = [known.get(one, one) for one in value] if known else ", ".join(value)
            case "table":
                told = ", ".join(f"{key} = {number:g}" for key, number in value.items())
            case "text":
                told = known.get(str(value), value)
        return told

    def meant(self, typed: pd.DataFrame) -> tuple[dict[str, Any], ...]:
        """Give what was typed as rows; one that lacks what every row has waits."""
        rows = []
        for cell in cells(typed):
            row = {
                name: self._meant(name, value) for name, value in cell.items() if value is not None
            }
            row = {name: value for name, value in row.items() if value not in (None, False, ())}
            some = self.form.some_of
            whole = all(name in row for name in self.form.needed)
            if row and whole and (not some or any(name in row for name in some)):
                rows.append(row)
        return tuple(rows)

    def _meant(self, name: str, value: Any) -> Any:  # noqa: ANN401  # as above
        entry = self.form.entries[name]
        codes = {told: code for code, told in self.offered.get(name, {}).items()}
        meant: Any = value
        match entry.form:
            case "number" if name in _SHARES:
                meant = round(value / 100, 8)
            case "whole":
                meant = int(value)
            case "corners":
                meant = _corners(str(value))
            case "texts" if isinstance(value, tuple):
                meant = tuple(codes.get(one, one) for one in value)
            case "texts":
                meant = tuple(filter(None, _BETWEEN.split(str(value))))
            case "table":
                meant = _numbers(str(value))
            case "text":
                meant = codes.get(value, value)
        return meant

    def config(self) -> dict[str, Any]:
        """Give Streamlit's configuration of the columns."""
        return {name: self._config(name, entry) for name, entry in self.form.entries.items()}

    def _config(self, name: str, entry: Entry) -> Any:  # noqa: ANN401  # Streamlit's own type
        part = name.replace("_", "-")
        title, about = say(f"bonds.entry-{part}", self.lang), say(f"bonds.help-{part}", self.lang)
        options = list(self.offered.get(name, {}).values())
        match entry.form:
            case "number" | "whole":
                low, high = entry.within
                share = 100 if name in _SHARES else 1
                step = 1 if entry.form == "whole" else None
                return st.column_config.NumberColumn(
                    title, min_value=low * share, max_value=high * share, step=step, help=about,
                    format="%d" if name == "year" else "localized",
                )  # fmt: skip
            case "answer":
                return st.column_config.CheckboxColumn(title, help=about, default=False)
            case "texts" if options:
                return st.column_config.MultiselectColumn(title, options=options, help=about)
            case "text" if options:
                return st.column_config.SelectboxColumn(title, options=options, help=about)
        return st.column_config.TextColumn(title, help=about, max_chars=2000)


def offered_by(district: District, known: Institutions, lang: str) -> dict[str, Mapping[str, str]]:
    """Give what a district offers for each entry of a row, by its code."""
    units = district.units
    offered: dict[str, Mapping[str, str]] = {
        "lead": known.hospitals,
        "hospitals": known.hospitals,
        "communities": _distinct(units["community"]),
        "subdistricts": _distinct(units["subdistrict"]),
        "column": columns_of(district, lang),
    }
    for name, kind in _WORDS.items():
        layer = district.hospitals["kind" if name == "kinds" else "level"]
        there = [*dict.fromkeys(str(code) for code in layer.dropna())]
        tiers = [code.split("-")[0] for code in there] if name == "levels" else []
        offered[name] = {code: word(kind, code, lang) for code in dict.fromkeys([*tiers, *there])}
    if len(district.subdistricts):
        names = district.subdistricts.assign(name=district.subdistricts.index)
        offered["subdistricts"] = names_of(names, lang)
    return offered


def columns_of(district: District, lang: str) -> dict[str, str]:
    """Name the quantities that grids may share: numbers without a gap, by ``layer.column``."""
    found = {}
    for layer in NUMBERED:
        frame = getattr(district, layer)
        for name in map(str, frame.columns):
            values = frame[name]
            numeric = pd.api.types.is_numeric_dtype(values)
            if numeric and not pd.api.types.is_bool_dtype(values) and values.notna().all():
                title = word("column", name, lang)
                if title == name:
                    title = catalogue(lang).get(f"fields.{name.replace('_', '-')}", name)
                told = {"layer": word("layer", layer, lang), "column": title}
                found[f"{layer}.{name}"] = say("bonds.of-layer", lang, **told)
    return found


def _distinct(labels: pd.Series) -> dict[str, str]:
    return {name: name for name in sorted({str(label) for label in labels.dropna()})}


def _corners(text: str) -> Any:  # noqa: ANN401  # what is none comes back for the scenario to refuse
    corners = []
    for corner in re.split(r"[;；\n]", text):
        parts = [part for part in _BETWEEN.split(corner.strip()) if part]
        if not parts:
            continue
        try:
            corners.append(tuple(float(part) for part in parts))
        except ValueError:
            return text
    return tuple(corners)


def _numbers(text: str) -> Any:  # noqa: ANN401  # as above
    pairs = {}
    for entry in filter(None, (part.strip() for part in re.split(r"[,，;；\n]", text))):
        name, mark, number = entry.rpartition("=")
        try:
            pairs[name.strip()] = float(number)
        except ValueError:
            return text
        if not mark:
            return text
    return pairs
