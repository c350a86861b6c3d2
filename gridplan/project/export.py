"""One GeoPackage of all plans of a project, for QGIS: layers by scenario, styled as each plan's."""

from __future__ import annotations

import sqlite3
import warnings
from contextlib import closing
from pathlib import Path

import pandas as pd
import pyogrio

from gridplan.district.files.geopackage_tables import stored_tables
from gridplan.district.files.given_file import given_path
from gridplan.district.files.reason import UnreadableError
from gridplan.district.folder.write import gdal_writing
from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.errors import disk_errors
from gridplan.outputs.disk.sqlite_head import settle
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.reading.content import read_content
from gridplan.outputs.style.qgis_style import add_styles
from gridplan.outputs.words.moment import moment
from gridplan.project.kept.plans import NONE
from gridplan.project.project import Project

LAYERS = ("grids", "centers", "subdistricts", "hospitals", "units")
"""Layers of each plan that are taken, from the top."""


def write_geopackage(project: Project, file: str | Path) -> tuple[str, ...]:
    """
    Write all plans of a project into one GeoPackage.

    Parameters
    ----------
    project
        Open.
    file
        The GeoPackage; replaced whole.

    Returns
    -------
    scenarios
        Those that have a plan, in the order of their layers.

    Raises
    ------
    InputError
        ``project-no-plans`` if there is none; ``file-not-writable``; what is wrong with a plan.

    Notes
    -----
    Layers are called ``NAME grids``, ``NAME centers`` ...; the table ``scenarios`` lists every
    scenario with ``parent``, ``notes``, ``tags`` and ``plan`` (current, stale, none).
    """
    path = given_path(file, argument="file")
    rows = [_row(project, name) for name in project.scenarios()]
    planned = tuple(str(row["scenario"]) for row in rows if row["plan"] != NONE)
    if not planned:
        raise InputError([Problem("project-no-plans", {"folder": str(project.folder)})])

    def fill(fresh: Path) -> None:
        styles = []
        with disk_errors(fresh):
            with gdal_writing(moment()):
                for name in planned:
                    styles += _copy(project.plan_folder(name) / "plan.gpkg", fresh, name)
                table = pd.DataFrame(rows).astype(object)
                pyogrio.write_dataframe(table, fresh, layer="scenarios", driver="GPKG")
            add_styles(fresh, styles, moment=moment())
            settle(fresh)

    write_whole(path, fill)
    return planned


def _row(project: Project, name: str) -> dict[str, str]:
    kept = project.scenario(name)
    return {
        "scenario": name,
        "parent": kept.parent,
        "notes": kept.notes,
        "tags": ", ".join(kept.tags),
        "plan": project.plan_state(name).state,
    }


def _copy(source: Path, target: Path, name: str) -> list[tuple[str, str, str]]:
    """Copy the layers of a plan under a scenario's name; give their styles."""
    raw = read_content(source)
    try:
        names = set(stored_tables(raw))
    except UnreadableError as error:
        values = {"file": str(source), "reason": error.reason}
        raise InputError([Problem("written-damaged", values)]) from error
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # GDAL warns of harmless things: bytes have no file name
        for layer in LAYERS:
            if layer in names:
                frame = pyogrio.read_dataframe(raw, layer=layer)
                pyogrio.write_dataframe(frame, target, layer=f"{name} {layer}", driver="GPKG")
    return [(f"{name} {layer}", title, qml) for layer, title, qml in _styles(raw) if layer in names]


def _styles(raw: bytes) -> list[tuple[str, str, str]]:
    plain = raw[:18] + b"\x01\x01" + raw[20:]  # as for stored_tables: no second file is looked for
    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(plain)
        base.execute("PRAGMA trusted_schema = OFF")
        asked = "SELECT f_table_name, styleName, styleQML FROM layer_styles ORDER BY id"
        try:
            found = base.execute(asked).fetchall()
        except sqlite3.Error:
            return []
    return [(str(a), str(b), str(c)) for a, b, c in found if a in LAYERS]
