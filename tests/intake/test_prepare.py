"""From a bureau's files to a district that can be read, in one go or with a question."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import rasterio
import shapely
from click.testing import CliRunner
from rasterio.transform import Affine

from gridplan.cli import main
from gridplan.district.folder.read import read_district
from gridplan.district.geometry.crs import wgs84_to_gcj02
from gridplan.errors import InputError
from gridplan.intake.prepare import prepare
from gridplan.intake.record.inputs import Inputs
from gridplan.travel.network import road_networks
from tests.intake.conftest import CRS, SOUTH, STREETS, WEST, squares


def codes(prepared):
    return [step.told.code for step in prepared.ledger.steps]


def test_a_table_joined_to_streets_and_spread(tmp_path, workbook, streets):
    made = prepare(Inputs(population=workbook, subdistricts=streets), tmp_path / "out")
    district = read_district(made.folder)
    assert made.ledger.population() == (40_001, 40_001)
    assert district.population == 40_001
    by = district.units.groupby("subdistrict")["population"].sum()
    assert by.to_dict() == {"光明街道": 20_000, "公明街道": 15_000, "新湖镇": 5_001}
    assert district.vintage == "2020 常住人口"
    assert made.grids == 0
    assert {"intake-totals", "intake-joined-loosely", "intake-spread"} <= set(codes(made))


def test_an_unknown_name_is_asked_about_and_the_answer_kept(tmp_path, streets):
    path = tmp_path / "人口.csv"
    path.write_text(
        "街道,常住人口\n光明街道,100\n公朋街道,200\n新湖,300\n外地,7\n", encoding="utf-8"
    )
    inputs = Inputs(population=path, subdistricts=streets)
    out = tmp_path / "out"
    with pytest.raises(InputError) as told:
        prepare(inputs, out)
    assert [problem.code for problem in told.value.problems] == ["intake-which-place"] * 2
    assert "公明街道" in str(told.value)
    assert (out / "prepare.toml").exists()
    answers = {"joins.population.公朋街道": "公明街道", "joins.population.外地": "-"}
    made = prepare(inputs, out, answers=answers)
    assert made.ledger.population() == (607, 600)
    again = prepare(inputs, out)  # next year's file runs through the same answers
    assert again.ledger.population() == (607, 600)


def test_a_misspelt_answer_is_refused(tmp_path, workbook, streets):
    inputs = Inputs(population=workbook, subdistricts=streets)
    with pytest.raises(InputError, match=r"population\.bse"):
        prepare(inputs, tmp_path / "out", answers={"population.bse": "常住"})


def test_large_areas_are_spread_and_keep_their_community(tmp_path):
    frame = gpd.GeoDataFrame(
        {"社区": ["甲", "乙", "丙"], "人口": [45_000, 900, 39_936]}, geometry=squares(), crs=CRS
    )
    path = tmp_path / "社区.gpkg"
    pyogrio.write_dataframe(frame, path)
    made = prepare(Inputs(population=path), tmp_path / "out")
    district = read_district(made.folder)
    by = district.units.groupby("community")["population"].sum()
    assert by.to_dict() == {"甲": 45_000, "乙": 900, "丙": 39_936}
    assert district.units["population"].max() < 10_000
    assert "modelled" in {layer.label for layer in district.layers}


def _raster(path, values, crs=CRS, step=100.0, description=""):
    profile = {"driver": "GTiff", "count": 1, "dtype": "float64", "nodata": -1.0}
    high, wide = values.shape
    origin = Affine(step, 0, WEST, 0, -step, SOUTH + 3000)
    with rasterio.open(
        path, "w", width=wide, height=high, crs=crs, transform=origin, **profile
    ) as data:
        data.write(values, 1)
        if description:
            data.set_band_description(1, description)


def test_counts_and_densities_are_told_apart(tmp_path, streets):
    values = np.full((30, 90), 50.0)
    values[:, 40] = -1.0
    path = tmp_path / "pop.tif"
    _raster(path, values)
    inputs = Inputs(population=path, subdistricts=streets)
    with pytest.raises(InputError) as told:
        prepare(inputs, tmp_path / "out")
    assert "133,500" in str(told.value)
    assert "1,335" in str(told.value)
    counted = prepare(inputs, tmp_path / "a", answers={"population.reading": "count"})
    assert read_district(counted.folder).population == pytest.approx(133_500, abs=3)
    dense = prepare(inputs, tmp_path / "b", answers={"population.reading": "density"})
    assert read_district(dense.folder).population == pytest.approx(1_335, abs=3)


def test_a_raster_that_says_what_it_holds_is_not_asked_about(tmp_path):
    path = tmp_path / "pop.tif"
    _raster(path, np.full((30, 30), 400.0), description="population density per km2")
    made = prepare(Inputs(population=path), tmp_path / "out")
    assert read_district(made.folder).population == 3_600


def _points(count=12):
    random = np.random.default_rng(3)
    x = WEST + random.uniform(0, 9000, count)
    y = SOUTH + random.uniform(0, 3000, count)
    return gpd.GeoSeries(gpd.points_from_xy(x, y), crs=CRS).to_crs(4326)


def test_undeclared_gcj02_is_suspected_with_evidence(tmp_path, workbook, streets):
    edge = gpd.GeoSeries(
        gpd.points_from_xy(np.full(10, WEST + 8990.0), SOUTH + np.arange(10) * 290.0 + 100), crs=CRS
    ).to_crs(4326)
    east, north = wgs84_to_gcj02(edge.x, edge.y)
    table = pd.DataFrame({"经度": east, "纬度": north})
    table.insert(0, "名称", [f"中心{n}" for n in range(len(table))])
    path = tmp_path / "社康.csv"
    table.to_csv(path, index=False)
    inputs = Inputs(population=workbook, subdistricts=streets, centers=path)
    with pytest.raises(InputError, match="undeclared GCJ-02") as told:
        prepare(inputs, tmp_path / "out")
    assert 'centers.crs = "gcj02"' in str(told.value)
    moved = prepare(inputs, tmp_path / "out", answers={"centers.crs": "gcj02"})
    there = read_district(moved.folder).centers.to_crs(4326)
    assert np.abs(there.geometry.x.to_numpy() - edge.x.to_numpy()).max() < 1e-5
    # Points that are where they say raise no suspicion.
    table = table.assign(经度=edge.x.to_numpy(), 纬度=edge.y.to_numpy())
    table.to_csv(path, index=False)
    kept = prepare(inputs, tmp_path / "clean")
    assert len(read_district(kept.folder).centers) == 10


def test_a_layer_without_crs_is_placed_by_the_others(tmp_path, workbook, streets):
    points = _points().to_crs(CRS)
    table = pd.DataFrame({"名称": [f"中心{n}" for n in range(12)], "x": points.x, "y": points.y})
    path = tmp_path / "社康.csv"
    table.to_csv(path, index=False)
    made = prepare(
        Inputs(population=workbook, subdistricts=streets, centers=path), tmp_path / "out"
    )
    there = read_district(made.folder).centers
    assert np.abs(there.geometry.x.to_numpy() - points.x.to_numpy()).max() < 0.02
    assert made.decisions.taken["centers.crs"].proposal == CRS


def test_points_of_interest_part_into_hospitals_and_centers(tmp_path, workbook, streets):
    points = _points(6)
    names = [
        "区人民医院",
        "区人民医院停车场",
        "区人民医院",
        "中医院",
        "甲社康中心",
        "乙社区卫生服务中心",
    ]
    types = [
        "医疗保健服务;综合医院;三级甲等医院",
        "医疗保健服务;综合医院;综合医院",
        "医疗保健服务;综合医院;三级甲等医院",
        "医疗保健服务;中医医院;二级甲等",
        "医疗保健服务;医疗保健服务场所;社区卫生服务中心",
        "医疗保健服务;医疗保健服务场所;社区卫生服务中心",
    ]
    table = pd.DataFrame({"name": names, "type": types, "lon": points.x, "lat": points.y})
    table.loc[2, ["lon", "lat"]] = table.loc[0, ["lon", "lat"]].to_numpy() + 0.0005
    path = tmp_path / "poi.csv"
    table.to_csv(path, index=False, encoding="utf-8-sig")
    made = prepare(
        Inputs(population=workbook, subdistricts=streets, hospitals=path), tmp_path / "out"
    )
    district = read_district(made.folder)
    assert sorted(district.hospitals["name"]) == ["中医院", "区人民医院"]
    assert sorted(district.centers["name"]) == ["乙社区卫生服务中心", "甲社康中心"]
    assert district.hospitals.set_index("name")["eligible"].to_dict() == {
        "区人民医院": True,
        "中医院": False,
    }
    assert {"intake-annexes", "intake-twins", "intake-parted", "intake-eligible"} <= set(
        codes(made)
    )
    assert made.grids == 1


def test_growth_by_street_is_a_line_of_the_ledger(tmp_path, workbook, streets):
    answers = {"growth.新湖镇": "1.1"}
    made = prepare(
        Inputs(population=workbook, subdistricts=streets), tmp_path / "out", answers=answers
    )
    people = read_district(made.folder).units.groupby("subdistrict")["population"].sum()
    assert people["光明街道"] == 20_000
    assert people["新湖镇"] == 5_501
    assert "intake-grown" in codes(made)


def test_units_outside_the_boundary_are_counted(tmp_path):
    frame = gpd.GeoDataFrame(
        {"社区": list("甲乙丙"), "人口": [100, 200, 300]}, geometry=squares(), crs=CRS
    )
    outline = gpd.GeoDataFrame({"名称": ["区"]}, geometry=squares(2)[:1], crs=CRS)
    for name, layer in (("a.gpkg", frame), ("b.gpkg", outline)):
        pyogrio.write_dataframe(layer, tmp_path / name)
    made = prepare(
        Inputs(population=tmp_path / "a.gpkg", boundary=tmp_path / "b.gpkg"), tmp_path / "out"
    )
    assert made.ledger.population() == (600, 100)
    told = next(s for s in made.ledger.steps if s.told.code == "intake-units-outside")
    assert told.lost == 500


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_writes_folder_report_and_answers(tmp_path, workbook, streets, lang):
    out = tmp_path / "out"
    options = ["--population", str(workbook), "--subdistricts", str(streets), "--lang", lang]
    result = CliRunner().invoke(main, ["prepare", str(out), *options])
    assert result.exit_code == 0, result.output
    assert "40,001" in result.output
    data = json.loads((out / "intake.json").read_text(encoding="utf-8"))
    assert data["residents"] == {"in": 40_001, "out": 40_001, "difference": 0}
    page = (out / "intake.html").read_text(encoding="utf-8")
    assert "http://" not in page.replace("http://www.w3.org", "")
    checked = CliRunner().invoke(main, ["check", str(out), "--lang", lang])
    assert checked.exit_code == 0, checked.output


def test_every_problem_of_every_file_is_told_at_once(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"")
    options = ["--population", str(tmp_path / "a.csv"), "--hospitals", str(tmp_path / "gone.csv")]
    result = CliRunner().invoke(main, ["prepare", str(tmp_path / "out"), *options, "--lang", "en"])
    assert result.exit_code == 2
    assert "a.csv is empty" in result.output
    assert "gone.csv" in result.output


def test_one_file_of_names_cannot_be_placed(tmp_path, workbook):
    with pytest.raises(InputError, match="holds names but no coordinates"):
        prepare(Inputs(population=workbook), tmp_path / "out")


def test_streets_alone_with_their_residents(tmp_path):
    frame = gpd.GeoDataFrame(
        {"街道": STREETS, "2023年末常住人口（人）": ["1.2万", "8,000", "500"]},
        geometry=squares(),
        crs=CRS,
    )
    path = tmp_path / "街道.gpkg"
    pyogrio.write_dataframe(frame, path)
    made = prepare(Inputs(population=path), tmp_path / "out")
    assert made.ledger.population() == (20_500, 20_500)
    assert read_district(made.folder).vintage == "2023 常住人口"


def test_roads_come_along_and_meet_at_their_crossings(tmp_path, workbook, streets):
    west_east = [
        shapely.LineString([(WEST + x, SOUTH + y) for x in (0, 9000)]) for y in (500, 1500)
    ]
    south_north = [
        shapely.LineString([(WEST + x, SOUTH), (WEST + x, SOUTH + 3000)]) for x in (1000, 5000)
    ]
    # A road in two parts hinders no other, one ends on the first, and a bridge meets none.
    lane = [[(WEST + x, SOUTH + y) for y in (800, 1500)] for x in (2000, 3000)]
    bridge = shapely.LineString([(WEST + 4000, SOUTH + y) for y in (0, 3000)])
    frame = gpd.GeoDataFrame(
        {
            "道路等级": ["主干路", "支路", "次干路", "人行道", "支路", "支路"],
            "路名": list("甲乙丙丁戊己"),
            "bridge": [*"FFFFF", "T"],
        },
        geometry=[*west_east, *south_north, shapely.MultiLineString(lane), bridge],
        crs=CRS,
    )
    path = tmp_path / "道路.gpkg"
    pyogrio.write_dataframe(frame, path)
    made = prepare(Inputs(population=workbook, subdistricts=streets, roads=path), tmp_path / "out")
    roads = read_district(made.folder).roads
    assert sorted(roads["class"]) == ["footway", "primary", "secondary", *["tertiary"] * 3]
    told = {step.told.code: step.told.values for step in made.ledger.steps}
    assert told["intake-corners-added"]["count"] == "4"
    assert told["intake-ends-joined"]["count"] == "2"
    graph = road_networks(roads).walk.graph
    assert len(graph.xy) == 12 + 4 + 2
