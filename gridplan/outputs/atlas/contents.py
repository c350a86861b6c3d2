"""Which sheets an atlas has, in their order."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.outputs.atlas.sheet import Row, Sheet, bounds
from gridplan.outputs.atlas.themes import (
    density,
    minutes_planned,
    minutes_to_existing,
    share_within,
    walks,
)
from gridplan.outputs.paper.catchments import catchments, pale
from gridplan.outputs.style.palette import OUTLINE, grid_palette
from gridplan.outputs.words.names import figure

if TYPE_CHECKING:
    from gridplan.outputs.office.worded import Worded
    from gridplan.outputs.paper.canvas import Canvas


def sheets(told: Worded) -> list[Sheet]:
    """
    List the sheets of a plan's atlas.

    Parameters
    ----------
    told
        The plan, its language and what the office says.

    Returns
    -------
    sheets
        Present state, residents, residents of 65 and over (where they are known), walks to a center
        now and as planned, grids, each group, 1+N, each street, new centers; those alone that the
        plan has something to show on.
    """
    plan = told.plan
    people = plan.district.units["population"].to_numpy(dtype=float)
    old = pd.to_numeric(plan.district.units["population_65"]).to_numpy(dtype=float)
    made = [
        _present(told),
        _theme(told, "residents", partial(density, people=people)),
    ]
    if np.nansum(old) > 0:
        draw = partial(density, people=np.nan_to_num(old), old=True)
        made.append(_theme(told, "elderly", draw))
    if len(plan.layout.centers):
        made += _reached(told)
    if len(plan.layout.grids):
        made.append(_grids(told))
        made += [_group(told, str(grid)) for grid in plan.layout.grids.index]
    if not told.manner:
        made.append(_two_levels(told))
    if len(plan.layout.centers):
        made += [_street(told, key) for key in plan.layout.subdistricts.index]
        made += _new(told)
    return made


def _whole(told: Worded) -> tuple[float, float, float, float]:
    return bounds(told.plan.district.units.total_bounds)


def _title(told: Worded, code: str, **values: Any) -> str:  # noqa: ANN401
    return told.fitting(f"report.atlas-{code}", district=told.names.district, **values)


def _ground(canvas: Canvas) -> None:
    """Draw what lies under everything: the district, its roads."""
    whole = shapely.union_all(np.asarray(canvas.plan.district.units.geometry.array))
    canvas.area(whole, fill="#f3f1ea", edge=OUTLINE, width=1.2)
    canvas.roads()


def _listing(told: Worded, centers: gpd.GeoDataFrame) -> tuple[str, tuple[Row, ...]]:
    rows = tuple((str(key), told.names.centers.get(key, str(key))) for key in centers.index)
    return told.fitting("report.atlas-listed"), rows


def _present(told: Worded) -> Sheet:
    centers = told.plan.layout.centers
    now = centers[centers["status"] == "existing"]

    def draw(canvas: Canvas) -> None:
        _ground(canvas)
        canvas.streets()
        canvas.centers(now, labels=True)
        canvas.hospitals(told.plan.layout.hospitals)

    people = figure(told.plan.district.population, "persons", told.lang)
    facts = [told.say("report.atlas-fact-residents", residents=people)]
    if len(now):
        share = share_within(told.plan, minutes_to_existing(told.plan))
        facts.append(
            told.fitting(
                "report.atlas-fact-present",
                centers=len(now),
                share=figure(share, "percent", told.lang),
                minutes=f"{told.plan.scenario.center_max_minutes:g}",
            )
        )
    title = _title(told, "present")
    return Sheet("present", title, _whole(told), draw, tuple(facts), _listing(told, now))


def _theme(told: Worded, code: str, fill: Any) -> Sheet:  # noqa: ANN401  # a drawing
    def draw(canvas: Canvas) -> None:
        fill(canvas)
        canvas.streets()

    return Sheet(code, _title(told, code), _whole(told), draw)


def _reached(told: Worded) -> list[Sheet]:
    plan, minutes = told.plan, f"{told.plan.scenario.center_max_minutes:g}"
    centers = plan.layout.centers
    now = centers[centers["status"] == "existing"]
    made = []
    for code, some, walked in (
        ("reach-now", now, minutes_to_existing(plan)),
        ("reach-planned", centers, minutes_planned(plan)),
    ):
        if not len(some):
            continue

        def draw(canvas: Canvas, some: Any = some, walked: Any = walked) -> None:  # noqa: ANN401
            walks(canvas, walked)
            canvas.streets()
            canvas.centers(some, labels=True)

        share = share_within(plan, walked)
        fact = told.fitting(
            "report.atlas-fact-reach", share=figure(share, "percent", told.lang), minutes=minutes
        )
        title = _title(told, code, minutes=minutes)
        made.append(Sheet(code, title, _whole(told), draw, (fact,)))
    return made


def _grids(told: Worded) -> Sheet:
    layout = told.plan.layout
    colours = grid_palette(told.plan)

    def draw(canvas: Canvas) -> None:
        for grid, row in layout.grids.iterrows():
            shape, fill = row["geometry"], colours[grid]
            canvas.area(shape, fill=fill, alpha=0.5, edge=OUTLINE, width=1.4)
            canvas.explain("fill", pale(fill, 0.5), told.names.grids[grid])
        canvas.roads()
        canvas.streets()
        canvas.centers(layout.centers, labels=False)
        canvas.hospitals(layout.hospitals)

    facts = [
        told.say(
            "report.atlas-fact-grid",
            grid=told.names.grids[grid],
            residents=figure(row["population"], "persons", told.lang),
            area=figure(row["area_km2"], "km2", told.lang),
        )
        for grid, row in layout.grids.iterrows()
    ]
    return Sheet("grids", _title(told, "grids"), _whole(told), draw, tuple(facts))


def _group(told: Worded, grid: str) -> Sheet:
    layout = told.plan.layout
    shape = layout.grids["geometry"][grid]
    centers = layout.centers[layout.centers["grid"] == grid]

    def draw(canvas: Canvas) -> None:
        catchments(canvas, centers, (layout.units["grid"] == grid).to_numpy())
        canvas.roads()
        canvas.streets(within=shape)
        canvas.area(shape, fill="none", edge=OUTLINE, width=1.8)
        canvas.links(centers)
        canvas.centers(centers, labels=True)
        canvas.hospitals(layout.hospitals[layout.hospitals["grid"] == grid])

    row = layout.grids.loc[grid]
    fact = told.say(
        "report.atlas-fact-grid",
        grid=told.names.grids[grid],
        residents=figure(row["population"], "persons", told.lang),
        area=figure(row["area_km2"], "km2", told.lang),
    )
    title = _title(told, "group", grid=told.names.grids[grid])
    listed = _listing(told, centers)
    return Sheet("group", title, bounds(shape.bounds), draw, (fact,), listed)


def _two_levels(told: Worded) -> Sheet:
    layout = told.plan.layout
    centers = layout.centers
    regional = centers[centers["class"] == "regional"]

    def draw(canvas: Canvas) -> None:
        _ground(canvas)
        canvas.streets()
        canvas.links(centers)
        canvas.centers(centers, labels=True)

    under = centers["regional_center"].value_counts() - 1
    fact = told.say(
        "report.atlas-fact-levels",
        regional=len(regional),
        others=len(centers) - len(regional),
        most=int(under.max()) if len(under) else 0,
        least=int(under.min()) if len(under) else 0,
    )
    title, listed = _title(told, "levels"), _listing(told, centers)
    return Sheet("levels", title, _whole(told), draw, (fact,), listed)


def _street(told: Worded, key: Any) -> Sheet:  # noqa: ANN401  # a label
    layout = told.plan.layout
    shape = layout.subdistricts.geometry[key]
    centers = layout.centers[layout.centers["subdistrict"] == key]
    name = told.names.subdistricts.get(key, str(key))

    def draw(canvas: Canvas) -> None:
        served = (layout.units["subdistrict"] == key).to_numpy()
        catchments(canvas, layout.centers, served)
        canvas.roads()
        canvas.streets(names=False)
        canvas.area(shape, fill="none", edge=OUTLINE, width=1.8)
        canvas.links(centers)
        canvas.centers(layout.centers, labels=True)
        canvas.hospitals(layout.hospitals)

    row = layout.subdistricts.loc[key]
    fact = told.fitting(
        "report.atlas-fact-street",
        street=name,
        residents=figure(row["population"], "persons", told.lang),
        centers=len(centers),
        new=int((centers["status"] == "new").sum()),
    )
    title = _title(told, "street", street=name)
    return Sheet("street", title, bounds(shape.bounds), draw, (fact,), _listing(told, centers))


def _new(told: Worded) -> list[Sheet]:
    layout = told.plan.layout
    new = layout.centers[layout.centers["status"] == "new"]
    if not len(new):
        return []

    def draw(canvas: Canvas) -> None:
        _ground(canvas)
        canvas.streets()
        canvas.centers(layout.centers[layout.centers["status"] == "existing"], labels=False)
        canvas.centers(new, labels=True)

    year = told.office.of_center
    rows = tuple(
        (
            str(key),
            told.names.centers.get(key, str(key))
            + (f" {year(key, 'year')}" if year(key, "year") else ""),
        )
        for key in new.index
    )
    fact = told.fitting("report.atlas-fact-new", new=len(new))
    listed = (told.fitting("report.atlas-listed"), rows)
    return [Sheet("new", _title(told, "new"), _whole(told), draw, (fact,), listed)]
