"""Where residents go: visits, hospital stays and family-doctor signing, summed over the streets."""

from __future__ import annotations

from gridplan.planning.layout.layout import Layout
from gridplan.planning.measures.measure import Values, measure, numbers, share, whole
from gridplan.planning.scenario.scenario import Scenario


def _over_streets(layout: Layout, part: str, total: str) -> Values:
    streets = layout.district.subdistricts
    if streets.empty:
        return whole(layout, None)
    parts, totals = numbers(streets, part), numbers(streets, total)
    return whole(layout, share(float(parts.sum(skipna=False)), float(totals.sum(skipna=False))))


@measure("district", needs=("subdistricts.visits", "subdistricts.visits_inside"))
def visits_inside_share(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of the residents' visits made inside the district."""
    return _over_streets(layout, "visits_inside", "visits")


@measure("district", needs=("subdistricts.visits_inside", "subdistricts.visits_primary"))
def visits_primary_share(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of the visits inside the district that are to primary care."""
    return _over_streets(layout, "visits_primary", "visits_inside")


@measure("district", needs=("subdistricts.admissions", "subdistricts.admissions_inside"))
def admissions_inside_share(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of the residents' hospital stays inside the district."""
    return _over_streets(layout, "admissions_inside", "admissions")


@measure("district", needs=("subdistricts.key_residents", "subdistricts.key_residents_signed"))
def key_signing_share(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of the residents of the key groups who are signed with a family doctor."""
    return _over_streets(layout, "key_residents_signed", "key_residents")
