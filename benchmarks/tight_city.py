"""A generated city that its few largest sites can only just hold: capacities in three tiers."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from benchmarks.instances import Instance, filled

TIERS, SHARES = (90_000.0, 70_000.0, 50_000.0), (0.1, 0.1, 0.8)
"""Capacities, as published sitings of health centers have them, and shares of the candidates."""


def tight_city(
    n: int = 6752, m: int = 320, p: int = 48, *, full: float = 0.987, seed: int = 1
) -> Instance:
    """
    Generate cells of residents around hubs, candidates where residents live, in three sizes.

    Parameters
    ----------
    n, m, p
        Cells, candidates, and sites to open.
    full
        How full the ``p`` largest sites together are.
    seed
        Of everything drawn.

    Returns
    -------
    Instance
        Costs are person-kilometres.
    """
    rng = np.random.default_rng(seed)
    side = 250.0 * np.sqrt(n)
    hubs = rng.random((12, 2)) * side
    around = hubs[rng.integers(len(hubs), size=n)] + rng.normal(0, side / 10, (n, 2))
    xy = np.where(rng.random((n, 1)) < 0.6, around, rng.random((n, 2)) * side) % side
    near = cKDTree(hubs).query(xy)[0]
    people = np.maximum(
        5.0, np.round(rng.lognormal(5.0, 0.9, n) * (0.4 + 2.0 * np.exp(-near / (side / 12))))
    )
    sites = rng.choice(n, size=m, replace=False, p=people / people.sum())
    capacity = rng.choice(TIERS, size=m, p=SHARES)
    km = np.hypot(*(xy[:, None] - xy[None, sites]).transpose(2, 0, 1)) / 1000.0
    cost = people[:, None] * km
    city = Instance("city_tight", "generated", cost, people, capacity, (p,))
    return filled(city, p, full=full)
