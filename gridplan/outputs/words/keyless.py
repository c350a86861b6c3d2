"""Texts without the keys of files: a reader of a report knows words, not columns."""

from __future__ import annotations

import re
from functools import cache

from gridplan.text import catalogue, say

_KEY = re.compile(r"\s?\b([a-z]+(?:_[a-z0-9]+)+)\b\s?")
_END = re.compile(r"[（(；;，,。.]")


def keyless(text: str, lang: str) -> str:
    """
    Put words in place of keys.

    Parameters
    ----------
    text
        As a profile or a note has it.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    text
        Keys of a scenario, columns and layers of a district in words, quoted; others stay.
    """
    known = _words(lang)

    def word(found: re.Match[str]) -> str:
        told = known.get(found[1])
        return found[0] if told is None else say("language.keyless", lang, word=told)

    return _KEY.sub(word, text)


@cache
def _words(lang: str) -> dict[str, str]:
    """Give the words of each key: of scenarios, columns and layers."""
    found: dict[str, str] = {}
    for key, text in catalogue(lang).items():
        section, _, rest = key.partition(".")
        name = ""
        if section == "keys" and rest.endswith(".label"):
            name = rest.removesuffix(".label")
        elif section == "schema" and "-" in rest:
            name = rest.partition("-")[2]
        elif section == "outputs" and rest.startswith("layer-"):
            name = rest.removeprefix("layer-").replace("-", "_")
        if "_" in name:
            found.setdefault(name, _END.split(text)[0].strip())
    return found
