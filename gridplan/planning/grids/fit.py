"""What the grids must be fit for: whole numbers of centers within the band serve each of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.optimise.partition import Sites
from gridplan.planning.centers.candidates import kept_sites
from gridplan.planning.centers.question import center_question, has_1n
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sites.stations import is_station


@dataclass(frozen=True, eq=False)
class Fit:
    """
    How much stricter the cut is than the planner asks, so that the centers find room in it.

    Parameters
    ----------
    margin
        Share of the band, split between both its ends, that is left free: units are whole, so that
        the last residents of a full center may not be found.
    tolerance
        Share of the tolerance that is used.
    center
        Index ``unit``: a center for each unit; those of one center stay in one grid, and so does
        the unit it stands in. None leaves units free.
    standing
        Index ``center``: the unit each of them stands in.
    """

    margin: float = 0.0
    tolerance: float = 1.0
    center: pd.Series | None = None
    standing: pd.Series | None = None

    def options(self, district: District, scenario: Scenario) -> dict[str, Any]:
        """Give the engine's options that make a cut fit."""
        return {
            "tolerance": self.tolerance * scenario.grid_tolerance,
            "together": self.together(district),
            "sites": sites_to_serve(district, scenario, margin=self.margin),
        }

    def together(self, district: District) -> np.ndarray | None:
        """List pairs of units, by position, that stay in one grid ``(m, 2)``; None for none."""
        if self.center is None or self.standing is None:
            return None
        index = district.units.index
        home = index.get_indexer(self.standing.loc[self.center.to_numpy()].to_numpy())
        own = index.get_indexer(self.center.index)
        return np.column_stack([own, home])[own != home]


COARSE = 5000
"""Units up to which it matters that a center serves whole ones."""

ANY = Fit()
"""No stricter than asked."""


def sites_to_serve(district: District, scenario: Scenario, *, margin: float = 0.0) -> Sites:
    """
    Give the engine the places of centers: their bands, who is kept, and the streets' minimum.

    Parameters
    ----------
    district
        Residents, existing centers, candidates.
    scenario
        Number of centers, band, centers closed, the streets' minimum.
    margin
        As of :class:`Fit`.

    Returns
    -------
    Sites
        Units by their position.
    """
    asked = center_question(district, scenario, None)
    post, least = is_station(asked.sites), asked.street_minimum
    sites = asked.sites[~post]
    lower, upper = _reachable(
        district.units["population"].to_numpy(dtype=float),
        sites["capacity_lower"].to_numpy(dtype=float),
        sites["capacity_upper"].to_numpy(dtype=float),
    )
    free = margin * (upper - lower) / 2
    return Sites(
        unit=district.units.index.get_indexer(sites["unit"]),
        lower=lower + free,
        upper=upper - free,
        kept=kept_sites(sites, scenario),
        group=asked.street[~post],
        group_min=least,
        # A center is managed within its grid: each grid has a regional one.
        head_max=np.full(len(least), scenario.regional_max) if has_1n(district, scenario) else None,
        number=scenario.centers,
    )


def _reachable(
    people: np.ndarray, lower: np.ndarray, upper: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """
    Narrow each band to the least and the most that whole units within it can add up to.

    Units of 1,730 residents fill a center of 10,000 to 12,000 with 10,380, and with nothing else.
    Sums are marked in the bits of one long number; where units are many, any sum can be met.
    """
    whole = bool((people == np.floor(people)).all())
    if len(people) > COARSE or not whole or not len(upper):
        return lower, upper
    most = int(min(upper.max(), people.sum()))
    sums, every = 1, (1 << (most + 1)) - 1
    for residents in people[people > 0].astype(int).tolist():
        sums |= (sums << residents) & every
    low, high = lower.copy(), upper.copy()
    for band in {*zip(lower.tolist(), upper.tolist(), strict=True)}:
        least = math.ceil(band[0])
        inside = (sums & ((1 << (math.floor(band[1]) + 1)) - 1)) >> least
        if inside:
            same = (lower == band[0]) & (upper == band[1])
            low[same] = least + (inside & -inside).bit_length() - 1
            high[same] = least + inside.bit_length() - 1
    return low, high
