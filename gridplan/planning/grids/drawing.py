"""Grids a person drew, taken as they are: who lies in which, who leads, and nothing mended."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.spatial import cKDTree

from gridplan.district.district import District
from gridplan.district.schema.characters import cell_text
from gridplan.errors import SHOWN, InputError, Problem
from gridplan.planning.scenario.scenario import Scenario
from gridplan.text.shown import brief

MOST_GRIDS = 1000
"""As many grids as a scenario may ask for."""

_NUMBER = re.compile(r"(?:g|grid|网格|第)?\s*0*([1-9]\d{0,2})\s*(?:网格|号网格|号)?", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Drawn:
    """
    Grids as a person drew them, by their own names.

    Parameters
    ----------
    grid
        Index ``unit`` (text); name of the grid, None where left empty.
    notes
        In what form it was read, and which units it leaves in doubt, as data.
    leads
        Hospital by name of a grid, as far as the drawing says.
    """

    grid: pd.Series | Mapping[str, object]
    notes: tuple[Problem, ...] = ()
    leads: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Drawing:
    """
    A drawing with its names resolved.

    Parameters
    ----------
    grid
        Index ``unit``: id of the grid, ``G1`` ...
    leads
        Index ``grid``: id of the hospital that leads it, None where the drawing has none for it.
    names
        Index ``grid``: what the drawing calls it.
    notes
        Units that were drawn into no grid and the grid that adjoins them, leads that were chosen
        among several, as data.
    """

    grid: pd.Series
    leads: pd.Series
    names: pd.Series
    notes: tuple[Problem, ...] = ()


def drawing_of(
    district: District,
    scenario: Scenario,
    drawn: Drawn,
    *,
    metres: np.ndarray | None = None,
) -> Drawing:
    """
    Take a drawing as it is.

    1. A grid keeps the number in its name where all names have one, else grids are numbered in the
    order of their names. 2. Its lead is the hospital that the drawing or its own name gives; else
    the one that may lead and stands in it; of several the one the scenario names, else the one its
    residents have the shortest way to. Where there is none, the grid has no lead. 3. A unit in no
    grid joins the grid it shares most boundary with, and is told: every resident is in one grid.

    Parameters
    ----------
    district, scenario
        What was drawn on; leads that the scenario names.
    drawn
        As drawn; NaN is None.
    metres
        ``(n, h)`` way from each unit to each hospital; settles which of several leads is nearest.
        None takes the largest by beds.

    Returns
    -------
    Drawing

    Raises
    ------
    InputError
        If units are unknown or occur twice, nothing was drawn, there are more than
        :data:`MOST_GRIDS` grids, or a hospital that the drawing says leads is not there.
    """
    named = _by_unit(district, drawn.grid)
    told = _checked_leads(district, drawn.leads)
    filled, notes = _filled(district, named)
    ids = _ids(pd.unique(filled))
    grid = filled.map(ids).astype(object).rename("grid")
    found, more = _leads(district, scenario, filled, told, metres)
    order = sorted(ids, key=lambda name: int(ids[name][1:]))
    index = pd.Index([ids[name] for name in order], name="grid")
    return Drawing(
        grid=grid,
        leads=pd.Series([found[name] for name in order], index=index, name="lead", dtype=object),
        names=pd.Series(order, index=index, name="drawn_name", dtype=object),
        notes=(*drawn.notes, *notes, *more),
    )


def _by_unit(district: District, drawn: pd.Series | Mapping[str, object]) -> pd.Series:
    """Give each unit of the district the name of its grid, None where it has none."""
    if not isinstance(drawn, (pd.Series, Mapping)):
        values = {"argument": "drawn", "value": brief(drawn)}
        raise InputError([Problem("drawn-argument", values)])
    given = drawn if isinstance(drawn, pd.Series) else pd.Series(dict(drawn), dtype=object)
    code, values = pd.factorize(given.to_numpy(dtype=object), use_na_sentinel=True)
    # One more for the sentinel -1; whatever was drawn a thousand times is named once.
    names = np.array([*map(cell_text, values), None], dtype=object)
    known, index = district.units.index, given.index
    if len(index) == len(known) and (np.asarray(index, object) == np.asarray(known)).all():
        index = known
    else:
        index = pd.Index([cell_text(key) for key in index], dtype=object)
    given = pd.Series(names[code], index, dtype=object)
    problems = []
    odd_rows = given.index is not known
    twice = [str(u) for u in given.index[given.index.duplicated()].unique()] if odd_rows else []
    if twice:
        found = {"file": "drawn", "count": len(twice), "rows": twice[:SHOWN]}
        problems.append(Problem("drawn-twice", found))
    strange = [str(u) for u in given.index[~given.index.isin(known)]] if odd_rows else []
    if strange:
        odd = {"rows": strange[:SHOWN], "count": len(strange)}
        problems.append(Problem("drawn-unknown-units", odd))
    count = len(set(names[np.unique(code)]) - {None})
    if not strange and not count:
        problems.append(Problem("drawn-empty"))
    if count > MOST_GRIDS:
        problems.append(Problem("drawn-many", {"count": count, "most": MOST_GRIDS}))
    if problems:
        raise InputError(problems)
    if not odd_rows:
        return given
    named = given.reindex(known).astype(object)
    return named.where(named.notna(), None).astype(object)


def _filled(district: District, named: pd.Series) -> tuple[pd.Series, tuple[Problem, ...]]:
    """Give units in no grid the one they share most boundary with, ring by ring; else the next."""
    code, names = pd.factorize(named, use_na_sentinel=True)
    code = code.copy()
    bare = np.flatnonzero(code < 0)
    if not len(bare):
        return named, ()
    graph = sparse.csr_array(district.adjacency)
    left = bare
    while len(left):
        known = np.flatnonzero(code >= 0)
        member = sparse.csr_array(
            (np.ones(len(known)), (known, code[known])), shape=(len(code), len(names))
        )
        shared = (graph[left] @ member).toarray()
        reached = shared.max(axis=1) > 0
        if not reached.any():
            break
        code[left[reached]] = shared[reached].argmax(axis=1)
        left = left[~reached]
    if len(left):  # islands nobody drew: the nearest grid across the water
        known = np.flatnonzero(code >= 0)
        places = district.centroids
        code[left] = code[known[cKDTree(places[known]).query(places[left])[1]]]
    people = district.units["population"].to_numpy(dtype=float)[bare]
    told = Problem(
        "drawn-left-out",
        {
            "count": len(bare),
            "residents": f"{people.sum():,.0f}",
            "rows": [str(unit) for unit in district.units.index[bare[:SHOWN]]],
        },
    )
    filled = pd.Series(np.asarray(names, dtype=object)[code], named.index, dtype=object)
    return filled, (told,)


def _ids(names: np.ndarray) -> dict[str, str]:
    """Give each grid an id: the number in its name where every name has its own, else its place."""
    found = {str(name): _NUMBER.fullmatch(str(name)) for name in names}
    numbers = [int(match.group(1)) for match in found.values() if match]
    if len(numbers) == len(found) == len(set(numbers)):
        return {name: f"G{number}" for name, number in zip(found, numbers, strict=True)}
    order = sorted(found, key=_natural)
    return {name: f"G{place}" for place, name in enumerate(order, start=1)}


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Sort key in which 2 comes before 10."""
    parts = re.split(r"([0-9]+)", name)
    return [(0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part)
            for part in parts if part]  # fmt: skip


