"""Workbooks sent to streets and back: what is filled in is taken, what contradicts is asked."""

import json

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from click.testing import CliRunner

from gridplan.cli import main
from gridplan.district.folder.read import read_district
from gridplan.errors import InputError
from gridplan.intake.forms.form import ANSWERS, COLUMNS, FIRST, HIDDEN, form_ids
from gridplan.intake.forms.returned import read_returned
from gridplan.intake.prepare import prepare
from gridplan.intake.record.inputs import Inputs
from gridplan.outputs.files.form_book import write_forms
from tests.intake.conftest import STREETS

ASKED = {name: COLUMNS.index(name) + 1 for name in ("residents", "older", "centers", "remark")}
FORMER = {"光明街道": [12_000, 8_000], "公明街道": [15_000], "新湖镇": [5_001]}


@pytest.fixture
def sent(tmp_path, workbook, streets):
    """Forms of three streets, and the inputs they were made from."""
    inputs = {"population": workbook, "subdistricts": streets}
    made = prepare(Inputs(**inputs), tmp_path / "out")
    folder = tmp_path / "forms"
    write_forms(made.forms, folder, lang="zh")
    return inputs, folder


def fill(path, residents, *, sender="张三", base="常住", date="2024-12-31", to=None, **columns):
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for name, value in (("base", base), ("date", date), ("sender", sender), ("sent", "2025-01-08")):
        row, column = ANSWERS[name]
        sheet.cell(row + 1, column + 1).value = value
    for name, values in ({"residents": residents} | columns).items():
        for at, value in enumerate(values):
            sheet.cell(FIRST + 1 + at, ASKED[name]).value = value
    book.save(to or path)
    book.close()


def fill_all(folder):
    for street, residents in FORMER.items():
        fill(folder / f"{street}.xlsx", [n + 100 for n in residents])


def merge(sent, out, answers=None):
    inputs, folder = sent
    return prepare(Inputs(**inputs, collected=folder), out, answers=answers)


def codes(error):
    return [problem.code for problem in error.value.problems]


def test_a_form_asks_for_what_is_needed_and_locks_the_rest(sent):
    _, folder = sent
    assert sorted(path.stem for path in folder.iterdir()) == sorted(STREETS)
    book = openpyxl.load_workbook(folder / "光明街道.xlsx")
    sheet = book.worksheets[0]
    assert sheet.protection.sheet
    assert "光明街道" in sheet["A1"].value
    assert [sheet.cell(FIRST + 1 + n, 2).value for n in range(2)] == ["甲社区", "乙社区"]
    assert [sheet.cell(FIRST + 1 + n, 3).value for n in range(2)] == [12_000, 8_000]
    assert sheet.cell(FIRST + 1, 1).protection.locked
    assert all(not sheet.cell(FIRST + 1, at).protection.locked for at in ASKED.values())
    kinds = sorted(rule.type for rule in sheet.data_validations.dataValidation)
    assert kinds == ["list", "whole", "whole", "whole"]
    assert "常住" in next(
        r.formula1 for r in sheet.data_validations.dataValidation if r.type == "list"
    )
    assert book[HIDDEN].sheet_state == "veryHidden"
    book.close()


def test_forms_are_never_written_over(sent, tmp_path):
    inputs, folder = sent
    made = prepare(Inputs(**inputs), tmp_path / "out")
    before = (folder / "光明街道.xlsx").read_bytes()
    with pytest.raises(InputError, match="may be filled in"):
        write_forms(made.forms, folder, lang="en")
    assert (folder / "光明街道.xlsx").read_bytes() == before


def test_what_came_back_takes_the_place_of_the_file(sent, tmp_path):
    _, folder = sent
    fill_all(folder)
    fill(folder / "新湖镇.xlsx", [5_301], older=[300], centers=[2], remark=["新楼入住"])
    made = merge(sent, tmp_path / "new")
    district = read_district(made.folder)
    people = district.units.groupby("subdistrict")["population"].sum().to_dict()
    assert people == {"光明街道": 20_200, "公明街道": 15_100, "新湖镇": 5_301}
    assert district.vintage == "2024 常住人口"
    lines = [step for step in made.ledger.steps if step.told.code == "intake-form-merged"]
    assert len(lines) == 3
    assert "张三" in lines[0].told.text("zh")
    assert "2025-01-08" in lines[0].told.text("en")
    assert made.ledger.population() == (40_001, 40_601)
    assert any("新楼入住" in step.told.text("zh") for step in made.ledger.steps)
    some = next(step for step in made.ledger.steps if step.told.code == "intake-form-older-some")
    assert len(some.subjects) == 3


