"""Small districts with a scenario that is refused, drawn at random: one kind of trouble each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import box

from gridplan.district.district import District
from gridplan.planning.scenario.scenario import Scenario

CRS, SIDE = "EPSG:4547", 500.0
WEST, SOUTH = 500_000.0, 2_510_000.0


@dataclass(frozen=True, eq=False)
class Refused:
    """
    A district and a scenario that may well be refused.

    Parameters
    ----------
    kind
        The trouble drawn: a key of :data:`KINDS`.
    district, scenario
        What is to be planned.
    """

    kind: str
    district: District
    scenario: Scenario


@dataclass(eq=False)
class Draft:
    """
    A district in the making: a lattice of units, and what stands where.

    Parameters
    ----------
    random
        Every choice comes from it.
    columns, rows
        Units of 500 m.
    people
        ``(rows, columns)`` residents.
    streets
        ``(rows, columns)`` names.
    leads, centers, candidates
        Positions (column, row).
    capacities
        Of the centers; NaN where unknown.
    values
        Keys of the scenario that differ from :meth:`drawn`'s own.
    """

    random: np.random.Generator
    columns: int
    rows: int
    people: np.ndarray
    streets: np.ndarray
    leads: list[tuple[int, int]]
    centers: list[tuple[int, int]]
    capacities: list[float]
    candidates: list[tuple[int, int]]
    values: dict[str, Any]

    def spots(self, count: int) -> list[tuple[int, int]]:
        """Draw positions, no two the same."""
        drawn = self.random.permutation(self.columns * self.rows)[:count]
        return [(int(spot % self.columns), int(spot // self.columns)) for spot in drawn]

    def district(self) -> District:
        """Build the district."""
        return _district(self)


def drawn(seed: int) -> Refused:
    """
    Draw one district with one kind of trouble; the same for the same seed.

    Parameters
    ----------
    seed
        Its kind is that of ``seed`` modulo the number of kinds.

    Returns
    -------
    Refused
    """
    names = list(KINDS)
    kind = names[seed % len(names)]
    random = np.random.default_rng(seed)
    columns, rows = int(random.integers(4, 10)), int(random.integers(4, 9))
    total = random.uniform(60_000, 200_000)
    share = random.uniform(0.5, 1.5, size=(rows, columns))
    cut = int(random.integers(1, columns))
    draft = Draft(
        random=random,
        columns=columns,
        rows=rows,
        people=np.round(total * share / share.sum()),
        streets=np.where(np.arange(columns)[None, :] < cut, "西街道", "东街道")
        + np.full((rows, 1), ""),
        leads=[],
        centers=[],
        capacities=[],
        candidates=[],
        values={"grids": int(random.integers(0, 3)), "work_limit": 2.0},
    )
    draft.leads = draft.spots(int(random.integers(2, 5)))
    KINDS[kind](draft)
    return Refused(kind, draft.district(), Scenario(**draft.values))


def _unit_above_band(draft: Draft) -> None:
    for column, row in draft.spots(int(draft.random.integers(1, 4))):
        draft.people[row, column] = float(draft.random.integers(31_000, 96_000))
    if draft.random.random() < 0.3:
        draft.values["centers"] = int(draft.random.integers(3, 9))


def _too_few_centers(draft: Draft) -> None:
    fewest = int(np.ceil(draft.people.sum() / 30_000))
    draft.values["centers"] = max(1, fewest - int(draft.random.integers(1, 4)))


def _too_many_centers(draft: Draft) -> None:
    most = int(draft.people.sum() // 20_000)
    draft.values["centers"] = most + int(draft.random.integers(1, 6))


def _small_houses(draft: Draft) -> None:
    draft.centers = draft.spots(int(draft.random.integers(2, 7)))
    draft.capacities = [float(draft.random.integers(1_000, 15_000)) for _ in draft.centers]
    draft.values["centers"] = max(len(draft.centers), int(np.ceil(draft.people.sum() / 28_000)))


def _many_small_centers(draft: Draft) -> None:
    count = int(draft.people.sum() // 20_000) + int(draft.random.integers(2, 15))
    if draft.random.random() < 0.4:
        draft.centers = draft.spots(1) * count
    else:
        draft.centers = draft.spots(min(count, draft.columns * draft.rows))
    draft.capacities = [float("nan")] * len(draft.centers)


def _few_candidates(draft: Draft) -> None:
    draft.candidates = draft.spots(int(draft.random.integers(1, 4)))


def _lead_missing(draft: Draft) -> None:
    draft.leads = draft.leads[: int(draft.random.integers(0, 2))]
    draft.values["grids"] = len(draft.leads) + int(draft.random.integers(1, 3))


def _barred_lead(draft: Draft) -> None:
    draft.values["grids"] = 1
    draft.values["grid_leads"] = ("h1", "h2")


def _tight_tolerance(draft: Draft) -> None:
    draft.values |= {"grids": 2, "grid_tolerance": 0.0}


def _lopsided(draft: Draft) -> None:
    draft.values |= {"grids": 2, "grid_tolerance": 0.05}
    column, row = draft.spots(1)[0]
    draft.people[row, column] = float(round(draft.people.sum()))
    draft.values |= {"center_upper": 300_000, "center_lower": 10_000}


def _coarse_grain(draft: Draft) -> None:
    draft.values |= {"grids": 2, "grid_grain": "subdistrict", "grid_tolerance": 0.02}


def _grids_against_band(draft: Draft) -> None:
    total = float(draft.random.integers(65_000, 79_000))
    draft.people = np.round(draft.people * total / draft.people.sum())
    draft.values |= {"grids": 2, "grid_tolerance": 0.1}


def _residents_between(draft: Draft) -> None:
    total = float(draft.random.integers(31_000, 39_000))
    draft.people = np.round(draft.people * total / draft.people.sum())
    draft.values["grids"] = 0


def _kept_exceed(draft: Draft) -> None:
    draft.centers = draft.spots(int(draft.random.integers(3, 9)))
    draft.capacities = [float("nan")] * len(draft.centers)
    draft.values |= {"centers": len(draft.centers) - int(draft.random.integers(1, 3))}


def _regional_need(draft: Draft) -> None:
    draft.values["regional_population_min"] = int(draft.random.integers(50_000, 200_000))


def _regional_streets(draft: Draft) -> None:
    least = int(draft.random.integers(3, 9))
    draft.values |= {"regional_min": least, "regional_max": least + 1}
    if draft.random.random() < 0.5:
        draft.values["centers"] = max(1, int(draft.people.sum() // 25_000))


def _leads_together(draft: Draft) -> None:
    draft.leads = [(0, 0), (0, 1)]
    draft.values |= {"grids": 2, "grid_grain": "community", "grid_tolerance": 0.4}


def _narrow_band(draft: Draft) -> None:
    middle = int(draft.random.integers(20_000, 30_000))
    draft.values |= {"center_lower": middle - 150, "center_upper": middle + 150}


KINDS: dict[str, Callable[[Draft], None]] = {
    "unit-above-band": _unit_above_band,
    "too-few-centers": _too_few_centers,
    "too-many-centers": _too_many_centers,
    "small-houses": _small_houses,
    "many-small-centers": _many_small_centers,
    "few-candidates": _few_candidates,
    "lead-missing": _lead_missing,
    "barred-lead": _barred_lead,
    "tight-tolerance": _tight_tolerance,
    "lopsided": _lopsided,
    "coarse-grain": _coarse_grain,
    "grids-against-band": _grids_against_band,
    "residents-between": _residents_between,
    "kept-exceed": _kept_exceed,
    "regional-need": _regional_need,
    "regional-streets": _regional_streets,
    "leads-together": _leads_together,
    "narrow-band": _narrow_band,
}
"""Kinds of trouble, by name."""


def _district(draft: Draft) -> District:
    cells = [(c, r) for r in range(draft.rows) for c in range(draft.columns)]
    streets = [str(draft.streets[r, c]) for c, r in cells]
    units = gpd.GeoDataFrame(
        {
            "population": [float(draft.people[r, c]) for c, r in cells],
            "population_65": np.nan,
            "community": [f"{s}{r // 3}社区" for s, (_, r) in zip(streets, cells, strict=True)],
            "subdistrict": streets,
        },
        index=pd.Index([_unit(c, r) for c, r in cells], name="unit"),
        geometry=[
            box(WEST + c * SIDE, SOUTH + r * SIDE, WEST + (c + 1) * SIDE, SOUTH + (r + 1) * SIDE)
            for c, r in cells
        ],
        crs=CRS,
    )
    areas = units[["subdistrict", "geometry"]].dissolve("subdistrict")
    areas = areas.assign(population=np.nan, label="modelled")[["population", "label", "geometry"]]
    hospitals = {
        "name": [f"第{n}医院" for n in range(1, len(draft.leads) + 1)],
        "name_en": [f"Hospital {n}" for n in range(1, len(draft.leads) + 1)],
        "level": "tertiary-a",
        "kind": "general",
        "ownership": "district",
        "beds": 500.0,
        "eligible": True,
    }
    centers = {
        "name": [f"社康{n}" for n in range(1, len(draft.centers) + 1)],
        "name_en": [f"Center {n}" for n in range(1, len(draft.centers) + 1)],
        "class": None,
        "capacity": draft.capacities,
    }
    sites = {"capacity": [np.nan] * len(draft.candidates), "community": None}
    return District(
        code="000000",
        name_zh="试验区",
        name_en="Trial District",
        vintage="2020",
        folder=None,
        units=units,
        subdistricts=areas,
        hospitals=_points(hospitals, draft.leads, "hospital", "h"),
        centers=_points(centers, draft.centers, "center", "c"),
        candidates=_points(sites, draft.candidates, "candidate", "s"),
    )


def _unit(column: int, row: int) -> str:
    return f"u{column}-{row}"


def _points(
    columns: dict[str, Any], places: list[tuple[int, int]], index: str, letter: str
) -> gpd.GeoDataFrame:
    """Make a layer of points; several in one place stand a metre apart."""
    ids = pd.Index([f"{letter}{n}" for n in range(1, len(places) + 1)], name=index, dtype=object)
    x = [WEST + (c + 0.5) * SIDE for c, _ in places]
    y = [SOUTH + (r + 0.5) * SIDE + 1.0 * n for n, (_, r) in enumerate(places)]
    table = pd.DataFrame(columns, index=ids).assign(unit=[_unit(c, r) for c, r in places])
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(x, y), crs=CRS)
