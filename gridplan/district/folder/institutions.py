"""What hospitals say of each other: campuses, bodies that serve several groups; documents."""

from __future__ import annotations

import re
from datetime import date

import geopandas as gpd
import pandas as pd

from gridplan.district.files.intake import Intake, sample
from gridplan.district.schema.vocabulary import fold, nearest

ALL = ("all", "全部", "所有", "全区", "全县")
"""Words by which a body serves every grid."""
_BETWEEN = re.compile(r"[;；、,，/]")


def settle_institutions(hospitals: gpd.GeoDataFrame, intake: Intake) -> gpd.GeoDataFrame:
    """
    Find the hospitals that hospitals name, and hold recognitions against what they need.

    Parameters
    ----------
    hospitals
        Index ``hospital``; of ``campus_of``, ``serves`` and ``recognised_as`` those it has.
    intake
        Collects ``campus-unknown``, ``campus-of-itself``, ``campus-of-campus``,
        ``serves-unknown`` and ``recognised-undated``.

    Returns
    -------
    hospitals
        ``campus_of`` as id; ``serves`` as ids parted by semicolons, or ``all``.
    """
    known = {fold(str(name)): str(key) for key, name in hospitals.get("name", {}).items()}
    known |= {fold(str(key)): str(key) for key in hospitals.index}
    frame = hospitals
    if "campus_of" in frame:
        frame = frame.assign(campus_of=_campuses(frame, known, intake))
    if "serves" in frame:
        frame = frame.assign(serves=_served(frame["serves"], known, intake))
    if "recognised_as" in frame:
        _check_recognised(frame, intake)
    return frame


def _campuses(frame: pd.DataFrame, known: dict[str, str], intake: Intake) -> pd.Series:
    told = frame["campus_of"]
    given = told[told.notna()].astype(str)
    found = given.map(lambda name: known.get(fold(name)))
    lost = given[found.isna()]
    if len(lost):
        near = nearest(lost.iloc[0], known.values(), most=1)
        intake.wrong("campus-unknown", value=lost.iloc[0], nearest=near, **sample(lost.index))
    own = found.index[found == found.index]
    if len(own):
        intake.wrong("campus-of-itself", **sample(own))
    chained = found.index[found.isin(found.index) & (found != found.index)]
    if len(chained):
        intake.wrong("campus-of-campus", **sample(chained))
    return found.reindex(frame.index).astype(object).where(lambda part: part.notna(), None)


def _served(told: pd.Series, known: dict[str, str], intake: Intake) -> pd.Series:
    everyone = {fold(word) for word in ALL}
    rows: list[str | None] = []
    lost: dict[object, str] = {}
    for key, text in told.items():
        names = (
            [] if pd.isna(text) else [part for part in _BETWEEN.split(str(text)) if part.strip()]
        )
        if any(fold(name) in everyone for name in names):
            rows.append("all")
            continue
        found = [known.get(fold(name), "") for name in names]
        unknown = [name for name, one in zip(names, found, strict=True) if not one]
        if unknown:
            lost[key] = unknown[0]
        rows.append("; ".join(found) or None)
    if lost:
        name = next(iter(lost.values()))
        near = nearest(name, known.values(), most=1)
        intake.wrong("serves-unknown", value=name, nearest=near, **sample(lost))
    return pd.Series(rows, told.index, dtype=object)


def _check_recognised(frame: pd.DataFrame, intake: Intake) -> None:
    """Ask for number and date: a recognition counts by its document alone."""
    said = frame["recognised_as"].notna()
    none = pd.Series(None, index=frame.index, dtype=object)
    number = frame.get("recognised_number", none).fillna("").astype(str).str.strip() != ""
    dated = frame.get("recognised_on", none).map(_is_day)
    bare = frame.index[said & ~(number & dated.astype(bool))]
    if len(bare):
        intake.wrong("recognised-undated", **sample(bare))


def _is_day(text: object) -> bool:
    try:
        date.fromisoformat(str(text).strip())
    except ValueError:
        return False
    return True
