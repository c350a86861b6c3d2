"""What the rows of a scenario ask of the grids, found on the district: units, hospitals, amounts.

One place reads them, so that the cut, the findings and the audit speak of the same units.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.district.district import District
from gridplan.errors import InputError, Problem
from gridplan.planning.scenario.kinds import nearest_word
from gridplan.planning.scenario.rows import Row
from gridplan.planning.scenario.scenario import Scenario

NUMBERED = ("units", "hospitals", "centers")
"""Layers whose columns may be balanced."""
CONTINUING = ("rehabilitation", "nursing")
"""Kinds of hospital that give continuing care (接续性医疗) whatever else is said of them."""
_UNNAMED = {"units": "demand-unit-unknown", "communities": "demand-community-unknown",
            "subdistricts": "demand-subdistrict-unknown"}  # fmt: skip
_LEVEL = {"communities": "community", "subdistricts": "subdistrict"}


@dataclass(frozen=True, eq=False)
class Place:
    """
    Units that a row names.

    Parameters
    ----------
    units
        ``(m,)`` their positions in the district, ascending.
    parts
        The same, one array for each unit, community, street or area that is named.
    """

    units: np.ndarray
    parts: tuple[np.ndarray, ...]


@dataclass(frozen=True, eq=False)
class Balance:
    """
    A quantity that the grids share.

    Parameters
    ----------
    column
        ``layer.column``.
    amount
        ``(n,)`` in each unit; None where the column has gaps.
    tolerance
        Largest deviation from the mean of the grids, as a share of it; None for none.
    lower, upper
        Amount of each grid, at least and at most; None for none.
    price
        Person-metres of travel that one of it outside the bounds is worth; 0 where none may be.
    """

    column: str
    amount: np.ndarray | None
    tolerance: float | None
    lower: float | None
    upper: float | None
    price: float


@dataclass(frozen=True, eq=False)
class Demands:
    """
    The rows of one scenario on one district, in their order.

    Parameters
    ----------
    fix, bar
        Units and the hospital in whose grid they must lie, or must not.
    together
        Units of one grid.
    apart
        Places of which each lies in one grid, and no two in the same.
    contain
        ``(h,)`` masks of hospitals of which each grid has at least one.
    balance
        Quantities that the grids share.
    bounds
        Hospital, and the residents of the grid it leads, at least and at most.
    """

    fix: tuple[tuple[Place, str], ...] = ()
    bar: tuple[tuple[Place, str], ...] = ()
    together: tuple[Place, ...] = ()
    apart: tuple[Place, ...] = ()
    contain: tuple[np.ndarray, ...] = ()
    balance: tuple[Balance, ...] = ()
    bounds: tuple[tuple[str, float, float], ...] = ()


def demands_of(district: District, scenario: Scenario) -> Demands:
    """
    Find what the rows of a scenario name.

    Parameters
    ----------
    district, scenario
        Kept for the last few asked for.

    Returns
    -------
    Demands

    Raises
    ------
    InputError
        For every unit, community, street, hospital and column that is not there, with the nearest
        one that is; for areas without a unit and columns with gaps; all at once.
    """
    found, problems = demands_found(district, scenario)
    if problems:
        raise InputError(problems)
    return found


@lru_cache(maxsize=4)
def demands_found(district: District, scenario: Scenario) -> tuple[Demands, tuple[Problem, ...]]:
    """Find what there is of what the rows name, and tell what is not: a plan read back lacks some.

    Same arguments as :func:`demands_of`.
    """
    finder = _Finder(district)
    found = Demands(
        fix=tuple(finder.led("fix", scenario.fix)),
        bar=tuple(finder.led("bar", scenario.bar)),
        together=tuple(finder.places("together", scenario.together)),
        apart=tuple(finder.places("apart", scenario.apart)),
        contain=tuple(
            finder.hospitals(f"[[must_contain]] {number}", row)
            for number, row in enumerate(scenario.must_contain, start=1)
        ),
        balance=tuple(
            finder.balance(f"[[balance]] {number}", row)
            for number, row in enumerate(scenario.balance, start=1)
        ),
        bounds=tuple(
            (
                finder.lead(f"[[grid_bounds]] {number}", row["lead"]),
                float(row.get("lower", 0.0)),
                float(row.get("upper", np.inf)),
            )
            for number, row in enumerate(scenario.grid_bounds, start=1)
        ),
    )
    leads = [lead for lead, _, _ in found.bounds]
    finder.problems += [
        Problem("demand-bounds-twice", {"lead": lead})
        for lead in dict.fromkeys(leads)
        if leads.count(lead) > 1
    ]
    return found, tuple(finder.problems)


class _Finder:
    """Finds what rows name in one district, and collects what is not there."""

    def __init__(self, district: District) -> None:
        self.district = district
        self.problems: list[Problem] = []

    def led(self, key: str, rows: Iterable[Row]) -> Iterable[tuple[Place, str]]:
        """Find place and hospital of each row."""
        for number, row in enumerate(rows, start=1):
            place = f"[[{key}]] {number}"
            yield self.place(place, row), self.lead(place, row["lead"])

    def places(self, key: str, rows: Iterable[Row]) -> Iterable[Place]:
        """Find the place of each row."""
        for number, row in enumerate(rows, start=1):
            yield self.place(f"[[{key}]] {number}", row)

    def place(self, place: str, row: Row) -> Place:
        """Find the units of one row."""
        units = self.district.units
        parts = []
        for kind in ("units", "communities", "subdistricts"):
            labels = units.index if kind == "units" else units[_LEVEL[kind]]
            for name in row.get(kind, ()):
                at = np.flatnonzero(np.asarray(labels == name, dtype=bool))
                if not len(at):
                    known = sorted({str(label) for label in labels if pd.notna(label)})
                    near = nearest_word(name, known or ["-"])
                    told = {"place": place, "name": name, "near": near}
                    self.problems.append(Problem(_UNNAMED[kind], told))
                parts.append(at)
        if "area" in row:
            parts.append(self.area(place, row["area"]))
        whole = np.unique(np.concatenate(parts)) if parts else np.zeros(0, dtype=int)
        return Place(whole, tuple(parts))

    def area(self, place: str, corners: tuple[tuple[float, float], ...]) -> np.ndarray:
        """Find the units whose middle lies within an outline given in degrees (WGS-84)."""
        outline = shapely.Polygon(corners)
        if not outline.is_valid or outline.area <= 0:
            self.problems.append(Problem("demand-area-crossed", {"place": place}))
            return np.zeros(0, dtype=int)
        shape = gpd.GeoSeries([outline], crs="EPSG:4326").to_crs(self.district.crs).iloc[0]
        at = np.flatnonzero(shapely.intersects_xy(shape, *self.district.centroids.T))
        if not len(at):
            self.problems.append(Problem("demand-area-empty", {"place": place}))
        return at

    def lead(self, place: str, name: str) -> str:
        """Find a hospital by id, or by a name that only one has."""
        hospitals = self.district.hospitals
        if name in hospitals.index:
            return name
        same = hospitals.index[hospitals["name"].astype(str) == name] if len(hospitals) else []
        if len(same) == 1:
            return str(same[0])
        known = [*map(str, hospitals.index), *hospitals["name"].astype(str)]
        near = nearest_word(name, known or ["-"])
        told = {"place": place, "lead": name, "near": near, "count": len(same)}
        self.problems.append(
            Problem("demand-lead-several" if len(same) else "demand-lead-unknown", told)
        )
        return name

    def hospitals(self, place: str, row: Row) -> np.ndarray:
        """Mark the hospitals that are of the kinds and levels of a row, or named by it."""
        table = self.district.hospitals
        fit = np.zeros(len(table), dtype=bool)
        if "kinds" in row or "levels" in row:
            fit[:] = True
        if "kinds" in row:
            fit &= table["kind"].isin(row["kinds"]).to_numpy()
        if "levels" in row:
            level = table["level"].astype(str)
            tiers = [word for word in row["levels"] if "-" not in word]
            named = level.isin(row["levels"]) | level.str.split("-").str[0].isin(tiers)
            fit &= named.to_numpy()
        if row.get("continuing_care"):
            says = table.get("continuing_care", pd.Series(None, index=table.index, dtype=object))
            fit |= (table["kind"].isin(CONTINUING) | (says == "yes")).to_numpy()
        for name in row.get("hospitals", ()):
            fit |= (table.index == self.lead(place, name)).astype(bool)
        return fit

    def balance(self, place: str, row: Row) -> Balance:
        """Sum a column by unit."""
        amount = self.amount(place, row["column"])
        return Balance(
            column=row["column"],
            amount=amount,
            tolerance=row.get("tolerance"),
            lower=row.get("lower"),
            upper=row.get("upper"),
            price=float(row.get("price", 0.0)),
        )

    def amount(self, place: str, column: str) -> np.ndarray | None:
        """Give what each unit has of a column of units, hospitals or existing centers."""
        layer, _, name = column.rpartition(".")
        layer = layer or "units"
        table: Any = getattr(self.district, layer, None) if layer in NUMBERED else None
        told = {"place": place, "column": column}
        if table is None or name not in table or not _is_numeric(table[name]):
            known = [
                f"{one}.{other}"
                for one in NUMBERED
                for other in getattr(self.district, one).columns
                if _is_numeric(getattr(self.district, one)[other])
            ]
            near = nearest_word(column, known or ["-"])
            self.problems.append(Problem("demand-column-unknown", told | {"near": near}))
            return None
        values = pd.to_numeric(table[name]).astype(float)
        gaps = table.index[values.isna()]
        if len(gaps):
            values_told = {"count": len(gaps), "rows": [str(key) for key in gaps[:5]]}
            self.problems.append(Problem("demand-column-gaps", told | values_told))
            return None
        if (values < 0).any():
            self.problems.append(Problem("demand-column-negative", told))
            return None
        if layer == "units":
            return values.to_numpy()
        at = self.district.units.index.get_indexer(table["unit"])
        return np.bincount(at, weights=values, minlength=len(self.district.units))


def _is_numeric(column: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column)) and not pd.api.types.is_bool_dtype(column)
