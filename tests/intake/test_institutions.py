"""Lists of institutions: what belongs to another row, words nobody knows, who may lead."""

import pandas as pd
import pytest

from gridplan.district.folder.read import read_district
from gridplan.intake.prepare import prepare
from gridplan.intake.record.inputs import Inputs
from tests.intake.conftest import CRS, SOUTH, WEST


@pytest.fixture
def made(tmp_path, workbook, streets):
    """Prepare a district with a list of places, each given as metres east of the corner."""

    def make(role, **columns):
        east = columns.pop("east")
        table = pd.DataFrame({**columns, "x": [WEST + e for e in east], "y": SOUTH + 1500.0})
        path = tmp_path / f"{role}.csv"
        table.to_csv(path, index=False)
        inputs = Inputs(population=workbook, subdistricts=streets, crs={role: CRS}, **{role: path})
        return prepare(inputs, tmp_path / "out")

    return make


def _step(prepared, code):
    return next((s for s in prepared.ledger.steps if s.told.code == code), None)


def test_a_building_far_from_its_hospital_is_kept_and_told(made):
    names = [
        "区人民医院",
        "区人民医院门诊部",
        "区人民医院体检中心",
        "康宁门诊部",
        "区人民医院停车场",
    ]
    prepared = made("hospitals", 名称=names, east=[100, 400, 6000, 150, 7000])
    left = read_district(prepared.folder).hospitals["name"]
    assert sorted(left) == sorted(["区人民医院", "区人民医院体检中心", "康宁门诊部"])
    dropped = _step(prepared, "intake-annexes").subjects
    assert dropped == ("区人民医院门诊部 (区人民医院, 300 m)", "区人民医院停车场")
    assert _step(prepared, "intake-annexes-kept").subjects == ("区人民医院体检中心", "康宁门诊部")


def test_stations_are_no_buildings_of_hospitals(made):
    prepared = made("stations", 名称=["甲村药房", "甲村急救站", "甲村"], east=[100, 500, 900])
    assert len(read_district(prepared.folder).stations) == 3


def test_branches_stay_and_are_told(made):
    prepared = made("hospitals", 名称=["区人民医院", "区人民医院东院区"], east=[100, 4100])
    assert len(read_district(prepared.folder).hospitals) == 2
    assert _step(prepared, "intake-branches").subjects == (
        "区人民医院东院区 (区人民医院, 4,000 m)",
    )


def test_only_hospitals_that_are_left_are_proposed_as_leads(made):
    names = ["甲人民医院", "甲人民医院门诊部", "乙人民医院", "乙人民医院", "外人民医院"]
    prepared = made("hospitals", 名称=names, 等级=["三甲"] * 5, east=[100, 200, 5000, 5100, 90_000])
    assert _step(prepared, "intake-eligible").subjects == ("甲人民医院", "乙人民医院")
    assert prepared.grids == 1


def test_words_no_vocabulary_knows_are_lines_of_the_ledger(made):
    prepared = made(
        "hospitals",
        名称=["甲医院", "乙医院", "丙医院"],
        等级=["叁甲级", "三级甲等", "-"],
        隶属关系=["区属", "社区自办", ""],
        可牵头=["待定", "是", "否"],
        east=[100, 3000, 6000],
    )
    told = [s for s in prepared.ledger.steps if s.told.code == "intake-words-unknown"]
    assert {(s.told.values["column"], s.subjects) for s in told} == {
        ("等级", ("2",)), ("隶属关系", ("3",)), ("可牵头", ("2",))
    }  # fmt: skip
    for lang in ("zh", "en"):
        assert "叁甲级" in told[0].told.text(lang)


def test_classes_of_centers_that_are_not_known_are_told(made):
    prepared = made(
        "centers", 名称=["甲社康", "乙社康"], 社康类别=["区域", "超大"], east=[100, 5000]
    )
    assert _step(prepared, "intake-words-unknown").subjects == ("3",)
