"""The Pareto front: plans that no other beats in every figure looked at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gridplan.errors import InputError, Problem
from gridplan.planning.comparing.figures import FIGURES, MOST_ALIKE
from gridplan.text.shown import brief

USUAL = ("must", "centers-new", "near", "walk", "drive")
"""Figures the front is over where nobody names others."""


def pareto_front(figures: pd.DataFrame, measures: Sequence[str] = USUAL) -> pd.Series:
    """
    Say which plans are on the front.

    Parameters
    ----------
    figures
        One row a plan, one column a figure of :data:`~gridplan.planning.comparing.figures.FIGURES`.
    measures
        Codes of the figures that count; those no plan has are left out.

    Returns
    -------
    on
        True for a plan that no other equals or beats in all of them and beats in one. A plan
        without one of the figures is compared by the others.

    Raises
    ------
    InputError
        ``compare-measure`` if a measure is unknown or has no better side.
    """
    senses = {code: told.sense for code, told in FIGURES.items() if told.sense}
    wrong = [code for code in measures if code not in senses]
    if wrong or not measures:
        values = {"value": brief(wrong or list(measures)), "valid": list(senses)}
        raise InputError([Problem("compare-measure", values)])
    used = [code for code in measures if not figures[code].isna().all()]
    table = figures[used].to_numpy(dtype=float) * [senses[code] for code in used]
    # What a plan does not have neither beats nor is beaten.
    gap = table[:, None, :] - table[None, :, :]
    close = MOST_ALIKE * np.maximum(1.0, np.abs(table[:, None, :]))
    beats = (gap > close).any(axis=2) & ~(gap < -close).any(axis=2)
    return pd.Series(~beats.any(axis=0), index=figures.index, name="front")
