"""What a measure is: a layout in, one figure a subject out, and the columns it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from gridplan.district.agreements import FILE as AGREEMENTS
from gridplan.errors import Problem
from gridplan.planning.layout.layout import Layout
from gridplan.planning.scenario.scenario import Scenario

GROUPS_FILE = AGREEMENTS
"""What a measure of named groups needs: a file of the district, not a column."""

Values = Mapping[str, float | None]
"""Figure by subject: the district's code, a grid, a street, a center; None where unknown."""


@dataclass(frozen=True)
class Measure:
    """
    A figure that rules are held against.

    Parameters
    ----------
    name
        How a rule names it.
    compute
        ``(layout, scenario)`` to :data:`Values`; with ``parameters`` as third argument where the
        measure names some.
    subjects
        What it can be asked of.
    needs
        Columns of the district, ``layer.column``, whole layers or files that it reads and a
        district may lack.
    parameters
        Names of the numbers a rule gives it.
    reads
        Columns besides ``needs`` that the figure rests on, ``layer.column``; ``row`` for the rows
        themselves and ``place`` for where they are.
    tells
        ``(layout, subject)`` to what a reader must know of the figure of one subject.
    named
        Whether a rule names one institution to it, handed on in place of the numbers.
    quotes
        ``(scenario, subject)`` to what the planner wrote of the figure of one subject.
    """

    name: str
    compute: Callable[..., Values]
    subjects: tuple[str, ...]
    needs: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    tells: Callable[[Layout, str], list[Problem]] | None = None
    named: bool = False
    quotes: Callable[[Scenario, str], list[Problem]] | None = None

    def __call__(
        self,
        layout: Layout,
        scenario: Scenario,
        parameters: tuple[float, ...] = (),
        institution: str = "",
    ) -> Values:
        """Measure the layout."""
        if self.named:
            return self.compute(layout, scenario, institution)
        if self.parameters:
            return self.compute(layout, scenario, parameters)
        return self.compute(layout, scenario)

    def missing(self, layout: Layout) -> tuple[str, ...]:
        """Columns it needs that are absent or have empty cells."""
        found = []
        for need in self.needs:
            if need == GROUPS_FILE:
                found += [] if layout.district.agreements else [need]
                continue
            layer, _, name = need.partition(".")
            frame = getattr(layout.district, layer)
            if frame.empty or (name and (name not in frame or frame[name].isna().any())):
                found.append(need)
        return tuple(found)


def measure(
    *subjects: str,
    needs: tuple[str, ...] = (),
    parameters: tuple[str, ...] = (),
    reads: tuple[str, ...] = (),
    tells: Callable[[Layout, str], list[Problem]] | None = None,
    named: bool = False,
    quotes: Callable[[Scenario, str], list[Problem]] | None = None,
) -> Callable[[Callable[..., Values]], Measure]:
    """Make a measure of a function; its name becomes the measure's."""

    def made(compute: Callable[..., Values]) -> Measure:
        name = compute.__name__
        return Measure(name, compute, subjects, needs, parameters, reads, tells, named, quotes)

    return made


def column(frame: pd.DataFrame, name: str) -> pd.Series:
    """Give a column, all of it unknown where the table does not have it."""
    if name in frame:
        return frame[name]
    return pd.Series([None] * len(frame), index=frame.index, dtype=object, name=name)


def numbers(frame: pd.DataFrame, name: str) -> pd.Series:
    """Give a column as numbers, NaN where the table does not have it."""
    return pd.to_numeric(column(frame, name), errors="coerce").astype(float)


def whole(layout: Layout, value: float | None) -> Values:
    """Give the one figure of the district."""
    return {layout.district.code: value}


def share(part: float, total: float) -> float | None:
    """Percent that ``part`` is of ``total``; None where either is unknown or the total is nil."""
    if pd.isna(part) or pd.isna(total) or total <= 0:
        return None
    return 100.0 * part / total


def known(value: Any) -> float | None:  # noqa: ANN401  # a cell may hold any number
    """Turn NaN into None."""
    return None if pd.isna(value) else float(value)


def existing(layout: Layout) -> pd.DataFrame:
    """Give the district's own columns of the centers that are open today and stay open."""
    return layout.district.centers.loc[
        [center for center in layout.district.centers.index if center in layout.centers.index]
    ]
