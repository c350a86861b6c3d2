"""
First sites for a large question: openness gathered into whole sites, then location-allocation.

The relaxation opens parts of many sites near each other. Going from the most open site on, each
takes in what is open beside it until there is one whole site; parts of the question that share no
arc get numbers of sites that can serve them. Then, in turns, units are sent to these sites by the
dual of the transportation problem, and every site moves to where its units are served best (the
alternating heuristic of Cooper, *Operations Research* 11(3), 1963, doi:10.1287/opre.11.3.331, with
loads in bounds). No promise beyond the counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gridplan.optimise.numeric.compiled import compiled, inner
from gridplan.optimise.numeric.in_place import in_place
from gridplan.optimise.siting.program.transport import Transportation, TransportDual
from gridplan.optimise.siting.question.arcs import Arcs, Columns
from gridplan.optimise.siting.question.case import Case
from gridplan.optimise.weights import WEIGHTS

Array = np.ndarray


@dataclass(frozen=True)
class PlacingParams:
    """
    How first sites are placed.

    Parameters
    ----------
    rounds
        Times that sites move to their units.
    first, iterations
        Passes over the arcs before, and between two of them.
    stride
        First stride of the dual taken up again: share of the bound.
    """

    rounds: int = 16
    first: int = 200
    iterations: int = 60
    stride: float = 0.02


DEFAULT = PlacingParams()


def gathered(case: Case, arcs: Arcs, columns: Columns, openness: Array, numbers: Array) -> Array:
    """
    Choose sites where openness is, each taking in what lies beside it.

    Parameters
    ----------
    case, arcs, columns
        The question and its arcs in both orders.
    openness
        ``(m,)`` shares of sites that are open.
    numbers
        ``(m, 2)`` cell of each site (-1 for none that may open), and the sites to open in its cell.

    Returns
    -------
    sites
        Indices, ascending.
    """
    order = np.lexsort((np.arange(case.m), -openness - 10.0 * case.kept))
    opened = np.zeros(case.m, dtype=np.bool_)
    left = np.zeros(int(numbers[:, 0].max(initial=-1)) + 1, dtype=np.int64)
    left[numbers[numbers[:, 0] >= 0, 0]] = numbers[numbers[:, 0] >= 0, 1]
    seat = np.full(case.m, -1, dtype=np.int64)
    seats(columns, case.demand, seat)
    gather(arcs, order, seat, openness.copy(), np.ascontiguousarray(numbers[:, 0]), left, opened)
    return np.flatnonzero(opened)


def located(
    case: Case,
    arcs: Arcs,
    transport: Transportation,
    sites: Array,
    params: PlacingParams = DEFAULT,
) -> TransportDual:
    """
    Send units to sites and move the sites to their units, in turns, until nothing moves.

    Parameters
    ----------
    case, arcs
        The question.
    transport
        Of its arcs.
    sites
        ``(p,)`` to begin from.

    Returns
    -------
    TransportDual
        Of the last sites, not raised to the end.
    """
    run = transport.run
    dual = transport.ascend(sites, iterations=params.first)
    for _ in range(params.rounds):
        if run.ended_by is not None:
            break
        opened = np.zeros(case.m, dtype=np.bool_)
        opened[sites] = True
        tally = np.bincount(case.group[sites], minlength=len(case.group_min))
        order = np.argsort(dual.home, kind="stable")
        begin = np.searchsorted(dual.home[order], np.append(sites, case.m))
        least, most = case.group_min[case.group], case.group_max[case.group]
        bounds = Bounds(case.kept | case.closed, case.group, least, most, opened, tally)
        target = relocated(arcs, (order, begin, sites), bounds)
        run.spend(len(arcs.cost) * WEIGHTS.arc)
        if (target == sites).all():
            break
        multiplier = dual.multiplier.copy()
        multiplier[sites] = 0.0
        multiplier[target] = dual.multiplier[sites]
        sites, stride = np.sort(target), params.stride * abs(dual.bound)
        dual = transport.ascend(sites, multiplier, iterations=params.iterations, stride=stride)
    return dual


@in_place
def seats(columns: Columns, demand: Array, seat: Array) -> None:
    """Find the unit that each site serves at least cost per demand: where it stands, about."""
    begin, unit, cost, _ = columns
    for j in range(len(seat)):
        least = np.inf
        for a in range(begin[j], begin[j + 1]):
            each = cost[a] / max(demand[unit[a]], 1e-12)
            if each < least:
                least, seat[j] = each, unit[a]


@in_place
def gather(
    arcs: Arcs,
    order: Array,
    seat: Array,
    openness: Array,
    cell: Array,
    left: Array,
    opened: Array,
) -> None:
    """Open sites in their order while their cell has some left; each takes in the openness near."""
    start, site, _, _ = arcs
    for q in range(2 * len(order)):
        j = order[q % len(order)]
        again = q >= len(order)  # what was taken in by another, where a cell still needs sites
        if opened[j] or cell[j] < 0 or left[cell[j]] <= 0 or seat[j] < 0:
            continue
        if not again and openness[j] <= 0.0:
            continue
        opened[j] = True
        left[cell[j]] -= 1
        room = 1.0 - openness[j]
        openness[j] = 0.0
        for a in range(start[seat[j]], start[seat[j] + 1]):
            if room <= 0.0:
                break
            other = site[a]
            took = min(room, openness[other])
            openness[other] -= took
            room -= took
            if openness[other] < 1e-3:
                openness[other] = 0.0


class Bounds(NamedTuple):
    """
    What sites may move, and within which groups.

    Parameters
    ----------
    held
        ``(m,)`` sites that stay, or may not open.
    group, least, most
        ``(m,)`` group of each site, least and most sites of that group.
    opened, tally
        ``(m,)`` and ``(groups,)``, changed as sites move.
    """

    held: Array
    group: Array
    least: Array
    most: Array
    opened: Array
    tally: Array


@compiled
def relocated(arcs: Arcs, clusters: tuple[Array, Array, Array], bounds: Bounds) -> Array:
    """
    Move each site to where its units together are nearest, as groups allow.

    Parameters
    ----------
    arcs
        By unit.
    clusters
        Units in the order of their sites, where those of each site begin, and the sites.
    bounds
        Changed.

    Returns
    -------
    target
        ``(p,)`` site for each of the clusters.
    """
    start, site, cost, _ = arcs
    units, begin, sites = clusters
    target = sites.copy()
    total = np.zeros(len(bounds.held))
    seen = np.zeros(len(bounds.held), dtype=np.int64)
    for c in range(len(sites)):
        now, size = sites[c], begin[c + 1] - begin[c]
        if bounds.held[now] or size == 0:
            continue
        for q in range(begin[c], begin[c + 1]):
            for a in range(start[units[q]], start[units[q] + 1]):
                total[site[a]] += cost[a]
                seen[site[a]] += 1
        first = units[begin[c]]
        best = now
        for a in range(start[first], start[first + 1]):
            j = site[a]
            if seen[j] == size and total[j] < total[best] and may_move(bounds, now, j):
                best = j
        for q in range(begin[c], begin[c + 1]):
            for a in range(start[units[q]], start[units[q] + 1]):
                total[site[a]] = 0.0
                seen[site[a]] = 0
        bounds.opened[now], bounds.opened[best] = False, True
        bounds.tally[bounds.group[now]] -= 1
        bounds.tally[bounds.group[best]] += 1
        target[c] = best
    return target


@inner
def may_move(bounds: Bounds, now: int, there: int) -> bool:
    """Tell whether a site may move, as counts of groups go."""
    if bounds.opened[there] or bounds.held[there]:
        return False
    here, other = bounds.group[now], bounds.group[there]
    spare = bounds.tally[here] > bounds.least[now]
    return here == other or (spare and bounds.tally[other] < bounds.most[there])
