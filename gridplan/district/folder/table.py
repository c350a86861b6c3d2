"""The rows of one layer, checked against its schema: headers found, cells read, pandera asked."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandera.errors import SchemaErrors

from gridplan.district.files.intake import Intake, sample
from gridplan.district.folder.column import clean_column, clean_text, read_field
from gridplan.district.folder.layer import RawLayer
from gridplan.district.schema.characters import visible
from gridplan.district.schema.field import Field
from gridplan.district.schema.headers import COORDINATES, match_headers, pandera_schema
from gridplan.district.schema.schema import LAYERS
from gridplan.district.schema.vocabulary import fold


def read_table(raw: RawLayer, intake: Intake) -> pd.DataFrame:
    """
    Prepare and validate the columns of one layer.

    Parameters
    ----------
    raw
        The layer as its file holds it.
    intake
        Collects problems (``missing-column``, ``ambiguous-column``, ``missing-value``,
        ``duplicate-value``, ``too-small``, ``too-large``, ``not-finite`` and those of
        :mod:`gridplan.district.folder.column`) and repairs.

    Returns
    -------
    table
        Same rows; the fields of the schema under their own names (those that only rules ask for
        if the file has them), then the file's other columns.
    """
    schema = LAYERS[raw.entry.layer]
    where = {"layer": raw.entry.layer, "file": raw.entry.file}
    found, ambiguous = match_headers(raw.entry.layer, [str(name) for name in raw.table.columns])
    columns: dict[str, pd.Series] = {}
    for field in schema.fields:
        if field.name in ambiguous:
            intake.wrong(
                "ambiguous-column", **where, column=field.name, columns=ambiguous[field.name]
            )
        elif field.name in found:
            columns[field.name] = read_field(field, raw.table[found[field.name]], raw, intake)
        elif field.required:
            intake.wrong("missing-column", **where, column=field.name, aliases=list(field.aliases))
    public = columns.get("ownership", pd.Series(dtype=object)).eq("public").to_numpy(dtype=bool)
    if public.any():
        intake.repaired("level-of-government", **where, **sample(raw.rows[public]))
    for field in schema.fields:
        if field.kind == "id" and field.name not in columns and field.name not in ambiguous:
            columns[field.name] = _made_ids(field, columns.get("name"), raw, intake)
    used = set(found.values()) | _coordinate_columns(raw)
    extra = {
        visible(str(name)): clean_column(raw.table[name], raw, intake)
        for name in raw.table.columns
        if name not in used and str(name) not in columns
    }
    table = pd.DataFrame({**columns, **extra}, index=raw.table.index)
    _validate(table, found, raw, intake)
    for field in schema.fields:
        if field.name not in table and not field.extra:
            table[field.name] = _empty(field, len(table), table.index)
    ordered = [field.name for field in schema.fields if field.name in table]
    return table[ordered + [name for name in extra if name not in ordered]]


def _coordinate_columns(raw: RawLayer) -> set[str]:
    """Columns that became shapes: kept as text they would go on in a CRS nobody declares."""
    if raw.shapes is not None:
        return set()
    spoken = {fold(alias) for aliases in COORDINATES.values() for alias in aliases}
    return {str(name) for name in raw.table.columns if fold(str(name)) in spoken}


def _empty(field: Field, n: int, index: pd.Index) -> pd.Series:
    if field.kind == "number":
        return pd.Series(np.full(n, np.nan), index=index)
    if field.kind == "answer":
        return pd.Series(np.zeros(n, dtype=bool), index=index)
    return pd.Series([None] * n, index=index, dtype=object)


def _made_ids(field: Field, names: pd.Series | None, raw: RawLayer, intake: Intake) -> pd.Series:
    """Name rows that have no id: by their name if no two are equal, else by their number."""
    if names is not None and names.notna().all() and names.is_unique:
        ids = names.copy()
    else:
        numbers = [f"{field.name[0]}{i + 1}" for i in range(len(raw.table))]
        ids = pd.Series(numbers, index=raw.table.index, dtype=object)
    intake.repaired(
        "ids-made",
        layer=raw.entry.layer,
        file=raw.entry.file,
        column=field.name,
        count=len(ids),
        example=str(ids.iloc[0]),
    )
    return ids


_CODES = {
    "not_nullable": "missing-value",
    "field_uniqueness": "duplicate-value",
    "lower": "too-small",
    "upper": "too-large",
    "finite": "not-finite",
}


def _validate(table: pd.DataFrame, found: dict[str, str], raw: RawLayer, intake: Intake) -> None:
    """Ask pandera for every failure at once and say each kind once for each column."""
    schema = pandera_schema(raw.entry.layer)
    present = schema.remove_columns([name for name in schema.columns if name not in table])
    try:
        present.validate(table, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
    else:
        return
    for (name, check), group in cases.groupby(["column", "check"], sort=False):
        index = np.sort(group["index"].dropna().to_numpy(dtype=np.int64))
        field = LAYERS[raw.entry.layer].field(str(name))
        values = clean_text(table.loc[index, name]) if len(index) else clean_text(group["check"])
        intake.wrong(
            _CODES.get(str(check), "schema"),
            layer=raw.entry.layer,
            file=raw.entry.file,
            column=found.get(str(name), str(name)),
            field=str(name),
            check=str(check),
            bound=f"{field.lower if check == 'lower' else field.upper}",
            values=[str(value) for value in dict.fromkeys(values)][:5],
            **sample(raw.rows[index]),
        )
