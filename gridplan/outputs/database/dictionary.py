"""The dictionary of a database: each layer and field, what it is called and what it means."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter

from gridplan.outputs.database.fields import field_names, layer_name
from gridplan.outputs.files.excel import OPTIONS
from gridplan.outputs.files.sheet import Formats, table_sheet
from gridplan.outputs.words.columns import WORDS, unit_name
from gridplan.outputs.words.moment import moment
from gridplan.outputs.words.names import word
from gridplan.text import catalogue

if TYPE_CHECKING:
    from gridplan.outputs.office.worded import Worded

FIELDS = ("dictionary_layer", "dictionary_field", "dictionary_key", "dictionary_meaning",
          "dictionary_type", "dictionary_unit", "dictionary_filled")  # fmt: skip


def dictionary_table(told: Worded, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """
    List every field of a database.

    Parameters
    ----------
    told
        The plan and its language.
    frames
        Layers and tables by name.

    Returns
    -------
    table
        Layer, field, the plan's own key, meaning, type, unit, how many rows have a value.
    """
    lang = told.lang
    rows = []
    for layer, frame in frames.items():
        columns = [name for name in frame.columns if name != "geometry"]
        for column, field in field_names(columns, lang).items():
            code = unit_name(column)
            rows.append(
                [
                    layer_name(layer, lang),
                    field,
                    column,
                    word("column", column, lang),
                    told.say(f"report.type-{_kind(frame[column])}"),
                    word("unit", code, lang) if code else "",
                    int(frame[column].notna().sum()),
                ]
            )
    return pd.DataFrame(rows, columns=list(FIELDS), dtype=object)


def codes_table(told: Worded, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """List the codes that stand in fields, with what they mean."""
    lang = told.lang
    used = {str(name) for frame in frames.values() for name in frame.columns}
    rows = []
    for column in sorted(used & set(WORDS)):
        prefix = f"outputs.{WORDS[column]}-"
        for key, text in catalogue(lang).items():
            if key.startswith(prefix) and not key.endswith(("-county", "-plain")):
                rows.append([word("column", column, lang), key.removeprefix(prefix), text])
    columns = ["dictionary_field", "dictionary_key", "dictionary_meaning"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def write_dictionary(told: Worded, frames: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Write the dictionary as a workbook: layers, fields, codes."""
    layers = pd.DataFrame(
        [
            [layer_name(name, told.lang), name, told.say(f"report.database-about-{name}"), len(one)]
            for name, one in frames.items()
        ],
        columns=["dictionary_layer", "dictionary_key", "dictionary_meaning", "rows"],
        dtype=object,
    )
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, OPTIONS) as book:
        stamp = datetime.fromisoformat(moment().removesuffix("Z"))
        book.set_properties({"title": told.say("report.database-dictionary"), "created": stamp})
        formats = Formats(book)
        sheets: dict[str, Any] = {
            "layers": layers,
            "fields": dictionary_table(told, frames),
            "codes": codes_table(told, frames),
        }
        for key, table in sheets.items():
            title = told.say(f"report.dictionary-{key}")
            table_sheet(book, formats, title, table, told.lang)
    path.write_bytes(made.getvalue())


def _kind(values: pd.Series) -> str:
    if pd.api.types.is_integer_dtype(values.dtype):
        return "whole"
    return "number" if pd.api.types.is_float_dtype(values.dtype) else "text"
