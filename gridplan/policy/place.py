"""Which bundled documents speak to a place: told by its administrative code (GB/T 2260)."""

from __future__ import annotations

from collections.abc import Iterable

from gridplan.policy.profile import profile_names, read_profile
from gridplan.policy.rule import SOURCE_KINDS

AUTO = "auto"
"""Stands, among the profiles a scenario names, for all that speak to the district's place."""

COUNTY_FROM = 21
"""Last two digits of a six-digit code from which it is a county or a county-level city."""

PROVINCES = range(11, 83)
"""First two digits of the codes there are."""


def area_of(code: str) -> str:
    """
    Tell a district of a city from a county.

    Parameters
    ----------
    code
        Administrative code. What is no code of six digits is taken for a district of a city.

    Returns
    -------
    area
        ``city`` or ``county``.
    """
    known = len(code) == 6 and code.isascii() and code.isdigit() and int(code[:2]) in PROVINCES
    return "county" if known and int(code[4:]) >= COUNTY_FROM else "city"


def profiles_of_place(code: str) -> tuple[str, ...]:
    """
    List the bundled profiles that speak to a place.

    Parameters
    ----------
    code
        Of the district.

    Returns
    -------
    names
        Policy documents first, those of the widest area before the local ones; then articles on
        the practice of the place, then compiled figures.
    """
    found = []
    for name in profile_names():
        source = read_profile(name)[0].source
        speaks = not source.places or any(code.startswith(place) for place in source.places)
        if speaks and source.area in ("", area_of(code)):
            wide = min(map(len, source.places), default=0)
            found.append((SOURCE_KINDS.index(source.kind), wide, name))
    return tuple(name for _, _, name in sorted(found))


def placed(names: Iterable[str], code: str) -> tuple[str, ...]:
    """
    Put the profiles of the place where :data:`AUTO` stands; each is named once.

    Parameters
    ----------
    names
        As a scenario gives them.
    code
        Of the district.
    """
    found = [
        each for name in names for each in (profiles_of_place(code) if name == AUTO else (name,))
    ]
    return tuple(dict.fromkeys(found))