def _checked_leads(district: District, leads: Mapping[str, str]) -> dict[str, str]:
    """Resolve hospitals by id or by name."""
    found, problems = {}, []
    for grid, hospital in leads.items():
        known = _hospital(district, str(hospital))
        if known is None:
            values = {"grid": str(grid), "lead": str(hospital)}
            problems.append(Problem("drawn-lead-unknown", values))
        else:
            found[str(grid)] = known
    if problems:
        raise InputError(problems)
    return found


def _hospital(district: District, name: str) -> str | None:
    """Find the one hospital of this id or this name."""
    hospitals = district.hospitals
    if name in hospitals.index:
        return name
    if hospitals.empty:
        return None
    same = hospitals["name"].astype(str) == name
    if "name_en" in hospitals:
        same |= hospitals["name_en"].astype(str) == name
    return str(hospitals.index[same][0]) if same.sum() == 1 else None


def _leads(
    district: District,
    scenario: Scenario,
    filled: pd.Series,
    told: Mapping[str, str],
    metres: np.ndarray | None,
) -> tuple[dict[str, str | None], list[Problem]]:
    """Settle who leads each grid."""
    hospitals = district.hospitals
    may = hospitals[hospitals["eligible"].astype(bool)] if len(hospitals) else hospitals
    standing = filled.loc[may["unit"]].to_numpy() if len(may) else np.array([], dtype=object)
    people = district.units["population"].to_numpy(dtype=float)
    leads: dict[str, str | None] = {}
    notes = []
    for name in pd.unique(filled):
        own = told.get(name) or _hospital(district, name)
        inside = may.index[standing == name]
        wanted = [key for key in inside if key in scenario.grid_leads]
        among = wanted if len(wanted) == 1 else list(inside)
        if own is not None or len(among) < 2:
            leads[name] = own or (str(among[0]) if among else None)
            continue
        if metres is None:
            cost = -hospitals["beds"].reindex(among).fillna(0.0).to_numpy(dtype=float)
        else:
            here = (filled == name).to_numpy()
            columns = hospitals.index.get_indexer(among)
            cost = (people[here, None] * metres[here][:, columns]).sum(axis=0)
        leads[name] = str(among[int(np.argmin(cost))])
        notes.append(Problem("drawn-lead-chosen", _chosen(hospitals, name, leads[name], among)))
    return leads, notes


def _chosen(
    hospitals: pd.DataFrame, grid: str, lead: str | None, among: Sequence[str]
) -> dict[str, object]:
    """Name the hospital that was chosen, and those it was chosen among, in both languages."""
    names = hospitals["name"].astype(str)
    english = names
    if "name_en" in hospitals:
        given = hospitals["name_en"]
        english = given.where(given.notna() & (given != ""), names)
    shown = list(among[:SHOWN])
    return {
        "grid": grid,
        "lead": names[lead],
        "lead_en": english[lead],
        "count": len(among),
        "rows": list(names[shown]),
        "rows_en": list(english[shown]),
    }
