"""Every file of a plan, to take along."""

from __future__ import annotations

import io
import zipfile
from functools import partial
from pathlib import Path

import streamlit as st

from gridplan.outputs.disk.own_files import FILES, MANIFEST
from gridplan.outputs.files.rows_file import ROWS_FILE, entries_of, names_fewer
from gridplan.outputs.report.formats import FORMATS, form_of
from gridplan.policy.assessment import FILE, Assessment, assessment_toml
from gridplan.text import catalogue
from gridplan.ui.hosting.audit import note
from gridplan.ui.running.result import Result
from gridplan.ui.shown.spoken import fitted, say

TYPES = {
    ".json": "application/json",
    ".geojson": "application/geo+json",
    ".gpkg": "application/geopackage+sqlite3",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".html": "text/html",
    ".toml": "application/toml",
    ".csv": "text/csv",
    ".zip": "application/zip",
}


def downloads_view(
    result: Result, name: str, scenario: str, assessment: Assessment, lang: str
) -> None:
    """
    Draw a button for each file and one for all; files are written when first asked for.

    Parameters
    ----------
    result
        The plan and its files.
    name
        What the downloads begin with.
    scenario
        The scenario as TOML; it goes along.
    assessment
        The planner's answers; they go along where there are any.
    lang
        ``zh`` or ``en``.
    """
    st.download_button(
        say("app.download-all", lang),
        partial(_everything, result, scenario, assessment, lang),
        file_name=f"{name}.zip",
        mime=TYPES[".zip"],
        type="primary",
        icon=":material/folder_zip:",
        key="download-all",
        on_click="ignore",
    )
    for form in FORMATS:
        if not form_of(form).OFFERED:
            continue
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button(
                say(f"app.report-{form}", lang),
                partial(_report, result, lang, form),
                file_name=f"{name}-report-{lang}.{form}",
                mime=form_of(form).MIME,
                icon=":material/description:",
                key=f"download-report-{form}",
                on_click="ignore",
                width=230,
            )
            st.text(say(f"app.about-report-{form}", lang))
    more = [ROWS_FILE] if names_fewer(entries_of(result.plan.district)) else []
    for path in sorted((Path(name) for name in (*FILES, *more) if name != MANIFEST), key=_order):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button(
                path.name,
                partial(_content, result, lang, path.name),
                file_name=f"{name}-{path.name}",
                mime=TYPES.get(path.suffix, "application/octet-stream"),
                icon=":material/download:",
                key=f"download-{path.name}",
                on_click="ignore",
                width=230,
            )
            about = catalogue(lang).get(f"app.about-{path.name.replace('.', '-')}", "")
            st.text(fitted(about, lang))
    st.caption(say("app.download-note", lang))


def _everything(result: Result, scenario: str, assessment: Assessment, lang: str) -> bytes:
    note("download", file="all", key=result.key)
    return zipped(result.files(lang), scenario, assessment_toml(assessment))


def _report(result: Result, lang: str, form: str) -> bytes:
    note("download", file=f"report.{form}", key=result.key)
    return result.report(lang, form).read_bytes()


def _content(result: Result, lang: str, name: str) -> bytes:
    note("download", file=name, key=result.key)
    return (result.files(lang) / name).read_bytes()


def zipped(folder: Path, scenario: str, assessment: str = "") -> bytes:
    """Pack the files of a folder, the scenario that led to them, and the planner's answers."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir(), key=_order):
            archive.write(path, path.name)
        archive.writestr("scenario.toml", scenario)
        if assessment:
            archive.writestr(FILE, assessment)
    return buffer.getvalue()


def _order(path: Path) -> tuple[int, str]:
    order = (".html", ".xlsx", ".gpkg", ".geojson", ".json")
    return order.index(path.suffix) if path.suffix in order else len(order), path.name
