"""One sheet of small maps: the grids and centers of each variant, side by side."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from gridplan.outputs.figures.panel import draw_panel
from gridplan.outputs.tables.variants import variant_name
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.text import say

if TYPE_CHECKING:
    from gridplan.outputs.style.fonts import Face
    from gridplan.planning.variants.side_by_side import SideBySide

COLUMNS = 3
WIDTH = 10.0  # inches
DPI = 160


def variant_maps(found: SideBySide, lang: str, face: Face) -> bytes:
    """
    Draw every variant that could be planned.

    Parameters
    ----------
    found
        As :func:`gridplan.planning.variants.side_by_side.side_by_side` gives it.
    lang
        ``zh`` or ``en``.
    face
        What text is drawn with; what it cannot draw is told by the letter alone.

    Returns
    -------
    png
        Streets dashed, grids filled, existing centers dark, new ones light, leads as crosses.
    """
    planned = [one for one in found.variants if one.letter in found.plans]
    west, south, east, north = found.plan.district.units.total_bounds
    rows = math.ceil(len(planned) / COLUMNS)
    tall = WIDTH / COLUMNS * (north - south) / max(east - west, 1e-9) + 0.35
    look: Any = {
        "font.family": list(face.families),
        "axes.unicode_minus": False,
        "text.parse_math": False,
    }
    with mpl.rc_context(look):
        sheet = Figure(figsize=(WIDTH, rows * min(tall, WIDTH)), dpi=DPI)
        FigureCanvasAgg(sheet)
        for at, one in enumerate(planned, start=1):
            axes = sheet.add_subplot(rows, COLUMNS, at)
            draw_panel(axes, found.plans[one.letter])
            told = {"letter": one.letter, "name": variant_name(Telling(found.plan, lang), one)}
            title = plain(say("variants.planned", lang, **told), limit=60)
            axes.set_title(face.label(title, one.letter) or "", fontsize=8)
            axes.set_xlim(west, east)
            axes.set_ylim(south, north)
        sheet.subplots_adjust(0.01, 0.01, 0.99, 0.96, 0.03, 0.12)
        page = io.BytesIO()
        sheet.savefig(page, format="png", dpi=DPI, metadata={"Software": "gridplan"})
    return page.getvalue()
