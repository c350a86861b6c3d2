"""What rows of several districts are called where they stand in one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

import pandas as pd

HOME = "home"
"""Column of the joined layers: the folder of the district that a row comes from."""
MARK = ":"


def clashing(names: Iterable[pd.Series | pd.Index]) -> frozenset[str]:
    """
    Give the names that more than one district has.

    Parameters
    ----------
    names
        Those of each district; blank ones are no names.
    """
    count = Counter(str(name) for own in names for name in own.dropna().unique())
    return frozenset(name for name, times in count.items() if times > 1)


def joined_name(name: object, home: str, clashes: frozenset[str]) -> object:
    """Give a name that no other district has: its own, behind the district's where both have it."""
    return f"{home}{MARK}{name}" if str(name) in clashes and not pd.isna(name) else name


def own_name(name: object, home: str) -> object:
    """Give back the name that a row has in its own district."""
    return name.removeprefix(f"{home}{MARK}") if isinstance(name, str) else name


def without_home(column: pd.Series, home: str) -> pd.Series:
    """Give texts, lists of names among them, without the district before its own names."""
    return column.map(
        lambda text: (
            re.sub(rf"(^|, ){re.escape(home + MARK)}", r"\1", text)
            if isinstance(text, str)
            else text
        )
    )


def own_names(column: pd.Series, homes: Mapping[str, str], home: str) -> pd.Series:
    """
    Give names as a district's own people read them.

    Parameters
    ----------
    column
        Ids as they are in the joint plan.
    homes
        Home of each.
    home
        Whose names stay short; those of the others are told with their district before them.
    """

    def told(name: object) -> object:
        if not isinstance(name, str) or name not in homes:
            return name
        plain = own_name(name, homes[name])
        return plain if homes[name] == home else f"{homes[name]}{MARK}{plain}"

    return column.map(told)
