"""A plan that was written, shown by a server that is measured: nobody waits for it to be made."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from gridplan.outputs.reading.written import read_written
from gridplan.ui.page import shared_results
from gridplan.ui.setup.district_choice import read_folder
from gridplan.ui.setup.fingerprint import fingerprint
from gridplan.ui.window.kept_plans import on_district
from gridplan.ui.window.session import PLAN

WRITTEN = "written"
"""What the address says for the plan that was written."""


def keep(folder: Path, written: Path) -> None:
    """Take a plan that ``gridplan plan`` wrote of a district, where the address asks for it."""
    if st.query_params.get(PLAN) != WRITTEN:
        return
    district = read_folder(folder).district
    if district is None:
        raise FileNotFoundError(folder)
    plan = on_district(read_written(written), district)
    key = fingerprint(district, plan.scenario)
    results = shared_results()
    if results.result(key) is None:
        results.add(key, plan, plan.scenario, of=key)
    st.query_params[PLAN] = key
