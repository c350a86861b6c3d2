"""What the district is made of: every layer with its label and source, and what was repaired."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from gridplan.district.district import District
from gridplan.outputs.files.inventory import inventory
from gridplan.outputs.files.rows_file import ROWS_FILE, entries_of, names_fewer, rows_csv
from gridplan.outputs.words.names import word
from gridplan.outputs.words.trust import rows_below
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say

LABELS: dict[str, Literal["green", "blue", "orange"]] = {
    "real": "green",
    "derived": "blue",
    "modelled": "orange",
}


def sources_view(district: District, lang: str) -> None:
    """Draw the layers with label, source and checksum, and the repairs."""
    found = inventory(district, lang=lang)
    st.markdown(f"### {say('app.layers', lang)}")
    for layer, source in zip(found["layers"], district.layers, strict=True):
        with st.container(border=True, gap="xxsmall"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.badge(
                    word("label", layer["label"], lang), color=LABELS.get(layer["label"], "gray")
                )
                st.markdown(f"**{literal(word('layer', layer['layer'], lang))}**")
                rows = layer["rows"]
                if rows is not None:
                    st.caption(say("app.rows", lang, rows=f"{rows:,}"))
                some = rows_below(layer, lang)
                if some:
                    st.badge(some, color="orange")
            st.text(layer["source"])
            st.caption(
                literal(
                    say(
                        "app.file",
                        lang,
                        file=source.file,
                        crs=source.crs,
                        vintage=source.vintage or "—",
                        sha256=source.sha256[:12] or "—",
                    )
                )
            )
    st.caption(say("app.labels-explained", lang))
    st.markdown(f"### {say('app.repairs', lang)}")
    if found["repairs"]:
        st.markdown("\n".join(f"- {literal(repair)}" for repair in found["repairs"]))
    else:
        st.text(say("app.no-repairs", lang))
    if names_fewer(entries_of(district)):
        st.download_button(
            say("app.repair-rows", lang),
            lambda: rows_csv(entries_of(district), lang),
            file_name=ROWS_FILE,
            mime="text/csv",
            icon=":material/download:",
            key="download-repair-rows",
            on_click="ignore",
        )
