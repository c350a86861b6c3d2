"""What one key of a scenario may hold: the only place that says it, for every door and page.

Each kind of key takes what a file, a form or a notebook may bring, tells what is wrong with it and
gives it back as plain values. :class:`~gridplan.planning.scenario.scenario.Scenario` declares its
keys with them; form, pages, messages and tests are made from those declarations. A key that holds
something else again, tables in a list, say, is a further kind: a class with the same few methods.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from numbers import Integral, Real
from typing import Any

from gridplan.errors import Problem
from gridplan.policy.form import is_day
from gridplan.text.shown import brief

GRAINS = ("unit", "community", "subdistrict")
"""What is moved as one piece, from the smallest."""
IN_FILE = "tables in a list are given in the file"
"""Why the form has no field for the keys that hold rows."""

Told = Callable[[str], Problem | None]
"""Tells what is wrong with one entry of a list."""


@dataclass(frozen=True, kw_only=True)
class Key(ABC):
    """
    One key of a scenario.

    Parameters
    ----------
    default
        Value where none is given; None for what is then derived, which the catalogue tells in
        ``keys.<key>.none``.
    group
        Heading of the form and the page under which it stands, one of
        :data:`gridplan.planning.scenario.scenario.GROUPS`.
    unit
        Code of its unit, as the words ``outputs.unit-...`` have it; none for a plain number.
    first
        Whether the form shows it at once, or else keeps it folded away.
    no_field
        Why the form does not ask for it; empty where it does.
    clause
        The clause it comes from, as ``profile/rule``.
    formerly
        Its name in earlier versions, still read from files.
    """

    default: Any
    group: str
    unit: str = ""
    first: bool = False
    no_field: str = ""
    clause: str = ""
    formerly: str = ""

    @property
    @abstractmethod
    def example(self) -> str:
        """How a value is written, for the message that one is of the wrong type."""

    @abstractmethod
    def fits(self, value: object) -> bool:
        """Whether a value, as kept, is of the kind that is asked for."""

    def kept(self, value: object) -> object:
        """Give a value the form in which it is kept; what does not fit comes back as it is."""
        return value

    def plain(self, value: Any) -> Any:  # noqa: ANN401  # a scenario's value is one of several
        """Give a kept value as JSON and TOML have it."""
        return value

    def wrong(self, name: str, value: Any) -> list[Problem]:  # noqa: ANN401, ARG002  # as above
        """Tell what is wrong with a value that fits."""
        return []

    def wrong_type(self, name: str, value: object) -> Problem:
        """Tell that a value does not fit."""
        values = {"key": name, "value": brief(value), "wanted": self.example}
        return Problem("scenario-type", values)


@dataclass(frozen=True, kw_only=True)
class Text(Key):
    """One line of text; a day, written ``2026-01-01``, where ``day`` says so."""

    day: bool = False
    example = '"…"'

    def kept(self, value: object) -> object:
        """Take a day that TOML has read as one for its text."""
        return value.isoformat() if self.day and type(value) is date else value

    def fits(self, value: object) -> bool:
        """Whether it is a text that can be written to a file."""
        return is_text(value)

    def wrong(self, name: str, value: Any) -> list[Problem]:  # noqa: ANN401
        """Tell a text that is no day where one is asked for."""
        if not self.day or is_day(value):
            return []
        values = {"key": name, "value": value, "wanted": f'"{self.default}"'}
        return [Problem("scenario-type", values)]


@dataclass(frozen=True, kw_only=True)
class Choice(Text):
    """One of a few words."""

    words: tuple[str, ...]

    def wrong(self, name: str, value: Any) -> list[Problem]:  # noqa: ANN401
        """Name the word that is none of them, and the nearest that is."""
        return [] if value in self.words else [no_choice(name, value, self.words)]


@dataclass(frozen=True, kw_only=True)
class Number(Key):
    """
    A number within a range, both ends included.

    Parameters
    ----------
    within
        The range.
    step
        Of the buttons of its field, in what is shown.
    share
        Whether it is a share that the form shows times 100.
    not_above
        Another key whose value it must not exceed, unless that is 0.
    """

    within: tuple[float, float]
    step: float = 1
    share: bool = False
    not_above: str = ""

    @property
    def example(self) -> str:
        """The default, or any whole number where there is none."""
        return str(self.default or 40)

    def kept(self, value: object) -> object:
        """Give numpy's numbers as Python's own."""
        if isinstance(value, bool) or not isinstance(value, Real):
            return value
        return int(value) if isinstance(value, Integral) else float(value)

    def fits(self, value: object) -> bool:
        """Whether it is a finite number, or None where that is the default."""
        return is_finite(value) or (value is None and self.default is None)

    def wrong(self, name: str, value: Any) -> list[Problem]:  # noqa: ANN401
        """Tell a number out of its range."""
        return [] if value is None else out_of_range(name, value, self.within)


@dataclass(frozen=True, kw_only=True)
class Whole(Number):
    """A whole number within a range; a float without a fraction is one."""

    def kept(self, value: object) -> object:
        """Give a whole float as ``int``."""
        number = super().kept(value)
        whole = isinstance(number, float) and math.isfinite(number) and number.is_integer()
        return int(number) if whole else number  # type: ignore[call-overload]

    def fits(self, value: object) -> bool:
        """Whether it is a whole number, or None where that is the default."""
        return super().fits(value) and not isinstance(value, float)


@dataclass(frozen=True, kw_only=True)
class Texts(Key):
    """
    Several texts, kept as a tuple: ids, names of files, lines in a form of their own.

    Parameters
    ----------
    offered
        What the form offers to choose from: a layer of the district, or ``profiles``.
    told
        Tells what is wrong with one entry.
    pairs
        Whether a table ``{a = "b"}`` stands for the entries ``"a: b"``.
    """

    offered: str = ""
    told: Told | None = None
    pairs: bool = False
    example = '["…", "…"]'

    def kept(self, value: object) -> object:
        """Give any list, set or index as a tuple, sets in order."""
        if self.pairs and isinstance(value, Mapping):
            lines = [f"{name}: {entry}" for name, entry in value.items()]
            return tuple(lines) if all(map(is_text, (*value, *value.values()))) else value
        if isinstance(value, (tuple, str, bytes, bytearray, Mapping)):
            return value
        if not isinstance(value, Collection):
            return value
        apart = isinstance(value, (set, frozenset))
        return tuple(sorted(value, key=repr)) if apart else tuple(value)

    def fits(self, value: object) -> bool:
        """Whether it is a tuple of texts."""
        return isinstance(value, tuple) and all(is_text(entry) for entry in value)

    def plain(self, value: Any) -> Any:  # noqa: ANN401
        """Give the tuple as a list."""
        return list(value)

    def wrong(self, name: str, value: Any) -> list[Problem]:  # noqa: ANN401, ARG002
        """Tell what is wrong with each entry."""
        found = [self.told(entry) for entry in value] if self.told is not None else []
        return [problem for problem in found if problem is not None]


@dataclass(frozen=True, kw_only=True)
class Pairs(Key):
    """
    Values by name, kept as pairs in the order of the names.

    Parameters
    ----------
    entry
        An example, as a table of TOML.
    """

    entry: str

    @property
    def example(self) -> str:
        """A table with one entry."""
        return self.entry

    def kept(self, value: object) -> object:
        """Give a mapping as pairs in one order, so that equal tables are equal; lists as tuples."""
        if isinstance(value, Mapping):
            return ordered(value.items())
        if not isinstance(value, list):
            return value
        return tuple(tuple(pair) if isinstance(pair, list) else pair for pair in value)

    def fits(self, value: object) -> bool:
        """Whether it is pairs of a name and a value of the kind."""
        return isinstance(value, tuple) and all(
            isinstance(pair, tuple)
            and len(pair) == 2
            and is_text(pair[0])
            and self.fits_entry(pair[1])
            for pair in value
        )

    @abstractmethod
    def fits_entry(self, value: object) -> bool:
        """Whether one of the values is of the kind."""

    def plain(self, value: Any) -> Any:  # noqa: ANN401
        """Give the pairs as a table."""
        return dict(value)


@dataclass(frozen=True, kw_only=True)
class Table(Pairs):
    """
    Numbers by name.

    Parameters
    ----------
    within
        Range of each number, both ends included.
    names
        The only names there are; any where empty.
    whole
        Whether the numbers are whole.
    """

    within: tuple[float, float]
    names: tuple[str, ...] = ()
    whole: bool = False

    def fits_entry(self, value: object) -> bool:
        """Whether it is a finite number, whole where that is asked for."""
        return is_finite(value) and not (self.whole and isinstance(value, float))

    def wrong(self, name: str, value: Any) -> list[Problem]:  # noqa: ANN401
        """Tell each number out of its range, and each name that is none."""
        problems = []
        for entry, number in value:
            problems += out_of_range(f"{name}.{entry}", number, self.within)
            if self.names and entry not in self.names:
                problems.append(no_choice(name, entry, self.names))
        return problems


@dataclass(frozen=True, kw_only=True)
class Names(Pairs):
    """Texts by name."""

    def fits_entry(self, value: object) -> bool:
        """Whether it is a text."""
        return is_text(value)


def key(kind: type[Key], default: Any, **told: Any) -> Any:  # noqa: ANN401  # of the key's type
    """Declare a key of a frozen dataclass: its kind, with all that is told of it, goes along."""
    declared = kind(default=default, **told)
    return dataclasses.field(default=default, metadata={"key": declared})


def is_text(value: object) -> bool:
    """Whether a value is text that can be written to a file: no half of a character."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_finite(value: object) -> bool:
    """Whether a value is a finite number of Python's own; truth values are none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return isinstance(value, int) or math.isfinite(value)


def ordered(items: Iterable[tuple[Any, Any]]) -> tuple[tuple[Any, Any], ...]:
    """Bring the rows of a table into the order of their names."""
    return tuple(sorted(items, key=lambda item: str(item[0])))


def out_of_range(name: str, value: float, within: tuple[float, float]) -> list[Problem]:
    """Tell a number outside a range."""
    low, high = within
    if low <= value <= high:
        return []
    return [Problem("scenario-range", {"key": name, "value": value, "lower": low, "upper": high})]


def no_choice(name: str, value: str, words: tuple[str, ...]) -> Problem:
    """Tell a word that is none of those there are, with the nearest of them."""
    values = {"key": name, "value": value, "valid": words, "near": nearest_word(value, words)}
    return Problem("scenario-choice", values)


def nearest_word(word: str, valid: tuple[str, ...] | list[str]) -> str:
    """Give the valid word most like ``word``, for a message that suggests it."""
    close = difflib.get_close_matches(word, valid, n=1, cutoff=0.0)
    return close[0] if close else valid[0]
