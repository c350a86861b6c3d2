"""Services of the groups: what they share, and how much their leads hand down."""

from __future__ import annotations

from gridplan.planning.layout.layout import Layout
from gridplan.planning.measures.hospitals import inside
from gridplan.planning.measures.measure import (
    Measure,
    Values,
    column,
    measure,
    numbers,
    share,
    whole,
)
from gridplan.planning.scenario.scenario import Scenario

SHARED = ("laboratory", "imaging", "ecg", "pathology", "sterile")


def _shared(name: str) -> Measure:
    def compute(layout: Layout, _scenario: Scenario) -> Values:
        """Hospitals in each group that run the shared center; None if none does as far as said."""
        values: dict[str, float | None] = {}
        for group in layout.groups:
            says = column(inside(layout, group), name)
            runs = float((says == "yes").sum())
            values[group.grid] = None if not runs and says.isna().any() else runs
        return values

    return Measure(name, compute, ("group",), (f"hospitals.{name}",))


SHARED_CENTERS = tuple(_shared(f"shared_{service}") for service in SHARED)


def _handed_down(layout: Layout, part: str, total: str) -> Values:
    """Percent of something of each group's lead that it hands down."""
    hospitals = layout.hospitals
    down, all_of_it = numbers(hospitals, part), numbers(hospitals, total)
    return {
        group.grid: share(down[group.lead], all_of_it[group.lead])
        if group.lead in hospitals.index
        else None
        for group in layout.groups
    }


@measure("group", needs=("hospitals.outpatient_slots", "hospitals.outpatient_slots_down"))
def outpatient_share_down(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of the lead's outpatient slots handed down to family doctors or primary care."""
    return _handed_down(layout, "outpatient_slots_down", "outpatient_slots")


@measure("group", needs=("hospitals.beds", "hospitals.beds_down"))
def beds_share_down(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of the lead's beds handed down to family doctors or primary care."""
    return _handed_down(layout, "beds_down", "beds")


@measure("group", needs=("hospitals.expert_slots", "hospitals.expert_slots_down"))
def expert_share_down(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of the lead's expert slots in the hands of family doctors."""
    return _handed_down(layout, "expert_slots_down", "expert_slots")


@measure("group", needs=("hospitals.examinations", "hospitals.examinations_down"))
def examinations_share_down(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of the lead's booked examinations in the hands of family doctors."""
    return _handed_down(layout, "examinations_down", "examinations")


@measure("group", needs=("hospitals.staff", "hospitals.staff_sent"))
def staff_sent_share(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of the lead's medical staff sent to lower institutions within a year."""
    return _handed_down(layout, "staff_sent", "staff")


@measure("district", needs=("hospitals.recommended_standard",))
def heads_at_standard(layout: Layout, _scenario: Scenario) -> Values:
    """Percent of the leads that meet the national recommended standard of county hospitals."""
    hospitals = layout.hospitals
    says = column(hospitals[hospitals["role"] == "lead"], "recommended_standard")
    if says.empty or says.isna().any():
        return whole(layout, None)
    return whole(layout, share(float((says == "yes").sum()), float(len(says))))
