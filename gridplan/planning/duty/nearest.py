"""Who is not sent to the nearest center, and what a band read as a density would change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from gridplan.errors import Problem, Reason
from gridplan.optimise.sparse_rows import row_of
from gridplan.planning.duty.cells import Cells
from gridplan.planning.duty.grain import parents_of
from gridplan.planning.duty.one_piece import pieces_of
from gridplan.planning.duty.reading import reading_of
from gridplan.planning.sites.stations import is_station
from gridplan.planning.ways.journeys import Journeys

TIES = 8
"""Sites among which the nearest is looked for: more are not equally near."""


@dataclass(frozen=True, eq=False)
class Walks:
    """
    The walks of a choice of centers.

    Parameters
    ----------
    ways, cells
        How walks are measured, and which sites each unit may be assigned to.
    places, sites
        ``(m, 2)`` of all sites, and their table.
    opened
        Rows of those that are opened.
    site
        ``(n,)`` site of each unit of the district.
    walked
        ``(n,)`` metres to it.
    """

    ways: Journeys
    cells: Cells
    places: np.ndarray
    sites: pd.DataFrame
    opened: np.ndarray
    site: np.ndarray
    walked: np.ndarray

    @cached_property
    def people(self) -> np.ndarray:
        """Residents of each unit."""
        return np.asarray(self.ways.district.units["population"].to_numpy(dtype=float))

    @cached_property
    def _nearest(self) -> tuple[np.ndarray, np.ndarray]:
        """Nearest opened site that each unit may be assigned to, and the metres to it."""
        units = np.arange(len(self.site))
        found = self.cells.walked(self.ways, units, self.places, only=self.opened, nearest=TIES)
        site, metres, row = self.site.copy(), self.walked.copy(), row_of(found)
        # Of several that are equally near, in whole metres, the first.
        order = np.lexsort((found.indices, found.data, row))
        first = order[np.unique(row[order], return_index=True)[1]]
        site[row[first]], metres[row[first]] = self.opened[found.indices[first]], found.data[first]
        own = self.walked <= metres
        return np.where(own, self.site, site), np.where(own, self.walked, metres)

    def notes(self) -> Iterator[Problem]:
        """
        Tell who is sent past the nearest center, what a density would gain, who keeps to a town.

        Residents who keep to their own street are sent past a nearer center of another one by
        that; the nearest is that of their own street.
        """
        yield from self._past()
        yield from self._own()
        yield from self._splits()
        yield from self._pieces()

    def _past(self) -> Iterator[Problem]:
        people, (site, metres) = self.people, self._nearest
        past = float(people[self.walked > metres].sum())
        total = float(people.sum())
        if not past:
            return
        told = {"residents": round(past), "percent": f"{100 * past / total:.1f}"}
        yield Problem("sent-past-nearest", told)
        scenario, district = self.ways.scenario, self.ways.district
        lower, upper = scenario.center_lower, scenario.center_upper
        full = self.opened[~is_station(self.sites.iloc[self.opened])]
        mean, count = total / max(1, len(full)), len(full)
        if reading_of(district, scenario) != "center" or not lower <= mean <= upper:
            return
        load = np.bincount(site, weights=people, minlength=len(self.places))[full]
        near = scenario.center_max_minutes * self.ways.walk_metres_per_minute
        share = [100 * float(people[way <= near].sum()) / total for way in (self.walked, metres)]
        yield Problem(
            "density-would-gain",
            {
                "centers": count,
                "mean": round(mean),
                "own": round(float(people @ self.walked) / total),
                "nearest": round(float(people @ metres) / total),
                "minutes": scenario.center_max_minutes,
                "near_own": f"{share[0]:.1f}",
                "near_nearest": f"{share[1]:.1f}",
                "lower": lower,
                "upper": upper,
                "below": int((load < lower * (1 - 1e-9)).sum()),
                "above": int((load > upper * (1 + 1e-9)).sum()),
                "least": round(float(load.min())),
                "most": round(float(load.max())),
            },
        )

    def _splits(self) -> Iterator[Problem]:
        """Count the communities or streets whose residents belong to several centers."""
        scenario = self.ways.scenario
        if scenario.center_grain == "unit" or not scenario.center_split_price:
            return
        parents = parents_of(self.ways.district, scenario, self.cells.unit_grid)
        some = (self.people > 0) & (parents >= 0)
        pairs = np.unique(np.stack([parents[some], self.site[some]], axis=1), axis=0)
        count = np.bincount(pairs[:, 0], minlength=1)
        values = {
            "grain": Reason(f"grain-{scenario.center_grain}"),
            "count": int((count > 1).sum()),
            "further": int((count - 1)[count > 1].sum()),
        }
        yield Problem("grain-split", values)

    def _pieces(self) -> Iterator[Problem]:
        """Name the catchments in several pieces, where each is to be in one."""
        if self.ways.scenario.center_contiguous != "yes":
            return
        pieces = pieces_of(self.ways.district.contiguity, self.site)
        rows = [str(self.sites.index[at]) for at in sorted(pieces) if pieces[at] > 1]
        if rows:
            yield Problem("catchments-in-pieces", {"count": len(rows), "rows": rows})

    def _own(self) -> Iterator[Problem]:
        """Count the residents who keep to their own street though another center is nearer."""
        bound = self.cells.bound
        if not bound.any():
            return
        units = np.flatnonzero(bound)
        grid = self.cells.unit_grid[units], self.cells.site_grid[self.opened]
        found = self.ways.walked(
            units, self.places[self.opened], unit_label=grid[0], site_label=grid[1], nearest=1
        )
        metres = np.full(len(units), np.inf)
        metres[np.diff(found.indptr) > 0] = found.data
        nearer = float(self.people[units[metres < self.walked[units]]].sum())
        share = 100 * nearer / float(self.people.sum())
        yield Problem("own-street-kept", {"residents": round(nearer), "percent": f"{share:.1f}"})
