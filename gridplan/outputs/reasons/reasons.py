"""Why here, why not: what closing each center costs, standby sites, and sites not taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from gridplan.outputs.tables.tables import LON_LAT, rounded_table
from gridplan.outputs.words.names import grid_word, is_missing, word
from gridplan.outputs.words.telling import Telling
from gridplan.planning.reasons.reasons import CANDIDATE_COLUMNS
from gridplan.text.language import joined

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan


def reason_tables(plan: Plan) -> dict[str, pd.DataFrame]:
    """
    Give the reasons as plain tables, rounded as files show them.

    Returns
    -------
    tables
        ``centers`` (``center`` and what closing it costs), ``standbys`` (one row a standby site)
        and ``candidates`` (sites not taken, with ``lon`` and ``lat``), all with a plain index.
    """
    reasons = plan.reasons
    candidates = pd.DataFrame(reasons.candidates.drop(columns="geometry", errors="ignore"))
    if len(candidates):
        points = reasons.candidates.geometry.to_crs(LON_LAT)
        candidates = candidates.assign(lon=points.x, lat=points.y)
    tables = {
        "centers": reasons.centers.rename_axis("center").reset_index(),
        "standbys": reasons.standbys,
        "candidates": candidates.rename_axis("candidate").reset_index(),
    }
    return {name: rounded_table(table) for name, table in tables.items()}


def candidates_layer(plan: Plan) -> gpd.GeoDataFrame:
    """Give the sites not taken as points in the district's CRS, from their degrees as written."""
    table = reason_tables(plan)["candidates"]
    if not len(table):
        return gpd.GeoDataFrame(table, geometry=[], crs=plan.district.crs)
    lon, lat = (table[name].astype(float) for name in ("lon", "lat"))
    points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs=LON_LAT).to_crs(plan.district.crs)
    return gpd.GeoDataFrame(table, geometry=points.to_numpy(), crs=plan.district.crs)


def closings_told(telling: Telling) -> pd.DataFrame:
    """One row a center, in words: whom it serves, and what closing it costs."""
    plan, names, lang = telling.plan, telling.names, telling.lang
    table = reason_tables(plan)["centers"]
    if not len(table):
        return table
    return table.assign(
        name=[names.centers.get(key, str(key)) for key in table["center"]],
        status=plan.layout.centers["status"].loc[table["center"]].to_numpy(),
        population=rounded_table(plan.layout.centers[["population"]])["population"]
        .loc[table["center"]]
        .to_numpy(dtype=object),
        closing_to=[_named(key, names.centers) for key in table["closing_to"]],
        closing_breaks=[broken(codes, lang) for codes in table["closing_breaks"]],
    )[["center", "name", "status", "population", *table.columns.drop("center")]]


def standbys_told(telling: Telling) -> pd.DataFrame:
    """One row a standby site, its center and its place in the language of the telling."""
    plan, names, lang = telling.plan, telling.names, telling.lang
    table = reason_tables(plan)["standbys"]
    if not len(table):
        return table
    where = plan.reasons.candidates.loc[table["candidate"]]
    told = table.assign(
        name=[names.centers.get(key, str(key)) for key in table["center"]],
        subdistrict=[_named(key, names.subdistricts) for key in where["subdistrict"]],
        community=where["community"].to_numpy(dtype=object),
        breaks=[broken(codes, lang) for codes in table["breaks"]],
    )
    first = ["center", "name", "rank", "candidate", "subdistrict", "community"]
    return _known(told[[*first, *table.columns.drop(["center", "rank", "candidate"])]])


def candidates_told(telling: Telling) -> pd.DataFrame:
    """One row a site that was not taken, with the exchange it would need, in words."""
    plan, names, lang = telling.plan, telling.names, telling.lang
    table = reason_tables(plan)["candidates"]
    if not len(table):
        return table
    told = table.assign(
        subdistrict=[_named(key, names.subdistricts) for key in table["subdistrict"]],
        grid=[grid_word(key, lang) for key in table["grid"]],
        swap=[_named(key, names.centers) for key in table["swap"]],
        swap_breaks=[broken(codes, lang) for codes in table["swap_breaks"]],
    )
    first = ["candidate", *CANDIDATE_COLUMNS]
    return _known(told[[*first, *(name for name in told.columns if name not in first)]])


def broken(codes: object, lang: str) -> str:
    """Say in words what an exchange or a closing breaks; empty where nothing."""
    if is_missing(codes) or not codes:
        return ""
    return joined([word("breaks", code, lang) for code in str(codes).split(", ")], lang)


def _named(key: Any, names: dict[Any, str]) -> str | None:  # noqa: ANN401  # of a table
    return None if is_missing(key) else names.get(key, str(key))


def _known(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out what exchanges cost where no layer tells it."""
    costs = [name for name in ("more_cost", "swap_more_cost") if name in table]
    return table.drop(columns=[name for name in costs if table[name].isna().all()])
