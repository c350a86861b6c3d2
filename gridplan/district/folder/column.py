"""One column of text, as planners write it -> numbers, codes or clean text.

What is repaired without doubt is repaired and listed: spaces, full-width digits, thousands
separators, 万 and a unit behind a figure. Everything else that is no number or no known word is a
problem.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from gridplan.district.files.intake import Intake, sample
from gridplan.district.folder.dots import settle_dots
from gridplan.district.folder.layer import RawLayer
from gridplan.district.schema.characters import cell_text, hides, lost_digits, plain_ids, visible
from gridplan.district.schema.field import Field
from gridplan.district.schema.figures import BLANKS, read_number
from gridplan.district.schema.vocabulary import (
    ANSWERS,
    KINDS,
    decode_path,
    decoder,
    fold,
    nearest,
    steps,
)
from gridplan.errors import SHOWN


def clean_text(values: pd.Series) -> pd.Series:
    """Strip spaces and hidden characters; a blank becomes None. Numbers lose a bare ``.0``."""
    texts = [cell_text(value) for value in values.to_numpy(dtype=object)]
    return pd.Series(texts, index=values.index, dtype=object)


def read_field(field: Field, values: pd.Series, raw: RawLayer, intake: Intake) -> pd.Series:
    """
    Turn one column into what its field asks for.

    Parameters
    ----------
    field
        What the column must hold.
    values
        As the file has them.
    raw
        The layer, for its name and the numbers of its rows.
    intake
        Collects problems and repairs.

    Returns
    -------
    column
        Same index; float, bool or text. A cell that could not be read is NaN or None.
    """
    _tell_hidden(field, values, raw, intake)
    if field.kind == "number":
        return _numbers(field, values, raw, intake)
    texts = clean_text(values)
    if field.kind in {"word", "answer"}:
        return _codes(field, texts, raw, intake)
    return _ids(field, texts, raw, intake)


def clean_column(values: pd.Series, raw: RawLayer, intake: Intake) -> pd.Series:
    """Keep a column nobody asks for, without the characters nobody sees."""
    if values.dtype != object:
        return values
    if _tell_hidden(Field(str(values.name)), values, raw, intake):
        clean = [visible(value) if isinstance(value, str) else value for value in values]
        return pd.Series(clean, index=values.index, dtype=object)
    return values


def _tell_hidden(field: Field, values: pd.Series, raw: RawLayer, intake: Intake) -> bool:
    """List the cells of a column that hold characters nobody sees."""
    if values.dtype != object:
        return False
    hidden = values.map(lambda value: isinstance(value, str) and hides(value)).astype(bool)
    if hidden.any():
        column = visible(str(values.name)) or field.name
        where = {"layer": raw.entry.layer, "file": raw.entry.file, "column": column}
        intake.repaired("hidden-characters", **where, **_rows(raw, hidden))
    return bool(hidden.any())


def _ids(field: Field, texts: pd.Series, raw: RawLayer, intake: Intake) -> pd.Series:
    """Read ids and names as text, whatever a spreadsheet made of them."""
    plain = plain_ids(texts)
    changed = (plain != texts) & texts.notna()
    where = {"layer": raw.entry.layer, "file": raw.entry.file, "column": texts.name or field.name}
    if changed.any():
        example = f"{texts[changed].iloc[0]} -> {plain[changed].iloc[0]}"
        intake.repaired("ids-as-numbers", **where, **_rows(raw, changed), example=example)
    cut = plain.map(lost_digits).astype(bool)
    if field.kind == "id" and cut.any():
        shown = list(dict.fromkeys(plain[cut]))[:SHOWN]
        intake.wrong("ids-cut", **where, **_rows(raw, cut), values=shown)
    return plain


def _numbers(field: Field, values: pd.Series, raw: RawLayer, intake: Intake) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values.dtype) and values.dtype != bool:
        return values.astype(float)
    texts = pd.Series([_number_text(v) for v in values], index=values.index, dtype=object)
    # Only text is in doubt: a cell that is a number was read by the program that wrote it.
    written = values.map(lambda value: isinstance(value, str)).to_numpy(dtype=bool)
    asked = settle_dots(field, texts.where(written, None).rename(values.name), raw, intake)
    texts = texts.where(~written, asked)
    numbers = pd.to_numeric(texts, errors="coerce").astype(float)
    odd = numbers.isna() & texts.notna()
    # "nan" is what an export writes for an empty cell; it is not a word out of place.
    odd &= ~texts.str.lower().isin(BLANKS).fillna(False).astype(bool)
    if not odd.any():
        return numbers
    # Digits with a space between them may be one figure or two.
    apart = texts[odd].str.contains(r"\d\s+\d").astype(bool)
    mended = texts[odd].mask(apart, "?").map(read_number).astype(float)
    numbers.loc[odd] = mended
    repaired = mended.notna().reindex(texts.index, fill_value=False)
    where = {"layer": raw.entry.layer, "file": raw.entry.file, "column": values.name or field.name}
    if repaired.any():
        example = f"{texts[repaired].iloc[0]} -> {numbers[repaired].iloc[0]:g}"
        intake.repaired("number-mended", **where, **_rows(raw, repaired), example=example)
    wrong = odd & ~repaired
    if wrong.any():
        words = list(dict.fromkeys(texts[wrong]))[:SHOWN]
        intake.wrong("not-a-number", **where, **_rows(raw, wrong), texts=words, field=field.name)
        numbers.loc[wrong] = 0.0  # already named: not to be named again as missing
    return numbers


def _number_text(value: Any) -> str | None:  # noqa: ANN401
    if isinstance(value, (bool, np.bool_)):
        return str(value)
    if isinstance(value, (int, float, np.integer, np.floating)):
        return repr(float(value)) if not np.isnan(value) else None
    return cell_text(value)


def _codes(field: Field, texts: pd.Series, raw: RawLayer, intake: Intake) -> pd.Series:
    vocabulary = ANSWERS if field.kind == "answer" else field.words or {}
    codes_of = decoder(vocabulary)
    codes = texts.map(lambda text: codes_of.get(fold(text)) if isinstance(text, str) else None)
    codes = codes.astype(object).where(codes.notna(), None)
    codes = _from_paths(field, texts, codes, raw, intake)
    blank = codes.isna() & (
        texts.isna() | texts.str.lower().isin(BLANKS).fillna(False).astype(bool)
    )
    wrong = codes.isna() & ~blank
    if field.other and wrong.any():
        where = {"layer": raw.entry.layer, "file": raw.entry.file, "column": texts.name}
        words = list(dict.fromkeys(texts[wrong]))[:SHOWN]
        intake.repaired("label-other", **where, texts=words, value=field.other, **_rows(raw, wrong))
        codes = codes.where(~wrong, field.other)
    elif wrong.any():
        spoken = [word for code, words in vocabulary.items() for word in (*words[:1], code)]
        for word in list(dict.fromkeys(texts[wrong]))[:SHOWN]:
            intake.wrong(
                "unknown-word",
                layer=raw.entry.layer,
                file=raw.entry.file,
                column=texts.name or field.name,
                value=word,
                nearest=nearest(word, spoken),
                **_rows(raw, wrong & (texts == word)),
            )
        codes = codes.where(~wrong, next(iter(vocabulary)))  # already named
    if field.kind == "answer":
        return codes == "yes"
    if field.blank and blank.any():
        name = texts.name or field.name  # a column that is not there has no name of its own
        where = {"layer": raw.entry.layer, "file": raw.entry.file, "column": name}
        intake.repaired("blank-filled", **where, value=field.blank, **_rows(raw, blank))
        codes = codes.where(~blank, field.blank)
    return codes


def _from_paths(
    field: Field, texts: pd.Series, codes: pd.Series, raw: RawLayer, intake: Intake
) -> pd.Series:
    """Read words in the categories of a map provider, as 医疗保健服务;综合医院;三级甲等医院."""
    open_ = codes.isna() & texts.map(lambda text: isinstance(text, str) and len(steps(text)) > 1)
    if field.kind != "word" or not open_.any():
        return codes
    known = decoder(field.words or {})
    kinds = decoder(KINDS)

    def code_of(text: str) -> str | None:
        # A path that says what a hospital treats and not its level tells of no level.
        silent = field.blank if decode_path(text, kinds) else None
        return decode_path(text, known) or silent or None

    found = texts[open_].map(code_of)
    found = found[found.notna()]
    if len(found):
        read = codes.index.isin(found.index)
        where = {"layer": raw.entry.layer, "file": raw.entry.file}
        where["column"] = str(texts.name or field.name)
        example = f"{texts[found.index[0]]} -> {found.iloc[0]}"
        mask = pd.Series(read, index=codes.index)
        intake.repaired("word-in-path", **where, **_rows(raw, mask), example=example)
        codes = codes.copy()
        codes.loc[found.index] = found
    return codes


def _rows(raw: RawLayer, chosen: pd.Series) -> dict[str, Any]:
    return sample(raw.rows[chosen.to_numpy(dtype=bool)])
