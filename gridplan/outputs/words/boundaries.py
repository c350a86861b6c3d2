"""What the boundaries between grids cut, in words: their length, communities, streets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridplan.outputs.words.telling import Telling
from gridplan.planning.grids.cuts import cut_figures
from gridplan.text.language import joined

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

_LEVELS = (
    ("community", "communities_split", "communities-cut"),
    ("subdistrict", "subdistricts_split", "streets-cut"),
)


def boundary_pairs(telling: Telling) -> list[tuple[str, str]]:
    """
    Give length and splits as figures.

    Parameters
    ----------
    telling
        A finished plan, and the language.

    Returns
    -------
    pairs
        Code of the figure and its text: ``boundary``, ``communities-cut``, ``streets-cut``. Empty
        without grids; a level that the units do not name is left out.
    """
    known, counts = _figures(telling.plan)
    if not known:
        return []
    told = [
        (code, telling.say("summary.cut-told", cut=f"{cut:,}", all=f"{every:,}"))
        for code, (cut, every) in counts.items()
    ]
    return [("boundary", f"{known['boundary_km']:,.1f}"), *told]


def boundary_text(telling: Telling) -> str:
    """Say the same in sentences for the report; empty without grids."""
    known, counts = _figures(telling.plan)
    if not known:
        return ""
    sentences = [telling.say("report.boundary", km=f"{known['boundary_km']:,.1f}")]
    for code, (cut, every) in counts.items():
        if not cut:  # what is not cut needs no sentence
            continue
        told = {"cut": f"{cut:,}", "all": f"{every:,}"}
        sentences.append(telling.fitting(f"report.{code}", **told))
    return joined(sentences, telling.lang, "gap")


def _figures(plan: Plan) -> tuple[dict[str, float], dict[str, tuple[int, int]]]:
    """Give what is cut, and of each level how many are cut and how many there are."""
    known = cut_figures(plan.district, plan.layout.units["grid"])
    counts = {}
    for level, name, code in _LEVELS:
        every = plan.district.units[level].nunique()
        if known and every:
            counts[code] = (round(known[name]), every)
    return known, counts
