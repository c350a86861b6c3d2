"""The centers: streets, each center with its band, regional centers and whom they manage."""

from __future__ import annotations

from gridplan.ui.desk.title import title_line
from gridplan.ui.views.tables import centers_view
from gridplan.ui.window.here import Here
from gridplan.ui.window.links import needs_plan


def sites_page(here: Here) -> None:
    """Draw the page."""
    title_line(here, "sites")
    if needs_plan(here) or here.result is None:
        return
    centers_view(here.result.plan, here.lang)
