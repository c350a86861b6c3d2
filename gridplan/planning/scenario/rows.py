"""Keys of a scenario that hold tables in a list: each row is one demand on the grids, or a phase.

``[[fix]]``, ``[[bar]]``, ``[[together]]``, ``[[apart]]``, ``[[must_contain]]``, ``[[balance]]``,
``[[grid_bounds]]`` and ``[[phases]]`` are of this kind. Whether the places, hospitals and columns
they name are there is for :mod:`gridplan.planning.demands.found`, which knows the district.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Integral, Real
from types import MappingProxyType
from typing import Any

from gridplan.district.schema.vocabulary import KINDS, LEVELS
from gridplan.errors import Problem
from gridplan.planning.scenario.kinds import (
    Key,
    is_finite,
    is_text,
    nearest_word,
    no_choice,
    out_of_range,
)
from gridplan.text.shown import brief
from gridplan.text.toml_text import toml_value

MOST_ROWS = 1000
"""As many rows as one key may hold."""

ALIASES = {
    "unit": "units",
    "community": "communities",
    "subdistrict": "subdistricts",
    "street": "subdistricts",
    "streets": "subdistricts",
    "kind": "kinds",
    "level": "levels",
    "hospital": "hospitals",
}
"""Other names of entries: what a planner writes where there is one of a kind."""


class Row(Mapping[str, Any]):
    """One table of a list: a mapping that stays as it is, and may be a key of others."""

    __slots__ = ("_entries",)

    def __init__(self, entries: Mapping[str, Any]) -> None:
        self._entries = tuple(sorted(entries.items()))

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  # text, numbers or several of them
        for own, value in self._entries:
            if own == name:
                return value
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __hash__(self) -> int:
        return hash(self._entries)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and self._entries == other._entries

    def __repr__(self) -> str:
        return toml_value(self.plain())

    __str__ = __repr__

    def plain(self) -> dict[str, Any]:
        """Give it as JSON and TOML have it, lists for tuples."""
        return {name: _listed(value) for name, value in self._entries}


def _listed(value: Any) -> Any:  # noqa: ANN401  # as above
    if isinstance(value, Row):
        return value.plain()
    return [_listed(entry) for entry in value] if isinstance(value, tuple) else value


@dataclass(frozen=True, kw_only=True)
class Entry:
    """
    What one entry of a row may hold.

    Parameters
    ----------
    form
        ``text``, ``texts`` (one text stands for a list of one), ``corners`` (``[lon, lat]`` of an
        outline, three or more), ``number``, ``whole`` (a number without a fraction), ``table``
        (numbers by name) or ``answer`` (true or false).
    within
        Range of a number, both ends included.
    words
        The only words there are; any where empty.
    """

    form: str
    within: tuple[float, float] = (0.0, 1e12)
    words: tuple[str, ...] = ()

    @property
    def example(self) -> str:
        """How it is written."""
        return {
            "text": '"…"',
            "texts": '["…", "…"]',
            "corners": "[[113.90, 22.70], [113.95, 22.70], [113.95, 22.80]]",
            "number": "1.5",
            "whole": "2027",
            "table": '{"…" = 1.1}',
            "answer": "true",
        }[self.form]

    def kept(self, value: Any) -> Any:  # noqa: ANN401  # whatever a file or a notebook brings
        """Give a value as it is kept; what does not fit comes back as it is."""
        if self.form == "texts" and is_text(value):
            return (value,)
        if isinstance(value, Real) and not isinstance(value, bool):
            number = int(value) if isinstance(value, Integral) else float(value)
            whole = self.form == "whole" and float(number).is_integer()
            return int(number) if whole else number
        if self.form == "table" and isinstance(value, Mapping):
            each = Entry(form="number")
            return Row({str(name): each.kept(entry) for name, entry in value.items()})
        if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Sequence):
            return value
        if self.form == "corners":
            return tuple(Entry(form="corner").kept(corner) for corner in value)
        return tuple(self.kept(entry) if self.form == "corner" else entry for entry in value)

    def fits(self, value: object) -> bool:
        """Whether a value, as kept, is of the form."""
        match self.form:
            case "text":
                return is_text(value) and value != ""
            case "answer":
                return isinstance(value, bool)
            case "number" | "whole":
                return is_finite(value) and not (self.form == "whole" and isinstance(value, float))
            case "table":
                return isinstance(value, Row) and all(map(is_finite, value.values()))
        return isinstance(value, tuple) and bool(value) and self._fits_all(value)

    def _fits_all(self, values: tuple[object, ...]) -> bool:
        if self.form == "texts":
            return all(is_text(entry) for entry in values)
        return len(values) >= 3 and all(_is_corner(corner) for corner in values)

    def wrong(self, name: str, value: Any) -> list[Problem]:  # noqa: ANN401
        """Tell what is wrong with a value that fits."""
        if self.form in ("number", "whole"):
            return out_of_range(name, value, self.within)
        if self.form == "table":
            pairs = value.items()
            return [p for at, n in pairs for p in out_of_range(f"{name}.{at}", n, self.within)]
        words = value if isinstance(value, tuple) and self.words else ()
        return [no_choice(name, word, self.words) for word in words if word not in self.words]


def _is_corner(value: object) -> bool:
    return (
        isinstance(value, tuple)
        and len(value) == 2
        and all(is_finite(part) for part in value)
        and abs(value[0]) <= 180
        and abs(value[1]) <= 90
    )


PLACE: Mapping[str, Entry] = MappingProxyType(
    {
        "units": Entry(form="texts"),
        "communities": Entry(form="texts"),
        "subdistricts": Entry(form="texts"),
        "area": Entry(form="corners"),
    }
)
"""Where: units by id, communities and streets by name, or all units within an outline (WGS-84)."""
PEOPLE = (0.0, 1e8)


@dataclass(frozen=True, kw_only=True)
class RowForm:
    """
    The form of the rows of one key.

    Parameters
    ----------
    entries
        What a row may hold, by name.
    needed
        Entries that every row has.
    some_of
        Entries of which every row has at least one.
    """

    entries: Mapping[str, Entry] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    some_of: tuple[str, ...] = ()


LED = RowForm(entries={**PLACE, "lead": Entry(form="text")}, needed=("lead",), some_of=tuple(PLACE))
PLACES = RowForm(entries=PLACE, some_of=tuple(PLACE))
CONTAINED = RowForm(
    entries={
        "kinds": Entry(form="texts", words=tuple(KINDS)),
        "levels": Entry(form="texts", words=tuple(LEVELS)),
        "hospitals": Entry(form="texts"),
        "continuing_care": Entry(form="answer"),
    },
    some_of=("kinds", "levels", "hospitals", "continuing_care"),
)
BALANCED = RowForm(
    entries={
        "column": Entry(form="text"),
        "tolerance": Entry(form="number", within=(0.0, 10.0)),
        "lower": Entry(form="number"),
        "upper": Entry(form="number"),
        "price": Entry(form="number", within=(0.0, 1e12)),
    },
    needed=("column",),
    some_of=("tolerance", "lower", "upper"),
)
BOUNDED = RowForm(
    entries={
        "lead": Entry(form="text"),
        "lower": Entry(form="number", within=PEOPLE),
        "upper": Entry(form="number", within=PEOPLE),
    },
    needed=("lead",),
    some_of=("lower", "upper"),
)
PHASED = RowForm(
    entries={
        "year": Entry(form="whole", within=(1900, 2200)),
        "centers": Entry(form="whole", within=(1, 100_000)),
        "center_lower": Entry(form="whole", within=(0, 10_000_000)),
        "center_upper": Entry(form="whole", within=(1, 10_000_000)),
        "growth": Entry(form="table", within=(0.01, 100.0)),
        "budget": Entry(form="number", within=(0.0, 1e9)),
        "weight": Entry(form="number", within=(0.0, 1e6)),
    },
    needed=("year", "centers"),
)


@dataclass(frozen=True, kw_only=True)
class RowList(Key):
    """
    Tables in a list, ``[[key]]`` of TOML, kept as a tuple of :class:`Row`.

    Parameters
    ----------
    form
        Of each row.
    """

    form: RowForm

    @property
    def example(self) -> str:
        """A list with one row."""
        names = [*self.form.needed, *self.form.some_of[:1]]
        pairs = ", ".join(f"{name} = {self.form.entries[name].example}" for name in names)
        return f"[{{{pairs}}}]"

    def kept(self, value: object) -> object:
        """Give a list of mappings as rows, other names of entries as the one in use."""
        if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Sequence):
            return value
        return tuple(self._row(row) if isinstance(row, Mapping) else row for row in value)

    def _row(self, row: Mapping[Any, Any]) -> Row:
        found: dict[str, Any] = {}
        for name, value in row.items():
            known = str(name)
            if known not in self.form.entries and ALIASES.get(known) in self.form.entries:
                known = ALIASES[known]
            entry = self.form.entries.get(known)
            kept = value if entry is None else entry.kept(value)
            both = isinstance(kept, tuple) and isinstance(found.get(known), tuple)
            found[known] = (*found[known], *kept) if both else kept
        return Row(found)

    def fits(self, value: object) -> bool:
        """Whether it is a tuple of rows."""
        return isinstance(value, tuple) and all(isinstance(row, Row) for row in value)

    def plain(self, value: Any) -> Any:  # noqa: ANN401
        """Give the rows as tables in a list."""
        return [row.plain() for row in value]

    def wrong(self, name: str, value: Any) -> list[Problem]:  # noqa: ANN401
        """Tell everything wrong with every row, each by its number."""
        if len(value) > MOST_ROWS:
            told = {"key": name, "value": len(value), "lower": 0, "upper": MOST_ROWS}
            return [Problem("scenario-range", told)]
        return [
            problem
            for number, row in enumerate(value, start=1)
            for problem in self._wrong_row(f"[[{name}]] {number}", row)
        ]

    def _wrong_row(self, place: str, row: Row) -> list[Problem]:
        entries = self.form.entries
        problems = [
            Problem(
                "unknown-key",
                {"place": place, "key": name, "nearest": nearest_word(name, list(entries))},
            )
            for name in row
            if name not in entries
        ]
        problems += [
            Problem("missing-key", {"place": place, "key": name})
            for name in self.form.needed
            if name not in row
        ]
        if self.form.some_of and not any(name in row for name in self.form.some_of):
            problems.append(Problem("row-without-any", {"place": place, "keys": self.form.some_of}))
        for name in row:
            entry = entries.get(name)
            if entry is None:
                continue
            told = {"key": f"{place} {name}", "value": brief(row[name]), "wanted": entry.example}
            if entry.fits(row[name]):
                problems += entry.wrong(f"{place} {name}", row[name])
            else:
                problems.append(Problem("scenario-type", told))
        return problems or _out_of_order(place, row)


def _out_of_order(place: str, row: Row) -> list[Problem]:
    lower, upper = row.get("lower", -math.inf), row.get("upper", math.inf)
    if lower <= upper:
        return []
    told = {"lower_key": f"{place} lower", "lower": f"{lower:g}"}
    return [
        Problem("scenario-order", told | {"upper_key": f"{place} upper", "upper": f"{upper:g}"})
    ]
