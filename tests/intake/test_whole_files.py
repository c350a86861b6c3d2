"""What an intake promises as a whole: columns told, few cells, ages by street, the base said."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from click.testing import CliRunner

from gridplan.cli import main
from gridplan.district.folder.read import read_district
from gridplan.errors import InputError
from gridplan.intake.columns.joining import join_names
from gridplan.intake.prepare import prepare
from gridplan.intake.record.inputs import Inputs
from gridplan.intake.residents.spreading import SpreadParams
from gridplan.intake.residents.units import Spreading, spread_within
from gridplan.outputs.map.intake import intake_map
from tests.intake.conftest import CRS, STREETS, squares


def steps(prepared, code):
    return [step for step in prepared.ledger.steps if step.told.code == code]


def test_the_columns_found_are_told_with_how_sure_they_are(tmp_path, workbook, streets):
    made = prepare(Inputs(population=workbook, subdistricts=streets), tmp_path / "out")
    told = steps(made, "intake-columns")[0]
    assert "2020年人口 常住人口 → 人口 (90 %)" in told.told.text("zh")
    assert "街道 → subdistrict (97 %)" in told.told.text("en")
    assert "subdistrict" not in told.told.text("zh")


def test_a_header_in_doubt_is_asked_about_and_confirmed(tmp_path, streets):
    path = tmp_path / "a.csv"
    path.write_text("街道,人口数量统计结果汇总\n光明街道,100\n公明街道,5\n", encoding="utf-8")
    inputs = Inputs(population=path, subdistricts=streets)
    with pytest.raises(InputError, match="leaves doubts"):
        prepare(inputs, tmp_path / "out")
    answers = {"population.columns.population": "人口数量统计结果汇总"}
    assert prepare(inputs, tmp_path / "out", answers=answers).ledger.population() == (105, 105)


@pytest.mark.parametrize(
    "header",
    ["常住人口", "2023年末常住人口（人）", "常住人口数量（人）", "pop", "renkou", "总人口"],
)
def test_usual_headers_are_in_no_doubt(tmp_path, streets, header):
    path = tmp_path / "a.csv"
    path.write_text(f"街道,{header}\n光明街道,100\n", encoding="utf-8")
    made = prepare(Inputs(population=path, subdistricts=streets), tmp_path / "out")
    assert made.ledger.population() == (100, 100)


@pytest.mark.parametrize(
    ("one", "other"),
    [("觀瀾街道", "观澜"), ("長壽區", "长寿区"), ("衛東鎮", "卫东镇"), ("麗江鄉", "丽江"),
     ("嶽陽樓區", "岳阳楼区"), ("鹽田", "盐田"), ("澱山湖鎮", "淀山湖镇")],
)  # fmt: skip
def test_traditional_names_meet_simplified_ones(one, other):
    assert join_names([one], [other, "别处"]).found == {one: other}


def test_cells_with_residents_stay_within_the_limit_even_where_many_are_cut():
    shapes = np.array([shapely.box(0, 0, 4000, 4000), shapely.box(4000, 0, 8000, 4000)])
    params = SpreadParams(most_cells=1500, most_residents=300.0)
    found = spread_within(shapes, np.array([[200_000.0], [5_000.0]]), Spreading(params=params))
    assert (found.people[:, 0] > 0).sum() <= 1500
    assert found.people.sum() == 205_000
    declared = spread_within(shapes, np.array([[9.0], [9.0]]), Spreading(side=50.0, params=params))
    assert declared.side == 50.0


def test_shares_of_older_residents_by_street(tmp_path, workbook, streets):
    inputs = Inputs(population=workbook, subdistricts=streets)
    with pytest.raises(InputError, match="leaves out"):
        prepare(inputs, tmp_path / "out", answers={"share_65.新湖镇": "10"})
    answers = {"share_65.新湖镇": "10", "share_65.all": "4.5"}
    made = prepare(inputs, tmp_path / "out", answers=answers)
    older = read_district(made.folder).units.groupby("subdistrict")["population_65"].sum()
    assert older["新湖镇"] == 500
    assert older["光明街道"] + older["公明街道"] == pytest.approx(0.045 * 35_000, abs=3)
    with pytest.raises(InputError, match=r"\[share_65\]"):
        prepare(inputs, tmp_path / "b", answers={"share_65.新糊镇": "10"})
    with pytest.raises(InputError, match="no valid answer"):
        prepare(inputs, tmp_path / "c", answers={"share_65.all": "120"})


@pytest.mark.parametrize(
    ("lang", "known", "unknown"),
    [("zh", "人口口径：2020 常住人口", "未写明"), ("en", "2020 常住人口", "not declared")],
)
def test_whose_residents_are_counted_stands_beside_the_sum(
    tmp_path, workbook, streets, lang, known, unknown
):
    given = ["--subdistricts", str(streets), "--lang", lang]
    first = CliRunner().invoke(
        main, ["prepare", str(tmp_path / "a"), "--population", str(workbook), *given]
    )
    assert known in first.output.splitlines()[0]
    assert known in (tmp_path / "a" / "intake.html").read_text(encoding="utf-8")
    table = tmp_path / "表.csv"
    table.write_text("街道,pop\n光明街道,100\n", encoding="utf-8")
    second = CliRunner().invoke(
        main, ["prepare", str(tmp_path / "b"), "--population", str(table), *given]
    )
    assert unknown in second.output.splitlines()[0]


def test_what_a_street_tells_beside_its_residents_comes_along(tmp_path, workbook):
    frame = gpd.GeoDataFrame(
        {"街道": STREETS, "英文名": ["A", "B", "C"], "总诊疗人次": ["1.5万", "800", None]},
        geometry=squares(), crs=CRS,
    )  # fmt: skip
    pyogrio.write_dataframe(frame, tmp_path / "街道.gpkg")
    made = prepare(
        Inputs(population=workbook, subdistricts=tmp_path / "街道.gpkg"), tmp_path / "out"
    )
    there = read_district(made.folder).subdistricts
    assert there["visits"].tolist()[:2] == [15_000, 800]
    assert pd.isna(there["visits"].iloc[2])
    assert there["name_en"].tolist() == ["A", "B", "C"]


def test_what_was_repaired_or_left_out_is_drawn(tmp_path):
    left, middle, right = squares()
    west, south, east, north = left.bounds
    over = shapely.box(west, south, east + 300, north)
    west, south, east, north = right.bounds
    bow = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    frame = gpd.GeoDataFrame(
        {"社区": list("甲乙丙"), "人口": [900, 800, 700]}, geometry=[over, middle, bow], crs=CRS
    )
    outline = gpd.GeoDataFrame({"名称": ["区"]}, geometry=[shapely.union(left, middle)], crs=CRS)
    far = pd.DataFrame(
        {"名称": ["近", "远"], "x": [left.centroid.x, 700_000.0], "y": left.centroid.y}
    )
    for name, layer in (("a.gpkg", frame), ("b.gpkg", outline)):
        pyogrio.write_dataframe(layer, tmp_path / name)
    far.to_csv(tmp_path / "c.csv", index=False)
    files = {"population": "a.gpkg", "boundary": "b.gpkg", "centers": "c.csv"}
    given = {role: tmp_path / name for role, name in files.items()}
    made = prepare(Inputs(**given, crs={"centers": CRS}), tmp_path / "out")
    drawn = {step.told.code: step for step in made.ledger.steps if step.shapes is not None}
    assert set(drawn) >= {
        "intake-overlaps", "intake-outline-mended", "intake-units-outside", "intake-outside"
    }  # fmt: skip
    assert shapely.area(drawn["intake-overlaps"].shapes).sum() == pytest.approx(300 * 3000)
    assert "900 / 800" in drawn["intake-overlaps"].subjects[0]
    for lang, words in (("zh", "修正与未计入之处"), ("en", "Repaired or left out")):
        page = intake_map(
            read_district(made.folder), lang=lang, steps=made.ledger.steps, crs=made.crs
        )
        assert words in page
    assert words not in intake_map(read_district(made.folder), lang="en")
