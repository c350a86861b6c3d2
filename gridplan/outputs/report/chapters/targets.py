"""目标与指标: each indicator today and as planned, whether it binds, and by what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridplan.outputs.report.blocks.parts import Part, table
from gridplan.outputs.report.chapters.cells import basis, filled, number
from gridplan.outputs.tables.tables import coverage

if TYPE_CHECKING:
    from gridplan.outputs.office.worded import Worded
    from gridplan.outputs.report.chapters.present import Present

Row = tuple[str, str, str, str, dict[str, str]]


def targets_parts(told: Worded, present: Present) -> list[Part]:
    """Give the table of indicators; the office's own stand below those of the plan."""
    cells = []
    for key, now, planned, ruled, values in _rows(told, present):
        kind, source = basis(told, ruled) if ruled else ("—", "—")
        cells.append([told.fitting(f"report.figure-{key}", **values), now, planned, kind, source])
    for row in told.office.rows("targets"):
        keys = ("indicator", "now", "target", "kind", "basis")
        cells.append([filled(told, row.get(key)) for key in keys])
    keys = ("indicator", "now", "target", "kind", "basis")
    heads = [told.say(f"report.head-{key}") for key in keys]
    made = table(
        told.say("report.table-targets"), heads, cells, widths=(28, 14, 14, 10, 34), numeric=(1, 2)
    )
    return [made]


def _rows(told: Worded, present: Present) -> list[Row]:
    plan = told.plan
    layout, scenario = plan.layout, plan.scenario
    rows: list[Row] = []
    if len(layout.grids):
        most = 100 * layout.grids["deviation"].astype(float).abs().max()
        rows += [
            ("grids", "—", str(len(layout.grids)), "grids", {}),
            ("balance", "—", number(most, "percent", told), "grid_tolerance", {}),
        ]
        per = layout.grids.get("beds_per_1000")
        if per is not None and not per.isna().any():
            beds = 1000 * layout.grids["beds"].astype(float).sum() / plan.district.population
            rows.append(("beds", "—", number(beds, "per-1000", told), "", {}))
    centers = layout.centers
    if not len(centers):
        return rows
    minutes = {"minutes": f"{scenario.center_max_minutes:g}"}
    share = coverage(plan)
    rows += [
        ("centers", str(present.centers), str(len(centers)), "centers", {}),
        (
            "each",
            number(present.each, "persons", told),
            number(plan.district.population / len(centers), "persons", told),
            "center_lower",
            {},
        ),
        (
            "near",
            number(present.share, "percent", told),
            number(share["center"], "percent", told),
            "center_max_minutes",
            minutes,
        ),
        ("assigned", "—", number(share["assigned"], "percent", told), "", minutes),
    ]
    if not told.manner:
        regional = str(int((centers["class"] == "regional").sum()))
        rows.append(("regional", "—", regional, "regional_min", {}))
    return rows
