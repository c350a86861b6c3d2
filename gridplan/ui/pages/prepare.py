"""Own data in three steps: drop files, answer what could be read two ways, correct the tables."""

from __future__ import annotations

import streamlit as st

from gridplan.outputs.files.template_book import template_book
from gridplan.ui.desk.title import title_line
from gridplan.ui.intake.about import about_view
from gridplan.ui.intake.steps import intake_steps
from gridplan.ui.intake.tables import layer_tables
from gridplan.ui.shown.spoken import say
from gridplan.ui.window.here import Here


def prepare_page(here: Here) -> None:
    """Draw the page."""
    title_line(here, "prepare")
    lang = here.lang
    st.caption(say("app.prepare-about", lang))
    first, second = st.tabs([say(f"app.prepare-{tab}", lang) for tab in ("files", "tables")])
    with first:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button(
                say("app.prepare-template", lang),
                lambda: template_book(lang),
                file_name=say("app.prepare-template-name", lang),
                mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                icon=":material/table_view:",
                key="template",
                on_click="ignore",
            )
            st.text(say("app.prepare-template-about", lang))
        intake_steps(here)
    with second:
        layer_tables(here.reading, here.scenario, lang)
        if here.reading is not None and here.district is not None:
            with st.expander(say("fields.about", lang)):
                about_view(here.reading, here.scenario, lang)
