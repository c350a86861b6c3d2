"""Which sites a unit may be assigned to: those of its grid, and of its own street where it must."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from gridplan.planning.ways.journeys import Journeys


@dataclass(frozen=True, eq=False)
class Cells:
    """
    Units and sites by grid and, where they keep to their own, by street.

    Parameters
    ----------
    unit_grid, site_grid
        ``(n,)`` and ``(m,)`` numbers of their grids; 0 without grids.
    unit_street, site_street
        The same of their streets, -1 for none; None where nobody keeps to a street.
    certain
        ``(m,)`` mask: sites that open in any case.
    """

    unit_grid: np.ndarray
    site_grid: np.ndarray
    unit_street: np.ndarray | None
    site_street: np.ndarray | None
    certain: np.ndarray

    @cached_property
    def _own(self) -> tuple[np.ndarray, np.ndarray]:
        """Numbers of the pairs of grid and street of units and sites."""
        assert self.unit_street is not None
        assert self.site_street is not None
        both = np.concatenate(
            [
                np.stack([self.unit_grid, self.unit_street], axis=1),
                np.stack([self.site_grid, self.site_street], axis=1),
            ]
        )
        code = np.unique(both, axis=0, return_inverse=True)[1].reshape(-1)
        return code[: len(self.unit_grid)], code[len(self.unit_grid) :]

    @cached_property
    def bound(self) -> np.ndarray:
        """
        Mask of the units that keep to their own street.

        They do where a center opens in the part of their street that lies in their grid in any
        case; where none may, there is nobody to keep to.
        """
        if self.unit_street is None:
            return np.zeros(len(self.unit_grid), dtype=bool)
        units, sites = self._own
        return np.isin(units, sites[self.certain]) & (self.unit_street >= 0)

    def walked(
        self,
        ways: Journeys,
        units: np.ndarray,
        sites: np.ndarray,
        *,
        only: np.ndarray | None = None,
        nearest: int,
    ) -> sparse.csr_array:
        """
        Measure the walks that are allowed.

        Parameters
        ----------
        ways
            Measures them.
        units
            Positions of the units asked for.
        sites
            ``(m, 2)`` places of the sites.
        only
            Rows of the sites asked for, all by default; a unit whose own street has none of them
            may go to any of its grid.
        nearest
            How many sites a unit may use at the most.

        Returns
        -------
        metres
            CSR, ``units`` by ``only``.
        """
        some = np.arange(len(sites)) if only is None else only
        labels = {"unit_label": self.unit_grid[units], "site_label": self.site_grid[some]}
        own = self.bound[units]
        if own.any():
            code, standing = self._own
            own &= np.isin(code[units], standing[some])
        if not own.any():
            return ways.walked(units, sites[some], nearest=nearest, **labels)
        parts = [
            ways.walked(
                units[own],
                sites[some],
                unit_label=code[units][own],
                site_label=standing[some],
                nearest=nearest,
            )
        ]
        if not own.all():
            labels["unit_label"] = labels["unit_label"][~own]
            parts.append(ways.walked(units[~own], sites[some], nearest=nearest, **labels))
        order = np.argsort(np.concatenate([np.flatnonzero(own), np.flatnonzero(~own)]))
        return sparse.csr_array(sparse.vstack(parts, format="csr")[order])
