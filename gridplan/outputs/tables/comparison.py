"""Plans of one district side by side: their key figures, and the residents whose grid changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from gridplan.outputs.tables.summary import certificate_text
from gridplan.outputs.tables.tables import key_figures
from gridplan.outputs.words.manner import fitting, manner
from gridplan.outputs.words.names import figure
from gridplan.outputs.words.telling import Telling
from gridplan.planning.grids.moves import moved_residents
from gridplan.text import say
from gridplan.text.language import in_language

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan


def comparison_table(plans: Sequence[Plan], *, lang: str) -> pd.DataFrame:
    """
    Put the key figures of several plans side by side.

    Parameters
    ----------
    plans
        Plans of one district.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    table
        One row a figure, one column a plan named by its scenario (numbered where names repeat);
        texts ready to read.

    Raises
    ------
    ValueError
        If the plans are not of one district.
    """
    if len({plan.district.code for plan in plans}) > 1:
        msg = "plans of different districts cannot be compared: pass plans of one district"
        raise ValueError(msg)
    columns: dict[str, dict[str, str]] = {}
    for plan in plans:
        name = in_language(plan.scenario, "name", lang)
        column = dict(key_figures(Telling(plan, lang)))
        for part, proof in plan.certificates.items():
            title = fitting(f"summary.certificate-{part}", lang, manner(plan))
            column[title] = certificate_text(proof, lang)
        if plan is not plans[0] and len(plan.layout.grids) and len(plans[0].layout.grids):
            moved = moved_residents(plans[0].layout, plan.layout)
            column[say("comparison.moved", lang)] = figure(moved, "persons", lang)
        columns[name if name not in columns else f"{name} ({len(columns) + 1})"] = column
    return pd.DataFrame(columns).fillna("—").rename_axis(say("comparison.figure", lang))
