"""Words that fit the place: a county has towns and township hospitals, a city streets and 1+N."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gridplan.text import catalogue, say

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

COUNTY, PLAIN = "county", "plain"
_FALLS_BACK = {COUNTY: (COUNTY, PLAIN), PLAIN: (PLAIN,), "": ()}


def manner(plan: Plan) -> str:
    """
    Tell in which words a plan is spoken of.

    Returns
    -------
    manner
        :data:`COUNTY` where the district has village stations, the third level of a county;
        :data:`PLAIN` where no regional centers are planned; else empty: streets, centers, 1+N.
    """
    if len(plan.layout.stations):
        return COUNTY
    return "" if (plan.layout.centers["class"] == "regional").any() else PLAIN


def fitting(key: str, lang: str, how: str, /, **values: Any) -> str:  # noqa: ANN401  # as say
    """
    Say a sentence in the manner of the place, where the catalogue has it so.

    Parameters
    ----------
    key
        ``section.key``; ``section.key-county`` and ``section.key-plain`` may stand beside it.
    lang
        ``zh`` or ``en``.
    how
        Of :func:`manner`.
    values
        As for :func:`gridplan.text.say`.

    Returns
    -------
    sentence
    """
    known = catalogue(lang)
    found = next((f"{key}-{end}" for end in _FALLS_BACK[how] if f"{key}-{end}" in known), key)
    return say(found, lang, **values)


@lru_cache(maxsize=4_000)
def spoken_as(text: str, lang: str, setting: str) -> str:
    """
    Replace the words of a city district by those of the setting.

    Parameters
    ----------
    text
        A sentence of the catalogue, its placeholders unfilled.
    lang
        ``zh`` or ``en``.
    setting
        ``county``, or empty for a city district: the text as it is.
    """
    if not setting:
        return text
    for pair in catalogue(lang)[f"app.{setting}-words"].split("|"):
        word, _, other = pair.partition("=")
        text = text.replace(word, other)
    return text
