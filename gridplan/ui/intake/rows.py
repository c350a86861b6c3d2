"""A row more or less in a layer of points: its fields, and where it lies, clicked or typed."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
import tomlkit

from gridplan.district.files.geojson import read_features
from gridplan.district.files.given_file import LAYER_BYTES, TOML_BYTES, read_inside
from gridplan.district.geometry.crs import from_wgs84, to_wgs84
from gridplan.district.manifest.layer_entry import FILE
from gridplan.district.schema.field import Field
from gridplan.district.schema.schema import LAYERS
from gridplan.lookup.locate import SYSTEMS
from gridplan.outputs.words.names import word
from gridplan.planning.scenario.scenario import Scenario
from gridplan.ui.desk.map import Editing, draw_map, place_clicked
from gridplan.ui.intake.corrected import Changes, Place, changed, corrected
from gridplan.ui.intake.fields import Cells, field_title, names_of
from gridplan.ui.setup.district_choice import Reading
from gridplan.ui.shown.coordinates import coordinate_fields
from gridplan.ui.shown.spoken import fitted, say
from gridplan.ui.shown.words import show_problems
from gridplan.ui.views.today import today_canvas_of
from gridplan.ui.window.own_copy import Files, change_district

ALWAYS = ("hospitals", "centers")
"""Layers of which a first row can be added: the others stand for something by not being there."""
KIND = "rows"
_LON, _LAT, _CRS, _COUNT = (f"rows-{part}" for part in ("lon", "lat", "crs", "count"))


def rows_view(
    reading: Reading, scenario: Scenario | None, about: Cells, file: str, fields: Sequence[str]
) -> None:
    """
    Draw what adds a row to a layer of points, or takes some away.

    Parameters
    ----------
    reading
        The district.
    scenario
        What the fields of the scenario say.
    about
        The layer, and how its cells are shown.
    file
        Of the layer; empty where it has none yet.
    fields
        Asked for beside the name; what every row must have is asked for anyway.
    """
    lang, district = about.lang, reading.district
    if district is None or LAYERS[about.layer].geometry != "point":
        return
    told = {"layer": fitted(word("layer", about.layer, lang), lang)}
    if st.toggle(say("app.rows-add", lang, **told), key=f"rows-adding-{about.layer}"):
        _adding(reading, scenario, about, file, fields)
    names = names_of(getattr(district, about.layer), lang)
    if not names:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.multiselect(
            say("app.rows-remove-which", lang, **told),
            list(names),
            format_func=names.__getitem__,
            placeholder=say("app.choose", lang),
            key=f"rows-remove-{about.layer}-{st.session_state.get(_COUNT, 0)}",
        )
        pressed = st.button(
            say("app.rows-remove", lang), disabled=not chosen, icon=":material/delete:"
        )
    if pressed:
        _change(reading, scenario, about, file, Changes(removed=[*chosen]))


def _adding(
    reading: Reading, scenario: Scenario | None, about: Cells, file: str, fields: Sequence[str]
) -> None:
    """Draw the map and the fields of a new row."""
    lang, district = about.lang, reading.district
    if district is None:
        return
    left, right = st.columns([2, 1], gap="small")
    with right:
        row = _row(about, fields)
        place = _place(lang)
        whole = all(row.get(name) for name in _needed(about)) and place is not None
        if not whole:
            st.caption(say("app.rows-needs", lang))
        pressed = st.button(
            say("app.rows-keep", lang), disabled=not whole, type="primary", icon=":material/add:"
        )
    with left:
        draw_map(
            today_canvas_of(district, scenario or Scenario(), lang),
            lang,
            kind=KIND,
            place=str(district.code),
            height="480px",
            editing=Editing(pin=None if place is None else [*place]),
            act=_clicked,
        )
    if pressed and place is not None:
        known = {name: text for name, text in row.items() if text}
        _change(reading, scenario, about, file, Changes(added=[(place, known)]))


def _needed(about: Cells) -> list[str]:
    return [one.name for one in about.columns() if one.required]


def _row(about: Cells, fields: Sequence[str]) -> dict[str, str]:
    """Draw the fields of a row; give them as the file has them."""
    names = dict.fromkeys([*_needed(about), *fields])
    known = {one.name: one for one in about.columns()}
    return {name: about.meant(known[name], _field(about, known[name])) for name in names}


def _field(about: Cells, column: Field) -> Any:  # noqa: ANN401  # a table's entry
    lang = about.lang
    told: dict[str, Any] = {
        "label": field_title(column.name, lang),
        "help": say(f"schema.{about.layer}-{column.name}", lang),
        "key": f"rows-{about.layer}-{column.name}-{lang}-{st.session_state.get(_COUNT, 0)}",
    }
    options = about.options(column)
    if column.kind == "answer":
        return st.checkbox(**told)
    if column.kind == "number":
        low, high = column.lower, column.upper
        return st.number_input(value=None, min_value=low, max_value=high, format="%g", **told)
    if options:
        return st.selectbox(options=options, index=None, placeholder="", **told)
    return st.text_input(max_chars=200, **told)


def _place(lang: str) -> Place | None:
    """Draw the fields of where it lies; give that in WGS-84, None while it is not known."""
    for name in (_LON, _LAT, _CRS):
        if name in st.session_state:  # set again: a field not drawn for one run would lose it
            st.session_state[name] = st.session_state[name]
    st.caption(say("app.rows-place", lang))
    lon, lat = coordinate_fields(lang, "rows")
    crs = st.selectbox(
        say("app.lookup-crs", lang),
        SYSTEMS,
        format_func=lambda code: say(f"app.lookup-{code}", lang),
        key=_CRS,
        help=say("app.lookup-crs-help", lang),
    )
    if lon is None or lat is None:
        return None
    east, north = to_wgs84(lon, lat, crs)
    return float(east), float(north)


def _clicked() -> None:
    """Take the place that was clicked on the map."""
    place = place_clicked(KIND)
    if place is not None:
        st.session_state[_CRS] = SYSTEMS[0]
        st.session_state[_LON], st.session_state[_LAT] = place


def _change(
    reading: Reading, scenario: Scenario | None, about: Cells, file: str, changes: Changes
) -> None:
    """Keep what was done; a row that is added lies in WGS-84 until here."""

    def make(folder: Path) -> Files:
        return files_with(folder, file, about.layer, changes, source=say("app.typed", about.lang))

    problems = change_district(reading, scenario, about.lang, make)
    show_problems(problems, about.lang, title="app.tables-problems")
    if problems:
        return
    st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1
    for name in (_LON, _LAT):
        st.session_state.pop(name, None)
    st.rerun()


def files_with(folder: Path, file: str, layer: str, changes: Changes, *, source: str) -> Files:
    """
    Give the files of a district folder after rows came or went.

    Parameters
    ----------
    folder
        Of the district.
    file
        Of the layer; empty where it has none: one is begun, and named in ``district.toml``.
    layer
        Of points.
    changes
        Rows that are added lie in WGS-84, degrees, whatever the file's coordinates are.
    source
        Of a layer that is begun.

    Returns
    -------
    files
        Contents by name; nothing is written.
    """
    manifest = tomlkit.parse(read_inside(folder, FILE, most=TOML_BYTES).decode("utf-8-sig"))
    if file:
        crs = _declared(folder, file, manifest.unwrap().get("layers", {}).get(layer, {}))
        moved = [(from_wgs84(*at, crs, layer=layer), row) for at, row in changes.added]
        lying = Changes(changes.cells, moved, changes.removed)
        return {file: corrected(folder, file, layer, lying)}
    file = f"{layer}.csv"
    begun = tomlkit.table()
    begun.update({"file": file, "crs": "EPSG:4326", "label": "real", "source": source})
    manifest["layers"][layer] = begun
    head = io.StringIO(newline="")
    csv.writer(head).writerow([*(one.name for one in LAYERS[layer].fields[:2]), "lon", "lat"])
    content = changed(head.getvalue().encode(), file, layer, changes)
    return {file: content, FILE: tomlkit.dumps(manifest).encode()}


def _declared(folder: Path, file: str, layer: Mapping[str, Any]) -> str:
    """Give the coordinates of a layer's file: what district.toml says, else what GeoJSON says."""
    if layer.get("crs") or file.lower().endswith(".csv"):
        return str(layer.get("crs", ""))
    text = read_inside(folder, file, most=LAYER_BYTES).decode("utf-8-sig")
    return read_features(text).crs or "EPSG:4326"
