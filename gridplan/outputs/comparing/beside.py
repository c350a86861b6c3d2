"""Plans beside each other for a screen: each figure with its difference, and a front of two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from gridplan.outputs.comparing.tables import (
    MARKS,
    figure_label,
    figures_known,
    plan_titles,
    who_changes,
)
from gridplan.outputs.words.columns import by_unit
from gridplan.outputs.words.names import figure, is_missing
from gridplan.planning.comparing.figures import FIGURES
from gridplan.planning.comparing.front import pareto_front
from gridplan.text import say

if TYPE_CHECKING:
    from gridplan.planning.comparing.comparison import Compared

SENSED = tuple(code for code, told in FIGURES.items() if told.sense)
"""Figures of which less, or more, is better."""

_NONE = "\u2014"


def beside_table(compared: Compared, lang: str) -> pd.DataFrame:
    """
    Put every figure of the plans side by side, with what each differs by from the first.

    Parameters
    ----------
    compared
        The plans.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    table
        Text; one row a figure that some plan has, then who changes grid and center. A column for
        each plan, and after each but the first one with its difference and whether that is better.
    """
    titles = plan_titles(compared, lang)
    heads = [say("comparing.figure", lang), titles[0]]
    for title in titles[1:]:
        heads += [title, say("comparing.head-difference", lang, name=title)]
    rows = []
    for code, told in figures_known(compared).items():
        values = compared.figures[code]
        row = [figure_label(code, lang), figure(values.iloc[0], told.unit, lang)]
        for at in range(1, len(values)):
            row.append(figure(values.iloc[at], told.unit, lang))
            row.append(_difference(compared, code, at, lang))
        rows.append(row)
    for name, counts in who_changes(compared, lang).items():
        rows.append([name, _NONE, *(cell for count in counts for cell in (count, _NONE))])
    return pd.DataFrame(rows, columns=heads, dtype=object)


def _difference(compared: Compared, code: str, at: int, lang: str) -> str:
    """Say by how much a figure differs, with its sign, and whether that is better or worse."""
    values = compared.figures[code]
    more = values.iloc[at] - values.iloc[0]
    if is_missing(more):
        return _NONE
    text = f"{abs(more):,.{by_unit(FIGURES[code].unit).decimals}f}"
    if not float(text.replace(",", "")):
        return "0"
    told = say("comparing.more" if more > 0 else "comparing.less", lang, number=text)
    if FIGURES[code].unit == "percent":
        told = say("comparing.points", lang, number=told)
    verdict = compared.better[code].iloc[at]
    if not verdict:
        return told
    mark = MARKS[verdict]
    words = {"mark": say(f"comparing.{mark}", lang), "word": say(f"comparing.word-{mark}", lang)}
    return say("comparing.judged", lang, number=told, **words)


def measures_told(compared: Compared) -> tuple[str, ...]:
    """Give the figures with a better side that every plan has, for the axes of a front."""
    return tuple(code for code in SENSED if not compared.figures[code].isna().any())


def axis_label(code: str, lang: str) -> str:
    """Say a figure with its unit, and which side is the better one."""
    label, unit = figure_label(code, lang), FIGURES[code].unit
    side = say(f"comparing.side-{'less' if FIGURES[code].sense < 0 else 'more'}", lang)
    if unit in ("", "count"):
        return say("comparing.axis-plain", lang, label=label, side=side)
    name = say(f"outputs.unit-{unit}", lang)
    return say("comparing.axis", lang, label=label, unit=name, side=side)


def front_points(compared: Compared, x: str, y: str, lang: str) -> pd.DataFrame:
    """
    Give the points of a chart of two figures.

    Parameters
    ----------
    compared
        The plans.
    x, y
        Codes of figures with a better side.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    points
        ``name``, ``x``, ``y`` as numbers, ``front`` whether no other plan is better in one of the
        two and worse in none; in the order of the plans.
    """
    values = compared.figures
    return pd.DataFrame(
        {
            "name": plan_titles(compared, lang),
            "x": values[x].to_numpy(dtype=float),
            "y": values[y].to_numpy(dtype=float),
            "front": pareto_front(values, tuple(dict.fromkeys((x, y)))).to_numpy(dtype=bool),
        }
    )


def front_table(points: pd.DataFrame, x: str, y: str, lang: str) -> pd.DataFrame:
    """Say the points of a chart as a table, for whoever cannot see it."""
    columns = {
        say("comparing.plan", lang): points["name"],
        figure_label(x, lang): [figure(v, FIGURES[x].unit, lang) for v in points["x"]],
        figure_label(y, lang): [figure(v, FIGURES[y].unit, lang) for v in points["y"]],
        say("comparing.figure-front", lang): [
            say(f"comparing.front-{'mark' if on else 'off'}", lang) for on in points["front"]
        ],
    }
    return pd.DataFrame(columns, dtype=object)
