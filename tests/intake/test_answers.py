"""What a planner declares and answers: taken, or refused in words, never passed over."""

import tomllib

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import rasterio
import shapely
from rasterio.transform import Affine

from gridplan.district.folder.read import read_district
from gridplan.district.geometry.crs import wgs84_to_gcj02
from gridplan.errors import InputError
from gridplan.intake.prepare import prepare
from gridplan.intake.record.decisions import read_decisions
from gridplan.intake.record.inputs import Inputs
from tests.intake.conftest import CRS, SOUTH, STREETS, WEST, squares

STEPS = np.arange(0, 9001, 450)


def _table(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def _codes(error):
    return [problem.code for problem in error.value.problems]


def _steps(prepared, code):
    return [step for step in prepared.ledger.steps if step.told.code == code]


@pytest.mark.parametrize("place", ["公朋街道", "公明", "", "--"])
def test_an_answer_that_names_no_place_loses_nobody(tmp_path, streets, place):
    path = _table(tmp_path / "人口.csv", "街道,常住人口\n光明街道,100\n东坑,200\n新湖镇,300\n")
    inputs = Inputs(population=path, subdistricts=streets)
    with pytest.raises(InputError) as told:
        prepare(inputs, tmp_path / "out", answers={"joins.population.东坑": place})
    assert _codes(told) == ["intake-join-answer"]
    assert "公明街道" in told.value.text("zh")
    made = prepare(inputs, tmp_path / "out", answers={'joins.population."东坑"': "公明街道"})
    assert made.ledger.population() == (600, 600)


def test_an_answer_about_a_name_that_is_gone_is_told(tmp_path, streets):
    path = _table(tmp_path / "人口.csv", "街道,常住人口\n光明街道,100\n公明街道,200\n")
    inputs = Inputs(population=path, subdistricts=streets)
    made = prepare(inputs, tmp_path / "out", answers={"joins.population.东坑": "公明街道"})
    assert _steps(made, "intake-joins-spare")[0].subjects == ("东坑",)


def test_codes_of_any_length_meet(tmp_path):
    frame = gpd.GeoDataFrame(
        {"街道": STREETS, "区划代码": ["440311001", "440311002", "440311003000"]},
        geometry=squares(), crs=CRS,
    )  # fmt: skip
    pyogrio.write_dataframe(frame, tmp_path / "街道.gpkg")
    text = "代码,常住人口\n440311001000,10\n440311002,20\n440311003000,30\n"
    inputs = Inputs(
        population=_table(tmp_path / "人口.csv", text), subdistricts=tmp_path / "街道.gpkg"
    )
    made = prepare(inputs, tmp_path / "out")
    people = read_district(made.folder).units.groupby("subdistrict")["population"].sum()
    assert [people[name] for name in STREETS] == [10, 20, 30]


def test_answers_about_files_not_handed_in_this_time_wait(tmp_path, workbook, streets):
    inputs = Inputs(population=workbook, subdistricts=streets)
    answers = {"hospitals.crs": "gcj02", "collected.missing.光明街道": "former"}
    prepare(inputs, tmp_path / "out", answers=answers)
    assert answers.items() <= read_decisions(tmp_path / "out").items()
    with pytest.raises(InputError, match=r"population\.crz"):
        prepare(inputs, tmp_path / "out", answers={"population.crz": "gcj02"})


DOTTED = "街道,常住人口\n光明街道,20.000\n公明街道,{}\n新湖镇,800\n"


@pytest.mark.parametrize("second", ["1.500", "约1.500人", "1.2万"])
def test_a_dot_that_may_part_thousands_is_asked_about(tmp_path, streets, second):
    path = _table(tmp_path / "人口.csv", DOTTED.format(second))
    inputs = Inputs(population=path, subdistricts=streets)
    with pytest.raises(InputError) as told:
        prepare(inputs, tmp_path / "out")
    assert _codes(told) == ["intake-dots"]
    assert "20000" in str(told.value)
    rest = {"1.500": (1500, 1.5), "约1.500人": (1500, 1.5), "1.2万": (12_000, 12_000)}[second]
    for meaning, dots, other in (("thousands", 20_000, rest[0]), ("decimal", 20, rest[1])):
        made = prepare(inputs, tmp_path / meaning, answers={"population.dot_means": meaning})
        assert made.ledger.population()[0] == pytest.approx(dots + other + 800)


@pytest.mark.parametrize(("texts", "total"), [(("1.234.567", "2.000"), 1_236_567),
                                              (("20.125", "2.5"), 22.625)])  # fmt: skip
def test_dots_that_leave_no_doubt_are_not_asked_about(tmp_path, streets, texts, total):
    text = f"街道,常住人口\n光明街道,{texts[0]}\n公明街道,{texts[1]}\n"
    inputs = Inputs(population=_table(tmp_path / "人口.csv", text), subdistricts=streets)
    made = prepare(inputs, tmp_path / "out")
    assert made.ledger.population()[0] == pytest.approx(total)


def test_numbers_a_file_holds_as_numbers_are_not_asked_about(tmp_path):
    frame = gpd.GeoDataFrame({"人口": [20.125, 3.25, 7.375]}, geometry=squares(), crs=CRS)
    pyogrio.write_dataframe(frame, tmp_path / "格网.gpkg")
    made = prepare(Inputs(population=tmp_path / "格网.gpkg"), tmp_path / "out")
    assert made.ledger.population()[0] == pytest.approx(30.75)


@pytest.mark.parametrize(
    ("crs", "code"),
    [
        ("EPSG:4326", "metres-as-degrees"),
        ("EPSG:4499", "outside-crs-area"),
        ("nonsense", "unknown-crs"),
        ("gcj02", "metres-as-degrees"),
    ],
)
def test_a_crs_that_cannot_be_meant_is_refused(tmp_path, workbook, streets, crs, code):
    inputs = Inputs(population=workbook, subdistricts=streets, crs={"subdistricts": crs})
    with pytest.raises(InputError) as told:
        prepare(inputs, tmp_path / "out")
    assert _codes(told) == [code]


def _raster(path, crs, origin, step):
    with rasterio.open(
        path, "w", driver="GTiff", count=1, dtype="float64", width=40, height=30, crs=crs,
        transform=Affine(step, 0, origin[0], 0, -step, origin[1]),
    ) as data:  # fmt: skip
        data.write(np.full((30, 40), 3.0), 1)
    return path


@pytest.mark.parametrize("crs", ["nonsense", "EPSG:99999", "EPSG:4547"])
def test_the_declared_crs_of_a_raster_is_checked(tmp_path, crs):
    path = _raster(tmp_path / "pop.tif", None, (113.9, 22.8), 0.001)
    with pytest.raises(InputError) as told:
        prepare(Inputs(population=path, crs={"population": crs}), tmp_path / "out")
    assert _codes(told)[0] in {"unknown-crs", "degrees-as-metres"}


@pytest.mark.parametrize("carried", [None, "EPSG:4326"])
def test_a_raster_displaced_as_its_map_is_put_back(tmp_path, carried):
    path = _raster(tmp_path / "pop.tif", carried, (113.9, 22.8), 0.001)
    inputs = Inputs(population=path, crs={"population": "gcj02"})
    made = prepare(inputs, tmp_path / "out", answers={"population.reading": "count"})
    district = read_district(made.folder)
    assert district.population == pytest.approx(3600, abs=2)
    west, south, east, north = district.units.to_crs(4326).total_bounds
    there = wgs84_to_gcj02([west, east], [south, north])
    assert np.allclose(there[0], [113.9, 113.94], atol=0.0015)
    assert np.allclose(there[1], [22.77, 22.8], atol=0.0015)


def test_a_density_raster_without_crs_is_summed_as_declared(tmp_path):
    path = _raster(tmp_path / "pop.tif", None, (113.9, 22.8), 0.001)
    inputs = Inputs(population=path, crs={"population": "EPSG:4326"})
    made = prepare(inputs, tmp_path / "out", answers={"population.reading": "density"})
    before, after = made.ledger.population()
    assert before == pytest.approx(3.0 * 4.11 * 3.32, rel=0.02)
    assert after == pytest.approx(before, abs=1)


def test_a_misspelt_role_or_field_is_refused_with_the_nearest(tmp_path, workbook, streets):
    inputs = Inputs(population=workbook, subdistricts=streets, crs={"subdistrict": CRS})
    with pytest.raises(InputError, match="did you mean subdistricts"):
        prepare(inputs, tmp_path / "out")
    inputs = Inputs(population=workbook, subdistricts=streets)
    answers = {"population.columns.populaton": "人口", "population.columns.community": "小区"}
    with pytest.raises(InputError) as told:
        prepare(inputs, tmp_path / "out", answers=answers)
    assert _codes(told) == ["intake-no-such-field", "intake-no-such-column"]
    assert "population" in told.value.problems[0].values["near"]


NAMES = ["公朋街道", "A.B (街道)", 'x"y', "a\\b", "外 地"]


def test_open_questions_become_answers_by_taking_their_mark_off(tmp_path, streets):
    table = pd.DataFrame({"街道": ["光明街道", *NAMES], "常住人口": [100, 1, 2, 3, 4, 5]})
    table.to_csv(tmp_path / "人口.csv", index=False)
    inputs = Inputs(population=tmp_path / "人口.csv", subdistricts=streets)
    out = tmp_path / "out"
    with pytest.raises(InputError):
        prepare(inputs, out)
    path = out / "prepare.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    open_ = [line.removeprefix("# ") for line in lines if line.startswith("# joins.")]
    assert len(open_) == len(NAMES)
    filled = "\n".join(line.replace('= ""', '= "公明街道"') for line in open_)
    assert tomllib.loads(filled)["joins"]["population"] == dict.fromkeys(NAMES, "公明街道")
    path.write_text("\n".join([*lines, filled]), encoding="utf-8")
    made = prepare(inputs, out)
    assert made.ledger.population() == (115, 115)
    assert read_decisions(out) == made.decisions.given
    assert prepare(inputs, out).ledger.population() == (115, 115)


def test_an_open_choice_shows_its_answers(tmp_path):
    path = _raster(tmp_path / "pop.tif", CRS, (WEST, SOUTH), 100.0)
    with pytest.raises(InputError):
        prepare(Inputs(population=path), tmp_path / "out")
    text = (tmp_path / "out" / "prepare.toml").read_text(encoding="utf-8")
    assert '# population.reading = "count"' in text
    assert '# population.reading = "density"' in text
    assert tomllib.loads(text) == {}


@pytest.mark.parametrize(("shift", "asked"), [(wgs84_to_gcj02, True), (None, False)])
def test_displacement_shows_in_the_distance_to_roads(tmp_path, workbook, streets, shift, asked):
    lines = [shapely.LineString([(WEST + x, SOUTH), (WEST + x, SOUTH + 3000)]) for x in STEPS]
    lines += [shapely.LineString([(WEST, SOUTH + y), (WEST + 9000, SOUTH + y)]) for y in STEPS[:5]]
    roads = gpd.GeoDataFrame({"highway": ["residential"] * len(lines)}, geometry=lines, crs=CRS)
    pyogrio.write_dataframe(roads, tmp_path / "roads.gpkg")
    random = np.random.default_rng(5)
    x = WEST + random.choice(STEPS[1:-1], 40) + random.uniform(-25, 25, 40)
    y = SOUTH + random.uniform(300, 2700, 40)
    there = gpd.GeoSeries.from_xy(x, y, crs=CRS).to_crs(4326)
    lon, lat = (there.x, there.y) if shift is None else shift(there.x, there.y)
    table = pd.DataFrame({"名称": [f"社康{n}" for n in range(40)], "经度": lon, "纬度": lat})
    table.to_csv(tmp_path / "centers.csv", index=False)
    inputs = Inputs(population=workbook, subdistricts=streets, roads=tmp_path / "roads.gpkg",
                    centers=tmp_path / "centers.csv")  # fmt: skip
    if not asked:
        assert len(read_district(prepare(inputs, tmp_path / "out").folder).centers) == 40
        return
    with pytest.raises(InputError) as told:
        prepare(inputs, tmp_path / "out")
    assert _codes(told) == ["intake-displaced-roads"]
    moved = prepare(inputs, tmp_path / "out", answers={"centers.crs": "gcj02"})
    centers = read_district(moved.folder).centers.to_crs(CRS)
    assert np.abs(np.sort(centers.geometry.x) - np.sort(x)).max() < 0.1
