"""What comes after a plan was made: read it back, look addresses up, audit it, report on it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from numpy.typing import ArrayLike

from gridplan.api.plans import Plan, shown
from gridplan.audit.verification import Verification
from gridplan.audit.verify import verify as audit
from gridplan.district.files.given_file import given_path
from gridplan.errors import InputError, Problem
from gridplan.lookup.directory import directory
from gridplan.lookup.locate import SYSTEMS
from gridplan.lookup.locate import locate as look_up
from gridplan.outputs.disk.own_files import check_file
from gridplan.outputs.reading.written import read_written
from gridplan.outputs.report.formats import DEFAULT, FORMATS
from gridplan.outputs.report.report import report_file
from gridplan.planning.plan import Plan as PlannedValue
from gridplan.text.shown import brief

__all__ = ["Verification", "locate", "read_plan", "report", "verify"]


def read_plan(folder: str | Path) -> Plan:
    """
    Read a plan back from the folder it was written to.

    Parameters
    ----------
    folder
        As ``gridplan plan`` or :meth:`Plan.write` left it.

    Returns
    -------
    Plan
        Tables and shapes as they were written, rounded; it can be shown, compared, reported and
        looked up in, not planned again: candidates are not written.

    Raises
    ------
    InputError
        If a file is missing, damaged, or not what gridplan writes.

    Examples
    --------
    >>> plan = gp.read_plan("out/mine")
    >>> len(plan.grids)
    2
    """
    return shown(read_written(given_path(folder, argument="folder")))


def _plan_at(plan: PlannedValue | str | Path) -> PlannedValue:
    return plan if isinstance(plan, PlannedValue) else read_plan(plan)


def locate(
    plan: PlannedValue | str | Path,
    lon: ArrayLike,
    lat: ArrayLike,
    *,
    crs: str = "wgs84",
    lang: str = "zh",
) -> pd.DataFrame:
    """
    Look addresses up: unit, street, center, regional center, grid, lead hospital.

    Parameters
    ----------
    plan
        A plan, or the folder of one.
    lon, lat
        One or many, degrees.
    crs
        ``wgs84``, ``gcj02`` (Amap, Tencent) or ``bd09`` (Baidu).
    lang
        Of names.

    Returns
    -------
    table
        One row an address, as :func:`gridplan.lookup.locate.locate`; ``result`` is ``found``,
        ``outside``, ``swapped`` or ``unreadable``.

    Raises
    ------
    InputError
        If the folder cannot be read or ``crs`` is unknown.

    Examples
    --------
    >>> gp.locate(plan, 113.9, 22.75)[["center_name", "lead_name"]]
    """
    if crs not in SYSTEMS:
        raise InputError([Problem("crs-of-address", {"value": brief(crs), "valid": SYSTEMS})])
    return look_up(directory(_plan_at(plan), lang=lang), lon, lat, crs=crs)


def verify(
    folder: str | Path,
    *,
    district: str | Path | None = None,
    own_profiles: Sequence[str | Path] = (),
) -> Verification:
    """
    Audit the files of a plan: count everything again and compare.

    Parameters
    ----------
    folder
        Of a plan.
    district
        The district folder it was planned from: then the plan is worked out anew from its files.
    own_profiles
        Files of your own rules that do not lie in it.

    Returns
    -------
    Verification
        ``sound``, ``differences``, ``text(lang)``.

    Examples
    --------
    >>> gp.verify("out/mine").sound
    True
    """
    own = [given_path(path, argument="own_profiles") for path in own_profiles]
    given = None if district is None else given_path(district, argument="district")
    return audit(given_path(folder, argument="folder"), district=given, own_profiles=own)


def report(
    plan: PlannedValue | str | Path, file: str | Path = "report.docx", *, lang: str = "zh"
) -> Path:
    """
    Write the report on a plan that a bureau can hand in.

    Parameters
    ----------
    plan
        A plan, or the folder of one.
    file
        What it ends in says the form: ``.docx``, ``.html`` or ``.xlsx``.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    path
        The file.

    Raises
    ------
    InputError
        If the form is unknown, the folder cannot be read or the file cannot be written.

    Examples
    --------
    >>> gp.report(plan, "report.docx", lang="en").name
    'report.docx'
    """
    path = given_path(file, argument="file")
    form = path.suffix.lstrip(".").lower() or DEFAULT
    if form not in FORMATS:
        raise InputError([Problem("report-format", {"format": form, "valid": FORMATS})])
    check_file(path)
    report_file(_plan_at(plan), path, form=form, lang=lang)
    return path
