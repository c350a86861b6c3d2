"""What a band that binds no single center leaves: centers outside it, houses that hold less."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from gridplan.district.district import District
from gridplan.errors import Problem
from gridplan.optimise.siting import Prices
from gridplan.planning.duty.reading import Reading, reading_of
from gridplan.planning.scenario.scenario import Scenario


def beyond_band(
    sites: pd.DataFrame, scenario: Scenario, reading: Reading, strict: pd.DataFrame
) -> Iterator[Problem]:
    """
    Tell of centers outside the band where its mean is asked for, and of houses that hold less.

    Parameters
    ----------
    sites
        The opened ones: ``name``, ``population``, ``capacity``.
    scenario
        Its band.
    reading
        How it is read; not ``center``.
    strict
        ``capacity_lower`` and ``capacity_upper`` of the sites, were each to keep the band.
    """
    load = sites["population"].to_numpy(dtype=float)
    lower, upper = scenario.center_lower, scenario.center_upper
    if reading != "none" and len(load):
        yield Problem(
            "band-by-street" if reading == "street" else "band-by-district",
            {
                "centers": len(load),
                "mean": round(float(load.mean())),
                "lower": lower,
                "upper": upper,
                "below": int((load < lower * (1 - 1e-9)).sum()),
                "above": int((load > upper * (1 + 1e-9)).sum()),
                "outside": round(breach(load, strict)),
                "least": round(float(load.min())),
                "most": round(float(load.max())),
            },
        )
    holds = sites["capacity"].to_numpy(dtype=float)
    for at in np.flatnonzero(load > holds * (1 + 1e-9)):
        values = {
            "center": sites.index[at],
            "name": sites["name"].iloc[at] or sites.index[at],
            "residents": round(float(load[at])),
            "holds": round(float(holds[at])),
        }
        yield Problem("center-holds-fewer", values)


def breach(load: np.ndarray, strict: pd.DataFrame) -> float:
    """Count the residents by which centers stay below their band or exceed it, all together."""
    below = np.clip(strict["capacity_lower"].to_numpy(dtype=float) - load, 0.0, None)
    above = np.clip(load - strict["capacity_upper"].to_numpy(dtype=float), 0.0, None)
    return float((below + above).sum())


def duty_prices(
    district: District, scenario: Scenario, parents: np.ndarray, strict: pd.DataFrame
) -> Prices | None:
    """
    Give what is priced of the duty areas; None where nothing is.

    Parameters
    ----------
    district, scenario
        What is planned.
    parents
        ``(n,)`` of the populated units: what splitting is priced of.
    strict
        ``capacity_lower`` and ``capacity_upper`` of all sites, were each to keep the band: what is
        outside that is priced.
    """
    banded = reading_of(district, scenario) in ("street", "district")
    breach = scenario.center_breach_price if banded else 0.0
    split = scenario.center_split_price if scenario.center_grain != "unit" else 0.0
    if not breach and not split:
        return None
    every = np.ones(len(strict))
    return Prices(
        lower=strict["capacity_lower"].to_numpy(dtype=float),
        upper=strict["capacity_upper"].to_numpy(dtype=float),
        breach=breach,
        group=parents if split else np.full(len(parents), -1),
        split=split,
        least=0.0 * every,
        most=np.inf * every,
    )
