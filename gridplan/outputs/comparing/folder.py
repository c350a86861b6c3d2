"""The files of a comparison: a page, a workbook, JSON, and a GeoJSON of each difference."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import xlsxwriter

from gridplan.district.geometry.whole import whole_of
from gridplan.outputs.comparing.page import comparison_html, comparison_title
from gridplan.outputs.comparing.tables import (
    centers_rows,
    communities_rows,
    figure_label,
    figures_table,
    findings_rows,
    plan_titles,
    units_rows,
)
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.files.excel import OPTIONS
from gridplan.outputs.files.geojson import features
from gridplan.outputs.files.plan_json import plain_value
from gridplan.outputs.files.sheet import Formats, table_sheet
from gridplan.outputs.tables.tables import rounded_table
from gridplan.outputs.words.moment import moment
from gridplan.planning.comparing.figures import FIGURES
from gridplan.text import say
from gridplan.version import PROGRAM, VERSION

if TYPE_CHECKING:
    from gridplan.planning.comparing.comparison import Compared, Difference

PAGE, BOOK, DATA = "compare.html", "compare.xlsx", "compare.json"


def changes_name(at: int) -> str:
    """Name the GeoJSON of the difference between the first plan and plan ``at`` (from 2)."""
    return f"changes-{at}.geojson"


def write_comparison(compared: Compared, out: Path, *, lang: str) -> tuple[Path, ...]:
    """
    Write every file of a comparison, each whole or not at all.

    Parameters
    ----------
    compared
        The plans.
    out
        Folder, made where it is not there; files of the same names are replaced.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    paths
        What was written.

    Raises
    ------
    InputError
        If a file cannot be written or is one of a plan's own.
    """
    page, data = comparison_html(compared, lang), comparison_json(compared)
    made: dict[str, Callable[[Path], object]] = {
        PAGE: lambda path: _text(path, page),
        BOOK: lambda path: write_workbook(compared, path, lang=lang),
        DATA: lambda path: _text(path, data),
    }
    for at, difference in enumerate(compared.differences, start=2):
        text = changes_geojson(difference)
        made[changes_name(at)] = lambda path, text=text: _text(path, text)  # type: ignore[misc]
    for name, write in made.items():
        write_whole(out / name, write)
    return tuple(out / name for name in made)


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def comparison_json(compared: Compared) -> str:
    """
    Give the comparison as JSON.

    Returns
    -------
    text
        ``plans`` with figures (None where there is none) and whether each is on the front;
        ``differences`` from the first with residents, communities, centers, findings and rules.
        The same plans give the same text.
    """
    plans = [
        {
            "name": plan.scenario.name_zh,
            "name_en": plan.scenario.name_en,
            "label": compared.labels[at] if compared.labels else "",
            "front": bool(compared.front.iloc[at]),
            "figures": {
                code: plain_value(compared.figures[code].iloc[at], _column(code))
                for code in FIGURES
            },
        }
        for at, plan in enumerate(compared.plans)
    ]
    content = {
        "district": compared.plans[0].district.code,
        "measures": list(compared.measures),
        "plans": plans,
        "differences": [_told(one) for one in compared.differences],
        "provenance": {"program": PROGRAM, "version": VERSION},
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _column(code: str) -> str:
    """Name a column that is rounded as the figure's unit asks."""
    unit = FIGURES[code].unit
    return {"persons": "population", "wan-yuan": "cost", "": "value"}.get(unit, unit)


def _told(difference: Difference) -> dict[str, Any]:
    centers = pd.DataFrame(difference.centers[["change", "population"]])
    return {
        "grid_residents": plain_value(difference.grid_residents, "population"),
        "center_residents": plain_value(difference.center_residents, "population"),
        "communities": [
            {key: plain_value(value, key) for key, value in row.items()}
            for row in difference.communities.to_dict(orient="records")
        ],
        "centers": [
            {"center": str(key), **{name: plain_value(v, name) for name, v in row.items()}}
            for key, row in centers.to_dict(orient="index").items()
        ],
        "findings": [
            {key: plain_value(value, key) for key, value in row.items()}
            for row in difference.findings.to_dict(orient="records")
        ],
        "rules_gained": list(difference.rules.gained),
        "rules_mended": list(difference.rules.mended),
        "rules_silent": list(difference.rules.silent),
    }


def changes_geojson(difference: Difference) -> str:
    """
    Give the areas that changed, one for each way of changing, and the centers.

    Returns
    -------
    text
        GeoJSON, WGS-84: areas with grid and center before and after and their residents; points
        with ``change``.
    """
    keys = ["grid_before", "grid_after", "center_before", "center_after"]
    rows, shapes = [], []
    flags = ["grid_changed", "center_changed"]
    for key, part in difference.units.groupby([*keys, *flags], dropna=False, sort=False):
        rows.append(dict(zip([*keys, *flags], key, strict=True)))
        rows[-1]["population"] = float(part["population"].sum())
        shapes.append(whole_of(part.geometry.array))
    areas = gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=[*keys, *flags, "population"], dtype=object),
        geometry=gpd.GeoSeries(shapes, crs=difference.units.crs),
        crs=difference.units.crs,
    ).rename_axis("area")
    centers = difference.centers
    told = centers[["change", "population", "geometry"]]
    found = [
        *features(areas, pd.DataFrame(areas.drop(columns="geometry"))),
        *features(told, pd.DataFrame(told.drop(columns="geometry"))),
    ]
    content = {"type": "FeatureCollection", "name": "changes", "features": found}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"


def write_workbook(compared: Compared, path: Path, *, lang: str) -> None:
    """
    Write the workbook: figures as numbers, then four sheets for each difference.

    Parameters
    ----------
    compared
        The plans.
    path
        Where to.
    lang
        ``zh`` or ``en``.
    """
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, OPTIONS) as book:
        stamp = datetime.fromisoformat(moment().removesuffix("Z"))
        book.set_properties({"title": comparison_title(compared, lang), "created": stamp})
        formats = Formats(book)
        figures = _figures(compared, lang)
        table_sheet(book, formats, say("comparing.sheet-figures", lang), figures, lang)
        for at, difference in enumerate(compared.differences):
            sheets = {
                "findings": findings_rows(compared, at, lang),
                "centers": centers_rows(compared, at, lang),
                "communities": communities_rows(compared, at, lang),
                "units": units_rows(difference),
            }
            for name, table in sheets.items():
                title = say(f"comparing.sheet-{name}", lang, number=at + 2)
                table_sheet(book, formats, title, rounded_table(table), lang)
    path.write_bytes(made.getvalue())


def _figures(compared: Compared, lang: str) -> pd.DataFrame:
    """Give the figures as numbers where they are numbers, the proofs and the front as text."""
    titles = plan_titles(compared, lang)
    rows = []
    for code in FIGURES:
        values = compared.figures[code]
        if not values.isna().all():
            told = [plain_value(value, _column(code)) for value in values]
            rows.append([figure_label(code, lang), *told])
    texts = figures_table(compared, lang)
    known = {row[0] for row in rows}
    rows += [[label, *texts.loc[label]] for label in texts.index if label not in known]
    marks = [say(f"comparing.front-{'mark' if on else 'off'}", lang) for on in compared.front]
    rows.append([say("comparing.figure-front", lang), *marks])
    return pd.DataFrame(rows, columns=["figure", *titles], dtype=object)
