"""Campuses, bodies across grids, recognitions and shared centers, in tables of hospitals."""

from __future__ import annotations

import streamlit as st

from gridplan.planning.scenario.scenario import Scenario
from gridplan.ui.intake.tables import layer_table
from gridplan.ui.setup.district_choice import Reading
from gridplan.ui.shown.spoken import say

PARTS = {
    "campuses": ("level", "campus_of", "eligible", "lead_agreement"),
    "across": ("kind", "cross_grid", "serves", "continuing_care"),
    "recognised": ("ownership", "recognised_as", "recognised_number", "recognised_on"),
    "shared": (
        "shared_imaging", "shared_laboratory", "shared_ecg", "shared_pathology", "shared_sterile",
    ),
}  # fmt: skip
"""Columns of the hospitals by what they tell."""


def bodies_view(reading: Reading, scenario: Scenario | None, lang: str) -> None:
    """Draw the tables of what hospitals are to each other."""
    if reading.district is None or not len(reading.district.hospitals):
        st.info(say("bonds.no-hospitals", lang))
        return
    for part, columns in PARTS.items():
        st.markdown(f"#### {say(f'bonds.{part}', lang)}")
        st.caption(say(f"bonds.{part}-about", lang))
        layer_table(reading, scenario, "hospitals", columns, name=f"bodies-{part}", lang=lang)
