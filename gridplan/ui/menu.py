"""The pages in their four sections, each at an address that stays the same in every language."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from gridplan.ui.pages.desk import desk_page
from gridplan.ui.pages.groups import groups_page
from gridplan.ui.pages.lookup import lookup_page
from gridplan.ui.pages.phasing import phasing_page
from gridplan.ui.pages.policy import policy_page
from gridplan.ui.pages.prepare import prepare_page
from gridplan.ui.pages.results import results_page
from gridplan.ui.pages.sites import sites_page
from gridplan.ui.pages.today import today_page
from gridplan.ui.pages.variants import variants_page
from gridplan.ui.shown.spoken import say
from gridplan.ui.window.here import Here
from gridplan.ui.window.links import FIRST

Draw = Callable[[Here], None]
SECTIONS: dict[str, dict[str, tuple[Draw, str]]] = {
    "base": {
        "prepare": (prepare_page, "upload_file"),
        "today": (today_page, "map"),
    },
    "planning": {
        "desk": (desk_page, "draw"),
        "groups": (groups_page, "local_hospital"),
        "sites": (sites_page, "add_location"),
        "phases": (phasing_page, "timeline"),
    },
    "argument": {
        "variants": (variants_page, "compare"),
        "policy": (policy_page, "fact_check"),
    },
    "results": {
        "results": (results_page, "folder_zip"),
        "lookup": (lookup_page, "search"),
    },
}
"""By section and address: what draws a page, and its icon."""


def menu(here: Here, beside: Any) -> Any:  # noqa: ANN401  # Streamlit keeps both types to itself
    """
    Draw the menu and give the page that was chosen.

    Streamlit's own menu nests its lists in a way that readers of screens stumble over; links under
    headings do not.

    Parameters
    ----------
    here
        Its ``pages`` are filled, so that a page can link to another.
    beside
        Container in which the links are drawn.
    """
    sections: dict[str, list[Any]] = {}
    for section, pages in SECTIONS.items():
        listed = sections.setdefault(say(f"app.section-{section}", here.lang), [])
        for address, (draw, icon) in pages.items():
            made = st.Page(
                partial(draw, here),
                title=say(f"app.page-{address}", here.lang),
                url_path=address,
                icon=f":material/{icon}:",
                default=address == FIRST,
            )
            here.pages[address] = made
            listed.append(made)
    with beside, st.container(key="gridplan-menu", gap=None):
        for name, links in sections.items():
            st.caption(name)
            for made in links:
                st.page_link(made)
    return st.navigation(sections, position="hidden")
