"""The localisation index of each grid, in words."""

from __future__ import annotations

import pandas as pd

from gridplan.outputs.tables.tables import rounded_table
from gridplan.outputs.words.names import figure
from gridplan.outputs.words.telling import Telling
from gridplan.planning.services.localisation import localisation


def localisation_lines(telling: Telling, flows: pd.DataFrame) -> list[str]:
    """
    Tell where the residents of each grid go.

    Parameters
    ----------
    telling
        A plan with grids, and the language.
    flows
        Of :func:`gridplan.outputs.reading.flows.read_flows`.

    Returns
    -------
    lines
        A title, then one line for the district and one a grid.
    """
    names, lang = telling.names, telling.lang
    lines = [telling.say("why.localisation-title")]
    table = localisation(telling.plan.layout, flows)
    for subject, row in table.iterrows():
        district = subject == telling.plan.district.code
        lines.append(
            telling.say(
                "why.localisation-district" if district else "why.localisation-line",
                name=names.district if district else names.grids.get(subject, str(subject)),
                visits=figure(row["visits"], "count", lang),
                inside=figure(row["visits_inside"], "count", lang),
                share=figure(row["localisation_percent"], "percent", lang),
                more=figure(row["visits_from_outside"], "count", lang),
            )
        )
    return lines


def localisation_rows(telling: Telling, flows: pd.DataFrame) -> list[dict[str, object]]:
    """Give the same as plain values, one a subject, ready for JSON."""
    table = rounded_table(localisation(telling.plan.layout, flows)).reset_index()
    return [
        {str(key): value for key, value in row.items()} for row in table.to_dict(orient="records")
    ]
