"""How a language writes: its marks, and which twin of a name it takes. What it is stands in TOML.

A language is a folder of :mod:`gridplan.text` with the sentences of the others; ``language.toml``
says its marks. Names that files bring have twins, ``name_zh`` and ``name_en``, or ``name`` beside
``name_en``: a language names the codes it takes, in order, so that one without names of its own
shows those of another.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from gridplan.text import say

ORIGINAL = "zh"
"""The language of the documents, and of a name whose column says none."""


def joined(parts: Iterable[object], lang: str, mark: str = "comma") -> str:
    """
    Put parts of a sentence beside each other.

    Parameters
    ----------
    parts
        Texts, or what prints as one.
    lang
        Code of the language.
    mark
        ``comma`` between the entries of a list; ``pause`` between clauses; ``semicolon``; ``stop``
        between sentences that have no full stop; ``gap`` between those that have.

    Returns
    -------
    text
    """
    return say(f"language.{mark}", lang).join(map(str, parts))


def bracketed(text: str, lang: str) -> str:
    """Give a text in brackets, with the space that goes before them; nothing for none."""
    return say("language.brackets", lang, text=text) if text else ""


def twins(key: str, lang: str) -> Iterator[str]:
    """Give the names under which a value may stand, the one to take first."""
    for code in say("language.names", lang).split():
        yield f"{key}_{code}"
        if code == ORIGINAL:
            yield key


def twin(known: Container[str], key: str, lang: str) -> str:
    """Give the column to take of those there are; ``key`` where there is none."""
    return next((name for name in twins(key, lang) if name in known), key)


def in_language(source: Any, key: str, lang: str) -> Any:  # noqa: ANN401  # a row or any value
    """
    Give what a row or a value says in a language.

    Parameters
    ----------
    source
        A mapping, a row of a table, or a value with attributes: ``name_zh``, ``name_en``.
    key
        Name without the code of the language.
    lang
        Code of the language.

    Returns
    -------
    value
        Of the first twin that is filled, else of the first there is; None where there is none.
    """
    row = hasattr(source, "keys")
    known = [
        source[name] if row else getattr(source, name)
        for name in twins(key, lang)
        if (name in source if row else hasattr(source, name))
    ]
    return next((value for value in known if _filled(value)), known[0] if known else None)


def _filled(value: Any) -> bool:  # noqa: ANN401  # a table's entry
    return isinstance(value, str) and bool(value)


def twinned(names: Iterable[str], lang: str) -> Mapping[str, str]:
    """Give, by its name without a language, the column to take of each set of twins."""
    every = list(names)
    ends = tuple(f"_{code}" for code in say("language.names", lang).split())
    keys = {name.removesuffix(end) for name in every for end in ends if name.endswith(end)}
    return {key: twin(every, key, lang) for key in keys}
