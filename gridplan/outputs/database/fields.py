"""What fields are called in a database: English names, or Chinese ones a bureau reads."""

from __future__ import annotations

import re

from gridplan.outputs.words.names import word
from gridplan.text import say

LONGEST = 60
"""Characters of a field's name; a File Geodatabase takes 64."""

_UNFIT = re.compile(r"[^0-9A-Za-z_\u4e00-\u9fff]+")


def field_names(columns: list[str], lang: str) -> dict[str, str]:
    """
    Name the fields of a layer.

    Parameters
    ----------
    columns
        As the plan's tables name them.
    lang
        Whose words name them, where the catalogue says so; else the columns' own names do.

    Returns
    -------
    names
        By column: letters, digits and Chinese signs alone, no two the same.
    """
    if not in_words(lang):
        return {column: column for column in columns}
    names: dict[str, str] = {}
    for column in columns:
        name = _UNFIT.sub("_", word("column", column, lang)).strip("_")[:LONGEST] or column
        if name[0].isdigit():
            name = f"F{name}"
        number = 2
        given = name
        while name in names.values():
            name = f"{given}_{number}"
            number += 1
        names[column] = name
    return names


def layer_name(layer: str, lang: str) -> str:
    """Name a layer of the database."""
    return word("database", layer, lang) if in_words(lang) else layer


def in_words(lang: str) -> bool:
    """Whether a database in this language has fields named in its words."""
    return say("report.database-fields", lang) == "words"
