"""The atlas as files: each sheet as a picture at 300 dpi and as a vector PDF."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.district.geometry.crs import name_of
from gridplan.outputs.atlas.contents import sheets
from gridplan.outputs.atlas.page import DPI, drawn
from gridplan.outputs.style import fonts
from gridplan.outputs.tables.summary import label_banner
from gridplan.outputs.words.moment import day
from gridplan.outputs.words.safe import file_part, plain

if TYPE_CHECKING:
    from gridplan.outputs.atlas.sheet import Sheet
    from gridplan.outputs.office.worded import Worded

_ZONE = re.compile(r"CGCS2000 / 3-degree Gauss-Kruger CM (\d+)E \((EPSG:\d+)\)")


def file_name(told: Worded, number: int, title: str) -> str:
    """Name a sheet as plan submissions ask: code, district, number, title."""
    name = plain(told.names.district, limit=60)
    text = title.removeprefix(name).lstrip(": ")
    code = plain(told.plan.district.code, limit=12)
    parts = {"code": code, "district": name, "number": f"{number:02d}", "title": text}
    return file_part(told.say("report.atlas-file", **parts))[:120]


def write_atlas(
    told: Worded,
    folder: Path,
    *,
    dpi: int = DPI,
    only: Sequence[str] | None = None,
    forms: Sequence[str] = ("jpg", "pdf"),
) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """
    Write the sheets of a plan.

    Parameters
    ----------
    told
        The plan, its language and what the office says.
    folder
        That is there.
    dpi
        Of the pictures.
    only
        Codes of the sheets to write; None for all. Their numbers stay.
    forms
        ``jpg``, ``pdf``.

    Returns
    -------
    paths
        The files.
    warnings
        That no font can show Chinese.
    """
    face = fonts.face()
    about = about_lines(told)
    paths = []
    for number, sheet in enumerate(sheets(told), start=1):
        if only is None or sheet.code in only:
            paths += _written(sheet, number, told, face, about, folder, dpi, forms)
    return tuple(paths), () if face.chinese else (told.say("report.no-chinese-font"),)


def _written(  # one parameter a thing that differs
    sheet: Sheet,
    number: int,
    told: Worded,
    face: fonts.Face,
    about: Sequence[str],
    folder: Path,
    dpi: int,
    forms: Sequence[str],
) -> list[Path]:
    figure = drawn(sheet, number, told, face, about)
    name = file_name(told, number, sheet.title)
    paths = []
    for form in forms:
        path = folder / f"{name}.{form}"
        if form == "pdf":
            nothing = {"CreationDate": None, "Producer": None, "Creator": "gridplan"}
            figure.savefig(path, format="pdf", metadata=nothing)
        else:
            figure.savefig(path, format=form, dpi=dpi, pil_kwargs={"quality": 88})
        paths.append(path)
    return paths


def _crs_told(told: Worded) -> str:
    """Name the coordinate system; the zones that Chinese surveys use in words."""
    name = name_of(told.plan.district.crs)
    zone = _ZONE.search(name)
    if zone is None:
        return name
    return told.say("report.atlas-zone", meridian=zone[1], code=zone[2])


def about_lines(told: Worded) -> list[str]:
    """Say projection and date, what the data are, and where they come from."""
    district = told.plan.district
    return [
        told.say(
            "report.atlas-about",
            crs=_crs_told(told),
            vintage=plain(district.vintage, limit=40),
            date=told.told("bureau.date", day()),
        ),
        label_banner(told),
    ]
