"""Sizes of one change of the scenario, the smallest first: what a remedy is picked from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from gridplan.district.district import District
from gridplan.errors import Problem, Remedy
from gridplan.planning.scenario.kinds import GRAINS
from gridplan.planning.scenario.scenario import ROWS, Scenario

Ladder = tuple[Remedy, ...]
Propose = Callable[[Problem, District, Scenario], Iterator[Ladder]]
"""Proposes ladders against a cause, for the district and scenario that were refused."""

BEYOND = 10_000.0
"""Person-metres of a resident beyond the tolerance: more than most ways to another lead."""


def numbers(key: str, values: Iterable[int], *, least: int = 0) -> Ladder:
    """Give whole numbers as they come, each once, none below ``least``."""
    return tuple(Remedy(key, value) for value in dict.fromkeys(values) if value >= least)


def tolerances(scenario: Scenario, least: float) -> Ladder:
    """Give tolerances from the least that may do upwards, in tenths of a percent, up to 100 %."""
    least = max(least, scenario.grid_tolerance + 0.001)
    sizes = [
        least,
        least + 0.005,
        least + 0.01,
        least + 0.02,
        *(least * np.array([1.25, 1.6, 2.5])),
    ]
    shares = [min(math.ceil(round(1000 * size, 6)) / 1000, 1.0) for size in sizes]
    return tuple(Remedy("grid_tolerance", share) for share in dict.fromkeys([*shares, 1.0]))


def prices(scenario: Scenario) -> Ladder:
    """Give a price to residents beyond the tolerance, where none may be beyond it."""
    if scenario.grid_tolerance_price:
        return ()
    return (Remedy("grid_tolerance_price", BEYOND),)


def uppers(scenario: Scenario, least: float) -> Ladder:
    """Give upper bounds of a center from the least that may do upwards, rounded up."""
    least = max(least, scenario.center_upper + 1)
    sizes = [_round(least * more, up=True) for more in (1.0, 1.03, 1.1, 1.25, 1.5, 2.0, 3.0)]
    return numbers("center_upper", sizes)


def lowers(scenario: Scenario, most: float) -> Ladder:
    """Give lower bounds of a center from the most that may do downwards, rounded down, to none."""
    most = min(most, scenario.center_lower - 1)
    if most < 0:
        return ()
    sizes = [_round(most * less, up=False) for less in (1.0, 0.97, 0.9, 0.75, 0.5)]
    return numbers("center_lower", [*sizes, 0])


def wide_bands(scenario: Scenario) -> Ladder:
    """Give both bounds at once, ever wider."""
    return tuple(
        Remedy(
            "center_upper",
            _round(scenario.center_upper * more, up=True),
            (("center_lower", _round(scenario.center_lower * less, up=False)),),
        )
        for less, more in ((0.5, 1.5), (0.0, 2.0), (0.0, 5.0))
    )


def finer_grains(district: District, scenario: Scenario) -> Ladder:
    """Give the finer levels the units know, the next finer first."""
    finer = GRAINS[: GRAINS.index(scenario.grid_grain)][::-1]
    known = [
        grain for grain in finer if grain == "unit" or bool(district.units[grain].notna().any())
    ]
    return tuple(Remedy("grid_grain", grain) for grain in known)


def fewer_grids(scenario: Scenario) -> Ladder:
    """Give ever fewer grids, down to one."""
    return numbers("grids", range(scenario.grids - 1, 0, -1), least=1)[:4]


def candidates(district: District, scenario: Scenario) -> Ladder:
    """Give more candidate sites in each community, where they are generated."""
    if len(district.candidates):
        return ()
    now = scenario.candidates_per_community
    return numbers("candidates_per_community", [min(now * more, 1000) for more in (2, 4, 10, 30)])


def without_one(scenario: Scenario) -> Iterator[Ladder]:
    """Give, key by key, the rows that are left when one of them is taken out."""
    for key in ROWS:
        rows = getattr(scenario, key)
        if rows:
            yield tuple(Remedy(key, (*rows[:at], *rows[at + 1 :])) for at in range(len(rows)))


def exemptions(scenario: Scenario, ids: Iterable[str]) -> Remedy:
    """Exempt these from the band, and those that are already."""
    return Remedy("band_exempt", tuple(dict.fromkeys([*scenario.band_exempt, *ids])))


def enlargements(scenario: Scenario, ids: Iterable[str], room: int) -> Remedy:
    """Enlarge these to the same room, and leave what is enlarged already."""
    return Remedy("enlarge", {**dict.fromkeys(ids, room), **dict(scenario.enlarge)})


def closures(district: District, scenario: Scenario, most: int) -> Ladder:
    """
    Close existing centers until so many are left, or fewer.

    Those that stay lie far from each other: the one nearest the residents' middle, then always the
    one farthest from all chosen. What is enlarged or exempt by name stays.
    """
    kept = district.centers.drop(index=list(scenario.close))
    named = {*dict(scenario.enlarge), *scenario.band_exempt}
    free = kept[~kept.index.isin(named)]
    if free.empty:
        return ()
    places = np.column_stack([free.geometry.x, free.geometry.y])
    people = district.units["population"].to_numpy(dtype=float)
    middle = (district.centroids * people[:, None]).sum(axis=0) / max(people.sum(), 1e-9)
    apart = np.hypot(*(places - middle).T)
    order = [int(np.argmin(apart))]
    apart = np.hypot(*(places - places[order[0]]).T)
    while len(order) < len(free):
        apart[order] = -1.0
        order.append(int(np.argmax(apart)))
        apart = np.minimum(apart, np.hypot(*(places - places[order[-1]]).T))
    stay = max(0, min(most - (len(kept) - len(free)), len(free) - 1))
    left = [stay, stay - 1, round(0.75 * stay), stay // 2, stay // 4, 1, 0]
    return tuple(
        Remedy("close", (*scenario.close, *(str(free.index[i]) for i in sorted(order[number:]))))
        for number in dict.fromkeys(left)
        if 0 <= number < len(free)
    )


def _round(size: float, *, up: bool) -> int:
    """Round residents to three digits."""
    step = 10 ** max(0, len(str(int(size))) - 3)
    return int((math.ceil if up else math.floor)(size / step) * step)


def fewer_regional(scenario: Scenario) -> Iterator[Ladder]:
    """Ask less of the streets: fewer regional centers each, then none."""
    yield numbers("regional_min", range(scenario.regional_min - 1, -1, -1))
    yield numbers("regional_max", [0])


def other_cuts(scenario: Scenario) -> Ladder:
    """Cut the grids otherwise, or not at all."""
    wider = [min(1.0, round(scenario.grid_tolerance * more, 3)) for more in (0.5, 1.5, 2.0, 4.0)]
    return (*(Remedy("grid_tolerance", share) for share in wider if share), Remedy("grids", 0))
