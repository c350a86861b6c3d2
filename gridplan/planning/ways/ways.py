"""Ways from every unit to every hospital, measured once for all that is worked out from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from gridplan.district.district import District
from gridplan.errors import Problem
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import journeys_of
from gridplan.planning.ways.links import missing_links


@dataclass(frozen=True, eq=False)
class Ways:
    """
    Ways from the units to the hospitals.

    Parameters
    ----------
    metres
        ``(n, h)`` from each unit to each hospital, in the order of the district's tables.
    hospitals
        Their ids.
    links
        What joins the pieces of the district, as
        :func:`gridplan.planning.ways.links.missing_links`.
    notes
        Of these links, as data.
    """

    metres: np.ndarray
    hospitals: pd.Index
    links: sparse.csr_array
    notes: tuple[Problem, ...]

    def to_leads(self, grid: pd.Series, leads: pd.Series) -> np.ndarray:
        """Give the metres from each unit to the lead of its grid; NaN where it has none."""
        if not self.metres.shape[1]:
            return np.full(len(grid), np.nan)
        # The last entry stands for a unit without a grid, whose code is -1.
        column = np.append(self.hospitals.get_indexer(leads), -1)[leads.index.get_indexer(grid)]
        return np.where(column >= 0, self.metres[np.arange(len(grid)), column], np.nan)


def ways_of(district: District, scenario: Scenario) -> Ways:
    """Measure the ways of a district as its grids are planned on them."""
    links, notes = missing_links(district)
    hospitals = district.hospitals
    metres = np.zeros((len(district.units), 0))
    if len(hospitals):
        metres = journeys_of(district, scenario).driven(links, hospitals)
    return Ways(metres, hospitals.index, links, notes)
