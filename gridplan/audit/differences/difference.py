"""One value that is not what it should be, and one check with all of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridplan.audit.differences.forgery import kind_of
from gridplan.errors import GridplanError, Problem
from gridplan.outputs.words.safe import plain
from gridplan.text import say


@dataclass(frozen=True)
class Difference:
    """
    One value that does not agree.

    Parameters
    ----------
    file
        It stands in.
    place
        Where: ``grids[G1].population``, ``网格!D2 (G1, 常住人口)``.
    found, expected
        What stands there, and what it should be.
    how
        Where ``expected`` comes from, a key of the catalogue: ``recounted`` from the units,
        ``others`` (the other files), ``inputs``; ``unreadable`` and ``impossible`` have none.
    sort
        What kind of change it is, where its place does not tell.
    """

    file: str
    place: str
    found: Any
    expected: Any
    how: str
    sort: str = ""

    @property
    def kind(self) -> str:
        """Key of the catalogue, section ``verify``, after ``kind-``: what was changed."""
        if self.sort:
            return self.sort
        if self.how in ("unreadable", "impossible"):
            return "damaged"
        return kind_of(self.place, self.found, self.expected)

    def text(self, lang: str) -> str:
        """Say it in ``zh`` or ``en``, its kind first."""
        found = self.found
        kind = say(f"verify.kind-{self.kind}", lang)
        if isinstance(found, Problem):
            return say("verify.difference-told", lang, kind=kind, reason=found.text(lang))
        return say(
            f"verify.difference-{self.how}",
            lang,
            kind=kind,
            file=plain(self.file),
            place=plain(self.place),
            found=_said(found, lang),
            expected=_said(self.expected, lang),
        )


@dataclass(frozen=True)
class Aside:
    """
    Something that is no part of the result: it is listed, and no figure is taken from it.

    Parameters
    ----------
    file
        That it is, or stands in.
    code
        Key of the catalogue, section ``verify``, after ``aside-``.
    what
        Its name there.
    """

    file: str
    code: str
    what: str = ""

    def text(self, lang: str) -> str:
        """Say it in ``zh`` or ``en``."""
        told = {"file": plain(self.file), "what": plain(self.what, limit=200)}
        return say(f"verify.aside-{self.code}", lang, **told)


@dataclass(frozen=True)
class Check:
    """
    One thing that was looked at.

    Parameters
    ----------
    code
        Key of the catalogue, section ``verify``, after ``check-``.
    count
        Values compared; 0 where there was nothing to compare.
    differences
        What did not agree.
    asides
        What is no part of the result.
    """

    code: str
    count: int
    differences: tuple[Difference, ...]
    asides: tuple[Aside, ...] = ()


def unreadable(code: str, error: GridplanError) -> Check:
    """
    Tell what could not be read as a check that failed.

    Parameters
    ----------
    code
        Of the check.
    error
        What reading said; its problems name their ``file``.

    Returns
    -------
    Check
        A difference for each problem.
    """
    found = tuple(
        Difference(_name(problem), problem.code, problem, "", "unreadable")
        for problem in error.problems
    )
    return Check(code, len(found), found)


def _name(problem: Problem) -> str:
    file = str(problem.values.get("file", ""))
    return Path(file).name if file else ""


def _said(value: Any, lang: str) -> str:  # noqa: ANN401  # any value of a file
    if value is None:
        return say("verify.nothing", lang)
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, Problem):
        return value.text(lang)
    return plain(value, limit=120)


def same(found: Any, expected: Any, *, within: float = 0.0) -> bool:  # noqa: ANN401  # of a file
    """
    Whether two values are the same.

    Parameters
    ----------
    found, expected
        Numbers, text, truth values or None; ``1`` and ``1.0`` are the same, ``1`` and ``True`` not.
    within
        How far two numbers may be apart.
    """
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    if isinstance(found, (int, float)) and isinstance(expected, (int, float)):
        if math.isnan(found) or math.isnan(expected):
            return math.isnan(found) and math.isnan(expected)
        return abs(found - expected) <= within
    return bool(found == expected)
