"""Residents of a few centers given to them anew, so that few change theirs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from gridplan.optimise.siting import capacitated_p_median
from gridplan.planning.editing.edited import Edited
from gridplan.planning.editing.laid.state import Numbers


@dataclass(frozen=True)
class Prices:
    """
    What changes are worth, and how long the search for the fewest may take.

    Parameters
    ----------
    moved_metres
        Metres of walk that one resident who changes center is worth.
    opened
        Residents who change center that opening a further center is worth.
    rings
        Centers around the one out of its band whose residents may change, and whether a further one
        may open; tried in turn. None for all of the grid.
    work_limit, time_limit
        Of each search, as of a scenario.
    """

    moved_metres: float = 20_000.0
    opened: float = 20_000.0
    rings: tuple[tuple[int | None, bool], ...] = ((6, False), (12, False), (12, True), (None, True))
    work_limit: float = 1.0
    time_limit: float = 3.0


@dataclass(frozen=True, eq=False)
class Asked:
    """
    Units whose center may change, the centers they may go to, and where further may open.

    Parameters
    ----------
    edited
        The layout they stand in.
    units, own
        Positions of the units, and of the centers they may go to.
    further
        Places where a further center may open: ``id``, ``unit``, ``x``, ``y`` and its band.
    metres
        Walk from each unit to each of ``own`` and then of ``further``; infinite where too far.
    had
        Position among ``own`` of the center a unit had, -1 for one elsewhere.
    pinned
        Positions among ``units`` of those that a demand gave their center.
    """

    edited: Edited
    units: Numbers
    own: Numbers
    further: pd.DataFrame
    metres: np.ndarray
    had: Numbers
    pinned: Numbers


def asked_of(before: Edited, edited: Edited, own: Numbers, further: pd.DataFrame) -> Asked:
    """Measure the ways between units and the centers they may go to, as they stand now."""
    ground, state = edited.ground, edited.state
    units = np.flatnonzero(np.isin(state.center, own) & (ground.people > 0))
    metres = np.column_stack([
        ground.to_sites(state, own, units),
        *(ground.walked(x, y)[units][:, None] for x, y in further[["x", "y"]].to_numpy()),
    ])  # fmt: skip
    pinned = np.flatnonzero(state.assigned[units])
    return Asked(edited, units, own, further, metres, _had(before, edited, own, units), pinned)


def answered(asked: Asked, prices: Prices) -> Numbers | None:
    """Find who goes where, as positions among own and further centers; None for no way found."""
    edited, own, further = asked.edited, asked.own, asked.further
    people = edited.ground.people[asked.units]
    allowed = np.isfinite(asked.metres)
    if len(asked.pinned):
        place = np.full(len(edited.state.sites), -1)
        place[own] = np.arange(len(own))
        allowed[asked.pinned] = False
        allowed[asked.pinned, place[edited.state.center[asked.units[asked.pinned]]]] = True
    had = asked.had[:, None]
    changed = (np.arange(asked.metres.shape[1])[None] != had) & (had >= 0)
    price = people[:, None] * (asked.metres + prices.moved_metres * changed)
    rows, columns = np.nonzero(allowed)
    cost = sparse.csr_array((price[rows, columns], (rows, columns)), shape=allowed.shape)
    sites, number = edited.centers.iloc[own], len(own)
    opened = np.full(len(further), prices.moved_metres * prices.opened)
    answer = capacitated_p_median(
        cost,
        people,
        np.append(sites["capacity_upper"].to_numpy(dtype=float), further["upper"]),
        (number, number + min(2, len(further))) if len(further) else number,
        lower=np.append(sites["capacity_lower"].to_numpy(dtype=float), further["lower"]),
        kept=np.arange(number),
        site_cost=np.append(np.zeros(number), opened),
        seed=edited.ground.scenario.seed,
        work_limit=prices.work_limit,
        time_limit=prices.time_limit,
        gap=1e-4,
    )
    return np.asarray(answer.assignment) if answer.feasible else None


def _had(before: Edited, edited: Edited, own: Numbers, units: Numbers) -> Numbers:
    """Give each unit the column of the center it had before the demands; -1 where that is gone."""
    now = edited.state.sites.index.get_indexer(before.state.sites.index)
    place = np.full(len(edited.state.sites) + 1, -1)
    place[own] = np.arange(len(own))
    return np.asarray(place[now[before.state.center[units]]])
