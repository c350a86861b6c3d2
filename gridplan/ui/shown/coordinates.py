"""Longitude and latitude as they are typed."""

from __future__ import annotations

import streamlit as st

from gridplan.ui.shown.spoken import say


def coordinate_fields(
    lang: str, name: str, *, example: bool = False
) -> tuple[float | None, float | None]:
    """
    Draw a field for each coordinate, side by side.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.
    name
        The session's entries are ``<name>-lon`` and ``<name>-lat``.
    example
        Whether an empty field shows one.

    Returns
    -------
    lon, lat
        Degrees; None where nothing is typed.
    """
    lon, lat = (
        column.number_input(
            say(f"app.lookup-{part}", lang),
            min_value=-most,
            max_value=most,
            value=None,
            format="%.6f",
            step=0.001,
            key=f"{name}-{part}",
            placeholder=say(f"app.lookup-{part}-example", lang) if example else None,
        )
        for column, part, most in zip(st.columns(2), ("lon", "lat"), (180.0, 90.0), strict=True)
    )
    return lon, lat
