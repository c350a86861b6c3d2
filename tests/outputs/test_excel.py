import zipfile

import openpyxl
import pytest

from gridplan.outputs.files import excel
from gridplan.outputs.words.telling import Telling

SHEETS_ZH = [
    "概要",
    "网格",
    "社康中心",
    "街道",
    "医院",
    "医疗集团",
    "可达性",
    "规则检查",
    "基本单元",
    "方案参数",
    "数据来源",
]
SHEETS_EN = [
    "Summary",
    "Grids",
    "Centers",
    "Streets",
    "Hospitals",
    "Groups",
    "Access",
    "Findings",
    "Units",
    "Scenario",
    "Sources",
]


def opened(plan, path, lang="zh"):
    excel.write(Telling(plan, lang), path)
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def book(plan, tmp_path_factory):
    return opened(plan, tmp_path_factory.mktemp("excel") / "plan.xlsx")


def table(sheet):
    rows = list(sheet.values)
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_sheets_and_headers_speak_the_language(book, plan, tmp_path):
    assert book.sheetnames == SHEETS_ZH
    english = opened(plan, tmp_path / "en.xlsx", lang="en")
    assert english.sheetnames == SHEETS_EN
    assert [cell.value for cell in english["Grids"][1]][:4] == [
        "Grid",
        "Name",
        "Lead hospital",
        "Residents",
    ]
    assert english["Centers"]["C2"].value == "existing"


def test_every_header_is_in_the_catalogue(book, plan, tmp_path):
    english = opened(plan, tmp_path / "en.xlsx", lang="en")
    for zh, en in zip(book.sheetnames[1:], english.sheetnames[1:], strict=True):
        for cell in english[en][1]:
            assert "_" not in cell.value, (en, cell.value)
        for cell in book[zh][1]:
            assert not cell.value.replace("_", "").isascii() or cell.value == "SHA-256", (
                zh,
                cell.value,
            )


def test_numbers_are_numbers(book, plan):
    centers = table(book["社康中心"])
    assert sum(row["常住人口"] for row in centers) == plan.district.population
    units = table(book["基本单元"])
    assert sum(row["常住人口"] for row in units) == plan.district.population
    assert all(row["65岁及以上人口"] is None for row in units)
    grids = table(book["网格"])
    assert grids[0]["人口与均值之差"] == pytest.approx(0.012346)
    assert book["网格"]["E2"].number_format == "0.0%"


def test_findings_are_said_in_words(book):
    rows = table(book["规则检查"])
    assert [row["结论"] for row in rows] == ["通过", "通过", "未通过", "未通过", "待补数据"]
    assert rows[3]["对象"] == "甲社区新增社康中心1"
    assert rows[2]["级别"] == "应当"
    assert rows[0]["条款"] == "条款"


def test_headers_stay_and_columns_fit(book):
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref
        for column in sheet.columns:
            width = sheet.column_dimensions[column[0].column_letter].width
            longest = max(len(str(cell.value)) for cell in column[1:] if True)
            assert width >= min(longest, 50) * 0.7


def test_no_text_becomes_a_formula_or_a_link(hostile_plan, tmp_path):
    book = opened(hostile_plan, tmp_path / "plan.xlsx")
    kinds = {cell.data_type for sheet in book.worksheets for row in sheet.rows for cell in row}
    assert "f" not in kinds
    assert not any(sheet._hyperlinks for sheet in book.worksheets)
    with zipfile.ZipFile(tmp_path / "plan.xlsx") as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in parts.read(name)


def test_text_that_begins_like_a_formula_stays_text(tmp_path):
    from stand_in import make_plan

    book = opened(make_plan(text=lambda plain: f"=1+1 {plain}"), tmp_path / "plan.xlsx")
    assert book["社康中心"]["B2"].value == "=1+1 一号社康"
    assert book["社康中心"]["B2"].data_type == "s"


def test_centers_alone(bare_plan, tmp_path):
    book = opened(bare_plan, tmp_path / "plan.xlsx")
    assert book["网格"].max_row == 1
    assert len(table(book["社康中心"])) == 6
