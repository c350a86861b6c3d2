"""Errors a planner can act on: each carries every problem found, as codes and numbers.

The engine and the planning floors name a problem by its code; the catalogue in
:mod:`gridplan.text` says it in the planner's language. An error raised in a notebook still
reads as a sentence, because ``str`` renders it through the same catalogue, in English.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from gridplan.text import say


@dataclass(frozen=True)
class Problem:
    """
    One thing that is wrong, or was repaired, as data.

    Parameters
    ----------
    code
        Key of the sentence in the catalogue, section ``problems``: ``"missing-column"``.
    values
        What the sentence needs: layer, column, rows, figures, the nearest valid word. A name with
        an English twin (``street`` and ``street_en``) is said by that in English.
    """

    code: str
    values: dict[str, Any] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """Say the problem, where it is and what mends it, in ``zh`` or ``en``."""
        values = self.values
        if lang == "en":
            values = {key: values.get(f"{key}_en") or value for key, value in values.items()}
        return say(f"problems.{self.code}", lang, **values)


class GridplanError(Exception):
    """Raised when gridplan cannot go on for a reason its user can mend."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(*self.problems)

    def text(self, lang: str) -> str:
        """Say all problems, one a line, in ``zh`` or ``en``."""
        return "\n".join(problem.text(lang) for problem in self.problems)

    def __str__(self) -> str:
        return self.text("en")


class InputError(GridplanError, ValueError):
    """Raised when files, a scenario or arguments are wrong; carries all problems at once."""


class InfeasibleError(GridplanError):
    """Raised when no plan can meet the demands; names those that clash and what would help."""
