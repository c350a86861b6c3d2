"""The books: figures equal to plan.json, one site on one page, columns left open marked."""

import json
import re

import docx
import openpyxl
import pytest
from click.testing import CliRunner

from gridplan.cli import main
from gridplan.errors import InputError
from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.report.blocks.fitting_widths import PADDING, fitted, whole_parts
from gridplan.outputs.report.blocks.parts import table
from gridplan.outputs.report.books import BOOKS
from gridplan.outputs.report.report import write_report
from gridplan.text import say


@pytest.fixture(scope="module")
def folder(plan, tmp_path_factory):
    out = tmp_path_factory.mktemp("handed") / "out"
    write_plan(plan, out, lang="zh")
    return out


def tables(path):
    return [
        [[cell.text for cell in row.cells] for row in one.rows]
        for one in docx.Document(str(path)).tables
    ]


def titled(path, part):
    """Give the rows of the table whose header holds a word."""
    return next(rows for rows in tables(path) if any(part in head for head in rows[0]))


def test_every_figure_of_grids_and_centers_is_that_of_plan_json(folder, tmp_path):
    path, _ = write_report(folder, file=tmp_path / "r.docx", lang="zh")
    told = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    grids = {row["grid"]: row for row in told["grids"]}
    rows = titled(path, "与平均数之差")[1:]
    assert len(rows) == len(grids)
    for row in rows:
        grid = grids[f"G{row[0].removeprefix('网格')}"]
        assert row[1] == grid["lead_name"]
        assert row[2] == f"{grid['population']:,.0f}"
        assert row[5] == str(grid["centers"])
        assert row[6] == f"{grid['mean_minutes_to_lead']:,.1f}"
    centers = {row["center"]: row for row in told["centers"]}
    rows = [row for row in titled(path, "平均距离（米）")[1:] if len(set(row)) > 1]
    assert {row[0] for row in rows} == set(centers)
    for row in rows:
        center = centers[row[0]]
        assert row[1] == center["name"]
        assert row[-2] == f"{center['population']:,.0f}"
        assert row[-1] == f"{center['mean_metres']:,.0f}"
    figures = {row[0]: row[2] for row in titled(path, "规划")[1:]}
    (share,) = [value for key, value in figures.items() if "最近社康中心" in key]
    if told["coverage"]["center"] is not None:
        assert share.startswith(f"{told['coverage']['center']:.1f}"[:4])
    assert figures["社康中心（个）"] == str(len(centers))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_fails_and_what_is_asked_stand_before_the_first_chapter(folder, tmp_path, lang):
    path, _ = write_report(folder, file=tmp_path / "r.docx", lang=lang)
    texts = [p.text for p in docx.Document(str(path)).paragraphs]
    first = next(at for at, text in enumerate(texts) if say("report.general", lang) in text)
    asked = say("report.asked", lang, asked="\x00").split("\x00")[0]
    assert any(text.startswith(asked) for text in texts[:first])


@pytest.mark.parametrize("book", [name for name in BOOKS if name != "report"])
def test_each_book_is_written_in_both_languages(folder, tmp_path, book):
    for lang in ("zh", "en"):
        path, _ = write_report(folder, file=tmp_path / f"{lang}.docx", lang=lang, book=book)
        text = "\n".join(p.text for p in docx.Document(str(path)).paragraphs)
        assert "{" not in text
        if lang == "zh":
            assert not re.search(r"[a-z]+_[a-z]+", text)  # no key of a file or a column
            assert not re.search(r"[\u4e00-\u9fff],|[\u4e00-\u9fff];", text)


