"""Plans of one district side by side."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from gridplan.api.plans import shown
from gridplan.district.files.given_file import given_path
from gridplan.errors import InputError, Problem
from gridplan.outputs.comparing.folder import write_comparison
from gridplan.outputs.comparing.maps import SyncedMaps, synced_maps
from gridplan.outputs.comparing.page import comparison_told
from gridplan.outputs.comparing.tables import figures_table
from gridplan.outputs.map.maps import ComparisonMap
from gridplan.outputs.map.maps import comparison_map as draw_both
from gridplan.outputs.reading.labels import labels_of
from gridplan.outputs.reading.written import read_written
from gridplan.planning.comparing.comparison import Compared, compare_plans
from gridplan.planning.comparing.front import USUAL
from gridplan.planning.plan import Plan as PlannedValue
from gridplan.text.shown import brief

Given = PlannedValue | str | Path
"""A plan, or the folder one was written to."""


@dataclasses.dataclass(frozen=True, eq=False)
class Comparison(Compared):
    """
    Plans held against the first of them, that can show and write themselves.

    ``figures`` has one row a plan and one column a figure, ``better`` what is better (1) or worse
    (-1) than in the first, ``front`` the plans no other beats, ``differences`` the units,
    communities, centers and findings that differ from the first plan, one for each other plan.

    Examples
    --------
    >>> both = gp.compare(one, two)
    >>> both.differences[0].communities[["community", "grid_residents"]]
    >>> both.table(lang="en")
    """

    def table(self, *, lang: str = "zh") -> pd.DataFrame:
        """Put the figures side by side in words: one row a figure, one column a plan."""
        return figures_table(self, lang)

    def text(self, *, lang: str = "zh") -> str:
        """Tell the comparison in words, as the command line does."""
        return comparison_told(self, lang)

    def map(self, *, lang: str = "zh") -> SyncedMaps:
        """Draw the plans beside each other; moving one map moves the others, offline."""
        return synced_maps(self, lang)

    def write(self, out: str | Path, *, lang: str = "zh") -> tuple[Path, ...]:
        """Write page, workbook, JSON and GeoJSON to a folder."""
        return write_comparison(self, given_path(out, argument="out"), lang=lang)

    def _repr_html_(self) -> str:
        return str(figures_table(self, "zh")._repr_html_())


def compare(
    *plans: Given | Sequence[Given],
    measures: Sequence[str] = USUAL,
    labels: Sequence[str] = (),
    lang: str = "zh",
) -> Comparison:
    """
    Hold plans of one district against the first of them.

    Parameters
    ----------
    *plans
        Two or more: plans, folders they were written to, or one list of them.
    measures
        Codes of the figures the Pareto front is over; see
        :data:`gridplan.planning.comparing.figures.FIGURES`.
    labels
        What to call the plans; empty: by their scenarios, and by their folders where two are
        called the same.
    lang
        Language of those names.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        If there is one plan only, they are of different districts or over different units, a folder
        cannot be read, or a measure is unknown.

    Examples
    --------
    >>> gp.compare(one, two).figures[["centers", "near", "walk"]]
    >>> gp.compare("out/guangming", "out/mine")
    """
    given = list(plans[0]) if len(plans) == 1 and isinstance(plans[0], (list, tuple)) else plans
    read = [_read(one) for one in given]
    if not read:
        raise InputError([Problem("argument-plans", {"argument": "plans", "value": brief(given)})])
    named = tuple(map(str, labels))
    if not named and any(not isinstance(one, PlannedValue) for one in given):
        folders = [Path("-" if isinstance(one, PlannedValue) else str(one)) for one in given]
        named = labels_of(read, folders, lang=lang)
    found = compare_plans(read, measures=measures, labels=named)
    fields = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
    return Comparison(**fields)


def _read(plan: object) -> PlannedValue:
    if isinstance(plan, PlannedValue):
        return plan
    if isinstance(plan, (str, Path)):
        return shown(read_written(given_path(plan, argument="plans")))
    values = {"argument": "plans", "value": brief(plan)}
    raise InputError([Problem("argument-plans", values)])


def comparison_map(
    plan_a: PlannedValue, plan_b: PlannedValue, *, lang: str = "zh"
) -> ComparisonMap:
    """
    Draw two plans side by side; moving one map moves the other.

    Parameters
    ----------
    plan_a, plan_b
        Left and right.
    lang
        ``zh`` or ``en``.

    Examples
    --------
    >>> gp.comparison_map(one, two, lang="en")
    """
    return draw_both(plan_a, plan_b, lang)
