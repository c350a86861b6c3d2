"""Grids and their groups: who leads, who is a member, what lies in which grid."""

from __future__ import annotations

from gridplan.ui.desk.title import title_line
from gridplan.ui.views.tables import grids_view
from gridplan.ui.window.here import Here
from gridplan.ui.window.links import needs_plan


def groups_page(here: Here) -> None:
    """Draw the page."""
    title_line(here, "groups")
    if needs_plan(here) or here.result is None:
        return
    grids_view(here.result.plan, here.lang, here.result)