def test_what_only_the_bureau_knows_is_marked_and_taken_from_its_file(folder, tmp_path):
    office = tmp_path / "report.toml"
    office.write_text(
        '[bureau]\nissuer = "某区卫生健康局"\n[centers.n1]\naddress = "甲路1号"\ncost = 320\n'
        '[[opinions]]\nfrom = "区财政局"\nopinion = "明确经费"\nadopted = "采纳"\n'
        'reply = "已写入"\n',
        encoding="utf-8",
    )
    told = {"file": tmp_path / "t.docx", "lang": "zh", "office": office}
    path, _ = write_report(folder, book="text", **told)
    rows = {row[0]: row for row in titled(path, "用房来源")}
    known = next(row for row in rows.values() if "甲路1号" in row)
    assert "320" in known
    assert say("report.to-fill", "zh") in known
    path, _ = write_report(folder, book="opinions", **told)
    assert titled(path, "是否采纳")[1][1:] == ["区财政局", "明确经费", "采纳", "已写入"]
    path, _ = write_report(folder, book="request", **told)
    assert "某区卫生健康局" in [p.text for p in docx.Document(str(path)).paragraphs]


def test_the_template_of_the_bureau_is_kept(folder, tmp_path):
    template = docx.Document()
    template.sections[0].header.paragraphs[0].text = "某区卫生健康局文件"
    template.add_paragraph("样稿文字")
    template.save(str(tmp_path / "bureau.docx"))
    office = tmp_path / "report.toml"
    office.write_text('template = "bureau.docx"\n', encoding="utf-8")
    path, _ = write_report(folder, file=tmp_path / "r.docx", book="request", office=office)
    made = docx.Document(str(path))
    assert made.sections[0].header.paragraphs[0].text == "某区卫生健康局文件"
    assert "样稿文字" not in [p.text for p in made.paragraphs]


@pytest.mark.parametrize("status", ["new", "existing"])
def test_the_sheet_of_a_new_and_of_an_existing_center(folder, tmp_path, status):
    told = json.loads((folder / "plan.json").read_text(encoding="utf-8"))["centers"]
    center = next(row["center"] for row in told if row["status"] == status)
    out = tmp_path / "site.docx"
    given = ["report", str(folder), "--site", center, "--file", str(out)]
    done = CliRunner().invoke(main, given)
    assert done.exit_code == 0, done.output
    rows = titled(out, "相距步行")
    people = {row["name"]: row["population"] for row in told}
    assert 3 <= len(rows) <= 7
    for row in rows[1:]:
        assert row[3] == f"{people[row[0]]:,.0f}"
    walks = [float(row[2].split(" ")[0]) for row in rows[2:]]
    assert walks == sorted(walks)
    # Everybody who leaves it is somewhere else: the others' loads grow by its residents at most.
    own = next(row["population"] for row in told if row["name"] == rows[1][0])
    more = sum(float(row[5].replace(",", "")) - people[row[0]] for row in rows[2:])
    assert 0 <= more <= own + 1


def test_an_unknown_site_or_street_names_the_nearest(folder):
    with pytest.raises(InputError, match="n1"):
        write_report(folder, book="site", subject="n11")
    with pytest.raises(InputError, match="甲街道"):
        write_report(folder, book="streets", subject="甲街")


def test_a_sheet_for_each_street(folder, tmp_path):
    path, _ = write_report(folder, file=tmp_path / "s.docx", book="streets")
    document = docx.Document(str(path))
    heads = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert sorted(heads) == sorted(["甲街道", "乙街道", "丙街道"])
    assert len(document.inline_shapes) == 3


def test_tables_as_a_workbook_hold_numbers_and_no_formulas(folder, tmp_path):
    path, _ = write_report(folder, file=tmp_path / "t.xlsx", book="tables")
    book = openpyxl.load_workbook(path)
    assert len(book.sheetnames) >= 4
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(isinstance(cell.value, (int, float)) for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)


def test_no_number_is_broken_where_there_is_room():
    rows = [["1,095,289", "很长的说明文字，可以折行", "96,582 人"]] * 2
    made = table("", ["居民", "说明", "数值"], rows, widths=(1, 50, 1))
    widths = fitted(made, 156.0, 9.5)
    assert sum(widths) == pytest.approx(156.0)
    assert widths[0] >= PADDING + 9 * 0.5 * 9.5 * 25.4 / 72
    assert whole_parts("第1,095,289人，12.5分钟") == ["1,095,289", "12.5"]
