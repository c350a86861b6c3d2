"""Errors a planner can act on: each carries every problem found, as codes and numbers.

The engine and the planning floors name a problem by its code; the catalogue in
:mod:`gridplan.text` says it in the planner's language. An error raised in a notebook still
reads as a sentence, because ``str`` renders it through the same catalogue, in English.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gridplan.text import say
from gridplan.text.language import twins
from gridplan.text.shown import shown
from gridplan.text.toml_text import toml_line

_REASON = "reason"
"""What tells a :class:`Reason` from other values in a file."""

SHOWN = 5
"""Rows or ids that a sentence names; the values of its problem hold all of them."""


@dataclass(frozen=True)
class Reason:
    """
    Why something could not be read or written, as data; stands among the values of a problem.

    Parameters
    ----------
    code
        Key of the words in the catalogue, section ``reasons``: ``"not-found"``; with a dot in it,
        of words in another section.
    values
        What the words need. With ``line`` (and ``column``) the place is said too.
    """

    code: str
    values: dict[str, Any] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """Say the reason in ``zh`` or ``en``: part of a sentence, without a full stop."""
        values = {key: _whole(shown(value)) for key, value in self.values.items()}
        key = self.code if "." in self.code else f"reasons.{self.code}"
        said = say(key, lang, **values)
        if "column" in values:
            return say("reasons.at", lang, said=said, **values)
        return say("reasons.at-line", lang, said=said, **values) if "line" in values else said


@dataclass(frozen=True)
class Remedy:
    """
    One change of the scenario that mends a problem; it was tried before it was named.

    Parameters
    ----------
    key, value
        Of the scenario: ``"centers"``, ``6``. Lists are tuples, tables dicts.
    also
        Further keys with their values, where one alone does not do; changed together.
    """

    key: str
    value: Any
    also: tuple[tuple[str, Any], ...] = ()

    @property
    def changes(self) -> dict[str, Any]:
        """Keys and values to change in the scenario, all of them."""
        return {self.key: self.value, **dict(self.also)}

    def as_dict(self) -> dict[str, Any]:
        """Give the remedy as plain values, ready for JSON."""
        plain = {name: _plain(value) for name, value in self.changes.items()}
        return {"key": self.key, "value": plain.pop(self.key), "also": plain}

    def text(self, lang: str) -> str:
        """Say what to change, and the line of the scenario file that does it."""
        join = say("remedies.together", lang)
        return join.join(
            say(f"remedies.{name}", lang, **_words(name, value, lang))
            for name, value in self.changes.items()
        )


def _plain(value: Any) -> Any:  # noqa: ANN401  # a scenario's value may be anything
    if isinstance(value, Mapping):
        return {name: _plain(entry) for name, entry in value.items()}
    return [_plain(entry) for entry in value] if isinstance(value, tuple) else value


def _words(name: str, value: Any, lang: str) -> dict[str, Any]:  # noqa: ANN401
    """Give what the sentences of remedies need, whichever of it each needs."""
    percent = f"{100 * value:,.10g}" if isinstance(value, float) else ""
    told = say(f"keys.grid_grain.{value}", lang) if name == "grid_grain" else _shown(value)
    count = len(value) if isinstance(value, Mapping | tuple | list) else 1
    return {"value": told, "count": count, "percent": percent, "line": toml_line(name, value)}


def _whole(value: Any) -> Any:  # noqa: ANN401
    """Give 15.0 as 15: a file does not keep them apart, and a person need not."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _parted(value: Any) -> Any:  # noqa: ANN401
    """Part the thousands of large whole numbers; years and line numbers stay as they are."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return f"{value:,}" if whole and abs(value) >= 10_000 else value


def _shown(value: Any) -> Any:  # noqa: ANN401
    """Give a value as a person reads it: thousands apart, tables as pairs."""
    if isinstance(value, Mapping):
        return [f"{name} {_shown(entry)}" for name, entry in value.items()]
    if isinstance(value, float):
        return f"{value:,.10g}"
    return f"{value:,}" if isinstance(value, int) else value


@dataclass(frozen=True)
class Problem:
    """
    One thing that is wrong, or was repaired, as data.

    Parameters
    ----------
    code
        Key of the sentence in the catalogue, section ``problems``: ``"missing-column"``.
    values
        What the sentence needs: layer, column, rows, figures, the nearest valid word, a
        :class:`Reason`. A name with an English twin (``street`` and ``street_en``) is said by that
        in English.
    proven
        Whether it is proven that no plan can be while this stands; only an
        :class:`InfeasibleError` has use for it.
    remedies
        Changes of the scenario that mend it. Each was tried; obeying one of them gives a plan, or
        leaves only what was named beside it.
    every
        All rows or ids it is about, where ``rows`` among the values names the first of them only.
        No sentence prints them; :mod:`gridplan.outputs.files.rows_file` writes them.
    """

    code: str
    values: dict[str, Any] = field(default_factory=dict)
    proven: bool = False
    remedies: tuple[Remedy, ...] = ()
    every: tuple[str, ...] = field(default=(), repr=False)

    def text(self, lang: str) -> str:
        """Say the problem, where it is and what mends it, in ``zh`` or ``en``."""
        told = self.said(f"problems.{self.code}", lang)
        if not self.remedies:
            return told
        ways = say("remedies.or", lang).join(remedy.text(lang) for remedy in self.remedies)
        return f"{told}{say('remedies.what-helps', lang, ways=ways)}"

    def said(self, key: str, lang: str) -> str:
        """Say it by a sentence of the catalogue that takes the same values."""
        values = {
            key: next(filter(None, map(self.values.get, twins(key, lang))), value)
            for key, value in self.values.items()
        }
        words = {
            key: value.text(lang) if isinstance(value, Reason) else _parted(_whole(shown(value)))
            for key, value in values.items()
        }
        return say(key, lang, **words)

    def as_data(self) -> dict[str, Any]:
        """Give code and values for a file; :func:`problem_from` takes them back."""
        values = {
            key: {_REASON: value.code, "values": value.values}
            if isinstance(value, Reason)
            else value
            for key, value in self.values.items()
        }
        return {"code": self.code, "values": values}

    def as_dict(self, lang: str) -> dict[str, Any]:
        """Give the problem as plain values, ready for JSON, with its sentence in ``lang``."""
        remedies = [remedy.as_dict() | {"text": remedy.text(lang)} for remedy in self.remedies]
        return {"code": self.code, "text": self.text(lang), "remedies": remedies}


def problem_from(data: Mapping[str, Any]) -> Problem:
    """
    Make a problem from its code and values.

    Parameters
    ----------
    data
        Of :meth:`Problem.as_data`, as a file gave it back.
    """
    values = {
        key: Reason(str(value[_REASON]), dict(value["values"]))
        if isinstance(value, Mapping) and _REASON in value
        else value
        for key, value in data["values"].items()
    }
    return Problem(str(data["code"]), values)


class GridplanError(Exception):
    """Raised when gridplan cannot go on for a reason its user can mend."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(*self.problems)

    def __reduce__(self) -> tuple[type[GridplanError], tuple[tuple[Problem, ...]]]:
        """Be sent to another process as it is: the arguments alone would not make it again."""
        return type(self), (self.problems,)

    def text(self, lang: str) -> str:
        """Say all problems, one a line, in ``zh`` or ``en``."""
        return "\n".join(problem.text(lang) for problem in self.problems)

    def __str__(self) -> str:
        return self.text("en")


class InputError(GridplanError, ValueError):
    """Raised when files, a scenario or arguments are wrong; carries all problems at once."""


class InfeasibleError(GridplanError):
    """
    Raised when there is no plan to give; names the demands that clash and what would help.

    ``proven`` tells whether it is proven that none can meet them, or none was found.
    """

    @property
    def proven(self) -> bool:
        """Whether no plan can meet the demands: one proof among the problems is enough."""
        return any(problem.proven for problem in self.problems)

    @property
    def title(self) -> str:
        """Catalogue key of the heading: a proof that no plan can be, or that none was found."""
        code = "none-can-be" if self.proven else "none-found"
        return f"problems.{code}"

    def __str__(self) -> str:
        return f"{say(self.title, 'en')}\n{self.text('en')}"
