"""District, city, province: which one a code belongs to."""

from __future__ import annotations

from gridplan.text import catalogue

DISTRICT, CITY, PROVINCE = "district", "city", "province"
LEVELS = (DISTRICT, CITY, PROVINCE)
PARENTS = (CITY, PROVINCE)
_DIGITS = {DISTRICT: 6, CITY: 4, PROVINCE: 2}
MUNICIPALITIES = ("11", "12", "31", "50")
"""Beijing, Tianjin, Shanghai, Chongqing: their districts have the rank of cities."""


def parent_of(code: str, level: str) -> str:
    """
    Give the code of the city or province that a district belongs to.

    Parameters
    ----------
    code
        Of the district, by GB/T 2260: two digits for the province, two for the city, two more.
    level
        One of :data:`LEVELS`.

    Returns
    -------
    parent
        Six digits, ``440300`` for ``440311``. The code itself at the level of districts; empty
        where the code is not of this form, as abroad, and for the city of a municipality's
        district, which has none between itself and the municipality.
    """
    if level == DISTRICT:
        return code
    if len(code) != 6 or not code.isascii() or not code.isdigit():
        return ""
    if level == CITY and code[:2] in MUNICIPALITIES:
        return ""
    return code[: _DIGITS[level]].ljust(6, "0")


def province_name(code: str, lang: str) -> str:
    """Give the name of a province by its code (``440000``); empty where the catalogue has none."""
    return catalogue(lang).get(f"outputs.province-{code[:2]}", "")
