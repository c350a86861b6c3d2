"""What was found wrong and what was repaired while a district is read: two growing lists.

A district is refused once, with everything that is wrong, and never mended in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gridplan.errors import SHOWN, InputError, Problem

T = TypeVar("T")


def sample(values: Iterable[object]) -> dict[str, Any]:
    """
    Name the first few of many.

    Returns
    -------
    values
        ``rows`` holds them as text, ``count`` says how many there are, ``every`` holds them all;
        :func:`noted` keeps the last apart from the values of the sentence.
    """
    everything = tuple(map(str, values))
    return {"rows": list(everything[:SHOWN]), "count": len(everything), "every": everything}


def noted(code: str, values: Mapping[str, Any]) -> Problem:
    """Make a problem of values some of which :func:`sample` gave."""
    told = {key: value for key, value in values.items() if key != "every"}
    return Problem(code, told, every=values.get("every", ()))


@dataclass
class Intake:
    """
    The problems and repairs of one reading.

    Parameters
    ----------
    problems
        What makes the district unreadable.
    repairs
        What was changed or derived so that it could be read.
    """

    problems: list[Problem] = field(default_factory=list)
    repairs: list[Problem] = field(default_factory=list)

    def wrong(self, code: str, **values: object) -> None:
        """Note a problem."""
        self.problems.append(noted(code, values))

    def repaired(self, code: str, **values: object) -> None:
        """Note a repair."""
        self.repairs.append(noted(code, values))

    def attempt(self, step: Callable[[], T]) -> T | None:
        """Run a step; keep its problems and return None if it raises an input error."""
        try:
            return step()
        except InputError as error:
            self.problems.extend(error.problems)
            return None

    def close(self) -> None:
        """Raise every problem found so far at once."""
        if self.problems:
            raise InputError(self.problems)
