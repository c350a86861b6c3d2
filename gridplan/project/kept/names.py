"""Names of scenarios: they are names of files too, on any system and inside a zip."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from gridplan.errors import InputError, Problem
from gridplan.text.shown import brief

MOST_BYTES = 120
"""Bytes of a name in UTF-8, 40 Chinese characters: file systems allow 255 with what is added."""

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_ENDINGS = (".toml", ".json", ".jsonl", ".")


def plain_name(name: object) -> str:
    """
    Give a name as it is kept: composed (NFC), without blanks around it.

    Raises
    ------
    InputError
        ``project-name`` if no file can be called so on Linux, macOS and Windows alike.
    """
    text = unicodedata.normalize("NFC", name).strip() if isinstance(name, str) else ""
    wrong = (
        not text
        or len(text.encode("utf-8", "replace")) > MOST_BYTES
        or _FORBIDDEN.search(text)
        or _RESERVED.fullmatch(text)
        or text.startswith((".", "-", "~"))
        or text.lower().endswith(_ENDINGS)
        or any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") for letter in text)
    )
    if wrong:
        raise InputError([Problem("project-name", {"name": brief(name)})])
    return text


def same_name(name: str, names: Iterable[str]) -> str | None:
    """Find the name that is the same but for large and small letters: some disks tell no two."""
    folded = unicodedata.normalize("NFC", name).casefold()
    return next((other for other in names if other.casefold() == folded), None)


def free_name(name: str, names: Iterable[str]) -> str:
    """Give ``name``, or the first of ``name-2``, ``name-3`` ... that is free."""
    taken = list(names)
    number, found = 1, name
    while same_name(found, taken) is not None:
        number += 1
        found = f"{name}-{number}"
    return found


def download_name(code: str, scenario: str, day: str, ending: str) -> str:
    """
    Give the name of a file that is handed out: program, district, scenario, day.

    ``gridplan-440311-三个网格-20261129.zip``; blanks and what no file can have are hyphens.
    """
    parts = ("gridplan", code, scenario, day.replace("-", ""))
    plain = [re.sub(r"[^\w.+-]+", "-", part).strip("-.") for part in parts]
    return "-".join(part for part in plain if part) + ending
