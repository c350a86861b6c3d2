"""``report.toml``: names, numbers, phrases, and the columns that only the bureau can fill."""

from __future__ import annotations

import difflib
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gridplan.district.files.given_file import read_given
from gridplan.district.files.reason import UnreadableError, reason_of
from gridplan.errors import InputError, Problem
from gridplan.text import LANGUAGES, catalogue

FILE = "report.toml"

TEXTS: Mapping[str, tuple[str, ...]] = {
    "bureau": ("issuer", "to", "number", "date", "contact", "phone", "standing"),
    "project": ("name", "number", "years"),
    "map": ("number", "stamp", "designed", "drawn", "checked", "reviewed", "approved"),
}
"""Tables of the file that hold texts, with their keys."""

OF_A_CENTER = ("address", "premises", "floor_area", "year", "cost", "unit", "note")
"""What ``[centers.ID]`` may tell of a center."""

LISTS: Mapping[str, tuple[str, ...]] = {
    "targets": ("indicator", "now", "target", "kind", "basis"),
    "tasks": ("task", "unit", "year"),
    "opinions": ("from", "opinion", "adopted", "reply"),
}
"""Lists of tables, with their keys."""

_MOST = 4 * 1024 * 1024


@dataclass(frozen=True)
class Office:
    """
    What a bureau says of its own.

    Parameters
    ----------
    texts
        By ``table.key`` of :data:`TEXTS`; what is not there is left to be filled.
    phrases
        Sentences of the catalogue's section ``report`` in the bureau's words, by key.
    centers
        By id of a center: values of :data:`OF_A_CENTER`.
    lists
        By name of :data:`LISTS`: rows.
    template
        A Word document whose styles, header and footer are taken; None for gridplan's own.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)
    centers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    lists: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
    template: Path | None = None

    def text(self, key: str) -> str:
        """Give a text by ``table.key``; empty where the file has none."""
        return self.texts.get(key, "")

    def of_center(self, center: object, key: str) -> str:
        """Give what the file tells of a center; empty where it tells nothing."""
        return self.centers.get(str(center), {}).get(key, "")

    def rows(self, name: str) -> tuple[Mapping[str, str], ...]:
        """Give the rows of a list; empty where there is none."""
        return self.lists.get(name, ())


def read_office(path: str | Path) -> Office:
    """
    Read ``report.toml``.

    Parameters
    ----------
    path
        The file; the template it names lies beside it.

    Returns
    -------
    Office

    Raises
    ------
    InputError
        If it cannot be read, or holds tables, keys, phrases or placeholders there are not; all at
        once.
    """
    path = Path(path)
    try:
        values = tomllib.loads(read_given(path, most=_MOST).decode("utf-8-sig"))
    except (UnreadableError, ValueError) as error:
        told = {"file": str(path), "reason": reason_of(error)}
        raise InputError([Problem("office-unreadable", told)]) from error
    problems: list[Problem] = []
    office = Office(
        texts=_texts(values, path, problems),
        phrases=_phrases(values.get("phrases", {}), path, problems),
        centers=_centers(values.get("centers", {}), path, problems),
        lists={name: _rows(values, name, path, problems) for name in LISTS},
        template=_template(values.get("template"), path, problems),
    )
    _check("", values, (*TEXTS, *LISTS, "phrases", "centers", "template"), path, problems)
    if problems:
        raise InputError(problems)
    return office


def _check(
    place: str,
    given: object,
    known: tuple[str, ...],
    path: Path,
    problems: list[Problem],
) -> None:
    if not isinstance(given, dict):
        problems.append(Problem("office-no-table", {"file": path.name, "key": place}))
        return
    for key in given:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1) or list(known)
            told = {"file": path.name, "key": f"{place}.{key}".strip("."), "valid": near}
            problems.append(Problem("office-unknown-key", told))


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _table(
    place: str, given: object, known: tuple[str, ...], path: Path, problems: list[Problem]
) -> dict[str, str]:
    _check(place, given, known, path, problems)
    if not isinstance(given, dict):
        return {}
    nested = [key for key in known if isinstance(given.get(key), (dict, list))]
    problems += [
        Problem("office-no-text", {"file": path.name, "key": f"{place}.{key}"}) for key in nested
    ]
    return {key: _text(given[key]) for key in known if key in given and key not in nested}


def _texts(values: Mapping[str, Any], path: Path, problems: list[Problem]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, keys in TEXTS.items():
        told = _table(name, values.get(name, {}), keys, path, problems)
        found |= {f"{name}.{key}": text for key, text in told.items()}
    return found


def _centers(given: object, path: Path, problems: list[Problem]) -> dict[str, dict[str, str]]:
    if not isinstance(given, dict):
        problems.append(Problem("office-no-table", {"file": path.name, "key": "centers"}))
        return {}
    return {
        center: _table(f"centers.{center}", told, OF_A_CENTER, path, problems)
        for center, told in given.items()
    }


def _rows(
    values: Mapping[str, Any], name: str, path: Path, problems: list[Problem]
) -> tuple[Mapping[str, str], ...]:
    given = values.get(name, [])
    if not isinstance(given, list):
        problems.append(Problem("office-no-list", {"file": path.name, "key": name}))
        return ()
    return tuple(_table(name, row, LISTS[name], path, problems) for row in given)


def _phrases(given: object, path: Path, problems: list[Problem]) -> dict[str, str]:
    if not isinstance(given, dict):
        problems.append(Problem("office-no-table", {"file": path.name, "key": "phrases"}))
        return {}
    known = {
        key.removeprefix("report."): sentence
        for key, sentence in catalogue(LANGUAGES[0]).items()
        if key.startswith("report.")
    }
    _check("phrases", given, tuple(known), path, problems)
    phrases = {key: _text(value) for key, value in given.items() if key in known}
    for key, phrase in phrases.items():
        wrong = _placeholders(phrase) - _placeholders(known[key])
        if wrong:
            told = {"file": path.name, "key": key, "wrong": sorted(wrong)}
            problems.append(Problem("office-placeholder", told))
    return phrases


def _placeholders(sentence: str) -> set[str]:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}
    except ValueError:  # a brace that is not closed
        return {sentence}


def _template(given: object, path: Path, problems: list[Problem]) -> Path | None:
    if given is None:
        return None
    found = path.parent / str(given)
    if not found.is_file() or found.suffix.lower() != ".docx":
        told = {"file": path.name, "template": str(given)}
        problems.append(Problem("office-template", told))
        return None
    return found