def test_older_residents_are_taken_where_every_unit_tells_them(sent, tmp_path):
    _, folder = sent
    for street, residents in FORMER.items():
        fill(folder / f"{street}.xlsx", residents, older=[n // 10 for n in residents])
    made = merge(sent, tmp_path / "new")
    older = read_district(made.folder).units.groupby("subdistrict")["population_65"].sum()
    assert older.to_dict() == {"光明街道": 2_000, "公明街道": 1_500, "新湖镇": 500}


def test_everything_open_is_asked_at_once_and_the_answers_kept(sent, tmp_path):
    _, folder = sent
    (folder / "新湖镇.xlsx").unlink()
    fill(folder / "光明街道.xlsx", [12_100, None])
    fill(folder / "公明街道.xlsx", [15_050], base="户籍", to=folder / "公明 二次.xlsx")
    fill(folder / "公明街道.xlsx", [25_000])
    with pytest.raises(InputError) as told:
        merge(sent, tmp_path / "new")
    assert sorted(codes(told)) == sorted(
        ["intake-form-missing", "intake-form-blank", "intake-form-conflict", "intake-form-base"]
    )
    answers = {
        "collected.missing.新湖镇": "former",
        "collected.blank.光明街道": "zero",
        "collected.streets.公明街道": "公明街道.xlsx",
        "collected.base": "常住",
    }
    with pytest.raises(InputError) as told:
        merge(sent, tmp_path / "new", answers)
    assert codes(told) == ["intake-form-sum"] * 2
    assert "+67 %" in told.value.text("zh")
    answers |= {"collected.sums.公明街道": "returned", "collected.sums.光明街道": "former"}
    made = merge(sent, tmp_path / "new", answers)
    assert made.ledger.population()[1] == 20_000 + 25_000 + 5_001
    assert merge(sent, tmp_path / "new").ledger.population() == made.ledger.population()


def test_forms_that_came_back_empty_are_streets_that_said_nothing(sent, tmp_path):
    with pytest.raises(InputError) as told:
        merge(sent, tmp_path / "new")
    assert codes(told) == ["intake-form-missing"] * 3
    inputs, folder = sent
    for path in folder.iterdir():
        book = openpyxl.load_workbook(path)
        for row in range(FIRST + 1, FIRST + 3):
            book.worksheets[0].cell(row, 1).value = f"elsewhere {path.stem} {row}"
        book.save(path)
    with pytest.raises(InputError) as told:
        prepare(Inputs(**inputs, collected=folder), tmp_path / "new")
    assert codes(told) == ["intake-forms-foreign"]


def test_the_same_figures_twice_are_no_conflict(sent, tmp_path):
    _, folder = sent
    fill_all(folder)
    fill(folder / "公明街道.xlsx", [15_100], to=folder / "公明街道 (1).xlsx")
    assert merge(sent, tmp_path / "new").ledger.population()[1] == 40_401


def test_a_unit_two_streets_claim_is_asked_about_by_itself(sent, tmp_path):
    _, folder = sent
    fill_all(folder)
    book = openpyxl.load_workbook(folder / "新湖镇.xlsx")
    other = openpyxl.load_workbook(folder / "公明街道.xlsx").worksheets[0]
    sheet = book.worksheets[0]
    unit = other.cell(FIRST + 1, 1).value
    sheet.cell(FIRST + 2, 1).value = unit
    sheet.cell(FIRST + 2, ASKED["residents"]).value = 14_000
    book.save(folder / "新湖镇.xlsx")
    with pytest.raises(InputError) as told:
        merge(sent, tmp_path / "new")
    assert codes(told) == ["intake-form-conflict"]
    made = merge(sent, tmp_path / "new", {f"collected.units.{unit}": "新湖镇.xlsx"})
    assert made.ledger.population()[1] == 20_200 + 14_000 + 5_101


def test_a_changed_id_is_asked_about_with_the_one_that_was_sent(sent, tmp_path):
    _, folder = sent
    fill_all(folder)
    book = openpyxl.load_workbook(folder / "公明街道.xlsx")
    sheet = book.worksheets[0]
    old, sheet.cell(FIRST + 1, 1).value = sheet.cell(FIRST + 1, 1).value, "G-1.2"
    book.save(folder / "公明街道.xlsx")
    with pytest.raises(InputError) as told:
        merge(sent, tmp_path / "new")
    assert codes(told)[0] == "intake-form-id"
    assert told.value.problems[0].values["near"][0] == old
    with pytest.raises(InputError, match="nearest"):
        merge(sent, tmp_path / "new", {"collected.ids.G-1.2": "nowhere"})
    made = merge(sent, tmp_path / "new", {"collected.ids.G-1.2": old})
    assert made.ledger.population()[1] == 40_401


def test_every_wrong_cell_of_every_workbook_is_named(sent, tmp_path):
    _, folder = sent
    fill_all(folder)
    fill(folder / "光明街道.xlsx", ["约一千", 8_000], older=[0, 9_000])
    fill(folder / "公明街道.xlsx", [-5])
    (folder / "说明.txt").write_text("请查收", encoding="utf-8")
    pd.DataFrame({"a": [1]}).to_excel(folder / "另表.xlsx")
    (folder / "~$光明街道.xlsx").write_bytes(b"")
    with pytest.raises(InputError) as told:
        merge(sent, tmp_path / "new")
    assert sorted(codes(told)) == [
        "intake-form-number", "intake-form-number", "intake-form-older",
        "intake-form-other", "intake-form-other",
    ]  # fmt: skip
    for lang in ("zh", "en"):
        assert "光明街道.xlsx" in told.value.text(lang)


def test_a_folder_without_forms_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    for name, code in (("empty", "intake-forms-none"), ("gone", "intake-forms-folder")):
        with pytest.raises(InputError) as told:
            read_returned(tmp_path / name)
        assert codes(told) == [code]


def test_figures_of_a_community_are_shared_as_they_were(tmp_path):
    table = pd.DataFrame(
        {"x": [500_000 + 100.0 * n for n in range(40)] * 2,
         "y": [2_500_000.0] * 40 + [2_500_100.0] * 40,
         "人口": [10, 30] * 40, "社区": ["甲"] * 40 + ["乙"] * 40, "街道": "光明街道"}
    )  # fmt: skip
    table.to_csv(tmp_path / "cells.csv", index=False)
    inputs = {"population": tmp_path / "cells.csv", "crs": {"population": "EPSG:4547"}}
    made = prepare(Inputs(**inputs), tmp_path / "out")
    assert [row.residents for row in made.forms[0].rows] == [800, 800]
    (path,) = write_forms(made.forms, tmp_path / "forms", lang="en")
    fill(path, [880, 801])
    again = prepare(Inputs(**inputs, collected=tmp_path / "forms"), tmp_path / "new")
    units = read_district(again.folder).units
    by = units.groupby("community")["population"]
    assert by.sum().to_dict() == {"甲": 880, "乙": 801}
    assert sorted(by.get_group("甲").unique()) == [11, 33]


def test_rows_of_a_form_stand_for_units_communities_or_streets():
    assert form_ids(["a", "b"], [None, None], ["s", "s"]) == ["a", "b"]
    assert form_ids(["a", "b", "c"], ["k", "k", "m"], ["s"] * 3) == ["s/k", "s/k", "c"]
    many = [str(n) for n in range(400)]
    assert set(form_ids(many, [None] * 400, ["s"] * 400)) == {"s"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_sends_out_and_takes_back(tmp_path, workbook, streets, lang):
    given = ["--population", str(workbook), "--subdistricts", str(streets), "--lang", lang]
    forms = tmp_path / "下发"
    first = ["prepare", str(tmp_path / "out"), *given, "--collect", str(forms)]
    result = CliRunner().invoke(main, first)
    assert result.exit_code == 0, result.output
    assert str(forms) in result.output
    fill_all(forms)
    back = ["prepare", str(tmp_path / "out"), *given, "--collected", str(forms)]
    result = CliRunner().invoke(main, back)
    assert result.exit_code == 0, result.output
    data = json.loads((tmp_path / "out" / "intake.json").read_text(encoding="utf-8"))
    assert data["residents"]["out"] == 40_401
    assert {f["role"] for f in data["files"]} == {"population", "subdistricts", "collected"}


def test_a_row_that_stands_in_its_file_twice_counts_once(tmp_path, streets):
    path = tmp_path / "人口.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        rows = [["街道", "社区", "人口"], ["光明街道", "甲", 500], ["光明街道", "甲", 500],
                ["光明街道", "乙", 500], ["公明街道", "丙", 200]]  # fmt: skip
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    made = prepare(Inputs(population=path, subdistricts=streets), tmp_path / "out")
    assert made.ledger.population() == (1_700, 1_200)
    told = next(step for step in made.ledger.steps if step.told.code == "intake-rows-twice")
    assert told.subjects == ("3",)
