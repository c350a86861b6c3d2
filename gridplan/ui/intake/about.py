"""What a district says of itself: names, date, neighbours across gaps and bridges, the city's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
import tomlkit

from gridplan.district.district import District
from gridplan.district.files.given_file import TOML_BYTES, read_inside
from gridplan.district.manifest.layer_entry import FILE
from gridplan.planning.scenario.scenario import Scenario
from gridplan.text.toml_text import toml_line
from gridplan.ui.setup.district_choice import Reading
from gridplan.ui.shown.spoken import say
from gridplan.ui.shown.table_editor import cells, table_editor
from gridplan.ui.shown.words import show_problems
from gridplan.ui.window.own_copy import Files, change_district

TEXTS = ("name_zh", "name_en", "vintage", "city_grids_source")
NUMBERS = {"snap_metres": (0.0, 500.0), "city_grids_elsewhere": (0, 1_000)}


def about_view(reading: Reading, scenario: Scenario | None, lang: str) -> None:
    """
    Draw the fields of ``district.toml``, and keep what is typed into them.

    Parameters
    ----------
    reading
        The district.
    scenario
        What the fields of the scenario say.
    lang
        ``zh`` or ``en``.
    """
    if reading.district is None:
        return
    now = _now(reading.folder)
    wanted: dict[str, Any] = {}
    mark = f"{reading.folder.name}-{hash(str(now))}"
    for key in TEXTS:
        text = st.text_input(
            say(f"fields.about-{key.replace('_', '-')}", lang),
            value=str(now.get(key, "")),
            max_chars=200,
            help=say(f"schema.toml-{key}", lang).replace("`", ""),
            key=f"about-{key}-{mark}",
        )
        wanted[key] = " ".join(text.split()) or None
    for key, (low, high) in NUMBERS.items():
        wanted[key] = st.number_input(
            say(f"fields.about-{key.replace('_', '-')}", lang),
            min_value=low,
            max_value=high,
            value=now.get(key),
            help=say(f"schema.toml-{key}", lang).replace("`", ""),
            key=f"about-{key}-{mark}",
        )
    wanted["links"] = _links(reading.district, now, lang)
    changes = {key: value for key, value in wanted.items() if value != (now.get(key) or None)}
    if not changes:
        return

    def make(folder: Path) -> Files:
        return {FILE: changed(read_inside(folder, FILE, most=TOML_BYTES), changes)}

    problems = change_district(reading, scenario, lang, make)
    show_problems(problems, lang, title="app.tables-problems")
    if not problems:
        st.rerun()


def _now(folder: Path) -> dict[str, Any]:
    table = tomlkit.parse(read_inside(folder, FILE, most=TOML_BYTES).decode("utf-8-sig")).unwrap()
    links = [{"from": str(row["from"]), "to": str(row["to"])} for row in table.get("links", ())]
    return {key: table[key] for key in (*TEXTS, *NUMBERS) if key in table} | {"links": links}


def _links(district: District, now: dict[str, Any], lang: str) -> list[dict[str, str]] | None:
    st.markdown(f"**{say('fields.about-links', lang)}**")
    st.caption(say("schema.toml-links", lang).replace("`", ""))
    table = pd.DataFrame(now["links"], columns=["from", "to"], dtype=object)
    config: dict[str, Any] = {
        end: st.column_config.TextColumn(say(f"fields.about-{end}", lang), max_chars=80)
        for end in ("from", "to")
    }
    name = f"links-{district.code}-{lang}"
    edited = table_editor(name, table, columns=config, rows="dynamic")
    if edited is None:
        return now["links"] or None
    return [row for row in cells(edited) if row["from"] and row["to"]] or None


def changed(raw: bytes, changes: dict[str, Any]) -> bytes:
    """Set keys of a TOML file anew; comments and all else stay. None takes a key away."""
    page = tomlkit.parse(raw.decode("utf-8-sig"))
    for key in changes:
        if key in page:
            page.remove(key)
    for row in changes.get("links") or ():
        table = tomlkit.table()
        table.update(row)
        page.setdefault("links", tomlkit.aot()).append(table)
    given = {key: value for key, value in changes.items() if value is not None and key != "links"}
    # Before the tables: behind one they would belong to it.
    head = "".join(f"{toml_line(key, value)}\n" for key, value in given.items())
    return (head + tomlkit.dumps(page)).encode()
