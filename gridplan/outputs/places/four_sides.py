"""An area in words, 四至: what it reaches to in the east, south, west and north.

A side names the road or river that it runs along, else the community beyond, else the street, else
the neighbouring area of the plan. The words are checked: from a place inside, everything that can
be reached without crossing what they name must be the area again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from gridplan.outputs.places.outline import (
    INSIDE,
    LEAST,
    SIDES,
    Feature,
    Ground,
    Pieces,
    parents,
)

if TYPE_CHECKING:
    from gridplan.district.district import District

MINOR = 0.05
"""Share of a side below which what it reaches to is named only where the words need it."""


@dataclass(frozen=True)
class Reach:
    """
    One area in words.

    Parameters
    ----------
    sides
        What it reaches to, by side, in the order of a walk around it; ``inside`` holds what it
        leaves out in its middle.
    rebuilt
        How far the words alone give the area back: what both hold over what either holds, by
        area, 1 where they are the same.
    """

    sides: Mapping[str, tuple[Feature, ...]]
    rebuilt: float


def four_sides(district: District, area: pd.Series) -> dict[str, Reach]:
    """
    Say where each of several areas lies.

    Parameters
    ----------
    district
        Whose units they are made of.
    area
        Index ``unit``: the area of each unit, a grid or a center's catchment; missing for none.

    Returns
    -------
    reaches
        By area, in the order of their first units.
    """
    ground = Ground(district)
    labels = area.reindex(district.units.index)
    codes, keys = pd.factorize(labels)
    facts = _Facts(ground, codes, [str(key) for key in keys])
    return {str(key): _reach(facts, at) for at, key in enumerate(keys)}


class _Facts:
    """What the words about the areas of one plan are made from."""

    def __init__(self, ground: Ground, codes: NDArray[np.int64], keys: list[str]) -> None:
        self.ground, self.codes, self.keys = ground, codes, keys
        district = ground.district
        self.shapes = np.asarray(district.units.geometry.array)
        self.square = shapely.area(self.shapes)
        self.parents = {level: parents(district, level) for level in ("community", "subdistrict")}
        edges = sparse.coo_array(district.adjacency)
        once = edges.row < edges.col
        self.one, self.other = edges.row[once], edges.col[once]
        middle = (district.centroids[self.one] + district.centroids[self.other]) / 2
        self.along = {
            kind: np.array(ground.along(middle, kind), dtype=object) for kind in ("barrier", "road")
        }

    def beyond(self, pieces: Pieces, own: NDArray[np.bool_]) -> list[Feature]:
        """Tell what lies beyond each piece of a boundary: a community or street, if all of it."""
        held = {
            level: {name for name in names[own] if name is not None}
            for level, names in self.parents.items()
        }
        told = []
        for outer in pieces.beyond:
            told.append(self._at(int(outer), held) if outer >= 0 else Feature("outline", ""))
        return told

    def _at(self, outer: int, held: Mapping[str, set[str]]) -> Feature:
        for level, names in self.parents.items():
            there = names[outer]
            # Of one that the area shares, the words would not tell which part is meant.
            if there is not None and there not in held[level]:
                return Feature(level, there)
        code = self.codes[outer]
        return Feature("area", self.keys[code]) if code >= 0 else Feature("outline", "")


def _reach(facts: _Facts, at: int) -> Reach:
    own = facts.codes == at
    shape = shapely.union_all(facts.shapes[own])
    pieces = facts.ground.pieces(shape)
    plain = facts.beyond(pieces, own)
    told = _with_lines(facts, pieces, plain)
    sides = _sides(pieces, told, least=MINOR)
    rebuilt = _rebuilt(facts, own, shape, sides)
    if rebuilt < 1.0:
        fuller = _sides(pieces, told, least=0.0)
        better = _rebuilt(facts, own, shape, fuller)
        if better > rebuilt + 0.001:  # the words need what was left out
            sides, rebuilt = fuller, better
    return Reach(sides, rebuilt)


def _with_lines(facts: _Facts, pieces: Pieces, plain: list[Feature]) -> list[Feature]:
    """Name a road or river in place of what lies beyond it where enough of a side runs along it."""
    told = list(plain)
    for kind in ("barrier", "road"):
        names = facts.ground.along(pieces.middle, kind)
        for side in (*SIDES, INSIDE):
            here = np.flatnonzero(pieces.side == side)
            whole = pieces.metres[here].sum()
            for name in {names[at] for at in here} - {""}:
                some = [at for at in here if names[at] == name and plain[at].kind != "outline"]
                if some and pieces.metres[some].sum() >= LEAST * whole:
                    for at in some:
                        told[at] = Feature(kind, name)
    return told


def _sides(pieces: Pieces, told: list[Feature], *, least: float) -> dict[str, tuple[Feature, ...]]:
    """List what each side reaches to, clockwise, without what makes up less than a share of it."""
    sides = {}
    for side in (*SIDES, INSIDE):
        here = np.flatnonzero(pieces.side == side)
        metres: dict[Feature, float] = {}
        places: dict[Feature, float] = {}
        for at in here:
            length = float(pieces.metres[at])
            metres[told[at]] = metres.get(told[at], 0.0) + length
            place = _clockwise(pieces.middle[at], side)
            places[told[at]] = places.get(told[at], 0.0) + place * length
        whole = sum(metres.values())
        some = [one for one in metres if metres[one] >= least * whole]
        sides[side] = tuple(sorted(some, key=lambda one: (places[one] / metres[one], one)))
    return sides


def _clockwise(place: NDArray[np.float64], side: str) -> float:
    x, y = float(place[0]), float(place[1])
    return {"north": x, "east": -y, "south": -x, "west": y}.get(side, x)


def _rebuilt(
    facts: _Facts,
    own: NDArray[np.bool_],
    shape: Any,  # noqa: ANN401  # an area
    sides: Mapping[str, tuple[Feature, ...]],
) -> float:
    """Walk from inside each piece of the area without crossing what is named; compare."""
    named = {feature for side in sides.values() for feature in side}
    crossed = np.zeros(len(facts.one), dtype=bool)
    for level, names in facts.parents.items():
        known = [one.name for one in named if one.kind == level]
        if known:
            one, other = names[facts.one], names[facts.other]
            crossed |= (one != other) & (np.isin(one, known) | np.isin(other, known))
    areas = [facts.keys.index(one.name) for one in named if one.kind == "area"]
    one, other = facts.codes[facts.one], facts.codes[facts.other]
    crossed |= (one != other) & (np.isin(one, areas) | np.isin(other, areas))
    for kind, told in facts.along.items():
        known = [one.name for one in named if one.kind == kind]
        crossed |= np.isin(told, known)
    count = len(own)
    left, right = facts.one[~crossed], facts.other[~crossed]
    graph = sparse.coo_array((np.ones(len(left)), (left, right)), shape=(count, count))
    reached = connected_components(graph, directed=False)[1]
    started = {int(reached[unit]) for unit in _starts(facts, own, shape)}
    again = np.isin(reached, list(started))
    both = facts.square[again & own].sum()
    either = facts.square[again | own].sum()
    return float(both / either) if either > 0 else 1.0


def _starts(facts: _Facts, own: NDArray[np.bool_], shape: Any) -> list[int]:  # noqa: ANN401
    """Give a unit well inside each piece of an area."""
    units = np.flatnonzero(own)
    middles = facts.ground.district.centroids[units]
    starts = []
    for part in shapely.get_parts(shape):
        place = shapely.point_on_surface(part)
        apart = np.hypot(middles[:, 0] - place.x, middles[:, 1] - place.y)
        starts.append(int(units[np.argmin(apart)]))
    return starts
