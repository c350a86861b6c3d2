"""Ways from every unit to every hospital, measured once for all that is worked out from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from gridplan.district.district import District
from gridplan.errors import Problem
from gridplan.planning.journeys import journeys_of
from gridplan.planning.links import missing_links
from gridplan.planning.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Ways:
    """
    Ways from the units to the hospitals.

    Parameters
    ----------
    metres
        Index ``unit``, a column each hospital.
    links
        What joins the pieces of the district, as :func:`gridplan.planning.links.missing_links`.
    notes
        Of these links, as data.
    """

    metres: pd.DataFrame
    links: sparse.csr_array
    notes: tuple[Problem, ...]

    def to_leads(self, grid: pd.Series, leads: pd.Series) -> pd.Series:
        """Give the metres from each unit to the lead of its grid; NaN where it has none."""
        if self.metres.empty:
            return pd.Series(np.nan, index=grid.index)
        columns = self.metres.columns.get_indexer(grid.map(leads))
        way = self.metres.to_numpy()[np.arange(len(grid)), columns]
        return pd.Series(np.where(columns >= 0, way, np.nan), index=grid.index)


def ways_of(district: District, scenario: Scenario) -> Ways:
    """Measure the ways of a district as its grids are planned on them."""
    links, notes = missing_links(district)
    hospitals = district.hospitals
    count = len(district.units)
    driven = journeys_of(district, scenario)
    metres = driven.driven(links, hospitals) if len(hospitals) else np.zeros((count, 0))
    return Ways(
        pd.DataFrame(metres, index=district.units.index, columns=hospitals.index), links, notes
    )
