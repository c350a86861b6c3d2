"""Staff and rooms of the centers that are open today."""

from __future__ import annotations

from gridplan.planning.layout.layout import Layout
from gridplan.planning.measures.measure import (
    Measure,
    Values,
    existing,
    known,
    measure,
    numbers,
    share,
    whole,
)
from gridplan.planning.scenario.scenario import Scenario


def _of_center(name: str, column: str) -> Measure:
    def compute(layout: Layout, _scenario: Scenario) -> Values:
        """Give the column of each existing center."""
        return {str(k): known(v) for k, v in numbers(existing(layout), column).items()}

    return Measure(name, compute, ("center",), (f"centers.{column}",))


CENTER_COLUMNS = tuple(
    _of_center(name, column)
    for name, column in (
        ("floor_area", "floor_area"),
        ("gps_of_center", "gps"),
        ("nurses_of_center", "nurses"),
        ("observation_beds", "observation_beds"),
        ("inpatient_beds", "inpatient_beds"),
        ("diseases_of_center", "diseases"),
    )
)


def _total(layout: Layout, column: str) -> float | None:
    centers = existing(layout)
    return None if centers.empty else known(numbers(centers, column).sum(skipna=False))


def _per_10000(layout: Layout, column: str) -> Values:
    total = _total(layout, column)
    return whole(layout, None if total is None else 10_000.0 * total / layout.district.population)


@measure("district", needs=("centers.gps",))
def gps_per_10000(layout: Layout, _scenario: Scenario) -> Values:
    """General practitioners of the existing centers per 10,000 residents."""
    return _per_10000(layout, "gps")


@measure("district", needs=("centers.public_health_doctors",))
def public_health_doctors_per_10000(layout: Layout, _scenario: Scenario) -> Values:
    """Public-health doctors of the existing centers per 10,000 residents."""
    return _per_10000(layout, "public_health_doctors")


@measure("district", needs=("centers.gps", "centers.nurses"))
def nurses_per_gp(layout: Layout, _scenario: Scenario) -> Values:
    """Nurses for each general practitioner of the existing centers."""
    gps, nurses = _total(layout, "gps"), _total(layout, "nurses")
    return whole(layout, None if not gps or nurses is None else nurses / gps)


@measure("district", needs=("centers.gps", "centers.public_health_doctors"))
def regional_centers_staffed(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of existing regional centers with a general practitioner and a public-health one."""
    centers = existing(layout)
    centers = centers[layout.centers.loc[centers.index, "class"] == "regional"]
    gps, public = numbers(centers, "gps"), numbers(centers, "public_health_doctors")
    if centers.empty or gps.isna().any() or public.isna().any():
        return whole(layout, None)
    staffed = (gps >= 1) & (public >= 1)
    return whole(layout, share(float(staffed.sum()), float(len(centers))))


@measure("district", needs=("centers.feature_departments",))
def centers_with_feature(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of the existing centers with at least one feature department."""
    count = numbers(existing(layout), "feature_departments")
    if count.empty or count.isna().any():
        return whole(layout, None)
    return whole(layout, 100.0 * float((count >= 1).mean()))
