"""The pages in their four sections, each at an address that stays the same in every language."""

from __future__ import annotations

import importlib
from functools import partial
from typing import Any

import streamlit as st

from gridplan.ui.shown.spoken import say
from gridplan.ui.window.here import Here
from gridplan.ui.window.links import FIRST

SECTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "base": {
        "prepare": ("prepare", "upload_file"),
        "today": ("today", "map"),
    },
    "planning": {
        "desk": ("desk", "draw"),
        "groups": ("groups", "local_hospital"),
        "sites": ("sites", "add_location"),
        "phases": ("phasing", "timeline"),
    },
    "argument": {
        "variants": ("variants", "compare"),
        "policy": ("policy", "fact_check"),
    },
    "results": {
        "results": ("results", "folder_zip"),
        "lookup": ("lookup", "search"),
    },
}
"""By section and address: the file in ``pages`` that draws a page, and its icon."""


def _draw(name: str, here: Here) -> None:
    # Imported when it is opened: the first page does not wait for what the others bring along.
    module = importlib.import_module(f"gridplan.ui.pages.{name}")
    getattr(module, f"{name}_page")(here)


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
        for address, (name, icon) in pages.items():
            made = st.Page(
                partial(_draw, name, here),
                title=say(f"app.page-{address}", here.lang),
                url_path=address,
                icon=f":material/{icon}:",
                default=address == FIRST,
            )
            here.pages[address] = made
            listed.append(made)
    with beside, st.container(key="gridplan-menu", gap=None):
        for title, links in sections.items():
            st.caption(title)
            for made in links:
                st.page_link(made)
    return st.navigation(sections, position="hidden")
