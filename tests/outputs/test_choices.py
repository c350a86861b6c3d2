"""Grids to choose between: the first is the plan, each with its price, in every output."""

import json
from types import SimpleNamespace

import openpyxl
import pyogrio
import pytest
from stand_in import make_plan

from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.files.plan_json import plan_dict
from gridplan.outputs.reading.written import read_written
from gridplan.outputs.report.blocks.groups import alternatives_parts
from gridplan.outputs.report.blocks.parts import Table
from gridplan.outputs.style.fonts import face
from gridplan.outputs.tables.choices import (
    alternatives_layer,
    alternatives_table,
    alternatives_text,
)
from gridplan.outputs.words.names import signed
from gridplan.outputs.words.telling import Telling
from gridplan.planning.grids.alternatives import GridAlternative
from gridplan.planning.grids.cuts import cut_figures
from gridplan.ui.views.screen_tables import alternatives_shown


@pytest.fixture(scope="module")
def offered():
    """The stand-in with its own grids, and with a column of units handed over."""
    plan = make_plan()
    own, leads = plan.layout.units["grid"], plan.layout.grids["lead"]
    other = own.copy()
    other.iloc[: len(other) // 8] = "G2"
    ways = [
        GridAlternative(
            grid, leads, extra, cut_figures(plan.district, grid)["boundary_km"], moved, share
        )
        for grid, extra, moved, share in ((own, 0.0, 0.0, 0.0), (other, -1.25, 9000.0, 10.4))
    ]
    return SimpleNamespace(**{**vars(plan), "alternatives": tuple(ways)})


def test_the_first_is_the_plan_and_the_price_has_a_sign(offered):
    head, first, second = alternatives_text(Telling(offered, "en"))
    assert "alternatives" in head
    assert first.startswith("  1. This plan, ")
    assert f"{offered.alternatives[0].boundary_km:,.1f} km" in first
    assert "Travel to the leads -1.2 %" in second
    zh = alternatives_text(Telling(offered, "zh"))
    assert zh[1].startswith("  1. 本方案")
    assert "-1.2 %" in zh[2]
    assert not any("最优" in line or "best" in line for line in [*zh, first, second])


@pytest.mark.parametrize(
    ("value", "said"),
    [(1.25, "+1.2"), (-3, "-3.0"), (0.0, "0.0"), (-0.01, "0.0"), (4321, "+4,321.0")],
)
def test_what_rounds_to_nothing_has_no_sign(value, said):
    assert signed(value) == said


def test_every_output_tells_travel_and_boundary(offered, tmp_path):
    length = [round(other.boundary_km, 6) for other in offered.alternatives]
    layer = alternatives_layer(offered)
    assert sorted(set(layer["extra_percent"])) == [-1.25, 0.0]
    assert [float(v) for v in alternatives_table(Telling(offered, "en"))["boundary_km"]] == [
        length[0],
        length[0],
        length[1],
        length[1],
    ]
    rows = plan_dict(offered)["alternatives"]
    assert {row["boundary_km"] for row in rows} == set(length)
    shown = alternatives_shown(offered, "en")
    assert list(shown["Travel, change (%)"]) == [0.0, 0.0, -1.2, -1.2]
    assert list(shown["Boundaries (km)"]) == [round(v, 1) for v in length for _ in range(2)]
    (made,) = (
        p for p in alternatives_parts(Telling(offered, "zh"), face()) if isinstance(p, Table)
    )
    assert "路程变化（%）" in made.header
    assert "分界线长（公里）" in made.header
    write_plan(offered, tmp_path / "out", lang="zh")
    book = openpyxl.load_workbook(tmp_path / "out" / "plan.xlsx")
    heads = [cell.value for cell in book["可选网格划分"][1]]
    assert "分界线长（公里）" in heads
    layer = pyogrio.read_dataframe(tmp_path / "out" / "plan.gpkg", layer="alternatives")
    written = layer.groupby("alternative")["boundary_km"].first()
    assert list(written) == pytest.approx(length)


def test_a_folder_without_boundaries_is_still_read(offered, tmp_path):
    write_plan(offered, tmp_path / "out", lang="zh")
    again = read_written(tmp_path / "out")
    length = [other.boundary_km for other in offered.alternatives]
    assert [other.boundary_km for other in again.alternatives] == pytest.approx(length)
    path = tmp_path / "out" / "plan.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    for row in values["alternatives"]:
        del row["boundary_km"]
    path.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    old = read_written(tmp_path / "out")
    assert [other.boundary_km for other in old.alternatives] == pytest.approx(length)
