"""A proof and a finding, each in one sentence."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from gridplan.optimise.outcome import PROVEN_GAP
from gridplan.outputs.tables.tables import (
    rounded,
)
from gridplan.outputs.words.names import figure, is_missing, word
from gridplan.planning.layout.certificate import DRAWN, Certificate
from gridplan.text import say
from gridplan.text.language import in_language


def certificate_text(proof: Certificate, lang: str, *, timed: bool = True) -> str:
    """
    Say in plain words how far from the best possible a part of the plan can be.

    Parameters
    ----------
    proof
        Of that part.
    lang
        ``zh`` or ``en``.
    timed
        Say how long it took; left out where the same plan is to have the same bytes.

    Returns
    -------
    text
        "Best possible" only where a bound proves it.
    """
    # As every file has them: told from what is read back, the words are the same.
    numbers = ("objective", "bound", "gap", "seconds")
    proof = dataclasses.replace(proof, **{k: rounded(getattr(proof, k), k) for k in numbers})
    objective = figure(proof.objective, proof.unit, lang)
    if proof.status == DRAWN:
        return _as_drawn(proof, objective, lang)
    if proof.gap is None or proof.bound is None:
        said = say("summary.no-proof", lang, objective=objective)
    elif proof.status == "optimal" and proof.gap <= PROVEN_GAP:
        said = say("summary.proven", lang, objective=objective)
    else:
        # Not below what arithmetic tells, and rounded up: less would promise more than is proven.
        gap = -(-max(proof.gap, PROVEN_GAP) * 1000 // 1) / 10
        bound = figure(proof.bound, proof.unit, lang)
        said = say("summary.at-most", lang, gap=f"{gap:.1f}", objective=objective, bound=bound)
    ended = word("ended-by", getattr(proof, "ended_by", None), lang)
    spent = say("summary.ended", lang, ended=ended)
    if timed:
        spent = say("summary.spent", lang, seconds=f"{proof.seconds:.1f}", ended=ended)
    return f"{said}{spent}"


def _as_drawn(proof: Certificate, objective: str, lang: str) -> str:
    """Say what grids that a person drew come to; nothing was sought, so nothing is claimed."""
    if proof.gap is None or proof.bound is None:
        return say("summary.as-drawn", lang, objective=objective)
    # Rounded up: the best cut may save as much, and no more.
    gap = -(-max(proof.gap, 0.0) * 1000 // 1) / 10
    bound = figure(proof.bound, proof.unit, lang)
    return say("summary.as-drawn-bound", lang, objective=objective, bound=bound, gap=f"{gap:.1f}")


def finding_text(row: Mapping[str, Any], lang: str) -> str:
    """
    Say one finding: rule, subject, figure and bounds.

    Parameters
    ----------
    row
        Of :func:`gridplan.outputs.tables.tables.findings_table`.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    text
    """
    unit = row["unit"]
    low, high = row["lower"], row["upper"]
    if not is_missing(low) and not is_missing(high):
        key = "exactly" if low == high else "between"
    elif not is_missing(low):
        key = "at-least"
    else:
        key = "at-most-bound" if not is_missing(high) else "no-bound"
    bounds = say(
        f"summary.{key}", lang, lower=figure(low, unit, lang), upper=figure(high, unit, lang)
    )
    return say(
        "summary.finding",
        lang,
        title=in_language(row, "title", lang) or row["rule"],
        subject=in_language(row, "subject_name", lang),
        value=figure(row["value"], unit, lang),
        bounds=bounds,
    )
