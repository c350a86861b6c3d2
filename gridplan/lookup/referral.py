"""Where a resident is sent: the center signed with, else the nearest, else the one on duty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridplan.district.schema.vocabulary import fold
from gridplan.errors import InputError, Problem
from gridplan.lookup.directory import Directory
from gridplan.lookup.locate import FOUND, RESULTS, headers, locate, told
from gridplan.lookup.places import NAMED, Places, column_of
from gridplan.outputs.reading.address_file import Addresses, addresses_in, answered, lines_in
from gridplan.text import say
from gridplan.text.language import joined

SIGNED = (
    "签约社康", "签约社康中心", "签约机构", "签约医疗机构", "签约单位", "签约中心",
    "家庭医生签约机构", "signed center", "signed_center", "signed",
)  # fmt: skip
"""Headers that hold the center somebody signed with."""
UNNAMED = "unnamed"
"""Of a row whose name no row of the address table has."""
COUNTED = (*RESULTS, UNNAMED)


@dataclass(frozen=True, eq=False)
class Referred:
    """
    A list with its answers.

    Parameters
    ----------
    content
        CSV, UTF-8 with a mark: the rows of the list, in their order, each with where it is sent
        and why, the answers of :func:`gridplan.lookup.locate.told`, and names to look at.
    counts
        Rows by result, of :data:`COUNTED`.
    notes
        In what form the list was read.
    """

    content: bytes
    counts: dict[str, int]
    notes: tuple[Problem, ...]


def refer(table: pd.DataFrame, signed: Sequence[str], known: Directory) -> list[tuple[str, str]]:
    """
    Say where each address is sent.

    Parameters
    ----------
    table
        Of :func:`gridplan.lookup.locate.locate`.
    signed
        ``(n,)`` the center each signed with, by id or name; empty for none.
    known
        The plan.

    Returns
    -------
    referred
        ``(n,)`` what the center is called, and ``signed``, ``nearest`` or ``duty``; both empty for
        what has none. A center that the plan does not have is no center signed with: the nearest
        is given then, as everywhere, and the list keeps what it says.
    """
    names = {fold(str(key)): str(name) for key, name in known_names(known)}
    names |= {fold(name): name for _, name in known_names(known)}
    referred = []
    for row, word in zip(table.to_dict(orient="records"), signed, strict=True):
        own = names.get(fold(word), "") if word else ""
        if own:
            referred.append((own, "signed"))
        elif row["result"] != FOUND:
            referred.append(("", ""))
        elif row["nearest_center_name"]:
            referred.append((str(row["nearest_center_name"]), "nearest"))
        elif row["center_name"]:
            referred.append((str(row["center_name"]), "duty"))
        else:
            referred.append(("", ""))
    return referred


def known_names(known: Directory) -> list[tuple[str, str]]:
    """Give id and name of every center of a plan."""
    pairs = zip(known.centers, known.center_names, strict=True)
    return [(str(key), str(name)) for key, name in pairs]


def refer_content(
    known: Directory, content: bytes, file: str, *, crs: str, lang: str, places: Places | None
) -> Referred:
    """
    Answer a list that is never put on a disk, as one of patients must not be.

    Parameters
    ----------
    known, crs, lang
        As for :func:`gridplan.lookup.locate.locate_content`.
    content, file
        Of the list, and what messages call it. It has longitude and latitude, or else names of
        places that ``places`` has.
    places
        An address table; None without one.

    Raises
    ------
    InputError
        If it cannot be read, or has neither coordinates nor names.
    """
    given, missed, crs = _given(content, file, crs, places)
    table = locate(known, np.array(given.lon), np.array(given.lat), crs=crs, broken=given.broken)
    at = column_of(given.header, SIGNED)
    signed = ["" if at is None else row[at].strip() for row in given.rows]
    first = [
        (name, say(f"locate.referred-{why}", lang) if why else "")
        for name, why in refer(table, signed, known)
    ]
    rows = [list(row) for row in told(table, lang)]
    for number, names in missed.items():
        rows[number][0] = say(f"locate.result-{UNNAMED}", lang)
        rows[number].append(joined(names, lang) if names else "")
    titles = [say("locate.column-referred", lang), say("locate.column-referred-why", lang)]
    titles += headers(lang)
    if missed:
        titles.append(say("locate.column-like", lang))
        rows = [row if n in missed else [*row, ""] for n, row in enumerate(rows)]
    answers = [[*head, *row] for head, row in zip(first, rows, strict=True)]
    counts = {code: int((table["result"] == code).sum()) for code in RESULTS}
    counts["unreadable"] -= len(missed)
    counts[UNNAMED] = len(missed)
    return Referred(answered(given, titles, answers), counts, given.notes)


def _given(
    content: bytes, file: str, crs: str, places: Places | None
) -> tuple[Addresses, dict[int, list[str]], str]:
    """Read a list: its coordinates, or those of its names, and what names are like the others."""
    try:
        return addresses_in(content, file), {}, crs
    except InputError as error:
        codes = {problem.code for problem in error.problems}
        if codes != {"addresses-no-coordinates"}:
            raise
        header, rows, broken, notes = lines_in(content, file)
        at = column_of(header, NAMED)
        if places is None or at is None:
            raise
    lon, lat = [], []
    missed: dict[int, list[str]] = {}
    for number, row in enumerate(rows):
        found = places.found(row[at])
        lon.append(np.nan if found is None else places.lon[found])
        lat.append(np.nan if found is None else places.lat[found])
        if found is None:
            missed[number] = [places.names[n] for n in places.near(row[at])[:3]]
    return Addresses(header, rows, tuple(lon), tuple(lat), broken, notes), missed, places.crs
