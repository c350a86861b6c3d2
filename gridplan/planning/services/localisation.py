"""Where the residents of each grid go: how many of their visits stay in the grid."""

from __future__ import annotations

import pandas as pd

from gridplan.planning.layout.layout import Layout

COLUMNS = ("visits", "visits_inside", "localisation_percent", "visits_from_outside")
"""Of :func:`localisation`."""


def localisation(layout: Layout, flows: pd.DataFrame) -> pd.DataFrame:
    """
    Count how many visits of the residents of each grid are to hospitals of the grid.

    The localisation index (LI) of hospital service areas: visits of residents within their area
    over all their visits.

    Parameters
    ----------
    layout
        Grids of units and of hospitals.
    flows
        ``unit``, ``hospital`` (ids) and ``visits``, one row a pair; a hospital that is None lies
        outside the district.

    Returns
    -------
    index
        Index: the district's code, then each grid. ``visits`` of its residents; ``visits_inside``
        the grid; ``localisation_percent`` (NaN without visits); ``visits_from_outside``, of
        residents of other grids to its hospitals. Of the district, all that stays in its grids.

    Notes
    -----
    P. Jia, F. Wang and I. M. Xierali, Annals of GIS 26 (2020): the localization index.
    """
    origin = flows["unit"].map(layout.units["grid"])
    hospitals = layout.hospitals["grid"] if "grid" in layout.hospitals else pd.Series(dtype=object)
    target = flows["hospital"].map(hospitals)
    visits = flows["visits"].astype(float)
    stays = (origin == target) & origin.notna()
    rows = {layout.district.code: (visits.sum(), visits[stays].sum(), 0.0)}
    for grid in layout.grids.index:
        comes = (target == grid) & (origin != grid)
        own = origin == grid
        rows[grid] = (visits[own].sum(), visits[own & stays].sum(), visits[comes].sum())
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["visits", "inside", "in"])
    share = 100.0 * table["inside"] / table["visits"].where(table["visits"] > 0)
    table = table.assign(localisation_percent=share).rename(
        columns={"inside": "visits_inside", "in": "visits_from_outside"}
    )
    return table[list(COLUMNS)].rename_axis("subject")
