"""What the figures of rules are counted from, and the table in which each figure has its entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from gridplan.audit.derived.layout.units import TO_CENTER, TO_POINT
from gridplan.audit.derived.ways.walks import Keys, Travel
from gridplan.district.agreements import FILE as GROUPS_FILE
from gridplan.district.district import INDEXES, District
from gridplan.district.schema.labels import below
from gridplan.errors import Problem

Given: TypeAlias = Any
"""What a rule gives a figure: numbers, or the institution that it names."""

LEAST_WALK, LONGEST_WALK = 0.1, 600.0
"""Minutes a scenario can call near, at least and at most."""

Values = dict[str, float | None]
"""Figure by subject; None where it is not known."""


@dataclass(frozen=True, eq=False)
class Facts:
    """
    A layout from which figures are counted.

    Parameters
    ----------
    travel
        How ways are measured, with district and scenario.
    layout
        Tables of units, grids, centers, streets and hospitals, and the groups: read back, or put
        together anew.
    rounded
        Whether they are read back, with minutes of drives as they were written.
    """

    travel: Travel
    layout: Any
    rounded: bool = False

    @property
    def district(self) -> District:
        """Its layers."""
        return self.travel.district

    @property
    def scenario(self) -> Keys:
        """What was asked for."""
        return self.travel.scenario

    @property
    def code(self) -> str:
        """Of the district."""
        return str(self.district.code)

    @cached_property
    def people(self) -> np.ndarray:
        """``(n,)`` residents of the units."""
        return np.asarray(self.district.units["population"].to_numpy(dtype=float))

    @cached_property
    def residents(self) -> float:
        """Of the district."""
        return float(self.people.sum())

    @cached_property
    def doubts(self) -> dict[str, list[tuple[object, str, str]]]:
        """Row, what it is about and label of all that falls short of the label of its layer."""
        label = {one.layer: one.label for one in self.district.layers}
        return {
            layer: [
                (entry.row, str(entry.about), str(entry.label))
                for entry in below(getattr(self.district, layer), label[layer]).itertuples()
            ]
            for layer in INDEXES
            if layer in label
        }

    @cached_property
    def _labels(self) -> dict[str, np.ndarray]:
        return {}

    def labels(self, column: str) -> np.ndarray:
        """``(n,)`` what each unit belongs to: ``grid``, ``center``, ``subdistrict``, ..."""
        if column not in self._labels:
            self._labels[column] = self._read(column)
        return self._labels[column]

    def _read(self, column: str) -> np.ndarray:
        table = self.layout.units if column in self.layout.units else self.district.units
        if column not in table:
            return np.full(len(self.people), None, dtype=object)
        found = table[column].to_numpy(dtype=object)
        return np.array([None if pd.isna(text) else text for text in found], dtype=object)

    @cached_property
    def grid(self) -> np.ndarray:
        """``(n,)`` grid of each unit."""
        return self.labels("grid")

    @property
    def grids(self) -> list[str]:
        """Their ids."""
        return [str(grid) for grid in self.layout.grids.index]

    @property
    def streets(self) -> list[str]:
        """Their names."""
        return [str(street) for street in self.layout.subdistricts.index]

    @property
    def hospitals(self) -> pd.DataFrame:
        """With ``grid`` and ``role``."""
        return pd.DataFrame(self.layout.hospitals)

    @property
    def centers(self) -> pd.DataFrame:
        """Of the plan."""
        return pd.DataFrame(self.layout.centers)

    @cached_property
    def today(self) -> pd.DataFrame:
        """Give the centers that are open today and stay open, with the district's own columns."""
        given = self.district.centers
        return given[[key in self.layout.centers.index for key in given.index]]

    @cached_property
    def load(self) -> dict[str, float]:
        """Residents of each center."""
        found = dict.fromkeys(map(str, self.layout.centers.index), 0.0)
        for center, persons in zip(self.labels("center"), self.people, strict=True):
            if center in found:
                found[center] += persons
        return found

    @cached_property
    def of_street(self) -> dict[str, float]:
        """Residents of each street."""
        found = dict.fromkeys(self.streets, 0.0)
        for street, persons in zip(self.labels("subdistrict"), self.people, strict=True):
            if street in found:
                found[street] += persons
        return found

    @cached_property
    def of_grid(self) -> dict[str, float]:
        """Residents of each grid."""
        found = dict.fromkeys(self.grids, 0.0)
        for grid, persons in zip(self.grid, self.people, strict=True):
            if grid in found:
                found[grid] += persons
        return found

    def minutes(self, column: str) -> np.ndarray:
        """Give the minutes of the walk of each unit, ``(n,)``; NaN where none was measured."""
        if column not in self.layout.units:
            return np.full(len(self.people), np.nan)
        metres = pd.to_numeric(self.layout.units[column]).to_numpy(dtype=float)
        return np.asarray(metres / self.travel.walked_a_minute)

    def whole(self, value: float | None) -> Values:
        """Give the one figure of the district."""
        return {self.code: value}


