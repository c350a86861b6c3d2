"""A generated city: cells of residents around centers of density, candidates, streets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree


@dataclass(frozen=True, eq=False)
class City:
    """
    A siting question of city size.

    Parameters
    ----------
    cost
        CSR ``(n, m)`` person-metres to the nearest candidates.
    people
        ``(n,)``.
    street, street_min, street_max
        Street of each candidate, and sites to open in each.
    capacity, lower
        Band of every site.
    p
        Sites to open.
    """

    cost: sparse.csr_matrix
    people: np.ndarray
    street: np.ndarray
    street_min: np.ndarray
    street_max: np.ndarray
    capacity: np.ndarray
    lower: np.ndarray
    p: int


def build_city(n: int, m: int, p: int, *, streets: int = 74, near: int = 40, seed: int = 1) -> City:
    """
    Generate ``n`` cells and ``m`` candidates, ``p`` of them to open, 20,000 to 30,000 each.

    Residents average 25,000 a site. Streets are the cells nearest to one of ``streets`` seeds drawn
    where people live; each must open 70 % of its share of ``p`` (by residents) and may open
    130 % of it, as far as its candidates go.
    """
    rng = np.random.default_rng(seed)
    side = 200.0 * np.sqrt(n)
    hubs = rng.random((max(3, streets // 4), 2)) * side
    spread = side / 12
    around = hubs[rng.integers(len(hubs), size=n)] + rng.normal(0, spread, (n, 2))
    xy = np.where(rng.random((n, 1)) < 0.6, around, rng.random((n, 2)) * side) % side
    people = np.maximum(1.0, np.round(rng.lognormal(0.0, 0.6, n) * 100))
    people = np.maximum(1.0, np.round(people * (25_000.0 * p / people.sum())))
    places = xy[rng.choice(n, size=m, replace=False, p=people / people.sum())]
    distance, site = cKDTree(places).query(xy, k=min(near, m))
    arcs = (people[:, None] * np.round(distance)).ravel()
    rows = np.repeat(np.arange(n), site.shape[1])
    cost = sparse.csr_matrix((arcs, (rows, site.ravel())), shape=(n, m))
    seeds = cKDTree(xy[rng.choice(n, size=streets, replace=False, p=people / people.sum())])
    street, home = seeds.query(places)[1], seeds.query(xy)[1]
    share = p * np.bincount(home, weights=people, minlength=streets) / people.sum()
    have = np.bincount(street, minlength=streets)
    least = np.minimum(np.floor(0.7 * share), have).astype(int)
    most = np.maximum(np.ceil(1.3 * share), least + 1).astype(int)
    return City(
        cost, people, street, least, most, np.full(m, 30_000.0), np.full(m, 20_000.0), p
    )  # fmt: skip
