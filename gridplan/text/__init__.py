"""Every sentence a person reads, in each language there is, from one catalogue.

The catalogue is data: ``gridplan/text/<lang>/<section>.toml``, one file a section; a large section
has further files, ``problems.intake.toml``, and may hold tables, whose names stand between:
``keys.grid_grain.label``. Both languages
have the same keys with the same placeholders; a test holds them to it. This package stands on
the ground floor so that an error can say itself; nothing below the outputs otherwise uses it.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

FOLDER = files("gridplan.text")
"""Where the languages lie, a folder each."""


def _languages() -> tuple[str, ...]:
    """Find the languages there are: folders with a ``language.toml``, in the order it says."""
    found = {}
    for folder in FOLDER.iterdir():
        about = folder / "language.toml"
        if about.is_file():
            found[folder.name] = int(tomllib.loads(about.read_text(encoding="utf-8"))["order"])
    return tuple(sorted(found, key=lambda lang: (found[lang], lang)))


LANGUAGES = _languages()
"""Codes of the languages; the first is the default of every door."""


@cache
def catalogue(lang: str) -> dict[str, str]:
    """
    Load one language as a flat mapping from ``section.key`` to its sentence.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.

    Returns
    -------
    catalogue
        Sentences with ``str.format`` placeholders.

    Raises
    ------
    ValueError
        If the language is not one of :data:`LANGUAGES`.
    """
    if lang not in LANGUAGES:
        msg = f"language {lang!r} is unknown: use one of {', '.join(LANGUAGES)}"
        raise ValueError(msg)
    sentences: dict[str, str] = {}
    folder = FOLDER / lang
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            section = file.name.split(".", 1)[0]
            table = tomllib.loads(file.read_text(encoding="utf-8"))
            sentences |= _flat(table, section)
    return sentences


def _flat(table: dict[str, Any], section: str) -> dict[str, str]:
    """Give the sentences of a table, and of the tables in it, under the names before them."""
    sentences: dict[str, str] = {}
    for key, value in table.items():
        name = f"{section}.{key}"
        sentences |= _flat(value, name) if isinstance(value, dict) else {name: value}
    return sentences


def say(key: str, lang: str, /, **values: Any) -> str:  # noqa: ANN401  # sentences take any value
    """
    Fill one sentence of the catalogue.

    Parameters
    ----------
    key
        ``section.key``, for example ``problems.missing-column``.
    lang
        ``zh`` or ``en``.
    values
        The placeholders of the sentence; sequences are joined with the language's comma.

    Returns
    -------
    sentence

    Raises
    ------
    KeyError
        If the key or one of its placeholders is missing.
    """
    comma = catalogue(lang)["language.comma"]
    flat = {
        name: comma.join(map(str, value)) if isinstance(value, (list, tuple)) else value
        for name, value in values.items()
    }
    return catalogue(lang)[key].format(**flat)
