"""One address: a click on the map, coordinates, or a name of the bureau's address table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from gridplan.district.geometry.crs import to_wgs84
from gridplan.lookup.directory import Directory
from gridplan.lookup.locate import COLUMNS, FOUND, SYSTEMS, headers, locate, told
from gridplan.lookup.places import Places
from gridplan.outputs.canvas.canvas import Canvas
from gridplan.ui.desk.map import Editing, draw_map, place_clicked
from gridplan.ui.setup.address_table import keep_table, read_table
from gridplan.ui.setup.upload import problems_of
from gridplan.ui.shown.coordinates import coordinate_fields
from gridplan.ui.shown.spoken import fitted, say
from gridplan.ui.shown.words import show_problems
from gridplan.ui.views.tables import show_table
from gridplan.ui.window.here import Here

KIND = "lookup"
IDS = ("center", "regional_center", "lead", "nearest_center")
"""Columns that say by an id what the next says by name."""
FIELDS = ("lookup-lon", "lookup-lat", "lookup-crs", "lookup-text")


def keep_fields() -> None:
    """Keep what was typed while another page is looked at."""
    st.session_state.setdefault("lookup-crs", SYSTEMS[0])
    for field in FIELDS:
        if field in st.session_state:
            st.session_state[field] = st.session_state[field]


def clicked() -> None:
    """Take the place that was clicked on the map."""
    place = place_clicked(KIND)
    if place is not None:
        _take(*place, "wgs84")


def _take(lon: float, lat: float, crs: str) -> None:
    st.session_state["lookup-crs"] = crs
    st.session_state["lookup-lon"], st.session_state["lookup-lat"] = float(lon), float(lat)


def one_view(here: Here, known: Directory, canvas: Canvas, crs: str) -> None:
    """
    Draw the map to click on and the fields, and what is there.

    Parameters
    ----------
    here
        Where the planner is.
    known
        Its plan.
    canvas
        Its map.
    crs
        Of the coordinates that are typed.
    """
    left, right = st.columns([2, 1], gap="small")
    with right:
        _name_field(here)
        asked = coordinate_fields(here.lang, "lookup", example=True)
        answer = None
        if None not in asked:
            answer = locate(known, np.array([asked[0]]), np.array([asked[1]]), crs=crs)
            _answer(answer, here.lang)
        else:
            st.caption(say("app.lookup-hint", here.lang))
    with left:
        pin = _pin(answer, asked, crs)
        place = str(here.district.code) if here.district else ""
        draw_map(
            canvas,
            here.lang,
            kind=KIND,
            place=place,
            height="max(420px, calc(100vh - 300px))",
            editing=Editing(pin=pin),
            act=clicked,
        )


def _pin(answer: pd.DataFrame | None, asked: tuple[Any, Any], crs: str) -> list[float] | None:
    """Give the place that was asked about in WGS-84, for the map."""
    if answer is None or None in asked:
        return None
    lon, lat = to_wgs84(*asked, crs)
    return [float(lon), float(lat)]


def _answer(answer: pd.DataFrame, lang: str) -> None:
    row = told(answer, lang)[0]
    if answer["result"].iloc[0] != FOUND:
        st.warning(row[0])
    named = zip(COLUMNS, headers(lang), row, strict=True)
    pairs = [(fitted(head, lang), text) for code, head, text in named if text and code not in IDS]
    show_table(
        pd.DataFrame(
            {
                say("app.lookup-what", lang): [head for head, _ in pairs],
                say("app.lookup-answer", lang): [text for _, text in pairs],
            }
        )
    )


def address_table(here: Here) -> Places | None:
    """Give the address table of the district, read once a window."""
    if here.reading is None or here.district is None:
        return None
    mark = (str(here.reading.folder), st.session_state.get("lookup-tables", 0))
    kept = st.session_state.get("lookup-places")
    if kept is None or kept[0] != mark:
        district = here.district
        kept = (mark, read_table(here.reading.folder, district.name_zh, district.name_en))
        st.session_state["lookup-places"] = kept
    places: Places | None = kept[1]
    return places


def _name_field(here: Here) -> None:
    """Draw the field of a name; what is spelt like it is offered, and nothing is guessed."""
    lang, places = here.lang, address_table(here)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            say("app.lookup-text", lang),
            key="lookup-text",
            max_chars=120,
            placeholder=say("app.lookup-text-example", lang),
            help=say("app.lookup-text-help", lang),
            disabled=places is None,
        )
        with st.popover(say("app.lookup-table", lang), icon=":material/upload:"):
            _table_upload(here, places)
    if places is None or not text.strip():
        st.session_state.pop("lookup-named", None)
        return
    found = places.found(text)
    if found is not None:
        if st.session_state.get("lookup-named") != text:
            st.session_state["lookup-named-next"] = (text, places.lon[found], places.lat[found])
            st.rerun()
        return
    near = places.near(text)
    st.caption(say("app.lookup-no-name" if near else "app.lookup-nothing-like", lang))
    for at in near:
        st.button(
            places.names[at],
            key=f"lookup-near-{at}",
            on_click=_choose,
            args=(places.names[at], places.lon[at], places.lat[at]),
        )


def _choose(name: str, lon: float, lat: float) -> None:
    st.session_state["lookup-text"] = name
    st.session_state["lookup-named"] = name
    _take(lon, lat, "wgs84")


def take_named() -> None:
    """Put the place of a name that was found into the fields; before they are drawn."""
    waiting = st.session_state.pop("lookup-named-next", None)
    if waiting is not None:
        st.session_state["lookup-named"] = waiting[0]
        _take(waiting[1], waiting[2], "wgs84")


def _table_upload(here: Here, places: Places | None) -> None:
    lang = here.lang
    st.markdown(say("app.lookup-table-about", lang))
    if places is not None:
        st.caption(say("app.lookup-table-kept", lang, count=f"{len(places):,}"))
    file = st.file_uploader(
        say("app.lookup-table", lang),
        type=["csv", "txt"],
        key=f"lookup-table-{st.session_state.get('lookup-tables', 0)}",
    )
    if file is None or here.reading is None:
        return
    folder, crs = here.reading.folder, str(st.session_state["lookup-crs"])
    content = file.getvalue()
    problems = problems_of(
        file.name, lambda: _kept(keep_table(folder, content, file.name, crs=crs))
    )
    show_problems(problems, lang, title="app.lookup-problems")
    if not problems:
        st.rerun()


def _kept(count: int) -> None:
    if count:
        st.session_state["lookup-tables"] = st.session_state.get("lookup-tables", 0) + 1
