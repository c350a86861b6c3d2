"""Figures of grids: whom they cover, how even, in how many pieces, what they cut."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from gridplan.audit.derived.figures.facts import (
    Facts,
    Given,
    Values,
    Walk,
    counted,
    figure,
    percent,
)
from gridplan.audit.derived.figures.hospitals import RANKED, public_tertiary
from gridplan.audit.derived.layout.grids import pieces_of
from gridplan.errors import SHOWN, Problem


@figure("district", reads=("units.population",))
def share_in_one_grid(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Percent of residents in exactly one grid."""
    if not facts.grids:
        return facts.whole(None)
    units = pd.Series(facts.layout.units.index)
    once = ~units.duplicated(keep=False).to_numpy()
    inside = np.isin(facts.grid.astype(str), facts.grids) & once
    return facts.whole(percent(float(facts.people[inside].sum()), facts.residents))


@figure("district", reads=("units.population", *RANKED))
def share_in_complete_grids(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Percent of residents whose grid has one group and a public tertiary general hospital."""
    if not facts.grids:
        return facts.whole(None)
    groups = [group.grid for group in facts.layout.groups]
    fit = [
        grid
        for grid, fits in zip(facts.hospitals["grid"], public_tertiary(facts), strict=True)
        if fits
    ]
    good = {grid for grid in facts.grids if groups.count(grid) == 1 and grid in fit}
    inside = np.array([grid in good for grid in facts.grid])
    return facts.whole(percent(float(facts.people[inside].sum()), facts.residents))


def _elsewhere(facts: Facts, _subject: str) -> list[Problem]:
    """Tell of grids in the other districts of the city, and what says so."""
    district = facts.travel.district
    count, source = district.city_grids_elsewhere, district.city_grids_source
    told = {"count": count, "source": source}
    return [] if count is None else [Problem("city-grids-elsewhere", told)]


@figure("city", "district", tells=_elsewhere)
def grids_of_city(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Grids with those told of the rest of the city; without these only where two are here."""
    own, others = len(facts.grids), facts.travel.district.city_grids_elsewhere
    if own and others is not None:
        return facts.whole(float(own + others))
    return facts.whole(float(own) if own > 1 else None)


@figure("district")
def groups(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Count the groups of the district."""
    return facts.whole(float(len(facts.layout.groups)) if facts.grids else None)


@figure("grid")
def groups_of_grid(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Count the groups of each grid."""
    of = [group.grid for group in facts.layout.groups]
    return {grid: float(of.count(grid)) for grid in facts.grids}


@figure("grid", reads=("units.population",))
def population_deviation(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Percent by which each grid's residents are off the mean of the grids."""
    if not facts.grids:
        return {}
    mean = sum(facts.of_grid.values()) / len(facts.grids)
    if not mean:
        return dict.fromkeys(facts.grids)
    return {grid: abs(100.0 * (n - mean) / mean) for grid, n in facts.of_grid.items()}


@figure("district", "grid", needs=("hospitals.beds",), reads=("units.population",))
def beds_per_1000(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Beds per 1,000 residents of the district and of each grid; None where some are unknown."""
    beds = counted(facts.hospitals, "beds")
    every = 1000.0 * float(beds.sum()) / facts.residents if len(beds) else np.nan
    values = facts.whole(None if np.isnan(every) else every)
    for grid, residents in facts.of_grid.items():
        own = float(beds[(facts.hospitals["grid"] == grid).to_numpy()].sum())
        known = residents > 0 and not np.isnan(own)
        values[grid] = 1000.0 * own / residents if known else None
    return values


@figure("grid", needs=("hospitals.beds",))
def beds_deviation(facts: Facts, given: Given, walk: Walk) -> Values:
    """Percent by which each grid's beds per 1,000 are off the district's."""
    rates = beds_per_1000(facts, given, walk)
    mean = rates.pop(facts.code)
    return {
        grid: abs(100.0 * (rate - mean) / mean) if mean and rate is not None else None
        for grid, rate in rates.items()
    }


def _inside(facts: Facts, grid: str) -> np.ndarray:
    return np.flatnonzero(facts.grid == grid)


def _pieces_told(facts: Facts, grid: str) -> list[Problem]:
    """Name the pieces of a grid with their residents, and the links that join it."""
    here = _inside(facts, grid)
    piece = pieces_of(facts.district.contiguity, here)
    told = [_apart(facts, here, piece)] if len(set(piece)) > 1 else []
    of = dict(
        zip(
            facts.district.units.index[here],
            pieces_of(facts.district.boundaries, here) if facts.district.links else piece,
            strict=True,
        )
    )
    links = [
        f"{one}–{other}"
        for one, other in facts.district.links
        if one in of and other in of and of[one] != of[other]
    ]
    if links:
        told.append(Problem("grid-linked", {"links": links[:SHOWN], "count": len(links)}))
    return told


def _apart(facts: Facts, here: np.ndarray, piece: np.ndarray) -> Problem:
    names, middles = facts.district.units.index, facts.travel.middles
    people = facts.people[here]
    order = sorted(
        set(piece), key=lambda one: (-people[piece == one].sum(), -(piece == one).sum(), one)
    )
    main = here[piece == order[0]]
    pairs = []
    for one in order[1 : SHOWN + 1]:
        own = here[piece == one]
        metres = cdist(middles[own], middles[main])
        at, there = np.unravel_index(int(metres.argmin()), metres.shape)
        pairs.append(f"{names[own[at]]}–{names[main[there]]}")
    values = {
        "count": len(order),
        "residents": [f"{people[piece == one].sum():,.0f}" for one in order[: SHOWN + 1]],
        "pairs": pairs,
    }
    return Problem("grid-in-pieces", values)


@figure("grid", tells=_pieces_told)
def pieces_of_grid(facts: Facts, _given: Given, _walk: Walk) -> Values:
    """Pieces of each grid, by shared boundaries and declared links."""
    graph = facts.district.contiguity
    return {
        grid: float(len(set(pieces_of(graph, here)))) if len(here) else 0.0
        for grid in facts.grids
        for here in [_inside(facts, grid)]
    }
