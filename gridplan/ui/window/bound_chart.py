"""The best value and the bound of a run as two lines that draw near each other."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from gridplan.ui.shown.spoken import say

_WIDE, _HIGH, _MOST = 600, 56, 120
_BEST, _BOUND = "#0072b2", "#d55e00"


def bound_chart(history: Sequence[tuple[float, float, float]], lang: str) -> None:
    """
    Draw the two lines; nothing before there are two points.

    Parameters
    ----------
    history
        Seconds, best value and bound, in the order of time.
    lang
        ``zh`` or ``en``.
    """
    shown = history[:: max(1, len(history) // _MOST)]
    if len(shown) < 2:
        return
    best = _points(shown, 1)
    bound = _points(shown, 2)
    words = say("app.bound-chart", lang)
    st.html(
        f'<figure style="margin:0" role="img" aria-label="{words}">'
        f'<svg viewBox="0 0 {_WIDE} {_HIGH}" width="100%" height="{_HIGH}"'
        ' preserveAspectRatio="none" aria-hidden="true">'
        f'<polyline points="{best}" fill="none" stroke="{_BEST}" stroke-width="2"/>'
        f'<polyline points="{bound}" fill="none" stroke="{_BOUND}" stroke-width="2"/></svg>'
        f'<figcaption style="font-size:0.8rem"><span style="color:{_BEST}">━ '
        f'{say("app.bound-best", lang)}</span> <span style="color:#a34700">━ '
        f"{say('app.bound-bound', lang)}</span></figcaption></figure>"
    )


def _points(shown: Sequence[tuple[float, float, float]], at: int) -> str:
    """Give one line's corners, both lines to the same scale."""
    first, last = shown[0][0], shown[-1][0]
    values = [value for row in shown for value in row[1:]]
    low, high = min(values), max(values)
    wide, tall = (last - first) or 1.0, (high - low) or 1.0
    return " ".join(
        f"{(row[0] - first) / wide * _WIDE:.1f},{2 + (high - row[at]) / tall * (_HIGH - 4):.1f}"
        for row in shown
    )
