"""A table with the names of one language alone."""

from __future__ import annotations

import pandas as pd

from gridplan.text.language import in_language, twinned, twins


def own_language(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """
    Keep the names of one language under the plain column name.

    Parameters
    ----------
    table
        With twins such as ``name`` and ``name_en``.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    table
        Without the twins of other languages.
    """
    own = twinned(table.columns, lang)
    rows = table.to_dict(orient="records")
    told = {key: [in_language(row, key, lang) for row in rows] for key in own}
    others = {name for key in own for name in twins(key, lang)} - set(own)
    return table.assign(**told).drop(columns=[name for name in table.columns if name in others])
