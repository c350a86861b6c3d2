"""A district as it may be in another year: residents by street times a factor."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from gridplan.district.district import District
from gridplan.errors import InputError, Problem


def grown(district: District, factors: Mapping[str, float]) -> District:
    """
    Scale the residents of streets.

    Every column of persons of the units grows alike. Where a street's residents were whole numbers
    they stay so: fractions go to the units with the largest remainders, so that the street has its
    total to the person.

    Parameters
    ----------
    district
        As it is today.
    factors
        By ``subdistrict``; streets that are not named stay as they are.

    Returns
    -------
    District
        The same one where nothing grows.

    Raises
    ------
    InputError
        If a street is not one of the district's.
    """
    street = district.units["subdistrict"]
    unknown = [name for name in factors if name not in set(street)]
    if unknown:
        known = sorted(set(street.dropna()))
        raise InputError(
            [Problem("growth-unknown", {"subdistrict": n, "streets": known}) for n in unknown]
        )
    if all(factor == 1 for factor in factors.values()):
        return district
    units = district.units.copy()
    columns = [name for name in units if str(name).split("_")[0] == "population"]
    for column in columns:
        values = units[column].to_numpy(dtype=float).copy()
        for name, factor in factors.items():
            rows = np.flatnonzero((street == name).to_numpy())
            values[rows] = _scaled(values[rows], factor)
        units[column] = values.astype(units[column].dtype)
    return dataclasses.replace(district, units=units)


def _scaled(people: NDArray[np.float64], factor: float) -> NDArray[np.float64]:
    """Multiply; whole numbers stay whole, with the total rounded once."""
    exact = people * factor
    if not np.array_equal(people, np.round(people), equal_nan=True):
        return exact
    known = np.flatnonzero(np.isfinite(exact))
    floor = np.floor(exact)
    missing = round(float(exact[known].sum())) - int(floor[known].sum())
    rest = exact[known] - floor[known]
    first = known[np.argsort(-rest, kind="stable")[:missing]]
    floor[first] += 1.0
    return floor
