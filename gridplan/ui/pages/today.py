"""The district as it is: a map of who is beyond the walk, by street; sources folded away."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from gridplan.district.district import District
from gridplan.outputs.words.names import figure, street_names, word
from gridplan.planning.scenario.scenario import Scenario
from gridplan.text.language import in_language
from gridplan.ui.desk.map import draw_map
from gridplan.ui.desk.title import figure_row, title_line
from gridplan.ui.shown.spoken import fitted, say
from gridplan.ui.views.sources import sources_view
from gridplan.ui.views.tables import show_table
from gridplan.ui.views.today import today_canvas_of, today_figures, today_found
from gridplan.ui.window.here import Here
from gridplan.ui.window.links import link


def today_page(here: Here) -> None:
    """Draw the page."""
    title_line(here, "today")
    lang, district = here.lang, here.district
    if district is None:
        st.info(say("app.needs-district", lang))
        link(here, "prepare")
        return
    scenario = here.scenario or Scenario()
    figure_row(today_figures(district, scenario, lang))
    with st.spinner(say("app.rendering", lang)):
        canvas = today_canvas_of(district, scenario, lang)
    draw_map(canvas, lang, kind="today", place=str(district.code), height="calc(100vh - 230px)")
    table = _streets(district, scenario, lang)
    if len(table):
        st.markdown(f"### {say('app.streets', lang)}")
        show_table(table)
    with st.expander(say("app.today-hospitals-list", lang)):
        show_table(_hospitals(district, lang))
    with st.expander(say("app.tab-sources", lang)):
        sources_view(district, lang)


def _streets(district: District, scenario: Scenario, lang: str) -> pd.DataFrame:
    found = today_found(district, scenario).streets
    if found.empty:
        return found
    names = street_names(district.subdistricts, lang)
    minutes = f"{scenario.center_max_minutes:g}"
    return pd.DataFrame(
        {
            fitted(word("column", "subdistrict", lang), lang): [names[key] for key in found.index],
            word("column", "population", lang): [round(n) for n in found["population"]],
            say("app.column-existing", lang): found["existing"].tolist(),
            say("app.today-beyond", lang, minutes=minutes): [round(n) for n in found["beyond"]],
            say("app.today-near", lang, minutes=minutes): [
                figure(share, "percent", lang) for share in found["near_percent"]
            ],
        }
    )


def _hospitals(district: District, lang: str) -> pd.DataFrame:
    rows = []
    for key, row in district.hospitals.drop(columns="geometry").to_dict(orient="index").items():
        rows.append(
            {
                word("column", "name", lang): in_language(row, "name", lang) or str(key),
                word("column", "level", lang): word("hospital-level", row["level"], lang),
                word("column", "beds", lang): row["beds"],
                word("column", "eligible", lang): word("yes-no", bool(row["eligible"]), lang),
            }
        )
    return pd.DataFrame(rows)