@dataclass(frozen=True)
class Walk:
    """
    A walk that is tried: the scenario's own, or a faster or slower one.

    Parameters
    ----------
    times
        Its speed, in that of the scenario's own.
    """

    times: float = 1.0

    def near(self, minutes: float) -> float:
        """Give the minutes of the scenario's own walk that reach as far as so many of this one."""
        if self.times == 1.0:
            return minutes
        return min(max(minutes * self.times, LEAST_WALK), LONGEST_WALK)


OWN_WALK = Walk()
Told = Callable[[Facts, str], list[Problem]]


@dataclass(frozen=True)
class Figure:
    """
    One figure that rules name.

    Parameters
    ----------
    count
        Facts, what the rule gives (numbers or an institution) and the walk that is tried, to the
        figure of each subject.
    subjects
        Kinds of subject it can be asked of.
    needs
        ``layer.column``, layers or files without which it is not known.
    reads
        What else it rests on.
    tells
        What a reader must know of the figure of one subject.
    named
        Whether a rule names an institution to it.
    """

    count: Callable[[Facts, Given, Walk], Values]
    subjects: tuple[str, ...]
    needs: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    tells: Told | None = None
    named: bool = False

    def missing(self, facts: Facts) -> list[str]:
        """List what it needs and the district does not bring, or not for every row."""
        wanting = []
        for need in self.needs:
            layer, _, column = need.partition(".")
            if need == GROUPS_FILE:
                there = bool(facts.district.agreements)
            else:
                frame = getattr(facts.district, layer)
                there = len(frame) > 0 and (
                    not column or (column in frame and not frame[column].isna().any())
                )
            wanting += [] if there else [need]
        return wanting


FIGURES: dict[str, Figure] = {}
"""Every figure by the name rules give it; the files of this room put theirs in."""


def figure(
    *subjects: str,
    name: str = "",
    needs: tuple[str, ...] = (),
    reads: tuple[str, ...] = (),
    tells: Told | None = None,
    named: bool = False,
) -> Callable[[Callable[[Facts, Given, Walk], Values]], Callable[[Facts, Given, Walk], Values]]:
    """Enter a function as the figure of its name."""

    def entered(
        count: Callable[[Facts, Given, Walk], Values],
    ) -> Callable[[Facts, Given, Walk], Values]:
        FIGURES[name or count.__name__] = Figure(count, subjects, needs, reads, tells, named)
        return count

    return entered


def percent(part: float, total: float) -> float | None:
    """Percent of a total; None where either is unknown or there is no total."""
    if np.isnan(part) or np.isnan(total) or total <= 0:
        return None
    return 100.0 * part / total


def said(frame: pd.DataFrame, column: str) -> list[Any]:
    """Give the entries of a column, None where there is none or no such column."""
    if column not in frame:
        return [None] * len(frame)
    return [None if pd.isna(entry) else entry for entry in frame[column]]


def counted(frame: pd.DataFrame, column: str) -> np.ndarray:
    """Give the entries of a column as numbers, NaN where there is none."""
    return np.array([np.nan if entry is None else float(entry) for entry in said(frame, column)])


__all__ = ["FIGURES", "OWN_WALK", "TO_CENTER", "TO_POINT", "Facts", "Figure", "Values", "Walk"]
