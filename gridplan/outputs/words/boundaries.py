"""What the boundaries between grids cut, in words: their length, communities, streets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridplan.outputs.words.manner import fitting, manner
from gridplan.planning.grids.cuts import cut_figures
from gridplan.text import say
from gridplan.text.language import joined

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

_LEVELS = (
    ("community", "communities_split", "communities-cut"),
    ("subdistrict", "subdistricts_split", "streets-cut"),
)


def boundary_pairs(plan: Plan, lang: str) -> list[tuple[str, str]]:
    """
    Give length and splits as figures.

    Parameters
    ----------
    plan
        A finished plan.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    pairs
        Code of the figure and its text: ``boundary``, ``communities-cut``, ``streets-cut``. Empty
        without grids; a level that the units do not name is left out.
    """
    known, counts = _figures(plan)
    if not known:
        return []
    told = [
        (code, say("summary.cut-told", lang, cut=f"{cut:,}", all=f"{every:,}"))
        for code, (cut, every) in counts.items()
    ]
    return [("boundary", f"{known['boundary_km']:,.1f}"), *told]


def boundary_text(plan: Plan, lang: str) -> str:
    """Say the same in sentences for the report; empty without grids."""
    known, counts = _figures(plan)
    if not known:
        return ""
    sentences = [say("report.boundary", lang, km=f"{known['boundary_km']:,.1f}")]
    for code, (cut, every) in counts.items():
        told = {"cut": f"{cut:,}", "all": f"{every:,}"}
        sentences.append(fitting(f"report.{code}", lang, manner(plan), **told))
    return joined(sentences, lang, "gap")


def _figures(plan: Plan) -> tuple[dict[str, float], dict[str, tuple[int, int]]]:
    """Give what is cut, and of each level how many are cut and how many there are."""
    known = cut_figures(plan.district, plan.layout.units["grid"])
    counts = {}
    for level, name, code in _LEVELS:
        every = plan.district.units[level].nunique()
        if known and every:
            counts[code] = (round(known[name]), every)
    return known, counts
