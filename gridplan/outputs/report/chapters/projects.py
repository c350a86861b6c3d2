"""分期与近期建设项目、投资估算: what is to be built, when, at which cost; gaps are marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from gridplan.outputs.report.blocks.parts import Paragraph, Part, table
from gridplan.outputs.report.chapters.cells import number, of_center
from gridplan.outputs.tables.tables import coverage
from gridplan.outputs.words.names import is_missing
from gridplan.outputs.words.safe import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridplan.outputs.office.worded import Worded
    from gridplan.planning.plan import Plan


def projects_parts(told: Worded, phases: Mapping[int, Plan]) -> list[Part]:
    """
    Give the chapter on phases and projects.

    Parameters
    ----------
    told
        The plan, the last phase's where there are some.
    phases
        The plan of each phase by its year; empty where it was planned at once.
    """
    centers = told.plan.layout.centers
    new = centers[centers["status"] == "new"] if len(centers) else centers
    parts: list[Part] = []
    if phases:
        parts.append(_phases(told, phases))
    if not len(new):
        return [*parts, Paragraph(told.fitting("report.projects-none"))]
    opened = opening_years(phases)
    rows = [
        [
            plain(told.names.centers.get(key, key)),
            of_center(told, key, "address", "address"),
            told.fitting(f"outputs.class-{row['class']}"),
            number(row["population"], "count", told),
            of_center(told, key, "floor_area", "floor_area"),
            of_center(told, key, "premises", "origin"),
            str(opened[key]) if key in opened else of_center(told, key, "year", "ready"),
            of_center(told, key, "cost", "cost_open"),
            of_center(told, key, "unit"),
        ]
        for key, row in new.iterrows()
    ]
    keys = ["name", "address", "class", "residents-persons", "floor-area", "premises"]
    keys += ["year", "cost", "responsible"]
    heads = [told.fitting(f"report.head-{key}") for key in keys]
    made = table(
        told.fitting("report.table-projects"),
        heads,
        rows,
        widths=(20, 12, 11, 10, 9, 11, 8, 9, 11),
        numeric=(3,),
    )
    return [*parts, Paragraph(told.fitting("report.projects-text", new=len(new))), made]


def opening_years(phases: Mapping[int, Plan]) -> dict[object, int]:
    """Give the year of the first phase that has each new center."""
    years: dict[object, int] = {}
    for year in sorted(phases):
        centers = phases[year].layout.centers
        for key in centers.index[centers["status"] == "new"]:
            years.setdefault(key, year)
    return years


def _phases(told: Worded, phases: Mapping[int, Plan]) -> Part:
    rows = []
    before = 0
    for at, year in enumerate(sorted(phases)):
        plan = phases[year]
        load = plan.layout.centers["population"].astype(float)
        existing = int((plan.layout.centers["status"] == "existing").sum())
        added = len(load) - (before if at else existing)
        before = len(load)
        rows.append(
            [
                str(year),
                str(len(load)),
                str(added),
                number(plan.district.population, "count", told),
                number(load.mean(), "count", told),
                number(coverage(plan)["center"], "percent", told),
            ]
        )
    keys = ("year", "centers-count", "added", "residents-persons", "each-center", "near")
    minutes = f"{told.plan.scenario.center_max_minutes:g}"
    heads = [told.fitting(f"report.head-{key}", minutes=minutes) for key in keys]
    caption = told.fitting("report.table-phases")
    return table(caption, heads, rows, widths=(12, 16, 14, 20, 20, 18), numeric=(0, 1, 2, 3, 4, 5))


def money_parts(told: Worded) -> list[Part]:
    """Give the estimate: the sum of what is known, and how many projects have no cost yet."""
    centers = told.plan.layout.centers
    new = centers[centers["status"] == "new"] if len(centers) else centers
    if not len(new):
        return [Paragraph(told.say("report.money-none"))]
    rows = []
    for kind in ("regional", "community", "station"):
        own = new[new["class"] == kind]
        if not len(own):
            continue
        costs = [value for key in own.index if (value := cost_of(told, key)) is not None]
        total = f"{sum(costs):,.10g}" if len(costs) == len(own) else told.say("report.to-fill")
        rows.append([told.fitting(f"outputs.class-{kind}"), str(len(own)), str(len(costs)), total])
    keys = ("class", "count", "known-costs", "total-cost")
    heads = [told.say(f"report.head-{key}") for key in keys]
    made = table(
        told.say("report.table-money"), heads, rows, widths=(34, 18, 24, 24), numeric=(1, 2, 3)
    )
    known = sum(int(row[2]) for row in rows)
    text = told.say("report.money-text", known=known, new=len(new))
    return [Paragraph(text), made]


def cost_of(told: Worded, center: object) -> float | None:
    """Give what a center costs, 10,000 yuan; None where nobody says."""
    given: object = told.office.of_center(center, "cost")
    if not given and "cost_open" in told.plan.layout.centers:
        given = told.plan.layout.centers["cost_open"].get(center)
    cost = pd.to_numeric(given, errors="coerce") if not is_missing(given) else None
    return None if is_missing(cost) else float(cost)  # type: ignore[arg-type]
