"""Hospitals and centers as tables that can be corrected, in a district of the planner's own."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from gridplan.district.district import District
from gridplan.district.schema.vocabulary import KINDS, LEVELS
from gridplan.outputs.words.names import is_missing, word
from gridplan.text import say
from gridplan.text.language import in_language
from gridplan.ui.intake.corrected import correct
from gridplan.ui.setup.district_choice import Reading
from gridplan.ui.setup.upload import problems_of
from gridplan.ui.setup.workspace import copied, is_own
from gridplan.ui.shown.words import show_problems

_FIELDS = {
    "hospitals": ("level", "kind", "beds", "eligible"),
    "centers": ("class", "capacity"),
}
_WORDS = {
    "level": ("hospital-level", tuple(LEVELS)),
    "kind": ("hospital-kind", tuple(KINDS)),
    "class": ("class", ("community", "regional")),
}


def layer_tables(reading: Reading | None, lang: str) -> None:
    """
    Draw the tables.

    Parameters
    ----------
    reading
        The district that was chosen.
    lang
        ``zh`` or ``en``.
    """
    if reading is None or reading.district is None:
        st.info(say("app.needs-district", lang))
        return
    district = reading.district
    show_problems(st.session_state.get("tables-problems", ()), lang, title="app.tables-problems")
    own = is_own(reading.folder)
    if own:
        st.caption(say("app.tables-about", lang))
    else:
        st.info(say("app.tables-copy-about", lang))
        st.button(
            say("app.tables-copy", lang),
            key="tables-copy",
            icon=":material/content_copy:",
            on_click=_copy,
            args=(reading, in_language(district, "name", lang)),
        )
    for layer in _FIELDS:
        if len(getattr(district, layer)):
            st.markdown(f"#### {word('layer', layer, lang)}")
            _table(reading, district, layer, own=own, lang=lang)


def _copy(reading: Reading, name: str) -> None:
    found: list[str] = []
    problems = problems_of(name, lambda: found.append(f"own/{copied(reading.folder, name).name}"))
    st.session_state["tables-problems"] = problems
    if found:
        st.session_state["district-next"] = found[0]


def _table(reading: Reading, district: District, layer: str, *, own: bool, lang: str) -> None:
    frame = getattr(district, layer)
    fields = [field for field in _FIELDS[layer] if own or field in frame]
    shown = pd.DataFrame(
        {"name": [_name(key, row, lang) for key, row in frame.iterrows()]}, index=frame.index
    )
    for field in fields:
        values = frame[field] if field in frame else pd.Series(None, index=frame.index)
        shown[field] = [_shown(field, value, lang) for value in values]
    file = next((one.file for one in district.layers if one.layer == layer), "")
    editable = own and file.lower().endswith(".csv")
    if own and not editable:
        st.caption(say("app.tables-no-csv", lang, file=file))
    edited = st.data_editor(
        shown,
        column_config={
            "name": st.column_config.TextColumn(word("column", "name", lang), disabled=True),
            **{field: _config(field, lang) for field in fields},
        },
        disabled=not editable,
        hide_index=True,
        key=f"table-{layer}-{reading.folder.name}",
    )
    changes = {
        str(key): found
        for key in shown.index
        if (found := _changed(shown.loc[key], edited.loc[key], fields, lang))
    }
    if editable and st.button(
        say("app.tables-save", lang, count=len(changes)),
        key=f"save-{layer}",
        type="primary",
        icon=":material/save:",
        disabled=not changes,
    ):
        st.session_state["tables-problems"] = problems_of(
            file, lambda: correct(reading.folder, file, layer, changes)
        )
        st.session_state.pop(f"table-{layer}-{reading.folder.name}", None)
        st.rerun()


def _name(key: object, row: pd.Series, lang: str) -> str:
    return in_language(row, "name", lang) or str(key)


def _shown(field: str, value: Any, lang: str) -> Any:  # noqa: ANN401  # a table's entry
    if is_missing(value):
        return None
    if field in _WORDS:
        return word(_WORDS[field][0], value, lang)
    return bool(value) if field == "eligible" else float(value)


def _config(field: str, lang: str) -> Any:  # noqa: ANN401  # Streamlit keeps the type to itself
    title, about = word("column", field, lang), say(f"app.tables-{field}", lang)
    if field in _WORDS:
        kind, codes = _WORDS[field]
        words = [word(kind, code, lang) for code in codes]
        return st.column_config.SelectboxColumn(title, options=words, help=about)
    if field == "eligible":
        return st.column_config.CheckboxColumn(title, help=about)
    return st.column_config.NumberColumn(
        title, min_value=0, max_value=1_000_000, step=1, format="localized", help=about
    )


def _changed(before: pd.Series, after: pd.Series, fields: list[str], lang: str) -> dict[str, str]:
    """Give the cells of a row that were set anew, as the file has them."""
    found = {}
    for field in fields:
        old, new = before[field], after[field]
        if (is_missing(old) and is_missing(new)) or old == new:
            continue
        if is_missing(new):
            found[field] = ""
        elif field in _WORDS:
            kind, codes = _WORDS[field]
            found[field] = next(code for code in codes if word(kind, code, lang) == new)
        elif field == "eligible":
            found[field] = "yes" if new else "no"
        else:
            found[field] = f"{float(new):g}" if float(new) < 1e6 else str(int(new))
    return found
