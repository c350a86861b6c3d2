"""What one street is asked: its units with the residents known so far, and where answers stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MARK = ("gridplan-form", "1")
"""First cells of the hidden sheet: what the workbook is, and of which make."""
HIDDEN = "gridplan"
"""Name of the sheet that says it; the ids as they were sent out stand under each other in it."""
HIDDEN_IDS = 4
"""Row of the hidden sheet, from 0, in which they begin; the street stands in row 1, column 1."""

COLUMNS = ("id", "name", "former", "former_65", "residents", "older", "centers", "remark")
"""Of the table of units, from left to right; the last four are filled in."""
ASKED = COLUMNS.index("residents")
"""Column from which on cells are filled in."""
FIRST = 7
"""Row of the first unit, from 0."""
ANSWERS = {"base": (2, 1), "date": (2, 4), "sender": (3, 1), "sent": (3, 4)}
"""Row and column of what a street says as a whole: whose residents, of which day, who says so."""

MOST_ROWS = 300
"""Units of a street without communities that are asked for one by one; above, as a whole."""


@dataclass(frozen=True)
class FormRow:
    """
    One unit, or all units of a community.

    Parameters
    ----------
    id
        Unique in the district.
    name
        As people know it.
    residents, older
        Known so far; older is None where nobody counted those of 65 or older.
    """

    id: str
    name: str
    residents: float
    older: float | None


@dataclass(frozen=True)
class Form:
    """What one street is asked."""

    street: str
    rows: tuple[FormRow, ...]

    @property
    def residents(self) -> float:
        """Of all its rows."""
        return sum(row.residents for row in self.rows)


def form_ids(
    ids: Sequence[str], communities: Sequence[str | None], streets: Sequence[str]
) -> list[str]:
    """
    Give the row of the form that each unit belongs to.

    Parameters
    ----------
    ids
        Of units, unique.
    communities
        Of each; None or empty where nobody says so.
    streets
        Of each.

    Returns
    -------
    rows
        The unit's own id where it stands for itself; ``street/community`` for the units of a
        community; the street where it has more than :data:`MOST_ROWS` units without one.
    """
    of_community = Counter(zip(streets, communities, strict=True))
    of_street = Counter(streets)
    rows = []
    for unit, community, street in zip(ids, communities, streets, strict=True):
        if community and of_community[street, community] > 1:
            rows.append(f"{street}/{community}")
        elif community or of_street[street] <= MOST_ROWS:
            rows.append(unit)
        else:
            rows.append(street)
    return rows


def forms_of(
    rows: Sequence[str],
    names: Sequence[str],
    streets: Sequence[str],
    people: Floats,
    older: Floats | None,
) -> tuple[Form, ...]:
    """
    Put the units together to forms, one a street.

    Parameters
    ----------
    rows
        As :func:`form_ids` gives them.
    names, streets
        Of each unit.
    people, older
        (n,) persons.
    """
    position: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        position.setdefault(row, []).append(at)
    found: dict[str, list[FormRow]] = {}
    for row, own in position.items():
        known = None if older is None else float(older[own].sum())
        one = FormRow(row, names[own[0]], float(people[own].sum()), known)
        found.setdefault(streets[own[0]], []).append(one)
    return tuple(Form(street, tuple(of_street)) for street, of_street in found.items())
